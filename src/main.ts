/** The process of the terminal: configuration, devices, signals, exit codes. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadTerminalConfig, type TerminalConfig } from './config/terminal-config.ts';
import { openSerialLine, type SerialFailure, type SerialOptions } from './device/serial/serial-line.ts';
import type { Clock } from './domain/clock.ts';
import type { Line } from './domain/line.ts';
import type { Result } from './domain/result.ts';
import { hostConnector } from './host/link-access.ts';
import { primaryOrBackup } from './host/link-backup.ts';
import type { Connect } from './host/link.ts';
import { Passwords } from './journal/passwords.ts';
import { openStorage } from './journal/storage.ts';
import { openLog, type Log } from './log/log.ts';
import { startTerminal, type JournalRow, type World } from './terminal.ts';
import { PRINTER_PROFILES } from './printer/profiles.ts';
import { openReceipts, type Receipts } from './receipt/receipts.ts';
import { consoleDisplay, type Display } from './ui/console.ts';
import { linesDisplay } from './ui/lines.ts';

const EXIT = { stopped: 0, failure: 1, usage: 2 } as const;

const USAGE =
  'Usage: npm run terminal -- --config FILE [--new-journal]. --new-journal begins an empty journal where the one that ' +
  'belongs to the storage key, or the key to it, is lost: reversals that are still owed and the batch are forgotten.';

/** Between two tries to open a port that is missing or in use. */
const OPEN_RETRY_MS = 200;

const DEVICE_NAMES = { swipeReader: 'swipe reader', pinPad: 'PIN pad', printer: 'printer' } as const;

/** A sentence for the person who started the terminal; it ends the process. */
class StartProblem extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

function value<Value>(result: Result<Value, string>): Value {
  if (!result.ok) throw new StartProblem(result.error, EXIT.failure);
  return result.value;
}

const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

function localTime(): string {
  const now = new Date();
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${date} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

interface Arguments {
  readonly configFile: string;
  readonly newJournal: boolean;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, 'new-journal': { type: 'boolean', default: false } },
    });
    if (values.config !== undefined) return { configFile: values.config, newJournal: values['new-journal'] };
  } catch (error) {
    throw new StartProblem(`${(error as Error).message} ${USAGE}`, EXIT.usage);
  }
  throw new StartProblem(`Which configuration? ${USAGE}`, EXIT.usage);
}

/** Ends the process with a sentence, from wherever it is: starting again is the way back. */
function endWith(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(EXIT.failure);
}

/** Waits `patienceMs` for a device that is still coming up, or for a program that is about to give its port back. */
async function openLine(device: SerialOptions, patienceMs: number): Promise<Line> {
  // Not the clock on the wall, which a start of the machine may well set.
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const opened = await new Promise<Result<Line, SerialFailure>>((answer) => openSerialLine(device, answer));
    if (opened.ok) return opened.value;
    const { message, reason } = opened.error;
    const mayCome = reason === 'missing' || reason === 'busy';
    if (!mayCome || performance.now() >= giveUpAt) throw new StartProblem(message, EXIT.failure);
    await new Promise<void>((goOn) => systemClock.after(OPEN_RETRY_MS, goOn));
  }
}

/**
 * A device that goes away takes the terminal with it: what it was doing is then in doubt as after a power cut, and that
 * is dealt with at the start. Nobody behind the line hears of it, so nothing is decided meanwhile.
 */
function vital(line: Line, device: { readonly name: string; readonly path: string }, log: Log): Line {
  return {
    listen(listener) {
      line.listen({
        bytes: (chunk) => listener.bytes(chunk),
        closed(reason) {
          log.error({ event: 'device-lost', device: device.name, reason });
          endWith(
            `The ${device.name} at ${device.path} is gone (${reason}): plug it in again and start the terminal again.`,
          );
        },
      });
    },
    write: (bytes, done) => line.write(bytes, done),
    close: () => line.close(),
  };
}

async function openDevices({ devices }: TerminalConfig, log: Log): Promise<World['lines']> {
  const open = async (name: keyof typeof DEVICE_NAMES): Promise<Line> => {
    const { path } = devices[name];
    return vital(await openLine(devices[name], devices.patienceMs), { name: DEVICE_NAMES[name], path }, log);
  };
  const [swipeReader, pinPad, printer] = await Promise.all([open('swipeReader'), open('pinPad'), open('printer')]);
  return { swipeReader, pinPad, printer };
}

