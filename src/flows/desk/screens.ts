import type { Bilingual } from '../../domain/bilingual.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { Screen } from '../../domain/screen.ts';
import type { SignInContext, SignInFailure } from '../sign-in/machine.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';

const MENU = [
  ...Object.entries(TRANSACTION_TYPES).map(([key, { name }]) => ({ key, text: name })),
  { key: 'sign-in', text: { zh: '签到', en: 'SIGN IN' } },
];

export function idleScreen(signedIn: boolean, notice: Bilingual | undefined): Screen {
  const state = signedIn ? { zh: '已签到', en: 'Signed in' } : { zh: '未签到', en: 'Not signed in' };
  return {
    id: signedIn ? 'idle' : 'not-signed-in',
    title: { zh: '欢迎使用 请选择交易', en: 'READY' },
    lines: notice === undefined ? [state] : [state, notice],
    accepts: ['choose'],
    menu: MENU,
  };
}

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
