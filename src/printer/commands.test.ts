import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  automaticStatus,
  BARRIER_ID,
  CHINESE_ON,
  CLEAR_BUFFERS,
  CUT,
  dleEot,
  feedLines,
  INITIALIZE,
  nextProcessNumber,
  processId,
  processIdFence,
  RECOVER,
  STATUS_FENCE,
} from './commands.ts';
import { hexLines } from './kit.testing.ts';

const GOLDEN = hexLines(readFileSync(`${import.meta.dirname}/../../fixtures/escpos/commands.hex`, 'utf8'));

test.each<[string, Uint8Array]>([
  ['DLE EOT 1', dleEot(1)],
  ['DLE EOT 2', dleEot(2)],
  ['DLE EOT 3', dleEot(3)],
  ['DLE EOT 4', dleEot(4)],
  ['DLE DC4 8', CLEAR_BUFFERS],
  ['DLE ENQ 2', RECOVER],
  ['ESC @', INITIALIZE],
  ['GS a 15', automaticStatus(15)],
  ['FS &', CHINESE_ON],
  ['ESC d 4', feedLines(4)],
  ['GS V 0', CUT],
  ['GS r 1', STATUS_FENCE],
  ['GS ( H 48 "0001"', processIdFence('0001')],
])('%s has the bytes of the manual', (name, bytes) => {
  expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(GOLDEN.get(name) ?? []).toString('hex'));
});

test.each([
  [0, '    '],
  [1, '   !'],
  [94, '   ~'],
  [95, '  ! '],
  [95 ** 4 - 1, '~~~~'],
])('process number %d is the id "%s"', (number, id) => {
  expect(processId(number)).toBe(id);
});

test('process ids ascend within a second, with the clock, and across a restart', () => {
  const first = nextProcessNumber(-1, 5_000_000);
  const second = nextProcessNumber(first, 5_000_999);
  const afterRestart = nextProcessNumber(-1, 5_002_000);
  expect([first, second, afterRestart]).toEqual([5000, 5001, 5002]);
});

test('process numbers stay within four digits at any date', () => {
  const inTheYear2100 = 4_102_444_800_000;
  const first = nextProcessNumber(-1, inTheYear2100);
  expect(first).toBeLessThan(95 ** 4);
  expect(nextProcessNumber(first, inTheYear2100)).toBe(first + 1);
});

test('the process number after the last is 1: 0 is the id of barriers', () => {
  expect(nextProcessNumber(95 ** 4 - 1, 0)).toBe(1);
  expect(nextProcessNumber(-1, 0)).toBe(1);
  expect(BARRIER_ID).toBe(processId(0));
});

test.each(['123', '12345', '00\u00071', '中文字体'])('%j is no process id', (id) => {
  expect(() => processIdFence(id)).toThrow('20h to 7Eh');
});
