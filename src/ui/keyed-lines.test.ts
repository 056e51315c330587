/**
 * Mutations that these tests caught: a star that is the character; a Backspace that takes half a character, or more
 * than there is; an escape sequence in a password; a chunk that is split wrongly where a password begins or ends; raw
 * mode kept after the close; Ctrl-D in the middle of a password; half a password taken at the end of the input; no
 * bound on a line; CR LF as two ends, or Enter and Enter as one.
 */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { KeyedLines, type Keyboard } from './keyed-lines.ts';

/** @param isTTY whether the keyboard is a terminal's. */
function setUp(isTTY: boolean) {
  const raw: boolean[] = [];
  const keys = new PassThrough();
  const keyboard: Keyboard = Object.assign(keys, { isTTY, setRawMode: (next: boolean) => raw.push(next) });
  const heard: string[] = [];
  let shown = '';
  const screen = new PassThrough({ encoding: 'utf8' }).on('data', (text: string) => (shown += text));
  let onLine: (text: string) => void = () => undefined;
  const lines = new KeyedLines(keyboard, screen, {
    line(text) {
      heard.push(text);
      onLine(text);
    },
    ended: () => heard.push('(ended)'),
  });
  const settled = (): Promise<void> => new Promise((goOn) => setImmediate(goOn));
  return {
    heard,
    keys,
    lines,
    raw,
    shown: () => shown,
    whenLine: (listener: (text: string) => void) => (onLine = listener),
    async key(...chunks: readonly (string | Uint8Array)[]) {
      for (const chunk of chunks) {
        keys.write(chunk);
        await settled();
      }
    },
    async end() {
      keys.end();
      await settled();
    },
  };
}

function hidden() {
  const world = setUp(true);
  world.lines.hide(true);
  return world;
}

test.each([
  ['1234\r', ['1234'], '****\n'],
  ['1234\n', ['1234'], '****\n'],
  ['12\x7F34\r', ['134'], '**\b \b**\n'],
  ['12\b34\r', ['134'], '**\b \b**\n'],
  ['\x7F\x7F1\r', ['1'], '*\n'],
  ['99\x151234\r', ['1234'], '**\b \b\b \b****\n'],
  ['1\u{1F511}\x7F密2\r', ['1密2'], '**\b \b**\n'],
  ['1\x1B[A\x1B[1;5C\x1BOP2\r', ['12'], '**\n'],
  ['1\t\x00\x07\x1B2\r', ['12'], '**\n'],
  ['12\x0434\r', ['1234'], '****\n'],
  ['\r', [''], '\n'],
  ['1\r2\r', ['1', '2'], '*\n*\n'],
])('a password keyed as %j is %j and shows %j', async (keyed, heard, shown) => {
  const world = hidden();
  await world.key(keyed);
  expect([world.heard, world.shown()]).toEqual([heard, shown]);
});

test('a password may come key by key, and byte by byte', async () => {
  const world = hidden();
  await world.key(...Array.from(Buffer.from('12密\r'), (byte) => Uint8Array.of(byte)));
  expect([world.heard, world.shown()]).toEqual([['12密'], '***\n']);
});

test.each([
  ['Ctrl-C', '12\x0334\r'],
  ['Ctrl-D before anything else', '\x0434\r'],
])('%s ends a password, and gives the keyboard back', async (_, keyed) => {
  const world = hidden();
  await world.key(keyed, 'more\n');
  expect([world.heard, world.raw]).toEqual([['(ended)'], [true, false]]);
});

test('a terminal is raw while a password is keyed, and only then', async () => {
  const world = setUp(true);
  expect(world.raw).toEqual([]);
  world.lines.hide(false);
  world.lines.hide(true);
  world.lines.hide(true);
  expect(world.raw).toEqual([true]);
  world.lines.hide(false);
  expect(world.raw).toEqual([true, false]);
});

test('what is keyed openly is left to the terminal', async () => {
  const world = setUp(true);
  await world.key('12.34\n');
  expect([world.heard, world.shown()]).toEqual([['12.34'], '']);
});

test('each return at a terminal ends a line, whichever it is', async () => {
  const world = setUp(true);
  await world.key('1\r', '\n2\n');
  expect(world.heard).toEqual(['1', '', '2']);
});

test('what is keyed ahead shows as the line asks that it is for', async () => {
  const world = setUp(true);
  world.whenLine((text) => world.lines.hide(text === '01'));
  await world.key('01\n1234\r7\n');
  expect([world.heard, world.shown(), world.raw]).toEqual([['01', '1234', '7'], '****\n', [true, false]]);
});

test('a password that nobody waits for any more is dropped', async () => {
  const world = hidden();
  await world.key('12');
  world.lines.hide(false);
  await world.key('34\n');
  expect(world.heard).toEqual(['34']);
});

test('a closed keyboard is given back, and heard no more', async () => {
  const world = hidden();
  await world.key('12');
  world.lines.close();
  await world.key('34\r');
  await world.end();
  expect([world.heard, world.raw, world.keys.isPaused()]).toEqual([[], [true, false], true]);
});

test('half a password at the end of the input is none', async () => {
  const world = hidden();
  await world.key('12');
  await world.end();
  expect(world.heard).toEqual(['(ended)']);
});

test.each([
  [['a\nb\n'], ['a', 'b', '(ended)']],
  [['a\r\nb\r\n'], ['a', 'b', '(ended)']],
  [
    ['a\r', '\nb'],
    ['a', 'b', '(ended)'],
  ],
  [['a\rb\r'], ['a', 'b', '(ended)']],
  [['a\n\nb'], ['a', '', 'b', '(ended)']],
  [[], ['(ended)']],
])('a pipe that gives %j is heard as %j, shows nothing, and is never raw', async (chunks, heard) => {
  const world = setUp(false);
  world.lines.hide(true);
  await world.key(...chunks);
  await world.end();
  expect([world.heard, world.shown(), world.raw]).toEqual([heard, '', []]);
});

test.each([true, false])('a line of more than 4096 characters is cut (terminal: %j)', async (isTTY) => {
  const world = setUp(isTTY);
  world.lines.hide(true);
  await world.key(`${'1'.repeat(5000)}\n`);
  expect(world.heard.map(({ length }) => length)).toEqual([4096]);
});
