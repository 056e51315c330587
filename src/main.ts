/** The process of the terminal: configuration, devices, signals, exit codes. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadTerminalConfig, type TerminalConfig } from './config/terminal-config.ts';
import { openSerialLine, type SerialOptions } from './device/serial/serial-line.ts';
import type { Clock } from './domain/clock.ts';
import type { Line } from './domain/line.ts';
import type { Result } from './domain/result.ts';
import { hostConnector } from './host/link-access.ts';
import { primaryOrBackup } from './host/link-backup.ts';
import type { Connect } from './host/link.ts';
import { SqliteJournal } from './journal/sqlite-journal.ts';
import { openVault } from './journal/vault.ts';
import { openLog, type Log } from './log/log.ts';
import { startTerminal, type JournalRow } from './terminal.ts';
import { consoleDisplay } from './ui/console.ts';
import { linesDisplay } from './ui/lines.ts';

const EXIT = { failure: 1, usage: 2 } as const;

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

function configFile(): string {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' } } });
    if (values.config !== undefined) return values.config;
  } catch (error) {
    throw new StartProblem(`${(error as Error).message} Usage: npm run terminal -- --config FILE`, EXIT.usage);
  }
  throw new StartProblem('Which configuration? Usage: npm run terminal -- --config FILE', EXIT.usage);
}

function openLine(device: SerialOptions): Promise<Line> {
  return new Promise((resolve, reject) => {
    openSerialLine(device, (opened) => {
      if (opened.ok) resolve(opened.value);
      else reject(new StartProblem(opened.error.message, EXIT.failure));
    });
  });
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
        process.stderr.write(`${result.error.message}\n`);
        process.exit(EXIT.failure);
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

async function run(config: TerminalConfig): Promise<void> {
  const { devices, storage } = config;
  const journal = SqliteJournal.open<JournalRow>(storage.journalFile);
  if (!journal.ok) throw new StartProblem(journal.error.message, EXIT.failure);
  const vault = value(openVault(storage.storageKeyFile, randomBytes));
  const log = openLog(config.log);
  const callHost = connectHost(config, log);
  const [swipeReader, pinPad, printer] = await Promise.all([
    openLine(devices.swipeReader),
    openLine(devices.pinPad),
    openLine(devices.printer),
  ]);
  const stop = (): void => {
    journal.value.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const display = config.ui === 'lines' ? linesDisplay : consoleDisplay;
  const problem = startTerminal(config, {
    clock: systemClock,
    localTime,
    lines: { swipeReader, pinPad, printer },
    connectHost: callHost,
    journal: journal.value,
    vault,
    display: display(process.stdin, process.stdout, stop),
    log,
    mains: { pass: () => undefined },
  });
  if (problem !== undefined) throw new StartProblem(problem, EXIT.failure);
}

try {
  await run(value(loadTerminalConfig(configFile())));
} catch (error) {
  if (!(error instanceof StartProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
