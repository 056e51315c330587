/** One exchange with the PIN pad: frame, ACK, reply, ACK, and all that can go wrong between them (PIN pad sheet 2). */
import { Bug } from '../../domain/result.ts';
import type { Envelope } from './frame.ts';
import type { MessageRow } from './message-table.ts';

const ACK_TIMEOUT_MS = 1_000;
/** How often a frame goes out before the PIN pad counts as absent. */
const SENDS_MAX = 3;
/** Longest for the bytes of a frame to leave: 270 of them take 2.3 s at 1200 baud. */
const WRITE_TIMEOUT_MS = 4_000;
/** How often a reply is asked for again. */
const NAKS_MAX = 3;
/** The EOT that ends an administration exchange is waited for, but not insisted on. */
const EOT_TIMEOUT_MS = 1_000;

export type LinkFailure =
  | 'ack-timeout'
  | 'nak-limit'
  | 'reply-timeout'
  | 'garbled'
  | 'ended-by-eot'
  | 'echo-mismatch'
  | 'write-stalled'
  | 'abandoned';

export interface Exchange {
  readonly row: MessageRow;
  readonly text: string;
  readonly replyTimeoutMs: number;
}

/** `lastReply`: acknowledged by us, and nothing has shown yet that the PIN pad knows. */
export type LinkState =
  | { readonly phase: 'idle'; readonly lastReply?: string }
  | {
      readonly phase: 'acknowledging';
      readonly exchange: Exchange;
      readonly sends: number;
      readonly written: boolean;
      readonly lastReply?: string;
    }
  | { readonly phase: 'answering'; readonly exchange: Exchange; readonly naks: number }
  | { readonly phase: 'ending'; readonly lastReply: string; readonly reminded: boolean };

export type LinkInput =
  | { readonly type: 'send'; readonly exchange: Exchange }
  /** The bytes of the frame have left this process. */
  | { readonly type: 'written' }
  | { readonly type: 'ack' | 'nak' | 'eot' }
  | { readonly type: 'frame'; readonly envelope: Envelope; readonly text: string }
  /** Something that began like a frame did not hold. */
  | { readonly type: 'garbled' }
  | { readonly type: 'elapsed' }
  | { readonly type: 'abandon' };

export type LinkEffect =
  | { readonly type: 'writeFrame'; readonly exchange: Exchange }
  | { readonly type: 'writeByte'; readonly byte: 'ack' | 'nak' | 'eot' }
  /** There is one timer; arming it again restarts it. */
  | { readonly type: 'arm'; readonly ms: number }
  | { readonly type: 'disarm' }
  /** The link is idle again. The text is empty when the answer was a bare byte. */
  | { readonly type: 'succeeded'; readonly text: string }
  | { readonly type: 'failed'; readonly reason: LinkFailure }
  | { readonly type: 'unexpected' };

export type LinkStep = readonly [LinkState, readonly LinkEffect[]];

const write = (byte: 'ack' | 'nak' | 'eot'): LinkEffect => ({ type: 'writeByte', byte });
const arm = (ms: number): LinkEffect => ({ type: 'arm', ms });
const DISARM: LinkEffect = { type: 'disarm' };

export const IDLE: LinkState = { phase: 'idle' };

export function next(state: LinkState, input: LinkInput): LinkStep {
  if (input.type === 'send') return begin(state, input.exchange);
  switch (state.phase) {
    case 'idle':
      return whileIdle(state, input);
    case 'acknowledging':
      return input.type === 'abandon' ? abandon(state) : whileAcknowledging(state, input);
    case 'answering':
      return input.type === 'abandon' ? abandon(state) : whileAnswering(state, input);
    case 'ending':
      // Too late to abandon: the answer is here.
      return whileEnding(state, input);
  }
}

function begin(state: LinkState, exchange: Exchange): LinkStep {
  if (state.phase !== 'idle') throw new Bug(`A message was sent to the PIN pad while another was ${state.phase}.`);
  return send({ ...state, phase: 'acknowledging', exchange, sends: 0, written: false });
}

type Acknowledging = Extract<LinkState, { phase: 'acknowledging' }>;
type Answering = Extract<LinkState, { phase: 'answering' }>;
type Ending = Extract<LinkState, { phase: 'ending' }>;

function send(state: Acknowledging): LinkStep {
  // Our ACK of the reply before may be what got lost: the PIN pad still waits for it and hears nothing else.
  const reminder = state.sends > 0 && state.lastReply !== undefined ? [write('ack')] : [];
  return [
    { ...state, sends: state.sends + 1, written: false },
    [...reminder, { type: 'writeFrame', exchange: state.exchange }, arm(WRITE_TIMEOUT_MS)],
  ];
}

