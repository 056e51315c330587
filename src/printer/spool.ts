/**
 * The print spool: one slip at a time, until the printer has said that it is on paper or that it never will be
 * (printer sheet 8). Pure: `next(state, input)` gives the state and the effects.
 */
import { FIRST_ASK, askAnswered, askTimedOut, type Ask, type AskOutcome } from './ask.ts';
import {
  automaticStatus,
  BARRIER_ID,
  CLEAR_BUFFERS,
  CUT,
  dleEot,
  feedLines,
  fence,
  INITIALIZE,
  RECOVER,
} from './commands.ts';
import {
  isPrinted,
  isTorn,
  type ClearingFor,
  type Fencing,
  type Job,
  type Phase,
  type PrintAnswer,
  type Printing,
  type SpoolEffect,
  type SpoolInput,
  type SpoolState,
  type SpoolStep,
  type SpoolTimer,
  type Watching,
} from './spool-state.ts';
import type { StatusAnswer } from './status.ts';
import { troubleOf, type PrinterTrouble } from './status-tables.ts';
import { isHealthy, isOnline, maySendUnasked, RESTARTED, stopAfter, trustAfter } from './trust.ts';

export function next(state: SpoolState, input: SpoolInput): SpoolStep {
  if (input.type === 'closed') return onClosed(state);
  if (input.type === 'chunk-left') return onChunkLeft(state);
  if (input.type === 'print') return onPrint(state, input.job);
  if (input.type === 'elapsed') return onElapsed(state, input.timer);
  return onHeard(state, input.answer);
}

/* ---- inputs ------------------------------------------------------------------------------------------------- */

function onClosed(state: SpoolState): SpoolStep {
  const { phase } = state;
  const closed = withPhase(state, { name: 'closed' });
  const isKnown = phase.name === 'watching' && phase.trouble === 'not-answering';
  const torn = isTorn(phase);
  if (torn === undefined || isKnown) return [closed, DISARM_ALL];
  return [closed, [...DISARM_ALL, isPrinted(phase) ? tell(printedOn(state)) : stopped('not-answering', torn)]];
}

function onChunkLeft(state: SpoolState): SpoolStep {
  const less = { ...state, chunksUnderWay: Math.max(0, state.chunksUnderWay - 1) };
  if (less.phase.name !== 'printing') return [less, []];
  const [pumped, effects] = pump(less);
  return [pumped, [arm('completion', state.profile.completionTimeoutMs), ...effects]];
}

function onPrint(state: SpoolState, job: Job): SpoolStep {
  if (state.phase.name === 'closed') return [state, [stopped('not-answering', false)]];
  // A round of the watch may be under way: its answer then counts for the check, which asks the same.
  if (state.phase.name === 'watching' && state.phase.ask !== undefined) {
    return [withPhase(state, { name: 'checking', job, ask: state.phase.ask, isLed: false }), [disarm('look')]];
  }
  if (maySendUnasked(state) && state.trust === 'proven') return begin(state, job);
  const [effects, ask] = request(state, FIRST_ASK);
  const asking: readonly SpoolEffect[] = [disarm('look'), ...effects];
  const [leader] = job.chunks;
  if (!maySendUnasked(state) || leader === undefined) {
    return [withPhase(state, { name: 'checking', job, ask, isLed: false }), asking];
  }
  // It keeps the line busy until the first answer is here, and can still be taken back.
  const led = { ...state, isDirty: true, chunksUnderWay: state.chunksUnderWay + 1 };
  const checking = withPhase(led, { name: 'checking', job, ask, isLed: true });
  return [checking, [...asking, { type: 'write-chunk', bytes: leader }]];
}

