/** `npm start` driven as a person drives it, through its standard input. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const START = resolve(import.meta.dirname, 'start.ts');

let child: ChildProcessWithoutNullStreams | undefined;
afterEach(() => child?.kill('SIGKILL'));

/** Keys each answer when its prompt has come up since the answer before, and gives everything that was shown. */
async function drive(dialogue: readonly (readonly [prompt: string, answer: string])[]): Promise<string> {
  const started = spawn(process.execPath, [START]);
  child = started;
  let shown = '';
  let from = 0;
  const rest = [...dialogue];
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = rest;
    if (next === undefined || !shown.slice(from).includes(next[0])) return;
    rest.shift();
    from = shown.length;
    started.stdin.write(`${next[1]}\n`);
  });
  const code = await new Promise((ended) => started.once('close', ended));
  expect({ rest, shown }).toMatchObject({ rest: [] });
  expect(code).toBe(0);
  return shown;
}

const SIGN_ON = [
  ['SIGN ON', '1'],
  ['Key the number', '01'],
  ['Password of operator 01', '0000'],
] as const;

test('a person signs on, takes a sale and finds the slip', async () => {
  const shown = await drive([
    ...SIGN_ON,
    ['READY', '1'],
    ['ENTER AMOUNT', '12.34'],
    ['swipe', 'insert nobody'],
    ['There is no chip card "nobody"', 'approved'],
    ['CONFIRM AMOUNT', ''],
    ['Key the PIN', '123456'],
    ['APPROVED', 'q'],
  ]);
  expect(shown).toContain('RMB 12.34\n');
  expect(shown).not.toContain('1234.00');
  for (const step of ['INITIATE', 'TRANSMIT', 'AUTHORIZE', 'PRINT']) expect(shown).toContain(step);
  expect(shown).toMatch(/picture: .*paper-002\.png/);
  expect(shown).not.toContain('123456\n');
  expect(shown).toContain('chip-two-applications');
});

test('a person cancels at every prompt, and corrects the amount', async () => {
  const shown = await drive([
    ...SIGN_ON,
    ['READY', '1'],
    ['ENTER AMOUNT', 'c'],
    ['CANCELLED', ''],
    ['READY', '1'],
    ['ENTER AMOUNT', '1'],
    ['swipe', 'c'],
    ['CANCELLED', ''],
    ['READY', '1'],
    ['ENTER AMOUNT', '1'],
    ['swipe', 'approved'],
    ['CONFIRM AMOUNT', 'c'],
    ['CANCELLED', ''],
    ['READY', '1'],
    ['ENTER AMOUNT', '1'],
    ['swipe', 'approved'],
    ['CONFIRM AMOUNT', 'n'],
    ['ENTER AMOUNT', '2'],
    ['swipe', 'approved'],
    ['CONFIRM AMOUNT', ''],
    ['Key the PIN', 'c'],
    ['CANCELLED', 'q'],
  ]);
  expect(shown).not.toContain('APPROVED');
});
