/** Mutations that these tests caught: no second entry; any password taken; the password repeated in a complaint. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { Passwords } from '../../src/journal/passwords.ts';
import { passwordTool } from './tool-password.ts';

const passwords = new Passwords((bytes) => new Uint8Array(bytes), { cost: 2, blockSize: 1, parallelization: 1 });

async function run(keyed: string, { args = [] as string[], isTTY = false } = {}) {
  const keyboard = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  let shown = '';
  const screen = new PassThrough({ encoding: 'utf8' }).on('data', (text: string) => (shown += text));
  keyboard.end(keyed);
  const result = await passwordTool(args, { keyboard, screen, passwords });
  return { result, shown };
}

test.each([
  ['from a pipe', '90715634\n', false, ''],
  ['from a pipe without a line end', '90715634', false, ''],
  ['keyed twice', '90715634\r90715634\r', true, '密码 Password: ********\n再输一次 Again: ********\n'],
])('a password %s becomes a hash that matches it', async (_, keyed, isTTY, everythingShown) => {
  const { result, shown } = await run(keyed, { isTTY });
  expect(result).toMatchObject({ stderr: '', exitCode: 0 });
  expect(shown).toBe(everythingShown);
  const hash = result.stdout.trimEnd();
  const matches = await new Promise((answer) => passwords.verify(Secret.of('90715634', 'PASSWORD'), hash, answer));
  expect(matches).toBe(true);
});

test.each([
  ['letters', 'letmein90715634\n', {}, /4 to 8 digits/, 1],
  ['too little', '907\n', {}, /4 to 8 digits/, 1],
  ['too much', '907156341\n', {}, /4 to 8 digits/, 1],
  ['a blank before it', ' 90715634\n', {}, /4 to 8 digits/, 1],
  ['nothing', '', {}, /No password/, 1],
  ['two that differ', '90715634\r90715635\r', { isTTY: true }, /not the same/, 1],
  ['only the first', '90715634\r', { isTTY: true }, /No password/, 1],
  ['Ctrl-C', '907\x03', { isTTY: true }, /No password/, 1],
  ['the password as an argument', '', { args: ['90715634'] }, /^Usage: password,/, 2],
])('%s gets no hash', async (_, keyed, options, complaint, exitCode) => {
  const { result, shown } = await run(keyed, options);
  expect(result).toEqual({ stdout: '', stderr: expect.stringMatching(complaint), exitCode });
  expect(result.stderr + shown).not.toContain('907');
});
