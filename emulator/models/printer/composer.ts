/** One print line in the making: characters, pictures and symbols side by side, until a line feed sends them to the head. */
import { itemBox } from './item-box.ts';
import type { PaperItem, PaperLine, TextStyle } from './paper.ts';

export type Alignment = 'left' | 'centre' | 'right';

type TextItem = Extract<PaperItem, { type: 'text' }>;

/** The most that one line holds; firmware prints a full line buffer. Only going back over a line can fill it. */
const ITEMS_MAX = 1024;

const sameStyle = (a: TextStyle, b: TextStyle): boolean =>
  a.font === b.font &&
  a.timesWide === b.timesWide &&
  a.timesHigh === b.timesHigh &&
  a.bold === b.bold &&
  a.underlineDots === b.underlineDots &&
  a.inverse === b.inverse &&
  a.beforeDots === b.beforeDots &&
  a.afterDots === b.afterDots &&
  a.rotated === b.rotated;

/** ESC {: the line as it stands, seen from the other side of the paper's edge. Raster pictures stay. */
const upsideDown = (item: PaperItem, fromDots: number, toDots: number): PaperItem =>
  item.type === 'dots'
    ? item
    : { ...item, xDots: fromDots + toDots - item.xDots - itemBox(item).width, yDots: 0, turn: 180 };

export interface LineArea {
  readonly alignment: Alignment;
  readonly leftDots: number;
  readonly areaDots: number;
  readonly upsideDown: boolean;
}

export class LineComposer {
  #items: PaperItem[] = [];
  #xDots = 0;
  #runEndDots = -1;

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }
  get isFull(): boolean {
    return this.#items.length >= ITEMS_MAX;
  }
  get xDots(): number {
    return this.#xDots;
  }
  get heightDots(): number {
    return Math.max(0, ...this.#items.map((item) => itemBox(item).height));
  }

  moveTo(xDots: number): void {
    this.#xDots = Math.max(0, xDots);
  }

  clear(): void {
    this.#items = [];
    this.#xDots = 0;
    this.#runEndDots = -1;
  }

  /** At the present position, which moves on behind it. */
  put(item: PaperItem): void {
    this.#items.push({ ...item, xDots: this.#xDots });
    this.#xDots += itemBox(item).width;
  }

  putText(item: Omit<TextItem, 'xDots'>): void {
    const last = this.#items.at(-1);
    // A run goes on only where the last one ended: nothing has moved the position in between.
    const runsOn =
      last?.type === 'text' &&
      last.wide === item.wide &&
      last.own === undefined &&
      item.own === undefined &&
      sameStyle(last.style, item.style) &&
      this.#runEndDots === this.#xDots;
    if (runsOn) {
      this.#items[this.#items.length - 1] = { ...last, text: last.text + item.text };
      this.#xDots += itemBox({ ...item, xDots: 0 }).width;
    } else {
      this.put({ ...item, xDots: 0 });
    }
    this.#runEndDots = this.#xDots;
  }

  /** Hands the items out as they stand, and begins anew. */
  takeItems(): readonly PaperItem[] {
    const items = this.#items;
    this.clear();
    return items;
  }

  /** Hands the line out and begins the next, aligned in `area.areaDots` behind `area.leftDots` of margin. */
  take(area: LineArea, spacingDots: number): PaperLine {
    const { alignment, leftDots, areaDots } = area;
    const freeDots = Math.max(0, areaDots - this.#xDots);
    const shiftDots =
      leftDots + (alignment === 'left' ? 0 : alignment === 'right' ? freeDots : Math.floor(freeDots / 2));
    const heightDots = Math.max(spacingDots, this.heightDots);
    const items = this.takeItems().map((item) => ({ ...item, xDots: item.xDots + shiftDots }));
    return {
      heightDots,
      items: area.upsideDown ? items.map((item) => upsideDown(item, leftDots, leftDots + areaDots)) : items,
    };
  }
}
