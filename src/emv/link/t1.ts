/**
 * T=1 from the terminal's end, as a reducer over whole blocks (ISO/IEC 7816-3, 11.6; EMV Book 1, 9.2.4 and 9.2.5).
 *
 * When the card stays unintelligible the link is resynchronised, and the exchange that was under way is given up: the
 * card may have carried the command out, and a GENERATE AC must not be sent twice.
 */
import { concat } from '../bytes.ts';
import {
  type Bit,
  type Block,
  decodeBlock,
  encodeBlock,
  INFORMATION_BYTES_MAX,
  type SystemRequest,
} from './t1-block.ts';

type Phase =
  | 'idle'
  /** A block of ours with more to come is out. */
  | 'sending'
  /** Our last block is out, or the card is sending its answer. */
  | 'receiving'
  /** A request of ours (IFS, RESYNCH) is out. */
  | 'requesting'
  | 'dead';

export interface T1State {
  readonly phase: Phase;
  /** Of the I-block that is out, or of the next one when idle. */
  readonly sendSequence: Bit;
  /** That the card's next I-block must have. */
  readonly receiveSequence: Bit;
  /** The most information bytes that the card takes. */
  readonly cardBlockBytesMax: number;
  /** Of the command: what is not acknowledged yet, the block that is out first. */
  readonly unsent: Uint8Array;
  readonly outBytes: number;
  readonly received: Uint8Array;
  readonly lastSent: Block;
  /** Blocks in a row that led nowhere. */
  readonly failures: number;
  readonly resynchs: number;
  readonly extensions: number;
  readonly pendingRequest?: 'ifs' | 'resynch';
}

export type T1Effect =
  /** @property waitMultiplier of the block waiting time, for this one answer. */
  | { readonly type: 'send'; readonly block: Uint8Array; readonly waitMultiplier: number }
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly response: Uint8Array }
  | { readonly type: 'failed'; readonly code: T1FailureCode };

type T1FailureCode =
  /** The exchange is lost; the link is good again. */
  | 'lost-by-resynch'
  /** The card broke off the chain, which EMV does not let it (Book 1, 9.2.4.3): deactivate the contacts. */
  | 'aborted-by-card'
  /** Nothing helps: deactivate the contacts. */
  | 'card-mute';

/** What the reader heard: a block, or nothing within the waiting time. */
export type T1Input = { readonly type: 'block'; readonly bytes: Uint8Array } | { readonly type: 'silence' };

type Step = readonly [T1State, readonly T1Effect[]];

/** A block and two repetitions (EMV Book 1, 9.2.5). */
const FAILURES_MAX = 3;
const RESYNCHS_MAX = 3;
/** S(WTX) requests in one exchange: a card that works longer than this is stuck. */
const EXTENSIONS_MAX = 100;
/** Of a response, chained: beyond any APDU of EMV. */
const RESPONSE_BYTES_MAX = 4096;

const NOTHING = new Uint8Array();

/** @param cardBlockBytesMax TA3 of the answer to reset. */
export const openT1 = (cardBlockBytesMax: number): T1State => ({
  phase: 'idle',
  sendSequence: 0,
  receiveSequence: 0,
  cardBlockBytesMax,
  unsent: NOTHING,
  outBytes: 0,
  received: NOTHING,
  lastSent: { type: 'R', expects: 0, problem: 'none' },
  failures: 0,
  resynchs: 0,
  extensions: 0,
});

/** Straight after the answer to reset: we take 254 bytes in a block (EMV Book 1, 9.2.4.3.1). Ends with `ready`. */
export const announceBlockSize = (state: T1State): Step =>
  send({ ...state, phase: 'requesting', pendingRequest: 'ifs' }, ifsRequest());

const ifsRequest = (): Block => systemBlock('ifs', false, Uint8Array.of(INFORMATION_BYTES_MAX));

const systemBlock = (request: SystemRequest, isResponse: boolean, information: Uint8Array = NOTHING): Block => ({
  type: 'S',
  request,
  isResponse,
  information,
});

/** Sends a command. Only when idle; ends with `done` or `failed`. */
export function transmitT1(state: T1State, apdu: Uint8Array): Step {
  if (state.phase !== 'idle') return [state, [{ type: 'failed', code: 'card-mute' }]];
  return sendNext({ ...state, unsent: apdu, received: NOTHING, failures: 0, resynchs: 0, extensions: 0 });
}

function send(state: T1State, block: Block, waitMultiplier = 1): Step {
  return [{ ...state, lastSent: block }, [{ type: 'send', block: encodeBlock(block), waitMultiplier }]];
}

function sendNext(state: T1State): Step {
  const information = state.unsent.subarray(0, state.cardBlockBytesMax);
  const more = information.length < state.unsent.length;
  return send(
    { ...state, phase: more ? 'sending' : 'receiving', outBytes: information.length },
    { type: 'I', sequence: state.sendSequence, more, information },
  );
}

const flipped = (bit: Bit): Bit => (bit === 0 ? 1 : 0);

export function receiveT1(state: T1State, input: T1Input): Step {
  if (state.phase === 'idle' || state.phase === 'dead') return [state, []];
  const block = input.type === 'silence' ? 'other' : decodeBlock(input.bytes);
  if (typeof block === 'string') return complain(state, block);
  switch (block.type) {
    case 'I':
      return information(state, block);
    case 'R':
      return acknowledgement(state, block);
    case 'S':
      return block.isResponse ? systemResponse(state, block) : systemRequest(state, block);
  }
}

