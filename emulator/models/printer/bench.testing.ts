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
  armed: string | undefined;
  armedMs = 0;
  #answered: number[] = [];

  constructor(profile: Partial<PrinterProfile> = {}) {
    this.model = new PrinterModel({ ...TERMINAL_58MM, cutterGapDots: 0, ...profile });
  }

  send(bytes: Uint8Array | string): this {
    return this.#note(this.model.bytes(typeof bytes === 'string' ? bytesOf(bytes) : bytes));
  }
  print(text: string): this {
    return this.send(ascii(text));
  }
  does(deed: PrinterDeed | PlainDeed): this {
    return this.#note(this.model.does(typeof deed === 'string' ? { type: deed } : deed));
  }
  /** Lets the head burn `lines` lines. */
  burn(lines = 1): this {
    for (let line = 0; line < lines && this.armed !== undefined; line++) {
      const timer = this.armed;
      this.armed = undefined;
      this.#note(this.model.elapsed(timer));
    }
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

  #note(actions: readonly Action<PrinterSight>[]): this {
    for (const action of actions) {
      if (action.type === 'write') this.#answered.push(...action.bytes);
      if (action.type === 'arm') [this.armed, this.armedMs] = [action.timer, action.ms];
      if (action.type === 'disarm') this.armed = undefined;
      if (action.type !== 'sight') continue;
      this.sights.push(action.sight);
      if (action.sight.type === 'paper') this.pieces.push(action.sight.piece);
    }
    return this;
  }
}
