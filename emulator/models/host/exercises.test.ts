/**
 * Exercises: a terminal in training is checked and answered like any other, and leaves nothing behind.
 *
 * Mutations tried: another digit of the header, refusals booked, the duplicates asked, approvals booked, wrong PINs counted,
 * right ones clearing the count, originals sought, F61 not looked at, funds not looked at, reversals that reach the ledger,
 * settlements taken, one memory of verified cards, scripted refusals booked, the sight silent about it. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { hexOf } from './transfers.ts';
import {
  account,
  hostOf,
  MERCHANT,
  TestTerminal,
  type Changes,
  type Sale,
  type TestTransaction,
} from './terminal.testing.ts';

const other = account({ pan: '6222021234567800028', balanceMinor: '500' });

const inTraining = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf({ accounts: [account(), other], ...changes });
  const terminal = new TestTerminal(host);
  terminal.signIn();
  terminal.isInTraining = true;
  const ask = (name: TestTransaction, sale: Sale, changes: Changes = {}) =>
    terminal.ask(terminal.financial(name, sale, changes));
  const inEarnest = <Result>(action: () => Result): Result => {
    terminal.isInTraining = false;
    const result = action();
    terminal.isInTraining = true;
    return result;
  };
  return { host, terminal, ask, inEarnest };
};

/** What a slip of nobody's transaction says: there is nothing that it could be the original of. */
const NAMED: Changes = { 37: '031500009999', 38: '654321', 61: '0000070000990315' };

const FOLLOW_UPS: readonly (readonly [TestTransaction, Changes])[] = [
  ['void', { ...NAMED, 61: '000007000099' }],
  ['refund', { ...NAMED, 63: '000' }],
  ['pre-authorization-void', { ...NAMED, 37: undefined }],
  ['completion', { ...NAMED, 37: undefined }],
  ['completion-advice', { ...NAMED, 37: undefined }],
  ['completion-void', NAMED],
];

const codeOf = ({ fields }: Message): string | undefined => fields[39];

