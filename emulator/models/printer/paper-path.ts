/** The way of the paper: the roll, its sensors, and the strip that hangs out until the knife or a person parts it. */
import { cutAtKnife } from './knife.ts';
import type { BurntLine, HeadState, PaperLine, PaperPiece } from './paper.ts';
import type { PrinterProfile } from './profile.ts';

export class PaperPath {
  readonly #profile: PrinterProfile;
  /** Dot rows that can still pass the head. */
  #dotsLeft: number;
  /** The end sensor stands so far before the head that it sees the end this early. */
  #endSeenDots: number;
  #lines: BurntLine[] = [];

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
    this.#dotsLeft = profile.rollDots;
    this.#endSeenDots = profile.endSensorDots;
  }

  get dotsLeft(): number {
    return this.#dotsLeft;
  }
  get endIsSeen(): boolean {
    return this.#dotsLeft <= this.#endSeenDots;
  }
  /** Whether the roll is thin; told only by printers with a sensor for it. */
  get isNearEnd(): boolean {
    return this.endIsSeen || this.#dotsLeft <= this.#profile.nearEndDots;
  }

  /** The roll ends so many dot rows after where it is now; its sensor sees that when it comes to it. */
  endAfter(dots: number): void {
    this.#dotsLeft = dots;
  }

  /** The sensor sees the end now, and the tail is enough for what is left of the line under the head. */
  endWithLine(restDots: number): void {
    this.#dotsLeft = Math.min(this.#dotsLeft, restDots);
    this.#endSeenDots = Math.max(this.#endSeenDots, this.#dotsLeft);
  }

  runLow(): void {
    this.#dotsLeft = Math.min(this.#dotsLeft, this.#profile.nearEndDots);
  }

  /** Dot rows of a line pass the head. */
  advance(line: PaperLine, fromDot: number, toDot: number, head: HeadState): void {
    this.#dotsLeft -= toDot - fromDot;
    const last = this.#lines.at(-1);
    if (last?.items === line.items) this.#lines[this.#lines.length - 1] = { ...last, toDot };
    else this.#lines.push({ heightDots: line.heightDots, items: line.items, fromDot, toDot, head });
  }

  /** A new roll. Gives what comes off with the old one. */
  load(lengthDots = this.#profile.rollDots): PaperPiece {
    const old = this.hanging();
    this.#lines = [];
    this.#dotsLeft = lengthDots;
    this.#endSeenDots = this.#profile.endSensorDots;
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

  #piece(lines: readonly BurntLine[], cut: boolean): PaperPiece {
    return { widthDots: this.#profile.widthDots, lines: [...lines], cut };
  }
}
