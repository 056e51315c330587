/**
 * The chart: events in, states and commands out.
 *
 * Mutations that these tests caught: any of the codes that end a reversal added or left out; a refused, badly signed or
 * unanswered reversal taken as reversed; one attempt more or fewer; a torn print that does not count, an untorn one that
 * does; F39 10 as an approval; a refund reversed; a slip of a balance inquiry; the amount of a void not the original's.
 */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import { expects, open, step } from '../kernel/step.ts';
import type { TransactionCommand } from './commands.ts';
import type { OriginalFacts, ReplyFacts, TransactionEvent, TransactionRules } from './events.ts';
import { transactionFlow } from './machine.ts';
import type { EntryName, TransactionKind } from './types.ts';

type Started = Extract<TransactionEvent, { type: 'TransactionStarted' }>;

const amount = '1234' as AmountMinor;
const card = { maskedPan: '622202*********1117', sealedPan: 'sealed', expiry: '3012', entryMode: 'swiped' } as const;
const trace = { stan: 7, batch: 1437 };
const original: OriginalFacts = { ...trace, stan: 3, date: '0302', amount: '500' as AmountMinor, maskedPan: 'x' };

const rules: TransactionRules = {
  asksCard: true,
  asksPin: true,
  pinTriesMax: 3,
  takesPart: false,
  storesNotice: false,
};

const started = (kind: TransactionKind): Started => ({
  type: 'TransactionStarted',
  kind,
  localTime: '2026-03-02 10:00:00',
  operatorNumber: '01',
  terminalNumber: '11115007',
  merchantNumber: '123456789111115',
  rules,
});

const amountEntered: TransactionEvent = { type: 'AmountEntered', amount };
const cardRead: TransactionEvent = { type: 'CardRead', card };
const confirmed: TransactionEvent = { type: 'DetailsConfirmed' };
const pinEntered: TransactionEvent = { type: 'PinEntered' };
const allotted: TransactionEvent = { type: 'TraceAllotted', ...trace };
const ready: TransactionEvent = { type: 'RequestReady' };
const sent: TransactionEvent = { type: 'RequestSent' };
const silent: TransactionEvent = { type: 'HostSilent', reason: 'response-timeout' };
const macWrong: TransactionEvent = { type: 'ReplyMacWrong' };
const unreachable: TransactionEvent = { type: 'HostUnreachable', reason: 'refused' };
const restored: TransactionEvent = { type: 'PowerRestored' };
const due: TransactionEvent = { type: 'ReversalDue' };
const missing: TransactionEvent = { type: 'OriginalMissing' };
const printed: TransactionEvent = { type: 'SlipPrinted' };
const printerReady: TransactionEvent = { type: 'PrinterReady' };
const cancel: TransactionEvent = { type: 'CancelPressed' };
const pinPadFailed = (refused: boolean): TransactionEvent => ({ type: 'PinPadFailed', refused, reason: 'x' });
const stopped = (torn: boolean): TransactionEvent => ({ type: 'PrinterStopped', trouble: 'paper-out', torn });
const keyed = (entry: EntryName, text: string): TransactionEvent => ({
  type: 'EntryKeyed',
  entry,
  text,
});
const replied = (responseCode: string, more: Partial<ReplyFacts> = {}): TransactionEvent => ({
  type: 'HostReplied',
  reply: { responseCode, remarks: [], processingRequirement: 0, ...more },
});

/** A sale at each of its waits. */
const atCard = [amountEntered];
const atConfirm = [...atCard, cardRead];
const atPin = [...atConfirm, confirmed];
const atNumbering = [...atPin, pinEntered];
const atPreparing = [...atNumbering, allotted];
const atSending = [...atPreparing, ready];
const atHost = [...atSending, sent];
const atPrinter = [...atHost, replied('00')];
const atSecondCopy = [...atPrinter, printed];
const atReversal = [...atHost, silent];
const reversalSent = [...atReversal, ready, sent];
const owed = [...reversalSent, replied('96')];

const walk = (kind: TransactionKind, events: readonly TransactionEvent[]) => walkFrom(started(kind), events);

function walkFrom(first: Started, events: readonly TransactionEvent[]) {
  let { position, commands } = open(transactionFlow, first);
  const all: TransactionCommand[] = [...commands];
  for (const event of events) {
    ({ position, commands } = step(transactionFlow, position, event));
    all.push(...commands);
  }
  return { position, ...position, all, last: commands, types: all.map(({ type }) => type) };
}