describe('an exercise', () => {
  test.each(['sale', 'pre-authorization'] as const)('of a %s is answered like any other, and not booked', (name) => {
    const { host, terminal, ask } = inTraining();
    const before = host.ledgerJson();
    const reply = ask(name, { stan: 12, pin: '123456' });
    expect(reply.header).toBe('603110311312');
    expect(reply.fields).toMatchObject({ 4: '000000001500', 14: '2812', 39: '00' });
    expect([reply.fields[37], reply.fields[38]]).toEqual([
      expect.stringMatching(/^\d{12}$/),
      expect.stringMatching(/^\d{6}$/),
    ]);
    expect([terminal.macIsRight(reply), host.ledgerJson()]).toEqual([true, before]);
  });

  test('tells the real balance', () => {
    expect(inTraining().ask('balance-inquiry', { stan: 5 }).fields[54]).toBe('1002156C000000100000');
  });

  test.each<[string, Partial<Sale>, Changes, string]>([
    ['a wrong MAC', {}, { 64: 'FFFFFFFF' }, 'A0'],
    ['a wrong PIN', { pin: '000000' }, {}, '55'],
    ['more than there is', { amountMinor: '100001' }, {}, '51'],
    ['an amount above the limit', { amountMinor: '100000001' }, {}, '61'],
    ['a card that nobody has', { account: account({ pan: '6222021234567800036' }) }, {}, '14'],
    ['another currency', {}, { 49: '840' }, '12'],
    ['another batch', {}, { 60: '22000006000500' }, '77'],
    ['no amount', {}, { 4: undefined }, '30'],
  ])('with %s is refused, and that is not booked either', (_, sale, changes, code) => {
    const { host, ask } = inTraining();
    const before = host.ledgerJson();
    expect([codeOf(ask('sale', { stan: 12, ...sale }, changes)), host.ledgerJson()]).toEqual([code, before]);
  });

  test('is approved for part like any other', () => {
    const { host, ask } = inTraining({ partialApproval: true });
    const sale = { stan: 12, amountMinor: '700', account: other };
    expect(ask('sale', sale, { 60: '22000007000501' }).fields).toMatchObject({ 4: '000000000500', 39: '10' });
    expect(host.balanceMinor(other.pan)).toBe(500n);
  });

  test('moves no count of wrong PINs, neither up nor back', () => {
    const { host, ask, inEarnest } = inTraining();
    const wrongPins = () => host.ledgerJson().accounts[0]?.wrongPins;
    const codes = [1, 2, 3, 4].map((stan) => codeOf(ask('sale', { stan, pin: '000000' })));
    expect([codes, wrongPins()]).toEqual([['55', '55', '55', '55'], 0]);
    for (const stan of [5, 6]) inEarnest(() => ask('sale', { stan, pin: '000000' }));
    expect([codeOf(ask('sale', { stan: 7, pin: '123456' })), wrongPins()]).toEqual(['00', 2]);
    expect([codeOf(ask('sale', { stan: 8, pin: '000000' })), wrongPins()]).toEqual(['75', 2]);
  });

  test('leaves its trace number free, and minds nobody else having it', () => {
    const { host, ask, inEarnest } = inTraining();
    const sale = { stan: 12 };
    expect([1, 2].map(() => codeOf(ask('sale', sale)))).toEqual(['00', '00']);
    expect(inEarnest(() => codeOf(ask('sale', sale)))).toBe('00');
    expect([codeOf(ask('sale', sale)), host.balanceMinor(account().pan)]).toEqual(['00', 98_500n]);
  });

  test('that a script refuses is not booked either', () => {
    const { host, ask } = inTraining();
    host.does({ type: 'next', decision: { type: 'refuse', responseCode: '91' } });
    expect([codeOf(ask('sale', { stan: 12 })), host.ledgerJson().entries]).toEqual(['91', []]);
  });

  test('is no original of what is done in earnest', () => {
    const { terminal, ask, inEarnest } = inTraining();
    const original = ask('sale', { stan: 12 });
    expect(inEarnest(() => codeOf(terminal.ask(terminal.followUp('void', { stan: 13, original }))))).toBe('25');
  });

  test('is told apart in the sights', () => {
    const { terminal, inEarnest } = inTraining();
    const [first] = terminal.send(terminal.sale({ stan: 12 }));
    const [second] = inEarnest(() => terminal.send(terminal.sale({ stan: 13 })));
    expect(first).toMatchObject({ sight: { type: 'request', isExercise: true } });
    expect(second).not.toHaveProperty('sight.isExercise');
  });
});

describe.each(FOLLOW_UPS)('an exercise of a %s', (name, named) => {
  test('needs no original, and is not booked', () => {
    const { host, ask } = inTraining();
    const before = host.ledgerJson();
    const replies = [1, 2].map(() => ask(name, { stan: 13, amountMinor: '700' }, named).fields);
    expect(replies).toMatchObject([1, 2].map(() => ({ 4: '000000000700', 39: '00' })));
    // A refund has a code of its own, as it has in earnest.
    expect(replies.map(({ 38: code }) => code === '654321')).toEqual([1, 2].map(() => name !== 'refund'));
    expect(host.ledgerJson()).toEqual(before);
  });

  test('must name one all the same', () => {
    expect(codeOf(inTraining().ask(name, { stan: 13 }, { ...named, 61: '000007' }))).toBe('30');
  });
});

describe('the exercise of a reversal', () => {
  test.each(['sale', 'void', 'pre-authorization', 'completion', 'transfer'] as const)(
    'of a %s is answered 00, although there is nothing',
    (name) => {
      const { host, terminal, ask, inEarnest } = inTraining();
      expect(codeOf(terminal.ask(terminal.reversalOf(name, { stan: 12 })))).toBe('00');
      expect(host.ledgerJson().entries).toEqual([]);
      expect(inEarnest(() => codeOf(ask('sale', { stan: 12 })))).toBe('00');
    },
  );

  test('takes nothing back that was booked in earnest', () => {
    const { host, terminal, ask, inEarnest } = inTraining();
    inEarnest(() => ask('sale', { stan: 12 }));
    expect(codeOf(terminal.ask(terminal.reversal({ stan: 12 })))).toBe('00');
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
  });

  test.each<[string, Changes, string]>([
    ['a wrong MAC', { 64: 'FFFFFFFF' }, 'A0'],
    ['a reason that is none', { 39: '00' }, '30'],
  ])('is refused with %s', (_, changes, code) => {
    const { terminal } = inTraining();
    expect(codeOf(terminal.ask(terminal.reversal({ stan: 12 }, changes)))).toBe(code);
  });
});

