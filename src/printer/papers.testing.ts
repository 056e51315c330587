/** For tests: one paper of each kind. */
import { CNY, toAmountMinor, type AmountMinor } from '../domain/money.ts';
import type {
  DetailList,
  FailureList,
  ListedTransaction,
  Paper,
  SettlementReport,
  SettlementRow,
} from '../domain/paper.ts';
import type { Slip } from '../domain/slip.ts';

export const SLIP: Slip = {
  type: 'slip',
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

export const TRAINING_SLIP: Slip = { ...SLIP, training: true };

export const TRANSFER_SLIP: Slip = {
  ...SLIP,
  transactionType: { zh: '转账', en: 'TRANSFER' },
  receiverMaskedPan: '622202*********2104',
  signatureLine: false,
};

const { amount: _, authorizationCode: __, ...unpaid } = SLIP;
export const BALANCE_SLIP: Slip = {
  ...unpaid,
  copy: 'cardholder',
  transactionType: { zh: '余额查询', en: 'BALANCE' },
  balance: { negative: true, amount: toAmountMinor(98_765n) },
};

const HEAD = {
  reprint: false,
  merchantName: '滨江第二杂货店',
  merchantNumber: '898310154110001',
  terminalNumber: '31000001',
  operatorNumber: '01',
  batch: 1437,
  dateTime: '2026-03-01 21:30:00',
  currency: CNY,
  applicationVersion: 'SLIPWAY 0.1.0',
} as const;

const fen = (amount: bigint): AmountMinor => toAmountMinor(amount);
const row = (zh: string, en: string, count: number, amount: bigint): SettlementRow => ({
  label: { zh, en },
  count,
  amount: fen(amount),
});

export const SETTLEMENT: SettlementReport = {
  ...HEAD,
  type: 'settlement',
  domestic: {
    verdict: 'balanced',
    rows: [
      row('消费', 'SALE', 12, 1_234_567n),
      row('消费撤销', 'VOID', 1, 5000n),
      row('退货', 'REFUND', 2, 12_050n),
      row('预授权完成', 'AUTH COMPLETE', 1, 80_000n),
      row('完成(通知)', 'AUTH SETTLEMENT', 1, 66_600n),
    ],
  },
  foreign: {
    verdict: 'not-balanced',
    rows: [row('消费', 'SALE', 3, 99_999n)],
    host: [row('借记', 'DEBIT', 2, 66_666n), row('贷记', 'CREDIT', 0, 0n)],
  },
};

export const LISTED: ListedTransaction = {
  voucher: 2,
  letter: 'S',
  maskedPan: '622202*********6788',
  amount: fen(1234n),
  authorizationCode: '654321',
};

export const DETAILS: DetailList = {
  ...HEAD,
  type: 'details',
  items: [
    LISTED,
    { voucher: 5, letter: 'R', maskedPan: '622202*********6788', amount: fen(1000n) },
    { voucher: 9, letter: 'P', maskedPan: '622202******4320', amount: fen(80_000n), authorizationCode: '654329' },
  ],
};

export const FAILURES: FailureList = {
  ...HEAD,
  type: 'failures',
  unanswered: [{ voucher: 5, letter: 'R', maskedPan: '622202*********6788', amount: fen(1000n) }],
  refused: [
    {
      voucher: 9,
      letter: 'P',
      maskedPan: '622202******4320',
      amount: fen(80_000n),
      authorizationCode: '654329',
      responseCode: '30',
    },
    { voucher: 11, letter: 'R', maskedPan: '622202*********6788', amount: fen(999_999_999_999n), responseCode: 'A1' },
  ],
};

/** One of each. */
export const PAPERS: readonly Paper[] = [SLIP, TRANSFER_SLIP, SETTLEMENT, DETAILS, FAILURES];
