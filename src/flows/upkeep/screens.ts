import type { Bilingual } from '../../domain/bilingual.ts';
import type { Screen } from '../../domain/screen.ts';
import { text, TROUBLES } from '../transaction/words.ts';
import { UPKEEP_TYPES, type UpkeepContext } from './types.ts';

/** The chart's state as a screen; undefined when it is over. */
export function upkeepScreen(path: string, { kind, trouble }: UpkeepContext): Screen | undefined {
  const { name } = UPKEEP_TYPES[kind];
  switch (path) {
    case 'printing.strip':
      return {
        id: 'printing',
        step: 'print',
        title: name,
        lines: [text('正在打印测试条', 'Printing a test strip')],
        accepts: [],
      };
    case 'printing.stopped':
      return {
        id: 'printer-trouble',
        step: 'print',
        title: text('打印机故障', 'PRINTER NEEDS ATTENTION'),
        lines: [
          ...(trouble === undefined ? [] : [TROUBLES[trouble]]),
          text('修好后自动打印;取消键:放弃', 'It prints once that is mended; cancel: give up'),
        ],
        accepts: ['cancel'],
      };
    case 'judging':
      return { id: 'judge-strip', title: text('测试条是否完好?', 'IS THE STRIP GOOD?'), ...JUDGING };
    case 'cleaning':
      return { id: 'clean-head', title: text('请清洁打印头', 'CLEAN THE PRINT HEAD'), ...CLEANING };
    case 'raising':
      return { id: 'raise-density', title: text('加深打印?', 'PRINT DARKER?'), ...RAISING };
    case 'lowering':
      return { id: 'lower-density', title: text('恢复标准浓度?', 'BACK TO NORMAL DENSITY?'), ...LOWERING };
    default:
      return undefined;
  }
}

const JUDGING = {
  lines: [
    text('横条无白线,梳齿不缺', 'No white line in the bar, no tooth missing in the comb'),
    text('颜色够深,二维码能扫', 'All of it dark, and a phone reads the code'),
    text('完好按确认,有缺陷按更改', 'Good: confirm. Not good: change'),
  ],
  accepts: ['confirm', 'reject', 'cancel'],
} as const satisfies Partial<Screen>;

const CLEANING = {
  lines: [
    text('1 关闭打印机电源,打开机盖,等打印头冷却', '1 Switch the printer off, open the cover, let the head cool'),
    text('2 用棉签蘸酒精,沿一个方向擦拭打印头', '2 Wipe the head one way with a swab and alcohol'),
    text('3 勿用硬物,勿用手摸', '3 Nothing hard, and no fingers on it'),
    text('4 等酒精挥发,合盖,开机', '4 Let the alcohol dry, close the cover, switch it on'),
    text('完成后按确认', 'When that is done: confirm'),
  ],
  accepts: ['confirm', 'cancel'],
} as const satisfies Partial<Screen>;

const RAISING = {
  lines: [
    text('只能暂时掩盖污垢,并缩短打印头寿命', 'It only hides dirt for a while, and shortens the life of the head'),
    text('不加深则请报修', 'If not, call service'),
  ],
  accepts: ['confirm', 'reject', 'cancel'],
} as const satisfies Partial<Screen>;

const LOWERING = {
  lines: [text('打印头已清洁,标准浓度更耐用', 'The head is clean; normal density makes it last longer')],
  accepts: ['confirm', 'reject', 'cancel'],
} as const satisfies Partial<Screen>;

/** What has come of it, for the idle screen. */
export function upkeepNotice(path: string, { density, kind }: UpkeepContext): Bilingual | undefined {
  const { name } = UPKEEP_TYPES[kind];
  switch (path) {
    case 'good':
      return density === 'raised'
        ? text('打印头可用,浓度已加深', 'Print head usable, with raised density')
        : text('打印头良好', 'Print head: good');
    case 'forService':
      return text('打印头不良,请报修', 'Print head worn: call service');
    case 'left':
      return text(`${name.zh}:未完成`, `${name.en}: not finished`);
    default:
      return undefined;
  }
}
