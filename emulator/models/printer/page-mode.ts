/** Page mode: everything is put on a page in four directions, and the page is printed at once (ESC L, ESC W, ESC T). */
import type { Turn } from './dots.ts';
import { itemBox } from './item-box.ts';
import { FONT_CELL, type PaperItem, type PaperLine } from './paper.ts';

/** Longest page, as the memory of a receipt printer allows. */
const PAGE_HEIGHT_MAX_DOTS = 1662;
/** The most that one page holds. */
const PAGE_ITEMS_MAX = 4096;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** ESC T n: left to right, bottom to top, right to left (upside down), top to bottom. */
type Direction = 0 | 1 | 2 | 3;
const TURNS: readonly Turn[] = [0, 270, 180, 90];

const isInside = (item: PaperItem, area: Area): boolean =>
  item.xDots >= area.x &&
  item.xDots < area.x + area.width &&
  (item.yDots ?? 0) >= area.y &&
  (item.yDots ?? 0) < area.y + area.height;

export class Page {
  readonly #widthDots: number;
  #area: Area;
  #direction: Direction = 0;
  #baseDots: number = FONT_CELL.A.height;
  #bottomDots = 0;
  #items: PaperItem[] = [];

  constructor(widthDots: number) {
    this.#widthDots = widthDots;
    this.#area = { x: 0, y: 0, width: widthDots, height: PAGE_HEIGHT_MAX_DOTS };
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }
  /** Along the print direction. */
  get areaDots(): number {
    return this.#direction % 2 === 0 ? this.#area.width : this.#area.height;
  }

  /** What is no area of this page leaves the old one: false. */
  setArea(x: number, y: number, width: number, height: number): boolean {
    if (x >= this.#widthDots || y >= PAGE_HEIGHT_MAX_DOTS || width === 0 || height === 0) return false;
    this.#area = {
      x,
      y,
      width: Math.min(width, this.#widthDots - x),
      height: Math.min(height, PAGE_HEIGHT_MAX_DOTS - y),
    };
    this.#home();
    return true;
  }

  setDirection(direction: number): boolean {
    if (direction !== 0 && direction !== 1 && direction !== 2 && direction !== 3) return false;
    this.#direction = direction;
    this.#home();
    return true;
  }

  /** GS $: from the first base line. */
  moveBaseTo(dots: number): void {
    this.#baseDots = FONT_CELL.A.height + dots;
  }
  /** GS \, line feeds. */
  moveBaseBy(dots: number): void {
    this.#baseDots = Math.max(0, Math.min(this.#baseDots + dots, PAGE_HEIGHT_MAX_DOTS + FONT_CELL.A.height));
  }

  /** A line's items, whose `xDots` count along the print direction. False: the page is full, and some are left out. */
  place(items: readonly PaperItem[]): boolean {
    const room = PAGE_ITEMS_MAX - this.#items.length;
    for (const item of items.slice(0, room)) this.#items.push(this.#placed(item));
    if (items.length > 0) this.#bottomDots = Math.max(this.#bottomDots, this.#area.y + this.#area.height);
    return items.length <= room;
  }

  /** CAN: what begins in the present area goes. */
  clearArea(): void {
    this.#items = this.#items.filter((item) => !isInside(item, this.#area));
    this.#home();
  }

  /** The page as one line of paper, as high as the areas that were written in. */
  line(leftDots: number): PaperLine {
    const items = this.#items
      .map((item) => ({ ...item, xDots: item.xDots + leftDots }))
      .sort((a, b) => (a.yDots ?? 0) - (b.yDots ?? 0) || a.xDots - b.xDots);
    return { heightDots: this.#bottomDots, items };
  }

  #home(): void {
    this.#baseDots = FONT_CELL.A.height;
  }

  #placed(item: PaperItem): PaperItem {
    const { x, y, width, height } = this.#area;
    const { width: along, height: across } = itemBox(item);
    const from = item.xDots;
    const top = this.#baseDots - across;
    const turn = TURNS[this.#direction] ?? 0;
    const corners = [
      [x + from, y + top],
      [x + top, y + height - from - along],
      [x + width - from - along, y + height - top - across],
      [x + width - top - across, y + from],
    ] as const;
    const [xDots, yDots] = corners[this.#direction];
    return { ...item, xDots, yDots, turn };
  }
}
