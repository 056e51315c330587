/**
 * U68 to U71 byte by byte, and what a card finds in the ciphertext with its private key.
 *
 * Mutations that these tests caught: another header than 7F; format 0 for format 2; the challenge left out; the fill
 * before the challenge; pieces joined in the wrong order; a ciphertext that outlives another message; a modulus that
 * outlives its entry; no bound on the modulus.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../crypto/hex.ts';
import { encipherPin, isCardKey } from '../crypto/offline-pin.ts';
import { RsaKey, type RsaJwk } from '../crypto/rsa-key.ts';
import { ACK, Bench, EOT, saw, wrote } from './bench.testing.ts';
import type { PinPadKey } from './pin-entry.ts';

const { card } = JSON.parse(readFileSync(new URL('../../../fixtures/emv/keys.json', import.meta.url), 'utf8')) as {
  readonly card: { readonly key: RsaJwk };
};
const KEY = new RsaKey(card.key);
const MODULUS = toHex(KEY.modulus);
const EXPONENT = toHex(KEY.exponent);
const CHALLENGE = '0102030405060708';

const pad = (): Bench => new Bench({ entropy: (length) => Uint8Array.from({ length }, (_, index) => index + 1) });

const piecesOf = (digits: string): readonly string[] => digits.match(/.{1,192}/g) ?? [];
const two = (value: number): string => String(value).padStart(2, '0');

function giveKey(bench: Bench, modulus = MODULUS): readonly (string | undefined)[] {
  return piecesOf(modulus).map((piece, index) => bench.ask(`U687${two(index)}<FS>${piece}`));
}

interface Asked {
  readonly sequence?: number;
  readonly rules?: string;
  readonly seconds?: string;
  readonly amount?: string;
  readonly exponent?: string;
  readonly challenge?: string;
}

const entry = ({
  sequence = piecesOf(MODULUS).length,
  rules = '0412Y',
  seconds = '060',
  amount = '88.00',
  exponent = EXPONENT,
  challenge = CHALLENGE,
}: Asked = {}): string => `U686${two(sequence)}${rules}<FS>${[seconds, amount, exponent, challenge].join('<FS>')}`;

const keysOf = (pin: string): readonly PinPadKey[] => [...(Array.from(pin) as PinPadKey[]), 'enter'];

/** Keys the PIN, and fetches what is made of it. */
function ciphertext(bench: Bench, pin: string): string {
  const [ready] = wrote(bench.press(...keysOf(pin)));
  bench.raw('06');
  const count = Math.ceil(Number(ready?.slice('U69.0'.length)) / 192);
  return Array.from({ length: count }, (_, index) => {
    const [, piece = ''] = (bench.ask(`U70${two(index)}`) ?? '').split('<FS>');
    return piece;
  }).join('');
}

describe('a PIN for the card', () => {
  test.each([
    ['1234', '241234FFFFFFFFFF'],
    ['123456', '26123456FFFFFFFF'],
    ['123456789012', '2C123456789012FF'],
  ])('%s is in the ciphertext as block %s, behind 7F and before challenge and fill', (pin, block) => {
    const bench = pad();
    expect(giveKey(bench)).toEqual(piecesOf(MODULUS).map(() => 'U691'));
    expect(bench.send(entry())).toEqual([ACK, 'arm entry 60000', 'sees prompt "88.00" [] 4 12 true']);
    const clear = toHex(KEY.sign(fromHex(ciphertext(bench, pin))));
    const fill = Array.from({ length: KEY.modulus.length - 17 }, (_, index) => index + 1);
    expect(clear).toBe(`7F${block}${CHALLENGE}${toHex(Uint8Array.from(fill))}`);
  });

  test('says how long the ciphertext is, which piece comes, and which is the last', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    expect(wrote(bench.press(...keysOf('1234')))).toEqual([`U69.0${MODULUS.length}`]);
    bench.raw('06');
    const heads = piecesOf(MODULUS).map((_, index) => bench.ask(`U70${two(index)}`)?.slice(0, 6));
    const count = heads.length;
    expect(heads).toEqual(heads.map((_, index) => `U71${index + 1 === count ? 6 : 7}${two(index)}`));
    expect(bench.ask(`U70${two(count)}`)).toBe('U712');
    // Asked again: it is still there.
    expect(bench.ask('U7000')?.slice(0, 4)).toBe(`U71${count === 1 ? 6 : 7}`);
  });

  test('can be for a key of 248 bytes', () => {
    const modulus = `${'C3'.repeat(247)}C5`;
    const bench = pad();
    expect(giveKey(bench, modulus)).toEqual(['U691', 'U691', 'U691']);
    bench.send(entry({ sequence: 3, exponent: '010001' }));
    expect(ciphertext(bench, '1234')).toHaveLength(496);
  });

  test('is shown and keyed like any other', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry({ rules: '0606N' }));
    expect(saw(bench.press('1', '2', 'enter', 'clear', '3'))).toEqual([
      'stars 1',
      'stars 2',
      'beep',
      'stars 0',
      'stars 1',
    ]);
  });

  test.each<[string, readonly PinPadKey[], string]>([
    ['bypassed', ['enter'], 'U69.B'],
    ['cancelled', ['1', 'cancel'], 'U69.C'],
  ])('%s says so', (_, keys, answer) => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    expect(wrote(bench.press(...keys))).toEqual([answer]);
  });

  test('not keyed in time says so', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    expect(wrote(bench.elapsed('entry'))).toEqual(['U69.T']);
  });

  test('beyond the limit of PINs is refused', () => {
    const bench = new Bench({ entropy: (length) => new Uint8Array(length), pinTokens: 0 });
    giveKey(bench);
    expect(wrote(bench.send(entry()))).toEqual([ACK, 'U69.L']);
  });

  test('is dropped by 72, and the key with it', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    expect(wrote(bench.send('72'))).toEqual([EOT]);
    expect(bench.ask(entry())).toBe('U692');
    expect(bench.ask('U7000')).toBe('U712');
  });
});

