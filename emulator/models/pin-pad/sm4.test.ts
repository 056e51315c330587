/**
 * SM4 keys in the PIN pad: UK, UV, U60, U64 and U66 (PIN pad sheet 11, dialect sheet 11.7).
 *
 * Mutations tried: the key unwrapped with triple DES, any master taken, a MAC of eight-byte blocks, X done with an SM4
 * key, S done with a DES key, the PIN asked for although the layout is unsettled, a start value of eight bytes. Each was
 * noticed.
 */
import { describe, expect, test } from 'vitest';
import sm4 from '../../../fixtures/crypto/sm4.json' with { type: 'json' };
import { fromHex, toHex } from '../crypto/hex.ts';
import { Sm4Key } from '../crypto/sm4-key.ts';
import { wrapKey } from '../crypto/working-key.ts';
import { ACK, Bench, DOUBLE_CLEAR, DOUBLE_MASTER, DOUBLE_WRAPPED, saw, wrote } from './bench.testing.ts';
import type { PinPadOptions } from './pin-pad.ts';

const [VECTOR = { master: '', clear: '', wrapped: '', checkValue: '' }] = sm4.wrapped;
const [TRACK = { key: '', block: '', cipher: '' }] = sm4.tracks;
const [MAC = { key: '', message: '', mac: '' }] = sm4.unionPayMac;
const [PIN = { pin: '', pan: '', block: '' }] = sm4.pinBlocks;

const bench = (options: Partial<PinPadOptions> = {}): Bench =>
  new Bench({ sm4MasterKeys: { 5: VECTOR.master }, ...options });

/** Loads an SM4 key, given clear, under master 5. */
function load(pad: Bench, usage: 'P' | 'M' | 'D', slot: string, clear: string): string | undefined {
  const wrapped = toHex(wrapKey(new Sm4Key(fromHex(VECTOR.master)), fromHex(clear)));
  const checkValue = toHex(new Sm4Key(fromHex(clear)).checkValue());
  return pad.ask(`UK5${slot}${usage}S2<FS>${wrapped}<FS>${checkValue}`);
}

