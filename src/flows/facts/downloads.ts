import type { JournalRow } from '../journal.ts';
import type { DownloadSet } from '../ports.ts';

/** What the host has given the terminal to work with. Each set is whole, or the one before it. */
export interface DownloadedFacts {
  /** Tag and value (dialect sheet 7.4). */
  readonly parameters: ReadonlyMap<string, string>;
  /** Whole entries as TLV in hex (dialect sheet 7.3). */
  readonly entries: Readonly<Record<Exclude<DownloadSet, 'parameters' | 'blacklist'>, readonly string[]>>;
  /** Card numbers, sealed. */
  readonly blacklist: readonly string[];
  /** What has been downloaded at least once; a set may be empty. */
  readonly complete: ReadonlySet<DownloadSet>;
}

export const NOTHING_DOWNLOADED: DownloadedFacts = {
  parameters: new Map(),
  entries: { 'ca-keys': [], 'sm2-keys': [], applications: [] },
  blacklist: [],
  complete: new Set(),
};

/** As plain data. */
export interface KeptDownloads extends Omit<DownloadedFacts, 'parameters' | 'complete'> {
  readonly parameters: readonly (readonly [tag: string, value: string])[];
  readonly complete?: readonly DownloadSet[];
}

export const keptDownloads = (facts: DownloadedFacts): KeptDownloads => ({
  ...facts,
  parameters: [...facts.parameters],
  complete: [...facts.complete],
});

export const downloadsOf = (kept: KeptDownloads): DownloadedFacts => ({
  ...kept,
  parameters: new Map(kept.parameters),
  complete: new Set(kept.complete),
});

/** Learns from the rows of one download that has ended: a set replaces the old one only when it is complete. */
export function adopt(before: DownloadedFacts, set: DownloadSet, rows: readonly JournalRow[]): DownloadedFacts {
  const facts = { ...before, complete: new Set([...before.complete, set]) };
  const answers = rows.flatMap(({ event }) =>
    event.type === 'HostReplied' && event.reply.download !== undefined ? [event.reply.download] : [],
  );
  if (set === 'parameters') {
    const values = answers.flatMap((answer) => (answer.type === 'parameters' ? answer.values : []));
    return { ...facts, parameters: new Map(values) };
  }
  if (set === 'blacklist') {
    return { ...facts, blacklist: answers.flatMap((answer) => (answer.type === 'cards' ? answer.sealedPans : [])) };
  }
  const entries = answers.flatMap((answer) =>
    answer.type === 'entry' && answer.tlv !== undefined ? [answer.tlv] : [],
  );
  return { ...facts, entries: { ...facts.entries, [set]: entries } };
}
