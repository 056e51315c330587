/** What the printer wants done in answer to one input, in order. */
import type { Action } from '../model.ts';
import type { PrinterSight } from './deeds.ts';

export type PrinterAction = Action<PrinterSight>;

export class Outbox {
  #actions: PrinterAction[] = [];

  see(sight: PrinterSight): void {
    this.#actions.push({ type: 'sight', sight });
  }

  arm(timer: string, ms: number): void {
    this.#actions.push({ type: 'arm', timer, ms });
  }

  disarm(timer: string): void {
    this.#actions.push({ type: 'disarm', timer });
  }

  /** Bytes that go out together are one action. */
  write(bytes: Uint8Array): void {
    const last = this.#actions.at(-1);
    if (last?.type !== 'write') this.#actions.push({ type: 'write', bytes });
    else this.#actions[this.#actions.length - 1] = { type: 'write', bytes: Uint8Array.from([...last.bytes, ...bytes]) };
  }

  take(): readonly PrinterAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }
}
