import { describe, expect, test } from 'vitest';
import { fromHex } from './bytes.ts';
import { readApplication, readCaKey } from './downloads.ts';

const KEY = '9F0605A000000333 9F220180 DF05083230333031323331 DF060101 DF070101 DF0204AABBCCDD DF040103 DF030411223344';
const APPLICATION =
  '9F0608A000000333010101 DF010100 9F08020030 DF1105D84000A800 DF1205D84004F800 DF13050010000000 9F1B0400002710 ' +
  'DF150400001388 DF160199 DF170120 DF14039F3704 DF180101';

describe('a downloaded key', () => {
  test('is read', () => {
    expect(readCaKey(KEY)).toEqual({
      ok: true,
      value: {
        rid: 'A000000333',
        index: '80',
        algorithm: 'rsa',
        hash: 'sha-1',
        modulus: fromHex('AABBCCDD'),
        exponent: fromHex('03'),
        checksum: fromHex('11223344'),
        expiry: '20301231',
      },
    });
  });

  test('of SM2 is read, to be refused by name when it is needed', () => {
    const key = KEY.replace('DF060101 DF070101', 'DF060107 DF070104').replace('DF040103 ', '');
    expect(readCaKey(key)).toMatchObject({ ok: true, value: { algorithm: 'sm2', hash: 'sm3' } });
  });

  test.each([
    ['9F0605A000000333', '9F06'],
    ['9F220180', '9F22'],
    ['DF05083230333031323331', 'DF05'],
    ['DF060101', 'DF06'],
    ['DF070101', 'DF07'],
    ['DF0204AABBCCDD', 'DF02'],
    ['DF040103', 'DF04'],
    ['DF030411223344', 'DF03'],
  ])('is refused without %s', (part, tag) => {
    expect(readCaKey(KEY.replace(part, ''))).toEqual({ ok: false, error: { tag } });
  });

  test('of RSA is refused with an even modulus', () => {
    expect(readCaKey(KEY.replace('AABBCCDD', 'AABBCCDE'))).toEqual({ ok: false, error: { tag: 'DF02' } });
  });

  test('is refused when it is cut off', () => {
    expect(readCaKey('9F0605A0')).toEqual({ ok: false, error: { tag: '9F06' } });
  });
});

describe('a downloaded application', () => {
  test('is read', () => {
    expect(readApplication(APPLICATION)).toEqual({
      ok: true,
      value: {
        aid: 'A000000333010101',
        partialName: true,
        version: '0030',
        floorLimitMinor: 10_000,
        actionCodes: { denial: '0010000000', online: 'D84004F800', default: 'D84000A800' },
        randomSelection: { thresholdMinor: 5000, maximumPercent: 99, targetPercent: 20 },
        defaultDdol: '9F3704',
        onlinePin: true,
      },
    });
  });

  test('may say its version as the terminal does, and leave out what it need not say', () => {
    const least =
      '9F0608A000000333010101 DF010101 9F09020030 DF1105D84000A800 DF1205D84004F800 DF13050010000000 9F1B0400002710 DF180100';
    expect(readApplication(least)).toMatchObject({
      value: {
        partialName: false,
        version: '0030',
        onlinePin: false,
        randomSelection: { thresholdMinor: 0, maximumPercent: 0 },
      },
    });
  });

  test.each([
    ['9F0608A000000333010101', '9F06'],
    ['9F08020030', '9F08'],
    ['DF1105D84000A800', 'DF11'],
    ['DF1205D84004F800', 'DF12'],
    ['DF13050010000000', 'DF13'],
    ['9F1B0400002710', '9F1B'],
  ])('is refused without %s', (part, tag) => {
    expect(readApplication(APPLICATION.replace(part, ''))).toEqual({ ok: false, error: { tag } });
  });
});
