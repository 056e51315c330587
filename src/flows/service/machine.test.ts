/**
 * Services: events in, states, messages and papers out.
 *
 * Mutations that these tests caught: the end sent before what was unanswered; a pass too many or too few; a refusal sent
 * again; 94 as a refusal; a balanced side uploaded; pre-authorizations uploaded; a 0500 in doubt that ends as failed;
 * a settlement that does not go on after a power cut; half a list taken for a whole one; a reprint that is not marked.
 */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import { open, step } from '../kernel/step.ts';
import type { BatchTotals, SettlementAnswer } from '../ports.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { TransactionKind } from '../transaction/types.ts';
import type { ServiceCommand, ServiceEvent, ServiceRequest } from './events.ts';
import { serviceFlow } from './machine.ts';
import { totalsOf } from './settlement.ts';
import type { ServiceKind } from './types.ts';

const entry = (stan: number, kind: TransactionKind = 'sale', more: Partial<BatchEntry> = {}): BatchEntry => ({
  flowId: stan * 10,
  kind,
  batch: 1437,
  stan,
  amount: '100' as AmountMinor,
  maskedPan: '622202*********1117',
  sealedPan: 'sealed',
  expiry: '3012',
  foreign: false,
  undone: false,
  toForward: false,
  ...more,
});

const started = (kind: ServiceKind, items: readonly BatchEntry[] = [], printsAgain?: number) =>
  ({
    type: 'ServiceStarted',
    kind,
    localTime: '2026-03-02 22:00:00',
    operatorNumber: '01',
    terminalNumber: '11115007',
    merchantNumber: '123456789111115',
    batch: 1437,
    items,
    ...(printsAgain !== undefined && { printsAgain }),
    asks: { details: false, resends: 1 },
  }) as const;

const allotted: ServiceEvent = { type: 'TraceAllotted', stan: 99, batch: 1437 };
const ready: ServiceEvent = { type: 'RequestReady' };
const sent: ServiceEvent = { type: 'RequestSent' };
const silent: ServiceEvent = { type: 'HostSilent', reason: 'timeout' };
const unreachable: ServiceEvent = { type: 'HostUnreachable', reason: 'refused' };
const restored: ServiceEvent = { type: 'PowerRestored' };
const printed: ServiceEvent = { type: 'SlipPrinted' };
const replied = (responseCode = '00', more: Partial<ReplyFacts> = {}): ServiceEvent => ({
  type: 'HostReplied',
  reply: { responseCode, remarks: [], processingRequirement: 0, ...more },
});

const asked = (answer: ServiceEvent): readonly ServiceEvent[] => [allotted, ready, sent, answer];

const totals: BatchTotals = totalsOf([]);
const verdicts = (domestic: SettlementAnswer['domestic'], foreign: SettlementAnswer['foreign'] = 'balanced') =>
  replied('00', { settlement: { domestic, foreign, totals } });

function walk(first: ReturnType<typeof started>, events: readonly ServiceEvent[]) {
  let { position, commands } = open(serviceFlow, first);
  const all: ServiceCommand[] = [...commands];
  for (const event of events) {
    ({ position, commands } = step(serviceFlow, position, event));
    all.push(...commands);
  }
  const requests = all.flatMap(({ params, type }): ServiceRequest[] =>
    type === 'prepareService' ? [params.request] : [],
  );
  const papers = all.flatMap(({ params, type }) =>
    type === 'printPaper' ? [`${params.paper}${params.reprint ? ' marked' : ''}`] : [],
  );
  return { ...position, all, last: commands, requests, papers };
}

const names = (requests: readonly ServiceRequest[]): readonly string[] => requests.map(({ type }) => type);

