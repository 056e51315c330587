/**
 * PIN entry (PIN pad sheet 4 and 11).
 *
 * Mutations tried: a PIN of three digits let through, a thirteenth digit taken, bypass without leave, the block under
 * the master key, CLEAR taking one digit, the entry timer restarted by keys. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { PinPadKey } from './pin-entry.ts';
import { ACK, Bench, DOUBLE_CLEAR, DOUBLE_WRAPPED, EOT, PAN, saw, SINGLE_WRAPPED, wrote } from './bench.testing.ts';

const keys = (text: string): readonly PinPadKey[] => text.split(' ').map(asKey);
const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'enter', 'clear', 'cancel'] as const;
const asKey = (name: string): PinPadKey => KEYS.find((key) => key === name) ?? 'cancel';

const withPinKey = (pinTokens?: number): Bench => {
  const bench = new Bench(pinTokens === undefined ? {} : { pinTokens });
  bench.load('P', '1', DOUBLE_CLEAR);
  return bench;
};
const u60 = (settings = '10412Y', seconds = '060', amount = '88.00', pan = PAN): string =>
  `U60.${pan}<FS>${settings}<FS>${seconds}<FS>${amount}`;

describe('U60', () => {
  test('asks for the PIN and shows the amount', () => {
    expect(withPinKey().send(u60())).toEqual([ACK, 'arm entry 60000', 'sees prompt "88.00" [] 4 12 true']);
  });

  test('answers with the block under the stored key', () => {
    const bench = withPinKey();
    bench.send(u60());
    expect(bench.press(...keys('1 2 3 4 5 6 enter')).slice(6)).toEqual([
      'disarm entry',
      'sees idle',
      'U61.006015BCAB1758182A02D',
      'arm reply 5000',
    ]);
  });

  test.each([
    ['ENTER on nothing is a bypass, where that is allowed', '10412Y', 'enter', ['U61.B0001']],
    ['ENTER on nothing is refused, where it is not', '10412N', 'enter', []],
    ['CANCEL', '10412Y', '1 2 cancel', ['U61.C']],
    ['three digits are too few', '10412Y', '1 2 3 enter', []],
    ['five are too few where six are wanted', '10606N', '1 2 3 4 5 enter', []],
    ['CLEAR takes everything back', '10412N', '9 9 clear 1 2 3 4 enter', ['U61.00401FA274AB66F4D9E09']],
    ['digits after the last are not taken', '10404N', '1 2 3 4 5 6 enter', ['U61.00401FA274AB66F4D9E09']],
  ])('%s', (_, settings, pressed, answer) => {
    const bench = withPinKey();
    bench.send(u60(settings));
    expect(wrote(bench.press(...keys(pressed)))).toEqual(answer);
  });

  test('shows a star for each digit, and beeps at what it does not take', () => {
    const bench = withPinKey();
    bench.send(u60('10405N'));
    expect(saw(bench.press(...keys('1 enter 2 3 4 5 6 clear')))).toEqual([
      'stars 1',
      'beep',
      'stars 2',
      'stars 3',
      'stars 4',
      'stars 5',
      'beep',
      'stars 0',
    ]);
  });

  test('a thirteenth digit is not taken', () => {
    const bench = withPinKey();
    bench.send(u60());
    expect(saw(bench.press(...keys('1 2 3 4 5 6 7 8 9 0 1 2 3'))).slice(11)).toEqual(['stars 12', 'beep']);
  });

  test('times out as a whole, whatever was keyed', () => {
    const bench = withPinKey();
    bench.send(u60());
    expect(bench.press('1').filter((action) => action.startsWith('arm'))).toEqual([]);
    expect(bench.elapsed('entry')).toEqual(['disarm entry', 'sees timed-out', 'sees idle', 'U61.T', 'arm reply 5000']);
  });

  test.each([
    ['E2', 'a short account', u60('10412Y', '060', '', '6212345')],
    ['E3', 'a long account', u60('10412Y', '060', '', '62123456789012345678')],
    ['E4', 'letters in the account', u60('10412Y', '060', '', '6212345678D01232')],
    ['E6', 'no time', u60('10412Y', '000')],
    ['E6', 'a time that is no number', u60('10412Y', '6')],
    ['E8', 'lengths in the wrong order', u60('11204Y')],
    ['E8', 'a length under four', u60('10312Y')],
    ['E8', 'a length over twelve', u60('10413Y')],
    ['E8', 'neither Y nor N', u60('10412?')],
    ['E8', 'a long amount', u60('10412Y', '060', '12345678901234567')],
    ['E9', 'an empty slot', u60('20412Y')],
    ['EA', 'a slot that is none', u60('A0412Y')],
  ])('%s for %s', (code, _, text) => {
    expect(wrote(withPinKey().send(text))).toEqual([ACK, `U61.${code}`]);
  });

  test('without an amount shows none', () => {
    expect(saw(withPinKey().send(u60('10612N', '030', '')))).toEqual(['prompt "" [] 6 12 false']);
  });

  test('the key of a MAC is not a key for PINs', () => {
    const bench = new Bench();
    bench.load('M', '1', DOUBLE_CLEAR);
    expect(bench.ask(u60())).toBe('U61.E9');
  });
});

describe('the classic requests', () => {
  const classic = `.${PAN}<FS>${DOUBLE_WRAPPED}`;

  test.each([
    ['Z60', `Z60${classic}`, 'arm entry 270000', 'prompt "" [] 4 12 false'],
    ['Z60 with a time', `Z60${classic}<FS>2`, 'arm entry 60000', 'prompt "" [] 4 12 false'],
    ['Z62', `Z62${classic}0412YONE<FS>TWO<FS>WAIT`, 'arm entry 270000', 'prompt "" ["ONE","TWO"] 4 12 true'],
    [
      'Z62 with a time',
      `Z62${classic}0606NONE<FS>TWO<FS>WAIT<FS>1`,
      'arm entry 30000',
      'prompt "" ["ONE","TWO"] 6 6 false',
    ],
    ['Z63', `Z63${classic}0412Y*`, 'arm entry 270000', 'prompt "" [] 4 12 true'],
  ])('%s asks for a PIN', (_, text, timer, prompt) => {
    expect(new Bench().send(text)).toEqual([ACK, timer, `sees ${prompt}`]);
  });

  test.each([`Z60${classic}`, `Z63${classic}0412Y*`, `Z62${classic}0412YONE<FS>TWO<FS>WAIT`])(
    '%s is answered by 71 with the block under the key of the request',
    (text) => {
      const bench = new Bench();
      bench.send(text);
      expect(wrote(bench.press(...keys('1 2 3 4 enter')))).toEqual(['71.00401FA274AB66F4D9E09']);
    },
  );

  test('a single-length key under the selected single-length master', () => {
    const bench = new Bench();
    bench.send('081');
    bench.send(`Z60.${PAN}<FS>${SINGLE_WRAPPED}`);
    expect(wrote(bench.press(...keys('1 2 3 4 enter')))).toEqual(['71.0040131A2EA922EEE9446']);
  });

  test('a bypass is a 71 of length 00 with sixteen zeros', () => {
    const bench = new Bench();
    bench.send(`Z63${classic}0412Y*`);
    expect(wrote(bench.press('enter'))).toEqual(['71.000010000000000000000']);
  });

  test('Z60 has no bypass', () => {
    const bench = new Bench();
    bench.send(`Z60${classic}`);
    expect(bench.press('enter')).toEqual(['sees beep']);
  });

  test('a cancelled one ends in EOT', () => {
    const bench = new Bench();
    bench.send(`Z60${classic}`);
    expect(bench.press('cancel')).toEqual(['disarm entry', 'sees idle', EOT]);
  });

  test('a late one ends in EOT', () => {
    const bench = new Bench();
    bench.send(`Z60${classic}`);
    expect(wrote(bench.elapsed('entry'))).toEqual([EOT]);
  });

  test.each([
    ['711', 'no master in the selected slot', '085', `Z60${classic}`],
    ['712', 'a key longer than its master', '081', `Z60${classic}`],
    ['712', 'a key that is no hex', '080', `Z60.${PAN}<FS>DUKPT ENCRYPTION`],
    ['712', 'a short account', '080', `Z60.6212345<FS>${DOUBLE_WRAPPED}`],
    ['712', 'a long account', '080', `Z63.62123456789012345678<FS>${DOUBLE_WRAPPED}0412Y*`],
  ])('%s for %s', (answer, _, select, text) => {
    const bench = new Bench();
    bench.send(select);
    expect(bench.ask(text)).toBe(answer);
  });

  test.each([
    `Z60${PAN}<FS>${DOUBLE_WRAPPED}`,
    `Z60${PAN}`,
    `Z60${classic}<FS>0`,
    `Z60${classic}<FS>1<FS>`,
    `Z62${classic}0412YONE<FS>TWO`,
    `Z62${classic}0312YONE<FS>TWO<FS>WAIT`,
    `Z63${classic}0412Y`,
    `Z63${classic}0412Y**`,
  ])('%s is passed over', (text) => {
    expect(new Bench().send(text)).toEqual([ACK]);
  });
});

describe('the limit on PINs', () => {
  test('is off by default', () => {
    const bench = withPinKey();
    const answers = Array.from({ length: 200 }, () => {
      bench.send(u60());
      return wrote(bench.press(...keys('1 2 3 4 enter')))[0];
    });
    expect(new Set(answers)).toEqual(new Set(['U61.00401FA274AB66F4D9E09']));
  });

  test('refuses a PIN when the tokens are spent, and brings one every thirty seconds', () => {
    const bench = withPinKey(1);
    expect(bench.send(u60())).toContain('arm pin-token 30000');
    bench.press(...keys('1 2 3 4 enter'));
    bench.raw('06');
    expect(bench.ask(u60())).toBe('U61.L');
    expect(bench.elapsed('pin-token')).toEqual(['arm pin-token 30000']);
    expect(saw(bench.send(u60()))).toHaveLength(1);
  });

  test('a cancelled entry spends nothing', () => {
    const bench = withPinKey(1);
    bench.send(u60());
    bench.press('cancel');
    expect(saw(bench.send(u60()))).toHaveLength(1);
  });

  test('refuses a classic request with EOT', () => {
    expect(wrote(withPinKey(0).send(`Z60.${PAN}<FS>${DOUBLE_WRAPPED}`))).toEqual([ACK, EOT]);
  });

  test('a full bucket takes no more', () => {
    const bench = withPinKey(126);
    bench.send(u60());
    expect(bench.elapsed('pin-token')).toEqual([]);
  });
});
