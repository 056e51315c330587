/** For tests: one paper of each kind. */
import { CNY, toAmountMinor, type AmountMinor } from '../domain/money.ts';
import type {
  DetailList,
  FailureList,
  ListedTransaction,
  Paper,
  ParameterReport,
  ReversalNotice,
  SettlementReport,
  SettlementRow,
  TestStrip,
} from '../domain/paper.ts';
import type { PaperSettings } from './paper-settings.ts';
import { Canvas } from '../glyphs/canvas.ts';
import type { Slip, SlipEmv } from '../domain/slip.ts';

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

const PARAMETERS: ParameterReport = {
  ...HEAD,
  type: 'parameters',
  groups: [
    {
      title: { zh: '主机', en: 'HOST' },
      rows: [
        { label: { zh: '主机地址', en: 'HOST ADDRESS' }, value: '192.0.2.10:8443' },
        { label: { zh: '备用地址', en: 'BACKUP' }, value: '192.0.2.11:8443' },
        { label: { zh: 'TPDU', en: 'TPDU' }, value: '6000030000' },
        { label: { zh: '应答超时', en: 'REPLY TIMEOUT' }, value: '60 s' },
      ],
    },
    {
      title: { zh: '交易开关', en: 'TRANSACTIONS' },
      rows: [
        { label: { zh: '消费', en: 'SALE' }, value: { zh: '开', en: 'ON' } },
        { label: { zh: '退货', en: 'REFUND' }, value: { zh: '开', en: 'ON' } },
        { label: { zh: '预授权完成(通知)', en: 'AUTH SETTLEMENT' }, value: { zh: '关', en: 'OFF' } },
      ],
    },
    {
      title: { zh: '免密免签', en: 'NO PIN, NO SIGNATURE' },
      rows: [
        { label: { zh: '免密限额', en: 'NO PIN UP TO' }, value: 'RMB 300.00' },
        { label: { zh: '免签限额', en: 'NO SIGNATURE UP TO' }, value: 'RMB 300.00' },
      ],
    },
  ],
};

const REVERSAL_NOTICE: ReversalNotice = {
  ...HEAD,
  type: 'notice',
  transactionType: { zh: '消费', en: 'SALE' },
  voucher: 123,
  maskedPan: '622202*********6788',
  amount: fen(123_456n),
  responseCode: '12',
  attempts: 3,
};

export const EMV_ONLINE: SlipEmv = {
  cryptogram: { name: 'ARQC', value: '8A6D21F0C3B45E97' },
  aid: 'A000000333010101',
  tvr: '0080048000',
  tsi: '6800',
  atc: '001C',
  label: 'PBOC DEBIT',
  panSequence: '01',
};

export const EMV_OFFLINE: SlipEmv = {
  cryptogram: { name: 'TC', value: '5B2F90D47E113AC8' },
  aid: 'A000000333010106',
  tvr: '0000000000',
  tsi: 'E800',
  atc: '00A3',
  terminalCapabilities: 'E0E9C8',
  panSequence: '00',
  aip: '7C00',
  unpredictableNumber: '3F9A01BC',
  issuerApplicationData: '07010103900000010A010000001234D1C6E2F0',
};

const follows = (zh: string, en: string, change: Partial<Slip> = {}): Slip => ({
  ...SLIP,
  transactionType: { zh, en },
  voucher: 124,
  ...change,
});

export const TEST_STRIP: TestStrip = {
  type: 'test-strip',
  reprint: false,
  terminalNumber: '31000001',
  dateTime: '2026-03-01 21:30:00',
  headLines: 212_480,
  density: 'normal',
  applicationVersion: 'SLIPWAY 0.1.0',
};

/** As long as the record of a sale makes it. */
const RECEIPT_URL = `https://r.example.cn/#${'0oRDoQEnoQRIn3Kd8sVbQ1hTowEBAwJYPKMBGgAB4kACGQ'.repeat(6)}`;

