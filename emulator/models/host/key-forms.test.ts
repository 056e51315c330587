/**
 * Every key form of the sign-in, and what a request must look like under it (dialect sheet 5.4, 6.1, 6.2, 10.2).
 *
 * Mutations tried: the check value of SM4 from its second four bytes, filler enciphered, F53 of another algorithm let through, a
 * PIN block of SM4 taken from F52, F52 not looked at, F59 ignored without SM4, a reversal without F53 let through, the
 * MAC made of eight-byte blocks. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/host/key-blocks.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import { account, hostOf, MASTER_KEY, MERCHANT, SM4_MASTER_KEY, TestTerminal } from './terminal.testing.ts';
import type { KeyLengths, SignInCode } from './keys.ts';

const CODES = ['001', '003', '004', '005', '006'] as const;

const signedIn = (code: SignInCode, keyLengths: KeyLengths = {}) => {
  const registered = { terminal: '10000001', merchant: MERCHANT, masterKey: MASTER_KEY, batch: 7 };
  const host = hostOf({ terminals: [{ ...registered, sm4MasterKey: SM4_MASTER_KEY, keyLengths }] });
  const terminal = new TestTerminal(host);
  const reply = terminal.signIn(code);
  return { host, terminal, reply };
};

/** The clear keys from which the blocks of the fixture were made, in their order. */
const CLEAR = {
  single: '4567C298FB0B045D7F52E3201FDF045E0123456789ABCDEF',
  usual: '4567C298FB0B045DAB54BF499E10EFCD7F52E3201FDF045E0123456789ABCDEFFEDCBA9876543210',
  longMac: '4567C298FB0B045DAB54BF499E10EFCD7F52E3201FDF045E8C1A4F6D2B9E7035',
  sm4: 'F351D490994603795C6EBEE8FAEBB481313233343536373839303132333435360123456789ABCDEFFEDCBA9876543210',
} as const;

const made: readonly (readonly [name: string, clear: keyof typeof CLEAR, keyLengths: KeyLengths])[] = [
  ['single-length keys', 'single', {}],
  ['a double-length PIN key, a single-length MAC key with its filler', 'usual', {}],
  ['a double-length MAC key', 'longMac', { mac: 16 }],
  ['the same and a track key', 'usual', {}],
  ['single-length keys in all double-length places', 'single', { pin: 8, track: 8 }],
  ['SM4 keys', 'sm4', {}],
  ['SM4 keys and one for the track', 'sm4', {}],
];

test.each(made)('the block that brings %s is that of the fixture', (name, clear, keyLengths) => {
  const { networkCode = '', block } = fixture.blocks.find((each) => each.name === name) ?? {};
  let at = 0;
  const host = hostOf({
    terminals: [
      {
        terminal: '10000001',
        merchant: MERCHANT,
        masterKey: fixture.masterKey,
        sm4MasterKey: fixture.sm4MasterKey,
        keyLengths,
        batch: 7,
      },
    ],
    entropy: (bytes) => fromHex(CLEAR[clear].slice(at, (at += bytes * 2))),
  });
  const terminal = new TestTerminal(host);
  const request = terminal.message('0800', { 11: '000001', 60: `00000000${networkCode}` });
  expect(terminal.ask(request).fields[62]).toBe(block);
});

describe.each(CODES)('signed in with %s', (code) => {
  test('a sale with a PIN and its reversal go through, and both answers carry a right MAC', () => {
    const { host, terminal } = signedIn(code);
    const sale = terminal.ask(terminal.sale({ stan: 12, pin: '123456' }));
    const reversal = terminal.ask(terminal.reversal({ stan: 12 }));
    expect([sale.fields[39], reversal.fields[39]]).toEqual(['00', '00']);
    expect([terminal.macIsRight(sale), terminal.macIsRight(reversal)]).toEqual([true, true]);
    expect(host.balanceMinor(account().pan)).toBe(100_000n);
  });

  test('a wrong PIN is noticed', () => {
    const { terminal } = signedIn(code);
    expect(terminal.ask(terminal.sale({ stan: 12, pin: '654321' })).fields[39]).toBe('55');
  });

  test('a sale without a PIN goes through', () => {
    const { terminal } = signedIn(code);
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('00');
  });

  test.each(['0', '3', '6'])('F53 with the algorithm %s is taken if it is that of the PIN key', (digit) => {
    const { terminal } = signedIn(code);
    const right = { '001': '0', '003': '6', '004': '6', '005': '3', '006': '3' }[code];
    const track = code === '004' || code === '006' ? '1' : '0';
    const changes = { 53: `2${digit}${track}`.padEnd(16, '0') };
    const reply = terminal.ask(terminal.sale({ stan: 12, pin: '123456' }, changes));
    expect(reply.fields[39]).toBe(digit === right ? '00' : '30');
  });
});

