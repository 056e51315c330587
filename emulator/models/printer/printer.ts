/** The emulated thermal printer: its mechanism, its troubles, and what it says about them (printer sheet 7, 8, 9). */
import type { DeviceModel } from '../model.ts';
import { MaintenanceCounters } from './counters.ts';
import { Interpreter, type Work } from './interpreter.ts';
import type { PrinterDeed, PrinterSight } from './deeds.ts';
import { LineControl } from './line-control.ts';
import { Outbox, type PrinterAction } from './outbox.ts';
import { PaperPath } from './paper-path.ts';
import { isBlank, type PaperLine, type PaperPiece } from './paper.ts';
import { TERMINAL_58MM, type PrinterProfile } from './profile.ts';
import { RealTimeScanner, type RealTimeRequest } from './real-time.ts';
import { StatusSpeaker } from './status-speaker.ts';
import { paperSensorStatus, realTimeStatus, type PrinterCondition } from './status.ts';

export interface PrinterCounts {
  readonly discardedBytes: number;
  /** Lost because the terminal wrote on after XOFF. */
  readonly overrunBytes: number;
}

const LINE_TIMER = 'line';
const CLEARED = Uint8Array.of(0x37, 0x25, 0x00);

export class PrinterModel implements DeviceModel<PrinterDeed, PrinterSight> {
  readonly #profile: PrinterProfile;
  readonly #outbox = new Outbox();
  readonly #line: LineControl;
  readonly #interpreter: Interpreter;
  readonly #scanner = new RealTimeScanner();
  readonly #counters = new MaintenanceCounters();
  readonly #path: PaperPath;
  readonly #speaker: StatusSpeaker;

  #work: Work[] = [];
  #burning: PaperLine | undefined;

  #powered = true;
  #coverOpen = false;
  #coverOpenedPrinting = false;
  #cutterBlocked = false;
  #cutterError = false;
  #hot = false;
  #broken = false;
  #linesToPaperOut: number | undefined;
  #linesToCoverOpen: number | undefined;

  #nearEndStops = false;
  #discardedBytes = 0;

  constructor(profile: PrinterProfile = TERMINAL_58MM) {
    this.#profile = profile;
    this.#line = new LineControl(profile, this.#outbox);
    this.#interpreter = new Interpreter(profile);
    this.#path = new PaperPath(profile);
    this.#speaker = new StatusSpeaker(this.#outbox, this.#condition());
  }

  bytes(chunk: Uint8Array): readonly PrinterAction[] {
    if (this.#powered) for (const byte of chunk) this.#receive(byte);
    return this.#outbox.take();
  }

  elapsed(timer: string): readonly PrinterAction[] {
    if (timer === LINE_TIMER && this.#burning !== undefined) {
      const line = this.#burning;
      this.#burning = undefined;
      this.#putOnPaper(line);
      this.#run();
    }
    return this.#outbox.take();
  }

  does(deed: PrinterDeed): readonly PrinterAction[] {
    this.#befall(deed);
    this.#tell();
    this.#run();
    return this.#outbox.take();
  }

  /** What hangs out of the printer, not cut off yet: after a trouble, the torn head of a slip. */
  currentPiece(): PaperPiece {
    return this.#path.hanging();
  }

  counts(): PrinterCounts {
    return { discardedBytes: this.#discardedBytes, overrunBytes: this.#line.overrunBytes };
  }

  /* ---- reception ------------------------------------------------------------------------------------------- */

  #receive(byte: number): void {
    this.#line.receive(byte);
    this.#run();
    const request = this.#scanner.push(byte);
    if (request !== undefined) this.#obey(request);
  }

  #obey(request: RealTimeRequest): void {
    switch (request.type) {
      case 'status':
        this.#outbox.write(Uint8Array.of(realTimeStatus(request.n, this.#condition())));
        break;
      case 'clear':
        this.#clear();
        this.#outbox.write(CLEARED);
        this.#tell();
        break;
      case 'recover':
      case 'recover-and-clear':
        // Only recoverable errors: a paper end is not one (printer sheet 7).
        if (!this.#cutterError || this.#cutterBlocked) break;
        if (request.type === 'recover-and-clear') this.#clear();
        this.#cutterError = false;
        this.#tell();
        this.#run();
        break;
    }
  }

  #clear(): void {
    this.#work = [];
    this.#interpreter.clear();
    this.#line.clear(this.#interpreter.kanji);
  }

