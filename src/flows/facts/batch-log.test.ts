/**
 * What the terminal keeps of a batch, and when it lets go of it.
 *
 * Mutations that these tests caught: a declined transaction kept; the amount keyed instead of the part approved; an
 * exercise kept; a foreign card counted as domestic; a refund that makes its sale unvoidable; a batch not cut, or cut by
 * a settlement without an answer; half a download adopted; a forwarded notice sent again.
 */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import type { FlowEvent, JournalRow } from '../journal.ts';
import type { TransactionEvent } from '../transaction/events.ts';
import type { TransactionKind } from '../transaction/types.ts';
import type { ServiceKind } from '../service/types.ts';
import { TerminalFacts } from './facts.ts';
import { findInBatch } from './batch-log.ts';

const rules = { asksCard: true, asksPin: true, pinTriesMax: 3, takesPart: true, storesNotice: false };
const card = { maskedPan: '622202*********1117', sealedPan: 'sealed', expiry: '3012', entryMode: 'swiped' } as const;
const approved = {
  responseCode: '00',
  remarks: [],
  processingRequirement: 0,
  hostDate: '0302',
  referenceNumber: '030200000001',
  authorizationCode: '123456',
};

class Terminal {
  readonly facts = new TerminalFacts();
  #seq = 0;