const timesPrepared = (kind: TransactionKind, events: readonly TransactionEvent[]): number =>
  walk(kind, events).types.filter((type) => type === 'prepareReversal').length;

describe('a sale', () => {
  test('that goes well asks for these things in this order', () => {
    const { ended, path, types } = walk('sale', [...atSecondCopy, printed]);
    expect([path, ended]).toEqual(['approved', true]);
    expect(types).toEqual([
      'readCard',
      'askPin',
      'allotTrace',
      'prepareAuthorization',
      'sendRequest',
      'printSlip',
      'printSlip',
    ]);
  });

  test('is requested with what was keyed and allotted', () => {
    const { last } = walk('sale', atPreparing);
    expect(last).toEqual([
      {
        type: 'prepareAuthorization',
        params: { kind: 'sale', ...trace, training: false, card, amount, original: undefined, receiver: undefined },
      },
    ]);
  });

  test.each<[string, readonly TransactionEvent[], string, string | undefined]>([
    ['CANCEL at the amount', [cancel], 'cancelled', 'operator-cancelled'],
    ['CANCEL at the card', [...atCard, cancel], 'cancelled', 'operator-cancelled'],
    ['CANCEL at the details', [...atConfirm, cancel], 'cancelled', 'operator-cancelled'],
    ['CANCEL at the PIN', [...atPin, cancel], 'cancelled', 'operator-cancelled'],
    ['nobody at the card', [...atCard, { type: 'DeadlinePassed' }], 'cancelled', 'nobody-answered'],
    ['no card reader', [...atCard, { type: 'CardReaderLost' }], 'failed', 'card-reader-lost'],
    ['CANCEL on the PIN pad', [...atPin, { type: 'PinCancelled' }], 'cancelled', 'cardholder-cancelled'],
    ['nobody at the PIN pad', [...atPin, { type: 'PinTimedOut' }], 'cancelled', 'nobody-answered'],
    ['no PIN pad', [...atPin, pinPadFailed(false)], 'failed', 'pin-pad-failed'],
    ['a PIN pad that will not', [...atPin, pinPadFailed(true)], 'failed', 'pin-pad-refused'],
    ['power lost at the PIN', [...atPin, restored], 'cancelled', 'power-lost'],
    ['power lost before its number', [...atNumbering, restored], 'cancelled', 'power-lost'],
    ['power lost before the request is ready', [...atPreparing, restored], 'cancelled', 'power-lost'],
    ['no host', [...atPreparing, unreachable], 'failed', 'host-unreachable'],
    ['a MAC that the PIN pad will not compute', [...atPreparing, pinPadFailed(true)], 'failed', 'pin-pad-refused'],
    ['F39 51', [...atHost, replied('51')], 'declined', undefined],
    ['F39 68', [...atHost, replied('68')], 'declined', undefined],
    ['F39 that nobody knows', [...atHost, replied('ZZ')], 'declined', undefined],
    ['F39 51 before the bytes have left', [...atSending, replied('51')], 'declined', undefined],
  ])('with %s ends, and nothing is owed', (_, events, path, endReason) => {
    const end = walk('sale', events);
    expect(end).toMatchObject({ path, ended: true, context: { endReason } });
    expect(end.types).not.toContain('prepareReversal');
    expect(end.types).not.toContain('printSlip');
  });

  test.each(['00', '11', 'A2', 'A4', 'A5', 'A6'])('with F39 %s is approved and printed', (code) => {
    const { last, path } = walk('sale', [...atHost, replied(code)]);
    expect(path).toBe('print.merchantCopy.printing');
    expect(last).toEqual([{ type: 'printSlip', params: { copy: 'merchant', reprint: false } }]);
  });

  test('ends the PIN entry when the operator cancels', () => {
    expect(walk('sale', [...atPin, cancel]).last).toEqual([{ type: 'cancelPin', params: undefined }]);
  });

  test('without a PIN goes on, and says so in its reversal', () => {
    const { last } = walk('sale', [...atPin, { type: 'PinBypassed' }, allotted, ready, silent]);
    expect(last).toMatchObject([{ type: 'prepareReversal', params: { pinEntered: false } }]);
  });

  test('whose details are wrong starts again with nothing', () => {
    const { context, path } = walk('sale', [...atConfirm, { type: 'DetailsRejected' }]);
    expect([path, context.amount, context.card]).toEqual(['initiate.enteringAmount', undefined, undefined]);
  });

  test.each<[string, readonly TransactionEvent[], TransactionEvent]>([
    ['an answer before anything was sent', atPreparing, replied('00')],
    ['a second answer', atPrinter, replied('00')],
    ['CANCEL while the host thinks', atHost, cancel],
    ['CANCEL of an owed reversal', owed, cancel],
    ['anything after the end', [...atHost, replied('51')], restored],
  ])('does not expect %s', (_, events, event) => {
    expect(expects(walk('sale', events), event)).toBe(false);
  });
});

