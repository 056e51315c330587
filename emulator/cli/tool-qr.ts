/** `tool qr`: a payment code as its objects. */
import { parseArgs } from 'node:util';
import { readCustomerCode, readMerchantCode } from '../models/code-payment/emvco.ts';

/** What names a card is shown in part: track 2 equivalent data and PAN. */
const CARD_TAGS = new Set(['57', '5A']);

const masked = (hex: string): string => `${hex.slice(0, 6)}${'*'.repeat(Math.max(0, hex.length - 6))}`;

export function qrTool(args: readonly string[]): { stdout: string; stderr: string; exitCode: 0 | 1 | 2 } {
  const usage = { stdout: '', stderr: 'Usage: npm run --silent tool -- qr PAYLOAD', exitCode: 2 } as const;
  let text: string | undefined;
  try {
    ({
      positionals: [text],
    } = parseArgs({ args: [...args], allowPositionals: true }));
  } catch {
    return usage;
  }
  if (text === undefined) return usage;
  const merchant = text.startsWith('0002');
  const read = merchant ? readMerchantCode(text) : readCustomerCode(Uint8Array.from(Buffer.from(text, 'base64')));
  if (!read.ok) return { stdout: '', stderr: `Not an EMVCo payment code: ${read.error}.`, exitCode: 1 };
  const objects = Object.entries(read.value).map(([tag, value]) => [tag, CARD_TAGS.has(tag) ? masked(value) : value]);
  const code = { presentedBy: merchant ? 'merchant' : 'customer', objects: Object.fromEntries(objects) as unknown };
  return { stdout: JSON.stringify(code), stderr: '', exitCode: 0 };
}