  flow(flow: JournalRow['flow'], events: readonly FlowEvent[], ended = true): this {
    const flowId = this.#seq + 1;
    for (const [index, event] of events.entries()) {
      this.#seq += 1;
      this.facts.learn({ seq: this.#seq, at: 0, flow, flowId, event, ended: ended && index === events.length - 1 });
    }
    return this;
  }

  transaction(
    stan: number,
    kind: TransactionKind = 'sale',
    more: readonly TransactionEvent[] = [],
    started: { readonly training?: boolean } = {},
  ): this {
    return this.flow('transaction', [
      {
        type: 'TransactionStarted',
        kind,
        localTime: '',
        operatorNumber: '01',
        terminalNumber: '',
        merchantNumber: '',
        rules,
        ...started,
      },
      { type: 'AmountEntered', amount: '1000' as AmountMinor },
      { type: 'CardRead', card },
      { type: 'TraceAllotted', stan, batch: 1437 },
      ...(more.some(({ type }) => type === 'HostReplied' || type === 'HostSilent')
        ? []
        : ([{ type: 'HostReplied', reply: approved }] as const)),
      ...more,
      { type: 'SlipPrinted' },
      { type: 'SlipPrinted' },
    ]);
  }

  service(kind: ServiceKind, events: readonly FlowEvent[]): this {
    const { batchLog } = this.facts;
    return this.flow('service', [
      {
        type: 'ServiceStarted',
        kind,
        localTime: '',
        operatorNumber: '01',
        terminalNumber: '',
        merchantNumber: '',
        batch: 1437,
        items: batchLog,
        asks: { details: true, resends: 2 },
      },
      ...events,
    ]);
  }
}

const reply = (more: object): FlowEvent => ({ type: 'HostReplied', reply: { ...approved, ...more } });

describe('the batch', () => {
  test('keeps what was approved and printed', () => {
    expect(new Terminal().transaction(7).facts.batchLog).toMatchObject([
      { kind: 'sale', stan: 7, amount: '1000', foreign: false, expiry: '3012', undone: false, toForward: false },
    ]);
  });

  test('keeps nothing that did not end with its slip, and no exercise', () => {
    const { facts } = new Terminal()
      .flow('transaction', [
        { type: 'TraceAllotted', stan: 1, batch: 1437 },
        { type: 'HostReplied', reply: { ...approved, responseCode: '51' } },
      ])
      .transaction(2, 'sale', [], { training: true });
    expect(facts.batchLog).toEqual([]);
  });

  test('keeps the part that was taken', () => {
    const part: readonly TransactionEvent[] = [
      { type: 'HostReplied', reply: { ...approved, responseCode: '10', amount: '400' as AmountMinor } },
      { type: 'PartAccepted' },
    ];
    expect(new Terminal().transaction(1, 'sale', part).facts.batchLog).toMatchObject([{ amount: '400' }]);
  });

  test('knows a foreign card by its organisation', () => {
    const visa: readonly TransactionEvent[] = [
      { type: 'HostReplied', reply: { ...approved, cardOrganisation: 'VIS' } },
    ];
    expect(new Terminal().transaction(1, 'sale', visa).facts.batchLog).toMatchObject([{ foreign: true }]);
  });

  test('knows a foreign card by its original when the answer does not say it', () => {
    const again: readonly TransactionEvent[] = [
      { type: 'OriginalFound', original: { batch: 1437, stan: 1, cardOrganisation: 'VIS' } },
      { type: 'HostReplied', reply: { ...approved, responseCode: '94' } },
    ];
    expect(new Terminal().transaction(2, 'refund', again).facts.batchLog).toMatchObject([
      { foreign: true, cardOrganisation: 'VIS' },
    ]);
  });

  test('has a hold again when the completion that used it up is voided', () => {
    const follows = (stan: number): readonly TransactionEvent[] => [
      { type: 'OriginalFound', original: { batch: 1437, stan } },
    ];
    const completed = new Terminal().transaction(1, 'pre-authorization').transaction(2, 'completion', follows(1));
    expect(completed.facts.batchLog.map(({ undone }) => undone)).toEqual([true, false]);
    completed.transaction(3, 'completion-void', follows(2));
    expect(completed.facts.batchLog.map(({ undone }) => undone)).toEqual([false, true, false]);
  });

  test('marks what a void has taken back, and not what a refund has', () => {
    const original = { batch: 1437, stan: 1 };
    const found: readonly TransactionEvent[] = [{ type: 'OriginalFound', original }];
    const voided = new Terminal().transaction(1).transaction(2, 'void', found);
    expect(voided.facts.batchLog.map(({ undone }) => undone)).toEqual([true, false]);
    const refunded = new Terminal().transaction(1).transaction(2, 'refund', found);
    expect(refunded.facts.batchLog.map(({ undone }) => undone)).toEqual([false, false]);
  });

  test.each<[string, Parameters<typeof findInBatch>[1], number | undefined]>([
    ['its voucher', { batch: 1437, kind: 'void', entries: { voucher: '000001' } }, 1],
    ['a voucher of another batch', { batch: 1438, kind: 'void', entries: { voucher: '000001' } }, undefined],
    ['a voucher of another kind', { batch: 1437, kind: 'completion-void', entries: { voucher: '1' } }, undefined],
    ['reference and date', { batch: 1437, kind: 'refund', entries: { reference: '030200000001', date: '0302' } }, 1],
    ['a wrong date', { batch: 1437, kind: 'refund', entries: { reference: '030200000001', date: '0303' } }, undefined],
    ['authorization code and date', { batch: 1437, kind: 'completion', entries: { code: '123456', date: '0302' } }, 2],
  ])('is searched by %s', (_, wanted, stan) => {
    const { facts } = new Terminal().transaction(1).transaction(2, 'pre-authorization');
    expect(findInBatch(facts.batchLog, wanted)?.stan).toBe(stan);
  });
});

describe('a settlement', () => {
  const settlement = { domestic: 'balanced', foreign: 'balanced', totals: {} };

  test('that the host has answered closes the batch, and the next begins with a sign-in', () => {
    const { facts } = new Terminal()
      .flow('sign-in', [
        { type: 'SignInStarted', operatorNumber: '01' },
        reply({ batch: 1437 }),
        { type: 'KeysLoaded' },
      ])
      .transaction(1)
      .service('settlement', [reply({ settlement }), { type: 'SlipPrinted' }]);
    expect(facts).toMatchObject({ batchLog: [], signedIn: false });
    expect(facts.lastSettlement).toBeDefined();
  });

  test('that was not answered closes nothing', () => {
    const { facts } = new Terminal().transaction(1).service('settlement', [reply({ responseCode: '97' })]);
    expect(facts.batchLog).toHaveLength(1);
  });
});

describe('a notice that was stored', () => {
  const stored: readonly TransactionEvent[] = [{ type: 'HostSilent', reason: '' }];
  const kept: FlowEvent = { type: 'TraceKept', stan: 1, batch: 1437 };

  test('is to be forwarded until the host has answered it', () => {
    const terminal = new Terminal().transaction(1, 'completion-advice', stored);
    expect(terminal.facts.batchLog).toMatchObject([{ toForward: true }]);
    terminal.service('forwarding', [kept, { type: 'HostSilent', reason: '' }]);
    expect(terminal.facts.batchLog).toMatchObject([{ toForward: true }]);
    terminal.service('forwarding', [kept, reply({ responseCode: 'A0' })]);
    expect(terminal.facts.batchLog).toMatchObject([{ toForward: true }]);
    terminal.service('forwarding', [kept, reply({ responseCode: '94', cardOrganisation: 'VIS' })]);
    expect(terminal.facts.batchLog).toMatchObject([{ toForward: false, foreign: true }]);
  });
});

test('everything that is known survives being kept as plain data', () => {
  const { facts } = new Terminal()
    .flow('sign-in', [{ type: 'SignInStarted', operatorNumber: '01' }, reply({ batch: 1437 }), { type: 'KeysLoaded' }])
    .flow('personnel', [
      { type: 'PersonnelStarted', kind: 'operator-sign-on', supervisor: '00' },
      { type: 'PasswordWrong', number: '02' },
      { type: 'OperatorSignedOn', number: '01' },
    ])
    .service('settlement', [reply({ settlement: {} }), { type: 'SlipPrinted' }])
    .service('parameters', [reply({ download: { type: 'parameters', values: [['22', '滑道']] } })])
    .transaction(7, 'sale', [reply({ processingRequirement: 4 }) as TransactionEvent]);
  const kept = JSON.parse(JSON.stringify(facts.kept())) as ReturnType<TerminalFacts['kept']>;
  const again = new TerminalFacts();
  again.learn({ seq: 99, at: 0, flow: 'keeping', flowId: 99, event: { type: 'FactsKept', facts: kept }, ended: true });
  expect(again.kept()).toEqual(facts.kept());
  expect(again).toMatchObject({ lastStan: 7, batch: 1437, people: { operator: '01' } });
  expect(again.downloaded.parameters.get('22')).toBe('滑道');
  expect(Object.values(kept).every((value) => value !== undefined)).toBe(true);
});

test('nothing is kept while something is unfinished', () => {
  const { facts } = new Terminal().flow('transaction', [{ type: 'TraceAllotted', stan: 1, batch: 1 }], false);
  expect(() => facts.kept()).toThrow('unfinished');
});

describe('a download', () => {
  const entry = (tlv: string) => reply({ download: { type: 'entry', tlv } });
  const end = reply({ download: { type: 'end' } });

  test('replaces the old set when it is complete, and only then', () => {
    const terminal = new Terminal().service('ca-keys', [entry('01'), end]);
    expect(terminal.facts.downloaded.entries['ca-keys']).toEqual(['01']);
    terminal.service('ca-keys', [entry('02'), { type: 'HostSilent', reason: '' }]);
    expect(terminal.facts.downloaded.entries['ca-keys']).toEqual(['01']);
    terminal.service('ca-keys', [entry('02'), entry('03'), end]);
    expect(terminal.facts.downloaded.entries['ca-keys']).toEqual(['02', '03']);
  });

  test('that the host has asked for is required until it is complete', () => {
    const terminal = new Terminal().transaction(1, 'sale', [reply({ processingRequirement: 4 }) as TransactionEvent]);
    expect([...terminal.facts.required]).toEqual(['ca-keys']);
    terminal.service('ca-keys', [{ type: 'HostSilent', reason: '' }]);
    expect([...terminal.facts.required]).toEqual(['ca-keys']);
    terminal.service('ca-keys', [end]);
    expect([...terminal.facts.required]).toEqual([]);
  });

  test('brings parameters by tag, and a blacklist of sealed numbers', () => {
    const { facts } = new Terminal()
      .service('parameters', [reply({ download: { type: 'parameters', values: [['22', '滑道']] } })])
      .service('blacklist', [reply({ download: { type: 'cards', status: 'complete', sealedPans: ['s'] } }), end]);
    expect([facts.downloaded.parameters.get('22'), facts.downloaded.blacklist]).toEqual(['滑道', ['s']]);
  });
});