describe('a sale in doubt is reversed', () => {
  test.each<[string, readonly TransactionEvent[], TransactionEvent, string, string]>([
    ['no answer', atHost, silent, '98', 'host-silent'],
    ['no answer, and the bytes perhaps not gone', atSending, silent, '98', 'host-silent'],
    ['an answer with a wrong MAC', atHost, macWrong, 'A0', 'reply-mac-wrong'],
    ['power lost while the host thinks', atHost, restored, '98', 'power-lost'],
    ['power lost while it is sent', atSending, restored, '98', 'power-lost'],
    ['a partial approval', atHost, replied('10'), '06', 'partial-approval-refused'],
  ])('after %s', (_, before, event, reason, endReason) => {
    const { context, last, path } = walk('sale', [...before, event]);
    expect([path, context.endReason]).toEqual(['reversal.preparing', endReason]);
    expect(last).toMatchObject([{ type: 'prepareReversal', params: { kind: 'sale', ...trace, amount, reason } }]);
  });

  test('under its own numbers, with what the answer said', () => {
    const partial = replied('10', { authorizationCode: '123456', hostDate: '0303' });
    expect(walk('sale', [...atHost, partial]).last).toEqual([
      {
        type: 'prepareReversal',
        params: {
          kind: 'sale',
          ...trace,
          amount,
          original: undefined,
          training: false,
          card,
          pinEntered: true,
          reason: '06',
          authorizationCode: '123456',
          answeredDate: '0303',
        },
      },
    ]);
  });

  test('and never sent again', () => {
    const { types } = walk('sale', [...reversalSent, silent, ready, sent, replied('00')]);
    expect(types.filter((type) => type === 'prepareAuthorization')).toHaveLength(1);
  });
});

describe('a reversal', () => {
  test.each(['00', '12', '25'])('that is answered %s is over', (code) => {
    expect(walk('sale', [...reversalSent, replied(code)])).toMatchObject({ path: 'reversed', ended: true });
  });

  test.each<[string, TransactionEvent]>([
    ...['10', '11', '51', '64', '68', '77', '96', 'A0', 'ZZ'].map((code): [string, TransactionEvent] => [
      `answered ${code}`,
      replied(code),
    ]),
    ['answered with a wrong MAC', macWrong],
  ])('that is %s stays owed, and is not tried again at once', (_, event) => {
    const { ended, last, path } = walk('sale', [...reversalSent, event]);
    expect([path, ended, last]).toEqual(['reversal.owed', false, []]);
  });

  test.each<[string, readonly TransactionEvent[]]>([
    ['the host does not answer', [ready, sent, silent]],
    ['the host is silent before the bytes have left', [ready, silent]],
    ['the host cannot be reached', [unreachable]],
    ['the PIN pad gives no MAC', [pinPadFailed(false)]],
  ])('is tried three times while %s, and stays owed', (_, attempt) => {
    expect(walk('sale', [...atReversal, ...attempt, ...attempt]).path).toBe('reversal.preparing');
    const end = [...atReversal, ...attempt, ...attempt, ...attempt];
    expect(walk('sale', end)).toMatchObject({ path: 'reversal.owed', ended: false });
    expect(timesPrepared('sale', end)).toBe(3);
  });

  test.each<[string, TransactionEvent]>([
    ['an occasion', due],
    ['power', restored],
  ])('that is owed has three more attempts with %s', (_, event) => {
    const again = [...owed, event, unreachable, unreachable, unreachable];
    expect(walk('sale', again).path).toBe('reversal.owed');
    expect(timesPrepared('sale', again)).toBe(4);
    expect(walk('sale', [...owed, event, ready, sent, replied('00')])).toMatchObject({ path: 'reversed', ended: true });
  });

  test.each<[string, readonly TransactionEvent[]]>([
    ['it is prepared', atReversal],
    ['it is sent', [...atReversal, ready]],
    ['the host thinks', reversalSent],
  ])('during which the power fails while %s is prepared anew', (_, events) => {
    const { last, path } = walk('sale', [...events, restored]);
    expect(path).toBe('reversal.preparing');
    expect(last).toMatchObject([{ type: 'prepareReversal', params: { ...trace, reason: '98' } }]);
  });

  test('that the host has refused says so: only that can be given up', () => {
    expect(walk('sale', owed).context.reversalRefusal).toBe('96');
    expect(walk('sale', [...reversalSent, macWrong]).context.reversalRefusal).toBeUndefined();
  });

  test('that was given up is over, and nobody says that it was reversed', () => {
    const { context, ended, path } = walk('sale', [...owed, { type: 'ReversalGivenUp' }]);
    expect([path, ended, context.endReason]).toEqual(['unanswered', true, 'reversal-given-up']);
  });
});

