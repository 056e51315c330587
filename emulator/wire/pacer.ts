/** Bytes on their way: at the speed of the line, in order, and never from inside the call that sends them. */
import type { Cancel, Clock } from '../../src/domain/clock.ts';
import { Bug } from '../../src/domain/result.ts';

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

/** A slow line delivers in slices of about this length: byte by byte would cost a timer for each. */
const SLICE_MS = 4;

/** A whole raster slip is below half of this. Who queues more does not wait for `done`. */
const QUEUE_BYTES_MAX = 4_194_304;

/** Hides rounding errors of a clock that counts from 1970, in bytes. */
const ROUNDING = 0.01;

export interface Pace {
  /** Bits per second, ten to a byte. Without it bytes leave at once. */
  readonly baudRate?: number;
  /** How long a byte travels after it has left. Zero without it. */
  readonly latencyMs?: number;
}

interface Sending {
  rest: Uint8Array;
  readonly done: (() => void) | undefined;
}

/** One direction of a line. */
export class Pacer {
  readonly #clock: Clock;
  readonly #msPerByte: number;
  readonly #latencyMs: number;
  readonly #arrive: (chunk: Uint8Array) => void;
  readonly #queue: Sending[] = [];
  #queuedBytes = 0;
  /** When the byte at the head of the queue began to leave. */
  #headStartMs = 0;
  #cancelTick: Cancel | undefined;
  #stopped = false;

  /** @throws Bug when the speed or the latency is no positive number. */
  constructor(clock: Clock, pace: Pace, arrive: (chunk: Uint8Array) => void) {
    const { baudRate, latencyMs = 0 } = pace;
    if (baudRate !== undefined && !(baudRate > 0)) throw new Bug(`A line of ${baudRate} baud moves nothing.`);
    if (!(latencyMs >= 0)) throw new Bug(`A latency of ${latencyMs} ms is not possible.`);
    this.#clock = clock;
    this.#msPerByte = baudRate === undefined ? 0 : (1000 * BITS_PER_BYTE) / baudRate;
    this.#latencyMs = latencyMs;
    this.#arrive = arrive;
  }

  /** How many bytes have not left yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * The bytes are copied. `done` is called once the last of them has left (before it has arrived, if there is latency).
   *
   * @throws Bug when more than 4 MiB wait: the sender does not wait for `done`.
   */
  send(bytes: Uint8Array, done?: () => void): void {
    if (this.#stopped) return;
    if (this.#queuedBytes + bytes.length > QUEUE_BYTES_MAX) {
      throw new Bug(`More than ${QUEUE_BYTES_MAX} bytes wait to leave on one line: wait for done before writing on.`);
    }
    if (this.#queue.length === 0) this.#headStartMs = this.#clock.now();
    this.#queue.push({ rest: bytes.slice(), done });
    this.#queuedBytes += bytes.length;
    this.#scheduleTick();
  }

  /** Runs `action` once everything that was sent has arrived. */
  afterAll(action: () => void): void {
    this.send(new Uint8Array(0), () => {
      if (this.#latencyMs === 0) action();
      else this.#clock.after(this.#latencyMs, action);
    });
  }

  /** What has not left never will, and its `done` is never called. What has left still arrives. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#cancelTick?.();
  }

  #scheduleTick(): void {
    const head = this.#queue[0];
    if (head === undefined || this.#cancelTick !== undefined) return;
    const sliceBytes = Math.min(this.#queuedBytes, Math.max(1, Math.floor(SLICE_MS / this.#msPerByte)));
    // A queue that begins with the mark of an earlier end has nothing to wait for.
    const waitMs = head.rest.length === 0 ? 0 : this.#headStartMs + sliceBytes * this.#msPerByte - this.#clock.now();
    // Half the tolerance of bytesDue, so that the tick finds its whole slice due.
    const roundedMs = Math.max(0, Math.ceil(waitMs - (ROUNDING / 2) * this.#msPerByte));
    this.#cancelTick = this.#clock.after(roundedMs, () => this.#tick());
  }

  #tick(): void {
    this.#cancelTick = undefined;
    const leaving = this.#takeWhatIsDue();
    // Before delivery: a receiver that throws must not leave the line stuck.
    this.#scheduleTick();
    for (const { chunk, done } of leaving) {
      if (chunk.length > 0) this.#deliver(chunk);
      if (!this.#stopped) done?.();
    }
  }

  #takeWhatIsDue(): { chunk: Uint8Array; done: (() => void) | undefined }[] {
    const leaving = [];
    let due = this.#bytesDue();
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const chunk = head.rest.subarray(0, due);
      if (chunk.length === 0 && head.rest.length > 0) break;
      due -= chunk.length;
      this.#queuedBytes -= chunk.length;
      this.#headStartMs += chunk.length * this.#msPerByte;
      head.rest = head.rest.subarray(chunk.length);
      const whole = head.rest.length === 0;
      leaving.push({ chunk, done: whole ? head.done : undefined });
      if (whole) this.#queue.shift();
    }
    return leaving;
  }

  #bytesDue(): number {
    if (this.#msPerByte === 0) return this.#queuedBytes;
    const nowMs = this.#clock.now();
    // A real clock can be set back; the line must not stand still until it has caught up.
    if (nowMs < this.#headStartMs - this.#msPerByte) this.#headStartMs = nowMs;
    return Math.max(0, Math.floor((nowMs - this.#headStartMs) / this.#msPerByte + ROUNDING));
  }

  #deliver(chunk: Uint8Array): void {
    if (this.#latencyMs === 0) this.#arrive(chunk);
    else this.#clock.after(this.#latencyMs, () => this.#arrive(chunk));
  }
}
