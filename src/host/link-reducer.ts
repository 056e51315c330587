/** One request on one connection, as a pure reducer: connect, send, wait for the answer, hang up (dialect sheet 8.4). */

export interface LinkTimeouts {
  /** From the first attempt to the end of the TLS handshake. */
  readonly connectMs: number;
  /** From the moment the request has left this process; the same time is allowed for it to leave. */
  readonly responseMs: number;
  /** Longest silence inside a frame. */
  readonly interByteMs: number;
}

/**
 * A line whose answer did not come in time is listened to for this long. Terminals of the dialect hang up at once
 * (dialect sheet 8.4); this one no longer waits either, but what it then misses stands in its log.
 */
export const LATE_ANSWER_WATCH_MS = 45_000;

export type LinkTimer = 'connect' | 'response' | 'inter-byte' | 'lost';

export type LinkState =
  | { readonly phase: 'closed' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected' }
  /** The line went away, or became unusable, before anything was sent. */
  | { readonly phase: 'lost'; readonly reason: SilenceReason }
  | { readonly phase: 'waiting'; readonly sent: boolean };

/** Why no valid answer came. */
export type SilenceReason = 'response-timeout' | 'send-timeout' | 'broken-off' | 'oversized-frame' | 'line-closed';

type LinkInput =
  | { readonly type: 'open' }
  | { readonly type: 'connected' }
  | { readonly type: 'connect-failed'; readonly reason: string; readonly message: string }
  | { readonly type: 'send' }
  | { readonly type: 'sent' }
  | { readonly type: 'frame'; readonly isAnswer: boolean }
  | { readonly type: 'oversized' }
  /** Bytes came; `midFrame` says whether the last frame is incomplete. */
  | { readonly type: 'bytes'; readonly midFrame: boolean }
  | { readonly type: 'line-closed' }
  | { readonly type: 'elapsed'; readonly timer: LinkTimer };

/** Whoever asked wants no answer any more; means the same in every phase. */
type Drop = { readonly type: 'drop' };

export type LinkEffect =
  | { readonly type: 'connect' }
  | { readonly type: 'write' }
  | { readonly type: 'arm'; readonly timer: LinkTimer; readonly ms: number }
  | { readonly type: 'disarm'; readonly timer: LinkTimer }
  /** Ends the line, or the attempt to get one, and every timer. */
  | { readonly type: 'hang-up' }
  /** Before a `hang-up`: the line is kept for {@link LATE_ANSWER_WATCH_MS}, only to see the late answer come. */
  | { readonly type: 'watch' }
  | { readonly type: 'opened' }
  | { readonly type: 'unreachable'; readonly reason: string; readonly message: string }
  | { readonly type: 'sent' }
  /** The frame at hand is the answer. */
  | { readonly type: 'answered' }
  | { readonly type: 'silent'; readonly reason: SilenceReason }
  /** The frame at hand is not the answer. */
  | { readonly type: 'frame-dropped' };

type Step = readonly [LinkState, readonly LinkEffect[]];

const closed: LinkState = { phase: 'closed' };
const hangUp: LinkEffect = { type: 'hang-up' };

/** What happens next. Inputs that mean nothing in a phase (late timers, late bytes) change nothing. */
export function nextLink(state: LinkState, input: LinkInput | Drop, timeouts: LinkTimeouts): Step {
  if (input.type === 'drop') return [closed, state.phase === 'closed' ? [] : [hangUp]];
  switch (state.phase) {
    case 'closed':
      if (input.type !== 'open') return [state, []];
      return [
        { phase: 'connecting' },
        [{ type: 'arm', timer: 'connect', ms: timeouts.connectMs }, { type: 'connect' }],
      ];
    case 'connecting':
      return whileConnecting(state, input, timeouts);
    case 'connected':
      return whileConnected(state, input, timeouts);
    case 'lost':
      // Answered by way of a timer, because an answer never comes from inside the call.
      if (input.type === 'send') return [state, [{ type: 'arm', timer: 'lost', ms: 0 }]];
      return input.type === 'elapsed' ? ended(state.reason) : [state, []];
    case 'waiting':
      break;
  }
  return whileWaiting(state, input, timeouts);
}

function whileConnecting(state: LinkState, input: LinkInput, timeouts: LinkTimeouts): Step {
  switch (input.type) {
    case 'connected':
      return [{ phase: 'connected' }, [{ type: 'disarm', timer: 'connect' }, { type: 'opened' }]];
    case 'connect-failed':
      return [closed, [hangUp, { type: 'unreachable', reason: input.reason, message: input.message }]];
    case 'elapsed': {
      const message = `The host did not complete the connection within ${timeouts.connectMs} ms.`;
      return [closed, [hangUp, { type: 'unreachable', reason: 'timeout', message }]];
    }
    case 'open':
    case 'send':
    case 'sent':
    case 'frame':
    case 'oversized':
    case 'bytes':
    case 'line-closed':
      break;
  }
  return [state, []];
}

function whileConnected(state: LinkState, input: LinkInput, timeouts: LinkTimeouts): Step {
  switch (input.type) {
    case 'send':
      return [
        { phase: 'waiting', sent: false },
        [{ type: 'arm', timer: 'response', ms: timeouts.responseMs }, { type: 'write' }],
      ];
    // Whatever comes before the request cannot be its answer.
    case 'frame':
      return [state, [{ type: 'frame-dropped' }]];
    case 'bytes':
      return [state, [interByte(input.midFrame, timeouts)]];
    case 'elapsed':
      return input.timer === 'inter-byte' ? lost('broken-off') : [state, []];
    case 'oversized':
      return lost('oversized-frame');
    case 'line-closed':
      return lost('line-closed');
    case 'open':
    case 'connected':
    case 'connect-failed':
    case 'sent':
      break;
  }
  return [state, []];
}

function whileWaiting(state: LinkState & { phase: 'waiting' }, input: LinkInput, timeouts: LinkTimeouts): Step {
  switch (input.type) {
    case 'sent':
      if (state.sent) return [state, []];
      return [
        { ...state, sent: true },
        [{ type: 'arm', timer: 'response', ms: timeouts.responseMs }, { type: 'sent' }],
      ];
    case 'frame':
      return input.isAnswer ? [closed, [hangUp, { type: 'answered' }]] : [state, [{ type: 'frame-dropped' }]];
    case 'bytes':
      return [state, [interByte(input.midFrame, timeouts)]];
    case 'elapsed':
      if (input.timer === 'inter-byte') return ended('broken-off');
      if (input.timer !== 'response') return [state, []];
      // What has not left by now must never leave: only a line that took the whole request is kept.
      return state.sent ? watched('response-timeout') : ended('send-timeout');
    // A length that cannot be true leaves no way to tell where the next frame begins.
    case 'oversized':
      return ended('oversized-frame');
    case 'line-closed':
      return ended('line-closed');
    case 'open':
    case 'connected':
    case 'connect-failed':
    case 'send':
      break;
  }
  return [state, []];
}

const interByte = (midFrame: boolean, timeouts: LinkTimeouts): LinkEffect =>
  midFrame ? { type: 'arm', timer: 'inter-byte', ms: timeouts.interByteMs } : { type: 'disarm', timer: 'inter-byte' };

const lost = (reason: SilenceReason): Step => [{ phase: 'lost', reason }, [hangUp]];

const watched = (reason: SilenceReason): Step => [closed, [{ type: 'watch' }, hangUp, { type: 'silent', reason }]];

const ended = (reason: SilenceReason): Step => [closed, [hangUp, { type: 'silent', reason }]];