describe('a print', () => {
  const prints = (events: readonly TransactionEvent[]): readonly string[] =>
    walk('sale', events).all.flatMap(({ params, type }) =>
      type === 'printSlip' ? [`${params.copy}${params.reprint ? ' marked' : ''}`] : [],
    );

  test.each<[string, readonly TransactionEvent[], readonly string[]]>([
    ['that goes well', [...atSecondCopy, printed], ['merchant', 'cardholder']],
    ['that was torn', [...atPrinter, stopped(true), printerReady], ['merchant', 'merchant marked']],
    ['that left no dot', [...atPrinter, stopped(false), printerReady], ['merchant', 'merchant']],
    [
      'that left no dot after one that was torn',
      [...atPrinter, stopped(true), printerReady, stopped(false), printerReady],
      ['merchant', 'merchant marked', 'merchant marked'],
    ],
    [
      'that stopped for another trouble meanwhile',
      [...atPrinter, stopped(false), stopped(true), printerReady],
      ['merchant', 'merchant'],
    ],
    ['during which the power failed', [...atPrinter, restored], ['merchant', 'merchant marked']],
    ['that stopped before the power failed', [...atPrinter, stopped(false), restored], ['merchant', 'merchant']],
    [
      'of the second copy, torn, does not mark the first',
      [...atSecondCopy, stopped(true), printerReady],
      ['merchant', 'cardholder', 'cardholder marked'],
    ],
    [
      'of the second copy after a torn first',
      [...atPrinter, stopped(true), printerReady, printed],
      ['merchant', 'merchant marked', 'cardholder'],
    ],
  ])('%s', (_, events, expected) => {
    expect(prints(events)).toEqual(expected);
  });

  describe('that is kept electronically too', () => {
    const issued: TransactionEvent = { type: 'ReceiptIssued', receipt: { url: 'u', shortUrl: 's' } };
    const offers = (...events: readonly TransactionEvent[]) =>
      walkFrom({ ...started('sale'), rules: { ...rules, receipts: 'offered' } }, [...atPrinter, ...events]);

    test('has its record before any paper, and again after a power cut', () => {
      expect(offers().types.at(-1)).toBe('issueReceipt');
      expect(offers(restored).types.slice(-2)).toEqual(['issueReceipt', 'issueReceipt']);
      expect(offers(issued).last).toMatchObject([{ type: 'printSlip', params: { copy: 'merchant' } }]);
    });

    test.each<[string, readonly TransactionEvent[], string, boolean]>([
      ['is taken', [{ type: 'ReceiptTaken' }], 'approved', true],
      ['is not wanted', [{ type: 'ReceiptDeclined' }], 'print.cardholderCopy.printing', false],
      ['is not answered', [{ type: 'DeadlinePassed' }], 'print.cardholderCopy.printing', false],
      ['is forgotten over a power cut', [restored], 'print.cardholderCopy.printing', false],
      [
        'is taken when the printer has stopped',
        [{ type: 'ReceiptDeclined' }, stopped(true), { type: 'ReceiptTaken' }],
        'approved',
        true,
      ],
    ])('and %s', (_, events, path, taken) => {
      const { context, path: where } = offers(issued, printed, ...events);
      expect([where, context.receiptTaken]).toEqual([path, taken]);
    });

    test('and could not be, is paper as ever', () => {
      const end = offers({ type: 'ReceiptFailed', reason: 'store' }, printed);
      expect([end.path, end.context.receipt]).toEqual(['print.cardholderCopy.printing', undefined]);
    });

    test('is not offered where it is only kept, nor in an exercise', () => {
      const kept = { ...started('sale'), rules: { ...rules, receipts: 'kept' } } as const;
      expect(walkFrom(kept, [...atPrinter, issued, printed]).path).toBe('print.cardholderCopy.printing');
      const exercise = { ...started('sale'), training: true, rules: { ...rules, receipts: 'offered' } } as const;
      expect(walkFrom(exercise, atPrinter).path).toBe('print.merchantCopy.printing');
    });

    test('does not let the merchant go without paper', () => {
      const { position } = offers(issued, stopped(false));
      expect(expects(position, { type: 'ReceiptTaken' })).toBe(false);
    });
  });

  test('that is put off ends the transaction, whose slip stays owed', () => {
    const { context, ended, path } = walk('sale', [...atPrinter, stopped(true), { type: 'PrintDeferred' }]);
    expect([path, ended, context.owesPaper]).toEqual(['approved', true, true]);
  });

  test('that fails takes nothing back', () => {
    const { path, types } = walk('sale', [...atPrinter, stopped(true)]);
    expect(path).toBe('print.merchantCopy.stopped');
    expect(types).not.toContain('prepareReversal');
  });
});

