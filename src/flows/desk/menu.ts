/** What the idle screen offers, as data: transactions, services, people. */
import type { Bilingual } from '../../domain/bilingual.ts';
import type { MenuItem } from '../../domain/screen.ts';
import type { TerminalFacts } from '../facts/facts.ts';
import type { TerminalParameters } from '../parameters.ts';
import { PERSONNEL_TYPES, type PersonnelKind } from '../personnel/types.ts';
import { SERVICE_TYPES, type ServiceKind } from '../service/types.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';

/** What the operator, or the desk itself, wants next; what stands in its way is done first. */
export type Want = TransactionKind | ServiceKind | PersonnelKind | 'sign-in' | 'finish';

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
  paper: { zh: '打印', en: 'PRINT' },
  batch: { zh: '结算', en: 'SETTLEMENT' },
  management: { zh: '管理', en: 'MANAGEMENT' },
  people: { zh: '操作员', en: 'OPERATORS' },
} as const satisfies Record<string, Bilingual>;

const SIGN_IN: MenuItem = { key: 'sign-in', text: { zh: '签到', en: 'SIGN IN' }, group: GROUPS.management };
const FINISH: MenuItem = {
  key: 'finish',
  text: { zh: '处理未完成交易', en: 'FINISH THE PENDING TRANSACTION' },
  group: GROUPS.management,
};

const services = (group: Bilingual, ...kinds: readonly ServiceKind[]): readonly MenuItem[] =>
  kinds.map((key) => ({ key, text: SERVICE_TYPES[key].name, group }));

const people = (...kinds: readonly PersonnelKind[]): readonly MenuItem[] =>
  kinds.map((key) => ({ key, text: PERSONNEL_TYPES[key].name, group: GROUPS.people }));

/** Whether this terminal offers it: the form of transfer that is configured, and what the host has left switched on. */
function isOffered(kind: TransactionKind, parameters: TerminalParameters, { downloaded }: TerminalFacts): boolean {
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
    ...services(GROUPS.paper, 'reprint-last', 'reprint-voucher', 'reprint-settlement'),
    ...(training ? [] : services(GROUPS.batch, 'settlement')),
    SIGN_IN,
    ...services(GROUPS.management, 'sign-off', 'echo'),
    ...services(GROUPS.management, 'parameters', 'ca-keys', 'sm2-keys', 'applications', 'blacklist'),
    ...(pending.finish ? [FINISH] : []),
    ...(pending.giveUp ? people('give-up') : []),
    ...(parameters.people === undefined
      ? []
      : people('operator-sign-off', 'change-password', 'unlock-operator', training ? 'training-off' : 'training-on')),
  ];
}