describe('UK and UV', () => {
  test('the published working key is stored under its published master', () => {
    const pad = bench();
    expect(pad.ask(`UK51PS2<FS>${VECTOR.wrapped}<FS>${VECTOR.checkValue}`)).toBe(`[UK0<FS>${VECTOR.checkValue}]`);
    expect(pad.ask('UVP1')).toBe(`[UV0S2<FS>${VECTOR.checkValue}]`);
  });

  test('an SM4 master has a check value', () => {
    expect(bench({ sm4MasterKeys: { 5: DOUBLE_MASTER } }).ask('UVK5')).toMatch(/^\[UV0S2<FS>[\dA-F]{8}\]$/);
  });

  test.each([
    ['1', 'another check value', `51PS2<FS>${VECTOR.wrapped}<FS>00000000`],
    ['3', 'an SM4 key of eight bytes', `51PS1<FS>${VECTOR.wrapped.slice(16)}<FS>${VECTOR.checkValue}`],
    ['3', 'a DES key under an SM4 master', `51PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['3', 'an SM4 key under a DES master', `01PS2<FS>${VECTOR.wrapped}<FS>${VECTOR.checkValue}`],
  ])('status %s for %s', (status, _, fields) => {
    const pad = bench();
    expect([pad.ask(`UK${fields}`), pad.ask('UVP1')]).toEqual([`[UK${status}]`, '[UV2]']);
  });

  test('the classic messages find no master in its slot', () => {
    const pad = bench();
    pad.send('085');
    expect([
      pad.ask(`Z60.6212345678901232<FS>${DOUBLE_WRAPPED}`),
      pad.ask('Z666005<FS><FS><FS>0000000000000000'),
    ]).toEqual(['711', 'Z673']);
  });

  test('a new loading session wipes it too', () => {
    const pad = bench();
    load(pad, 'M', '1', MAC.key);
    pad.ask(`023${DOUBLE_MASTER}`);
    expect([pad.ask('045'), pad.ask('UVM1')]).toEqual(['[040]', '[UV2]']);
  });
});

describe('U66', () => {
  const withKeys = (): Bench => {
    const pad = bench();
    load(pad, 'M', '1', MAC.key);
    pad.load('M', '2', DOUBLE_CLEAR);
    return pad;
  };
  const message = MAC.message.padEnd(64, '0');

  test('S gives the whole block of the MAC', () => {
    expect(withKeys().ask(`U666001<FS>S<FS>${message}`)).toBe(`U670${MAC.mac}`);
  });

  test('S gives the same in packets', () => {
    const pad = withKeys();
    expect([
      pad.ask(`U667001<FS>S<FS>${message.slice(0, 32)}`),
      pad.ask(`U666011<FS>S<FS>${message.slice(32)}`),
    ]).toEqual(['U671', `U670${MAC.mac}`]);
  });

  test.each([
    ['7', 'half a block', 'U666001<FS>S<FS>0000000000000000'],
    ['9', 'S with a DES key', `U666002<FS>S<FS>${message}`],
    ['9', 'X with an SM4 key', `U666001<FS>X<FS>${message}`],
    ['9', 'CBC with an SM4 key', `U666001<FS>1<FS>${message}`],
  ])('status %s for %s', (status, _, text) => {
    expect(withKeys().ask(text)).toBe(`U67${status}`);
  });
});

describe('U64', () => {
  const withKey = (): Bench => {
    const pad = bench();
    load(pad, 'D', '1', TRACK.key);
    return pad;
  };

  test('encrypts the track block', () => {
    expect(withKey().ask(`U646001<FS>E<FS><FS>${TRACK.block}`)).toBe(`U650${TRACK.cipher}`);
  });

  test('CBC goes on from packet to packet, and from its start value', () => {
    const pad = withKey();
    const zeros = '0'.repeat(32);
    // From a start of zeros the first block is ECB; the next is that of the ciphertext before.
    expect(pad.ask(`U647001<FS>C<FS><FS>${TRACK.block}`)).toBe(`U651${TRACK.cipher}`);
    const second = pad.ask(`U646011<FS>C<FS><FS>${zeros}`);
    expect(second).toBe(pad.ask(`U646001<FS>C<FS>${TRACK.cipher}<FS>${zeros}`));
    expect(second).toBe(pad.ask(`U646001<FS>E<FS><FS>${TRACK.cipher}`));
  });

  test.each([
    ['7', 'half a block', 'U646001<FS>E<FS><FS>0000000000000000'],
    ['9', 'a start value of eight bytes', `U646001<FS>C<FS>0000000000000000<FS>${TRACK.block}`],
  ])('status %s for %s', (status, _, text) => {
    expect(withKey().ask(text)).toBe(`U65${status}`);
  });
});

describe('U60', () => {
  const request = `U60.${PIN.pan}<FS>10612N<FS>060<FS>1.00`;

  test('refuses by name while nobody has said how the block is laid out', () => {
    const pad = bench();
    load(pad, 'P', '1', VECTOR.clear);
    expect(wrote(pad.send(request))).toEqual([ACK, 'U61.ES']);
  });

  test('a DES key is no concern of that', () => {
    const pad = bench();
    pad.load('P', '1', DOUBLE_CLEAR);
    expect(saw(pad.send(request))).toHaveLength(1);
  });

  test('told x9.8, answers with 32 digits', () => {
    const pad = bench({ sm4PinBlock: 'x9.8' });
    load(pad, 'P', '1', VECTOR.clear);
    pad.send(request);
    const encrypted = toHex(new Sm4Key(fromHex(VECTOR.clear)).encrypt(fromHex(PIN.block)));
    expect(wrote(pad.press('1', '2', '3', '4', '5', '6', 'enter'))).toEqual([`U61.00601${encrypted}`]);
  });
});
