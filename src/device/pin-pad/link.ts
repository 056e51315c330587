/** Drives the link reducer: its line, its one timer, and the one exchange that is under way. */
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { DeviceLog } from '../device-log.ts';
import { listenDecoded } from '../serial/decode-line.ts';
import { ACK, encodeFrame, EOT, FrameDecoder, NAK, type Received } from './frame.ts';
import {
  type Exchange,
  IDLE,
  type LinkEffect,
  type LinkFailure,
  type LinkInput,
  type LinkState,
  next,
} from './link-reducer.ts';

const BARE_BYTES = { ack: ACK, nak: NAK, eot: EOT } as const;

export type ExchangeAnswer = Result<string, LinkFailure>;

interface LinkSetup {
  readonly line: Line;
  readonly clock: Clock;
  readonly log: DeviceLog | undefined;
  readonly closed: (reason: string) => void;
}

export class PinPadLink {
  readonly #setup: LinkSetup;
  #state: LinkState = IDLE;
  #cancelTimer: Cancel | undefined;
  #answer: ((answer: ExchangeAnswer) => void) | undefined;

  constructor(setup: LinkSetup) {
    this.#setup = setup;
    listenDecoded(setup.line, setup.clock, new FrameDecoder(), {
      item: (received) => this.#receive(received),
      closed: (reason) => {
        this.#cancelTimer?.();
        setup.closed(reason);
      },
    });
  }

  /** The link must be idle. Answers once, never from inside this call; not at all once the line has closed. */
  exchange(exchange: Exchange, answer: (answer: ExchangeAnswer) => void): void {
    this.#answer = answer;
    this.#input({ type: 'send', exchange });
  }

  /** Ends the exchange under way, which answers `abandoned` from inside this call, unless its reply is already here. */
  abandon(): void {
    this.#input({ type: 'abandon' });
  }

  #receive(received: Received): void {
    if (received.type !== 'discarded') {
      this.#input(received);
      return;
    }
    const { reason, bytes } = received;
    this.#setup.log?.warn({ event: 'pin-pad-bytes-discarded', reason, bytes });
    if (reason !== 'noise') this.#input({ type: 'garbled' });
  }

  #input(input: LinkInput): void {
    const [state, effects] = next(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: LinkEffect): void {
    const { line, clock, log } = this.#setup;
    switch (effect.type) {
      case 'writeFrame':
        return line.write(encodeFrame({ envelope: effect.exchange.row.envelope, text: effect.exchange.text }), () =>
          this.#input({ type: 'written' }),
        );
      case 'writeByte':
        return line.write(Uint8Array.of(BARE_BYTES[effect.byte]));
      case 'arm':
        this.#cancelTimer?.();
        this.#cancelTimer = clock.after(effect.ms, () => this.#input({ type: 'elapsed' }));
        return;
      case 'disarm':
        return this.#cancelTimer?.();
      case 'unexpected':
        return log?.warn({ event: 'pin-pad-reply-unexpected' });
      case 'succeeded':
        return this.#settle(ok(effect.text));
      case 'failed':
        return this.#settle(fail(effect.reason));
    }
  }

  #settle(answer: ExchangeAnswer): void {
    const settle = this.#answer;
    this.#answer = undefined;
    settle?.(answer);
  }
}
