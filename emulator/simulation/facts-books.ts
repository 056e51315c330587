/** Holds what the terminal knew while it lived against what its journal says: both must be one fold over the same rows. */
import { nextStan } from '../../src/domain/stan.ts';
import { TerminalFacts } from '../../src/flows/facts/facts.ts';
import type { JournalRow } from '../../src/flows/journal.ts';
import { TRANSACTION_TYPES } from '../../src/flows/transaction/types.ts';
import { defaultDownloads } from '../models/host/download-data.ts';
import type { Service, Transaction } from './replayed.ts';
import { answersTo, isFinal, undoneBy } from './settlement-books.ts';
import { WRONG_PASSWORDS_MAX } from './simulated-config.ts';
import type { Sighting } from './world.ts';

interface FactsBooks {
  readonly rows: readonly JournalRow[];
  readonly transactions: readonly Transaction[];
  readonly services: readonly Service[];
  readonly sightings: readonly Sighting[];
}

export function factsDisagreements({ rows, services, sightings, transactions }: FactsBooks): readonly string[] {
  const facts = new TerminalFacts();
  const complaints: string[] = [...shown(facts, sightings, 0)];
  for (const row of rows) {
    complaints.push(...evidence(row, facts).map((words) => `${words}, in row ${row.seq}`));
    // What was kept is only a shorter way to where all the rows lead.
    if (row.event.type !== 'FactsKept') facts.learn(row);
    complaints.push(...shown(facts, sightings, row.seq));
  }
  return [
    ...complaints,
    ...batchLog(facts, transactions, services),
    ...downloads(facts),
    ...requirements(facts, rows, services, sightings),
    ...locks(rows),
  ];
}

/** What a row gives away of what the terminal knew when it wrote it. */
function evidence({ event, flow }: JournalRow, facts: TerminalFacts): readonly string[] {
  const compare = (what: string, lived: unknown, replayed: unknown): readonly string[] => {
    const [one, other] = [JSON.stringify(lived), JSON.stringify(replayed)];
    return one === other ? [] : [`the terminal took ${one} for ${what}, the journal says ${other}`];
  };
  switch (event.type) {
    case 'TraceAllotted':
      return [
        ...compare('the next trace number', event.stan, nextStan(facts.lastStan)),
        ...(flow === 'service' ? [] : compare('the batch', event.batch, facts.batch)),
      ];
    case 'OriginalFound': {
      const { batch, stan } = event.original;
      const known = facts.batchLog.some((entry) => entry.batch === batch && entry.stan === stan);
      return compare('a transaction of the batch', true, known);
    }
    case 'FactsKept':
      return compare('all that is known', event.facts, facts.kept());
    case 'ServiceStarted': {
      const { batch, items, kind, printsAgain } = event;
      const due = {
        settlement: facts.batchLog.filter((entry) => entry.batch === batch),
        forwarding: facts.batchLog.filter((entry) => entry.toForward),
      };
      const again = { 'reprint-last': facts.lastSlip, 'reprint-settlement': facts.lastSettlement };
      return [
        ...compare('the batch', items, kind in due ? due[kind as keyof typeof due] : []),
        // Dialect sheet 5.5: the host closes the batch.
        ...(kind === 'sign-off' ? compare('all that is not settled', [], facts.batchLog) : []),
        ...compare('the last paper', printsAgain, kind in again ? again[kind as keyof typeof again] : undefined),
      ];
    }
    default:
      return [];
  }
}

const SCREENS: Readonly<Record<Sighting['id'], (facts: TerminalFacts) => boolean>> = {
  idle: ({ signedIn }) => signedIn,
  'not-signed-in': ({ signedIn }) => !signedIn,
  'signed-off': ({ people }) => people.operator === undefined,
};

const shown = (facts: TerminalFacts, sightings: readonly Sighting[], rows: number): readonly string[] =>
  sightings
    .filter((sighting) => sighting.rows === rows && !SCREENS[sighting.id](facts))
    .map(({ id }) => `after row ${rows} the screen ${id} was shown, the journal says otherwise`);

