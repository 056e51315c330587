/** From a report to its document: settlement, lists, parameters, reversal notice (dialect sheet 11.6). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount, type Currency } from '../domain/money.ts';
import type {
  DetailList,
  FailureList,
  ListedTransaction,
  ParameterReport,
  ReversalNotice,
  SettlementReport,
  SettlementSide,
} from '../domain/paper.ts';
import { sixDigits } from '../domain/stan.ts';
import {
  centered,
  dateTimePair,
  framed,
  heading,
  HEAVY_RULE,
  LABELS,
  LIGHT_RULE,
  pair,
  pairsOf,
  partyBlocks,
  titleBlock,
} from './blocks.ts';
import { maskedForPaper } from './card-numbers.ts';
import type { Block, PaperDocument, TableField, Words } from './document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';

type Report = SettlementReport | DetailList | FailureList | ParameterReport | ReversalNotice;

const TITLES: Record<Report['type'], Bilingual> = {
  settlement: { zh: '结算总计单', en: 'SETTLEMENT' },
  details: { zh: '交易明细', en: 'TRANSACTION DETAILS' },
  failures: { zh: '上送失败清单', en: 'FAILED UPLOADS' },
  parameters: { zh: '终端参数', en: 'TERMINAL PARAMETERS' },
  notice: { zh: '冲正失败通知', en: 'REVERSAL FAILED' },
};

/** After the batch number, e.g. `001437-SETTLE`; a notice is about one voucher, e.g. `001437-000012-NOTICE`. */
const ID_WORDS: Record<Report['type'], string> = {
  settlement: 'SETTLE',
  details: 'DETAIL',
  failures: 'FAILED',
  parameters: 'PARAM',
  notice: 'NOTICE',
};

const CURRENCY: Bilingual = { zh: '币种', en: 'CURRENCY' };
const ITEM_COUNT: Bilingual = { zh: '笔数', en: 'SUM' };
const DOMESTIC: Bilingual = { zh: '内卡', en: 'DOMESTIC CARDS' };
const FOREIGN: Bilingual = { zh: '外卡', en: 'FOREIGN CARDS' };
const NO_TRANSACTIONS: Bilingual = { zh: '无交易', en: 'NO TRANSACTIONS' };
const UNANSWERED: Bilingual = { zh: '未应答', en: 'UNANSWERED' };
const REFUSED: Bilingual = { zh: '被拒绝', en: 'REFUSED' };
const RESPONSE: Bilingual = { zh: '应答码', en: 'RESPONSE' };
const NO_RESPONSE: Bilingual = { zh: '无应答', en: 'NO RESPONSE' };
const ATTEMPTS: Bilingual = { zh: '冲正次数', en: 'ATTEMPTS' };
const CALL_THE_ACQUIRER: Bilingual = {
  zh: '主机未接受冲正，请勿再次收款，并与收单行联系核对',
  en: 'THE HOST DID NOT TAKE THE REVERSAL: DO NOT CHARGE AGAIN, SETTLE IT WITH THE ACQUIRER',
};
const VERDICTS: Record<SettlementSide['verdict'], Bilingual> = {
  balanced: { zh: '对账平', en: 'BALANCED' },
  'not-balanced': { zh: '对账不平', en: 'NOT BALANCED' },
  error: { zh: '对账出错', en: 'ERROR' },
};

/** So that the columns of all tables of a settlement stand below each other, but for sums of a hundred million. */
const AMOUNT_WIDTH = '99999999.99'.length;

const TYPE: TableField = { label: { zh: '类型', en: 'TYPE' }, align: 'left' };
const SUM: TableField = { label: ITEM_COUNT, align: 'right' };
const AMOUNT: TableField = { label: LABELS.amount, align: 'right' };
const WIDE_AMOUNT: TableField = { ...AMOUNT, widthMin: AMOUNT_WIDTH };
const HOST_TOTALS: TableField = { label: { zh: '主机总计', en: 'HOST TOTALS' }, align: 'left' };
const VOUCHER: TableField = { label: { zh: '凭证号', en: 'VOUCHER' }, align: 'left' };
const PAN: TableField = { label: LABELS.pan, align: 'left' };
const AUTHORIZATION_CODE: TableField = { label: { zh: '授权码', en: 'AUTH' }, align: 'left' };
const RESPONSE_CODE: TableField = { label: { zh: '应答码', en: 'RESP' }, align: 'left' };

export const settlementDocument = (report: SettlementReport, settings: PaperSettings = PLAIN): PaperDocument =>
  reportDocument(report, settings, [
    currencyPair(report.currency),
    HEAVY_RULE,
    ...sideBlocks(DOMESTIC, report.domestic, report.currency),
    HEAVY_RULE,
    ...sideBlocks(FOREIGN, report.foreign, report.currency),
  ]);

