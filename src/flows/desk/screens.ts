import type { Bilingual } from '../../domain/bilingual.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { Screen } from '../../domain/screen.ts';
import type { SignInContext, SignInFailure } from '../sign-in/machine.ts';
import type { TransactionContext } from '../transaction/context.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';

const TRANSACTIONS = Object.entries(TRANSACTION_TYPES).map(([key, { name }]) => ({ key, text: name }));
const SIGN_IN = { key: 'sign-in', text: { zh: '签到', en: 'SIGN IN' } };
const FINISH = { key: 'finish', text: { zh: '处理未完成交易', en: 'FINISH THE PENDING TRANSACTION' } };
const GIVE_UP = { key: 'give-up', text: { zh: '放弃冲正(主管)', en: 'GIVE UP THE REVERSAL' } };

export interface IdleState {
  readonly signedIn: boolean;
  /** The transaction that was put aside, where it stands. */
  readonly parked?: { readonly path: string; readonly context: TransactionContext };
  readonly notice?: Bilingual;
}

export function idleScreen({ notice, parked, signedIn }: IdleState): Screen {
  const state = signedIn ? { zh: '已签到', en: 'Signed in' } : { zh: '未签到', en: 'Not signed in' };
  const pending = parked === undefined ? [] : [FINISH, ...(mayGiveUp(parked.context) ? [GIVE_UP] : [])];
  return {
    id: signedIn ? 'idle' : 'not-signed-in',
    title: { zh: '欢迎使用 请选择交易', en: 'READY' },
    lines: [state, ...(parked === undefined ? [] : [owedLine(parked)]), ...(notice === undefined ? [] : [notice])],
    accepts: ['choose'],
    menu: [...TRANSACTIONS, SIGN_IN, ...pending],
  };
}

/** Only what the host has refused can be given up: silence may end, and the money must then be right. */
export const mayGiveUp = ({ reversalRefusal }: TransactionContext): boolean => reversalRefusal !== undefined;

function owedLine({ context, path }: NonNullable<IdleState['parked']>): Bilingual {
  if (path.startsWith('print.')) {
    return {
      zh: '有签购单待打印,先于下一笔交易处理',
      en: 'A slip is still to be printed; it goes before the next transaction',
    };
  }
  const line = {
    zh: '有冲正待发送,先于下一笔交易处理',
    en: 'A reversal is pending; it goes before the next transaction',
  };
  if (context.reversalRefusal === undefined) return line;
  const { text } = responseMeaning(context.reversalRefusal);
  return {
    zh: `${line.zh};主机应答 ${context.reversalRefusal} ${text.zh}`,
    en: `${line.en}; the host said ${context.reversalRefusal} ${text.en}`,
  };
}

export const giveUpScreen = (): Screen => ({
  id: 'confirm-give-up',
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
