/** What the printer's tests share: a printer with its answers, sights and timers gathered. */
import { paperText } from './paper-text.ts';
import type { PaperPiece } from './paper.ts';
import type { PlainDeed, PrinterDeed, PrinterSight } from './deeds.ts';
import { PrinterModel } from './printer.ts';
import { TERMINAL_58MM, type PrinterProfile } from './profile.ts';
import type { Action } from '../model.ts';

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from((hex.match(/[0-9a-f]{2}/gi) ?? []).map((digits) => Number.parseInt(digits, 16)));
const hexOf = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export class Bench {
  readonly model: PrinterModel;
  readonly sights: PrinterSight[] = [];
  readonly pieces: PaperPiece[] = [];
  readonly #timers = new Map<string, number>();
  #answered: number[] = [];

  constructor(profile: Partial<PrinterProfile> = {}, dirtNoise?: Uint8Array) {
    this.model = new PrinterModel({ ...TERMINAL_58MM, cutterGapDots: 0, ...profile }, dirtNoise);
  }

  /** The timers that run, and in how many milliseconds they are due. */
  get armed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#timers);
  }

  send(bytes: Uint8Array | string): this {
    return this.#note(this.model.bytes(typeof bytes === 'string' ? bytesOf(bytes) : bytes));
  }
  print(text: string): this {
    return this.send(ascii(text));
  }
  does(deed: PrinterDeed | PlainDeed): this {
    return this.#note(this.model.does(typeof deed === 'string' ? ({ type: deed } as PrinterDeed) : deed));
  }
  /** Lets the next timer run out, so many times: the head burns a line, or as much of one as nothing disturbs. */
  burn(times = 1): this {
    for (let time = 0; time < times && this.#timers.size > 0; time++) this.wait(Math.min(...this.#timers.values()));
    return this;
  }
  wait(ms: number): this {
    let leftMs = ms;
    for (;;) {
      const [next] = [...this.#timers].toSorted(([, a], [, b]) => a - b);
      if (next === undefined || next[1] > leftMs) break;
      const [timer, inMs] = next;
      leftMs -= inMs;
      this.#pass(inMs);
      this.#timers.delete(timer);
      this.#note(this.model.elapsed(timer));
    }
    this.#pass(leftMs);
    return this;
  }
  /** What the printer has sent since this was last asked. */
  answers(): string {
    const answered = hexOf(this.#answered);
    this.#answered = [];
    return answered;
  }
  /** Asks DLE EOT 1 to 4 and gives the four answers. */
  status(): string {
    this.answers();
    return this.send('100401 100402 100403 100404').answers();
  }
  hanging(): string {
    return paperText(this.model.currentPiece());
  }
  troubles(): readonly string[] {
    return this.sights.flatMap((sight) =>
      sight.type === 'trouble' ? [sight.trouble] : sight.type === 'ready' ? ['ready'] : [],
    );
  }

  #pass(ms: number): void {
    this.model.passed(ms);
    for (const [timer, inMs] of this.#timers) this.#timers.set(timer, inMs - ms);
  }

  #note(actions: readonly Action<PrinterSight>[]): this {
    for (const action of actions) {
      if (action.type === 'write') this.#answered.push(...action.bytes);
      if (action.type === 'arm') this.#timers.set(action.timer, action.ms);
      if (action.type === 'disarm') this.#timers.delete(action.timer);
      if (action.type !== 'sight') continue;
      this.sights.push(action.sight);
      if (action.sight.type === 'paper') this.pieces.push(action.sight.piece);
    }
    return this;
  }
}
