/** Commands into work for the mechanism: lines to burn, cuts, and answers that are due once the work before them is done. */
import { wideCharacter, narrowCharacter } from './code-pages.ts';
import type { CommandName } from './commands.ts';
import { LineComposer } from './composer.ts';
import type { ControlName, Decoded } from './decoder.ts';
import { FONT_CELL, WIDE_CELL, type PaperLine, type TextStyle } from './paper.ts';
import { bandItem, barcodeItem, bitImageItem, qrItem } from './pictures.ts';
import type { PrinterProfile } from './profile.ts';
import type { QrLevel } from './qr.ts';
import { powerUpSettings, type PrintSettings } from './settings.ts';

export type Work =
  | { readonly type: 'line'; readonly line: PaperLine }
  /** `feedDots` goes before the cut. */
  | { readonly type: 'cut'; readonly feedDots: number }
  /** ESC @: what the mechanism forgets too (ASB among it). */
  | { readonly type: 'reset' }
  | { readonly type: 'automatic-status'; readonly mask: number }
  | { readonly type: 'paper-sensor-status' }
  | { readonly type: 'answer'; readonly bytes: Uint8Array }
  | { readonly type: 'counter'; readonly counter: number }
  | { readonly type: 'reset-counter'; readonly counter: number }
  | { readonly type: 'offline-response'; readonly mode: 'off' | 'plain' | 'with-cause' }
  | { readonly type: 'near-end-stop'; readonly on: boolean }
  /** ESC c 5: whether the FEED button works. */
  | { readonly type: 'panel-buttons'; readonly on: boolean }
  /** GS ( K 49, GS |: in percent of nominal. */
  | { readonly type: 'density'; readonly percent: number }
  | { readonly type: 'discarded'; readonly what: string; readonly bytes: number };

type Handler = (parameters: Uint8Array) => void;

const QR = 0x31;
const QR_LEVELS: readonly QrLevel[] = ['L', 'M', 'Q', 'H'];
const LETTER_H = 0x48;
const LETTER_K_CONTROL = 0x4b;
const LETTER_K_SYMBOL = 0x6b;
/** GS ( K 49 steps by 5 % either way, GS | by 12.5 % from half (printer sheet 10). */
const DENSITY_STEP_PERCENT = 5;
const CLONE_DENSITY_STEP_PERCENT = 12.5;
const CLONE_DENSITY_MAX = 8;
const KANJI_DOUBLE_WIDE = 0x04;
const KANJI_DOUBLE_HIGH = 0x08;
const UNDERLINE = 0x80;

const digit = (value: number): number => (value >= 0x30 ? value - 0x30 : value);
const underlineOf = (value: number): 0 | 1 | 2 => (digit(value) === 1 ? 1 : digit(value) === 2 ? 2 : 0);
const word = (low = 0, high = 0): number => low + 256 * high;