describe('a refund', () => {
  const sentRefund: readonly TransactionEvent[] = [
    keyed('reference', '030200000003'),
    keyed('date', '0302'),
    missing,
    amountEntered,
    cardRead,
    confirmed,
    allotted,
    ready,
    sent,
  ];

  test('asks for no PIN, and names the original that it was told of', () => {
    const { all, types } = walk('refund', sentRefund);
    expect(types).toEqual(['findOriginal', 'readCard', 'allotTrace', 'prepareAuthorization', 'sendRequest']);
    const named = { batch: 0, stan: 0, date: '0302', referenceNumber: '030200000003' };
    expect(all[3]).toMatchObject({ params: { kind: 'refund', original: named } });
  });

  test.each<[string, TransactionEvent, string]>([
    ['is not answered', silent, 'host-silent'],
    ['has an answer with a wrong MAC', macWrong, 'reply-mac-wrong'],
    ['loses its power', restored, 'power-lost'],
  ])('that %s is not reversed but sent again', (_, event, endReason) => {
    const { context, last, path, types } = walk('refund', [...sentRefund, event]);
    expect([path, context.endReason]).toEqual(['repetition.preparing', endReason]);
    expect(last).toMatchObject([{ type: 'prepareRepeat', params: { kind: 'refund', ...trace, card } }]);
    expect(types).not.toContain('prepareReversal');
  });

  test.each<[string, string, boolean]>([
    ['00', 'print.merchantCopy.printing', false],
    // The host has had the first one.
    ['94', 'print.merchantCopy.printing', false],
    ['64', 'declined', true],
  ])('that was sent again and is answered %s is %s', (code, path, ended) => {
    const answered = walk('refund', [...sentRefund, silent, ready, sent, replied(code)]);
    expect(answered).toMatchObject({ path, ended, context: { endReason: undefined } });
  });

  test.each(['A0', '77', '99'])('that was sent again and is answered %s is owed: the host has not looked', (code) => {
    const answered = walk('refund', [...sentRefund, silent, ready, sent, replied(code)]);
    expect(answered).toMatchObject({ path: 'repetition.owed', context: { reply: undefined } });
  });

  test('that nobody answers is owed, and sent again when there is an occasion', () => {
    const attempt = [ready, sent, silent];
    const owedRefund = [...sentRefund, silent, ...attempt, ...attempt, ...attempt];
    expect(walk('refund', owedRefund).path).toBe('repetition.owed');
    expect(walk('refund', [...owedRefund, { type: 'RepeatDue' }]).path).toBe('repetition.preparing');
  });

  test('of an original that the terminal knows is at most what that had', () => {
    const known = [
      keyed('reference', '030200000003'),
      keyed('date', '0302'),
      { type: 'OriginalFound', original } as const,
    ];
    expect(walk('refund', [...known, amountEntered])).toMatchObject({
      path: 'initiate.enteringAmount',
      context: { amountTooLarge: true, amount: undefined },
    });
    const half: TransactionEvent = { type: 'AmountEntered', amount: '500' as AmountMinor };
    expect(walk('refund', [...known, half])).toMatchObject({
      path: 'initiate.presentingCard',
      context: { amount: '500' },
    });
  });

  test('that is approved is printed', () => {
    expect(walk('refund', [...sentRefund, replied('00')]).path).toBe('print.merchantCopy.printing');
  });
});

