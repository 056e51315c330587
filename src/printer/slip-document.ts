/** From a slip to its document: the order and the labels of a 签购单 (dialect sheet 11.2). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount, type AmountMinor } from '../domain/money.ts';
import type { EntryMode, Slip } from '../domain/slip.ts';
import { sixDigits } from '../domain/stan.ts';
import {
  centered,
  dateTimePair,
  framed,
  LABELS as SHARED,
  LIGHT_RULE,
  pairsOf,
  partyBlocks,
  titleBlock,
} from './blocks.ts';
import { hostTextForPaper, maskedForPaper } from './card-numbers.ts';
import type { Block, PaperDocument, Words } from './document.ts';
import { emvBlocks } from './emv-block.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';
import { signatureBlocks } from './signature.ts';

const LABELS = {
  ...SHARED,
  issuer: { zh: '发卡行', en: 'ISSUER' },
  acquirer: { zh: '收单行', en: 'ACQ' },
  paymentCode: { zh: '付款码', en: 'PAYMENT CODE' },
  paymentVoucher: { zh: '付款凭证号', en: 'PAYMENT VOUCHER NO' },
  receiverPan: { zh: '转入卡号', en: 'TO CARD NO' },
  expiry: { zh: '有效期', en: 'EXP. DATE' },
  cardOrganisation: { zh: '卡组织', en: 'CARD TYPE' },
  authorizationCode: { zh: '授权码', en: 'AUTH NO' },
  referenceNumber: { zh: '参考号', en: 'REF. NO' },
  balance: { zh: '可用余额', en: 'AVAILABLE BALANCE' },
  originalVoucher: { zh: '原凭证号', en: 'ORI. VOUCHER NO' },
  originalAuthorizationCode: { zh: '原授权码', en: 'ORI. AUTH NO' },
  originalReferenceNumber: { zh: '原参考号', en: 'ORI. REF. NO' },
  originalDate: { zh: '原交易日期', en: 'ORI. DATE' },
  remark: { zh: '备注', en: 'REFERENCE' },
} as const satisfies Record<string, Bilingual>;

const TITLE: Bilingual = { zh: '银联POS签购单', en: 'POS SALES SLIP' };
/** It acknowledges nothing. */
const BALANCE_TITLE: Bilingual = { zh: '银联POS余额单', en: 'POS BALANCE SLIP' };

const MODULE_DOTS_SMALL = 4;
const RECEIPT: Bilingual = { zh: '电子小票', en: 'E-RECEIPT' };

/** Of three copies the second is the bank's, and the cardholder's is the last (dialect sheet 11.2). */
const COPIES: Record<Slip['copy'], { readonly title: Bilingual; readonly letter: string }> = {
  merchant: { title: { zh: '商户存根', en: 'MERCHANT COPY' }, letter: 'M' },
  bank: { title: { zh: '银行存根', en: 'BANK COPY' }, letter: 'B' },
  cardholder: { title: { zh: '持卡人存根', en: 'CARDHOLDER COPY' }, letter: 'C' },
};

/** Dialect sheet 11.3. */
const ENTRY_LETTERS: Record<EntryMode, string> = {
  keyed: 'M',
  swiped: 'S',
  inserted: 'I',
  contactless: 'C',
  none: 'N',
};

/** `batch-voucher-M-1`: merchant copy, copy 1; or `-B-2`, or `-C-2`. */
function slipId({ batch, copy, copies, voucher }: Slip): string {
  const number = copy === 'merchant' ? 1 : copy === 'bank' ? 2 : (copies ?? 2);
  return `${sixDigits(batch)}-${sixDigits(voucher)}-${COPIES[copy].letter}-${number}`;
}

