/** Mutations that these tests caught: no check byte wanted, CWI against the guard time left out, TB1 free at a cold reset. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { judgeAtr, parseAtr, type Reset } from './atr.ts';

const judged = (hex: string, reset: Reset = 'cold'): unknown => {
  const atr = parseAtr(fromHex(hex));
  return atr.ok ? judgeAtr(atr.value, reset) : atr.error;
};

/** With the check byte that makes the exclusive or zero. */
const checkedHex = (hex: string): string => {
  const bytes = fromHex(hex);
  return hex + toHex(Uint8Array.of(bytes.subarray(1).reduce((sum, byte) => sum ^ byte, 0)));
};

describe('an answer to reset', () => {
  test('is read into its bytes', () => {
    const atr = parseAtr(fromHex(checkedHex('3FE300008131FE45414243')));
    expect(atr).toEqual({
      ok: true,
      value: {
        convention: 'inverse',
        interfaceBytes: { TB1: 0, TC1: 0, TD1: 0x81, TD2: 0x31, TA3: 0xfe, TB3: 0x45 },
        protocols: [1, 1],
        historical: fromHex('414243'),
        hasCheckByte: true,
      },
    });
  });

  test.each([
    ['', 'bad-initial-character'],
    ['3A6000', 'bad-initial-character'],
    ['3B', 'cut-off'],
    ['3B6000', 'cut-off'],
    ['3B62000041', 'cut-off'],
    ['3B60000041', 'trailing-bytes'],
    ['3BE000008131FE45', 'check-byte-missing'],
    ['3BE000008131FE4500', 'check-byte-wrong'],
    [`${checkedHex('3BE000008131FE45')}00`, 'trailing-bytes'],
    [`3B6F0000${'41'.repeat(30)}`, 'too-long'],
  ])('%s is none: %s', (hex, problem) => {
    expect(parseAtr(fromHex(hex))).toEqual({ ok: false, error: problem });
  });

  test('gives T=0 with its defaults', () => {
    expect(judged('3B600000')).toEqual({
      ok: true,
      value: {
        protocol: 0,
        speed: 0x11,
        extraGuardTime: 0,
        waitingInteger: 10,
        cardBlockBytesMax: 32,
        blockWaitingInteger: 4,
        characterWaitingInteger: 13,
      },
    });
  });

  test('gives T=1 with the size of its blocks and its times', () => {
    expect(judged(checkedHex('3BE000008131FE45'))).toMatchObject({
      ok: true,
      value: { protocol: 1, cardBlockBytesMax: 254, blockWaitingInteger: 4, characterWaitingInteger: 5 },
    });
  });

  test('in specific mode sets the speed, in negotiable mode does not', () => {
    expect(judged('3BF01300001000')).toMatchObject({ ok: true, value: { speed: 0x13 } });
    expect(judged('3B70130000')).toMatchObject({ ok: true, value: { speed: 0x11 } });
  });

  test.each([
    ['no TB1 after a cold reset', '3B4000', 'cold', { byte: 'TB1' }],
    ['a programming voltage after a cold reset', '3B602500', 'cold', { byte: 'TB1', value: '25' }],
    ['a speed that is too high, in specific mode', '3BF01800001000', 'cold', { byte: 'TA1', value: '18' }],
    ['an unknown protocol first', checkedHex('3BE000000F'), 'cold', { byte: 'TD1', value: '0F' }],
    ['implicit parameters', '3BE000001010', 'cold', { byte: 'TA2', value: '10' }],
    ['TA2 for another protocol', '3BE000001001', 'cold', { byte: 'TA2', value: '01' }],
    ['TB2', '3BE000002000', 'cold', { byte: 'TB2', value: '00' }],
    ['another TC2 than 0A after a cold reset', '3BE00000400B', 'cold', { byte: 'TC2', value: '0B' }],
    ['TC2 of 00 after a warm reset', '3BE000004000', 'warm', { byte: 'TC2', value: '00' }],
    ['T=14 after T=1', checkedHex('3BE00000813EFE45'), 'cold', { byte: 'TD2', value: '3E' }],
    ['blocks of less than 16', checkedHex('3BE0000081310F45'), 'cold', { byte: 'TA3', value: '0F' }],
    ['blocks of 255', checkedHex('3BE000008131FF45'), 'cold', { byte: 'TA3', value: 'FF' }],
    ['T=1 without TB3', checkedHex('3BE000008111FE'), 'cold', { byte: 'TB3' }],
    ['BWI of 5', checkedHex('3BE000008131FE55'), 'cold', { byte: 'TB3', value: '55' }],
    ['CWI of 6', checkedHex('3BE000008131FE46'), 'cold', { byte: 'TB3', value: '46' }],
    [
      'a character time not longer than the guard time',
      checkedHex('3BE0001F8131FE45'),
      'cold',
      { byte: 'TB3', value: '45' },
    ],
    ['a check by CRC', checkedHex('3BE000008171FE4501'), 'cold', { byte: 'TC3', value: '01' }],
  ] as const)('is refused for %s', (_, hex, reset, refusal) => {
    expect(judged(hex, reset)).toEqual({ ok: false, error: refusal });
  });

  test.each([
    ['no TB1', '3B4000'],
    ['a programming voltage', '3B602500'],
    ['another TC2', '3BE00000400B'],
  ])('is taken with %s after a warm reset', (_, hex) => {
    expect(judged(hex, 'warm')).toMatchObject({ ok: true });
  });

  test.each([
    ['a guard time of 255', checkedHex('3BE000FF8131FE40')],
    ['a guard time of 30 with CWI 5', checkedHex('3BE0001E8131FE45')],
    ['T=14 after T=0', checkedHex('3BE00000800E')],
  ])('is taken with %s', (_, hex) => {
    expect(judged(hex)).toMatchObject({ ok: true });
  });

  test('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0x3b, 0x3f), (bytes, ts) => {
        bytes[0] = ts;
        const atr = parseAtr(bytes);
        expect(atr.ok ? [0, 1].includes(atr.value.protocols[0] ?? 0) || !judgeAtr(atr.value, 'cold').ok : true).toBe(
          true,
        );
      }),
      { numRuns: 1000 },
    );
  });
});
