/** The programs that people run, at a real terminal: what its kernel echoes is seen here, too. */
import { resolve } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import { afterEach, expect, test } from 'vitest';

let program: IPty | undefined;
afterEach(() => program?.kill('SIGKILL'));

/** Keys each answer when its prompt has come up since the answer before, and gives everything that was shown. */
async function drive(args: readonly string[], dialogue: readonly (readonly [prompt: string, keys: string])[]) {
  const [file = '', ...others] = args;
  const started = spawn(process.execPath, [resolve(import.meta.dirname, file), ...others], { cols: 120, rows: 50 });
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

test('a sale keyed at a terminal shows what the cashier keys, and nothing of the PIN', async () => {
  const { exitCode, shown } = await drive(
    ['start.ts'],
    [
      ['(1-', '1\r'],
      ['(12.34 / ', '12.34\r'],
      ['swipe / ', 'approved\r'],
      ['(Enter ', '\r'],
      ['c cancels', '123456\r'],
      ['APPROVED', 'q\r'],
    ],
  );
  const [before = '', entry = ''] = shown.split(/Key the PIN|TRANSMITTING/);
  expect(before).toMatch(/> 12\.34\n/);
  expect(before).toMatch(/Operator 01 has the password 0000, supervisor 00 has 12345678\./);
  expect(entry).toContain('******');
  expect(entry).not.toContain('123456');
  expect(exitCode).toBe(0);
});
