/** Mutations that these tests caught: numeric values kept at the left, compressed ones filled with zeros. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import { dictionary, isWellFormed } from './dictionary.ts';
import { fillDol, parseDol, parseTagList } from './dol.ts';

describe('a data object list', () => {
  test('is tags and lengths', () => {
    expect(parseDol(fromHex('9F3704 9505 5A0A'))).toEqual({
      ok: true,
      value: [
        { tag: '9F37', length: 4 },
        { tag: '95', length: 5 },
        { tag: '5A', length: 10 },
      ],
    });
  });

  test.each([
    ['9F', 'tag-cut-off', 0],
    ['9F00', 'tag-not-canonical', 0],
    ['9505DF818181', 'tag-too-long', 2],
    ['95', 'length-missing', 1],
    ['950582', 'length-missing', 3],
    ['9580', 'length-too-long', 1],
  ])('%s is refused', (hex, code, offset) => {
    expect(parseDol(fromHex(hex))).toEqual({ ok: false, error: { code, offset } });
  });

  test.each([
    ['as long as asked', '9F37', 4, '01020304', '01020304'],
    ['binary, shorter: zeros on the right', '9F37', 6, '01020304', '010203040000'],
    ['binary, longer: its left end', '9F37', 2, '01020304', '0102'],
    ['numeric, shorter: zeros on the left', '9F02', 8, '000000001234', '0000000000001234'],
    ['numeric, longer: its right end', '9F02', 3, '000000001234', '001234'],
    ['compressed numeric, shorter: F on the right', '5A', 10, '6222021234567890', '6222021234567890FFFF'],
    ['compressed numeric, longer: its left end', '5A', 4, '6222021234567890', '62220212'],
    ['text, shorter: zeros on the right', '9F1E', 10, '3132333435363738', '31323334353637380000'],
    ['absent: zeros', '9F1E', 3, undefined, '000000'],
    ['of an unknown tag', 'DF7F', 3, 'AA', 'AA0000'],
    ['constructed: zeros', '71', 2, 'AABB', '0000'],
    ['asked for with no length', '9F37', 0, '01020304', ''],
  ])('gets a value %s', (_, tag, length, value, wanted) => {
    const bytes = fillDol([{ tag, length }], () => (value === undefined ? undefined : fromHex(value)));
    expect(toHex(bytes)).toBe(wanted);
  });

  test('always gets exactly as many bytes as it asks for', () => {
    const entry = fc.record({
      tag: fc.constantFrom('9F02', '5A', '9F37', 'DF7F', '70', '9F1E'),
      length: fc.nat({ max: 127 }),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.uint8Array({ maxLength: 40 }), (entries, value) => {
        const wanted = entries.reduce((sum, { length }) => sum + length, 0);
        expect(fillDol(entries, () => value)).toHaveLength(wanted);
      }),
    );
  });

  test('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const list = parseDol(bytes);
        expect(list.ok || list.error.offset <= bytes.length).toBe(true);
      }),
    );
  });

  test('of tags has tags alone', () => {
    expect(parseTagList(fromHex('829F36'))).toEqual({ ok: true, value: ['82', '9F36'] });
    expect(parseTagList(fromHex('829F'))).toEqual({ ok: false, error: { code: 'tag-cut-off', offset: 1 } });
  });
});

describe('the dictionary', () => {
  test('has every tag once', () => {
    const tags = dictionary().map(({ tag }) => tag);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.length).toBeGreaterThan(130);
  });

  test('names only templates that it has', () => {
    const names = new Set(dictionary().map(({ tag }) => tag));
    expect(dictionary().flatMap(({ templates }) => templates.filter((each) => !names.has(each)))).toEqual([]);
  });

  test.each([
    ['9A', '261123', true],
    ['9A', '26112A', false],
    ['9A', '2611', false],
    ['5A', '622202123456789012FF', true],
    ['5A', '6222021234567F9012FF', false],
    ['5A', '62220212345678901A', false],
    ['95', '0000000000', true],
    ['95', '00000000', false],
    ['DF7F', '00', true],
  ])('finds %s = %s well formed: %s', (tag, hex, good) => {
    expect(isWellFormed(tag, fromHex(hex))).toBe(good);
  });
});