describe('what a PIN pad forgets', () => {
  test('another message ends the key', () => {
    const bench = pad();
    giveKey(bench);
    bench.ask('UC');
    expect(bench.ask(entry())).toBe('U692');
  });

  test('another message ends the ciphertext', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    bench.press(...keysOf('1234'));
    bench.raw('06');
    bench.send('72');
    expect(bench.ask('U7000')).toBe('U712');
  });

  test('a key serves one entry', () => {
    const bench = pad();
    giveKey(bench);
    bench.send(entry());
    bench.press('cancel');
    bench.raw('06');
    expect(bench.ask(entry())).toBe('U692');
  });

  test('everything goes with the power', () => {
    const bench = pad();
    giveKey(bench);
    bench.powerCycle();
    expect(bench.ask(entry())).toBe('U692');
  });
});

describe('what it refuses', () => {
  test.each([
    ['a piece out of order', ['U68701<FS>C3C3'], 'U692'],
    ['a piece twice', ['U68700<FS>C3C3', 'U68701<FS>C3C3', 'U68701<FS>C3C3'], 'U692'],
    ['a piece of half a byte', ['U68700<FS>C3C'], 'U697'],
    ['a piece that is no hex', ['U68700<FS>c3c3'], 'U697'],
    ['a piece of 97 bytes', [`U68700<FS>${'C3'.repeat(97)}`], 'U697'],
    [
      'a key of 249 bytes',
      [`U68700<FS>${'C3'.repeat(96)}`, `U68701<FS>${'C3'.repeat(96)}`, `U68702<FS>${'C3'.repeat(57)}`],
      'U697',
    ],
    ['another flag', ['U68500<FS>C3C3'], 'U696'],
    ['an entry without a key', [entry()], 'U692'],
    ['a fetch without a ciphertext', ['U7000'], 'U712'],
  ])('%s', (_, texts, answer) => {
    const bench = pad();
    const answers = texts.map((text) => bench.ask(text));
    expect(answers.at(-1)).toBe(answer);
  });

  test.each<[string, Asked, string]>([
    ['lengths that are none', { rules: '1204Y' }, 'U69.E8'],
    ['no bypass flag', { rules: '0412' }, 'U69.E8'],
    ['a long amount', { amount: '12345678901234567' }, 'U69.E8'],
    ['no time', { seconds: '000' }, 'U69.E6'],
    ['an even exponent', { exponent: '02' }, 'U69.EK'],
    ['an exponent of four bytes', { exponent: '00000003' }, 'U69.EK'],
    ['a challenge of seven bytes', { challenge: '01020304050607' }, 'U69.EK'],
  ])('%s', (_, asked, answer) => {
    const bench = pad();
    giveKey(bench);
    expect(bench.ask(entry(asked))).toBe(answer);
  });

  test.each([
    ['short', 'C3'.repeat(63)],
    ['even', `${'C3'.repeat(95)}C2`],
    ['without its highest bit', `43${'C3'.repeat(95)}`],
  ])('a modulus that is %s', (_, modulus) => {
    const bench = pad();
    giveKey(bench, modulus);
    expect(bench.ask(entry({ sequence: 1 }))).toBe('U69.EK');
  });

  test('all of it, when it has no chance to fill the block with', () => {
    expect(wrote(new Bench().send('U68700<FS>C3C3'))).toEqual([ACK]);
  });
});

test('no block is made of parts that do not fit', () => {
  const key = { modulus: KEY.modulus, exponent: KEY.exponent };
  const fill = new Uint8Array(KEY.modulus.length - 17);
  expect(isCardKey(key)).toBe(true);
  expect(() => encipherPin('123', new Uint8Array(8), key, fill)).toThrow('4 to 12 digits');
  expect(() => encipherPin('1234', new Uint8Array(7), key, fill)).toThrow('challenge of 7 bytes');
  expect(() => encipherPin('1234', new Uint8Array(8), key, fill.slice(1))).toThrow('make no block');
});
