/** What passes between terminal and card, for people: named, decoded, and without anything that must not be seen. */
import { describeTlv, describeValue } from '../../src/emv/describe.ts';
import { parseDol } from '../../src/emv/dol.ts';
import { parseTlv, type Tlv } from '../../src/emv/tlv.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';

export interface Exchange {
  /** Its name in EMV Book 1, 11.3 and Book 3, 6.5. */
  readonly command: string;
  /** What it is about, from its header and, of SELECT, its data. */
  readonly detail: string;
  /** CLA, INS, P1, P2. */
  readonly header: string;
  /** What a data object list made the terminal say. */
  readonly data: readonly string[];
  /** SW1 SW2; null: the card said nothing. */
  readonly status: string | null;
  readonly response: readonly string[];
}

export type CryptogramKind = 'AAC' | 'TC' | 'ARQC';

const NAMES: Readonly<Record<string, string>> = {
  '16': 'CARD BLOCK',
  '18': 'APPLICATION UNBLOCK',
  '1E': 'APPLICATION BLOCK',
  '20': 'VERIFY',
  '24': 'PIN CHANGE/UNBLOCK',
  '82': 'EXTERNAL AUTHENTICATE',
  '84': 'GET CHALLENGE',
  '88': 'INTERNAL AUTHENTICATE',
  A4: 'SELECT',
  A8: 'GET PROCESSING OPTIONS',
  AE: 'GENERATE AC',
  B2: 'READ RECORD',
  CA: 'GET DATA',
  D6: 'UPDATE BINARY',
  DA: 'PUT DATA',
  DC: 'UPDATE RECORD',
};

/** Bits 8 and 7. */
const KINDS: readonly (CryptogramKind | undefined)[] = ['AAC', 'TC', 'ARQC', undefined];
const kindOf = (byte: number): CryptogramKind | undefined => KINDS[byte >> 6];

/** The objects of format 1, whose tags only the command tells (Book 3, 6.5.5.4, 6.5.8.4, 6.5.9.4); the last takes the rest. */
const FORMAT_1: Readonly<Record<string, readonly (readonly [tag: string, length: number])[]>> = {
  A8: [
    ['82', 2],
    ['94', 252],
  ],
  AE: [
    ['9F27', 1],
    ['9F36', 2],
    ['9F26', 8],
    ['9F10', 32],
  ],
  '88': [['9F4B', 248]],
};

const LISTS = ['9F38', '8C', '8D', '9F49'];

export class ExchangeReader {
  /** The card's data object lists, as they come by. */
  readonly #lists = new Map<string, string>();
  readonly #cryptograms: (CryptogramKind | null)[] = [];
  #pan: string | undefined;
  #named: string | undefined;
  #aid: string | undefined;

  /** @param defaultDdol for a card without one. */
  constructor(defaultDdol: string) {
    this.#lists.set('9F49', defaultDdol);
  }

  /** Of the first and the second GENERATE AC, as far as the card gave one. */
  get cryptograms(): readonly (CryptogramKind | null)[] {
    return this.#cryptograms;
  }

  /** Of the application that was started, if one was. */
  get aid(): string | undefined {
    return this.#aid;
  }

  /** @param response undefined: the card is gone. */
  read(command: Uint8Array, response: Uint8Array | undefined): Exchange {
    const header = toHex(command.subarray(0, 4));
    const ins = header.slice(2, 4);
    const sent = command.subarray(5, 5 + (command[4] ?? 0));
    const data = command.length > 5 ? this.#describeSent(header, sent) : [];
    const body = response?.subarray(0, -2) ?? new Uint8Array();
    const status = response === undefined || response.length < 2 ? null : toHex(response.subarray(-2));
    const objects = objectsOf(ins, body);
    if (ins === 'AE') this.#cryptograms.push(status === '9000' ? cryptogramIn(objects) : null);
    if (ins === 'A4') this.#named = toHex(sent);
    if (ins === 'A8') this.#aid = this.#named;
    this.#remember(objects);
    return {
      command: NAMES[ins] ?? `INS ${ins}`,
      detail: detailOf(header, sent),
      header,
      data,
      status,
      response: describeBody(ins, body, objects),
    };
  }