export const slipDocument = (slip: Slip, settings: PaperSettings = PLAIN): PaperDocument =>
  framed({
    titles: [
      ...(settings.logo === undefined ? [] : [{ type: 'logo', logo: settings.logo } as const]),
      ...settings.header.map((text) => centered(text)),
      titleBlock(slip.balance === undefined ? TITLE : BALANCE_TITLE),
      centered(COPIES[slip.copy].title),
    ],
    id: slipId(slip),
    reprint: slip.reprint,
    training: slip.training === true,
    body: [
      ...partyBlocks(slip),
      LIGHT_RULE,
      ...cardBlocks(slip),
      LIGHT_RULE,
      ...traceBlocks(slip),
      ...moneyBlocks(LABELS.amount, slip, slip.amount, slip.givesBack === true),
      ...moneyBlocks(LABELS.balance, slip, slip.balance?.amount, slip.balance?.negative === true),
      ...separated([
        ...slip.remarks.flatMap((remark) => optionalPair(LABELS.remark, hostTextForPaper(remark))),
        ...originalBlocks(slip),
      ]),
      ...separated(emvBlocks(slip.emv)),
    ],
    closing: [...signatureBlocks(slip), ...codeBlocks(slip), ...settings.footer.map((text) => centered(text))],
    applicationVersion: slip.applicationVersion,
    settings,
  });

const cardBlocks = (slip: Slip): readonly Block[] => [
  big(
    slip.presented === 'payment-code' ? LABELS.paymentCode : LABELS.pan,
    `${maskedForPaper(slip.maskedPan)} ${ENTRY_LETTERS[slip.entryMode]}`,
  ),
  ...(slip.receiverMaskedPan === undefined ? [] : [big(LABELS.receiverPan, maskedForPaper(slip.receiverMaskedPan))]),
  ...pairsOf([LABELS.issuer, slip.issuer], [LABELS.acquirer, slip.acquirer]),
  ...pairsOf(
    [LABELS.expiry, slip.expiry === undefined ? undefined : yearAndMonth(slip.expiry)],
    [LABELS.cardOrganisation, slip.cardOrganisation],
  ),
];

const traceBlocks = (slip: Slip): readonly Block[] => [
  big(LABELS.transactionType, slip.transactionType),
  ...pairsOf([LABELS.batch, sixDigits(slip.batch)], [LABELS.voucher, sixDigits(slip.voucher)]),
  ...optionalPair(LABELS.paymentVoucher, slip.paymentVoucher),
  ...pairsOf([LABELS.authorizationCode, slip.authorizationCode], [LABELS.referenceNumber, slip.referenceNumber]),
  dateTimePair(slip.dateTime),
];

const moneyBlocks = (
  label: Bilingual,
  { currency }: Slip,
  amount: AmountMinor | undefined,
  isNegative: boolean,
): readonly Block[] =>
  amount === undefined
    ? []
    : [big(label, `${currency.slipPrefix} ${isNegative ? '-' : ''}${formatAmount(amount, currency)}`)];

const originalBlocks = ({ original }: Slip): readonly Block[] => [
  ...optionalPair(LABELS.originalVoucher, original?.voucher),
  ...optionalPair(LABELS.originalAuthorizationCode, original?.authorizationCode),
  ...pairsOf([LABELS.originalReferenceNumber, original?.referenceNumber], [LABELS.originalDate, original?.date]),
];

/** Of squares of four dots a printer is sent a quarter; the smallest modules stay as they are. */
const printable = (moduleDots: number): number =>
  moduleDots > MODULE_DOTS_SMALL ? moduleDots - (moduleDots % 2) : moduleDots;

const codeBlocks = ({ copy, receiptCode }: Slip): readonly Block[] =>
  receiptCode === undefined || copy !== 'cardholder'
    ? []
    : [centered(RECEIPT), { type: 'code', ...receiptCode, moduleDots: printable(receiptCode.moduleDots) }];

const separated = (blocks: readonly Block[]): readonly Block[] => (blocks.length === 0 ? [] : [LIGHT_RULE, ...blocks]);
const big = (label: Bilingual, value: Words): Block => ({ type: 'big', label, value, apart: false });
const yearAndMonth = (expiry: string): string => `${expiry.slice(0, 2)}/${expiry.slice(2)}`;
const optionalPair = (label: Bilingual, value: string | undefined): readonly Block[] =>
  pairsOf([label, value], [label, undefined]);
