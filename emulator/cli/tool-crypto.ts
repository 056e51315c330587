/** `slipway tool mac | pin-block | track`: checks the arithmetic of a message by hand, with keys from the command line. */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { AesKey } from '../models/crypto/aes-key.ts';
import type { BlockKey } from '../models/crypto/block-key.ts';
import { fromHex, isHex, toHex } from '../models/crypto/hex.ts';
import { unionPayMacText } from '../models/crypto/mac.ts';
import { encipherPinBlock4, panField4, pinField4 } from '../models/crypto/pin-block-4.ts';
import { buildPinBlock, buildPinBlock3, isPin } from '../models/crypto/pin-block.ts';
import { Sm4Key } from '../models/crypto/sm4-key.ts';
import { encryptTrack } from '../models/crypto/track.ts';
import { workingKey } from '../models/crypto/working-key.ts';

/** Exit codes: 1 a value is wrong, 2 the options are. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

type Options = Readonly<Record<string, string>>;

/** The eight characters of field 64 (dialect sheet 5.6, with SM4 11.7). */
export function macTool(args: readonly string[]): ToolResult {
  const usage = 'mac --key HEX --data HEX [--algorithm des|sm4]';
  return withOptions(usage, args, ['key', 'data'], ['algorithm'], ({ key = '', data = '', algorithm }) => {
    const parsed = parseKey(key, algorithm);
    if (typeof parsed === 'string') return badValue(parsed);
    if (data === '' || !isHex(data)) return badValue('--data must be whole bytes of hex, at least one.');
    return answer({ mac: unionPayMacText(parsed, fromHex(data)) });
  });
}

/**
 * The block of ISO 9564-1, clear and, given a key, encrypted. Format 0 with SM4 is the block of sixteen bytes, of which
 * `buildPinBlock` says what is known; format 4 is AES, and without a key its two fields are shown.
 */
export function pinBlockTool(args: readonly string[]): ToolResult {
  const usage = 'pin-block --pin PIN --pan PAN [--key HEX] [--format 0|3|4] [--algorithm des|sm4] [--fill HEX]';
  return withOptions(usage, args, ['pin', 'pan'], ['key', 'format', 'algorithm', 'fill'], (options) => {
    const { pin = '', pan = '', format = '0', algorithm = 'des', fill } = options;
    if (!isPin(pin)) return badValue('--pin must be 4 to 12 digits.');
    if (!/^\d{8,19}$/.test(pan)) return badValue('--pan must be 8 to 19 digits.');
    if (algorithm === 'sm4' && format !== '0') return badValue('--algorithm sm4 goes with --format 0 only.');
    if (format === '0' && fill !== undefined) return badValue('--fill is for --format 3 and 4; format 0 has F.');
    switch (format) {
      case '0':
        return clearAndEncrypted(buildPinBlock(pin, pan, algorithm === 'sm4' ? 16 : 8), options);
      case '3': {
        const letters = fill?.toUpperCase() ?? randomLetters();
        if (!/^[A-F]{10}$/.test(letters)) return badValue('--fill must be ten digits A to F for --format 3.');
        return clearAndEncrypted(buildPinBlock3(pin, pan, letters), options);
      }
      case '4':
        return format4(pin, pan, options);
      default:
        return badValue('--format must be 0, 3 or 4.');
    }
  });
}

function clearAndEncrypted(clear: Uint8Array, { key, algorithm }: Options): ToolResult {
  const problem = algorithmProblem(algorithm);
  if (problem !== undefined) return badValue(problem);
  if (key === undefined) return answer({ clear: toHex(clear) });
  const parsed = parseKey(key, algorithm);
  if (typeof parsed === 'string') return badValue(parsed);
  return answer({ clear: toHex(clear), encrypted: toHex(parsed.encrypt(clear)) });
}

function format4(pin: string, pan: string, { key, algorithm, fill }: Options): ToolResult {
  if (algorithm !== undefined) return badValue('--algorithm is not for --format 4, which is AES.');
  if (fill !== undefined && !/^[\dA-Fa-f]{16}$/.test(fill)) {
    return badValue('--fill must be sixteen hex digits for --format 4.');
  }
  const random = fill === undefined ? new Uint8Array(randomBytes(8)) : fromHex(fill);
  const fields = { pinField: toHex(pinField4(pin, random)), panField: toHex(panField4(pan)) };
  if (key === undefined) return answer(fields);
  if (!isHex(key) || ![32, 48, 64].includes(key.length)) {
    return badValue('--key must be 32, 48 or 64 hex digits for --format 4, which is AES.');
  }
  return answer({ ...fields, encrypted: toHex(encipherPinBlock4(new AesKey(fromHex(key)), pin, pan, random)) });
}

const randomLetters = (): string => Array.from({ length: 10 }, () => 'ABCDEF'[randomInt(6)]).join('');

/** The track with its block encrypted in place (dialect sheet 6.3). */
export function trackTool(args: readonly string[]): ToolResult {
  const usage = 'track --key HEX --track TRACK [--algorithm des|sm4]';
  return withOptions(usage, args, ['key', 'track'], ['algorithm'], ({ key = '', track = '', algorithm }) => {
    const parsed = parseKey(key, algorithm);
    if (typeof parsed === 'string') return badValue(parsed);
    const encrypted = encryptTrack(parsed, track);
    if (encrypted.ok) return answer({ encrypted: encrypted.value });
    const enough = 2 * parsed.blockLength + 1;
    return badValue(
      encrypted.error === 'too-short'
        ? `--track must have at least ${enough} characters, ${enough + 1} when their number is even.`
        : '--track must be digits and the separator =, D or >, without sentinels.',
    );
  });
}

const algorithmProblem = (algorithm = 'des'): string | undefined =>
  ['des', 'sm4'].includes(algorithm) ? undefined : '--algorithm must be des or sm4.';

/** The key, or what is wrong. With DES sixteen bytes whose second half is zeros count as eight (dialect sheet 5.4). */
function parseKey(hex: string, algorithm = 'des'): BlockKey | string {
  const problem = algorithmProblem(algorithm);
  if (problem !== undefined) return problem;
  if (!isHex(hex) || (hex.length !== 32 && (hex.length !== 16 || algorithm === 'sm4'))) {
    return algorithm === 'sm4' ? '--key must be 32 hex digits.' : '--key must be 16 or 32 hex digits.';
  }
  return algorithm === 'sm4' ? new Sm4Key(fromHex(hex)) : workingKey(fromHex(hex));
}

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
