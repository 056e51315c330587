/**
 * Mutations tried: half a last entry let through; `1` with nothing taken for a whole list; unknown parameters skipped,
 * or there twice; the index of the blacklist not compared; another key taken for the one asked for; 4 for a status;
 * DF05 left in the name of a key; control codes let through to the printer.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryName, readDownload } from './downloads.ts';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();

const read = (networkCode: string, field62: string, asked = '') => {
  const result = readDownload(networkCode, field62, asked);
  if (result === undefined) throw new Error(`${networkCode} is no download`);
  return result;
};
const said = (networkCode: string, field62: string, asked?: string): unknown => {
  const result = read(networkCode, field62, asked);
  return result.ok ? result.value : 'refused';
};

const KEY = '9F0605A0000003339F2201E1';
const KEY_IN_LIST = `${KEY}DF0508${hex('20351231')}`;
const OTHER_KEY_IN_LIST = KEY_IN_LIST.replace('E1', 'E2');
const AID = '9F0608A000000333010101';

describe('a list', () => {
  test.each([
    ['0', [], 'nothing'],
    ['1', [KEY_IN_LIST], 'complete'],
    ['3', [KEY_IN_LIST], 'complete'],
    ['2', [KEY_IN_LIST, OTHER_KEY_IN_LIST], 'more'],
  ])('with status %s', (digit, entries, status) => {
    const list = { type: 'list', status, entries };
    expect(said('372', hex(digit) + entries.join(''), hex('100'))).toEqual(list);
    expect(said('373', hex(digit) + entries.join(''), hex('100'))).toEqual(list);
  });

  test('of applications names each by its AID', () => {
    const entries = [AID, '9F0605A000000333'];
    expect(said('382', hex('1') + entries.join(''), hex('102'))).toEqual({ type: 'list', status: 'complete', entries });
  });

  test('whose next part cannot be asked for any more is refused', () => {
    expect([said('382', hex('2') + AID, hex('199')), read('382', hex('2') + AID, hex('198')).ok]).toEqual([
      'refused',
      true,
    ]);
  });

  test.each([
    ['nothing at all', '372', ''],
    ['an unknown status', '372', hex('4') + KEY_IN_LIST],
    ['entries although there are none', '372', hex('0') + KEY_IN_LIST],
    ['no entries although it is complete', '372', hex('1')],
    ['no entries although there are more', '372', hex('2')],
    ['half an object', '372', hex('1') + KEY_IN_LIST.slice(0, -2)],
    ['half an entry', '372', hex('1') + KEY_IN_LIST + KEY],
    ['objects in another order', '372', `${hex('1')}9F2201E19F0605A000000333DF0508${hex('20351231')}`],
    ['an unknown tag', '372', `${hex('1')}${KEY_IN_LIST}840100`],
    ['a RID of four bytes', '372', `${hex('1')}9F0604A00000039F2201E1DF0508${hex('20351231')}`],
    ['an expiry of letters', '372', `${hex('1')}${KEY}DF0508${hex('NEVER   ')}`],
    ['a key in place of an application', '382', hex('1') + KEY_IN_LIST],
    ['an AID of four bytes', '382', `${hex('1')}9F0604A0000003`],
    ['an AID of seventeen bytes', '382', `${hex('1')}9F0611${'A0'.repeat(17)}`],
  ])('with %s is refused', (_, networkCode, field62) => {
    expect(said(networkCode, field62, hex('100'))).toBe('refused');
  });
});

describe('an entry', () => {
  const whole = `${KEY_IN_LIST}DF060101DF0702010ADF028180${'AB'.repeat(128)}`;

  test('is the TLV as it came', () => {
    expect(said('370', hex('1') + whole, KEY)).toEqual({ type: 'entry', tlv: whole });
  });

  test('of an application likewise', () => {
    expect(said('380', `${hex('1')}${AID}DF010100`, AID)).toEqual({ type: 'entry', tlv: `${AID}DF010100` });
  });

  test('that the host has not is absent', () => {
    expect(said('370', hex('0'), KEY)).toEqual({ type: 'entry' });
  });

  test.each([
    ['nothing at all', ''],
    ['an unknown status', hex('2') + whole],
    ['content although it is not there', hex('0') + whole],
    ['half an object', hex('1') + whole.slice(0, -2)],
    ['the name of another', hex('1') + whole.replace('E1', 'E2')],
    ['no name', `${hex('1')}DF010100`],
    ['its name and nothing else', hex('1') + KEY],
    ['something twice', `${hex('1')}${whole}DF060101`],
  ])('with %s is refused', (_, field62) => {
    expect(said('370', field62, KEY)).toBe('refused');
  });

  test.each([
    ['a key of the list', KEY_IN_LIST, KEY],
    ['a key without its expiry', KEY, KEY],
    ['an application', AID, AID],
    ['half an object', AID.slice(0, -2), undefined],
    ['something else', 'DF010100', undefined],
    ['nothing', '', undefined],
  ])('is asked for by %s', (_, name, asked) => {
    expect(entryName(name)).toBe(asked);
  });
});

describe('the blacklist', () => {
  const PANS = ['6222021234567890011', '622202123456'] as const;
  const cards = (...pans: readonly string[]): string => pans.map((pan) => String(pan.length) + pan).join('');

  test.each([
    ['2', 'more'],
    ['1', 'complete'],
    ['3', 'complete'],
  ])('with status %s brings card numbers, which stay secret', (digit, status) => {
    const result = read('390', hex(`${digit}006${cards(...PANS)}`), hex('004'));
    if (!result.ok || result.value.type !== 'cards') throw new Error('refused');
    expect([result.value.status, result.value.pans.map((pan) => pan.reveal())]).toEqual([status, [...PANS]]);
    expect(JSON.stringify(result)).not.toContain(PANS[0]);
  });

  test('may be empty', () => {
    expect(said('390', hex('0000'), hex('000'))).toEqual({ type: 'cards', status: 'nothing', pans: [] });
  });

  test.each([
    ['nothing at all', ''],
    ['a status alone', '1'],
    ['an unknown status', `4006${cards(...PANS)}`],
    ['an index that skips a card', `1007${cards(...PANS)}`],
    ['a card too few for its index', `1006${cards(PANS[0])}`],
    ['a number cut short', `1006${cards(...PANS).slice(0, -1)}`],
    ['a number of eleven digits', `1005${cards('62220212345')}`],
    ['a number of twenty digits', `1005${cards('62220212345678900119')}`],
    ['letters', `1005${cards('62220212345678900A1')}`],
    ['cards although there are none', `0005${cards(PANS[0])}`],
    ['no cards although there are more', '2004'],
  ])('with %s is refused', (_, text) => {
    expect(said('390', hex(text), hex('004'))).toBe('refused');
  });

  test('whose next part cannot be asked for any more is refused', () => {
    expect(said('390', hex(`21000${cards(PANS[0])}`), hex('999'))).toBe('refused');
  });
});

describe('the parameters', () => {
  test('are read by the lengths of their tags', () => {
    const text = `1160126014${'0571-1234567'.padEnd(14)}190522${'SHOP'.padEnd(40)}0112710`;
    expect(said('360', `${hex(text)}3236FF200001`)).toEqual({
      type: 'parameters',
      values: [
        ['11', '60'],
        ['12', '60'],
        ['14', '0571-1234567'],
        ['19', '05'],
        ['22', 'SHOP'],
        ['01', '1'],
        ['27', '10'],
        ['26', 'FF200001'],
      ],
    });
  });

  test('have the name of the merchant in GBK, and nothing that a printer would obey', () => {
    const name = `B1F5BDAD${hex('\u001b@ SHOP'.padEnd(36))}`;
    expect(said('360', hex('22') + name)).toMatchObject({ values: [['22', '滨江 @ SHOP']] });
  });

  test.each([
    ['nothing at all', ''],
    ['an unknown tag', hex('1160991')],
    ['a tag alone', hex('116012')],
    ['half a tag', hex('11601')],
    ['a value cut short', hex('11601260220')],
    ['a tag twice', hex('11601160')],
    ['letters where digits belong', hex('11AB')],
  ])('with %s are refused', (_, field62) => {
    expect(said('360', field62)).toBe('refused');
  });
});

test.each(['371', '381', '391'])('the end %s says no more than that', (networkCode) => {
  expect(said(networkCode, '')).toEqual({ type: 'end' });
});

test.each(['000', '001', '004', '002', '301', ''])('%s is no download', (networkCode) => {
  expect(readDownload(networkCode, hex('1'), '')).toBeUndefined();
});

describe('whatever comes', () => {
  const codes = ['360', '370', '372', '373', '380', '382', '390'];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.stringMatching(/^[0-3]\d{0,60}$/).map((text) => Buffer.from(text, 'latin1')),
  );

  test('no reader throws, and none quotes what it was given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        bytes,
        fc.constantFrom('', KEY, hex('100'), hex('004')),
        (code, raw, asked) => {
          const result = read(code, Buffer.from(raw).toString('hex').toUpperCase(), asked);
          // Four characters and fewer stand in many a sentence.
          const quoted = !result.ok && raw.length > 4 && result.error.includes(Buffer.from(raw).toString('latin1'));
          expect(quoted).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('random bytes never become a list', () => {
    fc.assert(
      fc.property(fc.constantFrom('372', '373', '382'), fc.uint8Array({ maxLength: 200 }), (code, raw) => {
        // `0` alone is all of a list that is empty.
        fc.pre(!(raw.length === 1 && raw[0] === 0x30));
        expect(said(code, Buffer.from(raw).toString('hex').toUpperCase(), hex('100'))).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['372', hex('2') + KEY_IN_LIST, OTHER_KEY_IN_LIST, hex('100')],
    ['382', hex('1') + AID, AID, hex('100')],
    ['370', hex('1') + KEY_IN_LIST, 'DF060101', KEY],
    ['390', hex('1002196222021234567890011'), hex('196222021234567890029'), hex('000')],
  ])('what %s brings is refused when its last part is cut anywhere', (code, first, last, asked) => {
    expect(said(code, first + last, asked)).not.toBe('refused');
    for (let digits = 2; digits < last.length; digits += 2) {
      expect([digits, said(code, first + last.slice(0, digits), asked)]).toEqual([digits, 'refused']);
    }
  });
});
