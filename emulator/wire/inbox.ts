/** The receiving half of a line: keeps what comes before somebody listens, and says nothing after it is closed. */
import type { Clock } from '../../src/domain/clock.ts';
import type { LineListener } from '../../src/domain/line.ts';

/** What is kept for a listener who has not come yet. Bytes beyond it are lost, as in a UART that nobody reads. */
const BACKLOG_BYTES_MAX = 65_536;

/** {@link Inbox.bytes} and {@link Inbox.end} must be called from the clock or the world, never from a call to the line. */
export class Inbox {
  readonly #clock: Clock;
  #listener: LineListener | undefined;
  readonly #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #ended: string | undefined;
  #muted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  listen(listener: LineListener): void {
    this.#listener = listener;
    if (this.#backlog.length > 0 || this.#ended !== undefined) this.#clock.after(0, () => this.#flush());
  }

  bytes(chunk: Uint8Array): void {
    if (this.#muted || this.#ended !== undefined) return;
    if (this.#listener !== undefined && this.#backlog.length === 0) {
      this.#listener.bytes(chunk);
      return;
    }
    const kept = chunk.subarray(0, BACKLOG_BYTES_MAX - this.#backlogBytes);
    if (kept.length > 0) this.#backlog.push(kept);
    this.#backlogBytes += kept.length;
  }

  /** Nothing more will come. Only the first reason counts. */
  end(reason: string): void {
    if (this.#muted || this.#ended !== undefined) return;
    this.#ended = reason;
    if (this.#listener !== undefined && this.#backlog.length === 0) this.#sayEnded(reason);
  }

  /** This end is closed: its listener hears no more. */
  mute(): void {
    this.#muted = true;
    this.#backlog.length = 0;
  }

  #flush(): void {
    for (let chunk = this.#backlog[0]; chunk !== undefined; chunk = this.#backlog[0]) {
      this.#listener?.bytes(chunk);
      // Taken out only now: what comes from inside the listener queues up behind it.
      this.#backlog.shift();
      this.#backlogBytes -= chunk.length;
    }
    if (this.#ended !== undefined) this.#sayEnded(this.#ended);
  }

  #sayEnded(reason: string): void {
    if (this.#muted) return;
    this.#muted = true;
    this.#listener?.closed(reason);
  }
}
