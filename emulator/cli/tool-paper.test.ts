import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { paperTool } from './tool-paper.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/paper');
let directory = '';
let slip = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-paper-'));
  slip = join(directory, 'slip.bin');
  const hex = readFileSync(join(FIXTURES, 'sample-slip.hex'), 'utf8').replaceAll(/^#.*$|\s/gm, '');
  writeFileSync(slip, Buffer.from(hex, 'hex'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a stream is shown as the text of its pieces, with a mark at each cut', () => {
  const golden = readFileSync(join(FIXTURES, 'sample-slip.txt'), 'utf8');
  expect(paperTool([slip])).toEqual({ stdout: golden, stderr: '', exitCode: 0 });
});

test('--png writes a picture as wide as the paper and its margins', () => {
  const out = join(directory, 'slip.png');
  expect(paperTool([slip, '--png', out]).exitCode).toBe(0);
  const png = readFileSync(out);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([384 + 48, 941]);
});

test('--width 576 lays the slip out for 80 mm paper', () => {
  const { stdout } = paperTool([slip, '--width', '576']);
  expect(stdout.split('\n')[0]).toBe(`${' '.repeat(11)}银联POS签购单`);
});

test('bytes that are no command are told of', () => {
  const file = join(directory, 'garbage.bin');
  writeFileSync(file, Buffer.from('1b7f410a', 'hex'));
  expect(paperTool([file])).toEqual({
    stdout: 'A\n',
    stderr: 'paper: 2 bytes are no command of this printer\n',
    exitCode: 0,
  });
});

test.each([
  { args: [], exitCode: 2, says: 'say one file' },
  { args: ['a', 'b'], exitCode: 2, says: 'say one file' },
  { args: ['a', '--width', '400'], exitCode: 2, says: '--width 400 is not a paper width: 384 (58 mm) or 576 (80 mm)' },
  { args: ['a', '--colour'], exitCode: 2, says: "Unknown option '--colour'" },
  { args: ['/no/such/file'], exitCode: 1, says: 'cannot read /no/such/file' },
])('$args is refused in one line that says: $says', ({ args, exitCode, says }) => {
  const output = paperTool(args);
  expect(output).toMatchObject({ stdout: '', exitCode });
  expect(output.stderr).toContain(says);
  expect(output.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a picture that cannot be written is said so', () => {
  const output = paperTool([slip, '--png', join(directory, 'no', 'slip.png')]);
  expect(output).toMatchObject({ stdout: '', exitCode: 1 });
  expect(output.stderr).toContain('cannot write');
});