function onElapsed(state: SpoolState, timer: SpoolTimer): SpoolStep {
  const { phase } = state;
  if (timer === 'look') return look(state);
  if (timer === 'quiet') return onQuiet(state);
  if (timer === 'completion') {
    if (phase.name === 'fencing') return becomeWatching(state, 'not-answering', false, true);
    // Give up without waiting for a round that is under way: its answer, if it comes, is dropped while clearing.
    return phase.name === 'printing' ? endTorn(state, phase, 'not-answering') : [state, []];
  }
  if (phase.name === 'clearing') return clearingTimedOut(state, phase);
  const ask = 'ask' in phase ? phase.ask : undefined;
  if (ask === undefined) return [state, []];
  const stop = phase.name === 'printing' ? RESTARTED : state.stop;
  return asked({ ...state, trust: 'none', stop }, askTimedOut(ask, state.profile.askAttemptsMax));
}

function onHeard(before: SpoolState, answer: StatusAnswer): SpoolStep {
  const { phase } = before;
  const state = { ...before, trust: trustAfter(before, answer), stop: stopAfter(before, answer) };
  switch (answer.type) {
    case 'xon':
      return onXon(state);
    case 'xoff':
      return onXoff(state);
    case 'automatic':
      return troubleOf(answer.flags) === undefined ? [state, []] : suspect(state);
    case 'went-offline':
      return suspect(state);
    case 'real-time': {
      const ask = 'ask' in phase ? phase.ask : undefined;
      if (ask === undefined) return [state, []];
      if (phase.name === 'checking' && isOnline(state, phase, answer.byte)) return begin(state, phase.job, 1);
      if (phase.name === 'printing' && isHealthy(state, phase, ask, answer.byte))
        return looked(state, phase, undefined);
      return asked(state, askAnswered(ask, answer.byte));
    }
    case 'process-id':
      return onProcessId(state, answer.id);
    case 'buffered':
      return onFence(state);
    case 'cleared':
      return phase.name === 'clearing' ? cleared(state, phase.purpose) : [state, []];
    case 'block':
    case 'discarded':
      break;
  }
  return [state, []];
}

function onXon(state: SpoolState): SpoolStep {
  const free = { ...state, isHeld: false };
  return free.stop === undefined ? pump(free) : suspect(free);
}

function onXoff(state: SpoolState): SpoolStep {
  const held = { ...state, isHeld: true };
  const asksLater = state.phase.name === 'printing' && state.phase.ask === undefined;
  return [held, asksLater ? [arm('look', state.profile.xoffPatienceMs)] : []];
}

function onProcessId(state: SpoolState, id: string): SpoolStep {
  const { phase } = state;
  if (state.stop?.isOver === true && phase.name !== 'fencing') return [state, []];
  if (phase.name === 'fencing' && id === BARRIER_ID) return barrierAnswered(state, phase);
  if (phase.name === 'printing' && isFenceSent(phase) && phase.job.id === id) return printed(state, phase);
  if (phase.name === 'clearing' && phase.purpose.type === 'stop' && phase.purpose.id === id) {
    return [withPhase(state, { ...phase, purpose: { ...phase.purpose, isPrinted: true } }), []];
  }
  return [state, []];
}

function onFence(state: SpoolState): SpoolStep {
  if (state.profile.completion !== 'status-fence') return [state, []];
  const { phase } = state;
  if (phase.name === 'fencing') return barrierAnswered(state, phase);
  if (phase.name === 'printing' && isFenceSent(phase) && !phase.isPrinted) {
    return state.stop?.isOver === true ? [state, []] : printed(state, phase);
  }
  // Nobody asked, so nobody knows what else is owed.
  return [{ ...state, isDirty: true }, []];
}

const isFenceSent = ({ job, next: sent }: Printing): boolean => sent === job.chunks.length;

/* ---- asking ------------------------------------------------------------------------------------------------- */

function look(state: SpoolState): SpoolStep {
  const { phase } = state;
  if (state.trust === 'proven') return [{ ...state, trust: 'vouched-for' }, []];
  const looks = phase.name === 'printing' || phase.name === 'fencing' || phase.name === 'watching';
  if (!looks || phase.ask !== undefined) return [state, []];
  const [effects, ask] = request(state, FIRST_ASK);
  return [withPhase(state, { ...phase, ask }), effects];
}

