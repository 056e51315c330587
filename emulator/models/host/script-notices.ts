/** What terminals have told of issuer scripts: 0620 with 60.3 = 951 (dialect sheet 7.2, 9.1). */
import type { Fields } from '../../../src/host/iso8583/message.ts';
import { toHex } from '../crypto/hex.ts';
import { counterIn, isChipEntry, readField55 } from './chips.ts';
import { keyOfMessage, refused, type Request, type Verdict } from './exchange.ts';
import { keyOf, type EntryKey } from './ledger-entry.ts';
import { maskedPan } from './masked-pan.ts';

export interface ScriptNoticeJson extends EntryKey {
  /** F61: batch, trace number and date of the transaction that brought the script. */
  readonly original: string;
  /** DF31: five bytes for each script, in hex. */
  readonly results: string;
  readonly maskedPan?: string;
}

/** A transaction whose answer brought scripts, of which the terminal is to tell. */
export interface OwedNotice extends EntryKey {
  readonly pan: string;
  /** 9F36, hex. */
  readonly counter: string;
  /** How many. */
  readonly scripts: number;
  /** F13 of the answer, MMDD. */
  readonly date: string;
  /** F37 and F38 of the answer. */
  readonly referenceNumber: string;
  readonly authorizationCode?: string;
}

/** More scripts than any run sends: what comes after is not waited for, and its notices are refused. */
const NOTICES_MAX = 100_000;
const RESULT_BYTES = 5;
const ORIGINAL = /^(\d{6})(\d{6})(\d{4})$/;

export class ScriptNotices {
  readonly #acquirerId: string;
  readonly #owed = new Map<string, OwedNotice>();
  /** By the transaction that brought the script. */
  readonly #notices = new Map<string, ScriptNoticeJson>();

  /** @param acquirerId field 32 of every answer, which the notice repeats. */
  constructor(acquirerId: string) {
    this.#acquirerId = acquirerId;
  }

  owed(notice: OwedNotice): void {
    if (this.#owed.size < NOTICES_MAX) this.#owed.set(nameOf(notice), notice);
  }

  /** Kept once for each original. The same notice again, after a lost answer, is answered alike; another one is F39 94. */
  take(request: Request): Verdict {
    const { fields } = request.message;
    const content = contentOf(fields);
    if (typeof content === 'string') return refused('30', content);
    if (request.isExercise) return { responseCode: '00' };
    const key = keyOfMessage(request.message);
    const { batch, counter, date, results, stan } = content;
    const original = { terminal: key.terminal, batch, stan };
    const owed = this.#owed.get(nameOf(original));
    if (owed === undefined) return refused('25', 'no-script-was-sent');
    const isIts =
      fields[32] === this.#acquirerId &&
      fields[2] === owed.pan &&
      fields[37] === owed.referenceNumber &&
      fields[38] === owed.authorizationCode &&
      date === owed.date &&
      counter === owed.counter;
    if (!isIts) return refused('25', 'not-the-original');
    if (results.length > owed.scripts * RESULT_BYTES) return refused('30', 'more results than scripts');
    const earlier = this.#notices.get(nameOf(original));
    if (earlier !== undefined && nameOf(earlier) !== nameOf(key)) return refused('94', 'told-before');
    this.#notices.set(nameOf(original), {
      ...key,
      original: fields[61] ?? '',
      results: toHex(results),
      maskedPan: maskedPan(owed.pan),
    });
    return { responseCode: '00' };
  }

  json(): readonly ScriptNoticeJson[] {
    return [...this.#notices.values()];
  }

  untold(): readonly EntryKey[] {
    return [...this.#owed.values()].filter((owed) => !this.#notices.has(nameOf(owed))).map(keyOf);
  }
}

/** Or what is wrong with it, in words without content. */
function contentOf(fields: Fields) {
  const [, batch, stan, date] = ORIGINAL.exec(fields[61] ?? '') ?? [];
  if (date === undefined) return 'F61 names no transaction';
  if (!isChipEntry(fields) || fields[23] === undefined) return 'F22 and F23 name no chip';
  const values = readField55(fields[55], 'scriptNotice');
  if (typeof values === 'string') return values;
  const results = values.get('DF31') ?? new Uint8Array();
  if (results.length === 0 || results.length % RESULT_BYTES !== 0) return 'F55 has no script results';
  return { batch: Number(batch), stan: Number(stan), date, results, counter: counterIn(values) };
}

const nameOf = ({ terminal, batch, stan }: EntryKey): string => `${terminal}/${batch}/${stan}`;
