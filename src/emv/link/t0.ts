/** T=0 above the procedure bytes: one command becomes header, GET RESPONSE and repetitions (EMV Book 1, 9.3.1 and annex A). */
import { concat } from '../bytes.ts';

/** Pure: keep the state, send the TPDU, come back with the answer to it. */
export interface T0State {
  readonly apdu: Uint8Array;
  /** The TPDU that is out. */
  readonly sent: Uint8Array;
  readonly body: Uint8Array;
  /** A warning of the command itself, which outlives the fetching of its data. */
  readonly warning?: number;
  readonly fetches: number;
  readonly repeats: number;
}

export type T0Effect =
  | { readonly type: 'send'; readonly tpdu: Uint8Array }
  | { readonly type: 'done'; readonly response: Uint8Array }
  | { readonly type: 'failed'; readonly code: T0FailureCode };

type T0FailureCode =
  /** Less than a status word. */
  | 'response-too-short'
  /** The card asked again for another length, or offered more and more. */
  | 'wrong-length-again'
  | 'too-many-fetches'
  /** The command is no short APDU. */
  | 'malformed-command';

/** A response of ours has at most 256 bytes; sixteen parts of it are more than any card has been seen to make. */
const FETCHES_MAX = 16;
/** In a row, of the same TPDU. */
const REPEATS_MAX = 1;
const HEADER_BYTES = 4;

/** @param apdu a short one: header; header, Le; header, Lc, data; header, Lc, data, Le. */
export function startT0(apdu: Uint8Array): readonly [T0State, T0Effect] {
  const sent = commandTpdu(apdu);
  const state: T0State = { apdu, sent: sent ?? apdu, body: new Uint8Array(), fetches: 0, repeats: 0 };
  return [state, sent === undefined ? { type: 'failed', code: 'malformed-command' } : { type: 'send', tpdu: sent }];
}

/** Case 1 gets a P3 of zero, case 4 loses its Le (annex A). */
function commandTpdu(apdu: Uint8Array): Uint8Array | undefined {
  if (apdu.length < HEADER_BYTES) return undefined;
  if (apdu.length === HEADER_BYTES) return concat(apdu, Uint8Array.of(0));
  if (apdu.length === HEADER_BYTES + 1) return apdu;
  const end = HEADER_BYTES + 1 + (apdu[HEADER_BYTES] ?? 0);
  if (apdu[HEADER_BYTES] === 0 || apdu.length < end || apdu.length > end + 1) return undefined;
  return apdu.subarray(0, end);
}

/** Whether the command has data to fetch: a case 2 or 4. */
const wantsData = (apdu: Uint8Array): boolean =>
  apdu.length === HEADER_BYTES + 1 || apdu.length === HEADER_BYTES + 2 + (apdu[HEADER_BYTES] ?? 0);

const isWarning = (status: number): boolean => {
  const high = status >> 8;
  return high === 0x62 || high === 0x63 || (high >> 4 === 9 && status !== 0x9000);
};

/** @param answer data and status word, as the reader gives it to the TPDU that was sent last. */
export function receiveT0(state: T0State, answer: Uint8Array): readonly [T0State, T0Effect] {
  if (answer.length < 2) return [state, { type: 'failed', code: 'response-too-short' }];
  const data = answer.subarray(0, -2);
  const [sw1 = 0, sw2 = 0] = answer.subarray(-2);
  const isFetching = state.fetches > 0;
  const isCase4 = wantsData(state.apdu) && state.apdu.length > HEADER_BYTES + 1;

  // 9.3.1.2: the same command again with the length that the card has.
  if (sw1 === 0x6c && data.length === 0 && wantsData(state.apdu) && (isFetching || !isCase4)) {
    if (state.repeats >= REPEATS_MAX) return [state, { type: 'failed', code: 'wrong-length-again' }];
    const sent = concat(state.sent.subarray(0, HEADER_BYTES), Uint8Array.of(sw2));
    return [
      { ...state, sent, repeats: state.repeats + 1 },
      { type: 'send', tpdu: sent },
    ];
  }
  const body = concat(state.body, data);
  const status = sw1 * 256 + sw2;
  if (sw1 === 0x61 && wantsData(state.apdu)) return fetch({ ...state, body }, sw2);
  // Annex A, case 4 with a warning: the data must still be asked for, and the warning is what counts.
  if (isCase4 && !isFetching && isWarning(status)) return fetch({ ...state, body, warning: status }, 0);
  // A warning that announced data which are not to be had is the answer all the same.
  const final = state.warning ?? status;
  return [
    { ...state, body },
    { type: 'done', response: concat(body, Uint8Array.of(final >> 8, final & 0xff)) },
  ];
}

function fetch(state: T0State, length: number): readonly [T0State, T0Effect] {
  if (state.fetches >= FETCHES_MAX) return [state, { type: 'failed', code: 'too-many-fetches' }];
  const sent = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, length);
  return [
    { ...state, sent, fetches: state.fetches + 1, repeats: 0 },
    { type: 'send', tpdu: sent },
  ];
}
