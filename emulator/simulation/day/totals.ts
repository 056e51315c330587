/** What a batch comes to, summed up from each of the books, and written in one way so that they can be compared (dialect sheet 9.4). */
import { decode } from '../../../src/host/iso8583/codec.ts';
import { unionpay } from '../../../src/host/iso8583/unionpay.ts';
import type { JournalRow } from '../../../src/flows/journal.ts';
import type { EntryJson } from '../../models/host/ledger-json.ts';
import { isInForce } from '../books.ts';
import type { HostLink } from './link.ts';
import { totalsOf, type SlipFacts, type SlipType } from './slip-facts.ts';

export interface Item {
  readonly side: 'debit' | 'credit' | 'none';
  readonly amountMinor: bigint;
  readonly foreign: boolean;
}

/** Field 48 has three digits for a count. */
const COUNT_MAX = 999;
const LENGTH_BYTES = 2;
const DOMESTIC = 'CUP';

/** By the ledger's names; `none` where it is not here. Those of the journal are the same, as far as money counts. */
const SIDES: Readonly<Record<string, 'debit' | 'credit'>> = {
  sale: 'debit',
  completion: 'debit',
  'completion-advice': 'debit',
  void: 'credit',
  refund: 'credit',
  'completion-void': 'credit',
};

const sideOf = (name: string | undefined): Item['side'] => SIDES[name ?? ''] ?? 'none';

/** As field 48 of a request says it, without its two digits 0: 60 digits. */
export function totalsText(items: readonly Item[]): string {
  const sum = (foreign: boolean, side: Item['side']): string => {
    const of = items.filter((each) => each.foreign === foreign && each.side === side);
    const amountMinor = of.reduce((total, each) => total + each.amountMinor, 0n);
    return `${amountMinor.toString().padStart(12, '0')}/${Math.min(of.length, COUNT_MAX)}`;
  };
  return [false, true]
    .map((foreign) => `${foreign ? 'foreign' : 'domestic'} ${sum(foreign, 'debit')} ${sum(foreign, 'credit')}`)
    .join(', ');
}

export const itemOfSlip = ({ amountMinor, organisation, type }: SlipFacts): Item => ({
  side: totalsOf(type),
  amountMinor,
  foreign: organisation !== DOMESTIC,
});

/** @param isForeign by the masked number of the card. */
export const itemsOfLedger = (
  entries: readonly EntryJson[],
  isForeign: (maskedPan: string | undefined) => boolean,
): readonly Item[] =>
  entries
    .filter(({ state }) => isInForce(state))
    .map(({ amountMinor, maskedPan, transaction }) => ({
      side: sideOf(transaction),
      amountMinor: BigInt(amountMinor),
      foreign: isForeign(maskedPan),
    }));

/** What the settlement was told of the batch; undefined where there was none. */
export function itemsOfJournal(rows: readonly JournalRow[]): readonly Item[] | undefined {
  const settled = rows.findLast(({ event }) => event.type === 'ServiceStarted' && event.kind === 'settlement');
  if (settled?.event.type !== 'ServiceStarted') return undefined;
  return settled.event.items.map(({ amount, foreign, kind }) => ({
    side: sideOf(kind),
    amountMinor: BigInt(amount),
    foreign,
  }));
}

/** Field 48 of the last 0500, as it went over the line; undefined where there was none. */
export function totalsOnTheLine({ frames }: HostLink): string | undefined {
  const sent = frames.flatMap(({ bytes, from }) => {
    const message = from === 'terminal' ? decode(unionpay, bytes.subarray(LENGTH_BYTES)) : undefined;
    return message?.ok === true && message.value.mti === '0500' ? [message.value.fields[48] ?? ''] : [];
  });
  const field = sent.at(-1);
  if (field === undefined) return undefined;
  const [domestic, foreign] = [field.slice(0, 30), field.slice(31, 61)];
  const pair = (digits: string): string => `${digits.slice(0, 12)}/${Number(digits.slice(12, 15))}`;
  const side = (digits: string): string => `${pair(digits)} ${pair(digits.slice(15))}`;
  return `domestic ${side(domestic)}, foreign ${side(foreign)}`;
}

/** Of the report that the host gives. */
export function totalsOfReport(report: Readonly<Record<'domestic' | 'foreign', SideJson>>): string {
  const side = ({ creditCount, creditMinor, debitCount, debitMinor }: SideJson): string =>
    [
      [debitMinor, debitCount],
      [creditMinor, creditCount],
    ]
      .map(([minor, count]) => `${String(minor).padStart(12, '0')}/${Math.min(Number(count), COUNT_MAX)}`)
      .join(' ');
  return `domestic ${side(report.domestic)}, foreign ${side(report.foreign)}`;
}

interface SideJson {
  readonly debitMinor: string;
  readonly debitCount: number;
  readonly creditMinor: string;
  readonly creditCount: number;
}

/** One row of a settlement slip stands for several. */
export const itemsOfRow = (type: SlipType, foreign: boolean, count: number, amountMinor: bigint): readonly Item[] =>
  Array.from({ length: count }, (_, index) => ({
    side: totalsOf(type),
    amountMinor: index === 0 ? amountMinor : 0n,
    foreign,
  }));
