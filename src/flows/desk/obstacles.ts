/** What stands between the terminal and what is wanted of it, in the order in which it is cleared away. */
import type { TerminalFacts } from '../facts/facts.ts';
import type { DownloadSet } from '../ports.ts';
import { PERSONNEL_TYPES } from '../personnel/types.ts';
import { SERVICE_TYPES, type ServiceKind } from '../service/types.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';
import { UPKEEP_TYPES } from '../upkeep/types.ts';
import type { DueEvent, Errand } from './errand.ts';
import type { Want } from './menu.ts';

interface Situation {
  readonly facts: TerminalFacts;
  readonly parked: readonly Errand[];
  /** Services that were tried on the way already. */
  readonly tried: ReadonlySet<ServiceKind>;
  /** A chip needs applications and keys, which the host has (dialect sheet 7.3). */
  readonly takesChips?: boolean;
}

export type Obstacle =
  | { readonly type: 'parked'; readonly errand: Errand; readonly due: DueEvent }
  | { readonly type: 'sign-in' }
  | { readonly type: 'service'; readonly kind: ServiceKind };

/** Wants that stand beside the business of the batch: nothing needs to be finished before them. */
const isAside = (want: Want): boolean =>
  Object.hasOwn(PERSONNEL_TYPES, want) ||
  Object.hasOwn(UPKEEP_TYPES, want) ||
  (Object.hasOwn(SERVICE_TYPES, want) && !['settlement', 'forwarding', 'script-notices', 'sign-off'].includes(want));

/** Dialect sheet 7.4, parameter 24: 1 sends stored notices with the next online transaction, else they wait. */
const FORWARD_TAG = '24';
const FORWARD_AT_ONCE = '1';

const CHIP_SETS = ['applications', 'ca-keys'] as const satisfies readonly DownloadSet[];

const isNextBatch = (want: Want, { batchLog }: TerminalFacts): boolean =>
  want === 'settlement' && batchLog.length === 0;

const downloadsDue = ({ facts, takesChips }: Situation): readonly DownloadSet[] => [
  ...facts.required,
  ...(takesChips === true ? CHIP_SETS.filter((set) => !facts.downloaded.complete.has(set)) : []),
];

/** The next thing to be done before `want`; undefined when nothing stands in its way. */
export function obstacleTo(want: Want, situation: Situation): Obstacle | undefined {
  const { facts, parked, tried } = situation;
  if (isAside(want)) return undefined;
  // Paper needs no keys and no host; the next customer does not wait for it. A settlement under way needs no keys.
  const isSale = Object.hasOwn(TRANSACTION_TYPES, want);
  for (const due of isSale ? (['SettlementDue'] as const) : (['PrintDue', 'SettlementDue'] as const)) {
    const errand = parked.find((each) => each.due === due);
    if (errand !== undefined && want !== 'sign-in') return { type: 'parked', errand, due };
  }
  if (facts.owedPapers.length > 0 && !isSale && want !== 'sign-in' && !tried.has('print-owed')) {
    return { type: 'service', kind: 'print-owed' };
  }
  if (want === 'sign-in') return undefined;
  const waiting = parked.find(({ due }) => due === 'ReversalDue' || due === 'RepeatDue');
  const notices = facts.batchLog.some(({ toForward }) => toForward) && !tried.has('forwarding');
  const scripts = facts.scriptNotices.length > 0 && !tried.has('script-notices');
  const closes = want === 'settlement' || want === 'sign-off';
  // A batch that has nothing may be closed already; the sign-in then opens the next one.
  const needsKeys = !closes || waiting !== undefined || notices || scripts || isNextBatch(want, facts);
  if (needsKeys && !facts.signedIn) return { type: 'sign-in' };
  // Dialect sheet 8.1: before what is to be taken back.
  if (scripts && want !== 'script-notices') return { type: 'service', kind: 'script-notices' };
  if (waiting?.due !== undefined) return { type: 'parked', errand: waiting, due: waiting.due };
  const required = closes ? undefined : downloadsDue(situation).find((kind) => !tried.has(kind));
  if (required !== undefined) return { type: 'service', kind: required };
  const forwards = closes || (facts.downloaded.parameters.get(FORWARD_TAG) ?? FORWARD_AT_ONCE) === FORWARD_AT_ONCE;
  return notices && forwards && want !== 'forwarding' ? { type: 'service', kind: 'forwarding' } : undefined;
}
