/** The two real processes over real pseudo-terminals, TLS and SQLite: what must hold when power and replies are lost. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ReadStream, WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Screen } from '../../src/domain/screen.ts';
import { loadCards } from '../cards.ts';
import type { LedgerJson } from '../models/host/ledger.ts';
import { FAULTS } from '../scenario/faults.ts';
import { openPty, type Pty } from '../wire/pty.ts';
import { takeSale } from './scripted-person.ts';
import { Session, type PrintedPaper } from './session.ts';

const QUICK = { host: { responseTimeoutMs: 1500 }, timeouts: { reversalPauseMs: 1000 } };

/** The sign-in has 1; then the applications and keys of chip cards are fetched, in so many messages. */
const FIRST_SALE_STAN = 15;

const ROOT = resolve(import.meta.dirname, '../..');

let directory: string;
let session: Session | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-processes-'));
});
afterEach(async () => {
  await session?.stop();
  session = undefined;
  rmSync(directory, { recursive: true });
});

async function started(emulator: Readonly<Record<string, unknown>> = {}): Promise<Session> {
  session = await Session.start({ directory, emulator, terminal: QUICK });
  return session;
}

const faultNamed = (name: string) => {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new Error(name);
  return fault;
};

/** A person who takes a sale up to `until`, and then waits for the result of whatever life the terminal is in. */
function sellUntil(running: Session, until: (screen: Screen, host: Readonly<Record<string, unknown>>) => boolean) {
  const papers: PrintedPaper[] = [];
  let screen: Screen = { id: '', title: { zh: '', en: '' }, lines: [], accepts: [] };
  let begun = false;
  let reached: () => void = () => undefined;
  let ended: (result: TransactionResult) => void = () => undefined;
  const whenReached = new Promise<void>((resolve) => (reached = resolve));
  const result = new Promise<TransactionResult>((resolve) => (ended = resolve));
  running.listen({
    screen(next) {
      screen = next;
      if (until(screen, {})) reached();
      if (next.id === 'idle' && !begun) {
        begun = true;
        running.does('host next 0200 late 60000');
        running.key({ type: 'choose', item: 'sale' });
      }
      if (next.id === 'enter-amount') running.key({ type: 'amount', text: '12.34' });
      if (next.id === 'present-card') running.does('swipe approved');
      if (next.id === 'confirm') running.key({ type: 'confirm' });
      if (next.result !== undefined) ended(next.result);
    },
    sight(from, sight) {
      if (from === 'pin-pad' && sight['type'] === 'prompt') running.does('pin 123456');
      if (from === 'host' && until(screen, sight)) reached();
    },
    paper: (paper) => papers.push(paper),
    problem: (problem) => expect.fail(problem),
  });
  return { papers, result, whenReached };
}

const states = async (running: Session): Promise<readonly string[]> =>
  ((await running.ledger()) as LedgerJson).entries.map(({ state }) => state);

/** A cable to one of the emulator's devices, which the terminal has at `path` while it is plugged in. */
class Cable {
  readonly path: string;
  /** Swallows what the terminal says. */
  cut = false;
  readonly #device: ReadStream;
  readonly #toDevice: WriteStream;
  #pty: Pty | undefined;

  constructor(devicePath: string, path: string) {
    this.path = path;
    // The emulator holds the port raw.
    this.#device = new ReadStream(openSync(devicePath, 'r+'));
    this.#toDevice = new WriteStream(openSync(devicePath, 'r+'));
    this.#device.on('data', (chunk: Buffer) => this.#pty?.line.write(chunk));
    this.#device.on('error', () => undefined);
  }

  async plug(): Promise<void> {
    const pty = await new Promise<Pty>((opened, failed) =>
      openPty({ link: this.path }, (answer) =>
        answer.ok ? opened(answer.value) : failed(new Error(answer.error.message)),
      ),
    );
    this.cut = false;
    pty.line.listen({
      bytes: (chunk) => this.cut || this.#toDevice.write(chunk),
      closed: () => undefined,
    });
    this.#pty = pty;
  }

  pull(): void {
    this.#pty?.close();
    this.#pty = undefined;
  }

