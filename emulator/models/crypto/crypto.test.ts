/**
 * The emulator's cryptography against published and derived vectors.
 *
 * Mutations tried: K1 K2 K2 for a double-length key, check value of three bytes, UnionPay MAC from the second half
 * first, X9.19 without its decryption, PAN field with the check digit, track block one digit to the right, the second
 * half of a key always used. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import keys from '../../../fixtures/crypto/keys.json' with { type: 'json' };
import macs from '../../../fixtures/crypto/macs.json' with { type: 'json' };
import pinBlocks from '../../../fixtures/crypto/pin-blocks.json' with { type: 'json' };
import tracks from '../../../fixtures/crypto/tracks.json' with { type: 'json' };
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from './des-key.ts';
import { fromAscii, fromHex, isHex, toHex } from './hex.ts';
import { cbcMac, startCbcMac, startUnionPayMac, startX919Mac, unionPayMac, unionPayMacText, x919Mac } from './mac.ts';
import { buildPinBlock, isPin, parsePinBlock } from './pin-block.ts';
import { decryptTrack, encryptTrack } from './track.ts';
import { unwrapKey, workingKey, wrapKey } from './working-key.ts';

const key = (hex: string): DesKey => new DesKey(fromHex(hex));
const digits = (lengthMin: number, lengthMax: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: lengthMin, maxLength: lengthMax })
    .map((values) => values.join(''));
const blocks = (count: number): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: count })
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe('hex', () => {
  test('gives back the bytes that it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each(['0', '0G', ' 00', '0x00'])('%j is not hex', (text) => {
    expect(isHex(text)).toBe(false);
  });

  test('a programmer who parses something else is told, and the text is not quoted', () => {
    expect(() => fromHex('SECRET!')).toThrow(Bug);
    expect(() => fromHex('SECRET!')).not.toThrow(/SECRET/);
  });

  test('ASCII has no codes for other characters', () => {
    expect(() => fromAscii('元')).toThrow(Bug);
  });
});

describe('working keys', () => {
  test.each(keys.wrapped)('$name travels under its master key', ({ master, clear, wrapped }) => {
    expect(toHex(wrapKey(key(master), fromHex(clear)))).toBe(wrapped);
  });

  test.each(keys.wrapped)('$name comes out again', ({ master, clear, wrapped }) => {
    expect(toHex(unwrapKey(key(master), fromHex(wrapped)))).toBe(clear);
  });

  test.each(keys.wrapped)('$name has the check value that its sender gave', ({ clear, checkValue }) => {
    expect(toHex(key(clear).checkValue())).toBe(checkValue);
  });

  test('sixteen bytes with a zero second half are a single-length key', () => {
    const single = workingKey(fromHex(keys.singleLengthInDoubleField.clear));
    expect([single.length, toHex(single.checkValue())]).toEqual([8, keys.singleLengthInDoubleField.checkValue]);
  });

  test('a key whose second half is not zero keeps its length', () => {
    expect(workingKey(fromHex('00000000000000000000000000000001')).length).toBe(16);
  });

  test.each([0, 7, 9, 17, 32])('%i bytes are no DES key', (length) => {
    expect(() => new DesKey(new Uint8Array(length))).toThrow(Bug);
  });

  test('parity bits change nothing', () => {
    expect(key('0123456789ABCDEF').checkValue()).toEqual(key('0022446688AACCEE').checkValue());
  });

  test.each([8, 16, 24])('what a %i-byte key encrypts it also decrypts, block by block, in any order', (length) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), blocks(4), (bytes, data) => {
        const des = new DesKey(bytes);
        const encrypted = des.encrypt(data);
        expect(des.decrypt(encrypted)).toEqual(data);
        expect(des.decrypt(encrypted.slice(-8))).toEqual(data.slice(-8));
      }),
      { numRuns: 30 },
    );
  });

  test('a triple-length key differs from the double that it begins with', () => {
    const double = '0123456789ABCDEFFEDCBA9876543210';
    expect(key(`${double}1122334455667788`).checkValue()).not.toEqual(key(double).checkValue());
    expect(key(`${double}0123456789ABCDEF`).checkValue()).toEqual(key(double).checkValue());
  });

  test('half a block is refused', () => {
    expect(() => key('0123456789ABCDEF').encrypt(new Uint8Array(12))).toThrow(Bug);
  });
});

describe('MAC', () => {
  test.each(macs.unionPay)('UnionPay: $name', ({ key: hex, message, field64 }) => {
    expect(unionPayMacText(key(hex), fromHex(message))).toBe(field64);
  });

  test('UnionPay: the published value is right in all eight bytes', () => {
    const [published] = macs.unionPay;
    expect(toHex(unionPayMac(key(published?.key ?? ''), fromHex(published?.message ?? '')))).toBe(published?.mac);
  });

  test.each(macs.cbc)('CBC: $name', ({ key: hex, message, mac }) => {
    expect(toHex(cbcMac(key(hex), fromHex(message)))).toBe(mac);
  });

  test.each(macs.x919)('X9.19: $name', ({ key: hex, message, mac }) => {
    expect(toHex(x919Mac(key(hex), fromHex(message)))).toBe(mac);
  });

  test.each(macs.padded)('ISO/IEC 9797-1: $name', ({ algorithm, padding, text, mac }) => {
    const method = padding === 1 ? 1 : 2;
    const computed =
      algorithm === 1
        ? cbcMac(key(macs.paddedKeys.algorithm1), fromAscii(text), method)
        : x919Mac(key(macs.paddedKeys.algorithm3), fromAscii(text), method);
    expect(toHex(computed).slice(0, mac.length)).toBe(mac);
  });

  test('X9.19 needs a double-length key', () => {
    expect(() => x919Mac(key('0123456789ABCDEF'), new Uint8Array(8))).toThrow(Bug);
  });

  test.each([
    ['UnionPay', unionPayMac, startUnionPayMac],
    ['CBC', cbcMac, startCbcMac],
    ['X9.19', x919Mac, startX919Mac],
  ] as const)('%s gives the same over packets as over the whole', (_, whole, start) => {
    const des = key('0123456789ABCDEFFEDCBA9876543210');
    fc.assert(
      fc.property(fc.array(blocks(3), { minLength: 1, maxLength: 4 }), (packets) => {
        const running = start(des);
        for (const packet of packets) running.add(packet);
        expect(running.end()).toEqual(whole(des, Uint8Array.from(packets.flatMap((packet) => [...packet]))));
      }),
      { numRuns: 30 },
    );
  });
});

describe('PIN block', () => {
  test.each(pinBlocks.clear)('$name is built', ({ pin, pan, block }) => {
    expect(toHex(buildPinBlock(pin, pan))).toBe(block);
  });

  test.each(pinBlocks.clear)('$name is read', ({ pin, pan, block }) => {
    expect(parsePinBlock(fromHex(block), pan)).toEqual({ ok: true, value: pin });
  });

  test.each(pinBlocks.encrypted)('$name is encrypted', ({ key: hex, clear, encrypted }) => {
    expect(toHex(key(hex).encrypt(fromHex(clear)))).toBe(encrypted);
  });

  test('any PIN comes back, whatever the card', () => {
    fc.assert(
      fc.property(digits(4, 12), digits(8, 19), (pin, pan) => {
        expect(parsePinBlock(buildPinBlock(pin, pan), pan)).toEqual({ ok: true, value: pin });
      }),
    );
  });

  test.each([
    ['another format', '141234FFFFFFFFFF'],
    ['three digits', '03123FFFFFFFFFFF'],
    ['thirteen digits', '0D1234567890123F'],
    ['letters in the PIN', '041A34FFFFFFFFFF'],
    ['other filler', '041234FFFFFFFFFE'],
    ['seven bytes', '041234FFFFFFFF'],
  ])('%s is no PIN block', (_, block) => {
    expect(parsePinBlock(fromHex(block), '0')).toEqual({ ok: false, error: 'not-a-pin-block' });
  });

  test('the block of one card does not read as the block of another', () => {
    expect(parsePinBlock(buildPinBlock('123456', '6212345678901232'), '9001100000000027').ok).toBe(false);
  });

  test.each(['123', '1234567890123', '12a4', ''])('%j is no PIN', (text) => {
    expect(isPin(text)).toBe(false);
    expect(() => buildPinBlock(text, '6212345678901232')).toThrow(Bug);
  });

  test('a PAN that is not digits is refused', () => {
    expect(() => buildPinBlock('1234', '62123456D8901232')).toThrow(Bug);
  });
});

describe('track', () => {
  const trackKey = key(tracks.key);

  test.each(tracks.encrypted)('$name are encrypted in place', ({ track, encrypted }) => {
    expect(encryptTrack(trackKey, track)).toEqual({ ok: true, value: encrypted });
  });

  test.each(tracks.encrypted)('$name come back', ({ track, encrypted }) => {
    expect(decryptTrack(trackKey, encrypted)).toEqual({ ok: true, value: track });
  });

  test.each(['=', '>'])('%s is a separator too', (separator) => {
    const [vector] = tracks.encrypted;
    expect(encryptTrack(trackKey, vector?.track.replace('D', separator) ?? '')).toEqual({
      ok: true,
      value: vector?.encrypted,
    });
  });

  test('the published illustration has its block where it says', () => {
    const encrypted = encryptTrack(trackKey, tracks.position.track);
    const start = tracks.position.track.indexOf(tracks.position.block);
    const cipher = toHex(trackKey.encrypt(fromHex(tracks.position.block)));
    expect(encrypted.ok && encrypted.value.slice(start, start + 16)).toBe(cipher);
  });

  test('only sixteen digits change', () => {
    fc.assert(
      fc.property(digits(18, 104), (track) => {
        const encrypted = encryptTrack(trackKey, track);
        const end = track.length - (track.length % 2 === 0 ? 2 : 1);
        const kept = (text: string): string => text.slice(0, end - 16) + text.slice(end);
        expect(encrypted.ok && [encrypted.value.length, kept(encrypted.value)]).toEqual([track.length, kept(track)]);
      }),
    );
  });

  test.each([
    ['0123456789012345', 'too-short'],
    ['', 'not-track-digits'],
    ['622202123456789012F25121010000012345', 'not-track-digits'],
  ])('%j is refused', (track, problem) => {
    expect(encryptTrack(trackKey, track)).toEqual({ ok: false, error: problem });
  });

  test('an encrypted track holds hex digits only', () => {
    expect(decryptTrack(trackKey, '622202123456789012=25121010000012345')).toEqual({
      ok: false,
      error: 'not-track-digits',
    });
  });
});
