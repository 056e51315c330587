import type { Bilingual } from '../../domain/bilingual.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { DownloadSet } from '../ports.ts';
import type { ServiceContext } from './context.ts';
import type { PaperName, ServiceRequest } from './events.ts';
import { furtherSteps, isDownloaded } from './downloads.ts';
import { uploadsOf } from './settlement.ts';

/** What a terminal does besides transactions. Each is one row: which messages it sends, and what their answers mean. */
export type ServiceKind =
  | 'sign-off'
  | 'echo'
  | DownloadSet
  | 'forwarding'
  | 'script-notices'
  | 'settlement'
  | 'print-owed'
  | 'reprint-last'
  | 'reprint-voucher'
  | 'reprint-settlement'
  | 'print-balance'
  | 'print-parameters';

export interface ServiceType {
  readonly name: Bilingual;
  /** The messages that it begins with. */
  readonly first: (context: ServiceContext) => readonly ServiceRequest[];
  /** What an answer adds, behind what is left; `refused` ends the service. */
  readonly taken: (request: ServiceRequest, context: ServiceContext) => readonly ServiceRequest[] | 'refused';
  /** `fail` at the first message without an answer; `later`: the others first, then it again (dialect sheet 9.5). */
  readonly unanswered: 'fail' | 'later';
  /** The message that says that nothing more comes, after all passes. */
  readonly last?: ServiceRequest;
  /** What it prints at its end. */
  readonly papers: (context: ServiceContext) => readonly PaperName[];
  /** Goes on after a power cut; the others are begun again when they are wanted again. */
  readonly resumes: boolean;
  /** What it prints of another flow was not printed before. */
  readonly printsFirst?: true;
  /** A voucher number is asked for first. */
  readonly asksVoucher?: true;
}

const nothing = (): readonly never[] => [];

/** One message, one answer. */
const exchange = {
  taken: (_, { reply }) => (isAccepted(reply) ? [] : 'refused'),
  unanswered: 'fail',
  papers: nothing,
  resumes: false,
} as const satisfies Partial<ServiceType>;

const download = (set: DownloadSet, zh: string, en: string): ServiceType => ({
  ...exchange,
  name: { zh, en },
  first: () => [{ type: 'download', set, what: { step: 'list', received: 0 } }],
  taken: (request, context) => (isDownloaded(request, context) ? furtherSteps(set, context) : 'refused'),
});

const reprint = (zh: string, en: string, papers: ServiceType['papers']): ServiceType => ({
  ...exchange,
  name: { zh, en },
  first: nothing,
  papers,
});

const bothCopies = (): readonly PaperName[] => ['merchant', 'cardholder'];

export const SERVICE_TYPES: Readonly<Record<ServiceKind, ServiceType>> = {
  // Dialect sheet 5.5: the state is cleared whether or not an answer comes; the facts see to that.
  'sign-off': { ...exchange, name: { zh: '签退', en: 'SIGN OFF' }, first: () => [{ type: 'sign-off' }] },
  echo: { ...exchange, name: { zh: '回响测试', en: 'ECHO TEST' }, first: () => [{ type: 'echo' }] },
  parameters: download('parameters', '参数下载', 'DOWNLOAD PARAMETERS'),
  'ca-keys': download('ca-keys', '公钥下载', 'DOWNLOAD CA KEYS'),
  'sm2-keys': download('sm2-keys', '国密公钥下载', 'DOWNLOAD SM2 KEYS'),
  applications: download('applications', 'IC卡参数下载', 'DOWNLOAD AIDS'),
  blacklist: download('blacklist', '黑名单下载', 'DOWNLOAD BLACKLIST'),
  forwarding: {
    ...exchange,
    name: { zh: '上送通知', en: 'FORWARD NOTICES' },
    first: ({ items }) => items.map(({ stan }) => ({ type: 'notice', stan })),
    // A refusal is noted and listed at the settlement (dialect sheet 9.2).
    taken: nothing,
  },
  'script-notices': {
    ...exchange,
    name: { zh: '上送脚本结果', en: 'SCRIPT RESULTS' },
    first: ({ scripts }) => scripts.map((_, index) => ({ type: 'script-notice', index })),
    // Whatever the host makes of it, it has heard.
    taken: nothing,
  },
  settlement: {
    name: { zh: '批结算', en: 'SETTLEMENT' },
    first: () => [{ type: 'totals' }],
    taken: (request, context) => {
      if (request.type !== 'totals') return [];
      return context.settlement === undefined ? 'refused' : uploadsOf(context, context.settlement);
    },
    unanswered: 'later',
    last: { type: 'end' },
    papers: ({ asks, refused, unuploaded }) => [
      'settlement',
      ...(asks.details ? (['details'] as const) : []),
      ...(refused.length + unuploaded.length > 0 ? (['failures'] as const) : []),
    ],
    resumes: true,
  },
  'print-owed': {
    ...reprint('打印待打签购单', 'PRINT OWED SLIPS', ({ owed }) => owed.map(({ copy }) => copy)),
    printsFirst: true,
  },
  'reprint-last': reprint('重打印上一笔', 'REPRINT THE LAST', bothCopies),
  'reprint-voucher': {
    ...reprint('重打印任意一笔', 'REPRINT ANY', bothCopies),
    asksVoucher: true,
  },
  'reprint-settlement': reprint('重打印结算单', 'REPRINT SETTLEMENT', () => ['settlement']),
  'print-balance': { ...reprint('打印余额', 'PRINT THE BALANCE', () => ['balance']), printsFirst: true },
  'print-parameters': { ...reprint('打印参数', 'PRINT PARAMETERS', () => ['parameters']), printsFirst: true },
};

const isAccepted = (reply: ServiceContext['reply']): boolean =>
  reply !== undefined && responseMeaning(reply.responseCode).category === 'approved';
