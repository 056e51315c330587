/**
 * The emulated reader to software that has never heard of this project: the PC/SC daemon with its driver for the serial
 * GemPC Twin, `pcsc_scan` and `scriptor` (Debian: pcscd, libccid, pcsc-tools).
 *
 * Where they are missing, or a daemon runs already, nothing is tried, and that is said aloud; with INTEROP_REQUIRED=1
 * it is a failure.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import frames from '../../fixtures/chip-reader/frames.json' with { type: 'json' };
import t1Card from '../../fixtures/cards-replay/unionpay-t1.json' with { type: 'json' };
import { ProcessLines } from './process-lines.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SOCKET = '/run/pcscd/pcscd.comm';
const DRIVERS = ['/usr/lib/pcsc/drivers/serial/libccidtwin.so', '/usr/lib/*/pcsc/drivers/serial/libccidtwin.so'];
/** The daemon looks at the slot every 400 ms, and pcsc_scan at the daemon every second. */
const PATIENCE_MS = 10_000;

const card = (name: string): string => join(ROOT, 'fixtures/cards-replay', `${name}.json`);
const driver = globSync(DRIVERS)[0];
const missing = [
  ...['pcscd', 'pcsc_scan', 'scriptor'].filter((name) => programPath(name) === undefined),
  ...(driver === undefined ? ['libccidtwin.so'] : []),
];
const obstacle = await obstacleTo();

function programPath(name: string): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

