/** The emulated thermal printer: its mechanism, its troubles, and what it says about them (printer sheet 7, 8, 9). */
import type { Action, DeviceModel } from '../model.ts';
import { MaintenanceCounters } from './counters.ts';
import { Interpreter, type Work } from './interpreter.ts';
import type { PrinterDeed, PrinterSight, PrinterTrouble } from './deeds.ts';
import { cutAtKnife } from './knife.ts';
import { isBlank, type PaperLine, type PaperPiece } from './paper.ts';
import { TERMINAL_58MM, type PrinterProfile } from './profile.ts';
import { RealTimeScanner, type RealTimeRequest } from './real-time.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import {
  automaticStatus,
  automaticStatusDue,
  offlineResponse,
  paperSensorStatus,
  realTimeStatus,
  type PrinterCondition,
} from './status.ts';

export interface PrinterCounts {
  readonly discardedBytes: number;
  /** Lost because the terminal wrote on after XOFF. */
  readonly overrunBytes: number;
}

const LINE_TIMER = 'line';
const XON = 0x11;
const XOFF = 0x13;
const CLEARED = Uint8Array.of(0x37, 0x25, 0x00);

/** Which condition a person notices as which trouble. */
const TROUBLES: readonly (readonly [PrinterTrouble, (condition: PrinterCondition) => boolean])[] = [
  ['paper-near-end', (condition) => condition.paperNearEnd && !condition.paperEnd],
  ['paper-end', (condition) => condition.paperEnd && !condition.coverOpen],
  ['cover-open', (condition) => condition.coverOpen],
  ['cutter-jam', (condition) => condition.cutterError],
  ['overheated', (condition) => condition.autoRecoverable && !condition.coverOpen],
  ['broken', (condition) => condition.unrecoverable],
];

type PrinterAction = Action<PrinterSight>;

export class PrinterModel implements DeviceModel<PrinterDeed, PrinterSight> {
  readonly #profile: PrinterProfile;
  readonly #buffer: ReceiveBuffer;
  readonly #interpreter: Interpreter;
  readonly #scanner = new RealTimeScanner();
  readonly #counters = new MaintenanceCounters();

  #actions: PrinterAction[] = [];
  #work: Work[] = [];
  #burning: PaperLine | undefined;
  #lines: PaperLine[] = [];

  #powered = true;
  #coverOpen = false;
  #coverOpenedPrinting = false;
  #paper: 'ok' | 'low' | 'out' = 'ok';
  #cutterBlocked = false;
  #cutterError = false;
  #hot = false;
  #broken = false;
  #deadColumns: readonly number[] = [];
  #linesToPaperOut: number | undefined;
  #linesToCoverOpen: number | undefined;

  #automaticMask = 0;
  #offlineResponse: 'off' | 'plain' | 'with-cause' = 'off';
  #nearEndStops = false;
  #heldOff = false;
  #overrunning = false;
  #discardedBytes = 0;
  #overrunBytes = 0;
  /** The condition that was last told to the terminal and to the person. */
  #told: PrinterCondition;

  constructor(profile: PrinterProfile = TERMINAL_58MM) {
    this.#profile = profile;
    this.#buffer = new ReceiveBuffer(profile);
    this.#interpreter = new Interpreter(profile);
    this.#told = this.#condition();
  }

