/** What all papers have in common: the labels, the ids at head and foot, and the marks of what is no first print. */
import type { Bilingual } from '../domain/bilingual.ts';
import type { Block, PaperDocument } from './document.ts';

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
  readonly reprint: boolean;
  readonly training: boolean;
  readonly body: readonly Block[];
  /** Between the body and the foot. */
  readonly signature?: readonly Block[];
  readonly applicationVersion: string;
}

const PARTY_LABELS = {
  merchantName: { zh: '商户名称', en: 'MERCHANT NAME' },
  merchantNumber: { zh: '商户编号', en: 'MERCHANT NO' },
  terminalNumber: { zh: '终端编号', en: 'TERMINAL NO' },
  operatorNumber: { zh: '操作员号', en: 'OPERATOR NO' },
} as const satisfies Record<keyof Parties, Bilingual>;

/** Labels that slips and reports share (dialect sheet 11.2). */
export const LABELS = {
  pan: { zh: '卡号', en: 'CARD NO' },
  batch: { zh: '批次号', en: 'BATCH NO' },
  dateTime: { zh: '日期/时间', en: 'DATE/TIME' },
} as const satisfies Record<string, Bilingual>;

export const LIGHT_RULE: Block = { type: 'rule', weight: 'light' };
export const HEAVY_RULE: Block = { type: 'rule', weight: 'heavy' };

const DUPLICATED: Bilingual = { zh: '重打印', en: 'DUPLICATED' };
const TRAINING: Bilingual = { zh: '训练', en: 'TRAINING' };
const NO_MONEY_MOVED: Bilingual = { zh: '测试交易，资金未变动', en: 'TEST ONLY, NO MONEY MOVED' };

/** Head, body and foot. A torn piece must say what it is by itself, so the marks stand at both ends. */
export function framed(framing: Framing): PaperDocument {
  const { titles, reprint, training, body, signature = [], applicationVersion } = framing;
  const id = reprint ? `${framing.id} ${DUPLICATED.zh}` : framing.id;
  const trainingBlocks = training ? TRAINING_BLOCKS : [];
  return [
    ...titles,
    centered(id),
    ...trainingBlocks,
    LIGHT_RULE,
    ...body,
    ...(reprint ? [{ type: 'feed', lines: 1 } as const, centered(spaced(DUPLICATED), true)] : []),
    LIGHT_RULE,
    ...signature,
    // Below the signature and not above it (dialect sheet 11.2, row 19): nothing may come between it and the foot.
    ...trainingBlocks,
    centered(applicationVersion),
    centered(`${id} 完 END`),
    { type: 'cut' },
  ];
}

export const partyBlocks = (parties: Parties): readonly Block[] => [
  pair(PARTY_LABELS.merchantName, parties.merchantName),
  pair(PARTY_LABELS.merchantNumber, parties.merchantNumber),
  pair(PARTY_LABELS.terminalNumber, parties.terminalNumber),
  pair(PARTY_LABELS.operatorNumber, parties.operatorNumber),
];

/** From `YYYY-MM-DD HH:MM:SS`. */
export const dateTimePair = (dateTime: string): Block => pair(LABELS.dateTime, dateTime.replaceAll('-', '/'));

export const titleBlocks = ({ zh, en }: Bilingual): readonly Block[] => [
  { type: 'headline', text: zh },
  centered(en, true),
];

export const spaced = (text: Bilingual): string => `${text.zh} ${text.en}`;
export const centered = (text: string, bold = false): Block => ({ type: 'text', text, align: 'center', bold });
export const pair = (label: Bilingual, value: string): Block => ({ type: 'pair', label, value });

const TRAINING_BLOCKS: readonly Block[] = [
  { type: 'headline', text: spaced(TRAINING) },
  centered(NO_MONEY_MOVED.zh),
  centered(NO_MONEY_MOVED.en),
];
