/** `slipway tool tlv`: a string of BER-TLV as a tree with names, without what must not be seen. */
import { describeTlv } from '../../src/emv/describe.ts';
import { parseTlv } from '../../src/emv/tlv.ts';

/** Exit codes: 1 the objects are malformed, 2 the command line is. */
interface TlvToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

const refuse = (exitCode: 1 | 2, stderr: string): TlvToolResult => ({ stdout: '', stderr, exitCode });

/** @param args what follows `tlv` on the command line: hex, spaces allowed. */
export function tlvTool(args: readonly string[]): TlvToolResult {
  const hex = args.join('').replaceAll(/\s/g, '');
  if (hex === '' || hex.startsWith('-')) return refuse(2, 'Usage: tlv HEX');
  if (!/^([\dA-Fa-f]{2})+$/.test(hex)) return refuse(1, 'HEX must be whole bytes of hexadecimal digits.');
  const objects = parseTlv(Uint8Array.from(Buffer.from(hex, 'hex')));
  if (objects.ok) return { stdout: describeTlv(objects.value).join('\n'), stderr: '', exitCode: 0 };
  const { code, path, offset } = objects.error;
  return refuse(1, `At byte ${offset}${path.length === 0 ? '' : `, in ${path.join(' > ')}`}: ${code}.`);
}