export const detailDocument = (list: DetailList, settings: PaperSettings = PLAIN): PaperDocument =>
  reportDocument(list, settings, [
    currencyPair(list.currency),
    HEAVY_RULE,
    pair(ITEM_COUNT, String(list.items.length)),
    ...itemBlocks(
      [
        [VOUCHER, TYPE, PAN],
        [AUTHORIZATION_CODE, AMOUNT],
      ],
      list.items.map((item) => [...identityCells(item), amountOf(item, list.currency)]),
    ),
  ]);

export const failureDocument = (list: FailureList, settings: PaperSettings = PLAIN): PaperDocument =>
  reportDocument(list, settings, [
    currencyPair(list.currency),
    HEAVY_RULE,
    heading(UNANSWERED),
    pair(ITEM_COUNT, String(list.unanswered.length)),
    ...itemBlocks(
      [
        [VOUCHER, TYPE, PAN],
        [AUTHORIZATION_CODE, AMOUNT],
      ],
      list.unanswered.map((item) => [...identityCells(item), amountOf(item, list.currency)]),
    ),
    HEAVY_RULE,
    heading(REFUSED),
    pair(ITEM_COUNT, String(list.refused.length)),
    ...itemBlocks(
      [
        [VOUCHER, TYPE, PAN],
        [AUTHORIZATION_CODE, RESPONSE_CODE, AMOUNT],
      ],
      list.refused.map((item) => [...identityCells(item), item.responseCode, amountOf(item, list.currency)]),
    ),
  ]);

export const parameterDocument = (report: ParameterReport, settings: PaperSettings = PLAIN): PaperDocument =>
  reportDocument(
    report,
    settings,
    report.groups.flatMap(({ rows, title }) => [
      HEAVY_RULE,
      heading(title),
      ...rows.map(({ label, value }) => pair(label, value)),
    ]),
  );

export const reversalNotice = (notice: ReversalNotice, settings: PaperSettings = PLAIN): PaperDocument =>
  reportDocument(notice, settings, [
    HEAVY_RULE,
    big(LABELS.transactionType, notice.transactionType),
    pair(LABELS.voucher, sixDigits(notice.voucher)),
    ...(notice.maskedPan === undefined ? [] : [big(LABELS.pan, maskedForPaper(notice.maskedPan))]),
    ...(notice.amount === undefined
      ? []
      : [big(LABELS.amount, `${notice.currency.slipPrefix} ${formatAmount(notice.amount, notice.currency)}`)]),
    ...pairsOf([RESPONSE, notice.responseCode ?? NO_RESPONSE], [ATTEMPTS, String(notice.attempts)]),
    LIGHT_RULE,
    heading(CALL_THE_ACQUIRER),
  ]);

const reportDocument = (report: Report, settings: PaperSettings, body: readonly Block[]): PaperDocument =>
  framed({
    titles: [titleBlock(TITLES[report.type])],
    id: [
      sixDigits(report.batch),
      ...(report.type === 'notice' ? [sixDigits(report.voucher)] : []),
      ID_WORDS[report.type],
    ].join('-'),
    reprint: report.reprint,
    training: report.training === true,
    body: [...partyBlocks(report), pair(LABELS.batch, sixDigits(report.batch)), dateTimePair(report.dateTime), ...body],
    applicationVersion: report.applicationVersion,
    settings,
  });

function sideBlocks(name: Bilingual, side: SettlementSide, currency: Currency): readonly Block[] {
  const totals = (first: TableField, rows: SettlementSide['rows']): Block => ({
    type: 'table',
    lines: [[first, SUM, WIDE_AMOUNT]],
    rows: rows.map(({ label, count, amount }) => [label, String(count), formatAmount(amount, currency)]),
  });
  return [
    // Apart, so that the worse verdict, which is the longer, is not the smaller one on narrow rolls.
    { type: 'big', label: name, value: VERDICTS[side.verdict], apart: true },
    ...(side.rows.length === 0 ? [centered(NO_TRANSACTIONS)] : [totals(TYPE, side.rows)]),
    ...(side.host === undefined ? [] : [LIGHT_RULE, totals(HOST_TOTALS, side.host)]),
  ];
}

const itemBlocks = (
  lines: readonly (readonly TableField[])[],
  rows: readonly (readonly Words[])[],
): readonly Block[] => (rows.length === 0 ? [] : [{ type: 'table', lines, rows }]);

const identityCells = (item: ListedTransaction): readonly Words[] => [
  sixDigits(item.voucher),
  item.letter,
  maskedForPaper(item.maskedPan),
  item.authorizationCode ?? '',
];

const amountOf = (item: ListedTransaction, currency: Currency): string => formatAmount(item.amount, currency);
const currencyPair = (currency: Currency): Block => pair(CURRENCY, currency.slipPrefix);
const big = (label: Bilingual, value: Words): Block => ({ type: 'big', label, value, apart: false });
