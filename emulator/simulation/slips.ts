/** The paper that the printer gave out, read as slips and reports: which print of which of them each line belongs to. */
import type { SlipCopy } from '../../src/domain/slip.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { paperText } from '../models/printer/paper-text.ts';

const REPRINT = '重打印';
const COPY_LETTERS: Readonly<Record<SlipCopy, string>> = { merchant: 'M-1', cardholder: 'C-2' };
const REPORT_WORDS = { settlement: 'SETTLE', details: 'DETAIL', failures: 'FAILED' } as const;
const SLIP_ID = /^\d{6}-\d{6}-(M-1|C-2)$/;
const ID = /\d{6}-(\d{6}-(M-1|C-2)|SETTLE|DETAIL|FAILED)/;

/** A stretch of a piece of paper, from one id to the next one. */
interface Stretch {
  /** `batch-voucher-copy`, e.g. `001437-000002-M-1`; of a report `batch-word`, e.g. `001437-SETTLE`. */
  readonly id: string;
  /** Whether the id that opens the stretch is marked as a reprint's. */
  readonly marked: boolean;
  /** Opened by a slip's header; otherwise by a footer, whose header is not on this paper before it. */
  readonly isHead: boolean;
  /** The same id and the same mark again, in the last line of the piece, and not a dot row missing in between. */
  readonly complete: boolean;
  readonly lines: readonly string[];
}

export class Paper {
  readonly #stretches: ReadonlyMap<string, readonly Stretch[]>;
  readonly text: string;

  constructor(pieces: readonly PaperPiece[]) {
    const texts = pieces.map((piece) => paperText(piece));
    this.text = texts.join('\n');
    const stretches = texts.flatMap((text) => stretchesOf(text.split('\n').filter((line) => line.trim() !== '')));
    this.#stretches = Map.groupBy(stretches, ({ id }) => id);
  }

  /** Every id of which something is on paper. */
  get ids(): ReadonlySet<string> {
    return new Set(this.#stretches.keys());
  }

  /** Those that are slips. */
  get slipIds(): readonly string[] {
    return [...this.ids].filter((id) => SLIP_ID.test(id));
  }

  /** The whole prints of one slip or report. */
  complete(id: string): readonly Stretch[] {
    return this.#of(id).filter(({ complete }) => complete);
  }

  /** Prints that were begun, torn ones included, and that do not say that they are reprints. */
  unmarkedHeads(id: string): number {
    return this.#of(id).filter(({ isHead, marked }) => isHead && !marked).length;
  }

  /** Ends of slips whose beginning is on another piece, or nowhere: what an old slip left in the printer. */
  get tails(): readonly string[] {
    return [...this.#stretches.values()].flat().flatMap(({ id, isHead }) => (isHead ? [] : [id]));
  }

  #of(id: string): readonly Stretch[] {
    return this.#stretches.get(id) ?? [];
  }
}

export const slipIdOf = (trace: { readonly batch: number; readonly stan: number }, copy: SlipCopy): string =>
  `${sixDigits(trace.batch)}-${sixDigits(trace.stan)}-${COPY_LETTERS[copy]}`;

export const reportIdOf = (batch: number, report: keyof typeof REPORT_WORDS): string =>
  `${sixDigits(batch)}-${REPORT_WORDS[report]}`;

/** Written here again, like all that is compared with the terminal's own words. */
export const sixDigits = (value: number): string => String(value).padStart(6, '0');

/** Dot rows of the line are missing, or on another piece: it is neither a head nor a foot, whatever can be made out. */
const isDamaged = (line: string): boolean => line.endsWith('[damaged]');

function stretchesOf(lines: readonly string[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let begun: { id: string; marked: boolean; from: number } | undefined;
  const end = (to: number, footer?: { id: string; marked: boolean }): void => {
    if (begun === undefined) return;
    const { from, id, marked } = begun;
    const own = lines.slice(from, to);
    const isWhole = to === lines.length && !own.some(isDamaged);
    const complete = isWhole && footer?.id === id && footer.marked === marked;
    stretches.push({ id, marked, isHead: true, complete, lines: own });
    begun = undefined;
  };
  for (const [index, line] of lines.entries()) {
    const [id] = isDamaged(line) ? [] : (ID.exec(line) ?? []);
    if (id === undefined) continue;
    const marked = line.includes(REPRINT);
    if (!line.includes('END')) {
      end(index);
      begun = { id, marked, from: index };
    } else if (begun?.id === id) {
      end(index + 1, { id, marked });
    } else {
      end(index);
      stretches.push({ id, marked, isHead: false, complete: false, lines: [line] });
    }
  }
  end(lines.length);
  return stretches;
}
