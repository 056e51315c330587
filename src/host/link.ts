/** Drives the link reducer over a real line and a clock: one connection, one request, one answer. */
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import { FrameReader } from './iso8583/frame.ts';
import type { HostLog } from './host-port.ts';
import {
  nextLink,
  type LinkEffect,
  type LinkState,
  type LinkTimeouts,
  type LinkTimer,
  type SilenceReason,
} from './link-reducer.ts';

export interface ConnectFailure {
  /** Stable code: `refused`, `timeout`, `certificate`, `handshake`, `unreachable`. */
  readonly reason: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Opens a line to the host. Answers once, never from inside the call, and not at all after the cancel. */
export type Connect = (answer: (result: Result<Line, ConnectFailure>) => void) => Cancel;

export type LinkAnswer =
  | { readonly type: 'sent' }
  /** The answering frame, without its length bytes. */
  | { readonly type: 'answered'; readonly frame: Uint8Array }
  | { readonly type: 'silent'; readonly reason: SilenceReason };

export interface Outgoing {
  /** The bytes for the line, length bytes included. */
  readonly bytes: Uint8Array;
  /** Says which incoming frame is the answer. Others are dropped and the wait goes on. */
  readonly isAnswer: (frame: Uint8Array) => boolean;
  /** `sent` at most once and first, then one of the others. */
  readonly answer: (answer: LinkAnswer) => void;
}

export interface LinkSetup {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly timeouts: LinkTimeouts;
  readonly log?: HostLog;
}

export class Link {
  readonly #setup: LinkSetup;
  readonly #timers = new Map<LinkTimer, Cancel>();
  #state: LinkState = { phase: 'closed' };
  /** Counts connections, so that what belongs to an earlier one is recognised and ignored. */
  #connection = 0;
  #cancelConnect: Cancel | undefined;
  #line: Line | undefined;
  #opened: ((result: Result<void, ConnectFailure>) => void) | undefined;
  #outgoing: Outgoing | undefined;
  #frame: Uint8Array = new Uint8Array();

  constructor(setup: LinkSetup) {
    this.#setup = setup;
  }

  /** Connects, after hanging up whatever was open. */
  open(answer: (result: Result<void, ConnectFailure>) => void): void {
    this.drop();
    this.#opened = answer;
    this.#feed({ type: 'open' });
  }

  /** Sends the one request of this connection. Allowed once, after `open` has answered well. */
  send(outgoing: Outgoing): void {
    if (this.#outgoing !== undefined || (this.#state.phase !== 'connected' && this.#state.phase !== 'lost')) {
      throw new Bug('A link sends once, after it has opened.');
    }
    this.#outgoing = outgoing;
    this.#feed({ type: 'send' });
  }

  /** Hangs up; nothing is answered any more. */
  drop(): void {
    this.#opened = undefined;
    this.#outgoing = undefined;
    this.#feed({ type: 'drop' });
  }

  #feed(input: Parameters<typeof nextLink>[1]): void {
    const [state, effects] = nextLink(this.#state, input, this.#setup.timeouts);
    this.#state = state;
    // An answer is the last effect of any step: what the listener does in it finds this object settled.
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: LinkEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#connect();
      case 'write':
        return this.#write();
      case 'arm':
        this.#timers.get(effect.timer)?.();
        this.#timers.set(
          effect.timer,
          this.#setup.clock.after(effect.ms, () => this.#elapsed(effect.timer)),
        );
        return;
      case 'disarm':
        this.#timers.get(effect.timer)?.();
        this.#timers.delete(effect.timer);
        return;
      case 'hang-up':
        return this.#hangUp();
      case 'frame-dropped':
        this.#setup.log?.warn({ event: 'host-frame-dropped', bytes: this.#frame.length });
        return;
      case 'opened':
        return this.#answerOpen(ok(undefined));
      case 'unreachable':
        return this.#answerOpen(fail({ reason: effect.reason, message: effect.message }));
      case 'sent':
        return this.#outgoing?.answer({ type: 'sent' });
      case 'answered':
        return this.#answerEnd({ type: 'answered', frame: this.#frame });
      case 'silent':
        return this.#answerEnd({ type: 'silent', reason: effect.reason });
    }
  }

  #connect(): void {
    const connection = this.#connection;
    this.#cancelConnect = this.#setup.connect((result) => {
      if (connection !== this.#connection) {
        // It arrived together with the timeout that gave it up.
        if (result.ok) result.value.close();
        return;
      }
      this.#cancelConnect = undefined;
      if (!result.ok) return this.#feed({ type: 'connect-failed', ...result.error });
      this.#line = result.value;
      this.#listen(result.value, connection);
      this.#feed({ type: 'connected' });
    });
  }

  #listen(line: Line, connection: number): void {
    const reader = new FrameReader();
    line.listen({
      bytes: (chunk) => {
        for (const event of reader.push(chunk)) {
          if (connection !== this.#connection) return;
          if (event.type === 'oversized') {
            this.#setup.log?.warn({ event: 'host-frame-oversized', bytes: event.length });
            return this.#feed({ type: 'oversized' });
          }
          this.#frame = event.bytes;
          const isAnswer = this.#outgoing?.isAnswer(event.bytes) ?? false;
          this.#feed({ type: 'frame', isAnswer });
        }
        if (connection === this.#connection) this.#feed({ type: 'bytes', midFrame: reader.held > 0 });
      },
      closed: (reason) => {
        if (connection !== this.#connection) return;
        this.#setup.log?.warn({ event: 'host-line-closed', reason });
        this.#feed({ type: 'line-closed' });
      },
    });
  }

  #write(): void {
    const connection = this.#connection;
    this.#line?.write(this.#outgoing?.bytes ?? new Uint8Array(), () => {
      if (connection === this.#connection) this.#feed({ type: 'sent' });
    });
  }

  #elapsed(timer: LinkTimer): void {
    this.#timers.delete(timer);
    this.#feed({ type: 'elapsed', timer });
  }

  #hangUp(): void {
    this.#connection += 1;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#cancelConnect?.();
    this.#cancelConnect = undefined;
    this.#line?.close();
    this.#line = undefined;
  }

  #answerOpen(result: Result<void, ConnectFailure>): void {
    const answer = this.#opened;
    this.#opened = undefined;
    answer?.(result);
  }

  #answerEnd(end: LinkAnswer): void {
    const answer = this.#outgoing?.answer;
    this.#outgoing = undefined;
    answer?.(end);
  }
}