/** What is approved and not settled, and nothing else. */
function batchLog(
  facts: TerminalFacts,
  transactions: readonly Transaction[],
  services: readonly Service[],
): readonly string[] {
  const settled = new Set(
    services
      .filter(({ context, ended }) => context.kind === 'settlement' && ended && context.settlement !== undefined)
      .flatMap(({ context }) => context.items.map(({ flowId }) => flowId)),
  );
  const undone = undoneBy(transactions);
  const due = transactions
    .filter(
      ({ began, context, path }) =>
        path === 'approved' && !context.training && owesSlip(context) && !settled.has(began),
    )
    .map((transaction) => {
      const { context } = transaction;
      return {
        flowId: transaction.began,
        kind: context.kind,
        amount: context.amount,
        batch: context.trace?.batch,
        stan: context.trace?.stan,
        undone: undone.has(transaction.began),
        toForward: context.stored && !answersTo(context.trace?.stan ?? 0, services).some(isFinal),
      };
    })
    .map((each) => JSON.stringify(each));
  const kept = facts.batchLog.map(({ amount, batch, flowId, kind, stan, toForward, undone }) =>
    JSON.stringify({ flowId, kind, amount, batch, stan, undone, toForward }),
  );
  return [
    ...due.filter((each) => !kept.includes(each)).map((each) => `the batch log lacks ${each}`),
    ...kept.filter((each) => !due.includes(each)).map((each) => `the batch log has ${each}`),
  ];
}

const owesSlip = ({ kind }: Transaction['context']): boolean => TRANSACTION_TYPES[kind].slip;

/** A set is whole, or was never fetched: dialect sheet 7.3. */
function downloads({ downloaded }: TerminalFacts): readonly string[] {
  const { applications, blacklist, caKeys, parameters } = defaultDownloads;
  const ofAlgorithm = (code: string): number => caKeys.filter(({ keyAlgorithm }) => keyAlgorithm === code).length;
  const sizes = [
    ['parameters', downloaded.parameters.size, parameters.length],
    ['CA keys', downloaded.entries['ca-keys'].length, ofAlgorithm('01')],
    ['SM2 keys', downloaded.entries['sm2-keys'].length, ofAlgorithm('04')],
    ['applications', downloaded.entries.applications.length, applications.length],
    ['cards on the blacklist', downloaded.blacklist.length, blacklist.length],
  ] as const;
  return sizes.flatMap(([what, has, whole]) =>
    has === 0 || has === whole ? [] : [`the terminal works with ${has} of ${whole} ${what}`],
  );
}

/** What the host has asked for was fetched, or was tried and refused; not if the power failed in the middle. */
function requirements(
  facts: TerminalFacts,
  rows: readonly JournalRow[],
  services: readonly Service[],
  sightings: readonly Sighting[],
): readonly string[] {
  if (sightings.at(-1)?.id !== 'idle') return [];
  return [...facts.required].flatMap((kind) => {
    const last = services.findLast(({ context }) => context.kind === kind);
    const ending = last?.rows.at(-1)?.event.type;
    const isTried = ending !== undefined && ending !== 'PowerRestored';
    return isTried ? [] : [`the host has asked for ${kind}, and after ${rows.length} rows the terminal has not tried`];
  });
}

/** However often the power fails: after so many wrong passwords the right one does not help either. */
function locks(rows: readonly JournalRow[]): readonly string[] {
  const wrong = new Map<string, number>();
  return rows.flatMap(({ event }) => {
    if (event.type === 'OperatorUnlocked') wrong.delete(event.number);
    const isWrong = event.type === 'PasswordWrong' || (event.type === 'PasswordLocked' && event.byThisOne);
    if (isWrong) wrong.set(event.number, (wrong.get(event.number) ?? 0) + 1);
    if (event.type !== 'PasswordRight') return [];
    const tries = wrong.get(event.number) ?? 0;
    wrong.delete(event.number);
    return tries < WRONG_PASSWORDS_MAX ? [] : [`${event.number} was let in after ${tries} wrong passwords`];
  });
}
