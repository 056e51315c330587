/**
 * Mutations that these tests caught: flag of the last packet on all; padding left out; key length digit from the
 * algorithm; a PIN of three digits accepted; text of the reply in a refusal.
 */
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/pin-pad/frames.json' with { type: 'json' };
import { Bug } from '../../domain/result.ts';
import * as classic from './classic-messages.ts';
import {
  encryptText,
  type EntryRequest,
  entryText,
  keyLoadText,
  keyReportText,
  macTexts,
  readDataReply,
  readEntryReply,
  readKeyLoadReply,
  readKeyReport,
} from './u-messages.ts';

const PAN = '6212345678901232';
const DOUBLE_KEY = '3EB3B72576BBBE834F0B96AAA5A8B548';
const SINGLE_KEY = 'B4CC3FD9D8D95214';

function published(name: string): string {
  const frame = fixture.frames.find((each) => each.name === name);
  if (frame === undefined) throw new Error(`There is no frame ${name} in the fixture.`);
  return frame.text;
}

const ENTRY: EntryRequest = {
  pan: PAN,
  amountText: '88.00',
  lengthMin: 4,
  lengthMax: 12,
  bypassAllowed: true,
  timeoutSeconds: 60,
};
const KEY = { masterKeySlot: 0, usage: 'P', algorithm: 'T', encrypted: DOUBLE_KEY, checkValue: '5ED7EA43' } as const;

