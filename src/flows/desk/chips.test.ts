/** What chips add to the desk: what is downloaded for them, what the host hears of their scripts and of their last word. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import type { AmountMinor } from '../../domain/money.ts';
import type { ChipAnswer, ChipCard, ChipCardPort, ChipEnd, ChipStep } from '../chip-port.ts';
import type { BatchTotals, HostReply, HostRequest } from '../ports.ts';
import { PARAMETERS, setUp } from './kit.testing.ts';

const parameters = { transactions: { ...PARAMETERS.transactions, chips: { fallback: true } } };

const card: ChipCard = {
  pan: Secret.of('6222021234567801117', 'PAN'),
  expiry: '3012',
  sequenceNumber: '001',
  aid: 'A000000333010102',
  label: 'CREDIT',
};

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const evidence = (tvr: string, hasScriptResults: boolean) => ({
  card,
  online: 'approved' as const,
  registers: { tvr, tsi: 'F800', cvmResults: '020300' },
  needsSignature: true,
  hasScriptResults,
  slip: { '9F26': '0011223344556677' },
  fields55: {
    financial: bytes(0x9f, 0x27),
    offline: bytes(),
    reversal: bytes(0x95),
    scriptNotification: bytes(0xdf, 0x31),
  },
});

/** A card that says who it is, asks the host, and ends as it is told. */
function cardThat(end: (answer: ChipAnswer) => ChipEnd): ChipCardPort & { insert: () => void } {
  let tell: (step: ChipStep) => void = () => undefined;
  let inserted: () => void = () => undefined;
  return {
    insert: () => inserted(),
    onEvent: (listener) => {
      inserted = () => {
        listener({ type: 'removed' });
        listener({ type: 'inserted' });
      };
    },
    start(_, given) {
      tell = given;
      queueMicrotask(() => tell({ type: 'card-read', card }));
    },
    answer(answer) {
      queueMicrotask(() => {
        if (answer.type !== 'confirmed') return tell({ type: 'ended', end: end(answer) });
        tell({ type: 'go-online', card, field55: bytes(1), reversalField55: bytes(2), onlinePin: false });
      });
    },
    cancel: () => undefined,
  };
}

const approves =
  (tvr = '0000000000', scripts = false) =>
  (answer: ChipAnswer): ChipEnd =>
    answer.type === 'host-replied' && answer.isApproved
      ? { ...evidence(tvr, scripts), type: 'approved' }
      : { ...evidence(tvr, scripts), type: 'declined', by: 'host', needsReversal: false };
const declines = (): ChipEnd => ({
  ...evidence('0000000000', true),
  type: 'declined',
  by: 'card',
  needsReversal: true,
});

const side = { debitCount: 0, debitAmount: '0' as AmountMinor, creditCount: 0, creditAmount: '0' as AmountMinor };
const totals: BatchTotals = { domestic: side, foreign: side };