  /* ---- mechanism ------------------------------------------------------------------------------------------- */

  /** Works until there is nothing to do, the head is busy, or the printer is offline. */
  #run(): void {
    while (this.#powered && this.#burning === undefined && !this.#condition().offline) {
      const next = this.#work.shift();
      if (next !== undefined) {
        this.#perform(next);
        continue;
      }
      const decoded = this.#line.take();
      if (decoded === undefined) break;
      this.#work = [...this.#interpreter.execute(decoded)];
    }
    if (this.#powered) this.#line.control(this.#condition().offline);
  }

  #perform(work: Work): void {
    switch (work.type) {
      case 'line':
        this.#burn(work.line);
        break;
      case 'cut':
        this.#cut(work.feedDots);
        break;
      case 'reset':
        this.#forgetArrangements();
        this.#tell();
        break;
      case 'automatic-status':
        this.#speaker.arrangeAutomaticStatus(work.mask, this.#condition());
        break;
      case 'paper-sensor-status':
        this.#outbox.write(Uint8Array.of(paperSensorStatus(this.#condition())));
        break;
      case 'answer':
        this.#outbox.write(work.bytes);
        break;
      case 'counter': {
        const digits = new TextEncoder().encode(String(this.#counters.read(work.counter)));
        this.#outbox.write(Uint8Array.from([0x5f, ...digits, 0x00]));
        break;
      }
      case 'reset-counter':
        this.#counters.reset(work.counter);
        break;
      case 'offline-response':
        this.#speaker.arrangeOfflineResponse(work.mode);
        break;
      case 'near-end-stop':
        this.#nearEndStops = work.on;
        this.#tell();
        break;
      case 'discarded':
        this.#discardedBytes += work.bytes;
        this.#outbox.see(work);
        break;
    }
  }

  #burn(line: PaperLine): void {
    if (this.#profile.linesPerSecond === 0) {
      this.#putOnPaper(line);
      return;
    }
    this.#burning = line;
    this.#outbox.arm(LINE_TIMER, Math.round(1000 / this.#profile.linesPerSecond));
  }

  #putOnPaper(line: PaperLine): void {
    this.#path.burn(line);
    this.#counters.add('linesFed');
    if (line.items.length > 0) this.#counters.add('headEnergised');
    if (this.#linesToPaperOut !== undefined && --this.#linesToPaperOut <= 0) this.#paperOut();
    if (this.#linesToCoverOpen !== undefined && --this.#linesToCoverOpen <= 0) this.#openCover(true);
    this.#tell();
  }

  #cut(feedDots: number): void {
    if (feedDots > 0) this.#putOnPaper({ heightDots: feedDots, items: [], damaged: false });
    if (this.#cutterBlocked) {
      // DLE ENQ 1 goes on here.
      this.#work.unshift({ type: 'cut', feedDots: 0 });
      this.#cutterError = true;
      this.#tell();
      return;
    }
    this.#counters.add('cuts');
    const piece = this.#path.cut();
    if (piece.lines.length > 0) this.#outbox.see({ type: 'paper', piece });
  }

  /* ---- deeds ----------------------------------------------------------------------------------------------- */