export class Interpreter {
  readonly #profile: PrinterProfile;
  readonly #composer = new LineComposer();
  #settings: PrintSettings;
  #work: Work[] = [];
  /** An id that waits for the line before it; only the latest is kept (printer sheet 6). */
  #waitingId: Uint8Array | undefined;

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
    this.#settings = powerUpSettings(profile);
  }

  get kanji(): boolean {
    return this.#settings.kanji;
  }
  /** Characters wait for their line feed. */
  get hasUnfinishedLine(): boolean {
    return !this.#composer.isEmpty;
  }

  /** DLE DC4 8, DLE ENQ 2: the unfinished line goes, the settings stay (printer sheet 7). */
  clear(): void {
    this.#composer.clear();
    this.#waitingId = undefined;
  }

  powerOff(): void {
    this.clear();
    this.#settings = powerUpSettings(this.#profile);
  }

  execute(decoded: Decoded): readonly Work[] {
    this.#work = [];
    switch (decoded.type) {
      case 'narrow':
        this.#narrow(decoded.code);
        break;
      case 'wide':
        this.#wide(decoded.lead, decoded.trail);
        break;
      case 'control':
        this.#control(decoded.name);
        break;
      case 'band':
        this.#picture(bandItem(decoded.rowBytes, decoded.rows, decoded.scale, this.#settings.areaDots));
        break;
      case 'command':
        this.#handlers[decoded.name](decoded.parameters);
        break;
      case 'discarded':
        this.#work.push({ type: 'discarded', what: decoded.what, bytes: decoded.bytes });
        break;
    }
    return this.#work;
  }

  #narrow(code: number): void {
    const { font, timesWide, timesHigh, underlineDots, codePage, nationalVariant } = this.#settings;
    const cell = FONT_CELL[font];
    const text = narrowCharacter(code, codePage, nationalVariant);
    this.#character(text, false, this.#style(timesWide, timesHigh, underlineDots), cell);
  }

  #wide(lead: number, trail: number): void {
    const { kanjiTimesWide, kanjiTimesHigh, kanjiUnderlineDots } = this.#settings;
    const style = this.#style(kanjiTimesWide, kanjiTimesHigh, kanjiUnderlineDots);
    this.#character(wideCharacter(lead, trail) ?? '\u3000', true, style, WIDE_CELL);
  }

  #style(timesWide: number, timesHigh: number, underlineDots: 0 | 1 | 2): TextStyle {
    const { font, bold, inverse } = this.#settings;
    return { font, timesWide, timesHigh, bold, underlineDots, inverse };
  }

  #character(text: string, wide: boolean, style: TextStyle, cell: { readonly width: number; readonly height: number }) {
    const widthDots = cell.width * style.timesWide;
    if (this.#composer.xDots + widthDots > this.#settings.areaDots && !this.#composer.isEmpty) this.#feedLine();
    this.#composer.putText(text, wide, style, widthDots, cell.height * style.timesHigh);
  }

  #control(name: ControlName): void {
    switch (name) {
      case 'LF':
      case 'FF':
        this.#feedLine();
        break;
      case 'HT': {
        const column = this.#composer.xDots / FONT_CELL.A.width;
        const next = this.#settings.tabColumns.find((tab) => tab > column);
        if (next !== undefined) this.#composer.moveTo(next * FONT_CELL.A.width);
        break;
      }
      case 'CR':
        // Serial printers ignore it unless automatic line feed is switched on.
        break;
    }
  }

  #feedLine(spacingDots = this.#settings.lineSpacingDots): void {
    const { alignment, leftDots, areaDots } = this.#settings;
    this.#push(this.#composer.take(alignment, leftDots, areaDots, spacingDots));
  }

  #push(line: PaperLine): void {
    this.#work.push({ type: 'line', line });
    if (this.#waitingId === undefined) return;
    this.#work.push({ type: 'answer', bytes: this.#waitingId });
    this.#waitingId = undefined;
  }

  /** A picture or symbol has a line of its own, without line spacing. */
  #picture(item: ReturnType<typeof bandItem>): void {
    if (!this.#composer.isEmpty) this.#feedLine();
    this.#composer.put(item, item.widthDots, item.heightDots);
    this.#feedLine(0);
  }

  #cut(feedDots: number): void {
    if (!this.#composer.isEmpty) this.#feedLine();
    this.#work.push({ type: 'cut', feedDots });
  }

  #size(timesWide: number, timesHigh: number): void {
    Object.assign(this.#settings, {
      timesWide,
      timesHigh,
      kanjiTimesWide: timesWide,
      kanjiTimesHigh: timesHigh,
    });
  }

  /** ESC !: font, bold, double height, double width, underline. */
  #printMode(mode: number): void {
    this.#settings.font = (mode & 0x01) === 0 ? 'A' : 'B';
    this.#settings.bold = (mode & 0x08) !== 0;
    this.#size((mode & 0x20) === 0 ? 1 : 2, (mode & 0x10) === 0 ? 1 : 2);
    this.#underline((mode & UNDERLINE) === 0 ? 0 : 1);
  }

  #underline(dots: 0 | 1 | 2): void {
    this.#settings.underlineDots = dots;
    this.#settings.kanjiUnderlineDots = dots;
  }

  /** GS I (printer sheet 5). */
  #information(n: number): void {
    const byte = { 1: this.#profile.modelId, 2: this.#profile.typeId, 3: this.#profile.firmwareId }[digit(n)];
    if (n < 65 && byte !== undefined) this.#work.push({ type: 'answer', bytes: Uint8Array.of(byte) });
    const text = this.#profile.information.get(n);
    if (text === undefined) return;
    this.#work.push({ type: 'answer', bytes: Uint8Array.from([0x5f, ...new TextEncoder().encode(text), 0x00]) });
  }

  /** GS ( with its letter: process ids and offline response (H), density (K), symbols (k); the others change nothing on paper. */
  #extended([letter, , , first = 0, second = 0, ...rest]: Uint8Array): void {
    if (letter === LETTER_H && this.#profile.processIds) this.#processId(first, rest);
    if (letter === LETTER_K_CONTROL && first === 0x31) this.#density(second);
    if (letter === LETTER_K_SYMBOL) this.#symbol(first, second, rest);
  }

  /** 0 is as configured, 1 to 8 darker, 250 to 255 (less than 0 in a byte) fainter; others are ignored. */
  #density(m: number): void {
    const steps = m <= 8 ? m : m >= 250 ? m - 256 : undefined;
    if (steps !== undefined) this.#work.push({ type: 'density', percent: 100 + DENSITY_STEP_PERCENT * steps });
  }

  #processId(fn: number, rest: readonly number[]): void {
    if (fn === 0x30 && rest.length === 4) {
      const bytes = Uint8Array.from([0x37, 0x22, ...rest, 0x00]);
      if (this.#composer.isEmpty) this.#work.push({ type: 'answer', bytes });
      else this.#waitingId = bytes;
    }
    if (fn === 0x31 && rest.length === 1) {
      const mode = (['off', 'plain', 'with-cause'] as const)[digit(rest[0] ?? 0)] ?? 'off';
      this.#work.push({ type: 'offline-response', mode });
    }
  }

  /** GS ( k: cn, fn, parameters. QR is drawn, the other symbologies are framed. */
  #symbol(symbology: number, fn: number, rest: readonly number[]): void {
    const settings = this.#settings;
    const [value = 0] = rest;
    if (symbology === QR && fn === 0x43) settings.qrModuleDots = Math.min(16, Math.max(1, value));
    if (symbology === QR && fn === 0x45) settings.qrLevel = QR_LEVELS[digit(value)] ?? 'L';
    if (fn === 0x50) settings.symbolPayload = Uint8Array.from(rest.slice(1));
    if (fn !== 0x51 || settings.symbolPayload.length === 0) return;
    this.#picture(
      symbology === QR
        ? qrItem(settings.symbolPayload, settings.qrLevel, settings.qrModuleDots, settings.areaDots)
        : barcodeItem(settings.symbolPayload, settings.barcodeHeightDots, settings.areaDots),
    );
  }

  #barcode(parameters: Uint8Array): void {
    const counted = (parameters[0] ?? 0) >= 65;
    const payload = counted ? parameters.subarray(2) : parameters.subarray(1, -1);
    this.#picture(barcodeItem(payload, this.#settings.barcodeHeightDots, this.#settings.areaDots));
  }

  #moveRelative(dots: number): void {
    this.#composer.moveTo(this.#composer.xDots + (dots >= 0x8000 ? dots - 0x10000 : dots));
  }

  readonly #consumed: Handler = () => undefined;

  readonly #handlers: Readonly<Record<CommandName, Handler>> = {
    'ESC !': ([mode = 0]) => this.#printMode(mode),
    'ESC $': ([low, high]) => this.#composer.moveTo(word(low, high)),
    'ESC *': (parameters) => {
      const item = bitImageItem(parameters, this.#composer.xDots, this.#settings.areaDots);
      this.#composer.put(item, item.widthDots, item.heightDots);
    },
    'ESC -': ([n = 0]) => this.#underline(underlineOf(n)),
    'ESC 2': () => {
      this.#settings.lineSpacingDots = this.#profile.lineSpacingDots;
    },
    'ESC 3': ([n = 0]) => {
      this.#settings.lineSpacingDots = n;
    },
    'ESC @': () => {
      this.clear();
      this.#settings = powerUpSettings(this.#profile);
      this.#work.push({ type: 'reset' });
    },
    'ESC D': (parameters) => {
      this.#settings.tabColumns = [...parameters].filter((column) => column > 0);
    },
    'ESC E': ([n = 0]) => {
      this.#settings.bold = (n & 1) === 1;
    },
    'ESC G': ([n = 0]) => {
      this.#settings.bold = (n & 1) === 1;
    },
    'ESC J': ([n = 0]) => this.#feedLine(n),
    'ESC M': ([n = 0]) => {
      this.#settings.font = digit(n) === 1 ? 'B' : 'A';
    },
    'ESC R': ([n = 0]) => {
      this.#settings.nationalVariant = n;
    },
    'ESC \\': ([low, high]) => this.#moveRelative(word(low, high)),
    'ESC a': ([n = 0]) => {
      // Honoured at the beginning of a line only.
      if (this.#composer.isEmpty) {
        this.#settings.alignment = (['left', 'centre', 'right'] as const)[digit(n)] ?? this.#settings.alignment;
      }
    },
    'ESC c': ([which = 0, n = 0]) => {
      if (which === 0x34) this.#work.push({ type: 'near-end-stop', on: (n & 3) !== 0 });
      if (which === 0x35) this.#work.push({ type: 'panel-buttons', on: (n & 1) === 0 });
    },
    'ESC d': ([n = 0]) => {
      for (let line = 0; line < n || (line === 0 && !this.#composer.isEmpty); line++) this.#feedLine();
    },
    'ESC i': () => this.#cut(0),
    'ESC m': () => this.#cut(0),
    'ESC t': ([n = 0]) => {
      this.#settings.codePage = n;
    },
    'FS !': ([mode = 0]) => {
      this.#settings.kanjiTimesWide = (mode & KANJI_DOUBLE_WIDE) === 0 ? 1 : 2;
      this.#settings.kanjiTimesHigh = (mode & KANJI_DOUBLE_HIGH) === 0 ? 1 : 2;
      this.#settings.kanjiUnderlineDots = (mode & UNDERLINE) === 0 ? 0 : 1;
    },
    'FS &': () => {
      this.#settings.kanji = true;
    },
    'FS -': ([n = 0]) => {
      this.#settings.kanjiUnderlineDots = underlineOf(n);
    },
    'FS .': () => {
      this.#settings.kanji = false;
    },
    'FS W': ([n = 0]) => {
      const times = (n & 1) === 1 ? 2 : 1;
      this.#settings.kanjiTimesWide = times;
      this.#settings.kanjiTimesHigh = times;
    },
    'GS !': ([n = 0]) => this.#size(((n >> 4) & 7) + 1, (n & 7) + 1),
    'GS (': (parameters) => this.#extended(parameters),
    'GS B': ([n = 0]) => {
      this.#settings.inverse = (n & 1) === 1;
    },
    'GS I': ([n = 0]) => this.#information(n),
    'GS L': ([low, high]) => {
      this.#settings.leftDots = Math.min(word(low, high), this.#profile.widthDots - WIDE_CELL.width);
      this.#settings.areaDots = Math.min(this.#settings.areaDots, this.#profile.widthDots - this.#settings.leftDots);
    },
    'GS V': ([m = 0, n = 0]) => this.#cut(m >= 65 ? this.#profile.cutterGapDots + n : 0),
    'GS W': ([low, high]) => {
      const roomDots = this.#profile.widthDots - this.#settings.leftDots;
      this.#settings.areaDots = Math.min(Math.max(word(low, high), WIDE_CELL.width), roomDots);
    },
    'GS a': ([mask = 0]) => this.#work.push({ type: 'automatic-status', mask }),
    'GS g': ([fn = 0, , low, high]) => {
      const counter = word(low, high);
      if (fn === 0x32) this.#work.push({ type: 'counter', counter });
      if (fn === 0x30) this.#work.push({ type: 'reset-counter', counter });
    },
    'GS h': ([n = 0]) => {
      this.#settings.barcodeHeightDots = Math.max(1, n);
    },
    'GS k': (parameters) => this.#barcode(parameters),
    'GS r': ([n = 0]) => {
      if (digit(n) === 1) this.#work.push({ type: 'paper-sensor-status' });
      if (digit(n) === 2) this.#work.push({ type: 'answer', bytes: Uint8Array.of(0x00) });
    },
    // Known, and without effect on this paper: spacing, rotation, drawers, buzzers, page mode, Kanji fonts.
    'ESC SP': this.#consumed,
    'ESC %': this.#consumed,
    'ESC =': this.#consumed,
    'ESC ?': this.#consumed,
    'ESC B': this.#consumed,
    'ESC S': this.#consumed,
    'ESC V': this.#consumed,
    'ESC p': this.#consumed,
    'ESC {': this.#consumed,
    'FS (': this.#consumed,
    'FS C': this.#consumed,
    'FS S': this.#consumed,
    'GS H': this.#consumed,
    'GS P': this.#consumed,
    'GS f': this.#consumed,
    'GS v': this.#consumed,
    'GS w': this.#consumed,
    'GS |': ([n = 0]) => {
      if (n <= CLONE_DENSITY_MAX) this.#work.push({ type: 'density', percent: 50 + CLONE_DENSITY_STEP_PERCENT * n });
    },
    'DLE EOT': this.#consumed,
    'DLE ENQ': this.#consumed,
    'DLE DC4': this.#consumed,
  };
}
