import type { Clock } from '../../domain/clock.ts';
import { nextStan } from '../../domain/stan.ts';
import { findInBatch } from '../facts/batch-log.ts';
import type { Memory } from '../kernel/run.ts';
import type {
  HostPort,
  HostRequest,
  Identity,
  OriginalReference,
  PrintAnswer,
  SwipeEvent,
  SwipeReaderPort,
} from '../ports.ts';
import type { CommandOf } from '../transaction/commands.ts';
import type { OriginalFacts } from '../transaction/events.ts';
import { pinPadFailed } from './hand.ts';

export type AllotTrace = (answer: (trace: Identity) => void) => void;

/** The next trace number and the batch in force. It counts as used once `TraceAllotted` is in the journal. */
export const traceAllotter =
  (memory: Memory, clock: Clock): AllotTrace =>
  (answer) => {
    clock.after(0, () => answer({ stan: nextStan(memory.facts.lastStan), batch: memory.facts.batch }));
  };

export type FindOriginal = (
  named: CommandOf<'findOriginal'>['params'],
  answer: (original: OriginalFacts | undefined) => void,
) => void;

/** Looks an original up among what is not settled yet. */
export const originalFinder =
  (memory: Memory, clock: Clock): FindOriginal =>
  (named, answer) => {
    clock.after(0, () => {
      const found = findInBatch(memory.facts.batchLog, { ...named, batch: memory.facts.batch });
      if (found === undefined) return answer(undefined);
      const {
        chip: _______,
        flowId: _,
        foreign: __,
        kind: ___,
        original: ____,
        toForward: _____,
        undone: ______,
        ...original
      } = found;
      return answer(original);
    });
  };

/** How a flow hears of a request that was to be prepared. */
export type PrepareEvent =
  | { readonly type: 'RequestReady' }
  | { readonly type: 'HostUnreachable'; readonly reason: string }
  | { readonly type: 'PinPadFailed'; readonly refused: boolean; readonly reason: string };

export function prepare(host: HostPort, request: HostRequest, post: (event: PrepareEvent) => void): void {
  host.prepare(request, (answer) => {
    switch (answer.type) {
      case 'ready':
        return post({ type: 'RequestReady' });
      case 'unreachable':
        return post({ type: 'HostUnreachable', reason: answer.reason });
      case 'pin-pad-failed':
        return post(pinPadFailed(answer.failure));
    }
  });
}

/** How a request names the transaction that it follows up (dialect sheet 3.4). */
export const referenceOf = ({ batch, date, stan }: OriginalFacts): OriginalReference => ({
  batch,
  stan,
  ...(date !== undefined && { date }),
});

/** What a request says of the transaction that it follows up (dialect sheet 3.4, 4.2). */
export function originalParts(original: OriginalFacts | undefined) {
  if (original === undefined) return {};
  const { authorizationCode, referenceNumber } = original;
  return {
    original: referenceOf(original),
    ...(referenceNumber !== undefined && { referenceNumber }),
    ...(authorizationCode !== undefined && { authorizationCode }),
  };
}

export function printEvent(answer: PrintAnswer) {
  switch (answer.type) {
    case 'printed':
      return { type: 'SlipPrinted', proof: answer.proof, headLines: answer.headLines } as const;
    case 'stopped':
      return { type: 'PrinterStopped', trouble: answer.trouble, torn: answer.torn } as const;
    case 'ready':
      return { type: 'PrinterReady' } as const;
  }
}

/** Swipes come unasked; only one that somebody waits for is looked at. */
export class SwipeSlot {
  #waiting: ((event: SwipeEvent) => void) | undefined;
  #lost: SwipeEvent | undefined;
  readonly #clock: Clock;

  constructor(reader: SwipeReaderPort, clock: Clock) {
    this.#clock = clock;
    reader.onSwipe((event) => {
      if (event.type === 'lost') this.#lost = event;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.(event);
    });
  }

  /** Takes the next swipe; whoever waited before is forgotten. */
  await(answer: (event: SwipeEvent) => void): void {
    this.#waiting = answer;
    const lost = this.#lost;
    if (lost !== undefined) this.#clock.after(0, () => answer(lost));
  }

  /** Nobody waits any more. */
  release(): void {
    this.#waiting = undefined;
  }
}
