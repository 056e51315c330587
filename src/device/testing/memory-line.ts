/** For tests: a cable between two ends, on a virtual clock, which may lose or change what passes. */
import type { Clock } from '../../domain/clock.ts';
import type { Line, LineListener } from '../../domain/line.ts';

/** What arrives of a write. */
export type Tamper = (bytes: Uint8Array, from: 'terminal' | 'device') => Uint8Array;

const LATENCY_MS = 2;

class MemoryEnd implements Line {
  readonly #clock: Clock;
  readonly #tamper: (bytes: Uint8Array) => Uint8Array;
  #other: MemoryEnd | undefined;
  #listener: LineListener | undefined;
  #open = true;

  constructor(clock: Clock, tamper: (bytes: Uint8Array) => Uint8Array) {
    this.#clock = clock;
    this.#tamper = tamper;
  }

  connect(other: MemoryEnd): void {
    this.#other = other;
  }

  listen(listener: LineListener): void {
    this.#listener = listener;
  }

  write(bytes: Uint8Array, done?: () => void): void {
    if (!this.#open) return;
    const passed = this.#tamper(Uint8Array.from(bytes));
    this.#clock.after(LATENCY_MS, () => {
      if (passed.length > 0) this.#other?.hear(passed);
      if (this.#open) done?.();
    });
  }

  close(): void {
    this.#open = false;
  }

  hear(bytes: Uint8Array): void {
    if (this.#open) this.#listener?.bytes(bytes);
  }

  unplug(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listener?.closed(reason);
  }
}

export interface Cable {
  readonly terminal: Line;
  readonly device: Line;
  /** Both ends hear that the line is gone. */
  unplug(reason: string): void;
}

export function cable(clock: Clock, tamper: Tamper = (bytes) => bytes): Cable {
  const terminal = new MemoryEnd(clock, (bytes) => tamper(bytes, 'terminal'));
  const device = new MemoryEnd(clock, (bytes) => tamper(bytes, 'device'));
  terminal.connect(device);
  device.connect(terminal);
  const unplug = (reason: string): void => {
    terminal.unplug(reason);
    device.unplug(reason);
  };
  return { terminal, device, unplug };
}