/** Nothing is under way: a repeated reply means that our ACK was lost; anything else is told to go away. */
function whileIdle(state: LinkState, input: LinkInput): LinkStep {
  if (input.type === 'frame') return [state, strayFrame(state, input.text)];
  return [state, []];
}

function strayFrame(state: LinkState, text: string): readonly LinkEffect[] {
  if ('lastReply' in state && text === state.lastReply) return [write('ack')];
  // EOT abandons without committing (PIN pad sheet 2): a reply that comes too late has been reported as a failure.
  return [write('eot'), { type: 'unexpected' }];
}

function whileAcknowledging(state: Acknowledging, input: LinkInput): LinkStep {
  const { exchange } = state;
  switch (input.type) {
    case 'written':
      return state.written ? [state, []] : [{ ...state, written: true }, [arm(ACK_TIMEOUT_MS)]];
    case 'ack':
      if (exchange.row.answer.kind === 'ack-or-eot') return succeed('');
      return [{ phase: 'answering', exchange, naks: 0 }, [arm(exchange.replyTimeoutMs)]];
    case 'eot':
      // Otherwise it is the late end of an exchange before, and the timer decides.
      return exchange.row.answer.kind === 'ack-or-eot' ? succeed('') : [state, []];
    case 'nak':
      return mayRepeat(state) ? send(state) : giveUp('nak-limit');
    case 'elapsed':
      if (!state.written) return giveUp('write-stalled');
      return mayRepeat(state) ? send(state) : giveUp('ack-timeout');
    case 'frame':
      // A reply is an acknowledgment too, unless it is the one that we have already taken.
      if (input.text !== state.lastReply && answers(exchange, input)) return takeReply(exchange, input.text);
      return [state, strayFrame(state, input.text)];
    default:
      return [state, []];
  }
}

const mayRepeat = ({ exchange, sends }: Acknowledging): boolean =>
  exchange.row.repeat === 'blindly' && sends < SENDS_MAX;

function whileAnswering(state: Answering, input: LinkInput): LinkStep {
  const { exchange, naks } = state;
  switch (input.type) {
    case 'frame':
      return answers(exchange, input) ? takeReply(exchange, input.text) : [state, strayFrame(state, input.text)];
    case 'garbled':
      return naks < NAKS_MAX ? [{ ...state, naks: naks + 1 }, [write('nak')]] : giveUp('garbled');
    case 'eot':
      if (exchange.row.answer.kind === 'frame-or-eot') return succeed('');
      return [IDLE, [DISARM, { type: 'failed', reason: 'ended-by-eot' }]];
    case 'elapsed':
      return giveUp('reply-timeout');
    default:
      return [state, []];
  }
}

function whileEnding(state: Ending, input: LinkInput): LinkStep {
  const done: LinkStep = [
    { phase: 'idle', lastReply: state.lastReply },
    [DISARM, { type: 'succeeded', text: state.lastReply }],
  ];
  switch (input.type) {
    case 'eot':
      return [IDLE, done[1]];
    case 'frame':
    case 'garbled':
      // The reply again, whole or not: our ACK was lost, and we have what it says.
      return [state, [write('ack')]];
    case 'elapsed':
      return state.reminded ? done : [{ ...state, reminded: true }, [write('ack'), arm(EOT_TIMEOUT_MS)]];
    default:
      return [state, []];
  }
}

function answers({ row }: Exchange, reply: { readonly envelope: Envelope; readonly text: string }): boolean {
  if (reply.envelope !== row.envelope) return false;
  switch (row.answer.kind) {
    case 'frame':
    case 'frame-or-eot':
      return reply.text.startsWith(row.answer.id);
    case 'echo':
      return reply.text.startsWith(row.id);
    case 'ack-or-eot':
      return false;
  }
}

function takeReply({ row, text: request }: Exchange, text: string): LinkStep {
  const isError = text.startsWith(`${row.id}?`);
  if (row.answer.kind === 'echo' && text !== request && !isError) return giveUp('echo-mismatch');
  if (row.eotFollows)
    return [{ phase: 'ending', lastReply: text, reminded: false }, [write('ack'), arm(EOT_TIMEOUT_MS)]];
  return [{ phase: 'idle', lastReply: text }, [write('ack'), DISARM, { type: 'succeeded', text }]];
}

const succeed = (text: string): LinkStep => [IDLE, [DISARM, { type: 'succeeded', text }]];

/** The EOT lets a PIN pad go that waits for our side of the exchange; nothing is committed. */
const giveUp = (reason: LinkFailure): LinkStep => [IDLE, [write('eot'), DISARM, { type: 'failed', reason }]];

/** The caller sends 72 next. */
const abandon = (state: Acknowledging | Answering): LinkStep => [
  'lastReply' in state && state.lastReply !== undefined ? { phase: 'idle', lastReply: state.lastReply } : IDLE,
  [DISARM, { type: 'failed', reason: 'abandoned' }],
];
