/** The way of the paper: the roll, its sensors, and the strip that hangs out until the knife or a person parts it. */
import { cutAtKnife } from './knife.ts';
import type { PaperLine, PaperPiece } from './paper.ts';
import type { PrinterProfile } from './profile.ts';

export class PaperPath {
  readonly #profile: PrinterProfile;
  #roll: 'ok' | 'low' | 'out' = 'ok';
  #lines: PaperLine[] = [];
  deadColumns: readonly number[] = [];

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
  }

  get isOut(): boolean {
    return this.#roll === 'out';
  }
  get isLow(): boolean {
    return this.#roll === 'low';
  }

  burn(line: PaperLine): void {
    this.#lines.push(line);
  }

  runOut(): void {
    this.#roll = 'out';
  }

  runLow(): void {
    if (this.#roll === 'ok') this.#roll = 'low';
  }

  /** A new roll. Gives what comes off with the old one. */
  load(): PaperPiece {
    const old = this.hanging();
    this.#lines = [];
    this.#roll = 'ok';
    return old;
  }

  hanging(): PaperPiece {
    return this.#piece(this.#lines, false);
  }

  /** Gives what falls off, perhaps nothing. */
  cut(): PaperPiece {
    const [off, staying] = cutAtKnife(this.#lines, this.#profile.cutterGapDots);
    this.#lines = [...staying];
    return this.#piece(off, true);
  }

  #piece(lines: readonly PaperLine[], cut: boolean): PaperPiece {
    return { widthDots: this.#profile.widthDots, lines: [...lines], cut, deadColumns: this.deadColumns };
  }
}
