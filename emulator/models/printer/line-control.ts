/** The printer's end of the serial line: what it takes in, and when it asks the terminal to hold off (printer sheet 9). */
import type { Decoded } from './decoder.ts';
import type { Outbox } from './outbox.ts';
import type { PrinterProfile } from './profile.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

const XON = 0x11;
const XOFF = 0x13;

export class LineControl {
  readonly #busyWhenOffline: boolean;
  readonly #buffer: ReceiveBuffer;
  readonly #outbox: Outbox;
  #heldOff = false;
  #overrunning = false;
  #overrunBytes = 0;

  constructor(profile: PrinterProfile, outbox: Outbox) {
    this.#busyWhenOffline = profile.busyWhenOffline;
    this.#buffer = new ReceiveBuffer(profile);
    this.#outbox = outbox;
  }

  get isEmpty(): boolean {
    return this.#buffer.isEmpty;
  }
  /** Lost because the terminal wrote on after XOFF. */
  get overrunBytes(): number {
    return this.#overrunBytes;
  }

  receive(byte: number): void {
    if (this.#buffer.push(byte)) {
      this.#overrunning = false;
      return;
    }
    this.#overrunBytes += 1;
    if (!this.#overrunning) this.#outbox.see({ type: 'trouble', trouble: 'buffer-overrun' });
    this.#overrunning = true;
  }

  take(): Decoded | undefined {
    return this.#buffer.take();
  }

  clear(kanji: boolean): void {
    this.#buffer.clear(kanji);
  }

  /** Says XOFF or XON if that has changed. */
  control(offline: boolean): void {
    const holdOff = this.#shouldHoldOff(offline);
    if (holdOff === this.#heldOff) return;
    this.#heldOff = holdOff;
    this.#outbox.write(Uint8Array.of(holdOff ? XOFF : XON));
  }

  /** Says which of the two holds, changed or not. */
  powerOn(offline: boolean): void {
    this.#heldOff = !this.#shouldHoldOff(offline);
    this.control(offline);
  }

  #shouldHoldOff(offline: boolean): boolean {
    return this.#buffer.isFull || (this.#busyWhenOffline && offline);
  }
}
