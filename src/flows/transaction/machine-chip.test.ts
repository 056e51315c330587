/** The chart with a card in the slot: what the card says, when the host is asked, and what becomes of the money. */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import type { ChipFailure } from '../chip-port.ts';
import { expects, open, step } from '../kernel/step.ts';
import type { ChipEndFacts } from './chip-facts.ts';
import type { TransactionCommand } from './commands.ts';
import type { ReplyFacts, TransactionEvent, TransactionRules } from './events.ts';
import { transactionFlow } from './machine.ts';
import type { TransactionKind } from './types.ts';

const rules: TransactionRules = {
  asksCard: true,
  asksPin: true,
  pinTriesMax: 3,
  takesPart: true,
  storesNotice: false,
  takesChips: true,
  takesFallback: true,
};

const card = {
  maskedPan: '622202*********1117',
  sealedPan: 'sealed',
  expiry: '3012',
  entryMode: 'inserted',
  chip: { aid: 'A000000333010102', label: 'UNIONPAY CREDIT', sequenceNumber: '001' },
} as const;

const ended = (type: ChipEndFacts['type'], more: Partial<ChipEndFacts> = {}): TransactionEvent => ({
  type: 'ChipEnded',
  end: { type, fallbackAllowed: false, needsSignature: false, slip: {}, ...more },
});
const failed = (reason: ChipFailure, fallbackAllowed = false): TransactionEvent =>
  ended('failed', { reason, fallbackAllowed });
const replied = (responseCode: string, more: Partial<ReplyFacts> = {}): TransactionEvent => ({
  type: 'HostReplied',
  reply: { responseCode, remarks: [], processingRequirement: 0, ...more },
});
const offered: TransactionEvent = {
  type: 'ApplicationsOffered',
  choices: [
    { aid: 'A000000333010102', label: 'CREDIT' },
    { aid: 'A000000333010101', label: 'DEBIT' },
  ],
  isSecondTry: false,
};
const pinAsked = (form: 'online' | 'offline-plaintext' | 'offline-enciphered'): TransactionEvent => ({
  type: 'PinAsked',
  form,
  isSecondTry: false,
});
const plain = (type: TransactionEvent['type']): TransactionEvent => ({ type }) as TransactionEvent;

const atSlot: readonly TransactionEvent[] = [{ type: 'AmountEntered', amount: '1234' as AmountMinor }];
const atReading = [...atSlot, plain('ChipInserted')];
const atConfirm: readonly TransactionEvent[] = [...atReading, { type: 'CardRead', card }];
const atVerifying = [...atConfirm, plain('DetailsConfirmed')];
const atPin = [...atVerifying, pinAsked('online')];
const atTransmit: readonly TransactionEvent[] = [
  ...atPin,
  plain('PinEntered'),
  { type: 'ChipAskedHost', field55: '9F2608', reversalField55: '9505' },
];
const atPreparing: readonly TransactionEvent[] = [...atTransmit, { type: 'TraceAllotted', stan: 7, batch: 1437 }];
const atHost = [...atPreparing, plain('RequestReady'), plain('RequestSent')];
const atCard = [...atHost, replied('00')];

function walk(kind: TransactionKind, events: readonly TransactionEvent[], more: Partial<TransactionRules> = {}) {
  let { position, commands } = open(transactionFlow, {
    type: 'TransactionStarted',
    kind,
    localTime: '2026-03-02 10:00:00',
    operatorNumber: '01',
    terminalNumber: '11115007',
    merchantNumber: '123456789111115',
    rules: { ...rules, ...more },
  });
  const all: TransactionCommand[] = [...commands];
  for (const event of events) {
    ({ position, commands } = step(transactionFlow, position, event));
    all.push(...commands);
  }
  return { position, ...position, last: commands, types: all.map(({ type }) => type) };
}

const ending = (kind: TransactionKind, events: readonly TransactionEvent[], more?: Partial<TransactionRules>) => {
  const { context, path } = walk(kind, events, more);
  return [path, context.endReason];
};

