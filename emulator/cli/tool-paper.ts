/** `paper`: shows an ESC/POS stream as the paper that it makes, as text, as pictures and as data. */
import { readFileSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';

import { itemBox } from '../models/printer/item-box.ts';
import { paperText } from '../models/printer/paper-text.ts';
import type { PaperItem, PaperLine } from '../models/printer/paper.ts';
import { COUNTER_80MM, TERMINAL_58MM, type PrinterProfile } from '../models/printer/profile.ts';
import { printStream, type PrintedStream, type Sheet } from '../models/printer/sheets.ts';
import { sheetPng } from '../paper/render.ts';

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

const USAGE = 'usage: paper FILE|- [--png OUT] [--text] [--json] [--width DOTS]';
const CUT_MARK = '- - - 8< - - -';
/** Dots across (printer sheet 12), and the paper that has them. */
const WIDTHS: Readonly<Record<string, { readonly paper: string; readonly profile: PrinterProfile }>> = {
  384: { paper: '58 mm', profile: TERMINAL_58MM },
  416: { paper: '57.5 mm', profile: { ...TERMINAL_58MM, widthDots: 416 } },
  512: { paper: '80 mm, 180 dpi', profile: { ...COUNTER_80MM, widthDots: 512 } },
  576: { paper: '80 mm', profile: COUNTER_80MM },
};
const STANDARD_INPUT = 0;

/** A head is made of bytes of dots: from one of a label printer's to one of a ticket printer's. */
const [WIDTH_MIN, WIDTH_MAX] = [96, 832];
const profileOf = (widthDots: number): PrinterProfile | undefined =>
  widthDots % 8 === 0 && widthDots >= WIDTH_MIN && widthDots <= WIDTH_MAX ? { ...TERMINAL_58MM, widthDots } : undefined;

interface PaperOrder {
  readonly file: string;
  readonly png: string | undefined;
  readonly json: boolean;
  readonly profile: PrinterProfile;
}

/** A failed order is its one-line message. */
const orderFrom = (args: readonly string[]): PaperOrder | string => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        png: { type: 'string' },
        /** What is shown anyway; in --json each sheet has its text, too. */
        text: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        width: { type: 'string', default: '384' },
      },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return `say one file of ESC/POS bytes, or - for stdin; ${USAGE}`;
    const profile = WIDTHS[values.width]?.profile ?? profileOf(Number(values.width));
    if (profile === undefined) {
      const known = Object.entries(WIDTHS).map(([dots, { paper }]) => `${dots} (${paper})`);
      return `--width ${values.width} is not a paper width: say ${known.join(', ')}, or another multiple of 8 from ${WIDTH_MIN} to ${WIDTH_MAX}`;
    }
    return { file, png: values.png, json: values.json, profile };
  } catch (error) {
    const [problem = 'bad arguments'] = messageOf(error).split('. ');
    return `${problem}; ${USAGE}`;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** OUT for the first sheet, OUT-2, OUT-3 … before the extension for the others. */
const nameOf = (out: string, sheet: number): string => {
  if (sheet === 0) return out;
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}-${sheet + 1}${extension}`;
};

const textItem = (item: Extract<PaperItem, { type: 'text' }>) => {
  const { font, timesWide, timesHigh, bold, underlineDots, inverse, rotated = false } = item.style;
  return { text: item.text, xDots: item.xDots, font, timesWide, timesHigh, bold, underlineDots, inverse, rotated };
};

/** Bytes that are text are shown as text. */
const payloadOf = (payload: Uint8Array) => {
  const text = new TextDecoder().decode(payload);
  return /[\ufffd\x00-\x08]/.test(text) ? { payloadHex: Buffer.from(payload).toString('hex') } : { payload: text };
};

const symbolItem = (item: Extract<PaperItem, { type: 'symbol' }>) => ({
  kind: item.kind,
  ...payloadOf(item.payload),
  ...(item.hri === undefined ? {} : { hri: item.hri.text }),
  xDots: item.xDots,
  widthDots: itemBox(item).width,
  heightDots: itemBox(item).height,
});

const linesOf = (lines: readonly PaperLine[]) => {
  let topDots = 0;
  return lines.flatMap((line) => {
    const top = topDots;
    topDots += line.heightDots;
    const texts = line.items.flatMap((item) => (item.type === 'text' ? [textItem(item)] : []));
    return texts.length === 0 ? [] : [{ topDots: top, heightDots: line.heightDots, texts }];
  });
};

const sheetJson = (sheet: Sheet) => ({
  widthDots: sheet.widthDots,
  heightDots: sheet.lines.reduce((sum, line) => sum + line.heightDots, 0),
  cut: sheet.cut,
  text: paperText(sheet),
  lines: linesOf(sheet.lines),
  symbols: sheet.lines.flatMap(({ items }) =>
    items.flatMap((item) => (item.type === 'symbol' ? [symbolItem(item)] : [])),
  ),
});

const jsonOf = ({ sheets, discarded, unfinishedBytes }: PrintedStream): string => {
  const unknown = discarded.map(({ offset, bytes, what }) => ({ offset, bytes, what }));
  return `${JSON.stringify({ sheets: sheets.map(sheetJson), unknown, unfinishedBytes }, undefined, 2)}\n`;
};

/** Each piece's text with a mark where it was cut off. */
const textOf = ({ sheets }: PrintedStream): string =>
  sheets.map((sheet) => `${paperText(sheet)}\n${sheet.cut ? `${CUT_MARK}\n` : ''}`).join('');

const notes = ({ discarded, unfinishedBytes }: PrintedStream): string => {
  const lines = discarded.map(({ offset, bytes, what }) => `paper: offset ${offset}, ${bytes} bytes: ${what}\n`);
  if (unfinishedBytes > 0)
    lines.push(`paper: the stream ends within a command, after ${unfinishedBytes} bytes of it\n`);
  return lines.join('');
};

/** What went wrong, if something did. */
const writePictures = (png: string, sheets: readonly Sheet[]): string | undefined => {
  for (const [at, sheet] of sheets.entries()) {
    const out = nameOf(png, at);
    try {
      writeFileSync(out, sheetPng(sheet));
    } catch (error) {
      return `cannot write ${out}: ${messageOf(error)}`;
    }
  }
  return undefined;
};

const failed = (exitCode: 1 | 2, message: string): ToolOutput => ({
  stdout: '',
  stderr: `paper: ${message}\n`,
  exitCode,
});

/** Exit code 2: the arguments are wrong; 1: a file cannot be read or written. */
export function paperTool(args: readonly string[]): ToolOutput {
  const order = orderFrom(args);
  if (typeof order === 'string') return failed(2, order);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(order.file === '-' ? STANDARD_INPUT : order.file);
  } catch (error) {
    return failed(1, `cannot read ${order.file}: ${messageOf(error)}`);
  }
  const stream = printStream(bytes, order.profile);
  const unwritten = order.png === undefined ? undefined : writePictures(order.png, stream.sheets);
  if (unwritten !== undefined) return failed(1, unwritten);
  return { stdout: order.json ? jsonOf(stream) : textOf(stream), stderr: notes(stream), exitCode: 0 };
}
