/** For tests: one paper of each kind. */
import { CNY, toAmountMinor } from '../domain/money.ts';
import type { Slip } from '../domain/slip.ts';

export const SLIP: Slip = {
  copy: 'merchant',
  reprint: false,
  merchantName: '滨江第二杂货店',
  merchantNumber: '898310154110001',
  terminalNumber: '31000001',
  operatorNumber: '01',
  issuer: '测试发卡行',
  acquirer: '测试收单行',
  maskedPan: '622202*********6788',
  entryMode: 'swiped',
  transactionType: { zh: '消费', en: 'SALE' },
  expiry: '3012',
  cardOrganisation: 'CUP',
  batch: 1,
  voucher: 123,
  authorizationCode: '654321',
  referenceNumber: '112233445566',
  dateTime: '2026-03-01 12:34:56',
  amount: toAmountMinor(123_456n),
  currency: CNY,
  remarks: [],
  signatureLine: true,
  applicationVersion: 'SLIPWAY 0.1.0',
};
