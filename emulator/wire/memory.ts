/** A wire that exists only in memory: two ends, and time between them. */
import type { Clock } from '../../src/domain/clock.ts';
import type { Line, LineListener } from '../../src/domain/line.ts';
import { Inbox } from './inbox.ts';
import { Pacer, type Pace } from './pacer.ts';

/**
 * Bytes arrive at the other end through the clock, in order and in the chunks that they were written in (a line with a
 * baud rate splits them). Closing one end lets what was written before go out, and then the other end hears it.
 */
export function memoryWire(clock: Clock, pace: Pace = {}): { near: Line; far: Line } {
  const near = new MemoryEnd(clock, pace, () => far);
  const far = new MemoryEnd(clock, pace, () => near);
  return { near, far };
}

class MemoryEnd implements Line {
  readonly #inbox: Inbox;
  readonly #outgoing: Pacer;
  readonly #other: () => MemoryEnd;
  #open = true;

  constructor(clock: Clock, pace: Pace, other: () => MemoryEnd) {
    this.#inbox = new Inbox(clock);
    this.#outgoing = new Pacer(clock, pace, (chunk) => other().#inbox.bytes(chunk));
    this.#other = other;
  }

  listen(listener: LineListener): void {
    this.#inbox.listen(listener);
  }

  write(bytes: Uint8Array, done?: () => void): void {
    // After a close `done` is never called, not even for what was written before it.
    if (this.#open) this.#outgoing.send(bytes, done && (() => this.#open && done()));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#inbox.mute();
    this.#outgoing.afterAll(() => this.#other().#hangUp());
  }

  #hangUp(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#outgoing.stop();
    this.#inbox.end('the other end closed the line');
  }
}
