/**
 * Real pseudo-terminals, opened by serialport as the terminal does.
 *
 * Mutations that these tests notice: no hold on the slave side (echo, and reading fails between two programs); the
 * line discipline left cooked; a link that stays; pacing left out; the unread queue unbounded.
 */
import {
  lstatSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPty, type Pty, type PtyOptions } from './pty.ts';

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, value) => value);

let directory = '';
const toClose: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-pty-'));
});

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
  rmSync(directory, { recursive: true });
});

function pty(options: PtyOptions = {}): Promise<Pty> {
  return new Promise((resolve, reject) => {
    openPty(options, (result) => {
      if (!result.ok) return reject(new Error(`${result.error.reason}: ${result.error.message}`));
      toClose.push(() => result.value.close());
      return resolve(result.value);
    });
  });
}

function program(path: string): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 115_200 }, (error) => (error ? reject(error) : resolve(port)));
    toClose.push(() => closed(port));
  });
}

const closed = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    if (port.isOpen) port.close(() => resolve());
    else resolve();
  });

/** Collects until `length` bytes have come. */
function collect(length: number, subscribe: (take: (chunk: Uint8Array) => void) => void): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    subscribe((chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length >= length) resolve(Uint8Array.from(all));
    });
  });
}

const atDevice = (device: Pty, length: number): Promise<Uint8Array> =>
  collect(length, (bytes) => device.line.listen({ bytes, closed() {} }));

const atProgram = (port: SerialPort, length: number): Promise<Uint8Array> =>
  collect(length, (take) => port.on('data', take));

test('all 256 byte values pass unharmed in both directions', async () => {
  const device = await pty();
  const port = await program(device.path);
  const arrived = [atProgram(port, 256), atDevice(device, 256)];
  device.line.write(ALL_BYTES);
  port.write(Buffer.from(ALL_BYTES));
  expect(await Promise.all(arrived)).toEqual([ALL_BYTES, ALL_BYTES]);
});

test('a program that never sets the port up gets its bytes through as they are, and hears no echo', async () => {
  const device = await pty();
  const arrived = atDevice(device, 256);
  device.line.write(Uint8Array.of(2, 6, 10, 65));
  const port = openSync(device.path, 'r+');
  toClose.push(() => closeSync(port));
  writeSync(port, ALL_BYTES);
  expect(await arrived).toEqual(ALL_BYTES);
});

test('done is called once the kernel has the bytes, and in order', async () => {
  const device = await pty();
  const order: number[] = [];
  await new Promise<void>((resolve) => {
    device.line.write(ALL_BYTES, () => order.push(1));
    device.line.write(new Uint8Array(0), () => order.push(2));
    device.line.write(ALL_BYTES, () => resolve(void order.push(3)));
    expect(order).toEqual([]);
  });
  expect(order).toEqual([1, 2, 3]);
});

// serialport throws away what is unread, both ways, whenever it opens a port: wait for bytes before opening again.
test('the port can be closed and opened again', async () => {
  const device = await pty();
  let heard = Promise.withResolvers<number>();
  device.line.listen({
    bytes: (chunk) => heard.resolve(chunk[0] ?? -1),
    closed: (reason) => heard.reject(new Error(reason)),
  });
  for (const byte of [1, 2, 3]) {
    const port = await program(device.path);
    port.write(Buffer.of(byte));
    expect(await heard.promise).toBe(byte);
    heard = Promise.withResolvers();
    const answer = atProgram(port, 1);
    device.line.write(Uint8Array.of(byte));
    expect(await answer).toEqual(Uint8Array.of(byte));
    await closed(port);
  }
});

test('more than the kernel holds passes whole, both ways, also when the program begins to read late', async () => {
  const device = await pty();
  const bytes = Uint8Array.from({ length: 60_000 }, (_, index) => index % 251);
  const port = await program(device.path);
  device.line.write(bytes);
  // Long enough for the kernel to be full and to say so.
  await sleep(30);
  const arrived = [atProgram(port, bytes.length), atDevice(device, bytes.length)];
  port.write(Buffer.from(bytes));
  expect(await Promise.all(arrived)).toEqual([bytes, bytes]);
});