function says(request: HostRequest): Partial<HostReply> {
  switch (request.kind) {
    case 'settlement':
      return { settlement: { domestic: 'balanced', foreign: 'balanced', totals } };
    case 'authorization':
      return { hostDate: '0302', referenceNumber: '112300000002', acquirerCode: '48021000', field55: bytes(0x71) };
    case 'download':
      return {
        download: request.what.step === 'end' ? { type: 'end' } : { type: 'list', status: 'nothing', entries: [] },
      };
    default:
      return {};
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

function desk(end: (answer: ChipAnswer) => ChipEnd) {
  const chipCards = cardThat(end);
  const world = setUp({}, [], { parameters, says, chipCards });
  world.boot();
  const sell = async (): Promise<void> => {
    world.choose('sale');
    world.key({ type: 'amount', amount: '1234' as AmountMinor });
    chipCards.insert();
    world.clock.pass(0);
    await settled();
    world.key({ type: 'confirm' });
    for (let turn = 0; turn < 4; turn++) {
      await settled();
      world.clock.pass(0);
    }
  };
  return { ...world, sell };
}

describe('before the first transaction', () => {
  test('applications and keys are fetched, once', async () => {
    const { choose, full, kinds, sell } = desk(approves());
    await sell();
    const sets = full.flatMap((request) => (request.kind === 'download' ? [request.set] : []));
    expect(sets).toEqual(['applications', 'applications', 'ca-keys', 'ca-keys']);
    const before = kinds().length;
    choose('sale');
    expect(kinds().slice(before)).toEqual([]);
  });

  test('a terminal without a reader for chips fetches nothing', () => {
    const { boot, kinds, sell } = setUp({}, [], { says });
    boot();
    sell();
    expect(kinds()).not.toContain('download');
  });
});

describe('a sale with a chip', () => {
  test('asks with field 55, prints, and keeps nothing secret', async () => {
    const { full, papers, rows, sell } = desk(approves());
    await sell();
    expect(full.at(-1)).toMatchObject({
      kind: 'authorization',
      card: { entryMode: 'inserted', sequenceNumber: '001', field55: bytes(1) },
    });
    expect(papers).toMatchObject([
      { copy: 'merchant', entryMode: 'inserted' },
      { copy: 'cardholder', entryMode: 'inserted' },
    ]);
    expect(JSON.stringify(rows)).not.toContain('6222021234567801117');
  });

  test('that the card will not have is taken back, with what the card knows', async () => {
    const { full, papers, sell } = desk(declines);
    await sell();
    expect(full.at(-1)).toMatchObject({ kind: 'reversal', reason: '06', sequenceNumber: '001', field55: bytes(0x95) });
    expect(papers).toEqual([]);
  });
});

describe('what the card has made of the issuer’s scripts', () => {
  test('goes to the host before the next transaction, once', async () => {
    const { choose, full, kinds, sell } = desk(approves('0000000000', true));
    await sell();
    const before = kinds().length;
    choose('sale');
    expect(kinds().slice(before)).toEqual(['script-notification']);
    expect(full.at(-1)).toMatchObject({
      original: { batch: 1, date: '0302' },
      amount: '1234',
      acquirerCode: '48021000',
      referenceNumber: '112300000002',
      field55: bytes(0xdf, 0x31),
    });
    choose('sale');
    expect(kinds().slice(before)).toEqual(['script-notification']);
  });

  test('waits while the host is silent, and stands in nobody’s way', async () => {
    const { choose, host, key, kinds, screen, sell } = desk(approves('0000000000', true));
    await sell();
    host['script-notification'] = 'silent';
    choose('sale');
    expect(screen()).toBe('enter-amount');
    key({ type: 'cancel' });
    host['script-notification'] = '00';
    const before = kinds().length;
    choose('sale');
    expect(kinds().slice(before)).toEqual(['script-notification']);
  });

  test('comes after the sign-in and before the reversal of the transaction that brought them', async () => {
    const { choose, host, kinds, sell } = desk(declines);
    host.reversal = 'silent';
    await sell();
    const before = kinds().length;
    host.reversal = '00';
    choose('finish');
    // The notice is of a transaction that has ended: first the reversal ends it, then the host hears of its scripts.
    expect(kinds().slice(before)).toEqual(['reversal']);
    choose('sale');
    expect(kinds().slice(before)).toEqual(['reversal', 'script-notification']);
  });
});

describe('a settlement', () => {
  test('uploads every chip’s last word, balanced or not', async () => {
    const { choose, full, kinds, sell } = desk(approves());
    await sell();
    const before = kinds().length;
    choose('settlement');
    expect(kinds().slice(before)).toEqual(['settlement', 'batch-chip', 'batch-end']);
    expect(full.at(-2)).toMatchObject({
      balanced: true,
      outcome: 'approved',
      amount: '1234',
      sequenceNumber: '001',
      field55: bytes(0x9f, 0x27),
    });
    expect(full.at(-1)).toMatchObject({ count: 1 });
  });

  test('says of which the issuer was not authentic', async () => {
    const { choose, full, sell } = desk(approves('0000000040'));
    await sell();
    choose('settlement');
    expect(full.at(-2)).toMatchObject({ kind: 'batch-chip', outcome: 'issuer-not-authenticated' });
  });
});
