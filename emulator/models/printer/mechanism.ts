/** Everything that moves, heats or is touched: paper, head, motor, knife, cover and button, and what befalls them. */
import { MaintenanceCounters } from './counters.ts';
import { Countdowns, type DelayedDeed } from './countdowns.ts';
import type { PrinterDeed } from './deeds.ts';
import { ENGINE_TIMER, PrintEngine, type Advance } from './engine.ts';
import { PrintHead } from './head.ts';
import { energisedDots, inkRows, isBlank } from './ink.ts';
import type { Outbox } from './outbox.ts';
import { PaperPath } from './paper-path.ts';
import type { PaperLine, PaperPiece } from './paper.ts';
import type { PrinterProfile } from './profile.ts';
import type { PrinterCondition } from './status.ts';

const COOL_TIMER = 'cool';

/** Which deed each of these is, when it strikes. */
const DELAYED = {
  'paper-out-after': 'paper-out',
  'open-cover-after': 'open-cover',
  'power-off-after': 'power-off',
} as const;

/** What the mechanism asks of the electronics, and tells them. */
export interface Electronics {
  /** Whether data to be printed wait. */
  readonly hasData: () => boolean;
  /** Something that the printer's status speaks of may have changed. */
  readonly changed: () => void;
  readonly powerFails: () => void;
  readonly powerReturns: () => void;
}

export class PrintMechanism {
  readonly counters: MaintenanceCounters;
  readonly head: PrintHead;
  /** ESC c 4: whether a roll near its end stops the printer. */
  nearEndStops = false;
  /** ESC c 5: whether the FEED button works. */
  panelButtons = true;
  readonly #profile: PrinterProfile;
  readonly #outbox: Outbox;
  readonly #electronics: Electronics;
  readonly #countdowns = new Countdowns();
  readonly #engine: PrintEngine;
  readonly #path: PaperPath;
  #coverOpen = false;
  #coverOpenedPrinting = false;
  #cutterBlocked = false;
  #cutterError = false;
  #broken = false;
  #coolTimerRuns = false;
  #feedPressed = false;
  #feeding = false;

  constructor(profile: PrinterProfile, outbox: Outbox, electronics: Electronics, dirtNoise?: Uint8Array) {
    this.#profile = profile;
    this.#outbox = outbox;
    this.#electronics = electronics;
    this.counters = new MaintenanceCounters(profile.countersStoredEveryMs);
    this.#engine = new PrintEngine(profile, outbox);
    this.head = new PrintHead(profile.head, profile.dotRowsPerSecond, dirtNoise);
    this.#path = new PaperPath(profile);
  }

  /** Neither at work nor kept from it. */
  get isReady(): boolean {
    // Where feeding takes no time, a button that is held feeds once.
    const isHeld = this.#feeding && this.#feedPressed && this.#profile.dotRowsPerSecond === 0 && !this.#engine.hasLine;
    return !this.#engine.isMoving && !this.#isStopped() && !isHeld;
  }
  get isOffline(): boolean {
    return this.#isStopped() || this.#feeding;
  }

  /** What hangs out of the printer, not cut off yet. */
  hanging(): PaperPiece {
    return this.#path.hanging();
  }

  passed(ms: number): void {
    this.head.passed(ms);
    this.#engine.passed(ms);
  }

  elapsed(timer: string): void {
    if (timer === ENGINE_TIMER) this.#advance(this.#engine.arrive());
    if (timer !== COOL_TIMER) return;
    this.#coolTimerRuns = false;
    this.#electronics.changed();
  }