describe('a balance inquiry', () => {
  const sentInquiry = [cardRead, confirmed, pinEntered, allotted, ready, sent];

  test('begins with the card and ends without a slip', () => {
    const { ended, path, types } = walk('balance', [...sentInquiry, replied('00')]);
    expect([path, ended]).toEqual(['approved', true]);
    expect(types).toEqual(['readCard', 'askPin', 'allotTrace', 'prepareAuthorization', 'sendRequest']);
  });

  test.each<[string, TransactionEvent, string]>([
    ['without an answer', silent, 'unanswered'],
    ['answered in part', replied('10'), 'declined'],
  ])('%s takes nothing back', (_, event, expected) => {
    const { path, types } = walk('balance', [...sentInquiry, event]);
    expect(path).toBe(expected);
    expect(types).not.toContain('prepareReversal');
  });
});

describe('a void', () => {
  const voucher = keyed('voucher', '000003');
  const found: TransactionEvent = { type: 'OriginalFound', original };

  test('looks for a sale with its voucher number', () => {
    const { last, path } = walk('void', [voucher]);
    expect(path).toBe('initiate.findingOriginal');
    expect(last).toEqual([{ type: 'findOriginal', params: { kind: 'void', entries: { voucher: '000003' } } }]);
  });

  test('that finds it takes its amount and names it', () => {
    const { last } = walk('void', [voucher, found, cardRead, confirmed, pinEntered, allotted]);
    expect(last).toEqual([
      {
        type: 'prepareAuthorization',
        params: {
          kind: 'void',
          ...trace,
          training: false,
          card,
          amount: original.amount,
          original,
          receiver: undefined,
        },
      },
    ]);
  });

  test('that misses it asks again, from nothing', () => {
    const { context, path } = walk('void', [voucher, { type: 'OriginalMissing' }]);
    expect([path, context.entries, context.originalMissing]).toEqual(['initiate.namingOriginal', {}, true]);
    expect(walk('void', [voucher, { type: 'OriginalMissing' }, voucher]).path).toBe('initiate.findingOriginal');
  });

  test('with another card than the original’s asks for the right one', () => {
    const { context, last, path } = walk('void', [voucher, found, { type: 'CardDiffers' }]);
    expect([path, context.cardDiffers, context.card]).toEqual(['initiate.presentingCard', true, undefined]);
    expect(last).toEqual([{ type: 'readCard', params: { as: 'card', chips: false, fallback: false } }]);
  });

  test('in doubt is reversed with the amount and the name of its original', () => {
    const { last } = walk('void', [voucher, found, cardRead, confirmed, pinEntered, allotted, ready, sent, silent]);
    expect(last).toMatchObject([{ type: 'prepareReversal', params: { kind: 'void', amount: '500', original } }]);
  });

  test('of a completion looks for a completion', () => {
    expect(walk('completion-void', [voucher]).last).toMatchObject([{ params: { kind: 'completion-void' } }]);
  });
});

test.each<TransactionKind>(['completion', 'pre-authorization-void'])(
  'a %s may have its original elsewhere, and then names it by authorization code and date',
  (kind) => {
    const { context, path, types } = walk(kind, [keyed('code', '123456'), keyed('date', '0302'), missing]);
    expect(path).toBe('initiate.enteringAmount');
    expect(context.original).toEqual({ batch: 0, stan: 0, authorizationCode: '123456', date: '0302' });
    expect(types).toEqual(['findOriginal']);
  },
);

