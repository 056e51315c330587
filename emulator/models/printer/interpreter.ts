/** Commands into work for the mechanism: lines to burn, cuts, and answers that are due once the work before them is done. */
import { narrowCharacter, wideCharacter } from './code-pages.ts';
import type { ControlName, Decoded } from './decoder.ts';
import type { Desk } from './desk.ts';
import { HANDLERS } from './extended-commands.ts';
import { GraphicsStore } from './graphics-store.ts';
import { Macro } from './macro.ts';
import { OwnCharacters } from './own-characters.ts';
import type { TextStyle } from './paper.ts';
import { bandItem } from './pictures.ts';
import type { PrinterProfile } from './profile.ts';
import { powerUpSettings, type PrintSettings } from './settings.ts';
import { Typesetter } from './typesetter.ts';
import type { Work } from './work.ts';

export type { Work } from './work.ts';

/** GS I 69 says which Chinese the firmware knows (printer sheet 5). */
const knowsGb18030 = (profile: PrinterProfile): boolean => profile.information.get(69)?.includes('GB18030') === true;

/** A blank for the lead without its trail, and the digit behind it (printer sheet 11). */
const asGbk = (code: readonly number[]): readonly number[] =>
  code.map((byte) => (byte >= 0x30 && byte <= 0x39 ? byte : 0x20));

export class Interpreter {
  readonly #profile: PrinterProfile;
  readonly #settings: PrintSettings;
  readonly #typesetter: Typesetter;
  readonly #desk: Desk;
  readonly #macro = new Macro();
  #work: Work[] = [];
  #inHand: { readonly offset: number; readonly bytes: number } = { offset: 0, bytes: 0 };

  constructor(profile: PrinterProfile) {
    this.#profile = profile;
    this.#settings = powerUpSettings(profile);
    const emit = (work: Work) => void this.#work.push(work);
    const refuse = (what: string) => emit({ type: 'discarded', what, ...this.#inHand });
    this.#typesetter = new Typesetter(this.#settings, profile.widthDots, emit, () => refuse('the page is full'));
    this.#desk = {
      profile,
      settings: this.#settings,
      typesetter: this.#typesetter,
      store: new GraphicsStore(),
      ownCharacters: new OwnCharacters(),
      emit,
      refuse,
    };
  }

  get kanji(): boolean {
    return this.#settings.kanji;
  }
  /** Characters wait for their line feed, or a page for its form feed. */
  get hasUnfinishedLine(): boolean {
    return this.#typesetter.hasUnfinished;
  }

  /** DLE DC4 8, DLE ENQ 2: the unfinished line or page goes, standard mode comes, settings stay (printer sheet 7). */
  clear(): void {
    this.#typesetter.clear();
    this.#desk.store.buffered = undefined;
  }

  powerOff(): void {
    this.#reset();
    this.#macro.forget();
  }

  execute(decoded: Decoded): readonly Work[] {
    this.#work = [];
    this.#inHand = { offset: decoded.offset, bytes: decoded.bytes };
    if (!this.#macro.record(decoded)) this.#desk.refuse('GS :: longer than a macro may be');
    this.#obey(decoded);
    return this.#work;
  }

  #obey(decoded: Decoded): void {
    switch (decoded.type) {
      case 'narrow':
        this.#narrow(decoded.code);
        break;
      case 'wide':
        this.#wide(
          wideCharacter(decoded.lead, decoded.trail) ?? '\u3000',
          this.#desk.ownCharacters.wide(decoded.lead, decoded.trail),
        );
        break;
      case 'four':
        if (knowsGb18030(this.#profile)) this.#wide(wideCharacter(...decoded.code) ?? '\u3000');
        else for (const code of asGbk(decoded.code)) this.#narrow(code);
        break;
      case 'control':
        this.#control(decoded.name);
        break;
      case 'band':
        this.#typesetter.band(bandItem(decoded.rowBytes, decoded.rows, decoded.scale, this.#typesetter.areaDots));
        break;
      case 'command':
        this.#command(decoded);
        break;
      case 'discarded':
        this.#desk.refuse(decoded.what);
        break;
    }
  }

  #command({ name, parameters }: Extract<Decoded, { type: 'command' }>): void {
    switch (name) {
      case 'ESC @':
        this.#reset();
        this.#work.push({ type: 'reset' });
        break;
      case 'GS :':
        this.#macro.toggle();
        break;
      case 'GS ^':
        this.#play(parameters[0] ?? 0);
        break;
      default:
        HANDLERS[name](this.#desk, parameters);
        break;
    }
  }

  /** GS ^ r t m: without its pauses, and without waiting for the button. */
  #play(times: number): void {
    for (const decoded of this.#macro.steps(times)) {
      if (this.#work.length >= Macro.WORK_MAX) return this.#desk.refuse('GS ^: more work than is taken at once');
      this.#obey(decoded);
    }
  }

  #reset(): void {
    this.clear();
    Object.assign(this.#settings, powerUpSettings(this.#profile));
    this.#desk.store.forgetVolatile();
    this.#desk.ownCharacters.clear();
  }

  #narrow(code: number): void {
    const { font, timesWide, timesHigh, underlineDots, codePage, nationalVariant, afterDots } = this.#settings;
    const own = this.#settings.ownCharacters ? this.#desk.ownCharacters.narrow(font, code) : undefined;
    this.#typesetter.character({
      type: 'text',
      text: narrowCharacter(code, codePage, nationalVariant),
      wide: false,
      style: { ...this.#style(timesWide, timesHigh, underlineDots), ...(afterDots > 0 ? { afterDots } : {}) },
      ...(own === undefined ? {} : { own }),
    });
  }

  #wide(text: string, own?: Uint8Array): void {
    const { kanjiTimesWide, kanjiTimesHigh, kanjiUnderlineDots, kanjiBeforeDots, kanjiAfterDots } = this.#settings;
    this.#typesetter.character({
      type: 'text',
      text,
      wide: true,
      style: {
        ...this.#style(kanjiTimesWide, kanjiTimesHigh, kanjiUnderlineDots),
        ...(kanjiBeforeDots > 0 ? { beforeDots: kanjiBeforeDots } : {}),
        ...(kanjiAfterDots > 0 ? { afterDots: kanjiAfterDots } : {}),
      },
      ...(own === undefined ? {} : { own }),
    });
  }

  #style(timesWide: number, timesHigh: number, underlineDots: 0 | 1 | 2): TextStyle {
    const { font, bold, doubleStrike, inverse, rotated } = this.#settings;
    const style = { font, timesWide, timesHigh, bold: bold || doubleStrike, underlineDots, inverse };
    return rotated ? { ...style, rotated } : style;
  }

  #control(name: ControlName): void {
    switch (name) {
      case 'LF':
        this.#typesetter.feedLine();
        break;
      case 'FF':
        if (this.#typesetter.page === undefined) this.#typesetter.feedLine();
        else {
          this.#typesetter.printPage();
          this.#typesetter.leavePage();
        }
        break;
      case 'HT': {
        const next = this.#settings.tabDots.find((tab) => tab > this.#typesetter.xDots);
        if (next !== undefined) this.#typesetter.moveTo(next);
        break;
      }
      case 'CAN':
        this.#typesetter.clearArea();
        break;
      case 'CR':
      case 'NUL':
        // Serial printers ignore a carriage return unless automatic line feed is switched on.
        break;
    }
  }
}
