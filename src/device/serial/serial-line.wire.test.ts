/**
 * The real binding over pseudo-terminals. A pty has neither baud rate nor modem lines: what is proved here is bytes,
 * order, locking and unplugging.
 *
 * Mutations that these tests caught: no lock; `closed` after our own close; several drains at once; the caller's array kept;
 * a drain error ignored; a hang-up not watched for.
 */
import { closeSync, openSync, write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import { SerialPort } from 'serialport';
import { afterEach, expect, test, vi } from 'vitest';
import type { Line } from '../../domain/line.ts';
import type { Result } from '../../domain/result.ts';
import { openSerialLine, type SerialFailure, type SerialOptions } from './serial-line.ts';

interface Pty {
  readonly path: string;
  readonly received: number[];
  send(bytes: Uint8Array): void;
  unplug(): void;
}

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((action) => action()));

/** The pair from the package's binding: its own streams would eat the bytes of the slave side. */
function openPty(): Pty {
  const load: (module: string) => { requireBinary(file: string): { open(columns: number, rows: number): Pair } } =
    createRequire(import.meta.url);
  const { master, slave, pty } = load('@lydell/node-pty/requireBinary.js').requireBinary('pty.node').open(80, 24);
  // Raw from the start, and held open: a cooked pty echoes what the device says.
  const hold = new ReadStream(slave).setRawMode(true).pause();
  const reader = new ReadStream(master);
  const received: number[] = [];
  reader.on('data', (chunk: Buffer) => received.push(...chunk));
  reader.on('error', () => {});
  const unplug = (): void => {
    hold.destroy();
    reader.destroy();
  };
  undo.push(unplug);
  return { path: pty, received, send: (bytes) => write(master, bytes, () => {}), unplug };
}

interface Pair {
  readonly master: number;
  readonly slave: number;
  readonly pty: string;
}

const tryOpen = (options: SerialOptions): Promise<Result<Line, SerialFailure>> =>
  new Promise((resolve) => openSerialLine(options, resolve));

async function openLine(path: string, options: Partial<SerialOptions> = {}): Promise<Line> {
  const opened = await tryOpen({ path, baudRate: 9600, ...options });
  if (!opened.ok) throw new Error(opened.error.message);
  undo.push(() => opened.value.close());
  return opened.value;
}

/** What a listener has heard. */
function hear(line: Line): { readonly bytes: number[]; readonly closed: string[] } {
  const heard = { bytes: new Array<number>(), closed: new Array<string>() };
  line.listen({
    bytes: (chunk) => heard.bytes.push(...chunk),
    closed: (reason) => heard.closed.push(reason),
  });
  return heard;
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);

test('every byte value passes in both directions', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const heard = hear(line);
  pty.send(EVERY_BYTE);
  line.write(EVERY_BYTE);
  await vi.waitFor(() => expect(heard.bytes).toEqual([...EVERY_BYTE]));
  await vi.waitFor(() => expect(pty.received).toEqual([...EVERY_BYTE]));
});

test('bytes that come before anybody listens are kept', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  pty.send(Uint8Array.of(1, 2, 3));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const heard = hear(line);
  expect(heard.bytes).toEqual([]);
  await vi.waitFor(() => expect(heard.bytes).toEqual([1, 2, 3]));
});

test('writes are done in order, once the bytes have left', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const done: number[] = [];
  const bytes = Uint8Array.of(7);
  line.write(bytes, () => done.push(7));
  for (let value = 8; value < 40; value++) line.write(Uint8Array.of(value), () => done.push(value));
  // The array is the caller's again at once.
  bytes[0] = 99;
  expect(done).toEqual([]);
  const values = Array.from({ length: 33 }, (_, index) => 7 + index);
  await vi.waitFor(() => expect(done).toEqual(values));
  await vi.waitFor(() => expect(pty.received).toEqual(values));
});

test('a line of seven bits and even parity carries seven-bit text', async () => {
  const pty = openPty();
  const line = await openLine(pty.path, { baudRate: 1200, dataBits: 7, parity: 'even' });
  const heard = hear(line);
  const text = EVERY_BYTE.subarray(0, 128);
  pty.send(text);
  line.write(text);
  await vi.waitFor(() => expect(heard.bytes).toEqual([...text]));
  await vi.waitFor(() => expect(pty.received).toEqual([...text]));
});

test('a missing port is explained', async () => {
  const opened = await tryOpen({ path: '/dev/tty-no-such-port', baudRate: 9600 });
  expect(opened).toEqual({
    ok: false,
    error: {
      reason: 'missing',
      message: 'There is no serial port /dev/tty-no-such-port: check the cable and the configured path.',
    },
  });
});

test('a port that is open elsewhere is busy', async () => {
  const pty = openPty();
  await openLine(pty.path);
  const second = await tryOpen({ path: pty.path, baudRate: 9600 });
  expect(second).toMatchObject({ ok: false, error: { reason: 'busy' } });
});

test('a port is free again once it is closed', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  line.close();
  await vi.waitFor(async () => expect(await tryOpenAndClose(pty.path)).toBe(true));
});

async function tryOpenAndClose(path: string): Promise<boolean> {
  const opened = await tryOpen({ path, baudRate: 9600 });
  if (opened.ok) opened.value.close();
  return opened.ok;
}

test('something that is no terminal cannot be opened as one', async () => {
  const opened = await tryOpen({ path: import.meta.filename, baudRate: 9600 });
  expect(opened).toMatchObject({ ok: false, error: { reason: 'failed' } });
});

test('unplugging is heard once, also while a write waits', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const heard = hear(line);
  pty.unplug();
  line.write(EVERY_BYTE);
  await vi.waitFor(() => expect(heard.closed).toHaveLength(1));
  const done = vi.fn<() => void>();
  line.write(EVERY_BYTE, done);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard.closed).toHaveLength(1);
  expect(done).not.toHaveBeenCalled();
});

test('a hang-up while bytes are being read is heard', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const closed: string[] = [];
  // The next read is under way then.
  line.listen({ bytes: () => pty.unplug(), closed: (reason) => closed.push(reason) });
  pty.send(EVERY_BYTE);
  await vi.waitFor(() => expect(closed).toHaveLength(1));
});

test('a drain that fails means that the line is lost, although the port says nothing else', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const heard = hear(line);
  const drain = vi.spyOn(SerialPort.prototype, 'drain').mockImplementation((answer) => {
    process.nextTick(() => answer?.(new Error('Input/output error, cannot drain')));
  });
  undo.push(() => drain.mockRestore());
  const done = vi.fn<() => void>();
  line.write(EVERY_BYTE, done);
  await vi.waitFor(() => expect(heard.closed).toEqual(['Input/output error, cannot drain']));
  expect(done).not.toHaveBeenCalled();
});

test('a line that was lost before anybody listened says so to the listener, later', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  pty.unplug();
  line.write(EVERY_BYTE);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const heard = hear(line);
  expect(heard.closed).toEqual([]);
  await vi.waitFor(() => expect(heard.closed).toHaveLength(1));
});

test('our own close is not reported', async () => {
  const pty = openPty();
  const line = await openLine(pty.path);
  const heard = hear(line);
  line.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard.closed).toEqual([]);
  const later = hear(line);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(later.closed).toEqual([]);
  // The descriptor is really given back: another program gets the port.
  closeSync(openSync(pty.path, 'r+'));
});