test('a card that cannot be read is asked for again, and counted', () => {
  const unreadable: TransactionEvent = { type: 'CardUnreadable' };
  const { context, types } = walk('sale', [...atCard, unreadable, unreadable]);
  expect([context.unreadableSwipes, types]).toEqual([2, ['readCard', 'readCard', 'readCard']]);
});

describe('a wrong PIN', () => {
  const wrong = replied('55');
  const again = [pinEntered, { type: 'TraceAllotted', stan: 8, batch: 1437 } as const, ready, sent];

  test('is entered again, for a request with a number of its own', () => {
    expect(walk('sale', [...atHost, wrong])).toMatchObject({ path: 'initiate.enteringPin', context: { wrongPins: 1 } });
    const { all } = walk('sale', [...atHost, wrong, ...again]);
    expect(all.findLast(({ type }) => type === 'prepareAuthorization')).toMatchObject({ params: { stan: 8 } });
  });

  test('is declined when it was wrong too often, and when none was entered', () => {
    expect(walk('sale', [...atHost, wrong, ...again, wrong, ...again, wrong])).toMatchObject({ path: 'declined' });
    expect(walk('sale', [...atPin, { type: 'PinBypassed' }, allotted, ready, sent, wrong]).path).toBe('declined');
  });

  test('has nothing to do with what is reversed after it', () => {
    const refused = replied('55', { hostDate: '0302', authorizationCode: 'x' });
    expect(walk('sale', [...atHost, refused, ...again, silent]).last).toMatchObject([
      { type: 'prepareReversal', params: { stan: 8, answeredDate: undefined, authorizationCode: undefined } },
    ]);
  });

  test('that is corrected is approved under the second number', () => {
    const { context, path } = walk('sale', [...atHost, wrong, ...again, replied('00')]);
    expect([path, context.trace]).toEqual(['print.merchantCopy.printing', { stan: 8, batch: 1437 }]);
  });
});

describe('a partial approval', () => {
  const part = replied('10', { amount: '1000' as AmountMinor });
  const takesPart = (events: readonly TransactionEvent[]) =>
    walkFrom({ ...started('sale'), rules: { ...rules, takesPart: true } }, [...atHost, part, ...events]);

  test('is the cashier’s to take, and then counts for what was approved', () => {
    expect(takesPart([]).path).toBe('authorize.partial');
    const { context, path } = takesPart([{ type: 'PartAccepted' }]);
    expect([path, context.amount]).toEqual(['print.merchantCopy.printing', '1000']);
  });

  test.each<TransactionEvent['type']>(['PartRefused', 'DeadlinePassed', 'PowerRestored'])(
    'is taken back whole on %s',
    (type) => {
      const { last, path } = takesPart([{ type } as TransactionEvent]);
      expect(path).toBe('reversal.preparing');
      expect(last).toMatchObject([{ type: 'prepareReversal', params: { amount, reason: '06' } }]);
    },
  );

  test.each<[string, ReplyFacts['amount']]>([
    ['no amount', undefined],
    ['the whole amount', amount],
  ])('of %s is taken back at once', (_, approved) => {
    const odd = replied('10', approved === undefined ? {} : { amount: approved });
    const { path } = walkFrom({ ...started('sale'), rules: { ...rules, takesPart: true } }, [...atHost, odd]);
    expect(path).toBe('reversal.preparing');
  });
});

describe('a completion advice', () => {
  const named = [keyed('code', '123456'), keyed('date', '0302'), missing, amountEntered, cardRead, confirmed];

  test.each<[string, readonly TransactionEvent[]]>([
    ['no host', [allotted, unreachable]],
    ['no answer', [allotted, ready, sent, silent]],
    ['an answer with a wrong MAC', [allotted, ready, sent, macWrong]],
    ['power lost while the host thinks', [allotted, ready, sent, restored]],
  ])('is a fact with %s: printed, and forwarded later', (_, events) => {
    const { context, path } = walk('completion-advice', [...named, ...events]);
    expect([path, context.stored]).toEqual(['print.merchantCopy.printing', true]);
  });

  test('is stored at once where the acquirer wants it so', () => {
    const stores = { ...started('completion-advice'), rules: { ...rules, storesNotice: true } };
    const { context, path, types } = walkFrom(stores, [...named, allotted]);
    expect([path, context.stored]).toEqual(['print.merchantCopy.printing', true]);
    expect(types).not.toContain('prepareAuthorization');
  });

  test('that the host declines is no fact', () => {
    expect(walk('completion-advice', [...named, allotted, ready, sent, replied('25')]).path).toBe('declined');
  });
});