describe('texts to send', () => {
  test.each([
    ['72, whose check byte is ACK', classic.CANCEL_TEXT],
    ['02 slot 0, single length', classic.masterKeyText(0, '0123456789ABCDEF')],
    ['04 slot 5', classic.masterKeyCheckText(5)],
    ['08 slot 7', classic.masterKeySelectText(7)],
    ['Z60 single length', classic.classicPinText(PAN, SINGLE_KEY)],
    ['Z60 double length', classic.classicPinText(PAN, DOUBLE_KEY)],
    [
      'Z66 hex, same data',
      classic.classicMacText({
        hex: '414D5424312E3939',
        sequence: 0,
        isLast: true,
        keySlot: 0,
        workingKey: SINGLE_KEY,
      }),
    ],
  ])('%s', (name, text) => {
    expect(text).toBe(published(name));
  });

  test('UK', () => {
    expect(keyLoadText(KEY)).toEqual({
      ok: true,
      value: published('UK master 0, slot 1, PIN, triple DES, double length'),
    });
  });

  test('UV', () => {
    expect(keyReportText('P')).toBe(published('UV P1'));
  });

  test('UK for a MAC key of single length', () => {
    const text = keyLoadText({ ...KEY, masterKeySlot: 3, usage: 'M', algorithm: 'D', encrypted: SINGLE_KEY });
    expect(text).toEqual({ ok: true, value: `UK32MD1\u001c${SINGLE_KEY}\u001c5ED7EA43` });
  });

  test('U60', () => {
    expect(entryText(ENTRY)).toEqual({ ok: true, value: published('U60 slot 1, 4 to 12, bypass, 60 s, 88.00') });
  });

  test('U60 without amount and without bypass', () => {
    const text = entryText({
      ...ENTRY,
      amountText: '',
      bypassAllowed: false,
      lengthMin: 6,
      lengthMax: 6,
      timeoutSeconds: 5,
    });
    expect(text).toEqual({ ok: true, value: `U60.${PAN}\u001c10606N\u001c005\u001c` });
  });

  test('U64 is one packet of one block', () => {
    expect(encryptText('2512101000001234', 'des')).toEqual({
      ok: true,
      value: 'U646003\u001cE\u001c\u001c2512101000001234',
    });
  });

  test('U66 fills the last block with zeros', () => {
    expect(macTexts(Uint8Array.of(1, 2, 0xab), 'des')).toEqual(['U666002\u001cX\u001c0102AB0000000000']);
  });

  test('U66 of whole blocks is not filled', () => {
    expect(macTexts(new Uint8Array(8).fill(0x5a), 'des')).toEqual(['U666002\u001cX\u001c5A5A5A5A5A5A5A5A']);
  });

  test('U66 splits into packets of 192 digits, and only the last says so', () => {
    const data = Uint8Array.from({ length: 193 }, (_, index) => index);
    const hex = Array.from(data, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
    expect(macTexts(data, 'des')).toEqual([
      `U667002\u001cX\u001c${hex.slice(0, 192)}`,
      `U667012\u001cX\u001c${hex.slice(192, 384)}`,
      `U666022\u001cX\u001c${hex.slice(384)}00000000000000`,
    ]);
  });

  test('U66 of exactly one packet is the last', () => {
    expect(macTexts(new Uint8Array(96), 'des').map((text) => text.slice(0, 7))).toEqual(['U666002']);
  });
});

describe('what UV answers', () => {
  test('is the algorithm', () => {
    expect(readKeyReport(published('UV reply'))).toEqual({ ok: true, value: 'T' });
  });

  test.each([
    ['UV0D1\u001c6FB23EAD', { ok: true, value: 'D' }],
    ['UV0S2\u001c861E83E3', { ok: true, value: 'S' }],
    ['UV0D2\u001c6FB23EAD', { ok: false, error: 'UV: not understood' }],
    ['UV0T3\u001c6FB23EAD', { ok: false, error: 'UV: not understood' }],
    ['UV0T2', { ok: false, error: 'UV: not understood' }],
    ['UV2', { ok: false, error: 'UV: no key in the slot' }],
    ['UV5', { ok: false, error: 'UV: wrong usage' }],
  ])('%j', (reply, expected) => {
    expect(readKeyReport(reply)).toEqual(expected);
  });
});

describe('with SM4', () => {
  const KEY_32 = '3D66234C49E4296FF9C78D8BACBD6A76';
  const BLOCK = '021234567890123D2512101000001234';
  const CIPHER = '440A141D395D771D6A4E174D5E879171';

  test('UK names the algorithm and two times sixteen digits', () => {
    expect(keyLoadText({ ...KEY, usage: 'M', algorithm: 'S', encrypted: KEY_32, checkValue: '861E83E3' })).toEqual({
      ok: true,
      value: `UK02MS2\u001c${KEY_32}\u001c861E83E3`,
    });
  });

  test('an SM4 key of sixteen digits is refused', () => {
    expect(keyLoadText({ ...KEY, algorithm: 'S', encrypted: SINGLE_KEY })).toEqual({
      ok: false,
      error: 'UK: the encrypted SM4 key is not 32 hex digits',
    });
  });

  test('U66 asks for algorithm S, and fills to sixteen bytes', () => {
    expect(macTexts(Uint8Array.of(1, 2, 0xab), 'sm4')).toEqual([`U666002\u001cS\u001c0102AB${'0'.repeat(26)}`]);
  });

  test('U66 splits into whole blocks', () => {
    const texts = macTexts(new Uint8Array(97), 'sm4');
    expect(texts).toEqual([`U667002\u001cS\u001c${'0'.repeat(192)}`, `U666012\u001cS\u001c${'0'.repeat(32)}`]);
  });

  test('U64 takes a block of 32 digits', () => {
    expect(encryptText(BLOCK, 'sm4')).toEqual({ ok: true, value: `U646003\u001cE\u001c\u001c${BLOCK}` });
  });

  test.each([
    ['sm4', BLOCK.slice(16), 'U64: the block is not 32 hex digits'],
    ['des', BLOCK, 'U64: the block is not 16 hex digits'],
  ] as const)('%s takes no block of the other cipher', (cipher, block, error) => {
    expect(encryptText(block, cipher)).toEqual({ ok: false, error });
  });

  test.each([
    ['sm4', CIPHER, true],
    ['sm4', CIPHER.slice(16), false],
    ['des', CIPHER, false],
  ] as const)('%s reads %s: %s', (cipher, block, isGood) => {
    expect(readDataReply('U65', `U650${block}`, cipher).ok).toBe(isGood);
    expect(readEntryReply(`U61.00601${block}`, cipher).ok).toBe(isGood);
  });
});

describe('what cannot be sent', () => {
  test.each([
    ['a key of odd length', { encrypted: '3EB3' }, 'UK: the encrypted key is not 16 or 32 hex digits'],
    [
      'a key in lower case',
      { encrypted: SINGLE_KEY.toLowerCase() },
      'UK: the encrypted key is not 16 or 32 hex digits',
    ],
    ['a short check value', { checkValue: '5ED7EA' }, 'UK: the check value is not 8 hex digits'],
  ])('%s is refused in words without the key', (_, change, error) => {
    expect(keyLoadText({ ...KEY, ...change })).toEqual({ ok: false, error });
  });

  test.each(['1234567', '12345678901234567890', '6212345678901D32', ''])(
    'a PAN %s is refused without naming it',
    (pan) => {
      expect(entryText({ ...ENTRY, pan })).toEqual({ ok: false, error: 'U60: the PAN is not 8 to 19 digits' });
    },
  );

  test('a block that is none is refused without naming it', () => {
    expect(encryptText('25121010', 'des')).toEqual({ ok: false, error: 'U64: the block is not 16 hex digits' });
  });

  test.each([
    { lengthMin: 3 },
    { lengthMax: 13 },
    { lengthMin: 8, lengthMax: 6 },
    { lengthMin: 4.5 },
    { timeoutSeconds: 0 },
    { timeoutSeconds: 1000 },
    { amountText: '\u001c1' },
    { amountText: '￥1.00' },
  ])('an entry with %j is a bug', (change) => {
    expect(() => entryText({ ...ENTRY, ...change })).toThrow(Bug);
  });

  test.each([0, 9601])('a MAC over %d bytes is a bug', (length) => {
    expect(() => macTexts(new Uint8Array(length), 'des')).toThrow(Bug);
    expect(() => macTexts(new Uint8Array(length), 'sm4')).toThrow(Bug);
  });
});

describe('replies', () => {
  test.each([
    [published('UK stored'), { ok: true, value: { type: 'stored', checkValue: '5ED7EA43' } }],
    [published('UK mismatch'), { ok: true, value: { type: 'mismatch' } }],
    ['UK2', { ok: false, error: 'UK: the master key slot is empty' }],
    ['UK0', { ok: false, error: 'UK: not understood' }],
    ['UK', { ok: false, error: 'UK: not understood' }],
  ])('to UK: %j', (text, read) => {
    expect(readKeyLoadReply(text)).toEqual(read);
  });

  test.each([
    [published('U61 PIN 123456'), { ok: true, value: { type: 'entered', pinBlock: '5BCAB1758182A02D' } }],
    [published('U61 bypassed'), { ok: true, value: { type: 'bypassed' } }],
    [published('U61 cancelled'), { ok: true, value: { type: 'cancelled' } }],
    [published('U61 timed out'), { ok: true, value: { type: 'timed-out' } }],
    ['U61.L', { ok: false, error: 'U61: too many PIN entries in a short time' }],
    ['U61.E9', { ok: false, error: 'U61: error 9' }],
    ['U61.ES', { ok: false, error: 'U61: nobody has told the PIN pad how an SM4 PIN block is laid out' }],
    ['U61.003015BCAB1758182A02D', { ok: false, error: 'U61: not understood' }],
    ['U61.006015BCAB1758182A02', { ok: false, error: 'U61: not understood' }],
    ['U61', { ok: false, error: 'U61: not understood' }],
  ])('to U60: %j', (text, read) => {
    expect(readEntryReply(text, 'des')).toEqual(read);
  });

  test.each([
    ['U67', 'U670085CEEB82BC8A6F7', { ok: true, value: { type: 'block', block: '085CEEB82BC8A6F7' } }],
    ['U67', 'U671', { ok: true, value: { type: 'next' } }],
    ['U67', 'U672', { ok: true, value: { type: 'out-of-sequence' } }],
    ['U67', 'U673', { ok: false, error: 'U67: no key in the slot' }],
    ['U67', 'U670085CEEB8', { ok: false, error: 'U67: not understood' }],
    ['U67', 'U67', { ok: false, error: 'U67: not understood' }],
    ['U65', 'U65067214D097C91E284', { ok: true, value: { type: 'block', block: '67214D097C91E284' } }],
    ['Z67', published('Z67 with MAC'), { ok: true, value: { type: 'block', block: '085CEEB82BC8A6F7' } }],
    ['Z67', published('Z67 next'), { ok: true, value: { type: 'next' } }],
    ['Z67', published('Z67 out of sequence'), { ok: true, value: { type: 'out-of-sequence' } }],
  ] as const)('%s: %j', (id, text, read) => {
    expect(readDataReply(id, text, 'des')).toEqual(read);
  });

  test.each([
    [published('71 PIN 1234, double length'), { ok: true, value: { type: 'entered', pinBlock: 'FA274AB66F4D9E09' } }],
    [published('71 no PIN, with a block'), { ok: true, value: { type: 'bypassed' } }],
    [published('71 no PIN, without a block'), { ok: true, value: { type: 'bypassed' } }],
    [published('71 error 1'), { ok: false, error: '71: error 1' }],
    ['71.', { ok: false, error: '71: not understood' }],
  ])('to Z60: %j', (text, read) => {
    expect(classic.readClassicPin(text)).toEqual(read);
  });

  test.each([
    [published('04 reply, present'), { ok: true, value: 'present' }],
    [published('04 reply, absent'), { ok: true, value: 'absent' }],
    ['041', { ok: false, error: '04: not understood' }],
  ])('to 04: %j', (text, read) => {
    expect(classic.readMasterKeyCheck(text)).toEqual(read);
  });

  test.each([
    ['', { ok: true, value: 'selected' }],
    [published('08 slot 0, and the reply of pads that give one'), { ok: true, value: 'selected' }],
    ['081', { ok: false, error: '08: the slot does not exist' }],
  ])('to 08: %j', (text, read) => {
    expect(classic.readMasterKeySelect(text)).toEqual(read);
  });
});
