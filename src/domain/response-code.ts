import type { Bilingual } from './bilingual.ts';

/** What an answer code (field 39) means to the terminal (dialect sheet 11.1). */
type ResponseCategory =
  | 'approved'
  /** F39 10: the host holds less than was asked for. */
  | 'partial'
  | 'declined';

/** What people or the terminal do about a refusal. */
export type ResponseAction =
  /** The terminal asks for the PIN again, within the limit. */
  | 'enter-pin-again'
  /** The terminal signs in before the next transaction. */
  | 'sign-in-again'
  | 'keep-card'
  | 'call-bank'
  | 'use-chip'
  | 'try-later';

export interface ResponseMeaning {
  readonly category: ResponseCategory;
  readonly text: Bilingual;
  readonly action?: ResponseAction;
}

type Row = readonly [code: string, zh: string, en: string, action?: ResponseAction];

const APPROVED: readonly Row[] = [
  ['00', '交易成功', 'Approved'],
  ['11', '交易成功,VIP客户', 'Approved, VIP customer'],
  ['A2', '交易成功,请向发卡行确认', 'Accepted, confirm with the issuer', 'call-bank'],
  ['A4', '交易成功,请向发卡行确认', 'Accepted, confirm with the issuer', 'call-bank'],
  ['A5', '交易成功,请向发卡行确认', 'Accepted, confirm with the issuer', 'call-bank'],
  ['A6', '交易成功,请向发卡行确认', 'Accepted, confirm with the issuer', 'call-bank'],
];

const DECLINED: readonly Row[] = [
  ['01', '请持卡人与发卡银行联系', 'Cardholder to contact the issuer', 'call-bank'],
  ['03', '无效商户', 'Invalid merchant', 'call-bank'],
  ['04', '此卡被没收', 'Keep the card', 'keep-card'],
  ['05', '持卡人认证失败', 'Cardholder authentication failed'],
  ['12', '无效交易', 'Invalid transaction'],
  ['13', '无效金额', 'Invalid amount'],
  ['14', '无效卡号', 'Invalid card number'],
  ['15', '此卡无对应发卡方', 'No such issuer', 'call-bank'],
  ['21', '该卡未初始化或睡眠卡', 'Card not activated', 'call-bank'],
  ['22', '操作有误,或超出交易允许天数', 'Wrong operation or too late'],
  ['25', '没有原始交易,请联系发卡方', 'Original transaction not found', 'call-bank'],
  ['30', '请重试', 'Please try again', 'try-later'],
  ['34', '作弊卡,吞卡', 'Fraudulent card, keep it', 'keep-card'],
  ['38', '密码错误次数超限,请与发卡方联系', 'Too many wrong PINs, contact the issuer', 'call-bank'],
  ['40', '发卡方不支持的交易类型', 'Not supported by the issuer'],
  ['41', '挂失卡,请没收', 'Lost card, keep it', 'keep-card'],
  ['43', '被窃卡,请没收', 'Stolen card, keep it', 'keep-card'],
  ['45', '请使用芯片', 'Use the chip', 'use-chip'],
  ['51', '可用余额不足', 'Insufficient funds'],
  ['54', '该卡已过期', 'Expired card'],
  ['55', '密码错', 'Wrong PIN', 'enter-pin-again'],
  ['57', '不允许此卡交易', 'Not permitted to this card'],
  ['58', '发卡方不允许该卡在本终端进行此交易', 'Not permitted at this terminal'],
  ['59', '卡片校验错', 'Card verification failed'],
  ['61', '交易金额超限', 'Amount over the limit'],
  ['62', '受限制的卡', 'Restricted card', 'call-bank'],
  ['64', '交易金额与原交易不匹配', 'Amount does not match the original'],
  ['65', '超出消费次数限制', 'Too many transactions'],
  ['68', '交易超时,请重试', 'Timed out, please try again', 'try-later'],
  ['75', '密码错误次数超限', 'Too many wrong PINs', 'call-bank'],
  ['77', '请重新签到', 'Sign in again', 'sign-in-again'],
  ['90', '系统日切,请稍后重试', 'Cut-over, try again later', 'try-later'],
  ['91', '发卡方状态不正常,请稍后重试', 'Issuer out of service, try again later', 'try-later'],
  ['92', '发卡方线路异常,请稍后重试', 'Issuer unreachable, try again later', 'try-later'],
  ['94', '拒绝,重复交易,请稍后重试', 'Duplicate transaction', 'try-later'],
  ['96', '拒绝,交换中心异常,请稍后重试', 'Switch failure, try again later', 'try-later'],
  ['97', '终端未登记', 'Terminal not registered', 'call-bank'],
  ['98', '发卡方超时', 'Issuer timed out', 'try-later'],
  ['99', 'PIN格式错,请重新签到', 'PIN format error, sign in again', 'sign-in-again'],
  ['A0', 'MAC校验错,请重新签到', 'MAC error, sign in again', 'sign-in-again'],
  ['A1', '转账货币不一致', 'Transfer currencies differ'],
  ['A3', '账户不正确', 'Wrong account'],
  ['A7', '拒绝,交换中心异常,请稍后重试', 'Switch failure, try again later', 'try-later'],
];

function rows(category: ResponseCategory, list: readonly Row[]): [string, ResponseMeaning][] {
  return list.map(([code, zh, en, action]) => [
    code,
    { category, text: { zh, en }, ...(action !== undefined && { action }) },
  ]);
}

const MEANINGS: ReadonlyMap<string, ResponseMeaning> = new Map([
  ...rows('approved', APPROVED),
  ...rows('partial', [['10', '部分批准', 'Partially approved']]),
  ...rows('declined', DECLINED),
]);

const UNKNOWN: ResponseMeaning = {
  category: 'declined',
  text: { zh: '交易失败', en: 'Transaction failed' },
};

/** The meaning of field 39; a code that the table lacks is a decline (dialect sheet 11.1). */
export const responseMeaning = (code: string): ResponseMeaning => MEANINGS.get(code) ?? UNKNOWN;
