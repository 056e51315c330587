/** E-receipts as a port: signs a slip into the merchant's chain, durable first, and gives what the customer takes. */
import type { Clock } from '../domain/clock.ts';
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import type { Slip } from '../domain/slip.ts';
import { carefulSlip } from './codec/careful.ts';
import { hexOf } from './codec/bytes.ts';
import { CHAIN_START, chainClosing, chainNext, stateAfter, type ChainState, type ChainStep } from './codec/chain.ts';
import { judgeSignature, readRecord, RECORD_BYTES_MAX, type ReceiptRecord } from './codec/record.ts';
import { shortText } from './codec/short-form.ts';
import { longUrl, shortUrl } from './codec/url.ts';
import { nodeCrypto, nodeHmac } from './node-crypto.ts';
import { receiptQr, type HeadHealth, type PrintedQr } from './qr-form.ts';
import { openReceiptKey, type Entropy, type ReceiptKey } from './receipt-key.ts';
import type { ReceiptStore } from './store/receipt-store.ts';
import { SqliteReceipts } from './store/sqlite-receipts.ts';

export interface ReceiptFailure {
  /** `store`: the record could not be made durable, and so there is none. */
  readonly reason: 'too-large' | 'store';
  /** For logs. */
  readonly detail: string;
}

export type ReceiptAnswer =
  | {
      readonly type: 'issued';
      /** The whole receipt, for the screen. */
      readonly url: string;
      /** For the paper: the same, or the short form where head or paper are too weak. Absent: no code fits. */
      readonly qr?: PrintedQr;
      readonly shortUrl: string;
    }
  | { readonly type: 'failed'; readonly failure: ReceiptFailure };

export type ClosingAnswer =
  | { readonly type: 'closed'; readonly count: number }
  | { readonly type: 'failed'; readonly failure: ReceiptFailure };

export interface ReceiptOptions {
  /** `https://…`, without `#`. */
  readonly baseUrl: string;
  readonly keyFile: string;
  readonly storeFile: string;
  readonly entropy: Entropy;
  readonly clock: Clock;
  /** What the printer's head reaches. */
  readonly widthDots: number;
}

/** @returns the port, or a sentence that says what is wrong and what to do. */
export function openReceipts(options: ReceiptOptions): Result<Receipts, string> {
  const store = SqliteReceipts.open(options.storeFile);
  if (!store.ok) return store;
  const opened = continueChain(store.value, options);
  if (!opened.ok) store.value.close();
  return opened;
}

function continueChain(store: ReceiptStore, options: ReceiptOptions): Result<Receipts, string> {
  const last = store.last();
  const key = openReceiptKey(options.keyFile, options.entropy, last === undefined);
  if (!key.ok) return key;
  if (last !== undefined) {
    const record = readRecord(last);
    const verdict = record.ok ? judgeSignature(record.value, key.value.publicKey, nodeCrypto) : 'bad';
    if (verdict === 'other-key') {
      return fail(
        `The receipts ${options.storeFile} are signed with another key than ${options.keyFile}: restore the files together.`,
      );
    }
    if (verdict === 'bad') {
      return fail(`The last receipt in ${options.storeFile} is damaged: keep the file and call support.`);
    }
  }
  return ok(new Receipts(options, key.value, store));
}

export class Receipts {
  /** What the page and the tool need to know of this terminal. */
  readonly publicKey: Uint8Array;
  readonly #options: ReceiptOptions;
  readonly #key: ReceiptKey;
  readonly #store: ReceiptStore;

  constructor(options: ReceiptOptions, key: ReceiptKey, store: ReceiptStore) {
    this.publicKey = key.publicKey;
    this.#options = options;
    this.#key = key;
    this.#store = store;
  }

