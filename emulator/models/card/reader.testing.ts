/** For tests: the terminal's side of a chip card, of few manners, which shares nothing with the real one. */
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '../crypto/hex.ts';
import { sha1 } from '../crypto/rsa-key.ts';
import { ChipCard } from './chip-card.ts';
import { parseChipCard, type ChipCardFile } from './chip-card-file.ts';
import { emvKeys, type EmvKeys } from './emv-keys.ts';

const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url), 'utf8'));

export const KEYS: EmvKeys = emvKeys(fixture('emv/keys.json') as EmvKeys['file']);

type Changes = Omit<Partial<ChipCardFile>, 'applications'> & {
  readonly application?: Partial<ChipCardFile['applications'][number]>;
};

export function fileOf(name: string, { application, ...changes }: Changes = {}): ChipCardFile {
  const parsed = parseChipCard(fixture(`chip-cards/${name}.json`));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.error}`);
  const applications = parsed.value.applications.map((each) => ({ ...each, ...application }));
  return { ...parsed.value, ...changes, applications };
}

/** Numbers itself, so that no two challenges are the same. */
function countingEntropy(): (bytes: number) => Uint8Array {
  let next = 1;
  return (bytes) => Uint8Array.from({ length: bytes }, () => (next = (next * 37 + 11) % 251));
}

export const chipCard = (name: string, changes: Changes = {}): ChipCard =>
  new ChipCard(fileOf(name, changes), KEYS, countingEntropy());

export const CREDIT = 'A000000333010102';
export const DEBIT = 'A000000333010101';
export const DIRECTORY = '315041592E5359532E4444463031';

export interface Reply {
  /** Hex. */
  readonly data: string;
  /** Hex; empty when nothing came. */
  readonly status: string;
}

export interface Generated {
  readonly type: string;
  readonly atc: string;
  readonly cryptogram: string;
  readonly issuerData: string;
  /** Tag 9F4B. */
  readonly signature?: string;
  readonly objects: ReadonlyMap<string, string>;
}

export const AAC = 0x00;
export const TC = 0x40;
export const ARQC = 0x80;
export const COMBINED = 0x10;

const TERMINAL: Readonly<Record<string, string>> = {
  '9F02': '000000001500',
  '9F03': '000000000000',
  '9F1A': '0156',
  '95': '0000008000',
  '5F2A': '0156',
  '9A': '260315',
  '9C': '00',
  '9F37': '11223344',
  '9F33': 'E0F8C8',
  '8A': '3030',
};

/** The data objects of a value, constructed ones opened, last one wins. Hex. */
export function objectsIn(hex: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < hex.length;) {
    const first = Number.parseInt(hex.slice(at, at + 2), 16);
    const tag = hex.slice(at, at + ((first & 0x1f) === 0x1f ? 4 : 2));
    at += tag.length;
    const isLong = hex.slice(at, at + 2) === '81';
    at += isLong ? 2 : 0;
    const length = Number.parseInt(hex.slice(at, at + 2), 16) * 2;
    at += 2;
    const value = hex.slice(at, at + length);
    if (value.length !== length) throw new Error(`Tag ${tag} is cut off.`);
    found.set(tag, value);
    if ((first & 0x20) !== 0) for (const [inner, content] of objectsIn(value)) found.set(inner, content);
    at += length;
  }
  return found;
}

export class TestReader {
  readonly card: ChipCard;
  values: Readonly<Record<string, string>>;
  /** Everything that the card has told. */
  readonly seen = new Map<string, string>();
  /** As the signed records and tag 9F4A have it. */
  staticData = '';
  /** What the card was sent in data object lists: for the signature over it. */
  sent = '';

  constructor(card: ChipCard, values: Readonly<Record<string, string>> = {}) {
    this.card = card;
    this.values = { ...TERMINAL, ...values };
    card.reset();
  }

  send(hex: string): Reply {
    const answer = toHex(this.card.transmit(fromHex(hex.replaceAll(' ', ''))).bytes);
    return { data: answer.slice(0, -4), status: answer.slice(-4) };
  }

  select(name: string, next = false): Reply {
    return this.send(`00A404${next ? '02' : '00'}${lengthOf(name)}${name}00`);
  }

  options(): Reply {
    const values = this.#list(this.seen.get('9F38') ?? '');
    this.sent += values;
    return this.send(`80A80000${lengthOf(`83${lengthOf(values)}${values}`)}83${lengthOf(values)}${values}00`);
  }

  record(file: number, number: number): Reply {
    return this.send(`00B2${byte(number)}${byte((file << 3) | 4)}00`);
  }

  /** Selects, begins and reads all records. Throws at the first refusal. */
  begin(aid = CREDIT): this {
    this.#learn(expected(this.select(aid)));
    const options = objectsIn(expected(this.options()));
    const short = options.get('80');
    this.seen.set('82', short?.slice(0, 4) ?? options.get('82') ?? '');
    const locator = short?.slice(4) ?? options.get('94') ?? '';
    for (let at = 0; at < locator.length; at += 8) {
      const [file = 0, first = 0, last = 0, signed = 0] = fromHex(locator.slice(at, at + 8));
      for (let number = first; number <= last; number++) {
        const record = expected(this.record(file >> 3, number));
        this.#learn(record);
        if (number < first + signed) this.staticData += objectsIn(record).get('70') ?? '';
      }
    }
    if (this.seen.has('9F4A')) this.staticData += this.seen.get('82') ?? '';
    return this;
  }

  authenticate(): Reply {
    return this.send(`00880000${this.#command(this.seen.get('9F49') ?? '')}`);
  }

  /** A clear PIN. */
  verify(pin: string): Reply {
    return this.send(`0020008008${`2${pin.length}${pin}`.padEnd(16, 'F')}`);
  }

  /** A PIN under the card's public key (Book 2, 7.2). */
  verifyEnciphered(pin: string, publicKey: string): Reply {
    const challenge = this.send('0084000000').data;
    const block = `7F${`2${pin.length}${pin}`.padEnd(16, 'F')}${challenge}`.padEnd(publicKey.length, 'A5');
    const enciphered = power(block, publicKey);
    return this.send(`00200088${lengthOf(enciphered)}${enciphered}`);
  }

  generate(type: number, list = '8C'): Reply {
    const values = this.#list(this.seen.get(list) ?? '');
    this.sent += values;
    return this.send(`80AE${byte(type)}00${lengthOf(values)}${values}00`);
  }

  first(type: number): Generated {
    return generated(expected(this.generate(type)));
  }

  second(type: number, values: Readonly<Record<string, string>> = {}): Generated {
    this.values = { ...this.values, ...values };
    return generated(expected(this.generate(type, '8D')));
  }

  externalAuthenticate(data: string): Reply {
    return this.send(`00820000${lengthOf(data)}${data}`);
  }

  /** F55 of a financial request (dialect sheet 7.2), hex. */
  field55({ atc, cryptogram, issuerData, type }: Generated, changes: Readonly<Record<string, string>> = {}): string {
    const all: Readonly<Record<string, string | undefined>> = {
      '9F26': cryptogram,
      '9F27': type,
      '9F10': issuerData,
      '9F36': atc,
      '82': this.seen.get('82'),
      ...this.values,
      ...changes,
    };
    const tags = '9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33'.split(' ');
    return tags.map((tag) => `${tag}${lengthOf(all[tag] ?? '')}${all[tag] ?? ''}`).join('');
  }

  #learn(data: string): void {
    for (const [tag, value] of objectsIn(data)) this.seen.set(tag, value);
  }

  #command(list: string): string {
    const values = this.#list(list);
    return `${lengthOf(values)}${values}00`;
  }

  /** Values for a list, zeros for what this terminal does not have, cut and filled on the left. */
  #list(list: string): string {
    let values = '';
    for (let at = 0; at < list.length;) {
      const first = Number.parseInt(list.slice(at, at + 2), 16);
      const tag = list.slice(at, at + ((first & 0x1f) === 0x1f ? 4 : 2));
      const length = Number.parseInt(list.slice(at + tag.length, at + tag.length + 2), 16) * 2;
      values += (this.values[tag] ?? '').padStart(length, '0').slice(-length);
      at += tag.length + 2;
    }
    return values;
  }
}

