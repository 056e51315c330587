/** Parameters, CA keys, applications and the card blacklist, as terminals download them (dialect sheet 7.3, 7.4). */
import { Bug } from '../../../src/domain/result.ts';
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { isHex } from '../crypto/hex.ts';
import { refused, type Request, type Verdict } from './exchange.ts';
import { hexOf, textOf } from './transfers.ts';

export interface CaKey {
  /** Ten hex digits. */
  readonly rid: string;
  /** Two hex digits. */
  readonly index: string;
  /** YYYYMMDD. */
  readonly expiry: string;
  /** DF06: 01 SHA-1, 07 SM3. */
  readonly hashAlgorithm: string;
  /** DF07: 01 RSA, 04 SM2. */
  readonly keyAlgorithm: string;
  /** DF02: the modulus, or the point of an SM2 key. */
  readonly modulus: string;
  /** DF04; an SM2 key has none. */
  readonly exponent?: string;
  /** DF03: hash over RID, index, modulus and exponent. */
  readonly checkValue: string;
}

export interface Application {
  readonly aid: string;
  /** Besides 9F06: tag and value in hex, in the order in which they are sent. */
  readonly tags: readonly (readonly [tag: string, value: string])[];
}

export interface DownloadData {
  /** Tag and value of 60.3 = 360, one byte a character; {@link PARAMETER_LENGTHS} says how long a value is. */
  readonly parameters: readonly (readonly [tag: string, value: string])[];
  readonly caKeys: readonly CaKey[];
  readonly applications: readonly Application[];
  /** Whole card numbers. */
  readonly blacklist: readonly string[];
  /** So many entries of a list stand in one answer, and then it is asked for again. */
  readonly entriesPerAnswer: number;
}

/** Dialect sheet 7.4. The numbers in front of each other have no length bytes: only this table tells them apart. */
const PARAMETER_LENGTHS: ReadonlyMap<string, number> = new Map([
  ...(['01', '02', '03', '04', '05'] as const).map((tag) => [tag, 1] as const),
  ...([11, 12, 19, 27] as const).map((tag) => [String(tag), 2] as const),
  ...([13, 18, 20, 21, 23, 24, 25] as const).map((tag) => [String(tag), 1] as const),
  ...([14, 15, 16, 17] as const).map((tag) => [String(tag), 14] as const),
  ['22', 40],
  ['26', 4],
]);

/** The count of entries already received has two digits. */
const LIST_MAX = 99;
const BLACKLIST_MAX = 999;

/** First character of an answer to a query (dialect sheet 7.3). */
type Status = '0' | '1' | '2';

export class Downloads {
  readonly #data: DownloadData;

  /** @throws Bug for data that no message can carry. */
  constructor(data: DownloadData) {
    for (const [tag, value] of data.parameters) {
      if (PARAMETER_LENGTHS.get(tag) !== value.length)
        throw new Bug(`Parameter ${tag} has ${value.length} characters.`);
    }
    const { applications, blacklist, caKeys, entriesPerAnswer } = data;
    if (Math.max(applications.length, caKeys.length) > LIST_MAX) throw new Bug(`A list has up to ${LIST_MAX} entries.`);
    if (blacklist.length > BLACKLIST_MAX) throw new Bug(`The blacklist has up to ${BLACKLIST_MAX} entries.`);
    if (!blacklist.every((pan) => /^\d{12,19}$/.test(pan))) throw new Bug('The blacklist holds whole card numbers.');
    if (!Number.isInteger(entriesPerAnswer) || entriesPerAnswer < 1) throw new Bug('An answer has at least one entry.');
    this.#data = data;
  }

  /** 0800, 60.3 = 360: all in one answer. */
  parameters(): Verdict {
    const text = this.#data.parameters.map(([tag, value]) => tag + value).join('');
    return answered(hexOfBytes(text));
  }

