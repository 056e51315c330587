/** A card for tests: UnionPay debit, its keys certified by the test authority, every answer open to replacement. */
import { concat, fromHex, toHex } from '../bytes.ts';
import { type DolEntry, parseDol } from '../dol.ts';
import type { CaKey } from '../terminal.ts';
import { caKeyChecksum } from '../oda/ca-keys.ts';
import { encodeTlv, parseTlv } from '../tlv.ts';
import { certify, KEYS, sign, testCrypto } from './crypto.ts';

export const TEST_PAN = '6222021234567890128';
const TEST_AID = 'A000000333010101';
const RID = 'A000000333';

const unsigned = {
  rid: RID,
  index: '80',
  algorithm: 'rsa',
  hash: 'sha-1',
  expiry: '20301231',
  checksum: new Uint8Array(),
} as const;
const testKey = { ...unsigned, modulus: KEYS.authority.modulus, exponent: KEYS.authority.exponent };

export const testCaKey: CaKey = { ...testKey, checksum: caKeyChecksum(testKey, testCrypto) };

export interface TestCard {
  /** 82. */
  readonly profile: string;
  /** Record 1 of file 1. */
  readonly objects: Readonly<Record<string, string>>;
  /** Record 1 of file 2, authenticated. */
  readonly authenticated: Readonly<Record<string, string>>;
  readonly pdol: string;
  /** CID of the first and second cryptogram. */
  readonly first: number;
  readonly second: number;
  /** What stands in a CDA signature instead of the truth: cryptogram information, transaction hash. */
  readonly signed: { readonly information?: string; readonly hash?: string };
  /** By the head of a command, in hex: what is answered instead. Several: one after the other, the last for ever. */
  readonly instead: Readonly<Record<string, string | readonly string[]>>;
}

const AUTHENTICATED = { '5A': `${TEST_PAN}F`, '5F24': '301231', '5F34': '01', '5F28': '0156' };

export const record = (objects: Readonly<Record<string, string>>): string =>
  toHex(concat(...Object.entries(objects).map(([tag, value]) => encodeTlv(tag, fromHex(value)))));

/** What SDA and the card's certificate cover: that record, and the profile that 9F4A names. */
export function cardObjects(profile: string, authenticated: Readonly<Record<string, string>> = AUTHENTICATED) {
  const staticData = record(authenticated) + profile;
  const issuer = certify(KEYS.authority, KEYS.issuer, { format: '02', subject: '622202FF' });
  const card = certify(KEYS.issuer, KEYS.card, { format: '04', subject: `${TEST_PAN}F`, staticData });
  const staticSignature = sign(KEYS.issuer, fromHex('0301ABCD'), fromHex(staticData));
  return {
    '8C': '9F02069F03069F1A0295055F2A029A039C019F3704',
    '8D': '8A029F02069F03069F1A0295055F2A029A039C019F3704910A',
    '8E': '000000000000000042031F00',
    '9F0D': '0000000000',
    '9F0E': '0000000000',
    '9F0F': '0000000000',
    '9F07': 'FFC0',
    '9F08': '0030',
    '9F42': '0156',
    '8F': '80',
    '90': toHex(issuer.certificate),
    '92': toHex(issuer.remainder),
    '9F32': toHex(issuer.exponent),
    '9F46': toHex(card.certificate),
    '9F48': toHex(card.remainder),
    '9F47': toHex(card.exponent),
    '9F49': '9F3704',
    '9F4A': '82',
    '93': toHex(staticSignature),
  };
}

export function testCard(part: Partial<TestCard> = {}): TestCard {
  const { profile = '7800', authenticated = AUTHENTICATED } = part;
  return {
    profile,
    authenticated,
    objects: cardObjects(profile),
    pdol: '9F1A029F0206',
    first: 0x40,
    second: 0x40,
    signed: {},
    instead: {},
    ...part,
  };
}

