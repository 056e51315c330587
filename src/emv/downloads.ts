/** What the host sends in downloads 370 and 380, as the kernel holds it (dialect sheet 7.3). */
import { fail, ok, type Result } from '../domain/result.ts';
import { bytesNumber, fromHex, toAscii, toHex } from './bytes.ts';
import type { CaKey, TerminalApplication } from './terminal.ts';
import { childOf, parseOutside } from './tlv.ts';

/** Names the tag that is missing or has no good value. */
export interface DownloadProblem {
  readonly tag: string;
}

type Values = (tag: string) => Uint8Array | undefined;

function read<Value>(
  hex: string,
  build: (value: Values) => Result<Value, DownloadProblem>,
): Result<Value, DownloadProblem> {
  const objects = parseOutside(fromHex(hex));
  if (!objects.ok) return fail({ tag: objects.error.path.at(-1) ?? '' });
  return build((tag) => childOf(objects.value, tag)?.value);
}

const KEY_ALGORITHMS: Readonly<Record<string, CaKey['algorithm']>> = { '01': 'rsa', '04': 'sm2' };
const HASH_ALGORITHMS: Readonly<Record<string, CaKey['hash']>> = { '01': 'sha-1', '07': 'sm3' };

/** @param hex the TLV of download 370. An SM2 key has no exponent. */
export function readCaKey(hex: string): Result<CaKey, DownloadProblem> {
  return read(hex, (value) => {
    const algorithm = KEY_ALGORITHMS[toHex(value('DF07') ?? new Uint8Array())];
    const hash = HASH_ALGORITHMS[toHex(value('DF06') ?? new Uint8Array())];
    if (algorithm === undefined) return fail({ tag: 'DF07' });
    if (hash === undefined) return fail({ tag: 'DF06' });
    const [rid, index, modulus, checksum] = ['9F06', '9F22', 'DF02', 'DF03'].map(value);
    const expiry = toAscii(value('DF05') ?? new Uint8Array());
    const exponent = value('DF04') ?? (algorithm === 'sm2' ? new Uint8Array() : undefined);
    if (rid?.length !== 5) return fail({ tag: '9F06' });
    if (index?.length !== 1) return fail({ tag: '9F22' });
    // A product of primes is odd; a point of SM2 is whatever it is.
    if (modulus === undefined || (algorithm === 'rsa' && ((modulus.at(-1) ?? 0) & 1) === 0))
      return fail({ tag: 'DF02' });
    if (exponent === undefined) return fail({ tag: 'DF04' });
    if (checksum === undefined) return fail({ tag: 'DF03' });
    if (!/^\d{8}$/.test(expiry)) return fail({ tag: 'DF05' });
    return ok({ rid: toHex(rid), index: toHex(index), algorithm, hash, modulus, exponent, checksum, expiry });
  });
}

const ACTION_CODE_BYTES = 5;

/** @param hex the TLV of download 380. What is not said of random selection selects nothing. */
export function readApplication(hex: string): Result<TerminalApplication, DownloadProblem> {
  return read(hex, (value) => {
    const aid = value('9F06');
    if (aid === undefined || aid.length < 5 || aid.length > 16) return fail({ tag: '9F06' });
    // Some hosts say the version under 9F09.
    const version = value('9F08') ?? value('9F09');
    if (version?.length !== 2) return fail({ tag: '9F08' });
    const codes = ['DF13', 'DF12', 'DF11'].map((tag) => ({ tag, bytes: value(tag) }));
    const bad = codes.find(({ bytes }) => bytes?.length !== ACTION_CODE_BYTES);
    if (bad !== undefined) return fail({ tag: bad.tag });
    const [denial = '', online = '', byDefault = ''] = codes.map(({ bytes }) => toHex(bytes ?? new Uint8Array()));
    const floorLimit = value('9F1B');
    if (floorLimit?.length !== 4) return fail({ tag: '9F1B' });
    const ddol = value('DF14');
    return ok({
      aid: toHex(aid),
      partialName: (value('DF01')?.[0] ?? 0) === 0,
      version: toHex(version),
      floorLimitMinor: bytesNumber(floorLimit),
      actionCodes: { denial, online, default: byDefault },
      randomSelection: {
        thresholdMinor: bytesNumber(value('DF15') ?? new Uint8Array()),
        maximumPercent: percent(value('DF16')),
        targetPercent: percent(value('DF17')),
      },
      ...(ddol === undefined ? {} : { defaultDdol: toHex(ddol) }),
      onlinePin: (value('DF18')?.[0] ?? 1) !== 0,
    });
  });
}

/** Two digits; what are none are nought. */
const percent = (value: Uint8Array | undefined): number => {
  const digits = toHex(value ?? new Uint8Array());
  return /^\d\d$/.test(digits) ? Number(digits) : 0;
};
