/** From a slip to its document: the order and the labels of a 签购单 (dialect sheet 11.2). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount, type AmountMinor } from '../domain/money.ts';
import type { EntryMode, Slip, SlipCopy } from '../domain/slip.ts';
import { sixDigits } from '../domain/stan.ts';
import {
  centered,
  dateTimePair,
  framed,
  LABELS as SHARED,
  LIGHT_RULE,
  pair,
  partyBlocks,
  spaced,
  titleBlocks,
} from './blocks.ts';
import { hostTextForPaper, maskedForPaper } from './card-numbers.ts';
import type { Block, PaperDocument } from './document.ts';

const LABELS = {
  ...SHARED,
  issuer: { zh: '发卡行', en: 'ISSUER' },
  acquirer: { zh: '收单行', en: 'ACQ' },
  receiverPan: { zh: '转入卡号', en: 'TO CARD NO' },
  transactionType: { zh: '交易类型', en: 'TXN. TYPE' },
  expiry: { zh: '有效期', en: 'EXP. DATE' },
  cardOrganisation: { zh: '卡组织', en: 'CARD TYPE' },
  voucher: { zh: '凭证号', en: 'VOUCHER NO' },
  authorizationCode: { zh: '授权码', en: 'AUTH NO' },
  referenceNumber: { zh: '参考号', en: 'REF. NO' },
  amount: { zh: '金额', en: 'AMOUNT' },
  balance: { zh: '可用余额', en: 'AVAILABLE BALANCE' },
  originalVoucher: { zh: '原凭证号', en: 'ORI. VOUCHER NO' },
  originalAuthorizationCode: { zh: '原授权码', en: 'ORI. AUTH NO' },
  originalReferenceNumber: { zh: '原参考号', en: 'ORI. REF. NO' },
  originalDate: { zh: '原交易日期', en: 'ORI. DATE' },
  remark: { zh: '备注', en: 'REFERENCE' },
  signature: { zh: '持卡人签名', en: 'CARDHOLDER SIGNATURE' },
} as const satisfies Record<string, Bilingual>;

const TITLE: Bilingual = { zh: '银联POS签购单', en: 'POS SALES SLIP' };
/** It acknowledges nothing. */
const BALANCE_TITLE: Bilingual = { zh: '银联POS余额单', en: 'POS BALANCE SLIP' };
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

/** `batch-voucher-M-1`: merchant copy, copy 1; or `-C-2`. */
function slipId(slip: Slip): string {
  const { letter, number } = COPIES[slip.copy];
  return `${sixDigits(slip.batch)}-${sixDigits(slip.voucher)}-${letter}-${number}`;
}

export const slipDocument = (slip: Slip): PaperDocument =>
  framed({
    titles: [
      ...titleBlocks(slip.balance === undefined ? TITLE : BALANCE_TITLE),
      centered(spaced(COPIES[slip.copy].title)),
    ],
    id: slipId(slip),
    reprint: slip.reprint,
    training: slip.training === true,
    body: [
      ...partyBlocks(slip),
      ...optionalPair(LABELS.issuer, slip.issuer),
      ...optionalPair(LABELS.acquirer, slip.acquirer),
      LIGHT_RULE,
      ...transactionBlocks(slip),
    ],
    signature: signatureBlocks(slip),
    applicationVersion: slip.applicationVersion,
  });

const transactionBlocks = (slip: Slip): readonly Block[] => [
  { type: 'big', label: LABELS.pan, value: `${maskedForPaper(slip.maskedPan)} ${ENTRY_LETTERS[slip.entryMode]}` },
  ...receiverBlocks(slip),
  pair(LABELS.transactionType, spaced(slip.transactionType)),
  ...optionalPair(LABELS.expiry, slip.expiry === undefined ? undefined : yearAndMonth(slip.expiry)),
  pair(LABELS.cardOrganisation, slip.cardOrganisation),
  pair(LABELS.batch, sixDigits(slip.batch)),
  pair(LABELS.voucher, sixDigits(slip.voucher)),
  ...optionalPair(LABELS.authorizationCode, slip.authorizationCode),
  ...optionalPair(LABELS.referenceNumber, slip.referenceNumber),
  dateTimePair(slip.dateTime),
  ...moneyBlocks(LABELS.amount, slip, slip.amount, slip.givesBack === true),
  ...moneyBlocks(LABELS.balance, slip, slip.balance?.amount, slip.balance?.negative === true),
  ...slip.remarks.map((remark) => pair(LABELS.remark, hostTextForPaper(remark))),
  ...optionalPair(LABELS.originalVoucher, slip.original?.voucher),
  ...optionalPair(LABELS.originalAuthorizationCode, slip.original?.authorizationCode),
  ...optionalPair(LABELS.originalReferenceNumber, slip.original?.referenceNumber),
  ...optionalPair(LABELS.originalDate, slip.original?.date),
];

const moneyBlocks = (
  label: Bilingual,
  { currency }: Slip,
  amount: AmountMinor | undefined,
  isNegative: boolean,
): readonly Block[] =>
  amount === undefined
    ? []
    : [
        {
          type: 'big',
          label,
          value: `${currency.slipPrefix} ${isNegative ? '-' : ''}${formatAmount(amount, currency)}`,
        },
      ];

/** Dialect sheet 11.5: only the merchant keeps a signature. */
const signatureBlocks = (slip: Slip): readonly Block[] =>
  slip.signatureLine && slip.copy === 'merchant'
    ? [{ type: 'signature', label: LABELS.signature, acknowledgement: ACKNOWLEDGEMENT }]
    : [];

const receiverBlocks = ({ receiverMaskedPan }: Slip): readonly Block[] =>
  receiverMaskedPan === undefined
    ? []
    : [{ type: 'big', label: LABELS.receiverPan, value: maskedForPaper(receiverMaskedPan) }];

const yearAndMonth = (expiry: string): string => `${expiry.slice(0, 2)}/${expiry.slice(2)}`;
const optionalPair = (label: Bilingual, value: string | undefined): readonly Block[] =>
  value === undefined || value === '' ? [] : [pair(label, value)];