test.each<KeyLengths>([{ pin: 8 }, { mac: 16 }, { track: 8 }, { pin: 8, mac: 16, track: 8 }])(
  'keys of other lengths (%o) change nothing for a terminal that looks',
  (keyLengths) => {
    const { terminal } = signedIn('004', keyLengths);
    expect(terminal.ask(terminal.sale({ stan: 12, pin: '123456' })).fields[39]).toBe('00');
  },
);

describe('with SM4 keys a sale is refused', () => {
  const block = `A1016${'\u0080'.repeat(16)}`;
  test.each([
    ['without F53', { 22: '022', 26: undefined, 52: undefined, 53: undefined, 59: undefined }, '30'],
    ['with its PIN block in F52', { 52: '0123456789ABCDEF', 59: undefined }, '30'],
    ['with something in F52', { 52: '0123456789ABCDEF' }, '30'],
    ['with F52 alone', { 59: undefined }, '30'],
    ['with F59 alone', { 52: undefined }, '30'],
    ['with a block of eight bytes', { 59: `A1008${'\u0080'.repeat(8)}` }, '30'],
    ['with half an element', { 59: block.slice(0, -1) }, '30'],
    ['with an element twice', { 59: block + block }, '30'],
    ['with a block under another key', { 59: block }, '99'],
  ])('%s', (_, changes, responseCode) => {
    const { terminal } = signedIn('006');
    expect(terminal.ask(terminal.sale({ stan: 12, pin: '123456' }, changes)).fields[39]).toBe(responseCode);
  });

  test('with other elements of F59 it is not', () => {
    const { terminal } = signedIn('005');
    const request = terminal.sale({ stan: 12 }, { 59: 'A2005abcdeA5000' });
    expect(terminal.ask(request).fields[39]).toBe('00');
  });
});

test('without SM4 keys F59 A1 is refused', () => {
  const { terminal } = signedIn('004');
  const request = terminal.sale({ stan: 12, pin: '123456' }, { 59: `A1016${'\u0001'.repeat(16)}` });
  expect(terminal.ask(request).fields[39]).toBe('30');
});

describe('a reversal', () => {
  test.each([
    ['006', { 53: undefined }, '30'],
    ['006', { 53: '2610000000000000' }, '30'],
    ['004', {}, '00'],
    ['004', { 53: '2610000000000000' }, '00'],
    ['004', { 53: '2010000000000000' }, '30'],
    ['001', { 53: '2000000000000000' }, '00'],
  ] as const)('with the keys %s and F53 changed to %o: %s', (code, changes, responseCode) => {
    const { terminal } = signedIn(code);
    terminal.ask(terminal.sale({ stan: 12 }));
    expect(terminal.ask(terminal.reversal({ stan: 12 }, changes)).fields[39]).toBe(responseCode);
  });
});

test('a short track may come filled with F on the left', () => {
  const pan = '622202123456';
  const terminal = new TestTerminal(hostOf({ accounts: [account({ pan })] }));
  terminal.signIn('006');
  const track = `${pan}D28121010000`.padStart(34, 'F');
  const block = toHex(terminal.keys?.track?.encrypt(fromHex(track.slice(0, 32))) ?? new Uint8Array());
  expect(terminal.ask(terminal.sale({ stan: 12 }, { 35: block + track.slice(32) })).fields[39]).toBe('00');
});
