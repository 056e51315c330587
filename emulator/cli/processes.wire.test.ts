/** The two real processes over real pseudo-terminals, TLS and SQLite: what must hold when power and replies are lost. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Screen } from '../../src/domain/screen.ts';
import { loadCards } from '../cards.ts';
import type { LedgerJson } from '../models/host/ledger.ts';
import { FAULTS } from '../scenario/faults.ts';
import { takeSale } from './scripted-person.ts';
import { Session, type PrintedPaper } from './session.ts';

const QUICK = { host: { responseTimeoutMs: 1500 }, timeouts: { reversalPauseMs: 1000 } };

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
    expect(await sale.result).toMatchObject({ outcome: 'reversed', reason: 'power-lost', stan: 2 });
    expect(await states(running)).toEqual(['reversed']);
    expect(sale.papers).toEqual([]);
  });

  test('a terminal killed while it prints reprints with 重打印', async () => {
    const running = await started({ printerLinesPerSecond: 40 });
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
    expect(await result).toMatchObject({ outcome: 'approved', stan: 2 });
    expect(await states(running)).toEqual(['held']);
    const complete = papers.filter((text) => text.includes('END'));
    const merchant = complete.filter((text) => text.includes('MERCHANT COPY'));
    expect(merchant.some((text) => text.includes('重打印'))).toBe(true);
    expect(merchant.filter((text) => !text.includes('重打印')).length).toBeLessThanOrEqual(1);
    expect(complete.filter((text) => text.includes('CARDHOLDER COPY'))).toHaveLength(1);
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
      // Keys, PIN blocks and cryptograms are runs of hex: 16 digits with letters among them do not come by chance.
      const text = /\.(png|pem)$/.test(file) ? '' : bytes;
      const hex = text.match(/[0-9A-F]{16,}/g)?.filter((run) => /[A-F]/.test(run) && /\d/.test(run)) ?? [];
      expect(hex, `${file} holds hex`).toEqual([]);
    }
    expect(readFileSync(join(directory, 'terminal.log'), 'utf8')).toContain('stepped');
  });
});