/** Stops sending and finds out why; what was already asked may be out of date. */
function suspect(state: SpoolState): SpoolStep {
  const { phase } = state;
  if (phase.name !== 'printing' || phase.isPrinted) return [state, []];
  if (phase.ask !== undefined) {
    return [withPhase(state, { ...phase, isSuspect: true, ask: { ...phase.ask, outdated: true } }), []];
  }
  const [effects, ask] = request(state, FIRST_ASK);
  return [withPhase(state, { ...phase, isSuspect: true, ask }), [disarm('look'), ...effects]];
}

function asked(state: SpoolState, outcome: AskOutcome): SpoolStep {
  const { phase } = state;
  if (phase.name === 'printing' && phase.isPrinted) return becomeIdle(state, printedOn(state));
  if (outcome.type === 'asking') {
    const [effects, ask] = request(state, outcome.ask);
    return 'ask' in phase ? [withPhase(state, { ...phase, ask }), effects] : [state, []];
  }
  if (phase.name === 'checking') return checked(state, phase.job, outcome.trouble);
  if (phase.name === 'fencing') return fenced(state, phase, outcome.trouble);
  if (phase.name === 'printing') return looked(state, phase, outcome.trouble);
  if (phase.name === 'watching') return watched(state, phase, outcome);
  return [state, []];
}

function checked(state: SpoolState, job: Job, trouble: PrinterTrouble | undefined): SpoolStep {
  if (state.isDirty && state.profile.clearsBuffers && trouble !== 'not-answering') {
    // Before the operator closes the cover: else the tail of an old slip comes out (printer sheet 7).
    return trouble === undefined
      ? clear(state, { type: 'start', job })
      : clear(state, { type: 'stop', trouble, torn: false, isPrinted: false });
  }
  return trouble === undefined ? start(state, job) : becomeWatching(state, trouble, false, true);
}

function looked(state: SpoolState, phase: Printing, trouble: PrinterTrouble | undefined): SpoolStep {
  if (trouble === 'not-answering') return becomeWatching(state, trouble, phase.next > 0, true);
  const stopped = trouble ?? state.stop?.trouble;
  if (stopped !== undefined) return endTorn(state, phase, stopped);
  const { ask: _settled, ...rest } = phase;
  const [pumped, effects] = pump(withPhase(state, { ...rest, isSuspect: false }));
  return [pumped, [disarm('answer'), arm('look', state.profile.lookIntervalMs), ...effects]];
}

function watched(
  state: SpoolState,
  { trouble: known, torn }: Watching,
  { trouble, isRecoverable }: Extract<AskOutcome, { type: 'settled' }>,
): SpoolStep {
  if (trouble === undefined) {
    const mustClear = state.isDirty && state.profile.clearsBuffers;
    return mustClear ? clear(state, { type: 'ready', torn }) : becomeIdle(state, { type: 'ready' });
  }
  const [after, effects] = becomeWatching(state, trouble, torn, trouble !== known);
  // Not while the cover is open, lest the knife move under a hand.
  if (!isRecoverable || trouble === 'cover-open') return [after, effects];
  // It forgets what was to arm the printer again and to cut the torn piece off: that is for the clearing when it is well.
  const dirty = { ...after, isDirty: true };
  return [dirty, [...effects, { type: 'write', bytes: RECOVER }, arm('look', state.profile.recoverIntervalMs)]];
}

function request(state: SpoolState, ask: Ask): readonly [effects: readonly SpoolEffect[], ask: Ask] {
  return [[{ type: 'write', bytes: dleEot(ask.request) }, arm('answer', state.profile.answerTimeoutMs)], ask];
}

/* ---- fencing ------------------------------------------------------------------------------------------------ */

/** Behind a barrier, unless the printer is known to hold nothing that could answer for the slip. */
function start(state: SpoolState, job: Job): SpoolStep {
  if (!state.isDirty) return begin(state, job);
  const { profile, chunksUnderWay } = state;
  const fencing = withPhase(state, { name: 'fencing', job, isQuiet: false });
  return [
    { ...fencing, chunksUnderWay: chunksUnderWay + 1 },
    [
      disarm('answer'),
      { type: 'write-chunk', bytes: fence(profile.completion, BARRIER_ID) },
      arm('completion', profile.completionTimeoutMs),
      arm('look', profile.lookIntervalMs),
    ],
  ];
}

