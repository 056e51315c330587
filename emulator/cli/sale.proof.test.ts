/** `npm run sale` as its users run it: every card and every fault, its exit code, its JSON and its pictures. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import { FAULTS } from '../scenario/faults.ts';

const SALE = resolve(import.meta.dirname, 'sale.ts');
const out = mkdtempSync(join(tmpdir(), 'slipway-sale-proof-'));
afterAll(() => rmSync(out, { recursive: true }));

function sale(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [SALE, ...args], { encoding: 'utf8', timeout: 60_000 });
}

const CARDS: readonly (readonly [string, number, object])[] = [
  ['approved', 0, { outcome: 'approved', responseCode: '00' }],
  ['second', 0, { outcome: 'approved', responseCode: '00' }],
  ['foreign', 0, { outcome: 'approved', responseCode: '00' }],
  ['insufficient-funds', 10, { outcome: 'declined', responseCode: '51' }],
  ['wrong-pin', 10, { outcome: 'declined', responseCode: '75' }],
  ['lost-card', 10, { outcome: 'declined', responseCode: '41' }],
  ['expired', 10, { outcome: 'declined', responseCode: '54' }],
  ['unreadable-track', 11, { outcome: 'cancelled', reason: 'operator-cancelled' }],
  ['host-silent', 12, { outcome: 'reversed', reason: 'host-silent' }],
  ['late-answer', 12, { outcome: 'reversed', reason: 'host-silent' }],
];

const FAULT_ENDINGS: readonly (readonly [string, number, object])[] = [
  ['paper-out', 0, { outcome: 'approved' }],
  ['cover-open', 0, { outcome: 'approved' }],
  ['host-silent', 12, { outcome: 'reversed', reason: 'host-silent' }],
  ['host-down', 1, { outcome: 'failed', reason: 'host-unreachable' }],
  ['bad-mac', 12, { outcome: 'reversed', reason: 'reply-mac-wrong' }],
  ['reply-lost', 12, { outcome: 'reversed', reason: 'host-silent' }],
  ['line-noise', 0, { outcome: 'approved' }],
  ['pin-pad-dead', 1, { outcome: 'failed', reason: 'pin-pad-failed' }],
  ['cancel-at-pin', 11, { outcome: 'cancelled', reason: 'cardholder-cancelled' }],
];

describe('npm run sale', () => {
  test('has an ending here for every card and every fault', () => {
    expect(CARDS.map(([name]) => name).toSorted()).toEqual(loadCards().map(({ name }) => name));
    expect(FAULT_ENDINGS.map(([name]) => name)).toEqual(FAULTS.map(({ name }) => name));
  });

  test.each(CARDS)('--card %s ends with %i', (card, exitCode, ending) => {
    const { status, stdout, stderr } = sale('--amount', '12.34', '--card', card, '--out', join(out, card), '--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ ...ending, amountMinor: '1234', currency: '156' });
    expect(status).toBe(exitCode);
  });

  test.each(FAULT_ENDINGS)('--fault %s ends with %i', (fault, exitCode, ending) => {
    const folder = join(out, `fault-${fault}`);
    const { status, stdout, stderr } = sale(
      '--amount',
      '0.01',
      '--card',
      'approved',
      '--fault',
      fault,
      '--out',
      folder,
      '--json',
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject(ending);
    expect(status).toBe(exitCode);
    const pictures = readdirSync(folder).filter((file) => ['merchant.png', 'cardholder.png'].includes(file));
    expect(pictures).toHaveLength(exitCode === 0 ? 2 : 0);
    for (const picture of pictures) expect(readFileSync(join(folder, picture)).subarray(1, 4).toString()).toBe('PNG');
  });

  test('says what a person wants to read', () => {
    const { stdout } = sale('--amount', '12.34', '--card', 'approved', '--out', join(out, 'words'));
    for (const words of ['INITIATE', 'TRANSMIT', 'AUTHORIZE', 'PRINT', '商户存根', '持卡人存根', 'RMB 12.34']) {
      expect(stdout).toContain(words);
    }
  });

  test.each([
    [['--amount', '12.34'], '--card NAME'],
    [['--amount', '12.345', '--card', 'approved'], 'too-many-decimals'],
    [['--amount', '12.34', '--card', 'nobody'], 'no card "nobody"'],
    [['--amount', '12.34', '--card', 'approved', '--fault', 'nothing'], 'no fault "nothing"'],
    [['--amount', '12.34', '--card', 'approved', '--pin', 'abc'], '--pin takes'],
    [['--nonsense'], 'nonsense'],
  ])('%j is bad usage', (args, complaint) => {
    const { status, stderr } = sale(...args);
    expect(stderr).toContain(complaint);
    expect(status).toBe(2);
  });

  test('--list names every card and fault with a sentence', () => {
    const { status, stdout } = sale('--list');
    expect(status).toBe(0);
    for (const { about, name } of [...loadCards(), ...loadChipCards(), ...FAULTS]) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(about);
    }
  });
});
