/** `slipway tool mac | pin-block | track`: checks the arithmetic of a message by hand, with keys from the command line. */
import { parseArgs } from 'node:util';
import type { DesKey } from '../models/crypto/des-key.ts';
import { fromHex, isHex, toHex } from '../models/crypto/hex.ts';
import { unionPayMacText } from '../models/crypto/mac.ts';
import { buildPinBlock, isPin } from '../models/crypto/pin-block.ts';
import { encryptTrack } from '../models/crypto/track.ts';
import { workingKey } from '../models/crypto/working-key.ts';

/** Exit codes: 1 a value is wrong, 2 the options are. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

type Options = Readonly<Record<string, string>>;

/** `--key HEX --data HEX`: the eight characters of field 64 (dialect sheet 5.6). */
export function macTool(args: readonly string[]): ToolResult {
  return withOptions('mac --key HEX --data HEX', args, ['key', 'data'], [], ({ key = '', data = '' }) => {
    const parsed = parseKey(key);
    if (!parsed) return badValue(KEY_RULE);
    if (data === '' || !isHex(data)) return badValue('--data must be whole bytes of hex, at least one.');
    return answer({ mac: unionPayMacText(parsed, fromHex(data)) });
  });
}

/** `--pin PIN --pan PAN [--key HEX]`: the block of ISO 9564 format 0, clear and, given a key, encrypted. */
export function pinBlockTool(args: readonly string[]): ToolResult {
  const usage = 'pin-block --pin PIN --pan PAN [--key HEX]';
  return withOptions(usage, args, ['pin', 'pan'], ['key'], ({ pin = '', pan = '', key }) => {
    if (!isPin(pin)) return badValue('--pin must be 4 to 12 digits.');
    if (!/^\d{8,19}$/.test(pan)) return badValue('--pan must be 8 to 19 digits.');
    const clear = buildPinBlock(pin, pan);
    if (key === undefined) return answer({ clear: toHex(clear) });
    const parsed = parseKey(key);
    if (!parsed) return badValue(KEY_RULE);
    return answer({ clear: toHex(clear), encrypted: toHex(parsed.encrypt(clear)) });
  });
}

/** `--key HEX --track TRACK`: the track with its block encrypted in place (dialect sheet 6.3). */
export function trackTool(args: readonly string[]): ToolResult {
  return withOptions('track --key HEX --track TRACK', args, ['key', 'track'], [], ({ key = '', track = '' }) => {
    const parsed = parseKey(key);
    if (!parsed) return badValue(KEY_RULE);
    const encrypted = encryptTrack(parsed, track);
    if (encrypted.ok) return answer({ encrypted: encrypted.value });
    return badValue(
      encrypted.error === 'too-short'
        ? '--track must have at least 17 characters, 18 when their number is even.'
        : '--track must be digits and the separator =, D or >, without sentinels.',
    );
  });
}

const KEY_RULE = '--key must be 16 or 32 hex digits.';

/** Sixteen bytes whose second half is zeros count as eight (dialect sheet 5.4). */
const parseKey = (hex: string): DesKey | undefined =>
  isHex(hex) && (hex.length === 16 || hex.length === 32) ? workingKey(fromHex(hex)) : undefined;

/** The texts of `parseArgs` quote what was typed, which may be a PIN, so none of them is passed on. */
function withOptions(
  usage: string,
  args: readonly string[],
  required: readonly string[],
  optional: readonly string[],
  run: (options: Options) => ToolResult,
): ToolResult {
  const usageError: ToolResult = { stdout: '', stderr: `Usage: ${usage}\n`, exitCode: 2 };
  const options = readOptions(args, [...required, ...optional]);
  return options && required.every((name) => name in options) ? run(options) : usageError;
}

function readOptions(args: readonly string[], names: readonly string[]): Options | undefined {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1])));
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

const answer = (value: Options): ToolResult => ({ stdout: `${JSON.stringify(value)}\n`, stderr: '', exitCode: 0 });

const badValue = (text: string): ToolResult => ({ stdout: '', stderr: `${text}\n`, exitCode: 1 });
