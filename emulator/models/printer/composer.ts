/** One print line in the making: characters, pictures and symbols side by side, until a line feed sends them to the head. */
import type { PaperItem, PaperLine, TextStyle } from './paper.ts';

export type Alignment = 'left' | 'centre' | 'right';

const sameStyle = (a: TextStyle, b: TextStyle): boolean =>
  a.font === b.font &&
  a.timesWide === b.timesWide &&
  a.timesHigh === b.timesHigh &&
  a.bold === b.bold &&
  a.underlineDots === b.underlineDots &&
  a.inverse === b.inverse;

export class LineComposer {
  #items: PaperItem[] = [];
  #xDots = 0;
  #heightDots = 0;

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }
  get xDots(): number {
    return this.#xDots;
  }

  moveTo(xDots: number): void {
    this.#xDots = Math.max(0, xDots);
  }

  clear(): void {
    this.#items = [];
    this.#xDots = 0;
    this.#heightDots = 0;
  }

  put(item: PaperItem, widthDots: number, heightDots: number): void {
    this.#items.push(item);
    this.#advance(widthDots, heightDots);
  }

  putText(text: string, wide: boolean, style: TextStyle, widthDots: number, heightDots: number): void {
    const last = this.#items.at(-1);
    // A run goes on only where the last one ended: nothing has moved the position in between.
    const runsOn =
      last?.type === 'text' && last.wide === wide && sameStyle(last.style, style) && this.#runEndDots === this.#xDots;
    if (runsOn) this.#items[this.#items.length - 1] = { ...last, text: last.text + text };
    else this.#items.push({ type: 'text', xDots: this.#xDots, text, wide, style });
    this.#advance(widthDots, heightDots);
    this.#runEndDots = this.#xDots;
  }
  #runEndDots = -1;

  /** Hands the line out and begins the next. `areaDots` is what the line is aligned in, after `leftDots` of margin. */
  take(alignment: Alignment, leftDots: number, areaDots: number, spacingDots: number): PaperLine {
    const freeDots = Math.max(0, areaDots - this.#xDots);
    const shiftDots =
      leftDots + (alignment === 'left' ? 0 : alignment === 'right' ? freeDots : Math.floor(freeDots / 2));
    const line = {
      heightDots: Math.max(spacingDots, this.#heightDots),
      items: this.#items.map((item) => ({ ...item, xDots: item.xDots + shiftDots })),
    };
    this.clear();
    return line;
  }

  #advance(widthDots: number, heightDots: number): void {
    this.#xDots += widthDots;
    this.#heightDots = Math.max(this.#heightDots, heightDots);
  }
}
