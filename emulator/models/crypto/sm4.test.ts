/**
 * SM4 in everything that UnionPay does with it.
 *
 * Mutations tried: blocks folded by eight, the second half of the hex first, the check value from ones, the track block
 * of sixteen digits, the PAN at the left of the long PIN block, padding 2 only where it is needed. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import sm4 from '../../../fixtures/crypto/sm4.json' with { type: 'json' };
import { Bug } from '../../../src/domain/result.ts';
import { cbcDecrypt, cbcEncrypt } from './cbc.ts';
import { fromAscii, fromHex, toHex } from './hex.ts';
import { cbcMac, startUnionPayMac, unionPayMac, unionPayMacText } from './mac.ts';
import { buildPinBlock, parsePinBlock } from './pin-block.ts';
import { Sm4Key } from './sm4-key.ts';
import { decryptTrack, encryptTrack } from './track.ts';
import { unwrapKey, wrapKey } from './working-key.ts';

const key = (hex: string): Sm4Key => new Sm4Key(fromHex(hex));

describe('the cipher', () => {
  test.each(sm4.cipher)('$name encrypts', ({ key: hex, clear, encrypted }) => {
    expect(toHex(key(hex).encrypt(fromHex(clear)))).toBe(encrypted);
  });

  test.each(sm4.cipher)('$name decrypts', ({ key: hex, clear, encrypted }) => {
    expect(toHex(key(hex).decrypt(fromHex(encrypted)))).toBe(clear);
  });

  test.each([8, 15, 17, 24, 32])('%i bytes are no SM4 key', (length) => {
    expect(() => new Sm4Key(new Uint8Array(length))).toThrow(Bug);
  });

  test('half a block is refused', () => {
    expect(() => key('0'.repeat(32)).encrypt(new Uint8Array(8))).toThrow(Bug);
  });

  test('chained, it comes back from any start', () => {
    const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(block, block, fc.array(block, { maxLength: 4 }), (bytes, start, blocks) => {
        const data = Uint8Array.from(blocks.flatMap((each) => [...each]));
        const sm4Key = new Sm4Key(bytes);
        expect(cbcDecrypt(sm4Key, cbcEncrypt(sm4Key, data, start), start)).toEqual(data);
      }),
    );
  });

  test('a chain takes whole blocks and a start of one', () => {
    expect(() => cbcEncrypt(key('0'.repeat(32)), new Uint8Array(24))).toThrow(Bug);
    expect(() => cbcDecrypt(key('0'.repeat(32)), new Uint8Array(16), new Uint8Array(8))).toThrow(Bug);
  });
});

describe('working keys', () => {
  test.each(sm4.wrapped)('$name: wrapped', ({ master, clear, wrapped }) => {
    expect(toHex(wrapKey(key(master), fromHex(clear)))).toBe(wrapped);
  });

  test.each(sm4.wrapped)('$name: unwrapped', ({ master, clear, wrapped }) => {
    expect(toHex(unwrapKey(key(master), fromHex(wrapped)))).toBe(clear);
  });

  test.each(sm4.wrapped)('$name: its check value', ({ clear, checkValue }) => {
    expect(toHex(key(clear).checkValue())).toBe(checkValue);
  });
});

describe('MAC', () => {
  test.each(sm4.unionPayMac)('UnionPay: $name', ({ key: hex, message, mac, text }) => {
    expect(toHex(unionPayMac(key(hex), fromHex(message)))).toBe(mac);
    expect(unionPayMacText(key(hex), fromHex(message))).toBe(text);
  });

  test('UnionPay: the same over packets', () => {
    const [vector = { key: '', message: '', mac: '' }] = sm4.unionPayMac;
    const running = startUnionPayMac(key(vector.key));
    running.add(fromHex(vector.message.slice(0, 32)));
    running.add(fromHex(vector.message.slice(32).padEnd(32, '0')));
    expect(toHex(running.end())).toBe(vector.mac);
  });

  test.each(sm4.cbc)('CBC: $name', ({ key: hex, text, padding, mac }) => {
    const computed = cbcMac(key(hex), fromAscii(text), padding === 1 ? 1 : 2);
    expect(toHex(computed).slice(0, mac.length)).toBe(mac);
  });
});

describe('track', () => {
  test.each(sm4.tracks)('$name are encrypted in place', ({ key: hex, track, encrypted }) => {
    expect(encryptTrack(key(hex), track)).toEqual({ ok: true, value: encrypted });
  });

  test.each(sm4.tracks)('$name come back', ({ key: hex, track, encrypted }) => {
    expect(decryptTrack(key(hex), encrypted)).toEqual({ ok: true, value: track });
  });

  test.each([
    [32, false],
    [33, true],
    [34, true],
  ])('a track of %i digits: %s', (length, isEnough) => {
    expect(encryptTrack(key('0'.repeat(32)), '1'.repeat(length)).ok).toBe(isEnough);
  });
});

describe('the PIN block of sixteen bytes', () => {
  test.each(sm4.pinBlocks)('$name: built', ({ pin, pan, block }) => {
    expect(toHex(buildPinBlock(pin, pan, 16))).toBe(block);
  });

  test.each(sm4.pinBlocks)('$name: read', ({ pin, pan, block }) => {
    expect(parsePinBlock(fromHex(block), pan)).toEqual({ ok: true, value: pin });
  });

  test('does not read with another filler', () => {
    const [block = { block: '', pan: '' }] = sm4.pinBlocks;
    const other = fromHex(block.block.replace(/^06123456FF/, '06123456FE'));
    expect(parsePinBlock(other, block.pan)).toEqual({ ok: false, error: 'not-a-pin-block' });
  });
});
