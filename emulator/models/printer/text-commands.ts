/** Commands that say how text looks: size, style, fonts, code pages, Kanji, user-defined characters. */
import { consumed, digit, type Desk, type Handlers } from './desk.ts';
import type { PrintSettings } from './settings.ts';

const KANJI_DOUBLE_WIDE = 0x04;
const KANJI_DOUBLE_HIGH = 0x08;
const UNDERLINE = 0x80;

const isOn = (n: number): boolean => (n & 1) === 1;
const underlineOf = (value: number, otherwise: 0 | 1 | 2): 0 | 1 | 2 => {
  const dots = digit(value);
  return dots === 0 || dots === 1 || dots === 2 ? dots : otherwise;
};

const size = (settings: PrintSettings, timesWide: number, timesHigh: number): void => {
  Object.assign(settings, { timesWide, timesHigh, kanjiTimesWide: timesWide, kanjiTimesHigh: timesHigh });
};

const underline = (settings: PrintSettings, dots: 0 | 1 | 2): void => {
  settings.underlineDots = dots;
  settings.kanjiUnderlineDots = dots;
};

/** ESC !: font, bold, double height, double width, underline. */
const printMode = (settings: PrintSettings, mode: number): void => {
  settings.font = (mode & 0x01) === 0 ? 'A' : 'B';
  settings.bold = (mode & 0x08) !== 0;
  size(settings, (mode & 0x20) === 0 ? 1 : 2, (mode & 0x10) === 0 ? 1 : 2);
  underline(settings, (mode & UNDERLINE) === 0 ? 0 : 1);
};

const FONTS: Readonly<Record<number, 'A' | 'B'>> = { 0: 'A', 1: 'B' };

const ownCharacters = ({ settings, ownCharacters, refuse }: Desk, parameters: Uint8Array): void => {
  if (!ownCharacters.define(settings.font, parameters)) refuse('ESC &: no character of this font');
};

export const TEXT_COMMANDS = {
  'ESC SP': ({ settings }, [n = 0]) => {
    settings.afterDots = Math.round(n * settings.unitWideDots);
  },
  'ESC !': ({ settings }, [mode = 0]) => printMode(settings, mode),
  'ESC %': ({ settings }, [n = 0]) => {
    settings.ownCharacters = isOn(n);
  },
  'ESC &': ownCharacters,
  'ESC -': ({ settings }, [n = 0]) => underline(settings, underlineOf(n, settings.underlineDots)),
  /** Nothing is burnt slanting. */
  'ESC 4': consumed,
  'ESC ?': ({ settings, ownCharacters }, [n = 0]) => ownCharacters.cancel(settings.font, n),
  'ESC E': ({ settings }, [n = 0]) => {
    settings.bold = isOn(n);
  },
  'ESC G': ({ settings }, [n = 0]) => {
    settings.doubleStrike = isOn(n);
  },
  /** Fonts that this printer does not have print as the one in use. */
  'ESC M': ({ settings }, [n = 0]) => {
    settings.font = FONTS[digit(n)] ?? settings.font;
  },
  'ESC R': ({ settings }, [n = 0]) => {
    settings.nationalVariant = n;
  },
  'ESC V': ({ settings }, [n = 0]) => {
    settings.rotated = digit(n) === 1 || digit(n) === 2;
  },
  /** Thermal paper has one colour. */
  'ESC r': consumed,
  'ESC t': ({ settings }, [n = 0]) => {
    settings.codePage = n;
  },
  'ESC {': ({ settings, typesetter }, [n = 0]) => {
    if (typesetter.isAtLineStart) settings.upsideDown = isOn(n);
  },
  'FS !': ({ settings }, [mode = 0]) => {
    settings.kanjiTimesWide = (mode & KANJI_DOUBLE_WIDE) === 0 ? 1 : 2;
    settings.kanjiTimesHigh = (mode & KANJI_DOUBLE_HIGH) === 0 ? 1 : 2;
    settings.kanjiUnderlineDots = (mode & UNDERLINE) === 0 ? 0 : 1;
  },
  'FS &': ({ settings }) => {
    settings.kanji = true;
  },
  /** A choice of Kanji fonts: this printer has one. */
  'FS (': ({ refuse }, [letter = 0]) => {
    if (!'ACEL'.includes(String.fromCharCode(letter))) refuse(`FS ( ${letter.toString(16)}: not known`);
  },
  'FS -': ({ settings }, [n = 0]) => {
    settings.kanjiUnderlineDots = underlineOf(n, settings.kanjiUnderlineDots);
  },
  'FS .': ({ settings }) => {
    settings.kanji = false;
  },
  'FS 2': ({ ownCharacters, refuse }, parameters) => {
    if (!ownCharacters.defineWide(parameters)) refuse('FS 2: no place for this character');
  },
  'FS ?': ({ ownCharacters }, [lead = 0, trail = 0]) => ownCharacters.cancelWide(lead, trail),
  /** A Japanese code system. */
  'FS C': consumed,
  'FS S': ({ settings }, [before = 0, after = 0]) => {
    settings.kanjiBeforeDots = Math.round(before * settings.unitWideDots);
    settings.kanjiAfterDots = Math.round(after * settings.unitWideDots);
  },
  'FS W': ({ settings }, [n = 0]) => {
    const times = isOn(n) ? 2 : 1;
    settings.kanjiTimesWide = times;
    settings.kanjiTimesHigh = times;
  },
  'GS !': ({ settings }, [n = 0]) => size(settings, ((n >> 4) & 7) + 1, (n & 7) + 1),
  'GS B': ({ settings }, [n = 0]) => {
    settings.inverse = isOn(n);
  },
  /** Smoothing of large characters. */
  'GS b': consumed,
} as const satisfies Handlers;
