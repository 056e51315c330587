/**
 * The one file that knows `node-thermal-printer`, used as a builder of bytes and nothing else (printer sheet 13).
 *
 * Left alone because of its faults, each pinned by a test: text of any kind (it changes code pages on its own and
 * counts characters for columns), `cut`, `printQR(string)`, `openCashDrawer`, `setTextSize`, `isPrinterConnected`.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { encodeText } from './gbk.ts';
import type { LaidOutLine, Size } from './layout.ts';

/** ESC ! 1, which the library has no name for. */
const FONT_B = Uint8Array.of(0x1b, 0x21, 0x01);

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

  raw(command: Uint8Array): void {
    this.#build((printer) => printer.append(Buffer.from(command)));
  }

  #build(step: (printer: ThermalPrinter) => void): void {
    this.#printer.clear();
    step(this.#printer);
    this.#units.push(Uint8Array.from(this.#printer.getBuffer()));
  }
}