  /**
   * The record is durable before the answer. The same slip gives the same receipt, however often it is asked for, also
   * when the power failed in between. @param headHealth of the printer, which decides what is printed of it.
   */
  issue(slip: Slip, answer: (answer: ReceiptAnswer) => void, headHealth: HeadHealth = 'good'): void {
    const careful = carefulSlip(slip);
    const kept = this.#keep(identityOf(careful), (state) => chainNext(state, careful, this.#key, nodeCrypto.sha256));
    this.#later(() =>
      answer(kept.ok ? this.#issued(careful, kept.value, headHealth) : { type: 'failed', failure: kept.error }),
    );
  }

  /**
   * The end of a batch, so that what is removed from its end is missed. Said twice with no receipt in between, it is
   * one end.
   */
  closeBatch(batch: number, answer: (answer: ClosingAnswer) => void): void {
    const closing = this.#closed(batch);
    this.#later(() =>
      answer(closing.ok ? { type: 'closed', count: closing.value } : { type: 'failed', failure: closing.error }),
    );
  }

  /** The merchant's electronic copy, whole. */
  records(): Iterable<Uint8Array> {
    return this.#store.records();
  }

  close(): void {
    this.#store.close();
  }

  #closed(batch: number): Result<number, ReceiptFailure> {
    const last = stored(() => this.#store.last());
    if (!last.ok) return last;
    const record = last.value && recordOf(last.value);
    if (record?.content.type === 'closing' && record.content.batch === batch) return ok(record.content.count);
    const count = this.#stateAfter(last.value).number;
    const identity = `end-${last.value === undefined ? '' : hexOf(nodeCrypto.sha256(last.value))}`;
    const kept = this.#keep(identity, (state) => chainClosing(state, batch, this.#key, nodeCrypto.sha256));
    return kept.ok ? ok(count) : kept;
  }

  #keep(identity: string, next: (state: ChainState) => ChainStep): Result<Uint8Array, ReceiptFailure> {
    const known = stored(() => this.#store.find(identity));
    if (!known.ok) return known;
    if (known.value !== undefined) return ok(known.value);
    // Not remembered but read: where an append failed, only the store knows whether its record is there.
    const last = stored(() => this.#store.last());
    if (!last.ok) return last;
    const { record } = next(this.#stateAfter(last.value));
    if (record.length > RECORD_BYTES_MAX) {
      return fail({ reason: 'too-large', detail: `${record.length} bytes, of ${RECORD_BYTES_MAX}` });
    }
    const appended = stored(() => this.#store.append(identity, record));
    return appended.ok ? ok(record) : appended;
  }

  #stateAfter(last: Uint8Array | undefined): ChainState {
    return last === undefined ? CHAIN_START : stateAfter(recordOf(last), last, nodeCrypto.sha256);
  }

  #issued(slip: Slip, record: Uint8Array, headHealth: HeadHealth): ReceiptAnswer {
    const { baseUrl, widthDots } = this.#options;
    const long = longUrl(baseUrl, record);
    const short = shortUrl(baseUrl, shortText(slip, record, this.#key.shortKey.reveal(), nodeHmac));
    const qr = receiptQr({ longUrl: long, shortUrl: short }, { widthDots, headHealth });
    return { type: 'issued', url: long, shortUrl: short, ...(qr !== undefined && { qr }) };
  }

  #later(action: () => void): void {
    this.#options.clock.after(0, action);
  }
}

/** What was stored once was read when the store was opened, or made here. */
function recordOf(bytes: Uint8Array): ReceiptRecord {
  const record = readRecord(bytes);
  if (!record.ok) throw new Bug(`A stored receipt is ${record.error}.`);
  return record.value;
}

function stored<Value>(action: () => Value): Result<Value, ReceiptFailure> {
  try {
    return ok(action());
  } catch (error) {
    return fail({ reason: 'store', detail: error instanceof Error ? error.message : String(error) });
  }
}

/** With its time: batch and voucher numbers come round again, and a receipt must never be another transaction's. */
const identityOf = ({ batch, copy, dateTime, merchantNumber, terminalNumber, voucher }: Slip): string =>
  [merchantNumber, terminalNumber, batch, voucher, copy, dateTime].join('/');
