/** Every way to verify a cardholder, by the registers in which it ends (EMV Book 4, 6.3.4.5). */
import { describe, expect, test } from 'vitest';
import { toAmountMinor } from '../domain/money.ts';
import { Bug } from '../domain/result.ts';
import { fromHex, toHex } from './bytes.ts';
import type { Answer } from './needs.ts';
import type { TerminalSettings } from './terminal.ts';
import { certify, KEYS } from './testing/crypto.ts';
import { end, ON_READER, PIN, run, type Situation } from './testing/run.ts';
import { TEST_PAN, testCaKey, type TestCard } from './testing/test-card.ts';

describe('cardholder verification', () => {
  const cvm = (rules: string, x = 0, y = 0): Readonly<Record<string, string>> => ({
    '8E': x.toString(16).padStart(8, '0') + y.toString(16).padStart(8, '0') + rules,
  });
  const bypass: readonly ['ask-pin', Answer] = ['ask-pin', { type: 'pin-bypassed' }];
  const broken: readonly ['ask-pin', Answer] = ['ask-pin', { type: 'pin-pad-not-working' }];
  const online: readonly ['ask-pin', Answer] = ['ask-pin', { type: 'pin-entered' }];
  const wrong = (...statuses: readonly string[]): Partial<TestCard> => ({ instead: { '0020': statuses } });
  const caps = (capabilities: string): Partial<TerminalSettings> => ({ caKeys: [testCaKey], capabilities });
  test.each<[string, Situation, string, string]>([
    ['no list', { objects: { '8E': '-' } }, '2000000000', '3F0000'],
    ['a list without rules', { objects: cvm('') }, '2000000000', '3F0000'],
    ['no CVM', { objects: cvm('1F00') }, '0000000000', '1F0002'],
    ['signature', { objects: cvm('1E00') }, '0000000000', '1E0000'],
    ['fail', { objects: cvm('0000') }, '0000800000', '000001'],
    ['fail, and then no other', { objects: cvm('00001F00') }, '0000800000', '000001'],
    ['fail, then the next', { objects: cvm('40001F00') }, '0000000000', '1F0002'],
    ['an unknown code', { objects: cvm('2000') }, '0000C00000', '3F0001'],
    ['an unknown code, then the next', { objects: cvm('60001E00') }, '0000400000', '1E0000'],
    ['an unknown condition', { objects: cvm('1F0A') }, '0000800000', '3F0001'],
    ['no condition that is met', { objects: cvm('1F011F04') }, '0000800000', '3F0001'],
    ['online PIN', { objects: cvm('0200'), world: [online] }, '0000040000', '020000'],
    ['online PIN bypassed, then signature', { objects: cvm('42001E00'), world: [bypass] }, '0000080000', '1E0000'],
    [
      'online PIN bypassed, and the offline one with it',
      { objects: cvm('42004100'), world: [bypass] },
      '0000880000',
      '410001',
    ],
    ['no working PIN pad', { objects: cvm('0200'), world: [broken] }, '0000900000', '020001'],
    [
      'a PIN that the terminal cannot take',
      { objects: cvm('02001F00'), settings: caps('E008C8') },
      '0000900000',
      '3F0001',
    ],
    [
      'a PIN only if supported, which it is not',
      { objects: cvm('02031F00'), settings: caps('E008C8') },
      '0000000000',
      '1F0002',
    ],
    [
      'online PIN switched off for this application',
      { objects: cvm('02031F00'), application: { onlinePin: false } },
      '0000000000',
      '1F0002',
    ],
    ['plaintext PIN', { objects: cvm('0100'), world: [ON_READER] }, '0000000000', '010002'],
    [
      'plaintext PIN, the second time',
      { objects: cvm('0100'), card: wrong('63C2', '9000'), world: [ON_READER, ON_READER] },
      '0000000000',
      '010002',
    ],
    [
      'plaintext PIN, until it is blocked',
      { objects: cvm('0100'), card: wrong('63C1', '63C0'), world: [ON_READER, ON_READER] },
      '0000A00000',
      '010001',
    ],
    [
      'plaintext PIN, blocked',
      { objects: cvm('0100'), card: wrong('6983'), world: [ON_READER] },
      '0000A00000',
      '010001',
    ],
    [
      'plaintext PIN, not verified',
      { objects: cvm('0100'), card: wrong('6A80'), world: [ON_READER] },
      '0000800000',
      '010001',
    ],
    [
      'no tries left',
      { objects: cvm('41001E00'), card: { instead: { '80CA9F17': '9F1701009000' } } },
      '0000200000',
      '1E0000',
    ],
    ['plaintext PIN and signature', { objects: cvm('0300'), world: [ON_READER] }, '0000000000', '030000'],
    ['plaintext PIN and signature, bypassed', { objects: cvm('0300'), world: [bypass] }, '0000880000', '030001'],
    [
      'plaintext PIN on a reader without a keypad',
      { objects: cvm('0100'), world: [ON_READER, ['verify-on-reader', { type: 'pin-pad-not-working' }]] },
      '0000900000',
      '010001',
    ],
    ['enciphered PIN', { objects: cvm('0400'), world: [PIN] }, '0000000000', '040002'],
    [
      'enciphered PIN without a challenge',
      { objects: cvm('0400'), card: { instead: { '0084': '6D00' } } },
      '0000800000',
      '040001',
    ],
    [
      'enciphered PIN with a short one',
      { objects: cvm('0400'), card: { instead: { '0084': '019000' } } },
      '0000800000',
      '040001',
    ],
    ['enciphered PIN and signature', { objects: cvm('0500'), world: [PIN] }, '0000000000', '050000'],
    ['under X', { objects: cvm('1F06', 1235) }, '0000000000', '1F0602'],
    ['not under X', { objects: cvm('1F06', 1234) }, '0000800000', '3F0001'],
    ['over X', { objects: cvm('1F07', 1233) }, '0000000000', '1F0702'],
    ['not over X', { objects: cvm('1F07', 1234) }, '0000800000', '3F0001'],
    ['under Y', { objects: cvm('1F08', 0, 1235) }, '0000000000', '1F0802'],
    ['over Y', { objects: cvm('1F09', 9999, 1233) }, '0000000000', '1F0902'],
    ['under X in another currency', { objects: { ...cvm('1F06', 9999), '9F42': '0840' } }, '0000800000', '3F0001'],
    ['cash with a person', { objects: cvm('1F04'), input: { transactionType: '01' } }, '0000000000', '1F0402'],
    [
      'cash without one',
      { objects: cvm('1F01'), input: { transactionType: '01' }, settings: { caKeys: [testCaKey], terminalType: '25' } },
      '0000000000',
      '1F0102',
    ],
    ['neither cash nor cashback', { objects: cvm('1F02') }, '0000000000', '1F0202'],
    [
      'not both cash and cashback',
      { objects: cvm('1F05'), input: { transactionType: '01', amountOther: toAmountMinor(1n) } },
      '0000800000',
      '3F0001',
    ],
    [
      'goods with cashback are not goods alone',
      { objects: cvm('1F02'), input: { amountOther: toAmountMinor(1n) } },
      '0000800000',
      '3F0001',
    ],
    [
      'goods with cashback',
      { objects: cvm('1F05'), input: { amountOther: toAmountMinor(1n) } },
      '0000000000',
      '1F0502',
    ],
    ['cashback', { objects: cvm('1F051F02'), input: { transactionType: '09' } }, '0000000000', '1F0502'],
  ])('%s', (_, situation, tvr, results) => {
    const { outcome } = run(situation);
    expect([outcome.type, outcome.registers?.tvr, outcome.registers?.cvmResults]).toEqual(['completed', tvr, results]);
    expect(outcome.needsSignature).toBe(['1E', '03', '05'].includes(results.slice(0, 2)) && results.endsWith('00'));
  });

  test('asks with what the PIN pad needs, and tells it how it went', () => {
    const { needs, log } = run({
      objects: cvm('0400'),
      card: { instead: { '0020': ['63C1', '9000'], '80CA9F17': '9F1701029000' } },
      world: [PIN, PIN],
    });
    const form = {
      type: 'offline-enciphered',
      modulus: KEYS.card.modulus,
      exponent: KEYS.card.exponent,
      challenge: fromHex('0102030405060708'),
    };
    expect(needs).toMatchObject([
      { type: 'ask-pin', form, isSecondTry: false, triesLeft: 2 },
      { type: 'ask-pin', form, isSecondTry: true, triesLeft: 1 },
    ]);
    expect(log.filter((each) => each.startsWith('0020'))[0]).toBe('0020008808241234FFFFFFFFFF');
  });

  test('enciphers for the PIN key if the card has one', () => {
    const pin = certify(KEYS.issuer, KEYS.pin, { format: '04', subject: `${TEST_PAN}F` });
    const objects = {
      ...cvm('0400'),
      '9F2D': toHex(pin.certificate),
      '9F2E': toHex(pin.exponent),
      '9F2F': toHex(pin.remainder),
    };
    expect(run({ objects, world: [PIN] }).needs).toMatchObject([{ form: { modulus: KEYS.pin.modulus } }]);
  });

  test('ends with a person who cancels, or bypasses what may not be', () => {
    expect(end({ objects: cvm('0200'), world: [['ask-pin', { type: 'cancelled' }]] })[0]).toBe('cancelled');
    expect(
      end({ objects: cvm('0200'), settings: { caKeys: [testCaKey], pinBypassAllowed: false }, world: [bypass] })[0],
    ).toBe('cancelled');
  });

  test('has a plaintext PIN keyed on the reader, which fills in the block', () => {
    const { needs } = run({
      objects: cvm('0100'),
      world: [ON_READER, ['verify-on-reader', { type: 'response', bytes: fromHex('9000') }]],
    });
    expect(needs.at(-1)).toMatchObject({ type: 'verify-on-reader', template: fromHex('002000800820FFFFFFFFFFFFFF') });
  });

  test.each<[Answer, string]>([
    [{ type: 'cancelled' }, 'cancelled'],
    [{ type: 'timed-out' }, 'pin-timed-out'],
    [{ type: 'card-gone' }, 'card-gone'],
    [{ type: 'response', bytes: fromHex('90') }, 'response-without-status'],
  ])('ends when the reader says %o', (answer, code) => {
    expect(end({ objects: cvm('0100'), world: [ON_READER, ['verify-on-reader', answer]] })[0]).toBe(code);
  });

  test.each<[string, readonly ['ask-pin', Answer]]>([
    ['0100', PIN],
    ['0200', ON_READER],
    ['0400', ON_READER],
  ])('takes no answer of another form for rule %s: no clear PIN comes from anywhere', (rule, answer) => {
    expect(() => run({ objects: cvm(rule), world: [answer] })).toThrow(Bug);
  });

  test('ends with a card that never counts a wrong PIN', () => {
    const world = Array.from({ length: 15 }, () => ON_READER);
    expect(run({ objects: cvm('0100'), card: wrong('63C3'), world }).outcome.registers?.cvmResults).toBe('010001');
  });

  test('ends with a list of an odd length', () => {
    expect(end({ objects: { '8E': '00000000000000001F' } })[0]).toBe('data-object-malformed');
  });
});