  /** For all that is shown: a card can put its number where nobody expects it. */
  masked(text: string): string {
    return this.#pan === undefined ? text : text.replaceAll(this.#pan, '*'.repeat(this.#pan.length));
  }

  #describeSent(header: string, sent: Uint8Array): readonly string[] {
    const ins = header.slice(2, 4);
    if (ins === 'A8') return this.#byList('9F38', withoutTemplate(sent));
    if (ins === 'AE') return this.#byList(this.#cryptograms.length === 0 ? '8C' : '8D', sent);
    if (ins === '88') return this.#byList('9F49', sent);
    if (ins === 'A4') return [];
    return [`(${sent.length} bytes, not shown)`];
  }

  #byList(tag: string, sent: Uint8Array): readonly string[] {
    const list = parseDol(fromHex(this.#lists.get(tag) ?? ''));
    const entries = list.ok ? list.value : [];
    if (entries.reduce((sum, { length }) => sum + length, 0) !== sent.length) {
      return [`(${sent.length} bytes, not shown)`];
    }
    let at = 0;
    return entries.flatMap((entry) => {
      const value = sent.subarray(at, (at += entry.length));
      return describeTlv([{ tag: entry.tag, value, raw: value }]);
    });
  }

  #remember(objects: readonly Tlv[] | undefined): void {
    for (const { tag, value, children } of objects ?? []) {
      if (LISTS.includes(tag)) this.#lists.set(tag, toHex(value));
      if (tag === '5A') this.#pan ??= toHex(value).replace(/F+$/, '') || undefined;
      this.#remember(children);
    }
  }
}

/** Its length may be written in one byte or two. */
const withoutTemplate = (sent: Uint8Array): Uint8Array => sent.subarray(sent[1] === 0x81 ? 3 : 2);

function detailOf(header: string, sent: Uint8Array): string {
  const [p1 = 0, p2 = 0] = fromHex(header.slice(4));
  switch (header.slice(2, 4)) {
    case 'A4':
      return `${describeName(sent)}${p2 === 2 ? ', next' : ''}`;
    case 'B2':
      return `file ${p2 >> 3}, record ${p1}`;
    case 'CA':
      return header.slice(4);
    case 'AE':
      return `${kindOf(p1) ?? 'reserved'}${(p1 & 0x10) === 0 ? '' : ' with CDA'}`;
    case '20':
      return p2 === 0x88 ? 'enciphered PIN' : 'plaintext PIN';
    default:
      return '';
  }
}

const DIRECTORY_NAMES = ['1PAY.SYS.DDF01', '2PAY.SYS.DDF01'];

function describeName(name: Uint8Array): string {
  const text = String.fromCharCode(...name);
  return DIRECTORY_NAMES.includes(text) ? text : describeValue('4F', name);
}

/** Undefined: it is not TLV. */
function objectsOf(ins: string, body: Uint8Array): readonly Tlv[] | undefined {
  const parsed = parseTlv(body);
  if (!parsed.ok) return undefined;
  const [whole, ...others] = parsed.value;
  const format = FORMAT_1[ins];
  if (whole?.tag !== '80' || others.length > 0 || format === undefined) return parsed.value;
  let at = 0;
  const children = format.flatMap(([tag, length]) => {
    const value = whole.value.subarray(at, (at += length));
    return value.length === 0 ? [] : [{ tag, value, raw: value }];
  });
  return [{ ...whole, children }];
}

function describeBody(ins: string, body: Uint8Array, objects: readonly Tlv[] | undefined): readonly string[] {
  if (body.length === 0) return [];
  // Of GET CHALLENGE, a number without a tag.
  if (ins === '84' || objects === undefined) return [`(${body.length} bytes that are no TLV, not shown)`];
  return describeTlv(objects);
}

function cryptogramIn(objects: readonly Tlv[] | undefined): CryptogramKind | null {
  const information = objects?.flatMap(({ children }) => children ?? []).find(({ tag }) => tag === '9F27')?.value[0];
  return information === undefined ? null : (kindOf(information) ?? null);
}
