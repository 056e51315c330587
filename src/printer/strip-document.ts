/** From a test strip to its document: what a person, or a phone, must see to know that the head is well (printer sheet 10). */
import type { Bilingual } from '../domain/bilingual.ts';
import type { TestStrip } from '../domain/paper.ts';
import { centered, dateTimePair, framed, LIGHT_RULE, pair, titleBlock } from './blocks.ts';
import type { Block, PaperDocument } from './document.ts';
import { PLAIN, type PaperSettings } from './paper-settings.ts';

const TITLE: Bilingual = { zh: '打印头测试', en: 'HEAD TEST' };
const TERMINAL: Bilingual = { zh: '终端编号', en: 'TERMINAL NO' };
const HEAD_LINES: Bilingual = { zh: '清洁后打印行数', en: 'ROWS SINCE CLEANING' };
const DENSITY: Bilingual = { zh: '打印浓度', en: 'DENSITY' };
const DENSITIES = { normal: { zh: '标准', en: 'NORMAL' }, raised: { zh: '加深', en: 'RAISED' } } as const;
const BAR: Bilingual = { zh: '横条应无白线', en: 'NO WHITE LINE IN THE BAR' };
const COMB: Bilingual = { zh: '梳齿应完整', en: 'NO TOOTH MISSING IN THE COMB' };
const WEDGE: Bilingual = { zh: '应由浅到深', en: 'FROM GREY TO BLACK' };
const CODE: Bilingual = { zh: '手机应能扫码', en: 'A PHONE READS THE CODE' };

/** As large and as dense as the code of an e-receipt (printer sheet 15). */
const CODE_LENGTH = 329;
const CODE_MODULE_DOTS = 4;

export const stripDocument = (strip: TestStrip, settings: PaperSettings = PLAIN): PaperDocument =>
  framed({
    titles: [titleBlock(TITLE)],
    id: `${strip.terminalNumber}-TEST`,
    reprint: strip.reprint,
    training: strip.training === true,
    body: [
      pair(TERMINAL, strip.terminalNumber),
      dateTimePair(strip.dateTime),
      pair(HEAD_LINES, String(strip.headLines)),
      pair(DENSITY, DENSITIES[strip.density]),
      LIGHT_RULE,
      centered(BAR),
      pattern('bar'),
      { type: 'feed', lines: 1 },
      centered(COMB),
      pattern('comb'),
      { type: 'scale' },
      { type: 'feed', lines: 1 },
      centered(WEDGE),
      pattern('wedge'),
      { type: 'feed', lines: 1 },
      centered(CODE),
      { type: 'code', text: codeText(strip), moduleDots: CODE_MODULE_DOTS, errorCorrection: 'medium' },
    ],
    applicationVersion: strip.applicationVersion,
    settings,
  });

const pattern = (name: 'bar' | 'comb' | 'wedge'): Block => ({ type: 'pattern', name });

/** What it says is that it can be read. */
export const codeText = ({ dateTime, terminalNumber }: TestStrip): string =>
  `TEST ${terminalNumber} ${dateTime} `.padEnd(CODE_LENGTH, 'Slipway-0123456789_');
