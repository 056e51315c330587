/** From a report to its document: settlement, list of transactions, list of failed uploads (dialect sheet 11.6). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount, type Currency } from '../domain/money.ts';
import type { DetailList, FailureList, ListedTransaction, SettlementReport, SettlementSide } from '../domain/paper.ts';
import { sixDigits } from '../domain/stan.ts';
import {
  centered,
  dateTimePair,
  framed,
  HEAVY_RULE,
  LABELS,
  LIGHT_RULE,
  pair,
  partyBlocks,
  spaced,
  titleBlocks,
} from './blocks.ts';
import { maskedForPaper } from './card-numbers.ts';
import type { Block, Cell, PaperDocument, TableField } from './document.ts';

type Report = SettlementReport | DetailList | FailureList;

const TITLES: Record<Report['type'], Bilingual> = {
  settlement: { zh: '结算总计单', en: 'SETTLEMENT' },
  details: { zh: '交易明细', en: 'TRANSACTION DETAILS' },
  failures: { zh: '上送失败清单', en: 'FAILED UPLOADS' },
};

/** After the batch number, e.g. `001437-SETTLE`. */
const ID_WORDS: Record<Report['type'], string> = { settlement: 'SETTLE', details: 'DETAIL', failures: 'FAILED' };

const CURRENCY: Bilingual = { zh: '币种', en: 'CURRENCY' };
const ITEM_COUNT: Bilingual = { zh: '笔数', en: 'SUM' };
const DOMESTIC: Bilingual = { zh: '内卡', en: 'DOMESTIC CARDS' };
const FOREIGN: Bilingual = { zh: '外卡', en: 'FOREIGN CARDS' };
const NO_TRANSACTIONS: Bilingual = { zh: '无交易', en: 'NO TRANSACTIONS' };
const UNANSWERED: Bilingual = { zh: '未应答', en: 'UNANSWERED' };
const REFUSED: Bilingual = { zh: '被拒绝', en: 'REFUSED' };
const VERDICTS: Record<SettlementSide['verdict'], Bilingual> = {
  balanced: { zh: '对账平', en: 'BALANCED' },
  'not-balanced': { zh: '对账不平', en: 'NOT BALANCED' },
  error: { zh: '对账出错', en: 'ERROR' },
};

/** So that the columns of all tables of a settlement stand below each other, but for sums of a hundred million. */
const AMOUNT_WIDTH = '99999999.99'.length;

const TYPE: TableField = { label: { zh: '类型', en: 'TYPE' }, align: 'left' };
const SUM: TableField = { label: ITEM_COUNT, align: 'right' };
const AMOUNT: TableField = { label: { zh: '金额', en: 'AMOUNT' }, align: 'right' };
const WIDE_AMOUNT: TableField = { ...AMOUNT, widthMin: AMOUNT_WIDTH };
const HOST_TOTALS: TableField = { label: { zh: '主机总计', en: 'HOST TOTALS' }, align: 'left' };
const VOUCHER: TableField = { label: { zh: '凭证号', en: 'VOUCHER' }, align: 'left' };
const PAN: TableField = { label: LABELS.pan, align: 'left' };
const AUTHORIZATION_CODE: TableField = { label: { zh: '授权码', en: 'AUTH' }, align: 'left' };
const RESPONSE_CODE: TableField = { label: { zh: '应答码', en: 'RESP' }, align: 'left' };

export const settlementDocument = (report: SettlementReport): PaperDocument =>
  reportDocument(report, [
    ...sideBlocks(DOMESTIC, report.domestic, report.currency),
    HEAVY_RULE,
    ...sideBlocks(FOREIGN, report.foreign, report.currency),
  ]);

export const detailDocument = (list: DetailList): PaperDocument =>
  reportDocument(list, [
    pair(ITEM_COUNT, String(list.items.length)),
    ...itemBlocks(
      [
        [VOUCHER, TYPE, PAN],
        [AUTHORIZATION_CODE, AMOUNT],
      ],
      list.items.map((item) => [...identityCells(item), amountOf(item, list.currency)]),
    ),
  ]);

export const failureDocument = (list: FailureList): PaperDocument =>
  reportDocument(list, [
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

const reportDocument = (report: Report, body: readonly Block[]): PaperDocument =>
  framed({
    titles: titleBlocks(TITLES[report.type]),
    id: `${sixDigits(report.batch)}-${ID_WORDS[report.type]}`,
    reprint: report.reprint,
    training: report.training === true,
    body: [
      ...partyBlocks(report),
      pair(LABELS.batch, sixDigits(report.batch)),
      dateTimePair(report.dateTime),
      pair(CURRENCY, report.currency.slipPrefix),
      HEAVY_RULE,
      ...body,
    ],
    applicationVersion: report.applicationVersion,
  });

function sideBlocks(name: Bilingual, side: SettlementSide, currency: Currency): readonly Block[] {
  const totals = (first: TableField, rows: SettlementSide['rows']): Block => ({
    type: 'table',
    lines: [[first, SUM, WIDE_AMOUNT]],
    rows: rows.map(({ label, count, amount }) => [label, String(count), formatAmount(amount, currency)]),
  });
  return [
    // Apart, so that the worse verdict, which is the longer, is not the smaller one on narrow rolls.
    { type: 'big', label: name, value: VERDICTS[side.verdict].zh },
    leftBold(VERDICTS[side.verdict].en),
    ...(side.rows.length === 0 ? [centered(spaced(NO_TRANSACTIONS))] : [totals(TYPE, side.rows)]),
    ...(side.host === undefined ? [] : [LIGHT_RULE, totals(HOST_TOTALS, side.host)]),
  ];
}

const itemBlocks = (lines: readonly (readonly TableField[])[], rows: readonly (readonly Cell[])[]): readonly Block[] =>
  rows.length === 0 ? [] : [{ type: 'table', lines, rows }];

const identityCells = (item: ListedTransaction): readonly Cell[] => [
  sixDigits(item.voucher),
  item.letter,
  maskedForPaper(item.maskedPan),
  item.authorizationCode ?? '',
];

const amountOf = (item: ListedTransaction, currency: Currency): string => formatAmount(item.amount, currency);
const heading = (text: Bilingual): Block => leftBold(spaced(text));
const leftBold = (text: string): Block => ({ type: 'text', text, align: 'left', bold: true });