/** Every kind of slip, report and notice, by the name of its golden picture. */
export const GALLERY = {
  sale: SLIP,
  'sale-cardholder': { ...SLIP, copy: 'cardholder' },
  'sale-receipt-code': {
    ...SLIP,
    copy: 'cardholder',
    receiptCode: { text: RECEIPT_URL, moduleDots: 4, errorCorrection: 'medium' },
  },
  'sale-short-code': {
    ...SLIP,
    copy: 'cardholder',
    receiptCode: { text: 'https://r.example.cn/#s=1.123.C.9Kd0', moduleDots: 8, errorCorrection: 'medium' },
  },
  'sale-bank': { ...SLIP, copy: 'bank', copies: 3 },
  'sale-chip': { ...SLIP, entryMode: 'inserted', emv: EMV_ONLINE },
  'sale-below-limits': {
    ...SLIP,
    entryMode: 'contactless',
    amount: fen(8800n),
    emv: EMV_ONLINE,
    waiver: { by: 'limit', noPinUpTo: fen(100_000n), noSignatureUpTo: fen(30_000n) },
  },
  'sale-on-device': { ...SLIP, entryMode: 'contactless', waiver: { by: 'device' } },
  'sale-offline': {
    ...SLIP,
    copy: 'cardholder',
    entryMode: 'contactless',
    transactionType: { zh: '电子现金消费', en: 'EC SALE' },
    amount: fen(350n),
    emv: EMV_OFFLINE,
    waiver: { by: 'electronic-cash' },
  },
  'sale-payment-code': {
    ...SLIP,
    presented: 'payment-code',
    maskedPan: '622202*********0018',
    entryMode: 'none',
    paymentVoucher: '20260301123456000123',
    waiver: { by: 'payment-code' },
  },
  'sale-reprint': { ...SLIP, reprint: 2, remarks: ['发卡行备注 ISSUER REMARK'] },
  'sale-training': { ...SLIP, training: true },
  'sale-long-name': {
    ...SLIP,
    merchantName: '滨江区第二百货大楼股份有限公司东门分店 BINJIANG DEPARTMENT STORE EAST GATE',
    amount: fen(999_999_999_999n),
  },
  void: follows('消费撤销', 'VOID', { givesBack: true, original: { voucher: '000123' } }),
  refund: follows('退货', 'REFUND', {
    givesBack: true,
    original: { referenceNumber: '112233445566', date: '0228' },
  }),
  'pre-authorization': follows('预授权', 'AUTH'),
  'pre-authorization-void': follows('预授权撤销', 'AUTH VOID', {
    givesBack: true,
    original: { authorizationCode: '654321', date: '0228' },
  }),
  completion: follows('预授权完成', 'AUTH COMPLETE', { original: { authorizationCode: '654321', date: '0228' } }),
  'completion-advice': follows('预授权完成(通知)', 'AUTH SETTLEMENT', { original: { authorizationCode: '654321' } }),
  'completion-void': follows('预授权完成撤销', 'COMPLETE VOID', { givesBack: true, original: { voucher: '000123' } }),
  transfer: TRANSFER_SLIP,
  balance: BALANCE_SLIP,
  settlement: SETTLEMENT,
  details: DETAILS,
  failures: FAILURES,
  parameters: PARAMETERS,
  'reversal-notice': REVERSAL_NOTICE,
  'test-strip': TEST_STRIP,
} as const satisfies Readonly<Record<string, Paper>>;

/** A slipway, with a ship on it. */
function drawnLogo(): Canvas {
  const canvas = new Canvas(120, 48);
  for (let y = 0; y < canvas.heightDots; y++) {
    for (let x = 0; x < canvas.widthDots; x++) {
      const isWay = y >= 40 - x / 6 && y < 46 - x / 6;
      const isHull = y >= 20 && y < 38 - x / 6 && x > 20 + (y - 20) / 2 && x < 100 - (y - 20) * 2;
      const isMast = x >= 58 && x < 62 && y >= 2 && y < 20;
      if (isWay || isHull || isMast) canvas.burn(x, y);
    }
  }
  return canvas;
}

export const SETTINGS_WITH_LOGO: PaperSettings = {
  language: 'zh-en',
  header: ['滨江第二杂货店欢迎您', 'WELCOME'],
  footer: ['谢谢惠顾，请妥善保管此单', 'www.example.com  0571-5550100'],
  logo: { type: 'dots', bitmap: drawnLogo() },
};

/** One of each kind, and of each block. */
export const PAPERS: readonly Paper[] = Object.values(GALLERY);
