import { assert, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { passesLuhn } from '../domain/pan.ts';
import { hostTextForPaper, maskedForPaper } from './card-numbers.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { paperJob } from './escpos-renderer.ts';
import { paperText } from './text-renderer.ts';
import { DETAILS, FAILURES, GALLERY, SLIP, TRANSFER_SLIP } from './papers.testing.ts';

const PAN = '6222021234567890128';

describe('a card number for paper', () => {
  test.each([
    ['622202*********6788', '622202*********6788'],
    ['******', '******'],
    ['', ''],
    [PAN, '622202*********0128'],
    [`${PAN} `, '622202*********0128'],
    ['6222 0212 3456 7890', '622202******7890'],
    ['6222021234567890=3012', '********************'],
    ['62220212345', '***********'],
  ])('%j is shown as %j', (text, shown) => {
    expect(maskedForPaper(text)).toBe(shown);
  });
});

describe('words of the host', () => {
  test.each([
    ['参考 112233445566', '参考 112233445566'],
    ['订单 8983101541100010', '订单 8983101541100010'],
    ['卡 6222021234567894 已冻结', '卡 622202******7894 已冻结'],
  ])('%j are shown as %j', (text, shown) => {
    expect(hostTextForPaper(text)).toBe(shown);
  });
});

/** Each paper with a number that nobody masked in one place. */
const CARELESS: readonly [string, (pan: string) => Paper][] = [
  ['a slip', (pan) => ({ ...SLIP, maskedPan: pan })],
  ['the receiver of a transfer', (pan) => ({ ...TRANSFER_SLIP, receiverMaskedPan: pan })],
  ['a failed reversal', (pan) => ({ ...GALLERY['reversal-notice'], maskedPan: pan })],
  [
    'a list of transactions',
    (pan) => ({ ...DETAILS, items: DETAILS.items.map((item) => ({ ...item, maskedPan: pan })) }),
  ],
  [
    'an unanswered upload',
    (pan) => ({ ...FAILURES, unanswered: FAILURES.unanswered.map((item) => ({ ...item, maskedPan: pan })) }),
  ],
  [
    'a refused upload',
    (pan) => ({ ...FAILURES, refused: FAILURES.refused.map((item) => ({ ...item, maskedPan: pan })) }),
  ],
];

test.each(CARELESS)('a number that was not masked is masked on %s, on text and on paper', (_where, paper) => {
  assert(
    property(
      string({ unit: constantFrom(...Array.from('0123456789')), minLength: 12, maxLength: 19 }),
      integer({ min: 32, max: 48 }),
      (pan, columns) => {
        const job = paperJob(paper(pan), { ...PRINTER_PROFILES['epson-58'], columns }, '0001');
        for (const shown of [paperText(paper(pan), columns), Buffer.concat(job).toString('latin1')]) {
          expect(shown.replaceAll(/\s/g, '')).not.toContain(pan);
          expect(shown).toContain(`${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`);
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('a number in a remark of the host is masked on the slip', () => {
  const digits = Array.from({ length: 10 }, (_, check) => `621226400000001234${check}`);
  const pan = digits.find(passesLuhn) ?? '';
  const text = paperText({ ...SLIP, remarks: [`原卡 ${pan}`] }, 48);
  expect(pan).toHaveLength(19);
  expect(text).toContain('原卡 621226*********');
  expect(text).not.toContain(pan);
});
