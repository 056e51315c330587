/**
 * Every request that the terminal has, through its real host adapter, to the emulated acquirer: two ends that were
 * written apart understand each other.
 *
 * Mutations tried: 60.3 of the SM2 list that of the RSA list; 202 for 207; the name of a key with its expiry; the card of
 * a detail filled on the right; the operator of a settlement for a card organisation; field 55 left out of a reversal or
 * given to a void; 60.5 forgotten; 203 for 204; field 32 of a script notice. Each was noticed here or in src/host.
 */
import { describe, expect, test } from 'vitest';
import { runChipDay } from './chip-day.testing.ts';
import { Conversation } from './conversation.testing.ts';
import { NOTHING, PAYER, runDay, swiped, WIRE } from './day.testing.ts';
import { toAmountMinor } from '../../src/domain/money.ts';
import type { HostReply } from '../../src/host/host-port.ts';

const { exchanges, replies, conversation } = runDay();
const host = conversation.hostModel;
const BATCH = 1437;

const told = (name: string): HostReply => {
  const reply = replies.get(name);
  if (reply === undefined) throw new Error(`The day has no "${name}".`);
  return reply;
};

const chips = runChipDay();

test.each([...replies, ...chips.replies])('%s is accepted', (_, reply) => {
  expect(reply.responseCode).toBe('00');
});

test('the books of the host agree with each other at the end of the day', () => {
  expect(host.discrepancies()).toEqual([]);
});

const TERMINAL = '11115007';

test.each([5, 7, 24, 30])('of trace %i, which was reversed, the host holds nothing', (stan) => {
  expect(host.heldMinor(TERMINAL, BATCH, stan)).toBe(0n);
});

describe('the host understood', () => {
  test.each([
    ['sale', 3, '300', 'held'],
    ['sale', 5, '500', 'reversed'],
    ['sale', 6, '600', 'held'],
    ['void', 7, '600', 'reversed'],
    ['refund', 8, '100', 'booked'],
    ['pre-authorization', 20, '2000', 'voided'],
    ['completion', 23, '2200', 'booked'],
    ['completion-void', 24, '2200', 'reversed'],
    ['completion-advice', 26, '2500', 'booked'],
    ['transfer', 30, '3000', 'reversed'],
    ['two-card-transfer', 31, '3100', 'booked'],
  ])('%s with trace %i', (transaction, stan, amountMinor, state) => {
    expect(host.entryJson(TERMINAL, BATCH, stan)).toMatchObject({ transaction, amountMinor, state });
  });

  test('the whole upload: everything matched, nothing missing on either side', () => {
    const { matched, missingAtHost, missingAtTerminal, end } = host.batchReport(TERMINAL, BATCH);
    expect([matched.map(({ stan }) => stan), missingAtHost, missingAtTerminal, end]).toEqual([
      [3, 4, 8, 26],
      [],
      [],
      { saidBalanced: true, announced: 4 },
    ]);
  });
});

describe('of chips the host understood', () => {
  const chipHost = chips.conversation.hostModel;

  test.each([
    ['sale', 3, 'voided', 'inserted'],
    ['sale', 4, 'held', 'inserted'],
    ['pre-authorization', 6, 'held', 'inserted'],
    ['void', 7, 'booked', 'inserted'],
    ['sale', 8, 'reversed', 'inserted'],
    ['sale', 9, 'reversed', 'swiped'],
    ['sale', 10, 'held', 'inserted'],
  ])('%s with trace %i', (transaction, stan, state, entryMode) => {
    expect(chipHost.entryJson(TERMINAL, BATCH, stan)).toMatchObject({ transaction, state, entryMode });
  });

  test('what became of the script', () => {
    const { scriptNotices, scriptsUntold } = chipHost.ledgerJson();
    expect([scriptNotices, scriptsUntold]).toMatchObject([[{ stan: 5, results: '2000000001' }], []]);
  });

  test('every certificate, and that there are no more', () => {
    const { certificateFindings, balanced, end, uploads } = chipHost.batchReport(TERMINAL, BATCH);
    expect([certificateFindings, balanced, end, uploads]).toEqual([
      [],
      { domestic: true, foreign: true },
      { saidBalanced: true, announced: 3 },
      3,
    ]);
  });
});

test('the terminal understood what the issuer told the card, and who it was', () => {
  const { acquirerCode, field55 } = chips.replies.get('sale, chip, that brings a script') ?? {};
  const tags = [field55?.[0], field55?.[12]];
  expect([acquirerCode, tags]).toEqual(['00010000', [0x91, 0x72]]);
});

