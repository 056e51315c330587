/** `paper`: shows an ESC/POS stream as the paper that it makes, as text and as a picture. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { isBlank } from '../models/printer/ink.ts';
import { paperText } from '../models/printer/paper-text.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { PrinterModel } from '../models/printer/printer.ts';
import { COUNTER_80MM, TERMINAL_58MM, type PrinterProfile } from '../models/printer/profile.ts';
import { paperPng } from '../paper/render.ts';

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

const USAGE = 'usage: paper FILE [--png OUT] [--width 384|576]';
const CUT_MARK = '- - - 8< - - -';
const PROFILES: Readonly<Record<string, PrinterProfile>> = { 384: TERMINAL_58MM, 576: COUNTER_80MM };

interface PaperOrder {
  readonly file: string;
  readonly png: string | undefined;
  readonly profile: PrinterProfile;
}

/** A failed order is its one-line message. */
const orderFrom = (args: readonly string[]): PaperOrder | string => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { png: { type: 'string' }, width: { type: 'string', default: '384' } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return `say one file of ESC/POS bytes; ${USAGE}`;
    const profile = PROFILES[values.width];
    if (profile === undefined) return `--width ${values.width} is not a paper width: 384 (58 mm) or 576 (80 mm)`;
    return { file, png: values.png, profile };
  } catch (error) {
    const [problem = 'bad arguments'] = messageOf(error).split('. ');
    return `${problem}; ${USAGE}`;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Printed {
  readonly pieces: readonly PaperPiece[];
  readonly discardedBytes: number;
}

const print = (bytes: Uint8Array, profile: PrinterProfile): Printed => {
  const printer = new PrinterModel(profile);
  const pieces: PaperPiece[] = [];
  for (const action of printer.bytes(bytes)) {
    if (action.type === 'sight' && action.sight.type === 'paper') pieces.push(action.sight.piece);
  }
  const hanging = printer.currentPiece();
  if (!isBlank(hanging)) pieces.push(hanging);
  return { pieces, discardedBytes: printer.counts().discardedBytes };
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
    bytes = readFileSync(order.file);
  } catch (error) {
    return failed(1, `cannot read ${order.file}: ${messageOf(error)}`);
  }
  const { pieces, discardedBytes } = print(bytes, order.profile);
  if (order.png !== undefined) {
    try {
      writeFileSync(order.png, paperPng(pieces));
    } catch (error) {
      return failed(1, `cannot write ${order.png}: ${messageOf(error)}`);
    }
  }
  const note = discardedBytes === 0 ? '' : `paper: ${discardedBytes} bytes are no command of this printer\n`;
  const texts = pieces.map((piece) => `${paperText(piece)}\n${piece.cut ? `${CUT_MARK}\n` : ''}`);
  return { stdout: texts.join(''), stderr: note, exitCode: 0 };
}
