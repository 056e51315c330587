/** Head and motor at work: the line under the head, how far it has come, and when it will be further. */
import type { Outbox } from './outbox.ts';
import type { HeadState, PaperLine } from './paper.ts';
import type { PrinterProfile } from './profile.ts';

export const ENGINE_TIMER = 'line';

/** Dot rows that have passed the head since it was last asked. */
export interface Advance {
  readonly line: PaperLine;
  readonly fromDot: number;
  readonly toDot: number;
  readonly head: HeadState;
  readonly isLineDone: boolean;
}

interface UnderHead {
  readonly line: PaperLine;
  /** As it was when the line began: within one line nothing of it changes visibly. */
  readonly head: HeadState;
  doneDots: number;
}

export class PrintEngine {
  readonly #rowsPerSecond: number;
  readonly #outbox: Outbox;
  #underHead: UnderHead | undefined;
  /** What the timer that runs is for. */
  #movingDots = 0;
  #movingMs = 0;
  /** What whole milliseconds leave over. */
  #owedMs = 0;

  constructor(profile: PrinterProfile, outbox: Outbox) {
    this.#rowsPerSecond = profile.dotRowsPerSecond;
    this.#outbox = outbox;
  }

  get isMoving(): boolean {
    return this.#movingDots > 0;
  }
  get hasLine(): boolean {
    return this.#underHead !== undefined;
  }
  /** Of the line under the head. */
  get restDots(): number {
    return this.#underHead === undefined ? 0 : this.#underHead.line.heightDots - this.#underHead.doneDots;
  }

  take(line: PaperLine, head: HeadState): void {
    this.#underHead = { line, head, doneDots: 0 };
  }

  /** The rest of the line will never be burnt. */
  dropLine(): void {
    this.#underHead = undefined;
  }

  /** Moves on, by at most `dotsMax`. Gives what has passed already: all of it when printing takes no time. */
  move(dotsMax: number): Advance | undefined {
    const dots = Math.min(dotsMax, this.restDots);
    if (this.#rowsPerSecond === 0 || dots === 0) return this.#advance(dots);
    const exactMs = (1000 * dots) / this.#rowsPerSecond + this.#owedMs;
    const ms = Math.max(1, Math.floor(exactMs));
    this.#owedMs = Math.max(-1, exactMs - ms);
    this.#movingDots = dots;
    this.#movingMs = 0;
    this.#outbox.arm(ENGINE_TIMER, ms);
    return undefined;
  }

  passed(ms: number): void {
    if (this.isMoving) this.#movingMs += ms;
  }

  /** The timer has run out. */
  arrive(): Advance | undefined {
    const dots = this.#movingDots;
    this.#movingDots = 0;
    return dots === 0 ? undefined : this.#advance(dots);
  }

  /** Stops where it is, between two dot rows. */
  halt(): Advance | undefined {
    if (!this.isMoving) return undefined;
    const dots = Math.min(this.#movingDots, Math.floor((this.#movingMs * this.#rowsPerSecond) / 1000));
    this.#movingDots = 0;
    this.#owedMs = 0;
    this.#outbox.disarm(ENGINE_TIMER);
    return dots === 0 ? undefined : this.#advance(dots);
  }

  #advance(dots: number): Advance | undefined {
    if (this.#underHead === undefined) return undefined;
    const { head, line, doneDots: fromDot } = this.#underHead;
    const toDot = fromDot + dots;
    this.#underHead.doneDots = toDot;
    const isLineDone = toDot >= line.heightDots;
    if (isLineDone) this.#underHead = undefined;
    return { line, fromDot, toDot, head, isLineDone };
  }
}
