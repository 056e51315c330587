/**
 * The one file that knows `node-thermal-printer`, used as a builder of bytes and nothing else (printer sheet 13).
 *
 * Left alone because of its faults, each pinned by a test: text of any kind (it changes code pages on its own and
 * counts characters for columns), `cut`, `printQR(string)`, `openCashDrawer`, `setTextSize`, `isPrinterConnected`.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import type { Code } from './document.ts';
import { encodeText } from './gbk.ts';
import type { LaidOutLine, Size } from './layout.ts';

/** ESC ! 1, which the library has no name for. */
const FONT_B = Uint8Array.of(0x1b, 0x21, 0x01);

/** The library has no name for larger ones. */
const CELL_DOTS_MAX = 8;

export class EscposBuilder {
  readonly #printer = new ThermalPrinter({ type: PrinterTypes.EPSON, interface: '' });
  readonly #units: Uint8Array[] = [];

  /** Whole commands and whole characters: between two of them, and nowhere else, a real-time command may be put. */
  get units(): readonly Uint8Array[] {
    return this.#units;
  }

  text(text: string): void {
    this.#units.push(...encodeText(text));
  }

  newLine(): void {
    this.#build((printer) => printer.newLine());
  }

  size(size: Size): void {
    this.#build((printer) => {
      if (size === 'small') printer.append(Buffer.from(FONT_B));
      else if (size === 'large') printer.setTextQuadArea();
      else if (size === 'tall') printer.setTextDoubleHeight();
      else printer.setTextNormal();
    });
  }

  bold(on: boolean): void {
    this.#build((printer) => printer.bold(on));
  }

  align(align: LaidOutLine['align']): void {
    this.#build((printer) => (align === 'center' ? printer.alignCenter() : printer.alignLeft()));
  }

  /** The printer draws it. False, and nothing: where its commands are longer than a chunk, or say it otherwise. */
  code({ errorCorrection, moduleDots, text }: Code, chunkBytes: number): boolean {
    if (moduleDots > CELL_DOTS_MAX || !/^[ -~]+$/.test(text)) return false;
    this.#printer.clear();
    // Its types know text only, of which it would count the characters (printer sheet 13, fault 2).
    this.#printer.printQR(Buffer.from(text, 'latin1') as unknown as string, {
      cellSize: moduleDots,
      correction: errorCorrection === 'medium' ? 'M' : 'L',
      model: 2,
    });
    const commands = symbolCommands(this.#printer.getBuffer());
    const fits = commands.every(({ length }) => length <= chunkBytes);
    if (fits) this.#units.push(...commands);
    return fits;
  }

  raw(command: Uint8Array): void {
    this.#build((printer) => printer.append(Buffer.from(command)));
  }

  #build(step: (printer: ThermalPrinter) => void): void {
    this.#printer.clear();
    step(this.#printer);
    this.#units.push(Uint8Array.from(this.#printer.getBuffer()));
  }
}

/** GS ( k, each with its length. */
function symbolCommands(bytes: Uint8Array): readonly Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 5 + (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0);
    commands.push(Uint8Array.from(bytes.subarray(at, end)));
    at = end;
  }
  return commands;
}