test('what nobody reads is kept up to a limit, and the line works on after that', async () => {
  const device = await pty();
  for (let count = 0; count < 20; count++) device.line.write(new Uint8Array(16_384));
  const port = await program(device.path);
  let length = 0;
  const marker = new Promise<void>((resolve) => {
    port.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (chunk.includes(1)) resolve();
    });
  });
  // Called when everything that was kept has been taken.
  device.line.write(new Uint8Array(0), () => device.line.write(Uint8Array.of(1)));
  await marker;
  expect(length).toBeGreaterThan(49_152);
  expect(length).toBeLessThan(131_072);
});

test('unplugging lets out what was written before, and closes the port of the program', async () => {
  const device = await pty();
  const port = await program(device.path);
  const gone = new Promise<unknown>((resolve) => {
    port.on('close', resolve);
  });
  const arrived = atProgram(port, 3000);
  device.line.write(new Uint8Array(3000));
  device.line.listen({ bytes() {}, closed: () => expect.unreachable('an own close is not told') });
  device.close();
  device.close();
  device.line.write(Uint8Array.of(1));
  expect(await arrived).toHaveLength(3000);
  expect(await gone).toBeInstanceOf(Error);
});

test('a throttled line takes its time in both directions, and loses nothing', async () => {
  const device = await pty({ throttle: 230_400 });
  const port = await program(device.path);
  const bytes = Uint8Array.from({ length: 11_520 }, (_, index) => index % 256);
  const started = performance.now();
  const arrived = [atProgram(port, bytes.length), atDevice(device, bytes.length)].map(async (arrival) => ({
    bytes: await arrival,
    ms: performance.now() - started,
  }));
  device.line.write(bytes);
  port.write(Buffer.from(bytes));
  for (const arrival of await Promise.all(arrived)) {
    expect(arrival.bytes).toEqual(bytes);
    // 11,520 bytes at 23,040 a second; a busy machine makes it longer, nothing makes it much shorter.
    expect(arrival.ms).toBeGreaterThan(450);
  }
});

test('a link gives the port a name that stays, and goes with it', async () => {
  const link = join(directory, 'ports', 'printer');
  const first = await pty({ link });
  expect(first.path).toBe(link);
  const second = await pty({ link });
  first.close();
  expect(readlinkSync(link)).toMatch(/^\/dev\//);
  const port = await program(link);
  const arrived = atProgram(port, 1);
  second.line.write(Uint8Array.of(7));
  expect(await arrived).toEqual(Uint8Array.of(7));
  second.close();
  expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
});

test('a file in the place of the link is left alone, and the message says what to do', async () => {
  const link = join(directory, 'printer');
  writeFileSync(link, 'mine');
  await expect(pty({ link })).rejects.toThrow(`link-taken: ${link} is a file, not a link: choose another name`);
});

/** The descriptors of this process that point to one of `targets`. */
function descriptors(targets: readonly string[]): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return targets.includes(readlinkSync(`/proc/self/fd/${fd}`).replace(' (deleted)', ''));
    } catch {
      // The descriptor by which the folder was read.
      return false;
    }
  }).length;
}

test.runIf(process.platform === 'linux')('no descriptors are left behind', async () => {
  const masters = ['/dev/ptmx', '/dev/pts/ptmx'];
  const mastersBefore = descriptors(masters);
  const devices = [await pty(), await pty(), await pty()];
  const paths = devices.map(({ path }) => path);
  expect(descriptors(paths)).toBe(3);
  for (const device of devices) device.close();
  await expect.poll(() => descriptors(paths), { timeout: 10_000 }).toBe(0);
  expect(descriptors(masters)).toBeLessThanOrEqual(mastersBefore);
});