/** By itself, or by what stands before it. */
const barrierAnswered = (state: SpoolState, phase: Fencing): SpoolStep => [
  withPhase(state, { ...phase, isQuiet: false }),
  [arm('quiet', state.profile.answerTimeoutMs)],
];

function onQuiet(state: SpoolState): SpoolStep {
  const { phase } = state;
  if (phase.name !== 'fencing') return [state, []];
  // The barrier is still on its way: what has answered is older.
  if (state.chunksUnderWay > 0) return barrierAnswered(state, phase);
  const quiet: Fencing = { ...phase, isQuiet: true };
  if (phase.ask !== undefined) return [withPhase(state, { ...quiet, ask: { ...phase.ask, outdated: true } }), []];
  const [effects, ask] = request(state, FIRST_ASK);
  return [withPhase(state, { ...quiet, ask }), effects];
}

function fenced(state: SpoolState, phase: Fencing, trouble: PrinterTrouble | undefined): SpoolStep {
  if (trouble !== undefined) return becomeWatching(state, trouble, false, true);
  if (phase.isQuiet) return begin(state, phase.job);
  const { ask: _settled, ...rest } = phase;
  return [withPhase(state, rest), [disarm('answer'), arm('look', state.profile.lookIntervalMs)]];
}

/* ---- printing ----------------------------------------------------------------------------------------------- */

/** @param sent 1 when the leader has been sent, else 0 */
function begin(state: SpoolState, job: Job, sent: 0 | 1 = 0): SpoolStep {
  const phase: Printing = { name: 'printing', job, next: sent, isSuspect: false, isPrinted: false };
  const [pumped, effects] = pump({
    ...withPhase(state, phase),
    // An online printer with nothing to print holds nobody back: an XON was lost.
    isHeld: false,
    isDirty: true,
    // ESC @ ends the automatic status; it is armed again when the printer has said so.
    trust: 'none',
    stop: undefined,
  });
  const { completionTimeoutMs, lookIntervalMs } = state.profile;
  return [pumped, [disarm('answer'), arm('completion', completionTimeoutMs), arm('look', lookIntervalMs), ...effects]];
}

/** Hands chunks to the line: one ahead of the one that leaves, so that the line does not idle, and no more. */
function pump(state: SpoolState): SpoolStep {
  const effects: SpoolEffect[] = [];
  let now = state;
  while (now.phase.name === 'printing') {
    const { phase } = now;
    const bytes = phase.job.chunks[phase.next];
    const { asksAfterChunk, chunksAhead } = now.profile;
    const mustWait = now.isHeld || phase.isSuspect || now.chunksUnderWay >= chunksAhead;
    if (bytes === undefined || mustWait || (asksAfterChunk && phase.ask !== undefined)) break;
    effects.push({ type: 'write-chunk', bytes });
    now = { ...now, phase: { ...phase, next: phase.next + 1 }, chunksUnderWay: now.chunksUnderWay + 1 };
    if (!asksAfterChunk) continue;
    const [question, ask] = request(now, FIRST_ASK);
    effects.push(...question);
    now = withPhase(now, { ...phase, next: phase.next + 1, ask });
  }
  return [now, effects];
}

/** The fence has answered. A DLE EOT that is under way is waited for, lest its answer be taken for another's. */
function printed(state: SpoolState, phase: Printing): SpoolStep {
  const clean = { ...state, isDirty: false };
  if (phase.ask === undefined) {
    const [idle, effects] = becomeIdle(clean, printedOn(state));
    if (state.trust === 'none') return [idle, effects];
    return [{ ...idle, trust: 'proven' }, [...effects, arm('look', state.profile.lookIntervalMs)]];
  }
  return [withPhase(clean, { ...phase, isPrinted: true }), [disarm('completion'), disarm('look')]];
}

