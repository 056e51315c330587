/**
 * Whole sales over real pseudo-terminals, TLS and SQLite, with the terminal in this process to look inside.
 *
 * What the terminal adds is the time in which its event loop was busy (Node's event-loop utilisation, which counts the
 * synchronous writes of the journal too); the rest of the wall time it waited for a device, the host or a person.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadTerminalConfig } from '../../src/config/terminal-config.ts';
import { openSerialLine } from '../../src/device/serial/serial-line.ts';
import type { Line } from '../../src/domain/line.ts';
import type { Input, Screen } from '../../src/domain/screen.ts';
import { tlsConnector } from '../../src/host/tls-connector.ts';
import { SqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { Passwords } from '../../src/journal/passwords.ts';
import { openVault } from '../../src/journal/vault.ts';
import { openLog } from '../../src/log/log.ts';
import { startTerminal, type JournalRow } from '../../src/terminal.ts';
import { realClock } from '../time/real-clock.ts';
import { changeConfig, startDevice, type BenchDevice } from './bench-device.ts';

/** One sale, in milliseconds unless it says otherwise. */
export interface SaleTimes {
  readonly wall: number;
  /** The terminal's event loop was busy: everything that the terminal itself does. */
  readonly busy: number;
  /** Of that: durable writes. */
  readonly journal: number;
  /** Waiting for the PIN pad: PIN entry by an instant person, track cipher, MACs. */
  readonly pinPad: number;
  /** Waiting for the host: connection, TLS handshake, answer. */
  readonly host: number;
  /** From the first screen of the print step to the printer's last word: both slips. */
  readonly printing: number;
  readonly printerBytes: number;
}

export interface SaleBenchOptions {
  readonly sales: number;
  readonly warmUp: number;
  /** Paces the three lines; absent, they are as fast as they can. */
  readonly baudRate?: number;
}

const AMOUNT = '1234';

class Stopwatch {
  total = 0;
  #since: number | undefined;

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    if (this.#since !== undefined) this.total += performance.now() - this.#since;
    this.#since = undefined;
  }
}

export async function benchSales(options: SaleBenchOptions): Promise<readonly SaleTimes[]> {
  const device = await startDevice(options.baudRate === undefined ? {} : { baudRate: options.baudRate });
  try {
    return await sell(device, options);
  } finally {
    await device.stop();
  }
}

async function sell(device: BenchDevice, { sales, warmUp }: SaleBenchOptions): Promise<readonly SaleTimes[]> {
  changeConfig(device, { log: { level: 'info', file: 'terminal.log' } });
  const loaded = loadTerminalConfig(device.terminalConfigFile);
  if (!loaded.ok) throw new Error(loaded.error);
  const config = loaded.value;
  const journal = value(SqliteJournal.open<JournalRow>(config.storage.journalFile));
  const watches = { journal: new Stopwatch(), pinPad: new Stopwatch(), host: new Stopwatch() };
  let printerBytes = 0;
  let printerSpokeAt = 0;
  const connect = tlsConnector({
    address: config.host.address,
    port: config.host.port,
    ca: readFileSync(join(device.directory, 'ca.pem'), 'utf8'),
    serverName: config.host.address,
  });
  const person = new InstantPerson(device);
  startTerminal(config, {
    clock: realClock,
    localTime: () => new Date().toISOString().slice(0, 19).replace('T', ' '),
    lines: {
      swipeReader: await open(config.devices.swipeReader),
      pinPad: timed(await open(config.devices.pinPad), watches.pinPad),
      printer: tapped(await open(config.devices.printer), {
        wrote: (bytes) => (printerBytes += bytes.length),
        heard: () => (printerSpokeAt = performance.now()),
      }),
    },
    connectHost: (answer) => {
      watches.host.start();
      return connect((result) => {
        watches.host.stop();
        answer(result.ok ? { ok: true, value: timed(result.value, watches.host) } : result);
      });
    },
    journal: {
      append(row) {
        watches.journal.start();
        const written = journal.append(row);
        watches.journal.stop();
        return written;
      },
      rows: () => journal.rows(),
      rowsOf: (flowId) => journal.rowsOf(flowId),
    },
    vault: value(openVault(config.storage.storageKeyFile, randomBytes)),
    passwords: new Passwords(randomBytes),
    entropy: randomBytes,
    display: person,
    log: openLog(config.log),
    mains: { pass: () => undefined },
  });
  await person.ready;

  const times: SaleTimes[] = [];
  for (let sale = 0; sale < warmUp + sales; sale++) {
    for (const watch of Object.values(watches)) watch.total = 0;
    printerBytes = 0;
    const before = performance.eventLoopUtilization();
    const startedAt = performance.now();
    const printingAt = await person.takeSale();
    const wall = performance.now() - startedAt;
    if (sale < warmUp) continue;
    times.push({
      wall,
      busy: performance.eventLoopUtilization(before).active,
      journal: watches.journal.total,
      pinPad: watches.pinPad.total,
      host: watches.host.total,
      printing: printerSpokeAt - printingAt,
      printerBytes,
    });
  }
  journal.close();
  return times;
}