  destroy(): void {
    this.pull();
    this.#device.destroy();
    this.#toDevice.destroy();
  }
}

describe('on the real processes', () => {
  test('a sale with the reply lost is reversed, and the ledger says so', async () => {
    const running = await started();
    const { result, papers } = await takeSale(running, {
      amount: '12.34',
      card: 'approved',
      pin: '123456',
      fault: faultNamed('reply-lost'),
    });
    expect(result).toMatchObject({ outcome: 'reversed', reason: 'host-silent' });
    expect(papers).toEqual([]);
    expect(await states(running)).toEqual(['reversed']);
  });

  test('a terminal killed between the request and its answer reverses after its restart', async () => {
    const running = await started();
    const sale = sellUntil(running, (_, host) => host['type'] === 'delayed');
    await sale.whenReached;
    expect(await states(running)).toEqual(['held']);
    await running.killTerminal();
    running.restartTerminal();
    expect(await sale.result).toMatchObject({ outcome: 'reversed', reason: 'power-lost', stan: FIRST_SALE_STAN });
    expect(await states(running)).toEqual(['reversed']);
    expect(sale.papers).toEqual([]);
  });

  test('a terminal killed while it prints reprints with 重打印', async () => {
    const running = await started({ printerDotRowsPerSecond: 1200 });
    const papers: string[] = [];
    const result = new Promise<TransactionResult>((resolve) => {
      let killed = false;
      running.listen({
        screen(screen) {
          if (screen.id === 'idle') running.key({ type: 'choose', item: 'sale' });
          if (screen.id === 'enter-amount') running.key({ type: 'amount', text: '12.34' });
          if (screen.id === 'present-card') running.does('swipe approved');
          if (screen.id === 'confirm') running.key({ type: 'confirm' });
          if (screen.id === 'printing' && !killed) {
            killed = true;
            void running.killTerminal().then(() => running.restartTerminal());
          }
          if (screen.result !== undefined) resolve(screen.result);
        },
        sight(from, sight) {
          if (from === 'pin-pad' && sight['type'] === 'prompt') running.does('pin 123456');
        },
        paper: ({ text }) => papers.push(text),
        problem: (problem) => expect.fail(problem),
      });
    });
    expect(await result).toMatchObject({ outcome: 'approved', stan: FIRST_SALE_STAN });
    expect(await states(running)).toEqual(['held']);
    const complete = papers.filter((text) => text.includes('END'));
    const merchant = complete.filter((text) => text.includes('MERCHANT COPY'));
    expect(merchant.some((text) => text.includes('重打印'))).toBe(true);
    expect(merchant.filter((text) => !text.includes('重打印')).length).toBeLessThanOrEqual(1);
    expect(complete.filter((text) => text.includes('CARDHOLDER COPY'))).toHaveLength(1);
  });

  test('a printer that is unplugged ends the terminal, and what it owes is printed with 重打印 once it is back', async () => {
    const path = join(directory, 'printer-cable');
    const running = await Session.start({
      directory,
      terminal: { ...QUICK, devices: { printer: { path }, patienceMs: 10_000 } },
    });
    session = running;
    const cable = new Cable(join(directory, 'printer'), path);
    await cable.plug();
    const papers: string[] = [];
    const problems: string[] = [];
    const result = new Promise<TransactionResult>((ended) => {
      running.listen({
        screen(screen) {
          if (screen.id === 'idle') running.key({ type: 'choose', item: 'sale' });
          if (screen.id === 'enter-amount') running.key({ type: 'amount', text: '12.34' });
          if (screen.id === 'present-card') running.does('swipe approved');
          if (screen.id === 'confirm') {
            cable.cut = true;
            running.key({ type: 'confirm' });
          }
          if (screen.id === 'printing' && cable.cut) cable.pull();
          if (screen.result !== undefined) ended(screen.result);
        },
        sight(from, sight) {
          if (from === 'pin-pad' && sight['type'] === 'prompt') running.does('pin 123456');
        },
        paper: ({ text }) => papers.push(text),
        problem(problem) {
          problems.push(problem);
          // A journal that was closed has no write-ahead log.
          if (existsSync(join(directory, 'journal.db-wal'))) problems.push('The journal was left open.');
          // The supervisor is quicker than whoever plugs the printer in.
          running.restartTerminal();
          setTimeout(() => void cable.plug(), 1500);
        },
      });
    });
    expect(await result).toMatchObject({ outcome: 'approved' });
    await running.ledger();
    expect(problems).toEqual([
      expect.stringMatching(/^The terminal stopped \(1\): The printer at \S*printer-cable is gone \([^\n]*$/),
    ]);
    expect(await states(running)).toEqual(['held']);
    expect(papers.map((text) => [/MERCHANT|CARDHOLDER/.exec(text)?.[0], text.includes('重打印')])).toEqual([
      ['MERCHANT', true],
      ['CARDHOLDER', false],
    ]);
    cable.destroy();
  });

  test.each([
    ['whose standard input is at its end stops with a sentence', '/dev/null', undefined, 1],
    ['that is told to stop has nothing to complain about', undefined, 'SIGTERM', 0],
  ] as const)('a console %s', async (_, input, signal, exitCode) => {
    const running = await started();
    await running.killTerminal();
    const file = join(directory, 'console.json');
    const config = JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...config, ui: 'console' }));
    const stdin = input === undefined ? 'pipe' : openSync(input, 'r');
    const args = ['--import', join(ROOT, 'launch.mjs'), join(ROOT, 'src/main.ts'), '--config', file];
    const terminal = spawn(process.execPath, args, { stdio: [stdin, 'pipe', 'pipe'] });
    if (typeof stdin === 'number') closeSync(stdin);
    let complaint = '';
    terminal.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    terminal.stdout?.once('data', () => signal !== undefined && terminal.kill(signal)).resume();
    const [code] = (await once(terminal, 'close')) as [number | null];
    expect(code).toBe(exitCode);
    expect(complaint).toMatch(exitCode === 0 ? /^$/ : /^The console has nobody at it [^\n]*"ui": "lines"[^\n]*\n$/);
  });

  test('STAN and batch survive a restart', async () => {
    const running = await started();
    const first = await takeSale(running, { amount: '1', card: 'insufficient-funds', pin: '123456' });
    await running.killTerminal();
    running.restartTerminal();
    const second = await takeSale(running, { amount: '1', card: 'insufficient-funds', pin: '123456' });
    expect(second.result.stan).toBe((first.result.stan ?? 0) + 1);
    expect(second.result.batch).toBe(first.result.batch);
  });

  test('nothing that was written holds a card number, a track, a PIN or a key', async () => {
    const running = await started();
    const pin = '907156';
    await takeSale(running, { amount: '12.34', card: 'approved', pin });
    await running.killTerminal();
    running.restartTerminal();
    await takeSale(running, { amount: '12.34', card: 'approved', pin: '123456', fault: faultNamed('reply-lost') });
    await running.stop();
    session = undefined;

    const written = readdirSync(directory).filter((file) => file !== 'storage.key');
    expect(written).toEqual(expect.arrayContaining(['journal.db', 'terminal.log']));
    const cards = loadCards();
    for (const file of written) {
      const bytes = readFileSync(join(directory, file)).toString('latin1');
      for (const { name, pan, track2 } of cards) {
        expect(bytes.includes(pan), `${file} holds the number of ${name}`).toBe(false);
        expect(bytes.includes(track2.slice(-17)), `${file} holds the track of ${name}`).toBe(false);
      }
      expect(bytes.includes(pin), `${file} holds the PIN`).toBe(false);
      // Keys, PIN blocks and cryptograms are runs of hex: 16 digits with letters among them do not come by chance. The
      // applications and the authorities' public keys are such runs too; they begin with 9F06 (dialect sheet 7.3).
      const text = /\.(png|pem)$/.test(file) ? '' : bytes;
      const hex = text.match(/[0-9A-F]{16,}/g)?.filter((run) => /^(?!9F06).*[A-F]/.test(run) && /\d/.test(run)) ?? [];
      expect(hex, `${file} holds hex`).toEqual([]);
    }
    expect(readFileSync(join(directory, 'terminal.log'), 'utf8')).toContain('stepped');
  });
});
