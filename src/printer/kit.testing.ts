/** For tests: a clock that is moved by hand, a line at 115200 baud, and a printer that keeps to the sheet. */
import iconv from 'iconv-lite';
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Line, LineListener } from '../domain/line.ts';
import type { Paper } from '../domain/paper.ts';
import { PLAIN } from './paper-settings.ts';
import { SLIP } from './papers.testing.ts';
import { openPrinter } from './printer.ts';
import { PRINTER_PROFILES, type PrinterProfile } from './profiles.ts';
import type { PrinterCondition } from './conditions.ts';
import type { PrintAnswer } from './spool-state.ts';

interface Due {
  readonly at: number;
  readonly action: () => void;
}

export class HandClock implements Clock {
  #now = Date.UTC(2026, 2, 1);
  #due: readonly Due[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): Cancel {
    const entry = { at: this.#now + ms, action };
    this.#due = [...this.#due, entry];
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  /** Runs everything that falls due within `ms`, in order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [entry] = this.#due.filter((each) => each.at <= end).sort((one, other) => one.at - other.at);
      if (entry === undefined) break;
      this.#due = this.#due.filter((other) => other !== entry);
      this.#now = entry.at;
      entry.action();
    }
    this.#now = end;
  }

  /** Passes in small steps until `holds`, so that a wait in vain fails its test instead of lasting for ever. */
  passUntil(holds: () => boolean): void {
    for (const end = this.#now + WAIT_MAX_MS; !holds(); this.pass(0.1)) {
      if (this.#now > end) throw new Error(`Nothing of the kind has happened for ${WAIT_MAX_MS} ms.`);
    }
  }
}

/** Longer than anything that a test waits for. */
const WAIT_MAX_MS = 60_000;

const BYTE_MS = 10_000 / 115_200;
/** What a drain takes to be noticed. */
const DRAIN_MS = 1;

/** A cable to a printer: bytes take their time, `done` comes when they have left, and every write is recorded. */
export class HandLine implements Line {
  readonly writes: Uint8Array[] = [];
  /** Total time without a byte on the line between the writes of the current slip. */
  idleMs = 0;
  #freeAt = 0;
  #listener: LineListener | undefined;
  readonly #clock: HandClock;
  printer: (bytes: Uint8Array) => void = () => {};

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  listen(listener: LineListener): void {
    this.#listener = listener;
  }

  write(bytes: Uint8Array, done?: () => void): void {
    this.writes.push(bytes);
    const now = this.#clock.now();
    this.idleMs += Math.max(0, now - this.#freeAt);
    this.#freeAt = Math.max(now, this.#freeAt) + bytes.length * BYTE_MS;
    this.#clock.after(this.#freeAt - now, () => {
      this.printer(bytes);
      if (done !== undefined) this.#clock.after(DRAIN_MS, done);
    });
  }

  close(): void {
    this.#listener = undefined;
  }

  /** Bytes from the printer. */
  hear(...bytes: readonly number[]): void {
    this.#listener?.bytes(Uint8Array.from(bytes));
  }

  unplug(): void {
    this.#listener?.closed('unplugged');
  }
}

export type Condition = 'ok' | 'paper-low' | 'paper-out' | 'cover-open' | 'cutter-jam' | 'overheated';

/** DLE EOT 1 to 4, then the automatic status (printer sheet 2 and 3, "typical bytes" and "idle"). */
const STATUS: Record<Condition, readonly [number, number, number, number, readonly number[]]> = {
  ok: [0x12, 0x12, 0x12, 0x12, [0x10, 0x00, 0x00, 0x00]],
  'paper-low': [0x12, 0x12, 0x12, 0x1e, [0x10, 0x00, 0x03, 0x00]],
  'paper-out': [0x1a, 0x32, 0x12, 0x7e, [0x18, 0x00, 0x0f, 0x00]],
  // The paper bits are wrong while the cover is open, on purpose.
  'cover-open': [0x1a, 0x16, 0x12, 0x7e, [0x38, 0x00, 0x0f, 0x00]],
  'cutter-jam': [0x1a, 0x52, 0x1a, 0x12, [0x18, 0x08, 0x00, 0x00]],
  overheated: [0x1a, 0x52, 0x52, 0x12, [0x18, 0x40, 0x00, 0x00]],
};

/** A printer that prints `BYTES_PER_MS`; written from the sheet, without a look at the emulator. */
export class StandIn {
  /** Every line that was printed, as text. */
  get paper(): string {
    return iconv.decode(Buffer.from(this.#paper), 'gbk');
  }
  isDead = false;
  /** Stands in the way of the knife; a jam lasts until it is away and DLE ENQ 2 has come (printer sheet 7). */
  hasObstacle = false;
  /** Answers to DLE DC4 8 to swallow. */
  clearingsIgnored = 0;
  /** Time from the last dot to the process id. */
  burnMs = 5;
  clearMs = 5;
  bufferBytes = 4096;
  bytesPerMs = 2;
  loses: 'nothing' | 'fences' | 'automatic-status' = 'nothing';
  /** Most bytes that ever stood in the buffer. */
  fullest = 0;
  readonly requests: number[] = [];
  #condition: Condition = 'ok';
  #buffer: number[] = [];
  #paper: number[] = [];
  /** Text without its line feed: not on paper yet. */
  #unfed: number[] = [];
  #taken: number[] = [];
  #isArmed = false;
  #isRunning = false;
  #hasStopped = false;
  #pendingIds: { cancel: Cancel }[] = [];
  readonly #clock: HandClock;
  readonly #line: HandLine;

  constructor(clock: HandClock, line: HandLine) {
    this.#clock = clock;
    this.#line = line;
    line.printer = (bytes) => this.#receive(bytes);
  }

  become(condition: Condition): void {
    this.#condition = condition;
    if (this.#isArmed && !this.isDead) this.#line.hear(...STATUS[condition][4]);
    this.#run();
  }

  /** Off and on again: it forgets everything and tells nothing. */
  restart(condition: Condition): void {
    this.#condition = condition;
    this.#buffer = [];
    this.#unfed = [];
    this.#isArmed = false;
  }

  get #prints(): boolean {
    return this.#condition === 'ok' || this.#condition === 'paper-low';
  }

  #receive(bytes: Uint8Array): void {
    if (this.isDead) return;
    const [first, second, third = 0] = bytes;
    if (first === 0x10 && second === 0x04) {
      this.requests.push(third);
      this.#line.hear(Number(STATUS[this.#condition][third - 1]));
      return;
    }
    if (first === 0x10 && second === 0x05) {
      if (this.#condition === 'cutter-jam' && !this.hasObstacle) this.become('ok');
      return;
    }
    if (first === 0x10 && second === 0x14) {
      this.#clear();
      return;
    }
    this.#buffer.push(...bytes);
    this.fullest = Math.max(this.fullest, this.#buffer.length);
    this.#flow();
    this.#run();
  }

  #clear(): void {
    if (this.clearingsIgnored-- > 0) return;
    this.#clock.after(this.clearMs, () => {
      this.#buffer = [];
      this.#unfed = [];
      for (const id of this.#pendingIds) id.cancel();
      this.#line.hear(0x37, 0x25, 0x00);
      this.#flow();
    });
  }

  /** XOFF with 16 bytes left, XON with 26 (printer sheet 9). */
  #flow(): void {
    const free = this.bufferBytes - this.#buffer.length;
    if (!this.#hasStopped && free <= 16) {
      this.#hasStopped = true;
      this.#line.hear(0x13);
    } else if (this.#hasStopped && free >= 26) {
      this.#hasStopped = false;
      this.#line.hear(0x11);
    }
  }

