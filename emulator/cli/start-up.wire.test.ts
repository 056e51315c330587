/** A terminal that cannot start says why in one sentence, ends with 1, and leaves everything as it was. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from '../wire/certificates.ts';
import { ProcessLines, type Ending, type Message } from './process-lines.ts';
import { Session } from './session.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

let directory: string;
let session: Session;
let good: Record<string, Message>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-start-'));
  session = await Session.start({ directory });
  await new Promise<void>((ready) => {
    session.listen({
      screen: ({ id }) => id === 'idle' && ready(),
      sight: () => undefined,
      paper: () => undefined,
      problem: (problem) => expect.fail(problem),
    });
  });
  // The lines are the terminal's own now; the others below are to be started instead of it.
  good = JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8')) as Record<string, Message>;
});
afterAll(async () => {
  await session.stop();
  rmSync(directory, { recursive: true });
});

async function startWith(
  change: (config: Record<string, Message>) => Record<string, unknown>,
  ...options: readonly string[]
): Promise<Ending> {
  const file = join(directory, 'other.json');
  writeFileSync(file, JSON.stringify(change(good)));
  const terminal = new ProcessLines(MAIN, ['--config', file, ...options]);
  terminal.listen(() => undefined);
  return terminal.ended;
}

const other = { journalFile: 'other.db', storageKeyFile: 'other.key' };

test('an unknown key', async () => {
  const ending = await startWith((config) => ({ ...config, prnter: {} }));
  expect(ending).toMatchObject({ code: 1, complaint: expect.stringMatching(/^[^\n]*"prnter" is not a key[^\n]*$/) });
});

test('a missing device', async () => {
  const ending = await startWith((config) => ({
    ...config,
    storage: other,
    devices: {
      swipeReader: { path: '/dev/slipway-none' },
      pinPad: { path: '/dev/slipway-none' },
      printer: { path: '/dev/slipway-none' },
    },
  }));
  expect(ending).toMatchObject({ code: 1, complaint: expect.stringMatching(/^[^\n]*\/dev\/slipway-none[^\n]*$/) });
});

test('a busy port', async () => {
  const ending = await startWith((config) => ({ ...config, storage: other }));
  expect(ending).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^Another program has the serial port[^\n]*$/),
  });
});

test('a busy port, for which it waits as long as it is told', async () => {
  const patienceMs = 1500;
  const startedAt = performance.now();
  const ending = await startWith((config) => ({
    ...config,
    storage: other,
    devices: { ...config['devices'], patienceMs },
  }));
  expect(performance.now() - startedAt).toBeGreaterThan(patienceMs);
  expect(ending).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^Another program has the serial port[^\n]*$/),
  });
});

test('a missing journal', async () => {
  const before = readdirSync(directory);
  const lost = { storage: { journalFile: 'lost.db', storageKeyFile: 'storage.key' } };
  const ending = await startWith((config) => ({ ...config, ...lost }));
  expect(ending).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^The journal \S*lost\.db is missing, [^\n]*--new-journal[^\n]*$/),
  });
  expect(new Set(readdirSync(directory))).toEqual(new Set([...before, 'other.json']));

  const allowed = await startWith((config) => ({ ...config, ...lost }), '--new-journal');
  expect(allowed.complaint).toMatch(/^Another program has the serial port[^\n]*$/);
  expect(existsSync(join(directory, 'lost.db'))).toBe(true);
});

test('a missing storage key', async () => {
  for (const end of ['', '-wal']) {
    copyFileSync(join(directory, `journal.db${end}`), join(directory, `orphan.db${end}`));
  }
  const orphan = { storage: { journalFile: 'orphan.db', storageKeyFile: 'orphan.key' } };
  const ending = await startWith((config) => ({ ...config, ...orphan }));
  expect(ending).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^The storage key \S*orphan\.key is missing, [^\n]*--new-journal[^\n]*$/),
  });
  expect(existsSync(join(directory, 'orphan.key'))).toBe(false);

  const allowed = await startWith((config) => ({ ...config, ...orphan }), '--new-journal');
  expect(allowed.complaint).toMatch(/^The journal [^\n]* kept as \S*orphan\.db\.kept-1\.\nAnother program[^\n]*$/);
});

test('a journal in use', async () => {
  const ending = await startWith((config) => config);
  expect(ending).toMatchObject({ code: 1, complaint: expect.stringMatching(/^The journal [^\n]* is in use[^\n]*$/) });
});

test('a journal from a newer version', async () => {
  const file = join(directory, 'newer.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 7');
  database.close();
  const before = readFileSync(file);
  const ending = await startWith((config) => ({ ...config, storage: { ...other, journalFile: 'newer.db' } }));
  expect(ending).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^The journal [^\n]* has version 7[^\n]*$/),
  });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a certificate authority file that is none', async () => {
  writeFileSync(join(directory, 'none.pem'), 'hello');
  const ending = await startWith((config) => ({
    ...config,
    storage: other,
    host: { ...config['host'], caFile: 'none.pem' },
  }));
  expect(ending).toMatchObject({ code: 1, complaint: expect.stringMatching(/^[^\n]+$/) });
});

test('a host whose certificate another authority signed', async () => {
  const second = mkdtempSync(join(tmpdir(), 'slipway-start-'));
  const devices = await Session.start({ directory: second });
  devices.listen({ screen: () => undefined, sight: () => undefined, paper: () => undefined, problem: () => undefined });
  await devices.killTerminal();
  const { caPem } = await makeCertificates({ serverName: 'localhost', addresses: ['127.0.0.1'], now: Date.now() });
  writeFileSync(join(second, 'ca.pem'), caPem);
  const terminal = new ProcessLines(MAIN, ['--config', join(second, 'terminal.json')]);
  terminal.listen(() => undefined);
  expect(await terminal.ended).toMatchObject({
    code: 1,
    complaint: expect.stringMatching(/^[^\n]*certificate[^\n]*$/),
  });
  await devices.stop();
  rmSync(second, { recursive: true });
});

test('no configuration is bad usage', async () => {
  const terminal = new ProcessLines(MAIN, []);
  terminal.listen(() => undefined);
  expect(await terminal.ended).toMatchObject({
    code: 2,
    complaint: expect.stringMatching(
      /--config FILE \[--new-journal\].* reversals that are still owed and the batch are forgotten/,
    ),
  });
});

test('a port may be named by a link', async () => {
  symlinkSync(join(directory, 'printer'), join(directory, 'printer-link'));
  const ending = await startWith((config) => ({
    ...config,
    storage: other,
    devices: { ...config['devices'], printer: { path: 'printer-link' } },
  }));
  expect(ending.complaint).toMatch(/Another program has the serial port/);
});
