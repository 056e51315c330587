/** User-defined characters: ESC &, ESC %, ESC ? for narrow cells, FS 2 and FS ? for wide ones. */
import { DotCanvas, fromColumns } from './dots.ts';
import { FONT_CELL, WIDE_CELL, type TextStyle } from './paper.ts';

type Font = TextStyle['font'];

/** As many as firmware has room for. */
const OWN_WIDE_MAX = 94;

/** Bytes of a column of a narrow cell: font A has 24 dots, font B 17. */
const COLUMN_BYTES = 3;
const WIDE_COLUMN_BYTES = 3;

export class OwnCharacters {
  #narrow: Record<Font, Map<number, Uint8Array>> = { A: new Map(), B: new Map() };
  #wide = new Map<number, Uint8Array>();

  clear(): void {
    this.#narrow = { A: new Map(), B: new Map() };
    this.#wide = new Map();
  }

  narrow(font: Font, code: number): Uint8Array | undefined {
    return this.#narrow[font].get(code);
  }

  wide(lead: number, trail: number): Uint8Array | undefined {
    return this.#wide.get(lead * 256 + trail);
  }

  /** ESC & y c1 c2 and the columns of each character. False: not as the font wants it. */
  define(font: Font, [y = 0, first = 0, last = 0, ...rest]: Uint8Array): boolean {
    if (y !== COLUMN_BYTES || first < 0x20 || last > 0x7e || last < first) return false;
    const { width, height } = FONT_CELL[font];
    let at = 0;
    for (let code = first; code <= last; code++) {
      const columns = rest[at] ?? 0;
      if (columns > width) return false;
      const dots = Uint8Array.from(rest.slice(at + 1, at + 1 + columns * y));
      at += 1 + columns * y;
      if (columns === 0) continue;
      const cell = new DotCanvas(width, height);
      cell.draw(fromColumns(dots, columns, y), 0, 0);
      this.#narrow[font].set(code, cell.rows);
    }
    return true;
  }

  /** ESC ? n. */
  cancel(font: Font, code: number): void {
    this.#narrow[font].delete(code);
  }

  /** FS 2 c1 c2 and 24 columns. False: outside GBK's place for them, or no room. */
  defineWide([lead = 0, trail = 0, ...columns]: Uint8Array): boolean {
    const isNew = !this.#wide.has(lead * 256 + trail);
    if (lead !== 0xfe || trail < 0xa1 || trail > 0xfe || (isNew && this.#wide.size >= OWN_WIDE_MAX)) return false;
    this.#wide.set(lead * 256 + trail, fromColumns(Uint8Array.from(columns), WIDE_CELL.width, WIDE_COLUMN_BYTES).rows);
    return true;
  }

  /** FS ? c1 c2. */
  cancelWide(lead: number, trail: number): void {
    this.#wide.delete(lead * 256 + trail);
  }
}