function information(state: T1State, block: Extract<Block, { type: 'I' }>): Step {
  // Rule 3: only after our last block, and only the one that is next.
  if (state.phase !== 'receiving' || block.sequence !== state.receiveSequence) return complain(state, 'other');
  if (state.received.length + block.information.length > RESPONSE_BYTES_MAX) return resynchronise(state);
  const isFirst = state.unsent.length > 0;
  const next: T1State = {
    ...state,
    received: concat(state.received, block.information),
    receiveSequence: flipped(state.receiveSequence),
    // The first block of the answer acknowledges our last one (rule 2).
    sendSequence: isFirst ? flipped(state.sendSequence) : state.sendSequence,
    unsent: NOTHING,
    failures: 0,
  };
  if (block.more) return send(next, { type: 'R', expects: next.receiveSequence, problem: 'none' });
  return [{ ...next, phase: 'idle', received: NOTHING }, [{ type: 'done', response: next.received }]];
}

function acknowledgement(state: T1State, block: Extract<Block, { type: 'R' }>): Step {
  if (state.phase === 'requesting') return complain(state, 'other');
  const wantsOursAgain = block.expects === state.sendSequence;
  if (state.phase === 'sending' && !wantsOursAgain) {
    return sendNext({
      ...state,
      unsent: state.unsent.subarray(state.outBytes),
      sendSequence: flipped(state.sendSequence),
      failures: 0,
    });
  }
  if (state.unsent.length > 0) {
    // Rule 7: the card did not understand our I-block. Otherwise it claims a block that it has no use for.
    return wantsOursAgain ? again(state) : complain(state, 'other');
  }
  // We are acknowledging the card's chain and it did not understand that.
  return wantsOursAgain ? acknowledgeAgain(state) : complain(state, 'other');
}

function again(state: T1State): Step {
  if (state.failures + 1 >= FAILURES_MAX) return resynchronise(state);
  const more = state.phase === 'sending';
  const block: Block = {
    type: 'I',
    sequence: state.sendSequence,
    more,
    information: state.unsent.subarray(0, state.outBytes),
  };
  return send({ ...state, failures: state.failures + 1 }, block);
}

function acknowledgeAgain(state: T1State): Step {
  if (state.failures + 1 >= FAILURES_MAX) return resynchronise(state);
  return send(
    { ...state, failures: state.failures + 1 },
    { type: 'R', expects: state.receiveSequence, problem: 'none' },
  );
}

/** Something came that is no use, or nothing did: rule 7.1 for requests of ours, 7.2 for all else. */
function complain(state: T1State, problem: 'edc' | 'other'): Step {
  const failures = state.failures + 1;
  const next = { ...state, failures };
  if (state.pendingRequest === 'resynch') return resynchronise(state);
  if (failures >= FAILURES_MAX) return resynchronise(next);
  if (state.pendingRequest === 'ifs') return send(next, ifsRequest());
  return send(next, { type: 'R', expects: state.receiveSequence, problem });
}

/** Rule 6: the way out when repetition does not help, itself bounded. */
function resynchronise(state: T1State): Step {
  if (state.resynchs >= RESYNCHS_MAX) {
    return [{ ...state, phase: 'dead' }, [{ type: 'failed', code: 'card-mute' }]];
  }
  const next: T1State = { ...state, phase: 'requesting', pendingRequest: 'resynch', resynchs: state.resynchs + 1 };
  return send(next, systemBlock('resynch', false));
}

function systemResponse(state: T1State, block: Extract<Block, { type: 'S' }>): Step {
  if (block.request !== state.pendingRequest) return complain(state, 'other');
  const { pendingRequest, ...rest } = state;
  if (pendingRequest === 'ifs') {
    if (block.information[0] !== INFORMATION_BYTES_MAX) return complain(state, 'other');
    return [{ ...rest, phase: 'idle', failures: 0, resynchs: 0 }, [{ type: 'ready' }]];
  }
  return [openT1(state.cardBlockBytesMax), [{ type: 'failed', code: 'lost-by-resynch' }]];
}

function systemRequest(state: T1State, block: Extract<Block, { type: 'S' }>): Step {
  if (state.phase === 'requesting') return complain(state, 'other');
  const [value = 0] = block.information;
  switch (block.request) {
    case 'wtx': {
      if (state.extensions >= EXTENSIONS_MAX) return resynchronise(state);
      const next = { ...state, extensions: state.extensions + 1, failures: 0 };
      return send(next, systemBlock('wtx', true, block.information), Math.max(1, value));
    }
    case 'ifs': {
      if (value < 0x10 || value > INFORMATION_BYTES_MAX) return complain(state, 'other');
      if (state.extensions >= EXTENSIONS_MAX) return resynchronise(state);
      const next = { ...state, cardBlockBytesMax: value, extensions: state.extensions + 1, failures: 0 };
      return send(next, systemBlock('ifs', true, block.information));
    }
    case 'abort': {
      const [next, effects] = send(state, systemBlock('abort', true));
      return [{ ...next, phase: 'dead' }, [...effects, { type: 'failed', code: 'aborted-by-card' }]];
    }
    case 'resynch':
      // Only the terminal may ask for it (rule 6.1).
      return complain(state, 'other');
  }
}
