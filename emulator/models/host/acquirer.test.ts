/**
 * What the host answers, request by request, over a session as a terminal has it.
 *
 * Mutations tried: any MAC accepted, replies without a MAC, any batch accepted, duplicates of declined sales decided again,
 * refusals not booked, the card's last month too late, PIN counter never cleared or never looked at, keys kept over a
 * sign-off, batch 1000000, check value of the master key, the limit not applied, reference numbers repeated, TPDU not
 * swapped, remarks counted in characters, answers answered. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import frames from '../../../fixtures/host-ledger/frames.json' with { type: 'json' };
import { fromHex } from '../crypto/hex.ts';
import { Surprise } from '../model.ts';
import { WRONG_PINS_MAX, type HostAccount } from './issuer.ts';
import { account, hostOf, MASTER_KEY, MERCHANT, NOW, TestTerminal } from './terminal.testing.ts';

const signedIn = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf(changes);
  const terminal = new TestTerminal(host);
  terminal.signIn();
  return { host, terminal };
};

const withCard = (changes: Partial<HostAccount>) => {
  const card = account(changes);
  return { ...signedIn({ accounts: [card] }), card };
};

const sheetHost = () => {
  const keys = frames.pinKey + frames.macKey + frames.trackKey;
  let at = 0;
  return hostOf({
    terminals: [
      { terminal: frames.terminal, merchant: frames.merchant, masterKey: frames.masterKey, batch: frames.batch },
    ],
    entropy: (bytes) => fromHex(keys.slice(at, (at += bytes * 2))),
  });
};

const withWrongPin = (terminal: TestTerminal, stan: number) =>
  terminal.ask(terminal.sale({ stan, pin: '000000' })).fields[39];

describe('sign-in', () => {
  test('hands out keys that decipher to their check values, the batch and the time', () => {
    const reply = new TestTerminal(hostOf()).signIn();
    expect(reply.mti).toBe('0810');
    expect(reply.fields).toMatchObject({ 11: '000001', 12: NOW.slice(8), 13: '0315', 32: '00010000', 39: '00' });
    expect(reply.fields[60]).toBe('00000007004');
    expect(reply.fields[62]).toHaveLength(120);
  });

  test('without a track key gives a key block of 40 bytes', () => {
    expect(new TestTerminal(hostOf()).signIn('003').fields[62]).toHaveLength(80);
  });

  test('wraps the keys of the dialect sheet into the block of the dialect sheet', () => {
    const terminal = new TestTerminal(sheetHost());
    expect(terminal.ask(fromHex(frames.signIn)).fields[62]).toBe(frames.keyBlockWithoutTrackKey);
  });

  test('takes the echo and the sign-off of the dialect sheet', () => {
    const terminal = new TestTerminal(sheetHost());
    terminal.ask(fromHex(frames.signIn));
    expect(terminal.ask(fromHex(frames.echo))).toMatchObject({ mti: '0830', fields: { 39: '00' } });
    expect(terminal.ask(fromHex(frames.signOff))).toMatchObject({ mti: '0830', fields: { 11: '000121', 39: '00' } });
  });

  test('makes keys under which the MAC of the dialect sheet is right', () => {
    const terminal = new TestTerminal(sheetHost());
    terminal.ask(fromHex(frames.signIn));
    expect(terminal.ask(fromHex(frames.keyedVoid)).fields[39]).toBe('14');
    const [last, ...rest] = [...fromHex(frames.keyedVoid)].toReversed();
    const spoilt = Uint8Array.from([(last ?? 0) ^ 1, ...rest].toReversed());
    expect(terminal.ask(spoilt).fields[39]).toBe('A0');
  });

  test('with single-length keys gives a key block of 24 bytes, under which sales are possible', () => {
    const terminal = new TestTerminal(hostOf());
    expect(terminal.signIn('001').fields[62]).toHaveLength(48);
    expect(terminal.ask(terminal.sale({ stan: 2, pin: '123456' })).fields[39]).toBe('00');
    expect(terminal.ask(terminal.sale({ stan: 3, pin: '123456' }, { 53: '2600000000000000' })).fields[39]).toBe('30');
  });

  test('voids the keys that came before', () => {
    const { host, terminal } = signedIn();
    const old = terminal.keys;
    terminal.signIn();
    terminal.keys = old;
    expect(terminal.ask(terminal.sale({ stan: 2 })).fields[39]).toBe('A0');
    expect(host.ledgerJson().entries).toEqual([]);
  });

  test.each([
    ['an unregistered terminal', { 41: '99999999' }, '97'],
    ['the wrong merchant', { 42: '898440100000002' }, '03'],
    ['no trace number', { 11: undefined }, '30'],
    ['the trace number zero', { 11: '000000' }, '30'],
    ['SM4 keys and no master key for them', { 41: '10000002', 60: '00000000005' }, '40'],
    ['SM4 keys and one for the track, and no master key', { 41: '10000002', 60: '00000000006' }, '40'],
    ['a download that this host does not offer', { 60: '00000000394' }, '40'],
  ])('is refused with %s', (_, changes, code) => {
    const terminal = new TestTerminal(hostOf());
    const request = terminal.message('0800', { 11: '000001', 60: '00000000004', ...changes });
    const reply = terminal.ask(request);
    expect([reply.fields[39], reply.fields[62]]).toEqual([code, undefined]);
  });

  test('after a sign-off gets the next batch, once', () => {
    const { terminal } = signedIn();
    const signOff = terminal.message('0820', { 11: '000009', 60: '00000007002' });
    terminal.ask(signOff);
    terminal.ask(signOff);
    terminal.signIn();
    expect(terminal.batch).toBe('000008');
  });

  test('after batch 999999 starts again at 1', () => {
    const terminals = [{ terminal: '10000001', merchant: MERCHANT, masterKey: MASTER_KEY, batch: 999_999 }];
    const { terminal } = signedIn({ terminals });
    terminal.ask(terminal.message('0820', { 11: '000009', 60: '00999999002' }));
    terminal.signIn();
    expect(terminal.batch).toBe('000001');
  });
});

describe('an approved sale', () => {
  test('is answered with everything that a slip needs', () => {
    const { terminal } = signedIn();
    const reply = terminal.ask(terminal.sale({ stan: 12, pin: '123456' }));
    expect(reply).toMatchObject({ mti: '0210', tpdu: '6000000003', header: '603100311312' });
    expect(reply.fields).toMatchObject({
      3: '000000',
      4: '000000001500',
      11: '000012',
      12: '143205',
      13: '0315',
      14: '2812',
      15: '0315',
      25: '00',
      32: '00010000',
      39: '00',
      41: '10000001',
      42: MERCHANT,
      44: '01020000   00010000   ',
      49: '156',
      60: '22000007000500',
      63: `CUP测试卡交易${' '.repeat(50)}`,
    });
    expect(reply.fields[37]).toMatch(/^0315\d{8}$/);
    expect(reply.fields[38]).toMatch(/^\d{6}$/);
    expect(reply.fields[2] ?? reply.fields[35] ?? reply.fields[52]).toBeUndefined();
  });

  test('carries a right MAC', () => {
    const { terminal } = signedIn();
    expect(terminal.macIsRight(terminal.ask(terminal.sale({ stan: 12 })))).toBe(true);
  });

  test('is held in the ledger', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    expect([host.heldMinor('10000001', 7, 12), host.balanceMinor(account().pan)]).toEqual([1500n, 98_500n]);
  });

  test('has a reference number of its own', () => {
    const { terminal } = signedIn();
    const numbers = [1, 2, 3, 4].map((stan) => terminal.ask(terminal.sale({ stan })).fields[37]);
    expect(new Set(numbers).size).toBe(4);
  });

  test('may come with its track in clear when the sign-in gave no track key', () => {
    const terminal = new TestTerminal(hostOf());
    terminal.signIn('003');
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('00');
  });

  test('may come keyed', () => {
    const { terminal } = signedIn();
    const request = terminal.sale(
      { stan: 12 },
      { 2: account().pan, 14: '2812', 22: '012', 35: undefined, 53: undefined },
    );
    expect(terminal.ask(request).fields).toMatchObject({ 2: account().pan, 39: '00' });
  });

  test('of a card in its last month is possible', () => {
    const { terminal, card } = withCard({ expiry: '2603' });
    expect(terminal.ask(terminal.sale({ stan: 12, account: card })).fields[39]).toBe('00');
  });
});

describe('a sale is declined', () => {
  test.each([
    ['lost', '41'],
    ['stolen', '43'],
    ['restricted', '62'],
    ['retained', '04'],
    ['dormant', '21'],
  ] as const)('for a card that is %s, with F39 %s', (state, code) => {
    const { host, terminal, card } = withCard({ state });
    const reply = terminal.ask(terminal.sale({ stan: 12, account: card, pin: card.pin }));
    expect([reply.fields[39], host.heldMinor('10000001', 7, 12)]).toEqual([code, 0n]);
    expect(reply.fields[38]).toBeUndefined();
  });

  test.each([
    ['the card has expired', account({ expiry: '2602' }), {}, '54'],
    ['the balance is short of one fen', account({ balanceMinor: '1499' }), {}, '51'],
    ['the PIN is wrong', account(), { pin: '654321' }, '55'],
    ['the amount is zero', account(), { amountMinor: '0' }, '13'],
    ['the amount is above the limit', account({ balanceMinor: '900000000' }), { amountMinor: '100000001' }, '61'],
  ])('because %s', (_, card, sale, code) => {
    const { host, terminal } = signedIn({ accounts: [card] });
    expect(terminal.ask(terminal.sale({ stan: 12, account: card, ...sale })).fields[39]).toBe(code);
    expect(host.discrepancies()).toEqual([]);
    expect(host.balanceMinor(card.pan)).toBe(BigInt(card.balanceMinor));
  });

  test('because nobody has such a card', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12, account: account({ pan: '6222021234567800028' }) })).fields[39]).toBe(
      '14',
    );
  });

  test('because the expiry date is not the one on file', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12, account: account({ expiry: '3012' }) })).fields[39]).toBe('54');
  });

  test('because the number in the open is not the one on the track', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12 }, { 2: '6222021234567800028' })).fields[39]).toBe('14');
  });

  test('because its track is enciphered although the sign-in gave no track key', () => {
    const terminal = new TestTerminal(hostOf());
    terminal.signIn('003');
    expect(terminal.ask(terminal.sale({ stan: 12 }, { 53: '0610000000000000' })).fields[39]).toBe('30');
  });

  test('because the currency is foreign', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12 }, { 49: '840' })).fields[39]).toBe('12');
  });

  test('because the PIN block is under another key', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12, pin: '123456' }, { 52: '0123456789ABCDEF' })).fields[39]).toBe('99');
  });

  test.each([
    ['F49 is missing', { 49: undefined }],
    ['F60 ends too early', { 60: '22000007' }],
    ['the track is missing', { 35: undefined }],
    ['the track is in clear in spite of the track key', { 53: '2600000000000000' }],
    ['F22 denies the PIN', { 22: '022' }],
    ['the PIN block is missing', { 52: undefined }],
    ['F26 is missing', { 26: undefined }],
    ['F53 is missing', { 53: undefined }],
    ['F53 denies the PIN', { 53: '0610000000000000' }],
  ])('with F39 30 because %s', (_, changes) => {
    const { host, terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12, pin: '123456' }, changes)).fields[39]).toBe('30');
    expect(host.heldMinor('10000001', 7, 12)).toBe(0n);
  });
});

describe('a wrong PIN', () => {
  test('too often blocks the card, also for the right one', () => {
    const { terminal } = signedIn();
    const codes = Array.from({ length: WRONG_PINS_MAX }, (_, index) => withWrongPin(terminal, index + 1));
    expect(codes).toEqual(['55', '55', '75']);
    expect(terminal.ask(terminal.sale({ stan: 9, pin: '123456' })).fields[39]).toBe('75');
  });

  test('is forgotten after the right one', () => {
    const { terminal } = signedIn();
    withWrongPin(terminal, 1);
    withWrongPin(terminal, 2);
    terminal.ask(terminal.sale({ stan: 3, pin: '123456' }));
    expect(withWrongPin(terminal, 4)).toBe('55');
  });

  test('is not looked at for a card that is blocked to begin with', () => {
    const { terminal, card } = withCard({ state: 'pin-blocked' });
    expect(terminal.ask(terminal.sale({ stan: 1, account: card, pin: card.pin })).fields[39]).toBe('75');
  });
});

describe('a sale is not booked at all', () => {
  test('when its MAC is wrong', () => {
    const { host, terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12 }, { 64: '00000000' })).fields[39]).toBe('A0');
    expect(host.ledgerJson().entries).toEqual([]);
  });

  test('when its MAC is missing', () => {
    const { terminal } = signedIn();
    expect(terminal.ask(terminal.sale({ stan: 12 }, { 64: undefined })).fields[39]).toBe('A0');
  });

  test('so that it can come again with the right MAC', () => {
    const { terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }, { 64: '00000000' }));
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('00');
  });

  test('when the terminal has not signed in', () => {
    const reply = new TestTerminal(hostOf());
    expect(reply.ask(reply.sale({ stan: 12 })).fields).toMatchObject({ 39: '77' });
  });

  test('when the batch is not the current one', () => {
    const { host, terminal } = signedIn();
    terminal.batch = '000006';
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('77');
    expect(host.ledgerJson().entries).toEqual([]);
  });

  test('when the terminal is not registered', () => {
    const terminal = new TestTerminal(hostOf(), '99999999');
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields).toMatchObject({ 39: '97' });
  });
});

test('a sale that comes again is a duplicate and is held once', () => {
  const { host, terminal } = signedIn();
  const request = terminal.sale({ stan: 12 });
  terminal.ask(request);
  expect(terminal.ask(request).fields[39]).toBe('94');
  expect(host.balanceMinor(account().pan)).toBe(98_500n);
});

test('a declined sale that comes again is a duplicate too, and its PIN is not counted twice', () => {
  const { terminal } = signedIn();
  const request = terminal.sale({ stan: 12, pin: '000000' });
  expect([1, 2, 3].map(() => terminal.ask(request).fields[39])).toEqual(['55', '94', '94']);
  expect(terminal.ask(terminal.sale({ stan: 13, pin: '000000' })).fields[39]).toBe('55');
});

test('two terminals with the same batch and trace numbers do not meet', () => {
  const host = hostOf();
  const [one, two] = [new TestTerminal(host, '10000001'), new TestTerminal(host, '10000002')];
  one.signIn();
  two.signIn();
  expect([one, two].map((terminal) => terminal.ask(terminal.sale({ stan: 12 })).fields[39])).toEqual(['00', '00']);
  one.ask(one.reversal({ stan: 12 }));
  expect([host.heldMinor('10000001', 7, 12), host.heldMinor('10000002', 7, 12)]).toEqual([0n, 1500n]);
});

test("one terminal's keys do not serve another", () => {
  const host = hostOf();
  const [one, two] = [new TestTerminal(host, '10000001'), new TestTerminal(host, '10000002')];
  one.signIn();
  two.signIn();
  expect(one.ask(one.sale({ stan: 12 }, { 41: '10000002' })).fields[39]).toBe('A0');
});

describe('what no terminal may send is a surprise:', () => {
  test.each([
    ['an answer', '0210', { 3: '000000', 11: '000001', 25: '00', 60: '22000007000500' }],
    ['an unheard-of message type', '0999', { 11: '000001' }],
    ['an unheard-of processing code', '0200', { 3: '990000', 11: '000001', 25: '00', 60: '22000007000500' }],
    ['an unheard-of management code', '0800', { 11: '000001', 60: '00000007555' }],
  ])('%s', (_, mti, fields) => {
    const terminal = new TestTerminal(hostOf());
    expect(() => terminal.send(terminal.message(mti, fields))).toThrow(Surprise);
  });
});

test.each(['0100', '0200', '0220', '0400', '0500', '0320', '0620', '0800', '0820'])(
  'a %s that says too little is a format error, not a surprise',
  (mti) => {
    const terminal = new TestTerminal(hostOf());
    expect(terminal.ask(terminal.message(mti, { 11: '000001' })).fields[39]).toBe('30');
  },
);
