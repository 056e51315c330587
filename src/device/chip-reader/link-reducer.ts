/** One exchange with the chip card reader: a frame, perhaps its echo, a reply, and all that can go wrong between them. */
import { Bug } from '../../domain/result.ts';
import { encodeMessage, isCommand, MESSAGES, parseReply, type Reply, type Request } from './message-table.ts';

/** How often a frame goes out before the reader counts as absent. */
const SENDS_MAX = 3;
/** How often a reply is asked for again. */
const NAKS_MAX = 3;
/** From a NAK of ours to the reply that it asks for: the reader has it already. */
const NAK_TIMEOUT_MS = 1_000;
/** A reader that asks for more patience than this is stuck; two a second are two minutes. */
const EXTENSIONS_MAX = 240;
/**
 * From a refusal to the repeat. The reader may have refused noise that came before our frame: then the echo of the
 * frame follows, and a command must not reach the card twice.
 */
const REPEAT_PAUSE_MS = 150;

export type LinkFailure = 'no-reply' | 'refused' | 'garbled' | 'extension-limit' | 'cancelled';

export type LinkState =
  /** `sequence` is the number of the exchange to come. */
  { readonly phase: 'idle'; readonly sequence: number } | Exchanging;

interface Exchanging {
  readonly phase: 'exchanging';
  readonly sequence: number;
  readonly request: Request;
  readonly message: Uint8Array;
  readonly sends: number;
  readonly naks: number;
  readonly extensions: number;
  /** A whole echo, or one that was garbled: what comes now is the reply. */
  readonly echo: 'awaited' | 'garbled' | 'none-to-come';
  /** The reader has refused the frame, and it goes out again when the timer runs out. */
  readonly repeating: boolean;
}

export type LinkInput =
  | { readonly type: 'send'; readonly request: Request }
  | { readonly type: 'message'; readonly message: Uint8Array }
  | { readonly type: 'nak' | 'extension' }
  /** Something that began like a frame did not hold. */
  | { readonly type: 'garbled' }
  | { readonly type: 'elapsed' }
  | { readonly type: 'cancel' };

export type LinkEffect =
  | { readonly type: 'writeMessage'; readonly message: Uint8Array }
  | { readonly type: 'writeNak' }
  /** There is one timer; arming it again restarts it. */
  | { readonly type: 'arm'; readonly ms: number }
  | { readonly type: 'disarm' }
  /** What the reader says of itself counts as success here, even that the command failed. */
  | { readonly type: 'succeeded'; readonly reply: Reply }
  | { readonly type: 'failed'; readonly reason: LinkFailure }
  /** The link can take the next request. */
  | { readonly type: 'idle' }
  | { readonly type: 'unexpected' };

export type LinkStep = readonly [LinkState, readonly LinkEffect[]];

export interface LinkProfile {
  /** The reader repeats each frame of ours before its reply, as a GemPC Twin does. */
  readonly echoes: boolean;
}

export const START: LinkState = { phase: 'idle', sequence: 0 };

const arm = (ms: number): LinkEffect => ({ type: 'arm', ms });
const NAK: LinkEffect = { type: 'writeNak' };
const UNEXPECTED: LinkEffect = { type: 'unexpected' };

export function next(profile: LinkProfile, state: LinkState, input: LinkInput): LinkStep {
  if (input.type === 'send') {
    if (state.phase !== 'idle') throw new Bug('A message was sent to the chip reader while another was under way.');
    return begin(profile, state.sequence, input.request);
  }
  if (state.phase === 'idle') return [state, input.type === 'message' || input.type === 'nak' ? [UNEXPECTED] : []];
  switch (input.type) {
    case 'message':
      return isCommand(input.message) ? takeEcho(state, input.message) : takeReply(state, input.message);
    case 'nak':
      return takeNak(state);
    case 'extension':
      return extend(state);
    case 'garbled':
      return takeGarbled(state);
    case 'elapsed':
      return elapse(state, profile);
    case 'cancel':
      return cancel(profile, state);
  }
}

const patienceOf = ({ row, personMs = 0 }: Request): number => row.replyTimeoutMs + personMs;