  #run(): void {
    if (this.#isRunning || this.isDead || !this.#prints || this.#buffer.length === 0) return;
    this.#isRunning = true;
    this.#clock.after(1, () => {
      this.#isRunning = false;
      if (this.isDead || !this.#prints) return;
      for (const byte of this.#buffer.splice(0, this.bytesPerMs)) this.#take(byte);
      this.#flow();
      this.#run();
    });
  }

  #take(byte: number): void {
    this.#unfed.push(byte);
    this.#taken.push(byte);
    if (byte === 0x0a) this.#paper.push(...this.#unfed.splice(0));
    const last = (count: number): string => Buffer.from(this.#taken.slice(-count)).toString('hex');
    if (last(2) === '1b40') {
      this.#isArmed = false;
      this.#unfed = [];
    }
    if (last(3).startsWith('1d61') && this.loses !== 'automatic-status') {
      this.#isArmed = byte !== 0;
      if (this.#isArmed) this.#line.hear(...STATUS[this.#condition][4]);
    }
    if (this.loses === 'fences') return;
    if (last(3) === '1d7201') this.#line.hear(0x00);
    if (last(11).startsWith('1d284806003030') && this.#taken.length >= 11) {
      const id = this.#taken.slice(-4);
      const cancel = this.#clock.after(this.burnMs, () => this.#line.hear(0x37, 0x22, ...id, 0x00));
      this.#pendingIds.push({ cancel });
    }
  }
}

export const PROFILE: PrinterProfile = PRINTER_PROFILES['epson-58'];

/** The same without process ids, and without a way to make it forget. */
export const FENCED: PrinterProfile = {
  ...PROFILE,
  completion: 'status-fence',
  clearsBuffers: false,
  automaticStatusMask: 0,
};

/** DLE DC4 8. */
export const CLEAR = '10140801031401060208';

/** Past the check and the first lines; the slip of 32 columns takes the stand-in some 500 ms. */
export const MID_PRINT_MS = 150;

/** How often {@link SLIP} has come out whole and is not marked as a reprint. */
export const footers = (paper: string): number => paper.split('000001-000123-M-1 完 END').length - 1;

/** A printer adapter with a stand-in at the other end of its line. */
export function world(profile = PROFILE, papers = PLAIN) {
  const clock = new HandClock();
  const line = new HandLine(clock);
  const standIn = new StandIn(clock, line);
  const discarded: object[] = [];
  const printer = openPrinter({ line, clock, profile, papers, log: { warn: (fields) => discarded.push(fields) } });
  const answers: PrintAnswer[] = [];
  /** Of each paper that was printed. */
  const headLines: number[] = [];
  const conditions: PrinterCondition[] = [];
  printer.onCondition((condition) => conditions.push(condition));
  const print = (paper: Paper = SLIP) =>
    printer.print(paper, (answer) => {
      if (answer.type !== 'printed') return answers.push(answer);
      const { headLines: lines, ...rest } = answer;
      headLines.push(lines);
      return answers.push(rest);
    });
  const hex = () => line.writes.map((bytes) => Buffer.from(bytes).toString('hex'));
  return { clock, line, standIn, printer, answers, headLines, conditions, print, hex, discarded };
}

/** Reads `name: bytes` lines; lines that begin with `#` say where the bytes come from. */
export function hexLines(text: string): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  for (const line of text.split('\n')) {
    const [, key, hex] = /^([^#].*): ([\da-f ]+)$/.exec(line) ?? [];
    if (key !== undefined && hex !== undefined) entries.set(key, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }
  return entries;
}
