/** What all papers have in common: the labels, the ids at head and foot, and the marks of what is no first print. */
import type { Bilingual } from '../domain/bilingual.ts';
import type { Block, Pair, PaperDocument, Words } from './document.ts';
import type { PaperSettings } from './paper-settings.ts';

/** What says which merchant, terminal and operator a paper is from. */
interface Parties {
  readonly merchantName: string;
  readonly merchantNumber: string;
  readonly terminalNumber: string;
  readonly operatorNumber: string;
}

interface Framing {
  readonly titles: readonly Block[];
  /** Stands at the head and at the foot, so that a torn piece is known to be no complete paper (printer sheet 8). */
  readonly id: string;
  readonly reprint: boolean | number;
  readonly training: boolean;
  readonly body: readonly Block[];
  /** Between the body and the foot. */
  readonly closing?: readonly Block[];
  readonly applicationVersion: string;
  readonly settings: PaperSettings;
}

const PARTY_LABELS = {
  merchantName: { zh: '商户名称', en: 'MERCHANT NAME' },
  merchantNumber: { zh: '商户编号', en: 'MERCHANT NO' },
  terminalNumber: { zh: '终端编号', en: 'TERMINAL NO' },
  operatorNumber: { zh: '操作员号', en: 'OPERATOR NO' },
} as const satisfies Record<keyof Parties, Bilingual>;

/** Labels that several papers share (dialect sheet 11.2). */
export const LABELS = {
  pan: { zh: '卡号', en: 'CARD NO' },
  transactionType: { zh: '交易类型', en: 'TXN. TYPE' },
  amount: { zh: '金额', en: 'AMOUNT' },
  batch: { zh: '批次号', en: 'BATCH NO' },
  voucher: { zh: '凭证号', en: 'VOUCHER NO' },
  dateTime: { zh: '日期/时间', en: 'DATE/TIME' },
} as const satisfies Record<string, Bilingual>;

export const LIGHT_RULE: Block = { type: 'rule', weight: 'light' };
export const HEAVY_RULE: Block = { type: 'rule', weight: 'heavy' };

/** Dialect sheet 11.2, row 18. */
const DUPLICATED: Bilingual = { zh: '重打印', en: 'DUPLICATED' };
/** Beside an id, where room is scarce. */
const MARKS: Record<PaperSettings['language'], string> = { 'zh-en': '重打印', zh: '重打印', en: 'REPRINT' };
const ENDS: Record<PaperSettings['language'], string> = { 'zh-en': '完 END', zh: '完', en: 'END' };
const TRAINING: Bilingual = { zh: '训练', en: 'TRAINING' };
const NO_MONEY_MOVED: Bilingual = { zh: '测试交易，资金未变动', en: 'TEST ONLY, NO MONEY MOVED' };

/** Head, body and foot. A torn piece must say what it is by itself, so the marks stand at both ends. */
export function framed(framing: Framing): PaperDocument {
  const { titles, reprint, training, body, closing = [], applicationVersion, settings } = framing;
  const isReprint = reprint !== false;
  const id = isReprint ? `${framing.id} ${MARKS[settings.language]}` : framing.id;
  const trainingBlocks = training ? TRAINING_BLOCKS : [];
  return [
    ...titles,
    centered(id),
    ...trainingBlocks,
    LIGHT_RULE,
    ...body,
    ...(isReprint ? reprintBlocks(reprint) : []),
    LIGHT_RULE,
    ...closing,
    // Below the signature and not above it (dialect sheet 11.2, row 19): nothing may come between it and the foot.
    ...trainingBlocks,
    centered(applicationVersion, 'small'),
    centered(`${id} ${ENDS[settings.language]}`),
    { type: 'cut' },
  ];
}

const reprintBlocks = (reprint: true | number): readonly Block[] => [
  { type: 'feed', lines: 1 },
  { type: 'headline', text: reprint === true ? DUPLICATED : numbered(reprint), apart: true },
];

const numbered = (reprint: number): Bilingual => ({
  zh: `${DUPLICATED.zh} #${reprint}`,
  en: `${DUPLICATED.en}, REPRINT #${reprint}`,
});

export const partyBlocks = (parties: Parties): readonly Block[] => [
  pair(PARTY_LABELS.merchantName, parties.merchantName),
  pair(PARTY_LABELS.merchantNumber, parties.merchantNumber),
  pairs([PARTY_LABELS.terminalNumber, parties.terminalNumber], [PARTY_LABELS.operatorNumber, parties.operatorNumber]),
];

/** From `YYYY-MM-DD HH:MM:SS`. */
export const dateTimePair = (dateTime: string): Block => pair(LABELS.dateTime, dateTime.replaceAll('-', '/'));

export const titleBlock = (title: Bilingual): Block => ({ type: 'headline', text: title, apart: true });

export const centered = (text: Words, weight: 'small' | 'normal' | 'bold' = 'normal'): Block => ({
  type: 'text',
  text,
  align: 'center',
  weight,
});

export const heading = (text: Words): Block => ({ type: 'text', text, align: 'left', weight: 'bold' });

export const pair = (label: Bilingual, value: Words): Block => ({ type: 'pair', label, value });

type OptionalPair = readonly [label: Bilingual, value: Words | undefined];

/** Of two values that belong together, those that there are. */
export function pairsOf(...fields: readonly [OptionalPair, OptionalPair]): readonly Block[] {
  const known = fields.flatMap(([label, value]): Pair[] =>
    value === undefined || value === '' ? [] : [{ label, value }],
  );
  const [first, second] = known;
  if (first === undefined) return [];
  return [second === undefined ? { type: 'pair', ...first } : { type: 'pairs', pairs: [first, second] }];
}

const pairs = (left: readonly [Bilingual, string], right: readonly [Bilingual, string]): Block => ({
  type: 'pairs',
  pairs: [
    { label: left[0], value: left[1] },
    { label: right[0], value: right[1] },
  ],
});

const TRAINING_BLOCKS: readonly Block[] = [
  { type: 'headline', text: TRAINING, apart: false },
  centered(NO_MONEY_MOVED),
];
