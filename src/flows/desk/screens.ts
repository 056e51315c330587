/** The desk's own screens: idle, sign-in, and what is put aside. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { MenuItem, Screen } from '../../domain/screen.ts';
import { sixDigits } from '../../domain/stan.ts';
import type { OwedPaper } from '../facts/owed-papers.ts';
import type { SignInContext, SignInFailure } from '../sign-in/machine.ts';

export interface IdleState {
  /** Nobody may sell yet: an operator has to sign on. */
  readonly signedOff: boolean;
  readonly signedIn: boolean;
  readonly training: boolean;
  readonly operator?: string;
  /** What was put aside. */
  readonly owed: readonly Bilingual[];
  /** What has come of what was done last. */
  readonly notices: readonly Bilingual[];
  readonly menu: readonly MenuItem[];
}

export function idleScreen({ menu, notices, operator, owed, signedIn, signedOff, training }: IdleState): Screen {
  const state = signedIn ? { zh: '已签到', en: 'Signed in' } : { zh: '未签到', en: 'Not signed in' };
  const status =
    operator === undefined ? state : { zh: `${state.zh} 操作员 ${operator}`, en: `${state.en}, operator ${operator}` };
  const exercise = training ? [{ zh: '训练模式,资金不变动', en: 'TRAINING: no money moves' }] : [];
  return {
    id: signedOff ? 'signed-off' : signedIn ? 'idle' : 'not-signed-in',
    title: signedOff ? { zh: '请操作员登录', en: 'OPERATOR: SIGN ON' } : { zh: '欢迎使用 请选择交易', en: 'READY' },
    lines: [status, ...exercise, ...owed, ...notices],
    accepts: ['choose'],
    menu,
  };
}

/** What stands between the terminal and the next transaction. */
export const OWED_LINES = {
  PrintDue: {
    zh: '结算单待打印',
    en: 'The settlement slip is still to be printed',
  },
  ReversalDue: {
    zh: '有冲正待发送,先于下一笔交易处理',
    en: 'A reversal is pending; it goes before the next transaction',
  },
  RepeatDue: {
    zh: '有交易待重发,先于下一笔交易处理',
    en: 'A notice is to be sent again; it goes before the next transaction',
  },
  SettlementDue: {
    zh: '结算未完成,先于下一笔交易处理',
    en: 'The settlement is not finished; it goes before the next transaction',
  },
} as const satisfies Record<string, Bilingual>;

/** Nothing is wrong yet. */
export const PAPER_LOW: Bilingual = { zh: '纸将用尽,请备好纸卷', en: 'Paper nearly out: have a roll ready' };
export const HEAD_TO_BE_CLEANED: Bilingual = {
  zh: '请清洁打印头(菜单:打印头检查)',
  en: 'Clean the print head (menu: check the print head)',
};

/** So many stand on the screen by their numbers; the others are counted. */
const LISTED_MAX = 6;

/** What waits for the printer. */
export function owedSlipLines(owed: readonly OwedPaper[]): readonly Bilingual[] {
  if (owed.length === 0) return [];
  const vouchers = [...new Set(owed.map(({ voucher }) => sixDigits(voucher)))];
  const more = vouchers.length > LISTED_MAX ? ' …' : '';
  const list = `${vouchers.slice(0, LISTED_MAX).join(' ')}${more}`;
  return [
    { zh: `待打印 ${owed.length} 联:凭证号 ${list}`, en: `Slips to be printed: ${owed.length}, of vouchers ${list}` },
  ];
}

/** Only what the host has refused can be given up: silence may end, and the money must then be right. */
export function refusalLine(responseCode: string): Bilingual {
  const { text } = responseMeaning(responseCode);
  return { zh: `主机应答 ${responseCode} ${text.zh}`, en: `The host said ${responseCode} ${text.en}` };
}

export const GIVE_UP_ID = 'confirm-give-up';

export const giveUpScreen = (): Screen => ({
  id: GIVE_UP_ID,
  title: { zh: '放弃冲正?', en: 'GIVE UP THE REVERSAL?' },
  lines: [
    {
      zh: '主机可能仍占用该笔资金,须与收单机构核对',
      en: 'The host may still hold the money: the acquirer must be asked to release it',
    },
  ],
  accepts: ['confirm', 'cancel'],
});

export const signInScreen = (path: string): Screen => ({
  id: path === 'signedIn' ? 'signed-in' : 'signing-in',
  title: path === 'signedIn' ? { zh: '签到成功', en: 'SIGNED IN' } : { zh: '正在签到', en: 'SIGNING IN' },
  lines: [],
  accepts: [],
});

const FAILURES: Readonly<Record<SignInFailure, Bilingual>> = {
  'host-unreachable': { zh: '签到失败:无法连接主机', en: 'Sign-in failed: host unreachable' },
  'host-silent': { zh: '签到失败:主机无应答', en: 'Sign-in failed: no answer from the host' },
  'refused-by-host': { zh: '签到失败:主机拒绝', en: 'Sign-in refused by the host' },
  'key-refused': { zh: '签到失败:密钥校验错', en: 'Sign-in failed: a key has a wrong check value' },
  'pin-pad-failed': { zh: '签到失败:密码键盘无应答', en: 'Sign-in failed: the PIN pad does not work' },
  'power-lost': { zh: '签到中断', en: 'Sign-in interrupted' },
};

/** Why a sign-in failed, for the idle screen. */
export function signInNotice({ failure, reply }: SignInContext): Bilingual | undefined {
  if (failure === undefined) return undefined;
  const words = FAILURES[failure];
  if (failure !== 'refused-by-host' || reply === undefined) return words;
  const meaning = responseMeaning(reply.responseCode).text;
  return {
    zh: `${words.zh} ${reply.responseCode} ${meaning.zh}`,
    en: `${words.en}: ${reply.responseCode} ${meaning.en}`,
  };
}