describe('the terminal understood', () => {
  test.each<[string, Partial<HostReply>]>([
    ['balance inquiry', { balance: { currencyCode: '156', negative: false, amount: toAmountMinor(1_000_000n) } }],
    ['sale, keyed, foreign card', { cardOrganisation: 'VIS' }],
    ['account verification', { transferMax: toAmountMinor(100_000_000n) }],
    ['SM2 keys, list', { download: { type: 'list', status: 'nothing', entries: [] } }],
    [
      'CA keys, first part of the list',
      {
        download: {
          type: 'list',
          status: 'more',
          entries: ['E1', 'E2'].map((index) => `9F0605A0000003339F2201${index}DF05083230333531323331`),
        },
      },
    ],
    [
      'CA keys, rest of the list',
      {
        download: { type: 'list', status: 'complete', entries: ['9F0605A0000003339F2201E3DF05083230333531323331'] },
      },
    ],
    ['CA key that nobody has', { download: { type: 'entry' } }],
    ['CA keys, end', { download: { type: 'end' } }],
    [
      'applications, first part of the list',
      {
        download: { type: 'list', status: 'more', entries: ['9F0608A000000333010101', '9F0608A000000333010102'] },
      },
    ],
    ['blacklist, end', { download: { type: 'end' } }],
    [
      'terminal parameters',
      {
        download: {
          type: 'parameters',
          values: [
            ['11', '60'],
            ['12', '60'],
            ['13', '3'],
            ['20', '1'],
            ['21', '1'],
            ['22', 'SLIPWAY TEST SHOP'],
            ['23', '3'],
            ['24', '1'],
            ['26', 'FF200000'],
          ],
        },
      },
    ],
    [
      'settlement',
      {
        settlement: {
          domestic: 'balanced',
          foreign: 'not-balanced',
          totals: {
            domestic: {
              debitCount: 4,
              debitAmount: toAmountMinor(5_600n),
              creditCount: 1,
              creditAmount: toAmountMinor(100n),
            },
            foreign: { ...NOTHING, debitCount: 1, debitAmount: toAmountMinor(400n) },
          },
        },
      },
    ],
  ])('what was said to %s', (name, said) => {
    expect(told(name)).toMatchObject(said);
  });

  test.each(['CA key', 'application'])('a whole %s, which begins with its name', (name) => {
    const { download } = told(name);
    const tlv = download?.type === 'entry' ? (download.tlv ?? '') : '';
    expect([tlv.slice(0, 4), tlv.length > 200]).toEqual(['9F06', true]);
  });

  test('the numbers of the cards on the blacklist, part by part', () => {
    const cards = ['blacklist, first part', 'blacklist, rest'].map((name) => {
      const { download } = told(name);
      return download?.type === 'cards' ? [download.status, ...download.pans.map((pan) => pan.reveal())] : [];
    });
    expect(cards).toEqual([
      ['more', '6222021234567890011', '6222021234567890029'],
      ['complete', '6222021234567890037', '6222021234567804228'],
    ]);
  });
});

test('a settlement and a download bring no card organisation, though field 63 comes back', () => {
  expect([told('settlement').cardOrganisation, told('settlement').remarks]).toEqual([undefined, []]);
});

test('only the sign-in brings a batch number', () => {
  expect([...replies].filter(([, { batch }]) => batch !== undefined).map(([name]) => name)).toEqual(['sign-in']);
});

test('only what is for training has header digit 5', () => {
  const digits = exchanges.filter(({ request }) => request.slice(18, 20) !== '00').map(({ name }) => name);
  expect(digits).toEqual(['balance inquiry, training']);
});

test('a partial approval says how much', () => {
  const day = new Conversation({
    accounts: [{ ...PAYER, balanceMinor: '250' }],
    host: { partialApproval: true },
    parameters: { partialApproval: '1' },
  });
  day.asks({ kind: 'sign-in', stan: 1, batch: 1, operatorNumber: '01' });
  const answer = day.asks({
    kind: 'authorization',
    stan: 2,
    batch: BATCH,
    wire: WIRE.sale,
    amount: toAmountMinor(1_000n),
    currencyCode: '156',
    card: swiped(PAYER),
  });
  expect(answer).toMatchObject({ type: 'replied', reply: { responseCode: '10', amount: '250' } });
});

test('a settlement of a batch that the host does not have open is a refusal without totals', () => {
  const day = new Conversation({ accounts: [] });
  const totals = { domestic: NOTHING, foreign: NOTHING };
  const answer = day.asks({ kind: 'settlement', stan: 1, batch: 9, operatorNumber: '01', currencyCode: '156', totals });
  expect(answer.type === 'replied' && [answer.reply.responseCode, answer.reply.settlement]).toEqual(['77', undefined]);
});