test('a payment asks for these things in this order', () => {
  const { path, types } = walk('sale', [...atCard, ended('approved'), plain('SlipPrinted'), plain('SlipPrinted')]);
  expect(path).toBe('approved');
  expect(types).toEqual([
    'readCard',
    'startChip',
    'confirmChip',
    'askPin',
    'givePin',
    'allotTrace',
    'prepareAuthorization',
    'sendRequest',
    'tellChip',
    'printSlip',
    'printSlip',
  ]);
});

test('the request carries what the card wants to tell the host', () => {
  expect(walk('sale', atPreparing).last).toMatchObject([
    { type: 'prepareAuthorization', params: { card, chip: { field55: '9F2608' } } },
  ]);
});

test('the cardholder chooses, and agrees, where the card wants it', () => {
  const choosing = walk('sale', [...atReading, offered]);
  expect([choosing.path, choosing.deadline]).toEqual(['initiate.choosingApplication', 'operator']);
  const chosen: TransactionEvent = { type: 'ApplicationChosen', index: 1 };
  expect(walk('sale', [...atReading, offered, chosen]).last).toEqual([
    { type: 'chooseApplication', params: { index: 1 } },
  ]);
  const asked: TransactionEvent = { type: 'ApplicationOffered', choice: { aid: 'A0', label: 'ONE' } };
  const confirmed = walk('sale', [...atReading, asked, plain('DetailsConfirmed')]);
  expect([confirmed.path, confirmed.last]).toEqual([
    'initiate.readingChip',
    [{ type: 'confirmChip', params: undefined }],
  ]);
});

describe('a PIN', () => {
  test.each([
    ['online', true],
    ['offline-enciphered', false],
  ] as const)('that is %s counts as entered for the host: %s', (form, counts) => {
    const { context, last } = walk('sale', [...atVerifying, pinAsked(form), plain('PinEntered')]);
    expect(last).toEqual([{ type: 'givePin', params: { how: 'entered' } }]);
    expect(context.pinEntered).toBe(counts);
  });

  test('of the reader’s own keypad is never asked for at the PIN pad', () => {
    const { path, types } = walk('sale', [...atVerifying, pinAsked('offline-plaintext')]);
    expect([path, types.at(-1)]).toEqual(['initiate.enteringPinOnReader', 'givePin']);
    expect(types).not.toContain('askPin');
  });

  test('may be asked for again, and again', () => {
    const twice = walk('sale', [...atVerifying, pinAsked('offline-plaintext'), pinAsked('offline-plaintext')]);
    expect(twice.types.filter((type) => type === 'givePin')).toHaveLength(2);
  });

  test.each([
    ['PinBypassed', 'bypassed'],
    ['PinPadFailed', 'not-working'],
  ] as const)('after %s the card goes on by its own rules', (type, how) => {
    const { last, path } = walk('sale', [...atPin, { type, refused: false, reason: 'x' }]);
    expect([path, last]).toEqual(['initiate.verifyingChip', [{ type: 'givePin', params: { how } }]]);
  });

  test('that the cardholder cancels ends it', () => {
    expect(ending('sale', [...atPin, plain('PinCancelled')])).toEqual(['cancelled', 'cardholder-cancelled']);
  });

  test('is not asked for any more when the card is out', () => {
    const { last, path } = walk('sale', [...atPin, failed('card-removed')]);
    expect([path, last]).toEqual(['cancelled', [{ type: 'cancelPin', params: undefined }]]);
  });

  test('that the host finds wrong is not asked for again: the card has heard it', () => {
    expect(ending('sale', [...atHost, replied('55'), ended('declined')])).toEqual(['declined', undefined]);
  });
});