/**
 * A chip card reader may go away and come back: cards can be swiped meanwhile. What is wrong with its port is logged when
 * it changes, not at each try.
 */
function chipReaderConnector({ devices }: TerminalConfig, log: Log): Pick<World, 'connectChipReader'> {
  const { chipReader } = devices;
  if (chipReader === undefined) return {};
  let complaint: string | undefined;
  const complain = (failure: SerialFailure | undefined): void => {
    if (failure !== undefined && failure.message !== complaint) {
      log.warn({ event: 'chip-reader-port', reason: failure.reason, problem: failure.message });
    }
    complaint = failure?.message;
  };
  return {
    connectChipReader: (answer) =>
      openSerialLine(chipReader, (opened) => {
        complain(opened.ok ? undefined : opened.error);
        answer(opened.ok ? opened.value : undefined);
      }),
  };
}

function authorityCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new StartProblem(
      `The host's authority certificate ${file} cannot be read (${code}): check host.caFile.`,
      EXIT.failure,
    );
  }
}

/**
 * A certificate that was never good is a mistake in the configuration, or an impostor: the terminal ends and says so.
 * One that goes bad later (it expires overnight) is a host that cannot be reached.
 */
function trusting(connect: Connect): Connect {
  let trusted = false;
  return (answer) =>
    connect((result) => {
      trusted ||= result.ok;
      if (!result.ok && result.error.reason === 'certificate' && !trusted) {
        endWith(result.error.message);
      }
      answer(result);
    });
}

function connectHost({ host }: TerminalConfig, log: Log): Connect {
  const { backup, caFile, serverName, tunnel } = host;
  const access = { ca: caFile === undefined ? undefined : authorityCertificate(caFile), serverName, tunnel };
  const primary = trusting(hostConnector(host, access));
  if (backup === undefined) return primary;
  return primaryOrBackup({
    primary,
    backup: hostConnector(backup, access),
    clock: systemClock,
    connectTimeoutMs: host.connectTimeoutMs,
    returnToPrimaryMs: backup.returnToPrimaryMs,
    log: log.child({ part: 'host' }),
  });
}

async function run({ configFile, newJournal }: Arguments): Promise<void> {
  const config = value(loadTerminalConfig(configFile));
  const { journalFile, storageKeyFile } = config.storage;
  const storage = openStorage<JournalRow>({ journalFile, storageKeyFile, newJournal, entropy: randomBytes });
  const { journal, notice, vault } = value(storage);
  process.once('exit', () => journal.close());
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
  const stop = (): never => process.exit(EXIT.stopped);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const log = openLog(config.log);
  const receipts = keepReceipts(config);
  const callHost = connectHost(config, log);
  const lines = await openDevices(config, log);
  const problem = startTerminal(config, {
    clock: systemClock,
    localTime,
    lines,
    ...chipReaderConnector(config, log.child({ part: 'chip-reader' })),
    connectHost: callHost,
    journal,
    vault,
    passwords: new Passwords(randomBytes),
    ...(receipts !== undefined && { receipts }),
    entropy: randomBytes,
    display: openDisplay(config, stop),
    log,
    mains: { pass: () => undefined },
  });
  if (problem !== undefined) throw new StartProblem(problem, EXIT.failure);
}

function keepReceipts({ devices, receipts }: TerminalConfig): Receipts | undefined {
  if (receipts === undefined) return undefined;
  const { widthDots } = PRINTER_PROFILES[devices.printer.profile];
  const opened = value(openReceipts({ ...receipts, entropy: randomBytes, clock: systemClock, widthDots }));
  process.once('exit', () => opened.close());
  return opened;
}

function openDisplay({ ui }: TerminalConfig, stop: () => void): Display {
  if (ui === 'lines') return linesDisplay(process.stdin, process.stdout, stop);
  return consoleDisplay(process.stdin, process.stdout, () => {
    // A person has pressed Ctrl-D; without a person nobody would ever key anything.
    if (process.stdin.isTTY) return stop();
    endWith(
      'The console has nobody at it (its standard input is at its end): start the terminal at a terminal, ' +
        'or configure "ui": "lines" for a program that drives it.',
    );
  });
}

try {
  await run(readArguments());
} catch (error) {
  if (!(error instanceof StartProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