async function obstacleTo(): Promise<string | undefined> {
  if (missing.length > 0) return `${missing.join(', ')} missing: apt-get install pcscd libccid pcsc-tools`;
  if (await isAnswered(SOCKET)) return `a PC/SC daemon runs already (${SOCKET}): stop it`;
  try {
    mkdirSync('/run/pcscd', { recursive: true });
    accessSync('/run/pcscd', constants.W_OK);
    return undefined;
  } catch {
    return '/run/pcscd cannot be written: the daemon needs root';
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(path);
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A program of theirs and all that it has said. */
class Program {
  said = '';
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(name: string, args: readonly string[]) {
    this.#child = spawn(programPath(name) ?? name, args);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
    this.#child.stdin.on('error', () => undefined);
    this.ended = new Promise((answer) => this.#child.once('close', answer));
  }

  give(text: string): void {
    this.#child.stdin.end(text);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}

if (obstacle !== undefined) process.stderr.write(`\n*** INTEROP SKIPPED: ${obstacle}\n\n`);

test('the PC/SC software can be tried, or need not be', () => {
  const isRequired = process.env['INTEROP_REQUIRED'] === '1';
  expect(isRequired ? obstacle : undefined).toBeUndefined();
});

describe.skipIf(obstacle !== undefined)('the PC/SC daemon', () => {
  let directory = '';
  /** What passed the port, in hex. */
  const fromHost: string[] = [];
  let reader: ProcessLines | undefined;
  let daemon: Program | undefined;

  async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
    const check = async (): Promise<void> => {
      if (!(await condition())) throw new Error('It has not come to pass.');
    };
    await vi.waitFor(check, { timeout: PATIENCE_MS, interval: 50 });
  }

  /** Runs pcsc_scan until it has said this. A slot must be seen empty between two cards: the daemon misses a quick hand. */
  async function scanUntil(pattern: RegExp, scan = new Program('pcsc_scan', ['-n'])): Promise<void> {
    await waitFor(() => pattern.test(scan.said)).catch((cause: unknown) => {
      throw new Error(`pcsc_scan has not said ${pattern}, but: ${scan.said}`, { cause });
    });
    await scan.stop();
  }

  async function exchangeCards(file: string): Promise<void> {
    const scan = new Program('pcsc_scan', ['-n']);
    await waitFor(() => /Card inserted/.test(scan.said));
    reader?.say('pull');
    await waitFor(() => /Card removed/.test(scan.said));
    reader?.say(`insert ${file}`);
    await scanUntil(/Card removed[\s\S]*Card inserted[\s\S]*ATR: 3B E0 00 FF 81 31 FE 45 14/, scan);
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-interop-'));
    const port = join(directory, 'chip-reader');
    const args = ['reader', '--pty', port, '--card', card('unionpay-t0'), '--json', '--trace'];
    reader = new ProcessLines(join(ROOT, 'emulator/main.ts'), args);
    let isReady = false;
    reader.listen(({ event, from, bytes }) => {
      if (event === 'ready') isReady = true;
      if (event === 'bytes' && from === 'host') fromHost.push(String(bytes));
    });
    await waitFor(() => isReady);

    const configuration = join(directory, 'readers');
    mkdirSync(configuration);
    const entry = [`DEVICENAME ${port}:GemPCTwin`, 'FRIENDLYNAME "Slipway GemPCTwin"', `LIBPATH ${driver}`, ''];
    writeFileSync(join(configuration, 'slipway.conf'), entry.join('\n'));
    daemon = new Program('pcscd', ['--foreground', '--config', configuration]);
    await waitFor(() => isAnswered(SOCKET));
  }, 30_000);

  afterAll(async () => {
    await daemon?.stop();
    await reader?.stop();
    rmSync(directory, { recursive: true });
  });

  /** What scriptor makes of commands: one line of hex for each answer. */
  async function script(commands: readonly string[]): Promise<readonly string[]> {
    const scriptor = new Program('scriptor', []);
    scriptor.give(`${commands.join('\n')}\n`);
    if ((await scriptor.ended) !== 0) throw new Error(`scriptor failed: ${scriptor.said}`);
    const answers = scriptor.said.split(/^< /m).slice(1);
    return answers.map((answer) => (answer.split(' : ')[0] ?? '').replaceAll(/\s/g, ''));
  }

  test('finds the reader, and asks it in the recorded bytes', async () => {
    await scanUntil(/Slipway GemPCTwin 00 00[\s\S]*Card inserted[\s\S]*ATR: 3B 60 00 00/);
    const packed = frames.session.slice(0, 3).map(({ command }) => command.bytes.replaceAll(' ', ''));
    expect(fromHost.slice(0, 3)).toEqual(packed);
  });

  test('selects the PSE and reads its directory with T=0', async () => {
    const answers = await script([
      '00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31',
      '00 C0 00 00 1E',
      '00 B2 01 0C 22',
    ]);
    expect(answers[0]).toBe('611E');
    expect(answers[1]).toMatch(/^6F1C840E315041592E5359532E4444463031.*9000$/);
    expect(answers[2]).toMatch(/4F08A000000333010102.*9000$/);
  });

  test('notices that the card goes, and that another comes', async () => {
    await exchangeCards(card('unionpay-t1'));
    expect(fromHost.length).toBeGreaterThan(10);
  });

  test('selects the PSE and reads its directory with T=1', async () => {
    const answers = await script([
      '00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00',
      '00 B2 01 0C 00',
      '00 B2 02 0C 00',
    ]);
    expect(answers[0]).toMatch(/^6F1C840E315041592E5359532E4444463031.*9000$/);
    expect(answers[1]).toMatch(/4F08A000000333010102.*9000$/);
    expect(answers[2]).toBe('6A83');
  });

  test('waits for a card that asks for time, and tells the reader how long', async () => {
    const slow = join(directory, 'slow.json');
    const exchanges = [{ command: '0084000004', response: '010203049000', delayMs: 3_000 }];
    writeFileSync(slow, JSON.stringify({ ...t1Card, exchanges }));
    await exchangeCards(slow);
    fromHost.length = 0;
    expect(await script(['00 84 00 00 04'])).toEqual(['010203049000']);
    // XfrBlock with bBWI 3 and the block that grants what the card has asked for.
    expect(fromHost.filter((frame) => /^03066F0500000000..03000000E30103/.test(frame))).toHaveLength(1);
  });
});
