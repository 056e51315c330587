/** A whole stream as the sheets that it prints: what the language says, without what befalls the paper. */
import { EscPosDecoder } from './decoder.ts';
import type { Bitmap, Glyphs } from '../../../src/glyphs/types.ts';
import { DotCanvas } from './dots.ts';
import { Interpreter, type Work } from './interpreter.ts';
import { lineBitmap } from './line-bitmap.ts';
import type { PaperLine } from './paper.ts';
import type { PrinterProfile } from './profile.ts';

export interface Sheet {
  readonly widthDots: number;
  readonly lines: readonly PaperLine[];
  /** False: the stream ends without a cut. */
  readonly cut: boolean;
}

export interface PrintedStream {
  /** Those with something on them. */
  readonly sheets: readonly Sheet[];
  readonly discarded: readonly Extract<Work, { type: 'discarded' }>[];
  /** Of a command that the stream does not finish. */
  readonly unfinishedBytes: number;
}

export const printStream = (bytes: Uint8Array, profile: PrinterProfile): PrintedStream => {
  const decoder = new EscPosDecoder(profile.kanjiAtPowerUp);
  const interpreter = new Interpreter(profile);
  const sheets: Sheet[] = [];
  const discarded: Extract<Work, { type: 'discarded' }>[] = [];
  let lines: PaperLine[] = [];
  const end = (cut: boolean) => {
    if (lines.some(({ items }) => items.length > 0)) sheets.push({ widthDots: profile.widthDots, lines, cut });
    lines = [];
  };
  const perform = (work: Work) => {
    if (work.type === 'line') lines.push(work.line);
    if (work.type === 'discarded') discarded.push(work);
    if (work.type !== 'cut') return;
    if (work.feedDots > 0) lines.push({ heightDots: work.feedDots, items: [] });
    end(true);
  };
  for (const byte of bytes) {
    for (const decoded of decoder.push(byte)) interpreter.execute(decoded).forEach(perform);
  }
  end(false);
  return { sheets, discarded, unfinishedBytes: decoder.pendingBytes };
};

/** Every line burnt below the last. */
export const sheetBitmap = (sheet: Sheet, glyphs: Glyphs): Bitmap => {
  const heightDots = sheet.lines.reduce((sum, line) => sum + line.heightDots, 0);
  const canvas = new DotCanvas(sheet.widthDots, heightDots);
  let top = 0;
  for (const line of sheet.lines) {
    canvas.draw(lineBitmap(line, sheet.widthDots, glyphs), 0, top);
    top += line.heightDots;
  }
  return canvas;
};