function endTorn(state: SpoolState, phase: Printing, trouble: PrinterTrouble): SpoolStep {
  const torn = phase.next > 0;
  if (!state.profile.clearsBuffers) return becomeWatching(state, trouble, torn, true);
  return clear(state, { type: 'stop', trouble, torn, id: phase.job.id, isPrinted: false });
}

/* ---- clearing ----------------------------------------------------------------------------------------------- */

function clear(state: SpoolState, purpose: ClearingFor, attempt = 1): SpoolStep {
  const effects: readonly SpoolEffect[] = [
    disarm('look'),
    disarm('completion'),
    { type: 'write', bytes: CLEAR_BUFFERS },
    arm('answer', state.profile.clearTimeoutMs),
  ];
  return [withPhase(state, { name: 'clearing', purpose, attempt }), effects];
}

function clearingTimedOut(state: SpoolState, phase: Extract<Phase, { name: 'clearing' }>): SpoolStep {
  if (phase.attempt < state.profile.clearAttemptsMax) return clear(state, phase.purpose, phase.attempt + 1);
  // It answers DLE EOT but not this one: it cannot do it. When it answers neither, the watch finds out and tries again.
  return afterClearing(state, phase.purpose);
}

/** The id of data that was cleared never comes: whether the slip is whole is decided now (printer sheet 6). */
function cleared(state: SpoolState, purpose: ClearingFor): SpoolStep {
  const { automaticStatusMask, cutFeedLines } = state.profile;
  const [after, effects] = afterClearing({ ...state, isDirty: false, trust: 'none' }, purpose);
  // Clearing leaves text settings as they were, and ESC @ takes the automatic status with it (printer sheet 7).
  const rearm = [...INITIALIZE, ...automaticStatus(automaticStatusMask)];
  // A torn piece is cut off, lest the next slip stand on it. With an old roll it goes by itself.
  const cut = hangsOut(purpose) ? [...feedLines(cutFeedLines), ...CUT] : [];
  return [after, [{ type: 'write', bytes: Uint8Array.of(...rearm, ...cut) }, ...effects]];
}

function hangsOut(purpose: ClearingFor): boolean {
  if (purpose.type === 'start' || !purpose.torn) return false;
  return purpose.type === 'ready' || (!purpose.isPrinted && purpose.trouble !== 'paper-out');
}

function afterClearing(state: SpoolState, purpose: ClearingFor): SpoolStep {
  if (purpose.type === 'start') return start(state, purpose.job);
  if (purpose.type === 'ready') return becomeIdle(state, { type: 'ready' });
  if (purpose.isPrinted) return becomeIdle(state, printedOn(state));
  return becomeWatching(state, purpose.trouble, purpose.torn, true);
}

/* ---- ends --------------------------------------------------------------------------------------------------- */

const becomeIdle = (state: SpoolState, answer: PrintAnswer): SpoolStep => [
  withPhase(state, { name: 'idle' }),
  [...DISARM_ALL, tell(answer)],
];

function becomeWatching(state: SpoolState, trouble: PrinterTrouble, torn: boolean, isNews: boolean): SpoolStep {
  const watch: readonly SpoolEffect[] = [...DISARM_ALL, arm('look', state.profile.pollIntervalMs)];
  return [withPhase(state, { name: 'watching', trouble, torn }), isNews ? [...watch, stopped(trouble, torn)] : watch];
}

const withPhase = (state: SpoolState, phase: Phase): SpoolState => ({ ...state, phase });
const arm = (timer: SpoolTimer, ms: number): SpoolEffect => ({ type: 'arm', timer, ms });
const disarm = (timer: SpoolTimer): SpoolEffect => ({ type: 'disarm', timer });
const tell = (answer: PrintAnswer): SpoolEffect => ({ type: 'tell', answer });
const printedOn = ({ profile }: SpoolState): PrintAnswer => ({ type: 'printed', proof: profile.completion });
const stopped = (trouble: PrinterTrouble, torn: boolean): SpoolEffect => tell({ type: 'stopped', trouble, torn });
const TIMERS: readonly SpoolTimer[] = ['answer', 'look', 'completion', 'quiet'];
const DISARM_ALL: readonly SpoolEffect[] = TIMERS.map(disarm);
