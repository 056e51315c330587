/** The chain that holds the merchant's records together: its next record, and what is wrong with a chain of them. */
import { areEqual, hexOf } from './bytes.ts';
import { HASH_BYTES, type ReceiptCrypto, type ReceiptSigner } from './crypto.ts';
import type { Closing, Content } from './payload.ts';
import { judgeSignature, readRecord, signRecord, type ReceiptRecord } from './record.ts';

/** Where a chain stands. */
export interface ChainState {
  /** How many records the batch has so far. */
  readonly number: number;
  /** SHA-256 of the last record. */
  readonly previous: Uint8Array;
}

export const CHAIN_START: ChainState = { number: 0, previous: new Uint8Array(HASH_BYTES) };

type Hash = ReceiptCrypto['sha256'];

export interface ChainStep {
  readonly state: ChainState;
  readonly record: Uint8Array;
}

/** After the end of a batch the numbers begin again, and the chain goes on. */
export function chainNext(state: ChainState, content: Content, signer: ReceiptSigner, sha256: Hash): ChainStep {
  const record = signRecord({ number: state.number + 1, previous: state.previous, content }, signer);
  return { record, state: stateAfter({ number: state.number + 1, content }, record, sha256) };
}

export const chainClosing = (state: ChainState, batch: number, signer: ReceiptSigner, sha256: Hash): ChainStep =>
  chainNext(state, { type: 'closing', batch, count: state.number }, signer, sha256);

export const stateAfter = (
  { number, content }: Pick<ReceiptRecord, 'number' | 'content'>,
  bytes: Uint8Array,
  sha256: Hash,
): ChainState => ({ number: content.type === 'closing' ? 0 : number, previous: sha256(bytes) });

type ChainProblem =
  /** No record at all. */
  | 'unreadable'
  | 'other-key'
  | 'signature'
  /** One or more records before this one are missing. */
  | 'gap'
  /** It stands in another place than it was made for, or twice. */
  | 'order'
  /** What stands before it is not what it was made after. */
  | 'hash'
  /** The end of a batch counts otherwise. */
  | 'count';

interface ChainFinding {
  /** Of the first bad record, from 0. */
  readonly index: number;
  readonly problem: ChainProblem;
  /** The number that stands in it, where it can be read, and the one that was to come. */
  readonly number?: number;
  readonly expected: number;
}

export interface ChainReport {
  readonly slips: number;
  readonly closings: readonly Closing[];
  /** Nothing says where the last batch ends: what was removed from its end is not missed. */
  readonly open: boolean;
  /** Hex of the record that the first one was made after: zeros at the beginning of a terminal's life. */
  readonly follows: string;
  readonly finding?: ChainFinding;
}

/** Judges records from the first of a batch on, up to the first bad one. */
export function verifyChain(records: readonly Uint8Array[], publicKey: Uint8Array, crypto: ReceiptCrypto): ChainReport {
  const closings: Closing[] = [];
  let slips = 0;
  let follows: string | undefined;
  let state: ChainState | undefined;
  for (const [index, bytes] of records.entries()) {
    const expected = (state?.number ?? 0) + 1;
    const record = readRecord(bytes);
    const problem = record.ok
      ? (signatureProblem(record.value, publicKey, crypto) ?? placeProblem(record.value, index, records, state))
      : 'unreadable';
    if (!record.ok || problem !== undefined) {
      const number = record.ok && { number: record.value.number };
      const finding = { index, problem: problem ?? 'unreadable', ...number, expected };
      return { slips, closings, open: true, follows: follows ?? '', finding };
    }
    const { content, previous } = record.value;
    follows ??= hexOf(previous);
    if (content.type === 'closing') closings.push(content);
    else slips += 1;
    state = stateAfter(record.value, bytes, crypto.sha256);
  }
  return { slips, closings, open: state === undefined || state.number > 0, follows: follows ?? '' };
}

function signatureProblem(
  record: ReceiptRecord,
  publicKey: Uint8Array,
  crypto: ReceiptCrypto,
): ChainProblem | undefined {
  const verdict = judgeSignature(record, publicKey, crypto);
  if (verdict === 'good') return undefined;
  return verdict === 'bad' ? 'signature' : 'other-key';
}

/** @param state undefined before the first record, which may follow an earlier batch that is not here. */
function placeProblem(
  { number, previous, content }: ReceiptRecord,
  index: number,
  records: readonly Uint8Array[],
  state: ChainState | undefined,
): ChainProblem | undefined {
  const expected = (state?.number ?? 0) + 1;
  const here = records[index] ?? new Uint8Array();
  if (number !== expected || (state !== undefined && !areEqual(previous, state.previous))) {
    const isRepeated = records.slice(0, index).some((earlier) => areEqual(earlier, here));
    const comesLater = records.slice(index + 1).some((later) => isNext(later, expected, state));
    if (isRepeated || comesLater) return 'order';
    // A batch that begins before the one before it has ended has lost that end.
    if (number > expected || number === 1) return 'gap';
    return number === expected ? 'hash' : 'order';
  }
  return content.type === 'closing' && content.count !== number - 1 ? 'count' : undefined;
}

function isNext(bytes: Uint8Array, expected: number, state: ChainState | undefined): boolean {
  const record = readRecord(bytes);
  if (!record.ok || record.value.number !== expected) return false;
  return state === undefined || areEqual(record.value.previous, state.previous);
}
