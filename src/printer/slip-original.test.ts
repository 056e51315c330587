import { expect, test } from 'vitest';
import { CNY, toAmountMinor } from '../domain/money.ts';
import { paperText } from './text-renderer.ts';

const slip = {
  type: 'slip',
  copy: 'merchant',
  reprint: false,
  merchantName: '滨江第二杂货店',
  merchantNumber: '898310154110001',
  terminalNumber: '31000001',
  operatorNumber: '01',
  maskedPan: '622202*********6788',
  entryMode: 'swiped',
  transactionType: { zh: '消费撤销', en: 'VOID' },
  cardOrganisation: 'CUP',
  batch: 1,
  voucher: 124,
  dateTime: '2026-03-01 12:34:56',
  amount: toAmountMinor(123_456n),
  currency: CNY,
  remarks: [],
  signatureLine: false,
  applicationVersion: 'SLIPWAY 0.1.0',
} as const;

test('a void shows its amount with a minus sign, and what it takes back', () => {
  const text = paperText(
    { ...slip, givesBack: true, original: { voucher: '000123', referenceNumber: '112233445566' } },
    32,
  );
  expect(text).toContain('RMB -1234.56');
  expect(text).toContain('000123');
  expect(text).toContain('112233445566');
});

test('a sale shows neither', () => {
  const text = paperText(slip, 32);
  expect(text).toContain('RMB 1234.56');
  expect(text).not.toContain('ORI.');
});
