/** A paper as an ESC/POS job: initialise, arm the status, text, cut, and the fence whose answer means "printed". */
import { Bug } from '../domain/result.ts';
import type { Paper } from '../domain/paper.ts';
import { automaticStatus, CHINESE_ON, CUT, feedLines, fence, INITIALIZE } from './commands.ts';
import { EscposBuilder } from './escpos-builder.ts';
import { layout, type LaidOut, type Size } from './layout.ts';
import { paperDocument } from './paper-document.ts';
import type { PrinterProfile } from './profiles.ts';

const LINE_FEED = 0x0a;

/**
 * The fence stands after the cut: until then the piece is in nobody's hand, and the weaker fence proves more there.
 *
 * @param id the process id, four characters from 20h to 7Eh; unused by a printer without process ids
 * @returns whole commands and characters, which must not be broken up by real-time commands (printer sheet 2)
 */
export function paperJob(paper: Paper, profile: PrinterProfile, id: string): readonly Uint8Array[] {
  const builder = new EscposBuilder();
  builder.raw(INITIALIZE);
  builder.raw(automaticStatus(profile.automaticStatusMask));
  builder.raw(CHINESE_ON);
  renderLines(layout(paperDocument(paper), profile.columns), builder, profile);
  builder.raw(fence(profile.completion, id));
  return builder.units;
}

function renderLines(laidOut: readonly LaidOut[], builder: EscposBuilder, profile: PrinterProfile): void {
  let size: Size = 'normal';
  let bold = false;
  for (const element of laidOut) {
    if (element.type === 'feed') builder.raw(feedLines(element.lines));
    if (element.type === 'cut') {
      builder.raw(feedLines(profile.cutFeedLines));
      builder.raw(CUT);
    }
    if (element.type !== 'line') continue;
    // ESC ! may also end emphasis, so the size goes first and emphasis is said again after it.
    const isResized = element.size !== size;
    if (isResized) builder.size(element.size);
    if (isResized || element.bold !== bold) builder.bold(element.bold);
    size = element.size;
    bold = element.bold;
    builder.text(element.text);
    builder.newLine();
  }
}

/**
 * The job in chunks. The first ends before the first line feed at the latest: nothing of it is on paper until more is
 * sent, because a printer keeps a line to itself until it is fed.
 */
export function jobChunks(units: readonly Uint8Array[], chunkBytes: number): readonly Uint8Array[] {
  const end = units.findIndex(([first]) => first === LINE_FEED);
  return [...packChunks(units.slice(0, end), chunkBytes), ...packChunks(units.slice(end), chunkBytes)];
}

/** Packs whole units into chunks of at most `chunkBytes`. */
export function packChunks(units: readonly Uint8Array[], chunkBytes: number): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let open: number[] = [];
  for (const unit of units) {
    if (unit.length > chunkBytes) {
      throw new Bug(`A command of ${unit.length} bytes does not fit chunks of ${chunkBytes}: correct the profile.`);
    }
    if (open.length + unit.length > chunkBytes) {
      chunks.push(Uint8Array.from(open));
      open = [];
    }
    open.push(...unit);
  }
  if (open.length > 0) chunks.push(Uint8Array.from(open));
  return chunks;
}