describe('a settlement', () => {
  const items = Array.from({ length: 10 }, (_, index) => entry(index + 1));

  test('that balances sends its totals and the end, and prints', () => {
    const { ended, papers, path, requests } = walk(started('settlement', items), [
      ...asked(verdicts('balanced')),
      ...asked(replied()),
      printed,
    ]);
    expect([names(requests), papers, path, ended]).toEqual([['totals', 'end'], ['settlement'], 'done', true]);
  });

  test('that does not sends the details in groups of eight, and notices one by one', () => {
    const mixed = [...items, entry(11, 'refund'), entry(12, 'completion-advice'), entry(13, 'pre-authorization')];
    const { requests } = walk(started('settlement', mixed), [
      ...asked(verdicts('not-balanced')),
      ...asked(replied()),
      ...asked(replied()),
      ...asked(replied()),
      ...asked(replied()),
      allotted,
    ]);
    expect(requests).toEqual([
      { type: 'totals' },
      { type: 'details', stans: [1, 2, 3, 4, 5, 6, 7, 8] },
      { type: 'details', stans: [9, 10] },
      { type: 'batch-notice', stan: 11 },
      { type: 'batch-notice', stan: 12 },
      { type: 'end' },
    ]);
  });

  test('uploads only the side that does not balance', () => {
    const both = [entry(1), entry(2, 'sale', { foreign: true })];
    const { requests } = walk(started('settlement', both), [...asked(verdicts('balanced', 'not-balanced')), allotted]);
    expect(requests.at(-1)).toEqual({ type: 'details', stans: [2] });
  });

  test('repeats what was not answered after the others, and then gives it up and lists it', () => {
    const two = [...items.slice(0, 8), entry(9), entry(11, 'refund')];
    const { context, papers, requests } = walk(started('settlement', two), [
      ...asked(verdicts('not-balanced')),
      ...asked(silent),
      ...asked(replied()),
      ...asked(replied('30')),
      ...asked(silent),
      ...asked(replied()),
      printed,
    ]);
    expect(names(requests)).toEqual(['totals', 'details', 'details', 'batch-notice', 'details', 'end']);
    expect(context.unuploaded).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(context.refused).toEqual([{ stan: 11, responseCode: '30' }]);
    expect(context.uploaded).toEqual([9]);
    expect(papers).toEqual(['settlement', 'failures']);
  });

  test.each(['77', 'A0', '99'])('goes on when an upload is answered %s: its papers are owed', (code) => {
    const { context, papers, path } = walk(started('settlement', [entry(1)]), [
      ...asked(verdicts('not-balanced')),
      ...asked(replied(code)),
      ...asked(replied()),
      printed,
    ]);
    expect([path, papers]).toEqual(['printing.sheet', ['settlement', 'failures']]);
    expect(context.refused).toEqual([{ stan: 1, responseCode: code }]);
  });

  test('takes 94 for taken', () => {
    const { context } = walk(started('settlement', [entry(1)]), [
      ...asked(verdicts('not-balanced')),
      ...asked(replied('94')),
    ]);
    expect([context.uploaded, context.refused]).toEqual([[1], []]);
  });

  test.each<[string, readonly ServiceEvent[], string]>([
    ['cannot reach the host', [allotted, unreachable], 'failed'],
    ['is refused', asked(replied('97')), 'failed'],
    ['is not answered', asked(silent), 'owed'],
    [
      'is not answered, and then the host is gone',
      [...asked(silent), { type: 'SettlementDue' }, allotted, unreachable],
      'owed',
    ],
  ])('that %s is %s', (_, events, path) => {
    expect(walk(started('settlement', items), events).path).toBe(path);
  });

  test.each<[string, readonly ServiceEvent[]]>([
    ['before its totals have left', [allotted]],
    ['while the host thinks', [allotted, ready, sent]],
    ['while it is owed', asked(silent)],
  ])('whose power fails %s sends its totals again', (_, events) => {
    const { last, path } = walk(started('settlement', items), [...events, restored]);
    expect(path).toBe('asking.numbering');
    expect(last).toEqual([{ type: 'numberRequest', params: { kept: undefined, batch: 1437 } }]);
  });

  test('whose power fails between two uploads goes on with the one under way', () => {
    const { requests } = walk(started('settlement', items), [
      ...asked(verdicts('not-balanced')),
      ...asked(replied()),
      allotted,
      ready,
      restored,
      allotted,
    ]);
    expect(requests.at(-1)).toEqual({ type: 'details', stans: [9, 10] });
  });

  test('whose power fails while it prints prints again, marked', () => {
    const { papers } = walk(started('settlement', []), [...asked(verdicts('balanced')), ...asked(replied()), restored]);
    expect(papers).toEqual(['settlement', 'settlement marked']);
  });

  test('counts voids beside what they void, refunds as credits, and holds not at all', () => {
    const day = [
      entry(1),
      entry(2, 'void'),
      entry(3, 'refund'),
      entry(4, 'completion'),
      entry(5, 'pre-authorization'),
      entry(6, 'transfer'),
      entry(7, 'sale', { foreign: true }),
    ];
    expect(totalsOf(day)).toEqual({
      domestic: { debitCount: 2, debitAmount: '200', creditCount: 2, creditAmount: '200' },
      foreign: { debitCount: 1, debitAmount: '100', creditCount: 0, creditAmount: '0' },
    });
  });
});

