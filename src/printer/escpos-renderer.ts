/** A paper as an ESC/POS job: initialise, arm the status, text, cut, and the fence whose answer means "printed". */
import { Bug } from '../domain/result.ts';
import type { Paper } from '../domain/paper.ts';
import { automaticStatus, CHINESE_ON, CUT, feedDots, feedLines, fence, INITIALIZE } from './commands.ts';
import { codeBitmap } from './code.ts';
import { EscposBuilder } from './escpos-builder.ts';
import { layout, SPACE_DOTS, type LaidOut, type LaidOutLine } from './layout.ts';
import { feedsPaper, logoCommands } from './picture-commands.ts';
import { paperDocument } from './paper-document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { patternBitmap } from './patterns.ts';
import type { PrinterProfile } from './profiles.ts';
import { rasterCommands } from './raster-commands.ts';

/** `raised`: one step darker, which hides dirt for a while and wears the head (printer sheet 10). */
export type Density = 'normal' | 'raised';

/**
 * The fence stands after the cut: until then the piece is in nobody's hand, and the weaker fence proves more there.
 *
 * @param id the process id, four characters from 20h to 7Eh; unused by a printer without process ids
 * @returns whole commands and characters, which must not be broken up by real-time commands (printer sheet 2)
 */
export function paperJob(
  paper: Paper,
  profile: PrinterProfile,
  id: string,
  settings: PaperSettings = PLAIN,
  density: Density = 'normal',
): readonly Uint8Array[] {
  const builder = new EscposBuilder();
  builder.raw(INITIALIZE);
  // ESC @ has set it back.
  if (density === 'raised') builder.raw(Uint8Array.from(profile.raisedDensity));
  builder.raw(automaticStatus(profile.automaticStatusMask));
  builder.raw(CHINESE_ON);
  renderLines(layout(paperDocument(paper, settings), profile.columns, settings.language), builder, profile);
  builder.raw(fence(profile.completion, id));
  return builder.units;
}

function renderLines(laidOut: readonly LaidOut[], builder: EscposBuilder, profile: PrinterProfile): void {
  const pen = new Pen(builder);
  for (const element of laidOut) {
    switch (element.type) {
      case 'line':
        pen.take(element);
        builder.text(element.text);
        builder.newLine();
        break;
      case 'logo':
        pen.take({ ...PLAIN_STYLE, align: 'center' });
        for (const command of logoCommands(element.logo, profile.chunkBytes)) builder.raw(command);
        break;
      case 'code':
        pen.take({ ...PLAIN_STYLE, align: 'center' });
        // Drawn here where the printer's own command is longer than a chunk, which nothing may break up.
        if (builder.code(element, profile.chunkBytes)) break;
        for (const command of rasterCommands(codeBitmap(element), profile.chunkBytes)) builder.raw(command);
        break;
      case 'pattern': {
        pen.take(PLAIN_STYLE);
        const dots = patternBitmap(element.name, profile.widthDots);
        for (const command of rasterCommands(dots, profile.chunkBytes)) builder.raw(command);
        break;
      }
      case 'feed':
        builder.raw(feedLines(element.lines));
        break;
      case 'space':
        builder.raw(feedDots(SPACE_DOTS));
        break;
      case 'cut':
        builder.raw(feedLines(profile.cutFeedLines));
        builder.raw(CUT);
        break;
    }
  }
}

type Style = Pick<LaidOutLine, 'size' | 'bold' | 'align'>;

const PLAIN_STYLE: Style = { size: 'normal', bold: false, align: 'left' };

/** Says only what changes. */
class Pen {
  readonly #builder: EscposBuilder;
  #style: Style = PLAIN_STYLE;

  constructor(builder: EscposBuilder) {
    this.#builder = builder;
  }

  take(style: Style): void {
    const { align, bold, size } = this.#style;
    if (style.align !== align) this.#builder.align(style.align);
    // ESC ! may also end emphasis, so the size goes first and emphasis is said again after it.
    const isResized = style.size !== size;
    if (isResized) this.#builder.size(style.size);
    if (isResized || style.bold !== bold) this.#builder.bold(style.bold);
    this.#style = style;
  }
}

/**
 * The job in chunks. The first ends before the first command that feeds: nothing of it is on paper until more is sent,
 * because a printer keeps a line to itself until it is fed.
 */
export function jobChunks(units: readonly Uint8Array[], chunkBytes: number): readonly Uint8Array[] {
  const end = units.findIndex(feedsPaper);
  return [...packChunks(units.slice(0, end), chunkBytes), ...packChunks(units.slice(end), chunkBytes)];
}

/** Packs whole units into chunks of at most `chunkBytes`. */
export function packChunks(units: readonly Uint8Array[], chunkBytes: number): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let open = new Uint8Array(chunkBytes);
  let filled = 0;
  for (const unit of units) {
    if (unit.length > chunkBytes) {
      throw new Bug(`A command of ${unit.length} bytes does not fit chunks of ${chunkBytes}: correct the profile.`);
    }
    if (filled + unit.length > chunkBytes) {
      chunks.push(open.subarray(0, filled));
      open = new Uint8Array(chunkBytes);
      filled = 0;
    }
    open.set(unit, filled);
    filled += unit.length;
  }
  if (filled > 0) chunks.push(open.subarray(0, filled));
  return chunks;
}
