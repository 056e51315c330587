/** The process of the emulator: pseudo-terminals, a host on the network, deeds on standard input, sights on standard output. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Line } from '../src/domain/line.ts';
import { loadCards } from './cards.ts';
import { ChipWallet } from './chip-wallet.ts';
import { realClock } from './time/real-clock.ts';
import { loadEmulatorConfig, type EmulatorConfig } from './config.ts';
import { EmulatedDevice, MASTER_KEY_SLOTS, TEST_TERMINAL, type Sight } from './device.ts';
import { HostDoors, type Door } from './host-doors.ts';
import { paperText } from './models/printer/paper-text.ts';
import { EMULATED_PRINTERS } from './models/printer/profile.ts';
import type { PaperPiece } from './models/printer/paper.ts';
import { paperPng } from './paper/render.ts';
import { DEED_HELP, parseDeed, type LineName } from './scenario/deeds.ts';
import { runReader } from './reader.ts';
import { StartProblem } from './start-problem.ts';
import { Random } from './time/random.ts';
import { makeCertificates } from './wire/certificates.ts';
import { openPty, type Pty } from './wire/pty.ts';

const HOST = '127.0.0.1';

/** With it the fault `line-noise` hurts several exchanges with the PIN pad, and the terminal gets through. */
const NOISE_SEED = 'a';

const CHIP_READER_BAUD_RATE = 115_200;

type DevicePaths = Readonly<Record<'swipeReader' | 'pinPad' | 'printer' | 'chipReader', string>>;

/** What the emulator says: lines of JSON for scripts, or words for people. */
type Say = (message: Readonly<Record<string, unknown>>, words: string) => void;

function arguments_(): { readonly config: string | undefined; readonly json: boolean } {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    return { config: values.config, json: values.json };
  } catch (error) {
    throw new StartProblem(
      `${(error as Error).message} Usage: npm run emulator -- [--config FILE] [--json], or … -- reader`,
      2,
    );
  }
}

const localDigits = (): string => {
  const now = new Date();
  const parts = [now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()];
  return `${now.getFullYear()}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
};

function pty(config: EmulatorConfig, name: string, baudRate = config.baudRate): Promise<Pty> {
  const options = {
    link: join(config.directory, name),
    ...(baudRate === undefined ? {} : { throttle: baudRate }),
  };
  return new Promise((resolve, reject) => {
    openPty(options, (opened) =>
      opened.ok ? resolve(opened.value) : reject(new StartProblem(opened.error.message, 1)),
    );
  });
}

async function openPorts(config: EmulatorConfig): Promise<Readonly<Record<LineName, Pty>>> {
  const [swipeReader, pinPad, printer, chipReader] = await Promise.all([
    pty(config, 'swipe-reader'),
    pty(config, 'pin-pad'),
    pty(config, 'printer'),
    // Its speed is the protocol's own (CCID serial sheet).
    pty(config, 'chip-reader', config.baudRate === undefined ? undefined : CHIP_READER_BAUD_RATE),
  ]);
  return { 'swipe-reader': swipeReader, 'pin-pad': pinPad, printer, 'chip-reader': chipReader };
}

const isEncrypted = ({ access }: Door): boolean => access === 'tls' || access === 'https-tunnel';

/** A configuration with which `npm run terminal` fits this emulator. */
function writeTerminalConfig(config: EmulatorConfig, doors: readonly Door[], chipCards: ChipWallet): string {
  const file = join(config.directory, 'terminal.json');
  const [first, ...others] = doors;
  const backup = others.find(({ access }) => access === first?.access);
  const { signInKeys } = config;
  const cipher = signInKeys === '005' || signInKeys === '006' ? 'sm4' : 'des';
  const terminal = {
    merchant: { name: '滑道测试商店', number: TEST_TERMINAL.merchant, terminalNumber: TEST_TERMINAL.terminal },
    host: {
      address: first?.address,
      port: first?.port,
      access: first?.access,
      ...(first !== undefined && isEncrypted(first) ? { caFile: 'ca.pem' } : {}),
      ...(backup === undefined ? {} : { backup: { address: backup.address, port: backup.port } }),
      dialect: { signInKeys, ...(config.partialApproval ? { partialApproval: '1' } : {}) },
    },
    devices: {
      swipeReader: { path: 'swipe-reader' },
      pinPad: { path: 'pin-pad', masterKeySlot: MASTER_KEY_SLOTS[cipher] },
      printer: { path: 'printer' },
      chipReader: { path: 'chip-reader', kernel: { revokedCertificates: [chipCards.revokedCertificate] } },
    },
    storage: { journalFile: 'journal.db', storageKeyFile: 'storage.key' },
    log: { file: 'terminal.log' },
  };
  writeFileSync(file, `${JSON.stringify(terminal, undefined, 2)}\n`);
  return file;
}

/** Pictures are drawn when the printer has been quiet for so long: a device does not stop to be photographed. */
const DRAWING_PAUSE_MS = 200;

interface Teller {
  readonly tell: (sight: Sight) => void;
  /** Draws and tells what still waits. */
  readonly flush: () => void;
}

function sightTeller(config: EmulatorConfig, say: Say): Teller {
  const waiting: PaperPiece[] = [];
  let pieces = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    for (const piece of waiting.splice(0)) {
      pieces += 1;
      const file = join(config.paperDirectory ?? config.directory, `paper-${String(pieces).padStart(3, '0')}.png`);
      if (config.drawsPaper) writeFileSync(file, paperPng([piece]));
      const text = paperText(piece);
      say({ event: 'paper', file, text }, `${text}\n- - - 8< - - -   ${file}`);
    }
  };
  return {
    flush,
    tell({ from, sight }) {
      if (from !== 'printer' || sight.type !== 'paper') {
        return say({ event: 'sight', from, sight }, `${from}: ${JSON.stringify(sight)}`);
      }
      waiting.push(sight.piece);
      clearTimeout(timer);
      timer = setTimeout(flush, DRAWING_PAUSE_MS);
    },
  };
}

async function run(): Promise<void> {
  const { config: file, json } = arguments_();
  const loaded = loadEmulatorConfig(file);
  if (!loaded.ok) throw new StartProblem(loaded.error, 1);
  const config = loaded.value;
  mkdirSync(config.directory, { recursive: true });
  mkdirSync(config.paperDirectory ?? config.directory, { recursive: true });
  const say: Say = (message, words) => {
    process.stdout.write(`${json ? JSON.stringify(message) : words}\n`);
  };

  const certificates = await makeCertificates({ serverName: 'localhost', addresses: [HOST], now: Date.now() });
  writeFileSync(join(config.directory, 'ca.pem'), certificates.caPem);
  const ports = await openPorts(config);

  const random = new Random(randomUUID());
  const chipCards = new ChipWallet(random.fork('chip cards'));
  const teller = sightTeller(config, say);
  let device: EmulatedDevice | undefined;
  const hostDoors = new HostDoors({
    ...certificates,
    address: HOST,
    onConnection: (line: Line) => device?.hostCalled(line),
    onRefused: (problem) => say({ event: 'problem', problem }, `The HTTP tunnel refused a request: ${problem}`),
  });
  const doors = await hostDoors.open(config.hosts).catch((error: Error) => {
    throw new StartProblem(error.message, 1);
  });
  device = new EmulatedDevice(
    {
      clock: realClock,
      random,
      noise: new Random(NOISE_SEED),
      cards: loadCards(),
      chipCards,
      terminals: [{ ...TEST_TERMINAL, requires: config.requires }],
      now: localDigits,
      lateMs: config.lateMs,
      partialApproval: config.partialApproval,
      printer: {
        ...EMULATED_PRINTERS[config.printer],
        ...(config.printerDotRowsPerSecond !== undefined && { dotRowsPerSecond: config.printerDotRowsPerSecond }),
      },
      noisyWires: true,
      onSight: teller.tell,
      onSurprise: (error) => {
        process.stderr.write(`A surprise: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
      hostPower: (on) => {
        hostDoors.close();
        if (on) void hostDoors.open(doors);
      },
    },
    {
      'swipe-reader': ports['swipe-reader'].line,
      'pin-pad': ports['pin-pad'].line,
      printer: ports.printer.line,
      'chip-reader': ports['chip-reader'].line,
    },
  );

  const paths: DevicePaths = {
    swipeReader: ports['swipe-reader'].path,
    pinPad: ports['pin-pad'].path,
    printer: ports.printer.path,
    chipReader: ports['chip-reader'].path,
  };
  const terminalConfig = writeTerminalConfig(config, doors, chipCards);
  const caFile = join(config.directory, 'ca.pem');
  say(
    { event: 'ready', ...paths, host: HOST, port: doors[0]?.port, hosts: doors, caFile, terminalConfig },
    readyWords(paths, doors, caFile, terminalConfig),
  );

  const stop = (): void => {
    teller.flush();
    for (const each of Object.values(ports)) each.close();
    hostDoors.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  obey(device, say, teller.flush, stop);
}

