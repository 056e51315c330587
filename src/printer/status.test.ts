import { readFileSync } from 'node:fs';
import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexLines } from './kit.testing.ts';
import { BLOCK_BYTES_MAX, StatusClassifier, type StatusAnswer } from './status.ts';
import { automaticFlags, realTimeFlags, troubleOf } from './status-tables.ts';

function hear(bytes: readonly number[]): readonly StatusAnswer[] {
  const classifier = new StatusClassifier();
  return bytes.flatMap((byte) => classifier.push(byte));
}

const fromHex = (hex: string): readonly number[] => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')];
const ID: StatusAnswer = { type: 'process-id', id: '0001' };
const IDLE: StatusAnswer = { type: 'automatic', flags: [] };

describe('the first byte tells what an answer is', () => {
  test.each<[string, string, readonly StatusAnswer[]]>([
    ['XON', '11', [{ type: 'xon' }]],
    ['XOFF', '13', [{ type: 'xoff' }]],
    ['automatic status, idle', '10 00 00 00', [IDLE]],
    ['automatic status, drawer pin 3 high', '14 00 00 00', [{ type: 'automatic', flags: ['drawer-high'] }]],
    ['DLE EOT answer', '12', [{ type: 'real-time', byte: 0x12 }]],
    ['DLE EOT answer, everything set', '7e', [{ type: 'real-time', byte: 0x7e }]],
    ['GS r answer', '00', [{ type: 'buffered', byte: 0 }]],
    ['GS r answer, paper end', '0c', [{ type: 'buffered', byte: 0x0c }]],
    ['process id', '37 22 30 30 30 31 00', [ID]],
    ['buffers cleared', '37 25 00', [{ type: 'cleared' }]],
    ['went offline', '37 23 00', [{ type: 'went-offline' }]],
    ['went offline, with causes', '37 23 41 42 00', [{ type: 'went-offline' }]],
    ['printer information', '5f 41 42 00', [{ type: 'block', bytes: [0x5f, 0x41, 0x42] }]],
    ['a process id of three digits', '37 22 30 30 31 00', [{ type: 'block', bytes: fromHex('37 22 30 30 31') }]],
    ['XOFF within an automatic status', '10 00 13 00 00', [{ type: 'xoff' }, IDLE]],
    ['XON and XOFF within a block', '37 11 22 30 13 30 30 31 00', [{ type: 'xon' }, { type: 'xoff' }, ID]],
    ['a DLE EOT answer before an automatic status', '12 10 00 00 00', [{ type: 'real-time', byte: 0x12 }, IDLE]],
    ['a byte that no answer begins with', 'ff', [{ type: 'discarded', reason: 'unknown-byte', bytes: [0xff] }]],
    [
      'an automatic status that breaks off before a DLE EOT answer',
      '10 00 12',
      [
        { type: 'discarded', reason: 'broken-automatic-status', bytes: [0x10, 0] },
        { type: 'real-time', byte: 0x12 },
      ],
    ],
    [
      'a block that breaks off before an automatic status',
      '37 22 30 10 00 00 00',
      [{ type: 'discarded', reason: 'broken-block', bytes: [0x37, 0x22, 0x30] }, IDLE],
    ],
  ])('%s', (_name, hex, answers) => {
    expect(hear(fromHex(hex))).toEqual(answers);
  });

  test('a silence ends what has begun', () => {
    const classifier = new StatusClassifier();
    classifier.push(0x37);
    expect(classifier.isWaiting).toBe(true);
    expect(classifier.idle()).toEqual([{ type: 'discarded', reason: 'unfinished', bytes: [0x37] }]);
    expect(classifier.isWaiting).toBe(false);
    expect(classifier.push(0x12)).toEqual([{ type: 'real-time', byte: 0x12 }]);
  });

  test('a block without an end is given up at its greatest length', () => {
    const answers = hear([0x5f, ...Array<number>(BLOCK_BYTES_MAX).fill(0x41)]);
    expect(answers[0]).toMatchObject({ type: 'discarded', reason: 'block-too-long' });
    expect(answers[0]).toHaveProperty('bytes.length', BLOCK_BYTES_MAX);
  });

  test('no garbage makes it throw, hold more than a block, or deaf to what follows', () => {
    assert(
      property(array(integer({ min: 0, max: 255 }), { maxLength: 500 }), (bytes) => {
        const classifier = new StatusClassifier();
        const answers = [...bytes.flatMap((byte) => classifier.push(byte)), ...classifier.idle()];
        const accounted = answers.reduce((sum, answer) => sum + bytesOf(answer), 0);
        expect(accounted).toBeLessThanOrEqual(bytes.length);
        const thrownAway = answers.map((answer) => (answer.type === 'discarded' ? answer.bytes.length : 0));
        expect(Math.max(0, ...thrownAway)).toBeLessThanOrEqual(BLOCK_BYTES_MAX);
        expect(classifier.push(0x12)).toEqual([{ type: 'real-time', byte: 0x12 }]);
      }),
    );
  });
});

/** At least: the causes of `went-offline` are not kept. */
function bytesOf(answer: StatusAnswer): number {
  if (answer.type === 'automatic') return 4;
  if (answer.type === 'process-id') return 7;
  if (answer.type === 'block' || answer.type === 'discarded') return answer.bytes.length;
  return 1;
}

describe('the bits mean what the sheet says', () => {
  const answers = hexLines(readFileSync(`${import.meta.dirname}/../../fixtures/escpos/answers.hex`, 'utf8'));

  test.each(
    ([1, 2, 3, 4] as const).flatMap((n) =>
      [...answers]
        .filter(([name]) => name.startsWith(`dle-eot-${n} `))
        .map(([name, bytes]) => [name, n, bytes] as const),
    ),
  )('%s', (name, n, bytes) => {
    const meaning = name.slice('dle-eot-n '.length);
    const flags = meaning === 'fine' ? [] : meaning.split(' + ');
    expect(realTimeFlags(n, bytes[0] ?? 0)).toEqual(flags);
  });

  test.each([...answers].filter(([name]) => name.startsWith('automatic ')))('%s', (name, bytes) => {
    const meaning = name.slice('automatic '.length);
    const flags = meaning === 'fine' ? [] : meaning.split(' + ');
    expect(hear([...bytes])).toEqual([{ type: 'automatic', flags }]);
    expect(automaticFlags([...bytes])).toEqual(flags);
  });

  test.each([
    [['offline', 'cover-open', 'paper-end'], 'cover-open'],
    [['error', 'auto-recoverable-error', 'cover-open'], 'cover-open'],
    [['offline', 'stopped-by-paper-end'], 'paper-out'],
    [['paper-near-end', 'paper-end'], 'paper-out'],
    [['offline', 'error', 'cutter-error'], 'cutter'],
    [['offline', 'error', 'unrecoverable-error'], 'printer-error'],
    [['offline', 'error', 'auto-recoverable-error'], 'overheated'],
    [['offline', 'error'], 'printer-error'],
    [['offline'], 'printer-error'],
    [['paper-near-end'], undefined],
    [['drawer-high', 'feeding', 'feed-pressed', 'waiting-for-recovery'], undefined],
    [[], undefined],
  ] as const)('%j makes the trouble %s', (flags, trouble) => {
    expect(troubleOf(flags)).toBe(trouble);
  });
});