  bytes(chunk: Uint8Array): readonly PrinterAction[] {
    if (this.#powered) for (const byte of chunk) this.#receive(byte);
    return this.#takeActions();
  }

  elapsed(timer: string): readonly PrinterAction[] {
    if (timer === LINE_TIMER && this.#burning !== undefined) {
      const line = this.#burning;
      this.#burning = undefined;
      this.#putOnPaper(line);
      this.#run();
    }
    return this.#takeActions();
  }

  does(deed: PrinterDeed): readonly PrinterAction[] {
    this.#befall(deed);
    this.#tell();
    this.#run();
    return this.#takeActions();
  }

  /** What hangs out of the printer, not cut off yet: after a trouble, the torn head of a slip. */
  currentPiece(): PaperPiece {
    return this.#piece(this.#lines, false);
  }

  counts(): PrinterCounts {
    return { discardedBytes: this.#discardedBytes, overrunBytes: this.#overrunBytes };
  }

  /* ---- reception ------------------------------------------------------------------------------------------- */

  #receive(byte: number): void {
    if (this.#buffer.push(byte)) {
      this.#overrunning = false;
    } else {
      this.#overrunBytes += 1;
      if (!this.#overrunning) this.#see({ type: 'trouble', trouble: 'buffer-overrun' });
      this.#overrunning = true;
    }
    this.#run();
    const request = this.#scanner.push(byte);
    if (request !== undefined) this.#obey(request);
  }

  #obey(request: RealTimeRequest): void {
    switch (request.type) {
      case 'status':
        this.#write(Uint8Array.of(realTimeStatus(request.n, this.#condition())));
        break;
      case 'clear':
        this.#clear();
        this.#write(CLEARED);
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
    this.#buffer.clear(this.#interpreter.kanji);
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
      const decoded = this.#buffer.take();
      if (decoded === undefined) break;
      this.#work = [...this.#interpreter.execute(decoded)];
    }
    this.#controlFlow();
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
        this.#automaticMask = work.mask;
        if (work.mask !== 0) this.#write(automaticStatus(this.#condition()));
        break;
      case 'paper-sensor-status':
        this.#write(Uint8Array.of(paperSensorStatus(this.#condition())));
        break;
      case 'answer':
        this.#write(work.bytes);
        break;
      case 'counter': {
        const digits = new TextEncoder().encode(String(this.#counters.read(work.counter)));
        this.#write(Uint8Array.from([0x5f, ...digits, 0x00]));
        break;
      }
      case 'reset-counter':
        this.#counters.reset(work.counter);
        break;
      case 'offline-response':
        this.#offlineResponse = work.mode;
        break;
      case 'near-end-stop':
        this.#nearEndStops = work.on;
        this.#tell();
        break;
      case 'drawer':
      case 'beep':
        this.#see(work);
        break;
      case 'density':
        // Darkness belongs to the picture of the paper.
        break;
      case 'discarded':
        this.#discardedBytes += work.bytes;
        this.#see(work);
        break;
    }
  }

  #burn(line: PaperLine): void {
    if (this.#profile.linesPerSecond === 0) {
      this.#putOnPaper(line);
      return;
    }
    this.#burning = line;
    this.#actions.push({ type: 'arm', timer: LINE_TIMER, ms: Math.round(1000 / this.#profile.linesPerSecond) });
  }

  #putOnPaper(line: PaperLine): void {
    this.#lines.push(line);
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
    const [off, staying] = cutAtKnife(this.#lines, this.#profile.cutterGapDots);
    this.#lines = [...staying];
    if (off.length > 0) this.#see({ type: 'paper', piece: this.#piece(off, true) });
  }

  #piece(lines: readonly PaperLine[], cut: boolean): PaperPiece {
    return { widthDots: this.#profile.widthDots, lines: [...lines], cut, deadColumns: this.#deadColumns };
  }

  /* ---- deeds ----------------------------------------------------------------------------------------------- */

  #befall(deed: PrinterDeed): void {
    switch (deed.type) {
      case 'paper-out':
        this.#paperOut();
        break;
      case 'paper-low':
        if (this.#paper === 'ok') this.#paper = 'low';
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
        this.#deadColumns = deed.deadColumns;
        break;
    }
  }

  #isPrinting(): boolean {
    return (
      this.#burning !== undefined ||
      this.#work.length > 0 ||
      !this.#buffer.isEmpty ||
      this.#interpreter.hasUnfinishedLine
    );
  }