const readyWords = (paths: DevicePaths, doors: readonly Door[], caFile: string, terminalConfig: string): string =>
  [
    `swipe reader  ${paths.swipeReader}`,
    `PIN pad       ${paths.pinPad}`,
    `printer       ${paths.printer}`,
    `chip reader   ${paths.chipReader}`,
    ...doors.map(({ access, address, port }) => `host          ${address}:${port} (${access})`),
    `authority     ${caFile}`,
    `A terminal that fits: npm run terminal -- --config ${terminalConfig}`,
    'Deeds, one a line:',
    ...DEED_HELP.map((line) => `  ${line}`),
    '  ledger                          the host’s ledger as JSON',
    '  batch TERMINAL NUMBER           a batch as JSON: its transactions, totals and uploads',
    '  quit',
  ].join('\n');

function obey(device: EmulatedDevice, say: Say, flush: () => void, stop: () => void): void {
  const lines = createInterface({ input: process.stdin, terminal: false });
  // A script that dies takes its emulator with it; a person may well have no standard input (a service).
  lines.on('close', () => {
    if (!process.stdin.isTTY) stop();
  });
  lines.on('line', (line) => {
    const words = line.trim();
    if (words === '') return;
    if (words === 'quit') return stop();
    if (words === 'ledger') {
      // Who asks for the ledger wants to have heard of everything before it.
      flush();
      const ledger = device.host.ledgerJson();
      return say({ event: 'ledger', ledger }, JSON.stringify(ledger, undefined, 2));
    }
    const [verb, terminal = '', batch = ''] = words.split(/\s+/);
    if (verb === 'batch') {
      const report = device.host.batchReport(terminal, Number(batch));
      return say({ event: 'batch', report }, JSON.stringify(report, undefined, 2));
    }
    const deed = parseDeed(words);
    const problem = deed.ok ? device.does(deed.value) : deed.error;
    return problem === undefined
      ? say({ event: 'done', words: verbOf(words) }, 'ok')
      : say({ event: 'problem', problem }, problem);
  });
}

/** Without its arguments: they may be a PIN. */
const verbOf = (words: string): string => words.split(/\s+/)[0] ?? '';

try {
  const [device, ...rest] = process.argv.slice(2);
  await (device === 'reader' ? runReader(rest) : run());
} catch (error) {
  if (!(error instanceof StartProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