describe('before the host is asked', () => {
  test.each<[string, TransactionEvent, string, string]>([
    ['the card declines', ended('declined'), 'declined', 'card-declined'],
    ['the card approves by itself', ended('approved'), 'failed', 'card-approved-offline'],
    ['it is taken out', failed('card-removed'), 'cancelled', 'card-removed'],
    ['it is cancelled', failed('cancelled'), 'cancelled', 'cardholder-cancelled'],
    ['it is blocked', failed('card-blocked'), 'failed', 'application-blocked'],
    ['its cryptogram is wrong', failed('cryptogram-wrong'), 'failed', 'chip-not-readable'],
    ['the reader is lost', failed('reader-failed'), 'failed', 'card-reader-lost'],
  ])('when %s, nothing has been sent', (_, event, path, reason) => {
    for (const events of [atReading, [...atReading, offered], atConfirm, atVerifying, atPin]) {
      const { context, path: end, types } = walk('sale', [...events, event]);
      expect([end, context.endReason]).toEqual([path, reason]);
      expect(types).not.toContain('sendRequest');
    }
  });

  test('power loss ends it', () => {
    for (const events of [atReading, atConfirm, atVerifying, atPin]) {
      expect(ending('sale', [...events, plain('PowerRestored')])).toEqual(['cancelled', 'power-lost']);
    }
  });

  test('a host that cannot be reached leaves nothing in doubt', () => {
    const unreachable: TransactionEvent = { type: 'HostUnreachable', reason: 'refused' };
    expect(ending('sale', [...atPreparing, unreachable])).toEqual(['failed', 'host-unreachable']);
  });

  test('wrong details begin again with nothing of the card', () => {
    const { context, path } = walk('sale', [...atConfirm, plain('DetailsRejected')]);
    expect([path, context.chipIsOpen, context.card]).toEqual(['initiate.enteringAmount', false, undefined]);
  });
});

describe('fallback', () => {
  const swipe = { as: 'card', chips: false, fallback: true };

  test('asks for the stripe of a card whose chip cannot be read', () => {
    const { last, path } = walk('sale', [...atReading, failed('card-mute', true)]);
    expect([path, last]).toEqual(['initiate.presentingCard', [{ type: 'readCard', params: swipe }]]);
  });

  test('is refused where the parameters say so', () => {
    const events = [...atReading, failed('card-mute', true)];
    expect(ending('sale', events, { takesFallback: false })).toEqual(['failed', 'chip-not-readable']);
  });

  test('forgets the card that was read', () => {
    expect(walk('sale', [...atConfirm, failed('card-error', true)]).context.card).toBeUndefined();
  });

  test('takes no chip any more', () => {
    const { position } = walk('sale', [...atReading, failed('card-mute', true)]);
    expect(walk('sale', [...atReading, failed('card-mute', true)]).context.fallback).toBe(true);
    // A reader that tells of a card all the same would not be asked: nobody waits for it.
    expect(expects(position, plain('CardRead'))).toBe(true);
  });

  test('a swiped card with a chip is asked to be inserted', () => {
    const { context, last, path } = walk('sale', [...atSlot, plain('CardHasChip')]);
    expect([path, context.cardHasChip]).toEqual(['initiate.presentingCard', true]);
    expect(last).toEqual([{ type: 'readCard', params: { as: 'card', chips: true, fallback: false } }]);
  });
});