  #paperOut(): void {
    this.#paper = 'out';
    this.#linesToPaperOut = undefined;
  }

  #loadPaper(): void {
    const old = this.currentPiece();
    if (!isBlank(old)) this.#see({ type: 'paper', piece: old });
    this.#lines = [];
    this.#paper = 'ok';
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
    this.#lines.push({ ...this.#burning, damaged: true });
    this.#burning = undefined;
    this.#actions.push({ type: 'disarm', timer: LINE_TIMER });
  }

  #powerOff(): void {
    this.#powered = false;
    this.#abandonLine();
    this.#interpreter.powerOff();
    this.#clear();
    this.#scanner.reset();
    this.#forgetArrangements();
    this.#heldOff = false;
    this.#broken = false;
    this.#cutterError = false;
    this.#coverOpenedPrinting = false;
  }

  #powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#told = this.#condition();
    this.#heldOff = this.#shouldHoldOff();
    this.#write(Uint8Array.of(this.#heldOff ? XOFF : XON));
    if (!this.#told.offline) this.#see({ type: 'ready' });
  }

  /** ESC @ and power off end ASB and the offline response (printer sheet 3, 6). */
  #forgetArrangements(): void {
    this.#automaticMask = 0;
    this.#offlineResponse = 'off';
    this.#nearEndStops = false;
  }

  /* ---- telling --------------------------------------------------------------------------------------------- */

  #condition(): PrinterCondition {
    // A line under the head is finished first (printer sheet 7).
    const paperStops = this.#paper === 'out' || (this.#paper === 'low' && this.#nearEndStops);
    const stoppedByPaper = paperStops && this.#burning === undefined;
    return {
      offline: this.#coverOpen || stoppedByPaper || this.#cutterError || this.#hot || this.#broken,
      coverOpen: this.#coverOpen,
      paperEnd: this.#paper === 'out' || (this.#coverOpen && this.#profile.paperReadsEndWhileCoverOpen),
      paperNearEnd: this.#profile.nearEndSensor && this.#paper !== 'ok',
      stoppedByPaper,
      cutterError: this.#cutterError,
      unrecoverable: this.#broken,
      autoRecoverable: this.#hot || this.#coverOpenedPrinting,
    };
  }

  #shouldHoldOff(): boolean {
    return this.#buffer.isFull || (this.#profile.busyWhenOffline && this.#condition().offline);
  }

  #controlFlow(): void {
    const holdOff = this.#shouldHoldOff();
    if (!this.#powered || holdOff === this.#heldOff) return;
    this.#heldOff = holdOff;
    this.#write(Uint8Array.of(holdOff ? XOFF : XON));
  }

  /** Tells the terminal and the person what has changed since they were last told. */
  #tell(): void {
    if (!this.#powered) return;
    this.#controlFlow();
    const [before, now] = [this.#told, this.#condition()];
    this.#told = now;
    if (automaticStatusDue(this.#automaticMask, before, now)) this.#write(automaticStatus(now));
    if (now.offline && !before.offline && this.#offlineResponse !== 'off') {
      this.#write(offlineResponse(this.#offlineResponse === 'with-cause', now));
    }
    for (const [trouble, holds] of TROUBLES) {
      if (holds(now) && !holds(before)) this.#see({ type: 'trouble', trouble });
    }
    if (before.offline && !now.offline) this.#see({ type: 'ready' });
  }

  #see(sight: PrinterSight): void {
    this.#actions.push({ type: 'sight', sight });
  }

  /** Bytes that go out together are one action. */
  #write(bytes: Uint8Array): void {
    const last = this.#actions.at(-1);
    if (last?.type !== 'write') this.#actions.push({ type: 'write', bytes });
    else this.#actions[this.#actions.length - 1] = { type: 'write', bytes: Uint8Array.from([...last.bytes, ...bytes]) };
  }

  #takeActions(): readonly PrinterAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }
}
