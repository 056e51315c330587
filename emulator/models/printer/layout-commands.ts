/** Commands that say where things stand: margins, positions, tabs, feeds, page mode. */
import { digit, signedWord, word, type Desk, type Handlers } from './desk.ts';
import { FONT_CELL, WIDE_CELL } from './paper.ts';
import type { PrintSettings } from './settings.ts';

const ALIGNMENTS = ['left', 'centre', 'right'] as const;

const wide = ({ unitWideDots }: PrintSettings, units: number): number => Math.round(units * unitWideDots);
const high = ({ unitHighDots }: PrintSettings, units: number): number => Math.round(units * unitHighDots);

/** 180 dots per inch where the head has 42 columns of font A, 203 elsewhere (printer sheet 12). */
const dotsPerInch = (widthDots: number): number => (widthDots === 512 ? 180 : 203);

const feedLines = ({ typesetter }: Desk, lines: number): void => {
  for (let line = 0; line < lines || (line === 0 && !typesetter.isAtLineStart); line++) typesetter.feedLine();
};

const reverseFeed = (what: string, { typesetter, refuse }: Desk, n: number): void => {
  if (!typesetter.isAtLineStart) typesetter.feedLine(0);
  if (n > 0) refuse(`${what}: this paper path does not feed backwards`);
};

/** ESC D n1 … nk: the columns count in characters as they are wide when they are set. */
const setTabs = ({ settings }: Desk, parameters: Uint8Array): void => {
  const columnDots = (FONT_CELL[settings.font].width + settings.afterDots) * settings.timesWide;
  const columns: number[] = [];
  for (const column of parameters) {
    if (column <= (columns.at(-1) ?? 0)) break;
    columns.push(column);
  }
  settings.tabDots = columns.map((column) => column * columnDots);
};

/** The area that was asked for, as far as the margin leaves room for it. */
const fitArea = ({ settings, profile }: Desk): void => {
  settings.areaDots = Math.min(settings.wantedAreaDots, profile.widthDots - settings.leftDots);
};

const leftMargin = (desk: Desk, units: number): void => {
  const { settings, typesetter, profile } = desk;
  if (typesetter.page !== undefined || !typesetter.isAtLineStart) return;
  settings.leftDots = Math.min(wide(settings, units), profile.widthDots - WIDE_CELL.width);
  fitArea(desk);
};

const printArea = (desk: Desk, units: number): void => {
  const { settings, typesetter } = desk;
  if (typesetter.page !== undefined || !typesetter.isAtLineStart) return;
  settings.wantedAreaDots = Math.max(wide(settings, units), WIDE_CELL.width);
  fitArea(desk);
};

const motionUnits = ({ settings, profile }: Desk, x: number, y: number): void => {
  const dots = dotsPerInch(profile.widthDots);
  settings.unitWideDots = x === 0 ? 1 : dots / x;
  settings.unitHighDots = y === 0 ? 1 : dots / y;
};

const pageArea = ({ settings, typesetter, refuse }: Desk, parameters: Uint8Array): void => {
  if (typesetter.page === undefined) return;
  typesetter.flush();
  const [xL, xH, yL, yH, dxL, dxH, dyL, dyH] = parameters;
  const [x, y] = [wide(settings, word(xL, xH)), high(settings, word(yL, yH))];
  const [width, height] = [wide(settings, word(dxL, dxH)), high(settings, word(dyL, dyH))];
  if (!typesetter.page.setArea(x, y, width, height)) refuse('ESC W: no area of the page');
};

const direction = ({ typesetter, refuse }: Desk, n: number): void => {
  if (typesetter.page === undefined) return;
  typesetter.flush();
  if (!typesetter.page.setDirection(digit(n))) refuse('ESC T: no direction');
};

export const LAYOUT_COMMANDS = {
  'ESC FF': ({ typesetter }) => {
    if (typesetter.page !== undefined) typesetter.printPage();
  },
  'ESC $': ({ settings, typesetter }, [low, top]) => typesetter.moveTo(wide(settings, word(low, top))),
  'ESC 2': ({ settings, profile }) => {
    settings.lineSpacingDots = profile.lineSpacingDots;
  },
  'ESC 3': ({ settings }, [n = 0]) => {
    settings.lineSpacingDots = high(settings, n);
  },
  'ESC D': setTabs,
  'ESC J': ({ settings, typesetter }, [n = 0]) => typesetter.feedLine(high(settings, n)),
  'ESC K': (desk, [n = 0]) => reverseFeed('ESC K', desk, n),
  'ESC L': ({ typesetter }) => typesetter.beginPage(),
  'ESC S': ({ typesetter }) => typesetter.leavePage(),
  'ESC T': (desk, [n = 0]) => direction(desk, n),
  'ESC W': pageArea,
  'ESC \\': ({ settings, typesetter }, [low, top]) =>
    typesetter.moveTo(Math.max(0, typesetter.xDots + wide(settings, signedWord(low, top)))),
  'ESC a': ({ settings, typesetter }, [n = 0]) => {
    // Honoured at the beginning of a line only.
    if (typesetter.isAtLineStart) settings.alignment = ALIGNMENTS[digit(n)] ?? settings.alignment;
  },
  'ESC d': (desk, [n = 0]) => feedLines(desk, n),
  'ESC e': (desk, [n = 0]) => reverseFeed('ESC e', desk, n),
  'GS $': ({ settings, typesetter }, [low, top]) => {
    typesetter.flushInPlace();
    typesetter.page?.moveBaseTo(high(settings, word(low, top)));
  },
  'GS L': (desk, [low, top]) => leftMargin(desk, word(low, top)),
  'GS P': (desk, [x = 0, y = 0]) => motionUnits(desk, x, y),
  /** Back to the beginning of the line: n = 0 erases what stands in it, 1 prints it. */
  'GS T': ({ typesetter }, [n = 0]) => {
    if (typesetter.page !== undefined || typesetter.isAtLineStart) return;
    if (digit(n) === 1) typesetter.feedLine();
    else typesetter.eraseLine();
  },
  'GS W': (desk, [low, top]) => printArea(desk, word(low, top)),
  'GS \\': ({ settings, typesetter }, [low, top]) => {
    typesetter.flushInPlace();
    typesetter.page?.moveBaseBy(high(settings, signedWord(low, top)));
  },
} as const satisfies Handlers;
