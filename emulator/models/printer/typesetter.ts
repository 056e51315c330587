/** Puts characters, pictures and symbols on lines or on a page, and hands out what is ready for the head. */
import { LineComposer } from './composer.ts';
import { characterBox, itemBox } from './item-box.ts';
import { Page } from './page-mode.ts';
import { FONT_CELL, type PaperItem, type PaperLine } from './paper.ts';
import type { PrintSettings } from './settings.ts';
import type { Work } from './work.ts';

type TextItem = Extract<PaperItem, { type: 'text' }>;

export class Typesetter {
  readonly #settings: Readonly<PrintSettings>;
  readonly #widthDots: number;
  readonly #emit: (work: Work) => void;
  readonly #onFullPage: () => void;
  readonly #composer = new LineComposer();
  #page: Page | undefined;
  /** An id that waits for the line before it; only the latest is kept (printer sheet 6). */
  #waitingId: Uint8Array | undefined;

  constructor(
    settings: Readonly<PrintSettings>,
    widthDots: number,
    emit: (work: Work) => void,
    onFullPage: () => void,
  ) {
    this.#settings = settings;
    this.#onFullPage = onFullPage;
    this.#widthDots = widthDots;
    this.#emit = emit;
  }

  /** Something waits for a line feed, or for its page. */
  get hasUnfinished(): boolean {
    return !this.#composer.isEmpty || this.#page?.isEmpty === false;
  }
  /** Settings that count at the beginning of a line only. */
  get isAtLineStart(): boolean {
    return this.#composer.isEmpty;
  }
  get page(): Page | undefined {
    return this.#page;
  }
  get xDots(): number {
    return this.#composer.xDots;
  }
  get areaDots(): number {
    return this.#page?.areaDots ?? this.#settings.areaDots;
  }

  /** What is unfinished goes, and standard mode comes back. */
  clear(): void {
    this.#composer.clear();
    this.#page = undefined;
    this.#waitingId = undefined;
  }

  moveTo(dots: number): void {
    if (dots <= this.areaDots) this.#composer.moveTo(dots);
  }

  character(item: Omit<TextItem, 'xDots'>): void {
    const beyond = this.#composer.xDots + characterBox(item).width > this.areaDots;
    if ((beyond && !this.#composer.isEmpty) || this.#composer.isFull) this.feedLine();
    this.#composer.putText(item);
  }

  /** Stands in the line like a character. */
  inline(item: PaperItem): void {
    if (this.#composer.isFull) this.feedLine();
    this.#composer.put(item);
  }

  /** A picture or symbol has a line of its own, without line spacing; on a page it stands in the line. */
  alone(item: PaperItem): void {
    if (this.#page !== undefined) {
      this.inline(item);
      return;
    }
    if (!this.#composer.isEmpty) this.feedLine();
    this.#composer.moveTo(0);
    this.#composer.put(item);
    this.feedLine(0);
  }

  /** Bands of one picture follow each other downwards, on a page too. */
  band(item: PaperItem): void {
    if (this.#page === undefined) {
      this.alone(item);
      return;
    }
    // It hangs where a character would begin, whatever its height.
    this.#page.moveBaseBy(itemBox(item).height - FONT_CELL.A.height);
    this.#composer.put(item);
    this.flush();
    this.#page.moveBaseBy(FONT_CELL.A.height);
  }

  feedLine(spacingDots = this.#settings.lineSpacingDots): void {
    if (this.#page === undefined) {
      this.#push(this.#composer.take(this.#settings, spacingDots));
      return;
    }
    const heightDots = this.#composer.heightDots;
    this.flush();
    this.#page.moveBaseBy(Math.max(spacingDots, heightDots));
  }

  /** ESC L. */
  beginPage(): void {
    if (this.#page !== undefined || !this.#composer.isEmpty) return;
    this.#composer.clear();
    this.#page = new Page(this.#widthDots);
  }

  /** ESC S: what has not been printed goes. */
  leavePage(): void {
    if (this.#page === undefined) return;
    this.#page = undefined;
    this.#composer.clear();
  }

  /** ESC FF; FF leaves page mode afterwards. */
  printPage(): void {
    this.flush();
    if (this.#page !== undefined) this.#push(this.#page.line(0));
  }

  /** CAN. */
  clearArea(): void {
    if (this.#page === undefined) return;
    this.#composer.clear();
    this.#page.clearArea();
  }

  /** The line goes to where the page has it now; without a page it waits on. */
  flush(): void {
    if (this.#page?.place(this.#composer.takeItems()) === false) this.#onFullPage();
  }
  /** The same, and the position along the print direction stays (GS $, GS \\). */
  flushInPlace(): void {
    const { xDots } = this.#composer;
    this.flush();
    this.#composer.moveTo(xDots);
  }
  /** GS T 0. */
  eraseLine(): void {
    this.#composer.clear();
  }

  cut(feedDots: number): void {
    if (!this.#composer.isEmpty) this.feedLine();
    this.#emit({ type: 'cut', feedDots });
  }

  /** GS ( H function 48: goes out when what stands before it is on the paper. */
  processId(answer: Uint8Array): void {
    if (this.hasUnfinished) this.#waitingId = answer;
    else this.#emit({ type: 'answer', bytes: answer });
  }

  #push(line: PaperLine): void {
    this.#emit({ type: 'line', line });
    if (this.#waitingId === undefined) return;
    this.#emit({ type: 'answer', bytes: this.#waitingId });
    this.#waitingId = undefined;
  }
}
