/** What terminals have told of issuer scripts: 0620 with 60.3 = 951 (dialect sheet 7.2, 9.1). */
import { readTlvs } from '../card/tlv.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { keyOfMessage, refused, type Request, type Verdict } from './exchange.ts';
import type { EntryKey } from './ledger-entry.ts';
import { maskedPan } from './masked-pan.ts';

export interface ScriptNoticeJson extends EntryKey {
  /** F61: batch, trace number and date of the transaction that brought the script. */
  readonly original: string;
  /** DF31: five bytes for each script, in hex. */
  readonly results: string;
  readonly maskedPan?: string;
}

/** More notices than any run sends: beyond it they are refused with F39 96. */
const NOTICES_MAX = 100_000;
const RESULT_BYTES = 5;
const ORIGINAL = /^\d{12}(\d{4})?$/;

export class ScriptNotices {
  readonly #notices = new Map<string, ScriptNoticeJson>();

  /** The same notice again, after a lost answer, is answered alike. */
  take(request: Request): Verdict {
    const { fields } = request.message;
    const original = fields[61] ?? '';
    if (!ORIGINAL.test(original)) return refused('30', 'F61 names no transaction');
    const objects = readTlvs(fromHex(fields[55] ?? ''));
    const results = objects?.find(({ tag }) => tag === 'DF31')?.value;
    if (results === undefined || results.length === 0 || results.length % RESULT_BYTES !== 0) {
      return refused('30', 'F55 has no script results');
    }
    const key = keyOfMessage(request.message);
    const name = `${key.terminal}/${key.batch}/${key.stan}`;
    if (this.#notices.size >= NOTICES_MAX && !this.#notices.has(name)) return refused('96', 'too-many-notices');
    const pan = request.card?.type === 'card' ? request.card.card.pan : fields[2];
    this.#notices.set(name, {
      ...key,
      original,
      results: toHex(results),
      ...(pan !== undefined && { maskedPan: maskedPan(pan) }),
    });
    return { responseCode: '00' };
  }

  json(): readonly ScriptNoticeJson[] {
    return [...this.#notices.values()];
  }
}
