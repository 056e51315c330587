/** What a settlement has put on paper: the settlement slip and the list of transactions, read off their text (dialect sheet 11.6). */
import type { PaperPiece } from '../../models/printer/paper.ts';
import { paperText } from '../../models/printer/paper-text.ts';
import { isSlipType } from './slip-facts.ts';
import { itemsOfRow, type Item } from './totals.ts';

interface SettlementPaper {
  /** As printed, of each side. */
  readonly verdicts: readonly [domestic: string, foreign: string];
  readonly items: readonly Item[];
}

const FOREIGN_HEAD = '外卡(';
const DOMESTIC_HEAD = '内卡(';
const HOST_HEAD = '主机总计';
const RULE = /^(-+|=+)$/;
/** What is left of the name before, the Chinese name with as much of the English one as had room, count and amount. */
const ROW = /([A-Z ]*)([^\p{ASCII}]\D*?) (\d+) (\d+)\.(\d\d)/gu;

const linesOf = (pieces: readonly PaperPiece[], id: string): readonly string[] | undefined =>
  pieces
    .map((piece) => paperText(piece).split('\n'))
    .findLast((lines) => lines.filter((line) => line.includes(id)).length >= 2);

/** The last whole one of a batch. */
export function settlementPaper(pieces: readonly PaperPiece[], batch: string): SettlementPaper | undefined {
  const lines = linesOf(pieces, `${batch}-SETTLE`);
  if (lines === undefined) return undefined;
  const domestic = lines.findIndex((line) => line.startsWith(DOMESTIC_HEAD));
  const foreign = lines.findIndex((line) => line.startsWith(FOREIGN_HEAD));
  const verdict = (head: number): string => (lines[head + 1] ?? '').trim();
  return {
    verdicts: [verdict(domestic), verdict(foreign)],
    items: [...rowsIn(lines.slice(domestic, foreign), false), ...rowsIn(lines.slice(foreign), true)],
  };
}

/**
 * Up to what the host has, where that is printed. Where there is no room a name goes on below its row, or every cell has
 * a line of its own: only the order is the same.
 */
function rowsIn(lines: readonly string[], foreign: boolean): readonly Item[] {
  const host = lines.findIndex((line) => line.startsWith(HOST_HEAD));
  const own = host < 0 ? lines : lines.slice(0, host);
  const [from, to] = own.flatMap((line, index) => (RULE.test(line) ? [index] : []));
  const text = own
    .slice((from ?? own.length) + 1, to)
    .join(' ')
    .replaceAll(/ +/g, ' ');
  const rows = [...text.matchAll(ROW)];
  return rows.flatMap((row, index) => {
    const [, , name = '', count, yuan = '', fen = ''] = row;
    const rest = rows[index + 1]?.[1] ?? text.slice(row.index + row[0].length);
    const type = `${/[A-Z ]*$/.exec(name)?.[0] ?? ''} ${rest}`.trim();
    return isSlipType(type) ? itemsOfRow(type, foreign, Number(count), BigInt(yuan + fen)) : [];
  });
}

/** `voucher amount` of every transaction on the last whole list of a batch. */
export function listedOnPaper(pieces: readonly PaperPiece[], batch: string): readonly string[] | undefined {
  return linesOf(pieces, `${batch}-DETAIL`)?.flatMap((line, index, lines) => {
    const [, voucher] = /^(\d{6}) +[A-Z] +[\d*]+$/.exec(line) ?? [];
    const [amount] = /\d+\.\d\d$/.exec(lines[index + 1] ?? '') ?? [];
    return voucher === undefined ? [] : [`${voucher} ${amount ?? '?'}`];
  });
}