function generated(data: string): Generated {
  const objects = objectsIn(data);
  const short = objects.get('80');
  const signature = objects.get('9F4B');
  return {
    type: short?.slice(0, 2) ?? objects.get('9F27') ?? '',
    atc: short?.slice(2, 6) ?? objects.get('9F36') ?? '',
    cryptogram: short?.slice(6, 22) ?? objects.get('9F26') ?? '',
    issuerData: short?.slice(22) ?? objects.get('9F10') ?? '',
    ...(signature !== undefined && { signature }),
    objects,
  };
}

export function expected({ data, status }: Reply): string {
  if (status !== '9000' && status !== '6283') throw new Error(`The card answered ${status}.`);
  return data;
}

/** What a signature says, by a public key with exponent 3, without its frame of 6A and BC. Throws when the frame is not there. */
export function recovered(signature: string, modulus: string): string {
  const clear = power(signature, modulus);
  if (!clear.startsWith('6A') || !clear.endsWith('BC')) throw new Error('That is no signature by this key.');
  return clear.slice(2, -2);
}

/** The key in a certificate, after its hash has been found right. @param head bytes before the key. */
export function certifiedKey(certificate: string, by: string, head: number, remainder: string, rest: string): string {
  const content = recovered(certificate, by);
  const [body, hash] = [content.slice(0, -40), content.slice(-40)];
  if (hashOf(body + remainder + rest) !== hash) throw new Error('The hash of the certificate is wrong.');
  const length = Number.parseInt(body.slice(2 * head - 4, 2 * head - 2), 16) * 2;
  return (body.slice(2 * head) + remainder).replace(/(BB)+$/, '').slice(0, length);
}

export const hashOf = (hex: string): string => toHex(sha1(fromHex(hex)));

function power(block: string, modulus: string): string {
  const [base, mod] = [BigInt(`0x${block}`), BigInt(`0x${modulus}`)];
  return ((((base * base) % mod) * base) % mod).toString(16).toUpperCase().padStart(modulus.length, '0');
}

const byte = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');
const lengthOf = (hex: string): string => byte(hex.length / 2);
