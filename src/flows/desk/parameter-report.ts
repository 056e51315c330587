/** How this terminal is set up, for paper (dialect sheet 11.6): what is configured, and what the host has sent. No keys. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { ParameterReport } from '../../domain/paper.ts';
import type { TerminalFacts } from '../facts/facts.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { ServiceContext } from '../service/context.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import { isOffered } from './menu.ts';

type Group = ParameterReport['groups'][number];
type Row = Group['rows'][number];

/** Dialect sheet 7.4; the others stand under their numbers. */
const TAGS: Readonly<Record<string, Bilingual>> = {
  '11': { zh: '应用类型', en: 'APPLICATION TYPE' },
  '12': { zh: '超时', en: 'TIMEOUT' },
  '13': { zh: '重试次数', en: 'RETRIES' },
  '18': { zh: '支持小费', en: 'TIPS' },
  '19': { zh: '小费百分比', en: 'TIP PERCENT' },
  '20': { zh: '手输卡号', en: 'MANUAL PAN' },
  '21': { zh: '自动签退', en: 'AUTOMATIC SIGN-OFF' },
  '22': { zh: '商户名称', en: 'MERCHANT NAME' },
  '23': { zh: '重发次数', en: 'RESENDS' },
  '24': { zh: '离线上送方式', en: 'OFFLINE UPLOAD' },
  '25': { zh: '主密钥索引', en: 'MASTER KEY INDEX' },
  '26': { zh: '交易开关', en: 'SWITCHES' },
};

const ON: Bilingual = { zh: '开', en: 'ON' };
const OFF: Bilingual = { zh: '关', en: 'OFF' };

const row = (zh: string, en: string, value: Bilingual | string): Row => ({ label: { zh, en }, value });
const flag = (zh: string, en: string, on: boolean): Row => row(zh, en, on ? ON : OFF);
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

export function parameterReport(
  { batch, localTime, operatorNumber }: ServiceContext,
  reprint: boolean,
  parameters: TerminalParameters,
  facts: TerminalFacts,
): ParameterReport {
  const { applicationVersion, currency, merchantName, merchantNumber, terminalNumber } = parameters;
  const { downloaded } = facts;
  return {
    type: 'parameters',
    reprint,
    merchantName,
    merchantNumber,
    terminalNumber,
    operatorNumber,
    batch,
    dateTime: localTime,
    currency,
    applicationVersion,
    groups: [
      { title: { zh: '终端', en: 'TERMINAL' }, rows: terminalRows(parameters, facts) },
      {
        title: { zh: '交易开关', en: 'TRANSACTIONS' },
        rows: (Object.keys(TRANSACTION_TYPES) as TransactionKind[]).map((kind) => ({
          label: TRANSACTION_TYPES[kind].name,
          value: isOffered(kind, parameters, facts) ? ON : OFF,
        })),
      },
      {
        title: { zh: '已下载', en: 'DOWNLOADED' },
        rows: [
          row('参数', 'PARAMETERS', String(downloaded.parameters.size)),
          row('公钥', 'CA KEYS', String(downloaded.entries['ca-keys'].length)),
          row('国密公钥', 'SM2 KEYS', String(downloaded.entries['sm2-keys'].length)),
          row('IC卡参数', 'AIDS', String(downloaded.entries.applications.length)),
          row('黑名单', 'BLACKLIST', String(downloaded.blacklist.length)),
        ],
      },
      ...hostGroup(facts),
    ],
  };
}

function terminalRows(parameters: TerminalParameters, { head }: TerminalFacts): readonly Row[] {
  const { cleanAfterLines, operatorTimeoutMs, people, pinLengthMax, pinTimeoutSeconds, transactions } = parameters;
  return [
    row('操作超时', 'OPERATOR TIMEOUT', seconds(operatorTimeoutMs)),
    row('密码超时', 'PIN TIMEOUT', `${pinTimeoutSeconds} s`),
    row('密码最长', 'PIN LENGTH UP TO', String(pinLengthMax)),
    row('冲正间隔', 'REVERSAL PAUSE', seconds(parameters.reversalPauseMs)),
    flag('操作员登录', 'OPERATOR SIGN-ON', people !== undefined),
    flag('插卡', 'CHIP CARDS', transactions.chips !== undefined),
    flag('部分批准', 'PARTIAL APPROVAL', transactions.partialApproval),
    flag('结算打印明细', 'DETAILS AT SETTLEMENT', transactions.settlementDetails),
    row('清洁后打印行数', 'ROWS SINCE CLEANING', `${head.headLines}/${cleanAfterLines ?? '-'}`),
  ];
}

function hostGroup({ downloaded }: TerminalFacts): readonly Group[] {
  if (downloaded.parameters.size === 0) return [];
  const rows = [...downloaded.parameters].map(([tag, value]) => {
    const label = TAGS[tag];
    return label === undefined
      ? row(tag, tag, value.trim())
      : row(`${tag} ${label.zh}`, `${tag} ${label.en}`, value.trim());
  });
  return [{ title: { zh: '主机参数', en: 'FROM THE HOST' }, rows }];
}
