/** What the idle screen offers, as data: transactions, services, people. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { TransactionResult } from '../../domain/outcome.ts';
import type { MenuItem } from '../../domain/screen.ts';
import type { TerminalFacts } from '../facts/facts.ts';
import type { TerminalParameters } from '../parameters.ts';
import { PERSONNEL_TYPES, type PersonnelKind } from '../personnel/types.ts';
import { SERVICE_TYPES, type ServiceKind } from '../service/types.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import { UPKEEP_TYPES, type UpkeepKind } from '../upkeep/types.ts';

/** What the operator, or the desk itself, wants next; what stands in its way is done first. */
export type Want = TransactionKind | ServiceKind | PersonnelKind | UpkeepKind | 'sign-in' | 'finish';

/** Dialect sheet 7.5: the bit of parameter 26, from 1 and from the left of its hex digits, that switches it on. */
const SWITCHES: Readonly<Partial<Record<TransactionKind, number>>> = {
  balance: 1,
  'pre-authorization': 2,
  'pre-authorization-void': 3,
  completion: 4,
  'completion-void': 5,
  sale: 6,
  void: 7,
  refund: 8,
  'completion-advice': 11,
};
const SWITCH_TAG = '26';

const GROUPS = {
  transactions: { zh: '交易', en: 'TRANSACTIONS' },
  batch: { zh: '打印与结算', en: 'PRINT, SETTLEMENT' },
  management: { zh: '管理', en: 'MANAGEMENT' },
  people: { zh: '操作员', en: 'OPERATORS' },
} as const satisfies Record<string, Bilingual>;

const SIGN_IN: MenuItem = { key: 'sign-in', text: { zh: '签到', en: 'SIGN IN' }, group: GROUPS.management };
const FINISH: MenuItem = {
  key: 'finish',
  text: { zh: '处理未完成交易', en: 'FINISH PENDING' },
  group: GROUPS.management,
};

const services = (group: Bilingual, ...kinds: readonly ServiceKind[]): readonly MenuItem[] =>
  kinds.map((key) => ({ key, text: SERVICE_TYPES[key].name, group }));

const people = (...kinds: readonly PersonnelKind[]): readonly MenuItem[] =>
  kinds.map((key) => ({ key, text: PERSONNEL_TYPES[key].name, group: GROUPS.people }));

/** Whether this terminal offers it: the form of transfer that is configured, and what the host has left switched on. */
export function isOffered(
  kind: TransactionKind,
  parameters: TerminalParameters,
  { downloaded }: TerminalFacts,
): boolean {
  const isTransfer = TRANSACTION_TYPES[kind].receiver !== undefined;
  if (isTransfer && kind !== parameters.transactions.transfer) return false;
  const [bit, switches] = [SWITCHES[kind], downloaded.parameters.get(SWITCH_TAG)];
  if (bit === undefined || switches === undefined) return true;
  return (Number.parseInt(switches.charAt((bit - 1) >> 2), 16) & (8 >> ((bit - 1) % 4))) !== 0;
}

/** The idle menu. @param pending what is put aside. */
export function menuOf(
  parameters: TerminalParameters,
  facts: TerminalFacts,
  pending: { readonly finish: boolean; readonly giveUp: boolean },
): readonly MenuItem[] {
  const { operator, training } = facts.people;
  if (parameters.people !== undefined && operator === undefined) return people('operator-sign-on');
  const kinds = Object.keys(TRANSACTION_TYPES) as TransactionKind[];
  return [
    ...kinds
      .filter((kind) => isOffered(kind, parameters, facts))
      .map((key) => ({ key, text: TRANSACTION_TYPES[key].name, group: GROUPS.transactions })),
    ...(facts.owedPapers.length > 0 ? services(GROUPS.batch, 'print-owed') : []),
    ...services(GROUPS.batch, 'reprint-last', 'reprint-voucher', 'reprint-settlement'),
    ...(training ? [] : services(GROUPS.batch, 'settlement')),
    ...services(GROUPS.batch, 'print-parameters'),
    { key: 'head-check', text: UPKEEP_TYPES['head-check'].name, group: GROUPS.batch },
    SIGN_IN,
    ...services(GROUPS.management, 'sign-off', 'echo'),
    ...services(GROUPS.management, 'parameters', 'ca-keys', 'sm2-keys', 'applications', 'blacklist'),
    ...(pending.finish ? [FINISH] : []),
    ...(parameters.people === undefined
      ? []
      : people('operator-sign-off', 'change-password', 'unlock-operator', training ? 'training-off' : 'training-on')),
    ...(pending.giveUp ? people('give-up') : []),
  ];
}

/** What can be done with a transaction whose result is on the screen, besides leaving it. */
interface FollowUp {
  readonly want: Want;
  readonly item: MenuItem;
}

const VOID_THIS: MenuItem = { key: 'void-this', text: { zh: '撤销本笔', en: 'VOID THIS' } };
const PRINT_BALANCE: MenuItem = { key: 'print-balance', text: SERVICE_TYPES['print-balance'].name };

/** A wrong amount or card may be noticed only now; a balance is printed when somebody asks for it. */
export function followUpsOf(
  result: TransactionResult | undefined,
  parameters: TerminalParameters,
  facts: TerminalFacts,
): readonly FollowUp[] {
  if (result?.outcome !== 'approved') return [];
  const kinds = Object.keys(TRANSACTION_TYPES) as TransactionKind[];
  const undoing = kinds.find((kind) => TRANSACTION_TYPES[kind].follows === result.kind);
  const mayBeUndone = undoing !== undefined && result.training !== true && isOffered(undoing, parameters, facts);
  return [
    ...(mayBeUndone ? [{ want: undoing, item: VOID_THIS }] : []),
    ...(result.balance === undefined ? [] : [{ want: 'print-balance', item: PRINT_BALANCE } as const]),
  ];
}
