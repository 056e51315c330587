/** What is owed of a slip that was put off, and what of it may be on paper already. */
import { describe, expect, test } from 'vitest';
import type { FlowEvent, JournalRow } from '../journal.ts';
import { papersLeft, papersOwedBy, type OwedPaper } from './owed-papers.ts';

const rowsOf = (...events: readonly FlowEvent[]): readonly JournalRow[] =>
  events.map((event, index) => ({
    seq: index + 1,
    at: 0,
    flow: 'transaction',
    flowId: 1,
    event,
    ended: index === events.length - 1,
  }));

const trace: FlowEvent = { type: 'TraceAllotted', stan: 7, batch: 1437 };
const approved: FlowEvent = {
  type: 'HostReplied',
  reply: { responseCode: '00', remarks: [], processingRequirement: 0 },
};
const printed: FlowEvent = { type: 'SlipPrinted' };
const ready: FlowEvent = { type: 'PrinterReady' };
const restored: FlowEvent = { type: 'PowerRestored' };
const deferred: FlowEvent = { type: 'PrintDeferred' };
const stopped = (torn: boolean): FlowEvent => ({ type: 'PrinterStopped', trouble: 'paper-out', torn });

describe('of a transaction', () => {
  test.each<[string, readonly FlowEvent[], readonly string[]]>([
    ['not a dot of which is on paper', [stopped(false)], ['merchant', 'cardholder']],
    ['whose first copy is torn', [stopped(true)], ['merchant marked', 'cardholder']],
    ['whose second copy is torn', [printed, stopped(true)], ['cardholder marked']],
    ['whose first copy was torn and printed again', [stopped(true), ready, printed, stopped(false)], ['cardholder']],
    ['during which the power failed', [restored, stopped(false)], ['merchant marked', 'cardholder']],
    ['after which the power failed', [stopped(false), restored, stopped(false)], ['merchant', 'cardholder']],
    ['whose trouble changed', [stopped(false), stopped(true)], ['merchant', 'cardholder']],
  ])('%s', (_, events, expected) => {
    const owed = papersOwedBy(rowsOf(trace, approved, ...events, deferred));
    expect(owed.map(({ copy, marked }) => (marked ? `${copy} marked` : copy))).toEqual(expected);
    expect(owed[0]).toMatchObject({ flowId: 1, voucher: 7 });
  });

  test('that was printed, nothing is owed', () => {
    expect(papersOwedBy(rowsOf(trace, approved, printed, printed))).toEqual([]);
  });

  test('that the power failed before it was printed, does not mark it', () => {
    const owed = papersOwedBy(rowsOf(trace, restored, approved, stopped(false), deferred));
    expect(owed[0]?.marked).toBe(false);
  });
});

describe('after a service that printed of them', () => {
  const one: OwedPaper = { flowId: 1, voucher: 7, copy: 'merchant', marked: false };
  const two: OwedPaper = { ...one, copy: 'cardholder' };

  test.each<[string, readonly FlowEvent[], readonly OwedPaper[]]>([
    ['all of them', [printed, printed], []],
    ['one of them', [printed, stopped(false), deferred], [two]],
    ['one and a half', [printed, stopped(true), deferred], [{ ...two, marked: true }]],
    ['one until the power failed', [printed, restored], [{ ...two, marked: true }]],
    ['none', [stopped(false), deferred], [one, two]],
  ])('%s', (_, events, expected) => {
    expect(papersLeft([one, two], rowsOf(...events))).toEqual(expected);
  });

  test('what was marked stays marked', () => {
    expect(papersLeft([{ ...one, marked: true }], rowsOf(stopped(false), deferred))).toMatchObject([{ marked: true }]);
  });
});
