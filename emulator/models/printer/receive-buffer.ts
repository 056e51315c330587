/** What has arrived and not been executed, and how full that makes the printer (printer sheet 9). */
import { EscPosDecoder, type Decoded } from './decoder.ts';
import type { PrinterProfile } from './profile.ts';

export class ReceiveBuffer {
  readonly #profile: PrinterProfile;
  readonly #decoder: EscPosDecoder;
  #queue: Decoded[] = [];
  #queuedBytes = 0;
  #full = false;

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
    this.#decoder = new EscPosDecoder(profile.kanjiAtPowerUp);
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }
  /** Latched between the two thresholds. */
  get isFull(): boolean {
    const freeBytes = this.#profile.receiveBufferBytes - this.#occupiedBytes;
    if (freeBytes <= this.#profile.xoffFreeBytes) this.#full = true;
    if (freeBytes >= this.#profile.xonFreeBytes) this.#full = false;
    return this.#full;
  }

  /** False: there was no room, the byte is lost. */
  push(byte: number): boolean {
    if (this.#occupiedBytes >= this.#profile.receiveBufferBytes) return false;
    for (const decoded of this.#decoder.push(byte)) {
      this.#queue.push(decoded);
      this.#queuedBytes += this.#weight(decoded.bytes);
    }
    return true;
  }

  take(): Decoded | undefined {
    const decoded = this.#queue.shift();
    if (decoded !== undefined) this.#queuedBytes -= this.#weight(decoded.bytes);
    return decoded;
  }

  /** `kanji` is the mode that the executed commands have left: what is thrown away has not changed it. */
  clear(kanji: boolean): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#full = false;
    this.#decoder.reset(kanji);
  }

  get #occupiedBytes(): number {
    return this.#queuedBytes + this.#weight(this.#decoder.pendingBytes);
  }
  /** Symbols and bit images go to a memory of their own, or one of them alone could block the line for good. */
  #weight(bytes: number): number {
    return Math.min(bytes, this.#profile.receiveBufferBytes / 2);
  }
}
