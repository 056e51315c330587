/** The emulated thermal printer: its mechanism, its troubles, and what it says about them (printer sheet 7, 8, 9). */
import type { DeviceModel } from '../model.ts';
import type { PrinterDeed, PrinterSight } from './deeds.ts';
import { Interpreter, type Work } from './interpreter.ts';
import { LineControl } from './line-control.ts';
import { PrintMechanism } from './mechanism.ts';
import { Outbox, type PrinterAction } from './outbox.ts';
import type { PaperPiece } from './paper.ts';
import { TERMINAL_58MM, type PrinterProfile } from './profile.ts';
import { RealTimeScanner, type RealTimeRequest } from './real-time.ts';
import { StatusSpeaker } from './status-speaker.ts';
import { paperSensorStatus, realTimeStatus } from './status.ts';

export interface PrinterCounts {
  readonly discardedBytes: number;
  /** Lost because the terminal wrote on after XOFF. */
  readonly overrunBytes: number;
}

const CLEARED = Uint8Array.of(0x37, 0x25, 0x00);

export class PrinterModel implements DeviceModel<PrinterDeed, PrinterSight> {
  readonly #profile: PrinterProfile;
  readonly #outbox = new Outbox();
  readonly #line: LineControl;
  readonly #interpreter: Interpreter;
  readonly #scanner = new RealTimeScanner();
  readonly #mechanism: PrintMechanism;
  readonly #speaker: StatusSpeaker;
  #work: Work[] = [];
  #powered = true;
  #discardedBytes = 0;

  /** @param dirtNoise one byte for each column says where the head gets dirty; without it, it stays clean. */
  constructor(profile: PrinterProfile = TERMINAL_58MM, dirtNoise?: Uint8Array) {
    this.#profile = profile;
    this.#line = new LineControl(profile, this.#outbox);
    this.#interpreter = new Interpreter(profile);
    const electronics = {
      hasData: () => this.#hasData(),
      changed: () => this.#tell(),
      powerFails: () => this.#powerOff(),
      powerReturns: () => this.#powerOn(),
    };
    this.#mechanism = new PrintMechanism(profile, this.#outbox, electronics, dirtNoise);
    this.#speaker = new StatusSpeaker(this.#outbox, this.#mechanism.condition());
  }

  /** Its lamp. */
  get isOn(): boolean {
    return this.#powered;
  }

  passed(ms: number): void {
    this.#mechanism.passed(ms);
    if (this.#powered) this.#mechanism.counters.passed(ms);
  }

  bytes(chunk: Uint8Array): readonly PrinterAction[] {
    for (const byte of chunk) if (this.#powered) this.#receive(byte);
    return this.#outbox.take();
  }

  elapsed(timer: string): readonly PrinterAction[] {
    this.#mechanism.elapsed(timer);
    this.#run();
    return this.#outbox.take();
  }

  does(deed: PrinterDeed): readonly PrinterAction[] {
    this.#mechanism.befall(deed);
    this.#tell();
    this.#run();
    return this.#outbox.take();
  }

  /** What hangs out of the printer, not cut off yet: after a trouble, the torn head of a slip. */
  currentPiece(): PaperPiece {
    return this.#mechanism.hanging();
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
    this.#mechanism.received();
  }

  #obey(request: RealTimeRequest): void {
    switch (request.type) {
      case 'status':
        this.#outbox.write(Uint8Array.of(realTimeStatus(request.n, this.#mechanism.condition())));
        break;
      case 'clear':
        if (!this.#profile.clearsBuffers) break;
        this.#clear();
        this.#outbox.write(CLEARED);
        this.#tell();
        break;
      case 'recover':
      case 'recover-and-clear':
        if (!this.#mechanism.recover()) break;
        if (request.type === 'recover-and-clear') this.#clear();
        this.#tell();
        this.#run();
        break;
    }
  }

  #clear(): void {
    this.#mechanism.clear();
    this.#work = [];
    this.#interpreter.clear();
    this.#line.clear(this.#interpreter.kanji);
  }

  /* ---- work ------------------------------------------------------------------------------------------------ */

  /** Works until there is nothing to do, the head is busy, or the printer is stopped. */
  #run(): void {
    while (this.#powered && this.#mechanism.isReady) {
      if (this.#mechanism.goOn()) continue;
      const next = this.#work.shift();
      if (next !== undefined) {
        this.#perform(next);
        continue;
      }
      const decoded = this.#line.take();
      if (decoded === undefined) break;
      this.#work = [...this.#interpreter.execute(decoded)];
    }
    if (this.#powered) this.#line.control(this.#mechanism.isOffline);
  }

  #perform(work: Work): void {
    switch (work.type) {
      case 'line':
        this.#mechanism.take(work.line);
        break;
      case 'cut':
        this.#cut(work.feedDots);
        break;
      case 'reset':
        this.#forgetArrangements();
        this.#tell();
        break;
      case 'automatic-status':
        this.#speaker.arrangeAutomaticStatus(work.mask, this.#mechanism.condition());
        break;
      case 'paper-sensor-status':
        this.#outbox.write(Uint8Array.of(paperSensorStatus(this.#mechanism.condition())));
        break;
      case 'answer':
        this.#outbox.write(work.bytes);
        break;
      case 'counter': {
        const digits = new TextEncoder().encode(String(this.#mechanism.counters.read(work.counter)));
        this.#outbox.write(Uint8Array.from([0x5f, ...digits, 0x00]));
        break;
      }
      case 'reset-counter':
        this.#mechanism.counters.reset(work.counter);
        break;
      case 'offline-response':
        this.#speaker.arrangeOfflineResponse(work.mode);
        break;
      case 'near-end-stop':
        this.#mechanism.nearEndStops = work.on;
        this.#tell();
        break;
      case 'drawer':
      case 'beep':
        this.#outbox.see(work);
        break;
      case 'panel-buttons':
        this.#mechanism.panelButtons = work.on;
        break;
      case 'density':
        this.#mechanism.head.setDensity(100 + work.percent);
        break;
      case 'discarded':
        this.#discardedBytes += work.bytes;
        this.#outbox.see(work);
        break;
    }
  }

  #cut(feedDots: number): void {
    if (feedDots > 0) {
      this.#work.unshift({ type: 'cut', feedDots: 0 });
      this.#mechanism.take({ heightDots: feedDots, items: [] });
    } else if (!this.#mechanism.cut()) {
      // DLE ENQ 1 goes on here.
      this.#work.unshift({ type: 'cut', feedDots: 0 });
    }
  }

  #hasData(): boolean {
    return this.#work.length > 0 || !this.#line.isEmpty || this.#interpreter.hasUnfinishedLine;
  }

  /* ---- power ----------------------------------------------------------------------------------------------- */

  /** Everything in RAM is lost (printer sheet 7). */
  #powerOff(): void {
    this.#mechanism.powerOff();
    this.#powered = false;
    this.#interpreter.powerOff();
    this.#clear();
    this.#scanner.reset();
    this.#forgetArrangements();
  }

  #powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    const now = this.#mechanism.condition();
    this.#line.powerOn(now.offline);
    this.#speaker.powerOn(now);
  }

  #forgetArrangements(): void {
    this.#speaker.forgetArrangements();
    this.#mechanism.nearEndStops = false;
    this.#mechanism.panelButtons = true;
    this.#mechanism.head.setDensity();
  }

  #tell(): void {
    if (!this.#powered) return;
    const now = this.#mechanism.condition();
    this.#line.control(now.offline);
    this.#speaker.tell(now);
    this.#mechanism.watchHeat();
  }
}