  /** 0820, 60.3 = 372 for RSA keys, 373 for SM2 keys. */
  keyList(request: Request): Verdict {
    const algorithm = (request.message.fields[60] ?? '').slice(8, 11) === '373' ? '04' : '01';
    const keys = this.#data.caKeys.filter(({ keyAlgorithm }) => keyAlgorithm === algorithm);
    return this.#list(
      request,
      keys.map((key) => keyHead(key) + tlv('DF05', hexOf(key.expiry))),
    );
  }

  /** 0820, 60.3 = 382. */
  applicationList(request: Request): Verdict {
    return this.#list(
      request,
      this.#data.applications.map(({ aid }) => tlv('9F06', aid)),
    );
  }

  /** 0800, 60.3 = 370: one CA key, named as the list names it. */
  key(request: Request): Verdict {
    const wanted = request.message.fields[62] ?? '';
    const key = this.#data.caKeys.find((each) => wanted.startsWith(keyHead(each)));
    return found(
      key === undefined
        ? undefined
        : keyHead(key) +
            tlv('DF05', hexOf(key.expiry)) +
            tlv('DF06', key.hashAlgorithm) +
            tlv('DF07', key.keyAlgorithm) +
            tlv('DF02', key.modulus) +
            (key.exponent === undefined ? '' : tlv('DF04', key.exponent)) +
            tlv('DF03', key.checkValue),
    );
  }

  /** 0800, 60.3 = 380: one application, named by its AID. */
  application(request: Request): Verdict {
    const wanted = request.message.fields[62] ?? '';
    const one = this.#data.applications.find(({ aid }) => wanted === tlv('9F06', aid));
    return found(
      one === undefined ? undefined : tlv('9F06', one.aid) + one.tags.map(([tag, value]) => tlv(tag, value)).join(''),
    );
  }

  /**
   * 0800, 60.3 = 390. The sheet has no layout for it, so it has that of the BIN tables (dialect sheet 7.4): the next
   * index asked for; then status, last index, and for each card two digits of length and the number.
   */
  blacklist(request: Request): Verdict {
    const text = requestText(request);
    if (!/^\d{3}$/.test(text)) return refused('30', 'F62 is no index of three digits');
    const { entries, last, status } = this.#page(this.#data.blacklist, Number(text));
    const cards = entries.map((pan) => pan.length.toString().padStart(2, '0') + pan);
    return answered(hexOf(status + last.toString().padStart(3, '0') + cards.join('')));
  }

  #list(request: Request, entries: readonly string[]): Verdict {
    const text = requestText(request);
    if (!/^1\d{2}$/.test(text)) return refused('30', 'F62 is not 1 and a count of two digits');
    const page = this.#page(entries, Number(text.slice(1)));
    return answered(hexOf(page.status) + page.entries.join(''));
  }

  #page(
    all: readonly string[],
    from: number,
  ): { readonly status: Status; readonly entries: readonly string[]; readonly last: number } {
    const entries = all.slice(from, from + this.#data.entriesPerAnswer);
    const last = from + entries.length;
    if (entries.length === 0) return { status: '0', entries, last };
    return { status: last < all.length ? '2' : '1', entries, last };
  }
}

const requestText = ({ message: { fields } }: Request): string => textOf(fields[62] ?? '');

const answered = (field62: string): Verdict => {
  const fields: Fields = { 62: field62 };
  return { responseCode: '00', fields };
};

const found = (field: string | undefined): Verdict => answered(field === undefined ? hexOf('0') : hexOf('1') + field);

const keyHead = ({ rid, index }: CaKey): string => tlv('9F06', rid) + tlv('9F22', index);

/** BER-TLV with a length of one byte, or of 81 and one. */
function tlv(tag: string, value: string): string {
  const length = value.length / 2;
  if (!isHex(value) || length > 255) throw new Bug(`The value of ${tag} is not up to 255 bytes of hex.`);
  const digits = length.toString(16).toUpperCase().padStart(2, '0');
  return tag + (length > 127 ? '81' : '') + digits + value;
}

/** One byte a character. */
const hexOfBytes = (text: string): string =>
  Array.from(text, (character) => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')).join('');
