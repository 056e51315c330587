/** `npm run emulator -- reader` as a process: its words, and the name of its port. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Message, ProcessLines } from './process-lines.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CARD = join(ROOT, 'fixtures/cards-replay/unionpay-t0.json');

let directory = '';
let reader: ProcessLines | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-reader-'));
});
afterEach(async () => {
  await reader?.stop();
  rmSync(directory, { recursive: true });
});

const start = (args: readonly string[]): ProcessLines => {
  reader = new ProcessLines(join(ROOT, 'emulator/main.ts'), ['reader', ...args, '--json']);
  return reader;
};

test('a reader takes one card after another, and its port goes when it is told to quit', async () => {
  const port = join(directory, 'ports', 'chip-reader');
  const running = start(['--pty', port, '--card', CARD]);
  const told: Message[] = [];
  running.listen((message) => told.push(message));
  await vi.waitFor(() => expect(told).toContainEqual({ event: 'ready', chipReader: port }), 10_000);
  for (const words of [`insert ${CARD}`, 'pull', `insert ${CARD}`, 'pull', 'insert nothing.json', 'push'])
    running.say(words);
  await vi.waitFor(() => expect(told).toHaveLength(7), 5_000);
  expect(told.slice(1)).toEqual([
    { event: 'problem', problem: 'There is a card in the slot: pull it first.' },
    { event: 'done', words: 'pull' },
    { event: 'done', words: `insert ${CARD}` },
    { event: 'done', words: 'pull' },
    { event: 'problem', problem: 'nothing.json cannot be read as JSON: check that it exists and is well formed.' },
    { event: 'problem', problem: '"push" is no deed: pull, insert FILE or quit.' },
  ]);
  running.say('quit');
  expect(await running.ended).toMatchObject({ code: 0, complaint: '' });
  expect(existsSync(port)).toBe(false);
});

test.each([
  { args: [], code: 2, complaint: '--pty is missing.' },
  { args: ['--pty', 'x', '--swipe'], code: 2, complaint: "Unknown option '--swipe'" },
  { args: ['--pty', 'x', '--card', 'nothing.json'], code: 1, complaint: 'nothing.json cannot be read' },
])('a reader with $args does not start', async ({ args, code, complaint }) => {
  const ended = await start(args).ended;
  expect(ended.code).toBe(code);
  expect(ended.complaint).toContain(complaint);
});