  /** While it is hot, wakes itself when it will have cooled. */
  watchHeat(): void {
    const coolInMs = this.head.coolInMs;
    if (coolInMs === undefined || this.#coolTimerRuns) return;
    this.#coolTimerRuns = true;
    this.#outbox.arm(COOL_TIMER, coolInMs);
  }

  /** The next line to burn. Only when it {@link isReady}, and has none. */
  take(line: PaperLine): void {
    this.#engine.take(line, this.head.state);
  }

  /** When it {@link isReady}: does what it does without new work. False: there is nothing of the kind. */
  goOn(): boolean {
    if (this.#engine.hasLine) {
      this.#advance(this.#engine.move(Math.min(this.#path.dotsLeft, this.#countdowns.rowsToNext)));
      return true;
    }
    const wasFeeding = this.#feeding;
    this.#feeding = this.#feedPressed && this.panelButtons;
    if (this.#feeding) this.take({ heightDots: this.#profile.lineSpacingDots, items: [] });
    if (this.#feeding !== wasFeeding) this.#electronics.changed();
    return this.#feeding || wasFeeding;
  }

  /** False: the knife is stuck. */
  cut(): boolean {
    if (!this.#profile.cutter) return true;
    if (this.#cutterBlocked) {
      this.#cutterError = true;
      this.#electronics.changed();
      return false;
    }
    this.counters.add('cuts');
    this.#part();
    return true;
  }

  /** DLE ENQ: only recoverable errors; a paper end is not one (printer sheet 7). False: nothing was recovered from. */
  recover(): boolean {
    if (!this.#cutterError || this.#cutterBlocked) return false;
    this.#cutterError = false;
    return true;
  }

  /** A line that is moving under the head is finished; one that something has stopped is not. */
  clear(): void {
    if (!this.#engine.isMoving) this.#engine.dropLine();
  }

  /** One byte has arrived. */
  received(): void {
    this.#strike(this.#countdowns.count('bytes', 1));
  }

  powerOff(): void {
    this.#countdowns.cancel('power-off');
    this.#advance(this.#engine.halt());
    this.#engine.dropLine();
    this.counters.powerOff();
    this.#broken = false;
    this.#cutterError = false;
    this.#coverOpenedPrinting = false;
    this.#feeding = false;
  }

  befall(deed: PrinterDeed): void {
    this.#advance(this.#engine.halt());
    this.#befall(deed);
  }

  condition(): PrinterCondition {
    return {
      offline: this.isOffline,
      coverOpen: this.#coverOpen,
      feedPressed: this.#feedPressed,
      feeding: this.#feeding,
      paperEnd: this.#path.endIsSeen || (this.#coverOpen && this.#profile.paperReadsEndWhileCoverOpen),
      paperNearEnd: this.#profile.nearEndSensor && this.#path.isNearEnd,
      stoppedByPaper: this.#isStoppedByPaper(),
      cutterError: this.#cutterError,
      unrecoverable: this.#broken,
      autoRecoverable: this.head.isTooHot || this.#coverOpenedPrinting,
    };
  }

  /** Dot rows have passed the head. */
  #advance(advance: Advance | undefined): void {
    if (advance === undefined) return;
    const { fromDot, head, isLineDone, line, toDot } = advance;
    this.#path.advance(line, fromDot, toDot, head);
    const burnt = inkRows(line);
    const energisedRows = Math.min(toDot, burnt) - Math.min(fromDot, burnt);
    if (energisedRows > 0) {
      this.counters.add('headEnergised', energisedRows);
      const dots = this.#profile.head.kelvinPerDot === 0 ? 0 : (energisedDots(line) * energisedRows) / burnt;
      this.head.burn(energisedRows, dots);
    }
    if (isLineDone) this.counters.add('linesFed');
    this.#strike(this.#countdowns.count('rows', toDot - fromDot));
    if (isLineDone) this.#strike(this.#countdowns.count('lines', 1));
    else if (this.#path.dotsLeft === 0 && this.#profile.lineAtPaperEnd === 'is-lost') this.#engine.dropLine();
    this.#electronics.changed();
  }

  #part(): void {
    const piece = this.#path.cut();
    if (piece.lines.length > 0) this.#outbox.see({ type: 'paper', piece });
  }

  #befall(deed: PrinterDeed): void {
    switch (deed.type) {
      case 'paper-out':
        this.#countdowns.cancel('paper-out');
        this.#path.endWithLine(this.#engine.restDots);
        break;
      case 'paper-low':
        this.#path.runLow();
        break;
      case 'load-paper':
        this.#loadPaper('lengthDots' in deed ? deed.lengthDots : undefined);
        break;
      case 'tear-off':
        this.#part();
        break;
      case 'open-cover':
        this.#openCover(this.#engine.hasLine || this.#electronics.hasData());
        break;
      case 'close-cover':
        this.#coverOpen = false;
        this.#coverOpenedPrinting = false;
        break;
      case 'press-feed':
        this.#feedPressed = true;
        break;
      case 'release-feed':
        this.#feedPressed = false;
        break;
      case 'jam-cutter':
        this.#cutterBlocked = true;
        break;
      case 'clear-jam':
        this.#cutterBlocked = false;
        break;
      case 'break-down':
        this.#broken = true;
        this.#engine.dropLine();
        break;
      case 'power-off':
        this.#electronics.powerFails();
        break;
      case 'power-on':
        this.#electronics.powerReturns();
        break;
      case 'paper-out-after':
      case 'open-cover-after':
      case 'power-off-after':
        this.#befallLater(deed);
        break;
      default:
        this.head.befall(deed);
    }
  }

  #befallLater(deed: Extract<PrinterDeed, { readonly type: `${string}-after` }>): void {
    const now = DELAYED[deed.type];
    const [unit, left] =
      'rows' in deed
        ? (['rows', deed.rows] as const)
        : 'lines' in deed
          ? (['lines', deed.lines] as const)
          : (['bytes', deed.bytes] as const);
    if (left <= 0) this.#befall({ type: now });
    else if (now === 'paper-out' && unit === 'rows') {
      this.#countdowns.cancel(now);
      this.#path.endAfter(left);
    } else this.#countdowns.start(now, unit, left);
  }

  #strike(deeds: readonly DelayedDeed[]): void {
    for (const deed of deeds) {
      if (deed === 'open-cover') this.#openCover(true);
      else this.#befall({ type: deed });
    }
  }

  #loadPaper(lengthDots: number | undefined): void {
    const old = this.#path.load(lengthDots);
    if (!isBlank(old)) this.#outbox.see({ type: 'paper', piece: old });
    this.#countdowns.cancel('paper-out');
  }

  #openCover(whilePrinting: boolean): void {
    this.#countdowns.cancel('open-cover');
    if (this.#coverOpen) return;
    this.#coverOpen = true;
    this.#coverOpenedPrinting = whilePrinting && this.#profile.coverWhilePrintingIsError;
    if (this.#profile.lineUnderOpenedCover === 'is-lost') this.#engine.dropLine();
  }

  /** A line under the head is finished first, as far as there is paper for it (printer sheet 7). */
  #isStoppedByPaper(): boolean {
    const stops = this.#path.endIsSeen || (this.nearEndStops && this.#path.isNearEnd);
    return stops && (!this.#engine.hasLine || this.#path.dotsLeft === 0);
  }

  /** Everything that puts the printer offline, but for the FEED button. */
  #isStopped(): boolean {
    return this.#coverOpen || this.#isStoppedByPaper() || this.#cutterError || this.head.isTooHot || this.#broken;
  }
}
