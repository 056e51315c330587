/** Drives the link reducer over a real line and a clock: one connection, one request, one answer. */
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import type { HostLog } from './host-port.ts';
import { FrameReader, type FrameEvent } from './iso8583/frame.ts';
import { LATE_ANSWER_WATCH_MS, nextLink } from './link-reducer.ts';
import type { LinkEffect, LinkState, LinkTimeouts, LinkTimer, SilenceReason } from './link-reducer.ts';
import { Strays, type Judge, type LinkCounters } from './link-strays.ts';

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
  /**
   * Says which incoming frame is the answer. Others are dropped and the wait goes on. It is kept for a while after the
   * end, to recognise a late answer, and so must hold no card data.
   */
  readonly judge: Judge;
  /** `sent` at most once and first, then one of the others. */
  readonly answer: (answer: LinkAnswer) => void;
}

export interface LinkSetup {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly timeouts: LinkTimeouts;
  readonly log?: HostLog;
}

/** A line on which nothing is waited for any more. */
interface Watched {
  readonly connection: number;
  readonly line: Line;
  readonly cancel: Cancel;
}

export class Link {
  readonly #setup: LinkSetup;
  readonly #strays: Strays;
  readonly #timers = new Map<LinkTimer, Cancel>();
  #state: LinkState = { phase: 'closed' };
  /** Counts connections, so that what belongs to an earlier one is recognised and ignored. */
  #connection = 0;
  #cancelConnect: Cancel | undefined;
  #line: Line | undefined;
  #watched: Watched | undefined;
  #opened: ((result: Result<void, ConnectFailure>) => void) | undefined;
  #outgoing: Outgoing | undefined;
  #frame: Uint8Array = new Uint8Array();

  constructor(setup: LinkSetup) {
    this.#setup = setup;
    this.#strays = new Strays(setup.log);
  }

  /** What came and was no answer. */
  get counters(): LinkCounters {
    return this.#strays.counters;
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
    if (this.#outgoing !== undefined) this.#strays.remember(this.#outgoing.judge);
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
      case 'watch':
        return this.#watch();
      case 'hang-up':
        return this.#hangUp();
      case 'frame-dropped':
        this.#strays.drop(this.#frame, this.#outgoing?.judge);
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
          if (connection === this.#connection) this.#heard(event);
          else this.#overheard(event, connection);
        }
        if (connection === this.#connection) this.#feed({ type: 'bytes', midFrame: reader.held > 0 });
      },
      closed: (reason) => {
        if (connection === this.#watched?.connection) return this.#unwatch();
        if (connection !== this.#connection) return;
        this.#setup.log?.warn({ event: 'host-line-closed', reason });
        this.#feed({ type: 'line-closed' });
      },
    });
  }

  #heard(event: FrameEvent): void {
    if (event.type === 'oversized') {
      this.#setup.log?.warn({ event: 'host-frame-oversized', bytes: event.length });
      return this.#feed({ type: 'oversized' });
    }
    this.#frame = event.bytes;
    this.#feed({ type: 'frame', isAnswer: this.#outgoing?.judge(event.bytes).type === 'answer' });
  }

  #watch(): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#unwatch();
    const cancel = this.#setup.clock.after(LATE_ANSWER_WATCH_MS, () => this.#unwatch());
    this.#watched = { connection: this.#connection, line, cancel };
    // It is no longer this connection's to close.
    this.#line = undefined;
  }

  /** A frame of an earlier connection: whatever it says, nobody waits for it. */
  #overheard(event: FrameEvent, connection: number): void {
    if (connection !== this.#watched?.connection) return;
    if (event.type === 'oversized' || this.#strays.drop(event.bytes)) this.#unwatch();
  }

  #unwatch(): void {
    this.#watched?.cancel();
    this.#watched?.line.close();
    this.#watched = undefined;
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
    const outgoing = this.#outgoing;
    this.#outgoing = undefined;
    if (outgoing !== undefined && end.type === 'silent') this.#strays.remember(outgoing.judge);
    outgoing?.answer(end);
  }
}
