/** A pseudo-terminal that stands for a serial port: the emulator holds the device's end, programs open the path. */
import { closeSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { ReadStream } from 'node:tty';
import { SerialPort } from 'serialport';
import type { Cancel } from '../../src/domain/clock.ts';
import type { Line, LineListener } from '../../src/domain/line.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';
import { realClock } from '../time/real-clock.ts';
import { Inbox } from './inbox.ts';
import { Pacer } from './pacer.ts';

/** What waits for a program that does not read. More is lost, as on a line without flow control. */
const UNREAD_BYTES_MAX = 65_536;

/** Between tries while the kernel's buffer is full. Node cannot wait for a plain descriptor to become writable. */
const FULL_RETRY_MS = 2;

/** A throttled line stops reading from the kernel while this much has not been paced out. */
const PACED_BYTES_MAX = 4_096;

/** How long a close waits for a program to take what was written before. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Between the last byte and the hang-up. The kernel throws away what is unread at a hang-up; and serialport 13 never
 * notices one that comes while it reads instead of waiting: it reads nothing again and again.
 */
const SETTLE_MS = 50;

export interface PtyOptions {
  /** Paces both directions in the emulator's end (ten bits a byte). Without it bytes pass as fast as they can. */
  readonly throttle?: number;
  /** A stable name for the path: a symbolic link, made now (a link that is there is replaced) and removed at close. */
  readonly link?: string;
}

export interface Pty {
  /** What a program opens: the link if there is one. */
  readonly path: string;
  /** The device's end. Its close is the same as {@link Pty.close}. */
  readonly line: Line;
  /** Pulls the plug, once what was written before is out: whoever has the path open hears that the port is gone. */
  close(): void;
}

export type PtyFailure = { readonly reason: 'no-pty' | 'link-taken'; readonly message: string };

/**
 * The other side may be opened, closed and opened again at will; all 256 byte values pass both ways, also for a program
 * that never sets the port up. `answer` comes later, once.
 *
 * A program that opens the path with serialport throws away what was unread before, in both directions.
 */
export function openPty(options: PtyOptions, answer: (result: Result<Pty, PtyFailure>) => void): void {
  open(options).then(
    (pty) => answer(ok(pty)),
    (error: unknown) => {
      const reason = error instanceof LinkTaken ? 'link-taken' : 'no-pty';
      const message = error instanceof Error ? error.message : String(error);
      answer(fail({ reason, message }));
    },
  );
}

class LinkTaken extends Error {}

interface NativePty {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
}

interface NativePackage {
  requireBinary(file: string): NativePty;
}

async function open(options: PtyOptions): Promise<Pty> {
  const native = nativePty();
  const { master, slave, pty: path } = native.open(80, 24);
  let hold;
  try {
    // Sets the port raw, and keeps it so: until a program opens it, and between two that do, the line discipline would
    // otherwise echo what the device says. The speed means nothing here. Not locked, so that programs can have it to themselves.
    hold = await SerialPort.binding.open({ path, baudRate: 9600, lock: false, hupcl: false });
    if (options.link !== undefined) makeLink(path, options.link);
  } catch (error) {
    await hold?.close();
    closeSync(master);
    throw error;
  } finally {
    closeSync(slave);
  }
  return new PtyEnd(path, master, hold, options);
}

/**
 * The package's own `open()` wraps both ends in streams: that of the slave eats what programs should read, and cannot
 * be closed without leaking its descriptor. Underneath, the binding gives the two descriptors.
 */
function nativePty(): NativePty {
  try {
    const require: (module: string) => NativePackage = createRequire(import.meta.url);
    return require('@lydell/node-pty/requireBinary.js').requireBinary('pty.node');
  } catch (cause) {
    throw new Error(
      `There are no pseudo-terminals on ${process.platform}-${process.arch}: ` +
        'the package @lydell/node-pty has no binary for it, or was installed without its optional parts.',
      { cause },
    );
  }
}

class PtyEnd implements Pty, Line {
  readonly path: string;
  readonly line: Line = this;
  readonly #ttyPath: string;
  readonly #link: string | undefined;
  readonly #master: number;
  readonly #reader: ReadStream;
  readonly #hold: { close(): Promise<void> };
  readonly #inbox = new Inbox(realClock);
  readonly #toProgram: Pacer;
  readonly #fromProgram: Pacer;
  readonly #unread: { rest: Uint8Array; readonly done: (() => void) | undefined }[] = [];
  #unreadBytes = 0;
  #cancelRetry: Cancel | undefined;
  #open = true;
  #hungUp = false;

  constructor(ttyPath: string, master: number, hold: { close(): Promise<void> }, options: PtyOptions) {
    this.path = options.link ?? ttyPath;
    this.#ttyPath = ttyPath;
    this.#link = options.link;
    this.#master = master;
    this.#hold = hold;
    const pace = options.throttle === undefined ? {} : { baudRate: options.throttle };
    this.#toProgram = new Pacer(realClock, pace, (chunk) => this.#queueForProgram(chunk));
    this.#fromProgram = new Pacer(realClock, pace, (chunk) => this.#inbox.bytes(chunk));
    this.#reader = new ReadStream(master);
    this.#reader.on('data', (chunk: Buffer) => this.#fromKernel(chunk));
    this.#reader.on('error', (error) => this.#lose(error.message));
    this.#reader.on('end', () => this.#lose('the pseudo-terminal ended'));
  }

  listen(listener: LineListener): void {
    this.#inbox.listen(listener);
  }

  write(bytes: Uint8Array, done?: () => void): void {
    if (!this.#open) return;
    this.#toProgram.send(bytes, () => {
      // Paced out is not yet handed over: the kernel's buffer may be full.
      if (done !== undefined) this.#whenHandedOver(() => this.#open && done());
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#inbox.mute();
    this.#removeLink();
    const cancelTimeout = realClock.after(CLOSE_TIMEOUT_MS, () => this.#hangUp());
    const settle = (): void => {
      cancelTimeout();
      realClock.after(SETTLE_MS, () => this.#hangUp());
    };
    this.#toProgram.afterAll(() => this.#whenHandedOver(settle));
  }

  #lose(reason: string): void {
    this.#open = false;
    this.#removeLink();
    this.#hangUp();
    this.#inbox.end(reason);
  }

  #removeLink(): void {
    if (this.#link !== undefined) removeLink(this.#ttyPath, this.#link);
  }

  #hangUp(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#toProgram.stop();
    this.#fromProgram.stop();
    this.#cancelRetry?.();
    this.#unread.length = 0;
    // The stream owns the descriptor and closes it; with it the kernel hangs up the other side.
    this.#reader.destroy();
    // Its only failure would be that it is closed already.
    this.#hold.close().catch(() => {});
  }

  #fromKernel(chunk: Uint8Array): void {
    const done = (): void => {
      if (this.#fromProgram.queuedBytes <= PACED_BYTES_MAX) this.#reader.resume();
    };
    this.#fromProgram.send(chunk, done);
    // The kernel's buffer fills, and the program that writes has to wait as it would on a real port.
    if (this.#fromProgram.queuedBytes > PACED_BYTES_MAX) this.#reader.pause();
  }

  #queueForProgram(chunk: Uint8Array): void {
    if (this.#unreadBytes + chunk.length > UNREAD_BYTES_MAX) return;
    this.#unread.push({ rest: chunk, done: undefined });
    this.#unreadBytes += chunk.length;
    this.#handOver();
  }

  #whenHandedOver(done: () => void): void {
    if (this.#unread.length === 0) done();
    else this.#unread.push({ rest: new Uint8Array(0), done });
  }

  #handOver(): void {
    if (this.#cancelRetry !== undefined) return;
    for (let head = this.#unread[0]; head !== undefined; head = this.#unread[0]) {
      const written = head.rest.length === 0 ? 0 : this.#writeNow(head.rest);
      head.rest = head.rest.subarray(written);
      this.#unreadBytes -= written;
      if (head.rest.length > 0) {
        this.#cancelRetry = realClock.after(FULL_RETRY_MS, () => {
          this.#cancelRetry = undefined;
          this.#handOver();
        });
        return;
      }
      this.#unread.shift();
      head.done?.();
    }
  }

  /** @returns how many bytes the kernel took; 0 when its buffer is full. The descriptor never blocks. */
  #writeNow(bytes: Uint8Array): number {
    try {
      return writeSync(this.#master, bytes);
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) this.#lose(error instanceof Error ? error.message : String(error));
      return 0;
    }
  }
}

function makeLink(target: string, link: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const standing = lstatSync(link, { throwIfNoEntry: false });
  if (standing !== undefined && !standing.isSymbolicLink()) {
    throw new LinkTaken(`${link} is a file, not a link: choose another name for the port, or remove it.`);
  }
  if (standing !== undefined) unlinkSync(link);
  symlinkSync(target, link);
}

/** A link that somebody has pointed elsewhere meanwhile is theirs. */
function removeLink(target: string, link: string): void {
  try {
    if (readlinkSync(link) === target) unlinkSync(link);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