describe('a download', () => {
  const list = (status: 'nothing' | 'complete' | 'more', ...entries: readonly string[]) =>
    replied('00', { download: { type: 'list', status, entries } });
  const whole = replied('00', { download: { type: 'entry', tlv: 'AA' } });

  test('asks page by page, then entry by entry, then ends', () => {
    const { path, requests } = walk(started('ca-keys'), [
      ...asked(list('more', '01', '02')),
      ...asked(list('complete', '03')),
      ...asked(whole),
      ...asked(whole),
      ...asked(whole),
      ...asked(replied('00', { download: { type: 'end' } })),
    ]);
    expect(path).toBe('done');
    expect(requests.map((each) => (each.type === 'download' ? each.what : undefined))).toEqual([
      { step: 'list', received: 0 },
      { step: 'list', received: 2 },
      { step: 'entry', name: '01' },
      { step: 'entry', name: '02' },
      { step: 'entry', name: '03' },
      { step: 'end' },
    ]);
  });

  test.each<[string, readonly ServiceEvent[]]>([
    ['is not answered', asked(silent)],
    ['is refused', asked(replied('96'))],
    ['has an answer without a list', asked(replied())],
    [
      'names an entry that the host does not have',
      [...asked(list('complete', '01')), ...asked(replied('00', { download: { type: 'entry' } }))],
    ],
    ['loses its power', [allotted, restored]],
  ])('that %s has failed', (_, events) => {
    expect(walk(started('applications'), events)).toMatchObject({ path: 'failed', ended: true });
  });

  test('of parameters is one answer', () => {
    const { path, requests } = walk(
      started('parameters'),
      asked(replied('00', { download: { type: 'parameters', values: [['22', '滑道']] } })),
    );
    expect([path, requests.length]).toEqual(['done', 1]);
  });
});

describe('forwarding', () => {
  test('sends each notice under the trace that it has', () => {
    const { all, path } = walk(started('forwarding', [entry(7, 'completion-advice'), entry(8, 'completion-advice')]), [
      { type: 'TraceKept', stan: 7, batch: 1437 },
      ready,
      sent,
      replied('25'),
      { type: 'TraceKept', stan: 8, batch: 1437 },
      ready,
      sent,
      replied(),
    ]);
    expect(path).toBe('done');
    expect(all.filter(({ type }) => type === 'numberRequest').map(({ params }) => params)).toEqual([
      { kept: 7, batch: 1437 },
      { kept: 8, batch: 1437 },
    ]);
  });

  test('stops where the keys are out of step: that is no refusal', () => {
    const { context, path } = walk(started('forwarding', [entry(7, 'completion-advice')]), [
      { type: 'TraceKept', stan: 7, batch: 1437 },
      ready,
      sent,
      replied('A0'),
    ]);
    expect([path, context.failure]).toEqual(['failed', 'refused-by-host']);
  });
});

describe('a reprint', () => {
  test('prints both copies of the flow, marked', () => {
    const { all, papers, path } = walk(started('reprint-last', [], 70), [printed, printed]);
    expect([papers, path]).toEqual([['merchant marked', 'cardholder marked'], 'done']);
    expect(all[0]).toMatchObject({ params: { of: 70 } });
  });

  test('of nothing says so', () => {
    expect(walk(started('reprint-last'), [])).toMatchObject({
      path: 'failed',
      context: { failure: 'nothing-to-print' },
    });
  });

  test('of any transaction asks for its voucher number until it finds one', () => {
    const named: ServiceEvent = { type: 'VoucherKeyed', voucher: 5 };
    expect(walk(started('reprint-voucher'), [named, { type: 'SlipMissing' }])).toMatchObject({
      path: 'naming',
      context: { slipMissing: true },
    });
    expect(walk(started('reprint-voucher'), [named, { type: 'SlipFound', flowId: 50 }]).papers).toEqual([
      'merchant marked',
    ]);
  });

  test('of a balance is its first print, and only what follows a torn one is marked', () => {
    const torn: ServiceEvent = { type: 'PrinterStopped', trouble: 'paper-out', torn: true };
    const { all, papers } = walk(started('print-balance', [], 70), [torn, { type: 'PrinterReady' }, printed]);
    expect(papers).toEqual(['balance', 'balance marked']);
    expect(all[0]).toMatchObject({ params: { of: 70 } });
  });

  test('that is put off is over; a settlement slip stays owed', () => {
    const put: readonly ServiceEvent[] = [
      { type: 'PrinterStopped', trouble: 'paper-out', torn: false },
      { type: 'PrintDeferred' },
    ];
    expect(walk(started('reprint-last', [], 70), put).path).toBe('failed');
    const settled = [...asked(verdicts('balanced')), ...asked(replied())];
    expect(walk(started('settlement'), [...settled, ...put]).path).toBe('printing.deferred');
  });
});

describe.each<ServiceKind>(['sign-off', 'echo'])('%s', (kind) => {
  test.each<[ServiceEvent, string]>([
    [replied(), 'done'],
    [replied('96'), 'failed'],
    [silent, 'failed'],
  ])('ends with %j as %s', (answer, path) => {
    expect(walk(started(kind), asked(answer)).path).toBe(path);
  });
});
