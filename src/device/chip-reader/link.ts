/** Drives the link reducer: its line, its one timer, and the one exchange that is under way. */
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { DeviceLog } from '../device-log.ts';
import { listenDecoded } from '../serial/decode-line.ts';
import { encodeFrame, FrameDecoder, NAK_FRAME, type Received } from './frame.ts';
import {
  type LinkEffect,
  type LinkFailure,
  type LinkInput,
  type LinkProfile,
  type LinkState,
  next,
  START,
} from './link-reducer.ts';
import type { Reply, Request } from './message-table.ts';

export type LinkAnswer = Result<Reply, LinkFailure>;

interface LinkSetup {
  readonly line: Line;
  readonly clock: Clock;
  readonly profile: LinkProfile;
  readonly log: DeviceLog | undefined;
  /** The link can take the next request. */
  readonly idle: () => void;
  /** The reader says that a card came or went. */
  readonly slotChanged: (wentOut: boolean) => void;
  readonly closed: (reason: string) => void;
}

export class ChipReaderLink {
  readonly #setup: LinkSetup;
  #state: LinkState = START;
  #cancelTimer: Cancel | undefined;
  #answer: ((answer: LinkAnswer) => void) | undefined;
  #open = true;

  constructor(setup: LinkSetup) {
    this.#setup = setup;
    listenDecoded(setup.line, setup.clock, new FrameDecoder(), {
      item: (received) => this.#receive(received),
      closed: (reason) => {
        this.#stop();
        setup.closed(reason);
      },
    });
  }

  get isIdle(): boolean {
    return this.#state.phase === 'idle';
  }

  /** The link must be idle. Answers once, never from inside this call; not at all once the line has closed. */
  exchange(request: Request, answer: (answer: LinkAnswer) => void): void {
    this.#answer = answer;
    this.#input({ type: 'send', request });
  }

  /** Ends the exchange under way, which answers `cancelled` from inside this call. Harmless when there is none. */
  cancel(): void {
    this.#input({ type: 'cancel' });
  }

  close(): void {
    this.#stop();
    this.#setup.line.close();
  }

  #stop(): void {
    this.#open = false;
    this.#cancelTimer?.();
    this.#answer = undefined;
  }

  #receive(received: Received): void {
    if (!this.#open) return;
    switch (received.type) {
      case 'slot-changed':
        return this.#setup.slotChanged(received.wentOut);
      case 'discarded':
        this.#setup.log?.warn({
          event: 'chip-reader-bytes-discarded',
          reason: received.reason,
          bytes: received.bytes,
        });
        if (received.reason !== 'noise') this.#input({ type: 'garbled' });
        return;
      case 'message':
        return this.#input(received);
      case 'nak':
      case 'extension':
        return this.#input({ type: received.type });
    }
  }

  #input(input: LinkInput): void {
    const [state, effects] = next(this.#setup.profile, this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: LinkEffect): void {
    const { line, clock, log } = this.#setup;
    switch (effect.type) {
      case 'writeMessage':
        return line.write(encodeFrame(effect.message));
      case 'writeNak':
        return line.write(NAK_FRAME);
      case 'arm':
        this.#cancelTimer?.();
        this.#cancelTimer = clock.after(effect.ms, () => this.#input({ type: 'elapsed' }));
        return;
      case 'disarm':
        return this.#cancelTimer?.();
      case 'unexpected':
        return log?.warn({ event: 'chip-reader-message-unexpected' });
      case 'succeeded':
        return this.#settle(ok(effect.reply));
      case 'failed':
        return this.#settle(fail(effect.reason));
      case 'idle':
        // Whoever was just answered may have closed the link, or asked for the next exchange already.
        if (this.#open && this.isIdle) this.#setup.idle();
    }
  }

  #settle(answer: LinkAnswer): void {
    const settle = this.#answer;
    this.#answer = undefined;
    settle?.(answer);
  }
}
