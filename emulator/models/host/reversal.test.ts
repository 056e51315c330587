/** Reversals of sales; those of the other transactions stand with the transactions. */
import { describe, expect, test } from 'vitest';
import { account, hostOf, TestTerminal } from './terminal.testing.ts';

const signedIn = () => {
  const host = hostOf();
  const terminal = new TestTerminal(host);
  terminal.signIn();
  return { host, terminal };
};

describe('a reversal', () => {
  test('of an approved sale gives the money back', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    const reply = terminal.ask(terminal.reversal({ stan: 12 }));
    expect(reply).toMatchObject({ mti: '0410', fields: { 11: '000012', 39: '00', 60: '22000007000500' } });
    expect(terminal.macIsRight(reply)).toBe(true);
    expect([host.heldMinor('10000001', 7, 12), host.balanceMinor(account().pan)]).toEqual([0n, 100_000n]);
  });

  test('again is answered alike and gives nothing more back', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    const codes = [1, 2, 3].map(() => terminal.ask(terminal.reversal({ stan: 12 })).fields[39]);
    expect(codes).toEqual(['00', '00', '00']);
    expect(host.balanceMinor(account().pan)).toBe(100_000n);
  });

  test('of a sale that never came is answered 25, also again', () => {
    const { terminal } = signedIn();
    expect([1, 2].map(() => terminal.ask(terminal.reversal({ stan: 12 })).fields[39])).toEqual(['25', '25']);
  });

  test('that overtook its sale keeps the sale from being approved', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.reversal({ stan: 12 }));
    expect(terminal.ask(terminal.sale({ stan: 12 })).fields[39]).toBe('94');
    expect(host.balanceMinor(account().pan)).toBe(100_000n);
  });

  test('of a declined sale is answered 12', () => {
    const { terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12, pin: '000000' }));
    expect(terminal.ask(terminal.reversal({ stan: 12 })).fields[39]).toBe('12');
  });

  test('with a wrong MAC gives nothing back', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    expect(terminal.ask(terminal.reversal({ stan: 12 }, { 64: 'FFFFFFFF' })).fields[39]).toBe('A0');
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
  });

  test('finds a sale from before the last sign-off and sign-in, under the new keys', () => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    terminal.ask(terminal.message('0820', { 11: '000013', 60: '00000007002' }));
    terminal.signIn();
    expect(terminal.batch).toBe('000008');
    expect(terminal.ask(terminal.reversal({ stan: 12 }, { 60: '22000007000500' })).fields[39]).toBe('00');
    expect(host.heldMinor('10000001', 7, 12)).toBe(0n);
  });

  test.each([
    ['another amount', { 4: '000000001400' }, '64'],
    ['another card', { 2: '6222021234567800028' }, '22'],
    ['a reason that is none', { 39: '00' }, '30'],
    ['a track, which no reversal carries', { 35: '6222021234567800010D28121010000012345' }, '30'],
  ])('with %s gives nothing back', (_, changes, code) => {
    const { host, terminal } = signedIn();
    terminal.ask(terminal.sale({ stan: 12 }));
    expect(terminal.ask(terminal.reversal({ stan: 12 }, changes)).fields[39]).toBe(code);
    expect(host.heldMinor('10000001', 7, 12)).toBe(1500n);
  });
});