/** @returns the card's end, and what it was told. */
export function insert(card: TestCard): {
  readonly answer: (command: Uint8Array) => Uint8Array | undefined;
  readonly log: string[];
} {
  const log: string[] = [];
  const counts = new Map<string, number>();
  const lists: Uint8Array[] = [];
  const answer = (command: Uint8Array): Uint8Array | undefined => {
    const hex = toHex(command);
    log.push(hex);
    const head = Object.keys(card.instead).find((each) => hex.startsWith(each));
    const told = head === undefined ? undefined : card.instead[head];
    if (head !== undefined && told !== undefined) {
      const count = counts.get(head) ?? 0;
      counts.set(head, count + 1);
      const answers = typeof told === 'string' ? [told] : told;
      const one = answers[Math.min(count, answers.length - 1)] ?? '';
      if (one === 'gone') return undefined;
      if (one !== 'usual') return fromHex(one);
    }
    return usual(card, command, lists);
  };
  return { answer, log };
}

const OK = '9000';

function usual(card: TestCard, command: Uint8Array, lists: Uint8Array[]): Uint8Array {
  const hex = toHex(command);
  const data = command.subarray(5, 5 + (command[4] ?? 0));
  switch (hex.slice(0, 4)) {
    case '00A4':
      if (toHex(data) !== TEST_AID) return fromHex('6A82');
      return fromHex(
        toHex(
          encodeTlv(
            '6F',
            fromHex(record({ '84': TEST_AID, A5: record({ '50': '5445535420434152 44', '9F38': card.pdol }) })),
          ),
        ) + OK,
      );
    case '80A8':
      lists.push(data.subarray(2));
      return fromHex(`77 0E 82 02 ${card.profile} 94 08 08010100 10010101 9000`);
    case '00B2':
      return fromHex(`${record({ '70': record(hex.startsWith('00B2010C') ? card.objects : card.authenticated) })}9000`);
    case '0088':
      return fromHex(`${record({ '80': toHex(sign(KEYS.card, fromHex('05010908AABBCCDDEEFF0011'), data)) })}9000`);
    case '80CA':
      return fromHex('6A88');
    case '0082':
    case '0020':
    case '8424':
      return fromHex(OK);
    case '0084':
      return fromHex('0102030405060708 9000');
    case '80AE':
      lists.push(data);
      return cryptogram(card, command, lists);
    default:
      throw new Error(`The test card does not know ${hex}.`);
  }
}

const CRYPTOGRAM = '1122334455667788';

function cryptogram(card: TestCard, command: Uint8Array, lists: readonly Uint8Array[]): Uint8Array {
  const control = command[2] ?? 0;
  const information = (lists.length === 2 ? card.first : card.second) & ((control & 0xc0) === 0 ? 0x3f : 0xff);
  const byte = toHex(Uint8Array.of(information));
  const common = { '9F27': byte, '9F36': '0042', '9F10': '07010103A00000' };
  if ((control & 0x10) === 0 || (information & 0xc0) === 0) {
    return fromHex(`${record({ '77': record({ ...common, '9F26': CRYPTOGRAM }) })}9000`);
  }
  const { information: said = byte, hash = toHex(testCrypto.sha1(concat(...lists, fromHex(record(common))))) } =
    card.signed;
  const body = fromHex(`0501 26 08 AABBCCDDEEFF0011 ${said} ${CRYPTOGRAM} ${hash}`);
  const signature = sign(KEYS.card, body, fromHex('11223344'));
  return fromHex(`${record({ '77': record({ ...common, '9F4B': toHex(signature) }) })}9000`);
}

/** The values that a list of the card got, by tag. */
export function listed(dol: string, data: string): Readonly<Record<string, string>> {
  const entries: readonly DolEntry[] = (() => {
    const parsed = parseDol(fromHex(dol));
    return parsed.ok ? parsed.value : [];
  })();
  let at = 0;
  return Object.fromEntries(
    entries.map(({ tag, length }) => {
      const value = data.slice(at * 2, (at + length) * 2);
      at += length;
      return [tag, value];
    }),
  );
}

export const tags = (bytes: Uint8Array): readonly string[] => {
  const parsed = parseTlv(bytes);
  return parsed.ok ? parsed.value.map(({ tag }) => tag) : [];
};
