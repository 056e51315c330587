/** Mutations that these tests caught: a problem that repeats what came; a password handed on as text, or unchecked. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Input, Screen } from '../domain/screen.ts';
import { linesDisplay } from './lines.ts';

const screen: Screen = {
  id: 'sign-on',
  title: { zh: '请输入密码', en: 'PASSWORD' },
  lines: [],
  accepts: ['password', 'cancel'],
  entry: { pattern: '\\d{4,8}', example: '' },
};

/** What becomes of a line, and what is said of it. */
async function keyed(
  line: string,
  shown = screen,
): Promise<{ readonly inputs: readonly Input[]; readonly said: string }> {
  const script = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  const inputs: Input[] = [];
  const display = linesDisplay(script, output, () => undefined);
  display.onInput((input) => inputs.push(input));
  display.show(shown);
  let said = '';
  output.on('data', (text: string) => (said += text));
  await new Promise((goOn) => setImmediate(goOn));
  said = '';
  script.write(`${line}\n`);
  await new Promise((goOn) => setImmediate(goOn));
  return { inputs, said };
}

test('a password is a secret from the line on', async () => {
  const { inputs, said } = await keyed('{"type":"password","text":"90715634"}');
  expect(inputs).toMatchObject([{ type: 'password' }]);
  const [input] = inputs;
  expect(input?.type === 'password' && input.password.reveal()).toBe('90715634');
  expect(JSON.stringify(inputs)).not.toContain('90715634');
  expect(said).toBe('');
});

test.each([
  ['a number', '{"type":"password","text":90715634}', /"text\\" must be string/],
  ['a list', '{"type":"password","text":["90715634"]}', /"text\\" must be string/],
  ['another key', '{"type":"password","password":"90715634"}', /"text\\" is missing/],
  ['a key too many', '{"type":"password","text":"1","90715634":1}', /a key too many/],
  ['another type', '{"type":"pasword","text":"90715634"}', /"type\\" must be/],
  ['the type of a text', '{"type":"text","text":"90715634"}', /does not take \\"text\\"/],
  ['no JSON', '90715634x', /one line of JSON/],
  ['no object', '"90715634"', /Not an input: it must be Object/],
  ['what the screen does not ask for', '{"type":"password","text":"90715634x"}', /Not what the screen asks for/],
])('a password as %s is refused without repeating it', async (_, line, why) => {
  const { inputs, said } = await keyed(line);
  expect(inputs).toEqual([]);
  expect(said).toMatch(/^\{"problem":"[^\n]*\n$/);
  expect(said).toMatch(why);
  expect(said).not.toContain('90715634');
});

test('a screen that asks for something else takes no password', async () => {
  const { inputs, said } = await keyed('{"type":"password","text":"90715634"}', { ...screen, accepts: ['text'] });
  expect(inputs).toEqual([]);
  expect(said).toContain('does not take');
});

test('a text stays one', async () => {
  const { inputs } = await keyed('{"type":"text","text":"1234"}', { ...screen, accepts: ['text'] });
  expect(inputs).toEqual([{ type: 'text', text: '1234' }]);
});