function begin(profile: LinkProfile, sequence: number, request: Request): LinkStep {
  const message = encodeMessage(request, sequence);
  const counts = { sends: 0, naks: 0, extensions: 0, echo: 'none-to-come', repeating: false } as const;
  return send({ phase: 'exchanging', sequence, request, message, ...counts }, profile);
}

function send(state: Exchanging, { echoes }: LinkProfile): LinkStep {
  const { message, request } = state;
  return [
    { ...state, sends: state.sends + 1, echo: echoes ? 'awaited' : 'none-to-come', repeating: false },
    [{ type: 'writeMessage', message }, arm(patienceOf(request))],
  ];
}

/** The reader has the frame: a refusal that came before was of something else. */
function takeEcho(state: Exchanging, echoed: Uint8Array): LinkStep {
  const isOurs = echoed.length === state.message.length && echoed.every((byte, index) => byte === state.message[index]);
  if (!isOurs || state.echo === 'none-to-come') return [state, [UNEXPECTED]];
  return [{ ...state, echo: 'none-to-come', repeating: false }, [arm(patienceOf(state.request))]];
}

function takeReply(state: Exchanging, message: Uint8Array): LinkStep {
  const parsed = parseReply(message);
  if (!parsed.ok || parsed.value.sequence !== state.sequence) return [state, [UNEXPECTED]];
  const reply = parsed.value;
  // Some readers answer what they refuse with a slot status, whatever was asked.
  if (reply.code !== state.request.row.reply && reply.status !== 'failed') return [state, [UNEXPECTED]];
  if (reply.status === 'extension') return extend({ ...state, repeating: false });
  return [after(state), [{ type: 'disarm' }, { type: 'succeeded', reply }, { type: 'idle' }]];
}

function takeNak(state: Exchanging): LinkStep {
  // What it refuses now is our own NAK: the command has been answered, if it was ever taken.
  if (state.naks > 0) return ask(state, 'refused');
  if (state.sends >= SENDS_MAX) return giveUp(state, 'refused');
  return [{ ...state, repeating: true }, [arm(REPEAT_PAUSE_MS)]];
}

function extend(state: Exchanging): LinkStep {
  const extensions = state.extensions + 1;
  if (extensions > EXTENSIONS_MAX) return giveUp(state, 'extension-limit');
  return [{ ...state, extensions }, state.repeating ? [] : [arm(patienceOf(state.request))]];
}

function takeGarbled(state: Exchanging): LinkStep {
  // The first that comes is the echo, which says nothing new.
  if (state.echo === 'awaited') return [{ ...state, echo: 'garbled' }, []];
  if (state.repeating) return [state, []];
  return ask(state, 'garbled');
}

function ask(state: Exchanging, otherwise: LinkFailure): LinkStep {
  if (state.naks >= NAKS_MAX) return giveUp(state, otherwise);
  return [{ ...state, naks: state.naks + 1, repeating: false }, [NAK, arm(NAK_TIMEOUT_MS)]];
}

function elapse(state: Exchanging, profile: LinkProfile): LinkStep {
  if (state.repeating) return send(state, profile);
  if (state.request.row.repeat === 'when-refused') return ask(state, 'no-reply');
  return state.sends < SENDS_MAX ? send(state, profile) : giveUp(state, 'no-reply');
}

/** The exchange is over for whoever asked; the reader is told, and the link stays taken until it has heard. */
function cancel(profile: LinkProfile, state: Exchanging): LinkStep {
  if (state.request.row === MESSAGES.abort) return [state, []];
  const [aborting, effects] = begin(profile, after(state).sequence, { row: MESSAGES.abort });
  return [aborting, [{ type: 'failed', reason: 'cancelled' }, ...effects]];
}

const giveUp = (state: Exchanging, reason: LinkFailure): LinkStep => [
  after(state),
  [{ type: 'disarm' }, { type: 'failed', reason }, { type: 'idle' }],
];

/** A late reply to this exchange does not carry the number of the next. */
const after = (state: Exchanging): Extract<LinkState, { phase: 'idle' }> => ({
  phase: 'idle',
  sequence: (state.sequence + 1) & 0xff,
});