/** Answers every screen at once, and serves the device through the emulator. */
class InstantPerson {
  readonly ready: Promise<void>;
  readonly #device: BenchDevice;
  #input: (input: Input) => void = () => undefined;
  #isReady: () => void = () => undefined;
  #ended: ((printingAt: number) => void) | undefined;
  #printingAt = 0;

  constructor(device: BenchDevice) {
    this.#device = device;
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
    device.process.listen((message) => {
      const sight = message['sight'] as { readonly type?: string } | undefined;
      if (message['from'] === 'pin-pad' && sight?.type === 'prompt') device.process.say('pin 123456');
    });
  }

  takeSale(): Promise<number> {
    return new Promise((resolve) => {
      this.#ended = resolve;
      this.#input({ type: 'choose', item: 'sale' });
    });
  }

  onInput(listener: (input: Input) => void): void {
    this.#input = listener;
  }

  show(screen: Screen): void {
    // Never from inside `show`: a person is not part of the terminal.
    setImmediate(() => this.#shown(screen));
  }

  #shown({ id, result }: Screen): void {
    if (id === 'idle') this.#isReady();
    if (id === 'enter-amount')
      this.#input({ type: 'amount', amount: AMOUNT as Extract<Input, { type: 'amount' }>['amount'] });
    if (id === 'present-card') this.#device.process.say('swipe approved');
    if (id === 'confirm') this.#input({ type: 'confirm' });
    if (id === 'printing' && this.#printingAt === 0) this.#printingAt = performance.now();
    if (id !== 'result') return;
    if (result?.outcome !== 'approved') throw new Error(`The bench's sale ended as ${result?.outcome ?? 'nothing'}.`);
    const printingAt = this.#printingAt;
    this.#printingAt = 0;
    this.#input({ type: 'confirm' });
    this.#ended?.(printingAt);
  }
}

/** A lone ACK, NAK or EOT of the PIN pad's protocol: the answer proper is still to come, or has come. */
const isAcknowledgement = (bytes: Uint8Array): boolean => bytes.length === 1;

/** The watch runs from each message to its answer. */
function timed(line: Line, watch: Stopwatch): Line {
  return {
    listen: (listener) =>
      line.listen({
        bytes(chunk) {
          if (!isAcknowledgement(chunk)) watch.stop();
          listener.bytes(chunk);
        },
        closed(reason) {
          watch.stop();
          listener.closed(reason);
        },
      }),
    write(bytes, done) {
      if (!isAcknowledgement(bytes)) watch.start();
      line.write(bytes, done);
    },
    close() {
      watch.stop();
      line.close();
    },
  };
}

function tapped(line: Line, tap: { readonly wrote: (bytes: Uint8Array) => void; readonly heard: () => void }): Line {
  return {
    listen: (listener) =>
      line.listen({
        bytes(chunk) {
          tap.heard();
          listener.bytes(chunk);
        },
        closed: (reason) => listener.closed(reason),
      }),
    write(bytes, done) {
      tap.wrote(bytes);
      line.write(bytes, done);
    },
    close: () => line.close(),
  };
}

const open = (device: { readonly path: string; readonly baudRate: number }): Promise<Line> =>
  new Promise((resolve, reject) => {
    openSerialLine(device, (opened) => (opened.ok ? resolve(opened.value) : reject(new Error(opened.error.message))));
  });

function value<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown },
): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