describe('after the host’s answer', () => {
  test.each<[string, TransactionEvent, TransactionEvent, string, string | undefined, string | undefined]>([
    [
      'approved, and the card agrees',
      replied('00'),
      ended('approved'),
      'print.merchantCopy.printing',
      undefined,
      undefined,
    ],
    ['approved, and the card declines', replied('00'), ended('declined'), 'reversal.preparing', 'card-declined', '06'],
    [
      'approved, and the card is gone',
      replied('00'),
      failed('card-removed'),
      'reversal.preparing',
      'card-removed',
      '06',
    ],
    [
      'approved, and the card fails',
      replied('00'),
      failed('card-mute'),
      'reversal.preparing',
      'chip-not-readable',
      '06',
    ],
    ['declined, and the card declines', replied('51'), ended('declined'), 'declined', undefined, undefined],
    ['declined, and the card is gone', replied('51'), failed('card-removed'), 'declined', undefined, undefined],
    [
      'approved in part, and the card agrees',
      replied('10', { amount: '1000' as AmountMinor }),
      ended('approved'),
      'authorize.partial',
      undefined,
      undefined,
    ],
    [
      'approved in part, and the card declines',
      replied('10', { amount: '1000' as AmountMinor }),
      ended('declined'),
      'reversal.preparing',
      'card-declined',
      '06',
    ],
  ])('%s', (_, answer, end, path, reason, because) => {
    const { context, path: where } = walk('sale', [...atHost, answer, end]);
    expect([where, context.endReason]).toEqual([path, reason]);
    expect(context.reversalReason).toBe(because ?? '98');
  });

  test('a part that is not taken here goes back, whatever the card says', () => {
    const events = [...atHost, replied('10', { amount: '1000' as AmountMinor }), ended('approved')];
    expect(ending('sale', events, { takesPart: false })).toEqual(['reversal.preparing', 'partial-approval-refused']);
  });

  test('power loss before the card has agreed takes an approval back, and leaves a refusal', () => {
    expect(ending('sale', [...atCard, plain('PowerRestored')])).toEqual(['reversal.preparing', 'power-lost']);
    expect(ending('sale', [...atHost, replied('51'), plain('PowerRestored')])).toEqual(['declined', undefined]);
    expect(ending('balance', balanceTold(plain('PowerRestored')))).toEqual(['unanswered', 'power-lost']);
  });

  test('a reversal says what the card knows: as much as it knew before, or all', () => {
    const silent: TransactionEvent = { type: 'HostSilent', reason: 'x' };
    expect(walk('sale', [...atHost, silent]).last).toMatchObject([{ params: { field55: '9505', reason: '98' } }]);
    const end = ended('declined', { fields55: { financial: 'AA', reversal: 'BB' } });
    expect(walk('sale', [...atCard, end]).last).toMatchObject([{ params: { field55: 'BB', reason: '06' } }]);
  });

  test('a balance that the card confirms is shown, and one that it does not is no money', () => {
    expect(ending('balance', balanceTold(ended('approved')))).toEqual(['approved', undefined]);
    expect(ending('balance', balanceTold(ended('declined')))).toEqual(['declined', 'card-declined']);
  });
});

/** Without an amount. */
const balanceTold = (event: TransactionEvent) => [...atCard.slice(1), event];

describe('the simplified flow', () => {
  const original = {
    batch: 1437,
    stan: 3,
    date: '0302',
    amount: '500' as AmountMinor,
    maskedPan: 'x',
    sealedPan: 'sealed',
    expiry: '3012',
  };
  const atVoid: readonly TransactionEvent[] = [
    { type: 'EntryKeyed', entry: 'voucher', text: '3' },
    { type: 'OriginalFound', original },
    plain('ChipInserted'),
  ];

  test('reads the card’s number, and asks the host without a cryptogram', () => {
    const events: readonly TransactionEvent[] = [
      ...atVoid,
      { type: 'CardRead', card },
      plain('DetailsConfirmed'),
      plain('PinEntered'),
      { type: 'TraceAllotted', stan: 7, batch: 1437 },
    ];
    const { last, types } = walk('void', events);
    expect(last).toMatchObject([{ type: 'prepareAuthorization', params: { card, chip: undefined } }]);
    expect(types).not.toContain('givePin');
    const sent = [...events, plain('RequestReady'), plain('RequestSent'), replied('00')];
    expect(walk('void', sent).path).toBe('print.merchantCopy.printing');
  });

  test('asks for the right card', () => {
    const { context, path } = walk('void', [...atVoid, plain('CardDiffers')]);
    expect([path, context.cardDiffers]).toEqual(['initiate.presentingCard', true]);
  });
});

test('a transfer takes swiped cards only', () => {
  const receiver = { ...card, entryMode: 'swiped' } as const;
  const events: readonly TransactionEvent[] = [
    { type: 'ReceiverRead', card: receiver },
    { type: 'AmountEntered', amount: '1234' as AmountMinor },
  ];
  expect(walk('single-message-transfer', events).last).toMatchObject([{ params: { as: 'card', chips: false } }]);
});
