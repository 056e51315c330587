/** What has arrived and not been executed, and how full that makes the printer (printer sheet 9). */
import { EscPosDecoder, type Decoded } from './decoder.ts';
import type { PrinterProfile } from './profile.ts';

const DLE = 0x10;

export class ReceiveBuffer {
  readonly #profile: PrinterProfile;
  readonly #decoder: EscPosDecoder;
  #queue: Decoded[] = [];
  #queuedBytes = 0;
  #full = false;
  /** A DLE command is under way. */
  #isRealTime = false;

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

  /** False: there was no room, the byte is lost. Real-time commands need none: nothing of them is kept (printer sheet 9). */
  push(byte: number): boolean {
    if (byte === DLE && this.#decoder.pendingBytes === 0) this.#isRealTime = true;
    if (!this.#isRealTime && this.#occupiedBytes >= this.#profile.receiveBufferBytes) return false;
    for (const decoded of this.#decoder.push(byte)) {
      this.#queue.push(decoded);
      this.#queuedBytes += this.#weight(decoded.bytes);
    }
    if (this.#isRealTime) this.#isRealTime = this.#decoder.pendingBytes > 0;
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
    this.#isRealTime = false;
    this.#decoder.reset(kanji);
  }

  get #occupiedBytes(): number {
    if (this.#isRealTime) return this.#queuedBytes;
    return this.#queuedBytes + this.#weight(this.#decoder.pendingBytes);
  }
  /** Symbols and bit images go to a memory of their own, or one of them alone could block the line for good. */
  #weight(bytes: number): number {
    return Math.min(bytes, this.#profile.receiveBufferBytes / 2);
  }
}