describe('a transfer', () => {
  const receiver: TransactionEvent = { type: 'ReceiverRead', card: { ...card, maskedPan: '622202*********2222' } };
  const document = keyed('document', '01110101199001011237');
  const verified = replied('00', { transferMax: '2000' as AmountMinor });
  const verifiedReceiver = [document, receiver, allotted, ready, sent, verified];
  const transferred = [...verifiedReceiver, amountEntered, cardRead, confirmed, pinEntered];

  test('asks the host about the receiving card, and goes under the same number', () => {
    const { last, types } = walk('transfer', transferred);
    expect(types).toEqual([
      'readCard',
      'allotTrace',
      'prepareVerification',
      'sendRequest',
      'readCard',
      'askPin',
      'prepareAuthorization',
    ]);
    expect(last).toMatchObject([{ params: { ...trace, receiver: { maskedPan: '622202*********2222' } } }]);
  });

  test('is at most what the receiver takes', () => {
    const much: TransactionEvent = { type: 'AmountEntered', amount: '2001' as AmountMinor };
    expect(walk('transfer', [...verifiedReceiver, much]).context.amountTooLarge).toBe(true);
  });

  test.each<[string, TransactionEvent, string]>([
    ['is refused', replied('14'), 'declined'],
    ['is not answered', silent, 'failed'],
    ['loses its power', restored, 'cancelled'],
  ])('whose verification %s has moved no money', (_, event, path) => {
    const { types, ...end } = walk('transfer', [document, receiver, allotted, ready, sent, event]);
    expect(end).toMatchObject({ path, ended: true });
    expect(types).not.toContain('prepareReversal');
  });

  test('without an answer is not reversed: nobody knows', () => {
    expect(walk('transfer', [...transferred, ready, sent, silent]).path).toBe('unanswered');
  });

  test('in one message names both cards, and is reversed', () => {
    const single = [receiver, amountEntered, cardRead, confirmed, pinEntered, allotted, ready, sent];
    expect(walk('single-message-transfer', [...single, silent]).path).toBe('reversal.preparing');
  });

  test('whose details are wrong verifies anew', () => {
    const { path } = walk('transfer', [...verifiedReceiver, amountEntered, cardRead, { type: 'DetailsRejected' }]);
    expect(path).toBe('initiate.namingOriginal');
  });
});

describe('the supervisor', () => {
  const supervised = { ...started('void'), rules: { ...rules, supervisor: '00' } };
  const keyedPassword: TransactionEvent = { type: 'PasswordKeyed' };

  test('is asked before anything else', () => {
    const { last, path } = walkFrom(supervised, [keyedPassword]);
    expect(path).toBe('initiate.checkingPassword');
    expect(last).toEqual([{ type: 'checkPassword', params: { number: '00' } }]);
    expect(walkFrom(supervised, [keyedPassword, { type: 'PasswordRight', number: '00' }]).path).toBe(
      'initiate.namingOriginal',
    );
  });

  test('may try again after a wrong password, and not once locked', () => {
    const wrong = [keyedPassword, { type: 'PasswordWrong', number: '00' } as const];
    expect(walkFrom(supervised, [...wrong, ...wrong])).toMatchObject({
      path: 'initiate.supervising',
      context: { wrongPasswords: 2 },
    });
    expect(
      walkFrom(supervised, [keyedPassword, { type: 'PasswordLocked', number: '00', byThisOne: true }]),
    ).toMatchObject({
      path: 'cancelled',
      context: { endReason: 'supervisor-locked' },
    });
  });
});

test('a follow-up takes the card from its original where the rules do not ask for it', () => {
  const knownCard: OriginalFacts = { ...original, sealedPan: 'sealed', expiry: '3012' };
  const silentVoid = { ...started('void'), rules: { ...rules, asksCard: false, asksPin: false } };
  const { context, path, types } = walkFrom(silentVoid, [
    keyed('voucher', '3'),
    { type: 'OriginalFound', original: knownCard },
    confirmed,
  ]);
  expect([path, context.card?.entryMode]).toEqual(['transmit.numbering', 'keyed']);
  expect(types).toEqual(['findOriginal', 'allotTrace']);
});