  #befall(deed: PrinterDeed): void {
    switch (deed.type) {
      case 'paper-out':
        this.#paperOut();
        break;
      case 'paper-low':
        this.#path.runLow();
        break;
      case 'load-paper':
        this.#loadPaper();
        break;
      case 'open-cover':
        this.#openCover(this.#isPrinting());
        break;
      case 'close-cover':
        this.#coverOpen = false;
        this.#coverOpenedPrinting = false;
        break;
      case 'jam-cutter':
        this.#cutterBlocked = true;
        break;
      case 'clear-jam':
        this.#cutterBlocked = false;
        break;
      case 'overheat':
        this.#hot = true;
        break;
      case 'cool-down':
        this.#hot = false;
        break;
      case 'break-down':
        this.#broken = true;
        this.#abandonLine();
        break;
      case 'power-off':
        this.#powerOff();
        break;
      case 'power-on':
        this.#powerOn();
        break;
      case 'paper-out-after':
        if (deed.lines <= 0) this.#paperOut();
        else this.#linesToPaperOut = deed.lines;
        break;
      case 'open-cover-after':
        if (deed.lines <= 0) this.#openCover(this.#isPrinting());
        else this.#linesToCoverOpen = deed.lines;
        break;
      case 'dirty-head':
        this.#path.deadColumns = deed.deadColumns;
        break;
    }
  }

  #isPrinting(): boolean {
    return (
      this.#burning !== undefined || this.#work.length > 0 || !this.#line.isEmpty || this.#interpreter.hasUnfinishedLine
    );
  }

  #paperOut(): void {
    this.#path.runOut();
    this.#linesToPaperOut = undefined;
  }

  #loadPaper(): void {
    const old = this.#path.load();
    if (!isBlank(old)) this.#outbox.see({ type: 'paper', piece: old });
    this.#linesToPaperOut = undefined;
  }

  #openCover(whilePrinting: boolean): void {
    this.#linesToCoverOpen = undefined;
    if (this.#coverOpen) return;
    this.#coverOpen = true;
    this.#coverOpenedPrinting = whilePrinting && this.#profile.coverWhilePrintingIsError;
    this.#abandonLine();
  }

  /** The head stops at once: half of the line under it is on the paper. */
  #abandonLine(): void {
    if (this.#burning === undefined) return;
    this.#path.burn({ ...this.#burning, damaged: true });
    this.#burning = undefined;
    this.#outbox.disarm(LINE_TIMER);
  }

  #powerOff(): void {
    this.#powered = false;
    this.#abandonLine();
    this.#interpreter.powerOff();
    this.#clear();
    this.#scanner.reset();
    this.#forgetArrangements();
    this.#broken = false;
    this.#cutterError = false;
    this.#coverOpenedPrinting = false;
  }

  #powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    const now = this.#condition();
    this.#line.powerOn(now.offline);
    this.#speaker.powerOn(now);
  }

  #forgetArrangements(): void {
    this.#speaker.forgetArrangements();
    this.#nearEndStops = false;
  }

  /* ---- telling --------------------------------------------------------------------------------------------- */

  #condition(): PrinterCondition {
    // A line under the head is finished first (printer sheet 7).
    const paperStops = this.#path.isOut || (this.#path.isLow && this.#nearEndStops);
    const stoppedByPaper = paperStops && this.#burning === undefined;
    return {
      offline: this.#coverOpen || stoppedByPaper || this.#cutterError || this.#hot || this.#broken,
      coverOpen: this.#coverOpen,
      paperEnd: this.#path.isOut || (this.#coverOpen && this.#profile.paperReadsEndWhileCoverOpen),
      paperNearEnd: this.#profile.nearEndSensor && (this.#path.isLow || this.#path.isOut),
      stoppedByPaper,
      cutterError: this.#cutterError,
      unrecoverable: this.#broken,
      autoRecoverable: this.#hot || this.#coverOpenedPrinting,
    };
  }

  #tell(): void {
    if (!this.#powered) return;
    const now = this.#condition();
    this.#line.control(now.offline);
    this.#speaker.tell(now);
  }
}