describe('the exercise of a transfer', () => {
  const verification: Changes = { 49: undefined, 62: hexOf('01110101199001011234'.padEnd(22)) };
  const transfer: Changes = { 60: '49000007', 62: hexOf(other.pan) };
  const verify = { stan: 3, account: other };
  const pay = { stan: 3, amountMinor: '300' };

  test('of two cards goes through both steps, and moves nothing', () => {
    const { host, ask } = inTraining();
    expect(codeOf(ask('two-card-transfer', pay, transfer))).toBe('12');
    ask('account-verification', verify, verification);
    expect(codeOf(ask('two-card-transfer', pay, transfer))).toBe('00');
    expect([host.balanceMinor(other.pan), host.ledgerJson().entries]).toEqual([500n, []]);
  });

  test('verifies nothing for a transfer in earnest, and forgets nothing', () => {
    const { ask, inEarnest } = inTraining();
    ask('account-verification', verify, verification);
    expect(inEarnest(() => codeOf(ask('two-card-transfer', { ...pay, stan: 3 }, transfer)))).toBe('12');
    inEarnest(() => ask('account-verification', { ...verify, stan: 4 }, verification));
    ask('account-verification', { stan: 4 }, verification);
    expect(inEarnest(() => codeOf(ask('two-card-transfer', { ...pay, stan: 4 }, transfer)))).toBe('00');
  });
});

describe('in training', () => {
  test.each<[string, string, string, Changes]>([
    ['a settlement', '0500', '00000007201', { 48: '0'.repeat(62), 49: '156' }],
    ['details', '0320', '00000007201', { 48: `0100000012${account().pan.padStart(20, '0')}000000001500` }],
    ['a notice', '0320', '25000007000', { 3: '200000', 4: '000000000400' }],
    ['the end of an upload', '0320', '00000007207', { 48: '0000' }],
    [
      'a certificate',
      '0320',
      '00000007203',
      { 2: account().pan, 4: '000000001500', 22: '051', 23: '000', 55: '9F2601', 62: hexOf('6100000000000001500156') },
    ],
  ])('%s is refused', (_, mti, f60, changes) => {
    const { host, terminal, inEarnest } = inTraining();
    const settlement = { 11: '000900', 48: '0'.repeat(62), 49: '156', 60: '00000007201' };
    if (mti !== '0500') inEarnest(() => terminal.ask(terminal.message('0500', settlement)));
    expect(codeOf(terminal.ask(terminal.message(mti, { 11: '000012', 60: f60, ...changes })))).toBe('40');
    const { uploads, end, balanced } = host.batchReport('10000001', 7);
    expect([uploads, end, balanced === undefined]).toEqual([0, undefined, mti === '0500']);
  });

  test('a refused settlement leaves the batch open', () => {
    const { host, terminal, ask, inEarnest } = inTraining();
    terminal.ask(terminal.message('0500', { 11: '000900', 48: '0'.repeat(62), 49: '156', 60: '00000007201' }));
    expect(inEarnest(() => codeOf(ask('sale', { stan: 12 })))).toBe('00');
    expect(host.creditMinor(MERCHANT)).toBe(1500n);
  });

  test('signing in, echoes and downloads are as ever', () => {
    const { terminal } = inTraining();
    expect(codeOf(terminal.signIn())).toBe('00');
    expect(codeOf(terminal.ask(terminal.message('0820', { 60: '00000000301' })))).toBe('00');
    expect(codeOf(terminal.ask(terminal.message('0800', { 60: '00000000360' })))).toBe('00');
  });
});
