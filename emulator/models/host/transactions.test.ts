/**
 * Every transaction of the table but the pre-authorizations: what is booked, what is refused, and what the answer says.
 *
 * Mutations tried: duplicates decided again, refusals not booked, a void of another amount or of a partly refunded sale, of
 * another batch or with another reference number, refunds up to the whole amount again and again, originals of another
 * card, merchant, date or trace number, a lost card that cannot be refunded, a transfer to another card than the verified
 * one, a partial approval of nothing, C for a balance below zero, a card's limit not applied. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { Surprise } from '../model.ts';
import { hexOf, textOf } from './transfers.ts';
import { account, hostOf, MASTER_KEY, MERCHANT, TestTerminal, type Changes } from './terminal.testing.ts';

const other = account({ pan: '6222021234567800028', balanceMinor: '500' });

const signedIn = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf({ accounts: [account(), other], ...changes });
  const terminal = new TestTerminal(host);
  terminal.signIn();
  return { host, terminal, balance: () => host.balanceMinor(account().pan), credit: () => host.creditMinor(MERCHANT) };
};

const withSale = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const world = signedIn(changes);
  return { ...world, original: world.terminal.ask(world.terminal.sale({ stan: 12 })) };
};

const codeOf = ({ fields }: Message): string | undefined => fields[39];

describe('a balance inquiry', () => {
  test('tells the balance and books nothing', () => {
    const { host, terminal } = signedIn();
    const reply = terminal.ask(terminal.financial('balance-inquiry', { stan: 5, pin: '123456' }));
    expect(reply).toMatchObject({ mti: '0210', fields: { 39: '00', 54: '1002156C000000100000' } });
    expect([reply.fields[38], host.ledgerJson().entries, terminal.macIsRight(reply)]).toEqual([undefined, [], true]);
  });

  test('tells a balance below zero with D', () => {
    const { terminal, original } = withSale();
    terminal.ask(terminal.followUp('void', { stan: 13, original }));
    terminal.ask(terminal.sale({ stan: 14, amountMinor: '99900' }));
    terminal.ask(terminal.reversalOf('void', { stan: 13 }));
    const reply = terminal.ask(terminal.financial('balance-inquiry', { stan: 15 }));
    expect(reply.fields[54]).toBe('1002156D000000001400');
  });

  test.each([
    ['with a wrong PIN', { pin: '000000' }, {}, '55'],
    ['with an amount', {}, { 4: '000000000001' }, '30'],
  ])('is refused %s', (_, sale, changes, code) => {
    const { terminal } = signedIn();
    const reply = terminal.ask(terminal.financial('balance-inquiry', { stan: 5, ...sale }, changes));
    expect([codeOf(reply), reply.fields[54]]).toEqual([code, undefined]);
  });
});

describe('a void', () => {
  test('gives the money back and marks the sale', () => {
    const { host, terminal, original, balance, credit } = withSale();
    const reply = terminal.ask(terminal.followUp('void', { stan: 13, original }));
    expect(reply).toMatchObject({ mti: '0210', fields: { 3: '200000', 39: '00', 60: '23000007000500' } });
    expect([balance(), credit()]).toEqual([100_000n, 0n]);
    expect([12, 13].map((stan) => host.entryJson('10000001', 7, stan)?.state)).toEqual(['voided', 'booked']);
    expect(host.heldMinor('10000001', 7, 12)).toBe(0n);
  });

  test('may take its card from the log', () => {
    const { terminal, original } = withSale();
    const fromLog: Changes = { 2: account().pan, 35: undefined, 53: undefined };
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 13, original }, fromLog)))).toBe('00');
  });

  test('is possible although the card is lost by now', () => {
    const { host, terminal, original } = withSale();
    host.does({ type: 'card', card: '0010', state: 'lost' });
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 13, original })))).toBe('00');
    expect(codeOf(terminal.ask(terminal.sale({ stan: 14 })))).toBe('41');
  });

  test('with a wrong PIN is refused', () => {
    const { terminal, original } = withSale();
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 13, original, pin: '000000' })))).toBe('55');
  });

  test.each<[string, Changes, string]>([
    ['another amount', { 4: '000000001400' }, '64'],
    ['another trace number', { 61: '000007000011' }, '25'],
    ['another batch', { 61: '000006000012' }, '22'],
    ['another reference number', { 37: '031500009999' }, '25'],
    ['another authorization code', { 38: '999999' }, '25'],
    ['another card', { 2: '6222021234567800028', 35: undefined, 53: undefined }, '22'],
    ['no reference number', { 37: undefined }, '30'],
    ['no original', { 61: undefined }, '30'],
    ['half an original', { 61: '000007' }, '30'],
  ])('with %s is refused and moves nothing', (_, changes, code) => {
    const { host, terminal, original, balance } = withSale();
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 13, original }, changes)))).toBe(code);
    expect([balance(), host.heldMinor('10000001', 7, 12)]).toEqual([98_500n, 1500n]);
  });

  test('of what another terminal sold finds nothing', () => {
    const { host, original } = withSale();
    const second = new TestTerminal(host, '10000002');
    second.signIn();
    expect(codeOf(second.ask(second.followUp('void', { stan: 13, original })))).toBe('25');
  });

  test('again finds nothing left; the same again is a duplicate', () => {
    const { terminal, original, balance } = withSale();
    const first = terminal.followUp('void', { stan: 13, original });
    terminal.ask(first);
    expect(codeOf(terminal.ask(first))).toBe('94');
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 14, original })))).toBe('12');
    expect(balance()).toBe(100_000n);
  });

  test('of a void is none', () => {
    const { terminal, original, balance } = withSale();
    const voided = terminal.ask(terminal.followUp('void', { stan: 13, original }));
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 14, original: voided })))).toBe('25');
    expect(balance()).toBe(100_000n);
  });

  test.each([
    ['declined', (terminal: TestTerminal) => terminal.sale({ stan: 20, pin: '000000' })],
    ['reversed', (terminal: TestTerminal) => terminal.reversal({ stan: 20 })],
  ])('of a sale that was %s finds none', (_, first) => {
    const { terminal, original } = withSale();
    terminal.ask(first(terminal));
    const request = terminal.followUp('void', { stan: 21, original }, { 61: '000007000020' });
    expect(codeOf(terminal.ask(request))).toBe('25');
  });

  test('after the batch has ended is too late', () => {
    const { terminal, original } = withSale();
    terminal.ask(terminal.message('0820', { 11: '000013', 60: '00000007002' }));
    terminal.signIn();
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 14, original })))).toBe('22');
  });

  test('that is reversed leaves the sale in force, and can be made again', () => {
    const { host, terminal, original, balance } = withSale();
    terminal.ask(terminal.followUp('void', { stan: 13, original }));
    const reversal = terminal.reversalOf('void', { stan: 13 });
    expect([1, 2].map(() => codeOf(terminal.ask(reversal)))).toEqual(['00', '00']);
    expect([balance(), host.entryJson('10000001', 7, 12)?.state]).toEqual([98_500n, 'held']);
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 14, original })))).toBe('00');
    expect(balance()).toBe(100_000n);
  });

  test.each([
    ['its own numbers', '000007000013', '00'],
    ["the original's", '000007000012', '00'],
    ['neither', '000007000099', '22'],
  ])('is reversed with %s in F61: %s', (_, field, code) => {
    const { terminal, original } = withSale();
    terminal.ask(terminal.followUp('void', { stan: 13, original }));
    expect(codeOf(terminal.ask(terminal.reversalOf('void', { stan: 13 }, { 61: field })))).toBe(code);
  });

  test('keeps the sale from being reversed as well', () => {
    const { terminal, original, balance } = withSale();
    terminal.ask(terminal.followUp('void', { stan: 13, original }));
    expect(codeOf(terminal.ask(terminal.reversal({ stan: 12 })))).toBe('12');
    expect(balance()).toBe(100_000n);
  });
});

describe('a refund', () => {
  test('of part gives that part back', () => {
    const { host, terminal, original, balance, credit } = withSale();
    const reply = terminal.ask(terminal.followUp('refund', { stan: 13, original, amountMinor: '400' }));
    expect(reply).toMatchObject({ mti: '0230', fields: { 4: '000000000400', 39: '00' } });
    expect([balance(), credit(), host.heldMinor('10000001', 7, 12)]).toEqual([98_900n, 1100n, 1100n]);
  });

  test('is possible up to what earlier ones have left', () => {
    const { host, terminal, original, balance } = withSale();
    const refund = (stan: number, amountMinor: string) =>
      codeOf(terminal.ask(terminal.followUp('refund', { stan, original, amountMinor })));
    const codes = [refund(13, '1501'), refund(14, '1000'), refund(15, '501'), refund(16, '500'), refund(17, '1')];
    expect(codes).toEqual(['64', '00', '64', '00', '12']);
    expect([balance(), host.entryJson('10000001', 7, 12)?.state]).toEqual([100_000n, 'refunded']);
  });

  test('that was refused is refused alike when it comes again: 94 would say that it was booked', () => {
    const { terminal, original, balance } = withSale();
    const tooMuch = terminal.followUp('refund', { stan: 13, original, amountMinor: '1501' });
    const booked = terminal.followUp('refund', { stan: 14, original, amountMinor: '400' });
    expect([tooMuch, booked, tooMuch, booked].map((request) => codeOf(terminal.ask(request)))).toEqual([
      '64',
      '00',
      '64',
      '94',
    ]);
    expect(balance()).toBe(98_900n);
  });

  test('finds a sale of an earlier batch, and without its batch and trace number', () => {
    const { terminal, original, balance } = withSale();
    terminal.ask(terminal.message('0820', { 11: '000013', 60: '00000007002' }));
    terminal.signIn();
    expect(codeOf(terminal.ask(terminal.followUp('refund', { stan: 1, original, amountMinor: '400' })))).toBe('00');
    const zeros: Changes = { 61: '0000000000000315' };
    expect(codeOf(terminal.ask(terminal.followUp('refund', { stan: 2, original, amountMinor: '400' }, zeros)))).toBe(
      '00',
    );
    expect(balance()).toBe(99_300n);
  });

  test('finds what another terminal of the merchant sold', () => {
    const { host, original } = withSale();
    const second = new TestTerminal(host, '10000002');
    second.signIn();
    expect(codeOf(second.ask(second.followUp('refund', { stan: 13, original })))).toBe('00');
  });

  test.each<[string, Changes, string]>([
    ['another date', { 61: '0000070000120314' }, '25'],
    ['another trace number', { 61: '0000070000110315' }, '25'],
    ['another card', { 2: '6222021234567800028', 35: undefined, 53: undefined }, '22'],
    ['an unknown reference number', { 37: '000000000000' }, '25'],
    ['a PIN', { 26: '12', 52: '0123456789ABCDEF' }, '30'],
    ['no date', { 61: '000007000012' }, '30'],
  ])('with %s is refused', (_, changes, code) => {
    const { terminal, original, balance } = withSale();
    expect(codeOf(terminal.ask(terminal.followUp('refund', { stan: 13, original }, changes)))).toBe(code);
    expect(balance()).toBe(98_500n);
  });

  test("of another merchant's sale is refused", () => {
    const registered = { terminal: '10000002', merchant: '898440100000002', masterKey: MASTER_KEY, batch: 7 };
    const { host, original } = withSale({
      terminals: [{ ...registered, terminal: '10000001', merchant: MERCHANT }, registered],
    });
    const stranger = new TestTerminal(host, '10000002', registered.merchant);
    stranger.signIn();
    expect(codeOf(stranger.ask(stranger.followUp('refund', { stan: 13, original })))).toBe('25');
    expect(host.creditMinor(MERCHANT)).toBe(1500n);
  });

  test('without a known original is paid where the host is told so, and only then', () => {
    const { host, terminal, original, balance, credit } = withSale({ refundsWithoutOriginal: true });
    const unknown: Changes = { 37: '000000000000', 38: undefined, 61: '0000000000000101' };
    expect(
      codeOf(terminal.ask(terminal.followUp('refund', { stan: 13, original, amountMinor: '2000' }, unknown))),
    ).toBe('00');
    expect([balance(), credit(), host.discrepancies()]).toEqual([100_500n, -500n, []]);
  });

  test('keeps the sale from being voided or reversed', () => {
    const { terminal, original, balance } = withSale();
    terminal.ask(terminal.followUp('refund', { stan: 13, original, amountMinor: '400' }));
    expect(codeOf(terminal.ask(terminal.followUp('void', { stan: 14, original })))).toBe('12');
    expect(codeOf(terminal.ask(terminal.reversal({ stan: 12 })))).toBe('22');
    expect(balance()).toBe(98_900n);
  });

  test('cannot be reversed', () => {
    const { terminal, original } = withSale();
    terminal.ask(terminal.followUp('refund', { stan: 13, original }));
    expect(() => terminal.send(terminal.reversalOf('refund', { stan: 13 }))).toThrow(Surprise);
  });

  test('of a voided sale is refused', () => {
    const { terminal, original } = withSale();
    terminal.ask(terminal.followUp('void', { stan: 13, original }));
    expect(codeOf(terminal.ask(terminal.followUp('refund', { stan: 14, original })))).toBe('12');
  });
});

describe('a sale that is short of funds', () => {
  const part: Changes = { 60: '22000007000501' };
  const partly = () => signedIn({ partialApproval: true });

  test('is approved for what there is', () => {
    const { host, terminal } = partly();
    const reply = terminal.ask(terminal.sale({ stan: 12, amountMinor: '700', account: other }, part));
    expect(reply.fields).toMatchObject({ 39: '10', 4: '000000000500' });
    expect(reply.fields[38]).toMatch(/^\d{6}$/);
    expect(host.balanceMinor(other.pan)).toBe(0n);
    expect(host.entryJson('10000001', 7, 12)).toMatchObject({ amountMinor: '500', requestedMinor: '700' });
  });

  test.each([
    ['the terminal cannot take it', partly, '700', { 60: '22000007000500' }],
    ['the host was not told to', signedIn, '700', part],
    [
      'there is nothing',
      () => signedIn({ partialApproval: true, accounts: [{ ...other, balanceMinor: '0' }] }),
      '7',
      part,
    ],
  ])('is declined when %s', (_, world, amountMinor, changes) => {
    const { terminal } = world();
    expect(codeOf(terminal.ask(terminal.sale({ stan: 12, amountMinor, account: other }, changes)))).toBe('51');
  });

  test.each(['700', '500'])('and approved for what there is can be reversed with F4 = %s', (amountMinor) => {
    const { host, terminal } = partly();
    terminal.ask(terminal.sale({ stan: 12, amountMinor: '700', account: other }, part));
    const reversal = terminal.reversal({ stan: 12, amountMinor }, { 60: '22000007000501' });
    expect([codeOf(terminal.ask(reversal)), host.balanceMinor(other.pan)]).toEqual(['00', 500n]);
  });

  test('and approved for what there is can be voided', () => {
    const { host, terminal } = partly();
    const original = terminal.ask(terminal.sale({ stan: 12, amountMinor: '700', account: other }, part));
    const request = terminal.followUp('void', { stan: 13, original, amountMinor: '500', account: other });
    expect([codeOf(terminal.ask(request)), host.balanceMinor(other.pan)]).toEqual(['00', 500n]);
  });
});

describe('a transfer', () => {
  const receiving: Changes = { 62: hexOf(other.pan) };
  const document = hexOf('01110101199001011234'.padEnd(22));
  const verify = (terminal: TestTerminal, stan: number, changes: Changes = {}) =>
    terminal.ask(
      terminal.financial('account-verification', { stan, account: other }, { 49: undefined, 62: document, ...changes }),
    );
  const pay = (terminal: TestTerminal, stan: number, changes: Changes = {}) =>
    terminal.ask(
      terminal.financial(
        'two-card-transfer',
        { stan, amountMinor: '300', pin: '123456' },
        { ...receiving, 60: '49000007', ...changes },
      ),
    );

  test('in one message moves money from card to card', () => {
    const { host, terminal, balance } = signedIn();
    const reply = terminal.ask(
      terminal.financial('transfer', { stan: 3, amountMinor: '300', pin: '123456' }, receiving),
    );
    expect(reply.fields).toMatchObject({ 39: '00', 3: '400000' });
    expect([balance(), host.balanceMinor(other.pan), host.discrepancies()]).toEqual([99_700n, 800n, []]);
    terminal.ask(terminal.reversalOf('transfer', { stan: 3, amountMinor: '300' }));
    expect([balance(), host.balanceMinor(other.pan)]).toEqual([100_000n, 500n]);
  });

  test('with two cards verifies the receiving one first, under the same trace number', () => {
    const { host, terminal, balance } = signedIn();
    const verified = verify(terminal, 3);
    expect(verified).toMatchObject({ mti: '0110', fields: { 39: '00' } });
    expect(textOf(verified.fields[62] ?? '')).toBe('000100000000');
    expect(pay(terminal, 3).fields).toMatchObject({ 39: '00', 60: '49000007' });
    expect([balance(), host.balanceMinor(other.pan)]).toEqual([99_700n, 800n]);
    expect(codeOf(pay(terminal, 3))).toBe('94');
    expect(() => terminal.send(terminal.reversalOf('two-card-transfer', { stan: 3 }))).toThrow(Surprise);
  });

  test('takes the older form of the receiving card', () => {
    const { terminal } = signedIn();
    verify(terminal, 3);
    expect(codeOf(pay(terminal, 3, { 62: hexOf(other.pan.padEnd(28)) }))).toBe('00');
  });

  test.each<[string, Changes, string]>([
    ['a card that nobody has', { 62: hexOf('6222021234567800036') }, 'A3'],
    ['the paying card', { 62: hexOf(account().pan) }, 'A3'],
    ['no card', { 62: hexOf('nobody') }, '30'],
    ['another currency', { ...receiving, 49: '840' }, 'A1'],
  ])('to %s is refused', (_, changes, code) => {
    const { terminal, balance } = signedIn();
    const request = terminal.financial('transfer', { stan: 3, amountMinor: '300' }, changes);
    expect([codeOf(terminal.ask(request)), balance()]).toEqual([code, 100_000n]);
  });

  test('without verification is refused', () => {
    const { terminal } = signedIn();
    expect(codeOf(pay(terminal, 3))).toBe('12');
    verify(terminal, 4);
    expect(codeOf(pay(terminal, 5))).toBe('12');
  });

  test.each<[string, Changes, string]>([
    ['no type', { 62: hexOf('88110101199001011234'.padEnd(22)) }, '30'],
    ['too few characters', { 62: hexOf('01110101199001011234') }, '30'],
  ])('is not verified with an id document of %s', (_, changes, code) => {
    const { terminal } = signedIn();
    expect(codeOf(verify(terminal, 3, changes))).toBe(code);
  });
});

test('the limit of a card counts beside that of the host', () => {
  const { terminal } = signedIn({ accounts: [account({ limitMinor: '1500' })] });
  const codes = ['1500', '1501'].map((amountMinor, index) => terminal.sale({ stan: index + 1, amountMinor }));
  expect(codes.map((request) => codeOf(terminal.ask(request)))).toEqual(['00', '61']);
});

test('the organisation of a card is in F63', () => {
  const visa = account({ pan: '4000001234567899', organisation: 'VIS' });
  const { terminal } = signedIn({ accounts: [visa] });
  expect(terminal.ask(terminal.sale({ stan: 1, account: visa })).fields[63]).toMatch(/^VIS/);
});
