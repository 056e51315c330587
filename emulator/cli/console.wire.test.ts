/** The programs that people run, at a real terminal: what its kernel echoes is seen here, too. */
import { resolve } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import { afterEach, expect, test } from 'vitest';

let program: IPty | undefined;
afterEach(() => program?.kill('SIGKILL'));

/** Keys each answer when its prompt has come up since the answer before, and gives everything that was shown. */
async function drive(args: readonly string[], dialogue: readonly (readonly [prompt: string, keys: string])[]) {
  const [file = '', ...others] = args;
  const started = spawn(process.execPath, [resolve(import.meta.dirname, file), ...others], { cols: 80, rows: 24 });
  program = started;
  let shown = '';
  let from = 0;
  const rest = [...dialogue];
  started.onData((text) => {
    shown += text;
    answer();
  });
  // An empty answer only waits.
  const answer = (): void => {
    const [next] = rest;
    const at = next === undefined ? -1 : shown.indexOf(next[0], from);
    if (next === undefined || at < 0) return;
    rest.shift();
    from = at + next[0].length;
    if (next[1] === '') answer();
    else started.write(next[1]);
  };
  const exitCode = await new Promise<number>((ended) => started.onExit((exit) => ended(exit.exitCode)));
  program = undefined;
  expect({ rest, shown }).toMatchObject({ rest: [] });
  return { shown: shown.replaceAll('\r\n', '\n'), exitCode };
}

test('the tool asks for a password twice, shows neither, and prints the hash', async () => {
  const { exitCode, shown } = await drive(
    ['tool.ts', 'password'],
    [
      ['Password: ', '90715634\r'],
      ['Again: ', '90715634\r'],
    ],
  );
  expect(shown).toMatch(/^密码 Password: \*{8}\n再输一次 Again: \*{8}\nscrypt\$32768\$8\$1\$[0-9a-f]+\$[0-9a-f]+\n$/);
  expect(exitCode).toBe(0);
});

test('a sale keyed at a terminal shows what the cashier keys, and nothing of the password or the PIN', async () => {
  const { exitCode, shown } = await drive(
    ['start.ts'],
    [
      ['(1) > ', '1\r'],
      ['(如 e.g. 01 / ', '01\r'],
      ['(密码 password / ', '0000\r'],
      ['(1-34) > ', '1\r'],
      ['(如 e.g. 12.34 / ', '12.34\r'],
      ['swipe / ', 'approved\r'],
      ['(Enter ', '\r'],
      ['c cancels', '123456\r'],
      // Once the slips have been read, what is wanted next stands below them again.
      ['END', ''],
      ['APPROVED', 'q\r'],
    ],
  );
  const [before = '', entry = ''] = shown.split(/Key the PIN|TRANSMITTING/);
  expect(before).toMatch(/> 12\.34\n/);
  expect(before).toMatch(/Operator 01 has the password 0000, supervisor 00 has 12345678\./);
  expect(before).toMatch(/> \*{4}\n/);
  expect(entry).toContain('******');
  expect(entry).not.toContain('123456');
  expect(exitCode).toBe(0);
});

/** Chinese characters and their punctuation are two columns wide. */
const columnsOf = (line: string): number =>
  Array.from(line).reduce((columns, each) => columns + (/[\u2E80-\uA4CF\uFF00-\uFF60]/.test(each) ? 2 : 1), 0);

test('every screen of a transfer, a balance and a declined sale fits 80 columns and 24 lines', async () => {
  const { shown } = await drive(
    ['start.ts'],
    [
      ['(1) > ', '1\r'],
      ['(如 e.g. 01 / ', '01\r'],
      ['(密码 password / ', '0000\r'],
      ['(1-34) > ', '10\r'],
      ['(如 e.g. 01', '01110101199001011237\r'],
      ['SWIPE THE RECEIVING', ''],
      ['swipe / ', 'second\r'],
      ['(如 e.g. 12.34 / ', '10\r'],
      ['SWIPE THE PAYING', ''],
      ['swipe / ', 'approved\r'],
      ['CONFIRM AMOUNT AND BOTH', 'c\r'],
      ['CANCELLED', '\r'],
      ['(1-34) > ', '9\r'],
      ['swipe / ', 'second\r'],
      ['(Enter ', '\r'],
      ['c cancels', '123456\r'],
      ['BALANCE RMB 10000.00', '1\r'],
      ['PRINT THE BALANCE: done', ''],
      ['(1-34) > ', 'sale\r'],
      ['(如 e.g. 12.34 / ', '10\r'],
      ['swipe / ', 'lost-card\r'],
      ['(Enter ', '\r'],
      ['c cancels', '123456\r'],
      ['41 Lost card, keep it', '\r'],
      ['(1-34) > ', 'q\r'],
    ],
  );
  const screens = shown.split(/\n\n/).filter((each) => !each.includes('完 END') && !each.includes('*  '));
  expect(Math.max(...screens.map((screen) => screen.split('\n').length))).toBeLessThanOrEqual(23);
  expect(screens.flatMap((screen) => screen.split('\n')).filter((line) => columnsOf(line) > 80)).toEqual([]);
});
