/** From a slip to its document: the order and the labels of a 签购单 (dialect sheet 11.2). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount } from '../domain/money.ts';
import { isPanShaped, maskPan } from '../domain/pan.ts';
import type { EntryMode, Slip, SlipCopy } from '../domain/slip.ts';
import { sixDigits } from '../domain/stan.ts';
import type { Block, SlipDocument } from './document.ts';

const LABELS = {
  merchantName: { zh: '商户名称', en: 'MERCHANT NAME' },
  merchantNumber: { zh: '商户编号', en: 'MERCHANT NO' },
  terminalNumber: { zh: '终端编号', en: 'TERMINAL NO' },
  operatorNumber: { zh: '操作员号', en: 'OPERATOR NO' },
  issuer: { zh: '发卡行', en: 'ISSUER' },
  acquirer: { zh: '收单行', en: 'ACQ' },
  pan: { zh: '卡号', en: 'CARD NO' },
  transactionType: { zh: '交易类型', en: 'TXN. TYPE' },
  expiry: { zh: '有效期', en: 'EXP. DATE' },
  cardOrganisation: { zh: '卡组织', en: 'CARD TYPE' },
  batch: { zh: '批次号', en: 'BATCH NO' },
  voucher: { zh: '凭证号', en: 'VOUCHER NO' },
  authorizationCode: { zh: '授权码', en: 'AUTH NO' },
  referenceNumber: { zh: '参考号', en: 'REF. NO' },
  dateTime: { zh: '日期/时间', en: 'DATE/TIME' },
  amount: { zh: '金额', en: 'AMOUNT' },
  originalVoucher: { zh: '原凭证号', en: 'ORI. VOUCHER NO' },
  originalAuthorizationCode: { zh: '原授权码', en: 'ORI. AUTH NO' },
  originalReferenceNumber: { zh: '原参考号', en: 'ORI. REF. NO' },
  originalDate: { zh: '原交易日期', en: 'ORI. DATE' },
  remark: { zh: '备注', en: 'REFERENCE' },
  signature: { zh: '持卡人签名', en: 'CARDHOLDER SIGNATURE' },
} as const satisfies Record<string, Bilingual>;

const TITLE: Bilingual = { zh: '银联POS签购单', en: 'POS SALES SLIP' };
const DUPLICATED: Bilingual = { zh: '重打印', en: 'DUPLICATED' };
const ACKNOWLEDGEMENT: Bilingual = {
  zh: '本人确认以上交易，同意将其记入本卡账户',
  en: 'I ACKNOWLEDGE THE ABOVE TRANSACTION AND AGREE TO CHARGE IT TO THIS CARD',
};

const COPIES: Record<SlipCopy, { readonly title: Bilingual; readonly letter: string; readonly number: number }> = {
  merchant: { title: { zh: '商户存根', en: 'MERCHANT COPY' }, letter: 'M', number: 1 },
  cardholder: { title: { zh: '持卡人存根', en: 'CARDHOLDER COPY' }, letter: 'C', number: 2 },
};

/** Dialect sheet 11.3. */
const ENTRY_LETTERS: Record<EntryMode, string> = {
  keyed: 'M',
  swiped: 'S',
  inserted: 'I',
  contactless: 'C',
  none: 'N',
};

/**
 * `batch-voucher-M-1`: merchant copy, copy 1; or `-C-2`. It stands in the header and in the footer, so that a piece of
 * paper without the footer line is known to be no complete slip (printer sheet 8).
 */
function slipId(slip: Slip): string {
  const { letter, number } = COPIES[slip.copy];
  return `${sixDigits(slip.batch)}-${sixDigits(slip.voucher)}-${letter}-${number}`;
}

export function slipDocument(slip: Slip): SlipDocument {
  // A torn piece must say what it is by itself, so the mark of a reprint stands beside both ids too.
  const id = slip.reprint ? `${slipId(slip)} ${DUPLICATED.zh}` : slipId(slip);
  return [
    centered(TITLE.zh, true),
    centered(TITLE.en, true),
    centered(spaced(COPIES[slip.copy].title)),
    centered(id),
    { type: 'rule' },
    ...partyBlocks(slip),
    { type: 'rule' },
    ...transactionBlocks(slip),
    ...(slip.reprint ? [{ type: 'feed', lines: 1 } as const, centered(spaced(DUPLICATED), true)] : []),
    { type: 'rule' },
    ...signatureBlocks(slip),
    centered(slip.applicationVersion),
    centered(`${id} 完 END`),
    { type: 'cut' },
  ];
}

const partyBlocks = (slip: Slip): readonly Block[] => [
  pair(LABELS.merchantName, slip.merchantName),
  pair(LABELS.merchantNumber, slip.merchantNumber),
  pair(LABELS.terminalNumber, slip.terminalNumber),
  pair(LABELS.operatorNumber, slip.operatorNumber),
  ...optionalPair(LABELS.issuer, slip.issuer),
  ...optionalPair(LABELS.acquirer, slip.acquirer),
];

const transactionBlocks = (slip: Slip): readonly Block[] => [
  { type: 'big', label: LABELS.pan, value: `${maskedPan(slip)} ${ENTRY_LETTERS[slip.entryMode]}` },
  pair(LABELS.transactionType, spaced(slip.transactionType)),
  ...optionalPair(LABELS.expiry, slip.expiry === undefined ? undefined : yearAndMonth(slip.expiry)),
  pair(LABELS.cardOrganisation, slip.cardOrganisation),
  pair(LABELS.batch, sixDigits(slip.batch)),
  pair(LABELS.voucher, sixDigits(slip.voucher)),
  ...optionalPair(LABELS.authorizationCode, slip.authorizationCode),
  ...optionalPair(LABELS.referenceNumber, slip.referenceNumber),
  pair(LABELS.dateTime, slip.dateTime.replaceAll('-', '/')),
  {
    type: 'big',
    label: LABELS.amount,
    value: `${slip.currency.slipPrefix} ${slip.givesBack === true ? '-' : ''}${formatAmount(slip.amount, slip.currency)}`,
  },
  ...slip.remarks.map((remark) => pair(LABELS.remark, remark)),
  ...optionalPair(LABELS.originalVoucher, slip.original?.voucher),
  ...optionalPair(LABELS.originalAuthorizationCode, slip.original?.authorizationCode),
  ...optionalPair(LABELS.originalReferenceNumber, slip.original?.referenceNumber),
  ...optionalPair(LABELS.originalDate, slip.original?.date),
];

/** Dialect sheet 11.5: only the merchant keeps a signature. */
const signatureBlocks = (slip: Slip): readonly Block[] =>
  slip.signatureLine && slip.copy === 'merchant'
    ? [{ type: 'signature', label: LABELS.signature, acknowledgement: ACKNOWLEDGEMENT }]
    : [];

/** The slip's maker masks; this only makes sure that a number that was not masked never reaches paper. */
const maskedPan = (slip: Slip): string => (isPanShaped(slip.maskedPan) ? maskPan(slip.maskedPan) : slip.maskedPan);

const yearAndMonth = (expiry: string): string => `${expiry.slice(0, 2)}/${expiry.slice(2)}`;
const spaced = (text: Bilingual): string => `${text.zh} ${text.en}`;
const centered = (text: string, bold = false): Block => ({ type: 'text', text, align: 'center', bold });
const pair = (label: Bilingual, value: string): Block => ({ type: 'pair', label, value });
const optionalPair = (label: Bilingual, value: string | undefined): readonly Block[] =>
  value === undefined || value === '' ? [] : [pair(label, value)];
