/**
 * The console on a real pseudo-terminal: what the kernel echoes is seen here, too.
 *
 * Mutations that these tests caught: the keyboard never raw; raw only after the prompt is out; raw for ever.
 */
import { resolve } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import { afterEach, expect, test } from 'vitest';

const PASSWORD = '90715634';

/** Asks for an operator number, then for a password, then for a number again; says what came of each. */
const PROGRAM = `
import { consoleDisplay } from ${JSON.stringify(resolve(import.meta.dirname, 'console.ts'))};
const display = consoleDisplay(process.stdin, process.stdout, () => {
  process.stdout.write('GONE\\n');
  process.exit(3);
});
const ask = (type) => display.show({
  id: type, title: { zh: type, en: type }, lines: [], accepts: [type], entry: { pattern: '\\\\d{2,8}', example: 'ASK ' + type },
});
display.onInput((input) => {
  if (input.type === 'text') {
    process.stdout.write('NUMBER ' + input.text + '\\n');
    return input.text === '99' ? process.exit(0) : ask('password');
  }
  process.stdout.write('MATCHES ' + (input.password.reveal() === '${PASSWORD}') + ' ' + input.password + '\\n');
  ask('text');
});
ask('text');
`;

let program: IPty | undefined;
afterEach(() => program?.kill('SIGKILL'));

/** Keys each answer when its prompt has come up since the answer before; gives what was shown, and the exit code. */
async function drive(dialogue: readonly (readonly [prompt: string, keys: string])[]) {
  const started = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], { cols: 80, rows: 24 });
  program = started;
  let shown = '';
  let from = 0;
  const rest = [...dialogue];
  started.onData((text) => {
    shown += text;
    const [next] = rest;
    if (next === undefined || !shown.slice(from).includes(next[0])) return;
    rest.shift();
    from = shown.length;
    started.write(next[1]);
  });
  const exitCode = await new Promise<number>((ended) => started.onExit((exit) => ended(exit.exitCode)));
  program = undefined;
  expect({ rest, shown }).toMatchObject({ rest: [] });
  return { shown: shown.replaceAll('\r\n', '\n'), exitCode };
}

test('a password keyed at the console is read and not shown; what is keyed before and after it is', async () => {
  const { exitCode, shown } = await drive([
    ['ASK text) > ', '01\r'],
    ['ASK password) > ', `99\x7F\x7F${PASSWORD.slice(0, 4)}`],
    ['****', `${PASSWORD.slice(4)}\r`],
    ['ASK text) > ', '99\r'],
  ]);
  expect(shown).not.toMatch(/9071|5634/);
  expect(shown).toContain('(ASK password) > **\b \b\b \b********\nMATCHES true [PASSWORD]\n');
  // Echoed by the kernel, then said by the program.
  expect(shown).toContain('> 01\nNUMBER 01\n');
  expect(shown).toContain('> 99\nNUMBER 99\n');
  expect(exitCode).toBe(0);
});

test('what is no password is refused, and neither it nor the next try is shown', async () => {
  const { shown } = await drive([
    ['ASK text) > ', '01\r'],
    ['ASK password) > ', 'wrong\r'],
    ['Key one of', `${PASSWORD}\r`],
    ['ASK text) > ', '99\r'],
  ]);
  expect(shown).not.toMatch(/wrong|9071/);
  expect(shown).toContain('MATCHES true');
});

test.each([
  ['Ctrl-C', '12\x03'],
  ['Ctrl-D', '\x04'],
])('%s while a password is keyed ends the console', async (_, keys) => {
  const { exitCode, shown } = await drive([
    ['ASK text) > ', '01\r'],
    ['ASK password) > ', keys],
  ]);
  expect([exitCode, shown.includes('GONE')]).toEqual([3, true]);
});

test('Ctrl-D at any other prompt ends the console, too', async () => {
  expect((await drive([['ASK text) > ', '\x04']])).exitCode).toBe(3);
});
