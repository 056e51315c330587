/** The first event of every flow: what the terminal is, who stands before it, and what the parameters say today. */
import type { TerminalFacts } from '../facts/facts.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { PersonnelKind } from '../personnel/types.ts';
import type { ServiceKind } from '../service/types.ts';
import type { TransactionRules } from '../transaction/events.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import type { UpkeepKind } from '../upkeep/types.ts';
import type { Opening } from './errands.ts';

/** Dialect sheet 7.4. */
const MERCHANT_NAME_TAG = '22';

interface Now {
  readonly parameters: TerminalParameters;
  readonly facts: TerminalFacts;
  readonly localTime: string;
}

/** The configuration, with what the host has changed of it. */
export function parametersOf(configured: TerminalParameters, { downloaded }: TerminalFacts): TerminalParameters {
  const name = downloaded.parameters.get(MERCHANT_NAME_TAG)?.trim();
  return name === undefined || name === '' ? configured : { ...configured, merchantName: name };
}

const operatorOf = ({ facts, parameters }: Now): string => facts.people.operator ?? parameters.operatorNumber;

export const transactionOpening = (now: Now, kind: TransactionKind, voucher: string | undefined): Opening => ({
  type: 'TransactionStarted',
  kind,
  localTime: now.localTime,
  operatorNumber: operatorOf(now),
  terminalNumber: now.parameters.terminalNumber,
  merchantNumber: now.parameters.merchantNumber,
  rules: rulesOf(kind, now.parameters),
  ...(now.facts.people.training && { training: true }),
  ...(voucher !== undefined && { voucher }),
});

function rulesOf(kind: TransactionKind, { people, receipts, transactions }: TerminalParameters): TransactionRules {
  const { supervisor } = TRANSACTION_TYPES[kind];
  const { card = true, pin = true } = transactions.followUps[kind] ?? {};
  return {
    ...(supervisor === true && people !== undefined && { supervisor: people.supervisor.number }),
    asksCard: card,
    asksPin: pin,
    pinTriesMax: transactions.pinTriesMax,
    takesPart: transactions.partialApproval,
    storesNotice: transactions.storesAdvices,
    ...(receipts !== undefined && { receipts }),
    ...(transactions.chips !== undefined && { takesChips: true, takesFallback: transactions.chips.fallback }),
  };
}

export const signInOpening = (now: Now): Opening => ({ type: 'SignInStarted', operatorNumber: operatorOf(now) });

export const personnelOpening = (kind: PersonnelKind, { parameters }: Now): Opening => ({
  type: 'PersonnelStarted',
  kind,
  supervisor: parameters.people?.supervisor.number ?? '00',
});

/** @param seen the flow that was on the screen when it was chosen: of that it prints, where it prints nothing else. */
export function serviceOpening(now: Now, kind: ServiceKind, seen?: number): Opening {
  const { facts, localTime, parameters } = now;
  const { batchLog, lastSettlement, lastSlip } = facts;
  // What a closed batch has left behind is settled first, under its own number.
  const batch = kind === 'settlement' ? (batchLog[0]?.batch ?? facts.batch) : facts.batch;
  const items = {
    settlement: batchLog.filter((entry) => entry.batch === batch),
    forwarding: batchLog.filter((entry) => entry.toForward),
  };
  const again = { 'reprint-last': lastSlip, 'reprint-settlement': lastSettlement, 'print-balance': seen };
  const printsAgain = kind in again ? again[kind as keyof typeof again] : undefined;
  return {
    type: 'ServiceStarted',
    kind,
    localTime,
    operatorNumber: operatorOf(now),
    terminalNumber: parameters.terminalNumber,
    merchantNumber: parameters.merchantNumber,
    batch,
    ...(kind === 'print-owed' && { owed: facts.owedPapers }),
    ...(kind === 'script-notices' && { scripts: facts.scriptNotices }),
    items: kind in items ? items[kind as keyof typeof items] : [],
    ...(printsAgain !== undefined && { printsAgain }),
    asks: {
      details: parameters.transactions.settlementDetails,
      resends: parameters.transactions.uploadResends,
    },
  };
}

export const upkeepOpening = (kind: UpkeepKind, { facts, localTime }: Now): Opening => ({
  type: 'UpkeepStarted',
  kind,
  localTime,
  density: facts.head.density,
});
