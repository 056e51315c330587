import { describe, expect, test } from 'vitest';
import { receiptQr } from './qr-form.ts';

const url = (length: number): string => 'https://r.example/#'.padEnd(length, 'a');
const forms = { longUrl: url(400), shortUrl: url(58) };

describe('the QR code of a receipt', () => {
  test.each([
    [384, 'good', { form: 'long', text: forms.longUrl, moduleDots: 4 }],
    [576, 'good', { form: 'long', moduleDots: 6 }],
    [576, 'worn', { form: 'long', moduleDots: 6 }],
    [500, 'worn', { form: 'short', moduleDots: 9 }],
    [384, 'worn', { form: 'short', text: forms.shortUrl, moduleDots: 9, modules: 33 }],
    [300, 'good', { form: 'short', moduleDots: 7 }],
  ] as const)('on %i dots with a head that is %s is %j', (widthDots, headHealth, expected) => {
    expect(receiptQr(forms, { widthDots, headHealth })).toMatchObject(expected);
  });

  test.each([
    [504, 'long', 'medium'],
    [505, 'long', 'low'],
    [644, 'long', 'low'],
    [645, 'short', 'medium'],
  ])(
    'of %i characters is the %s form, level %s, on 58 mm: below 4 dots a module nobody reads it',
    (length, form, level) => {
      const qr = receiptQr({ ...forms, longUrl: url(length) }, { widthDots: 384, headHealth: 'good' });
      expect(qr).toMatchObject({ form, errorCorrection: level });
    },
  );

  test('is never of a level with less correction on a worn head', () => {
    expect(receiptQr(forms, { widthDots: 500, headHealth: 'worn' })).toMatchObject({ errorCorrection: 'medium' });
  });

  test('fits the paper with its quiet zone', () => {
    for (let widthDots = 100; widthDots <= 600; widthDots += 7) {
      const qr = receiptQr(forms, { widthDots, headHealth: 'good' });
      if (qr === undefined) throw new Error('no code');
      expect((qr.modules + 8) * qr.moduleDots).toBeLessThanOrEqual(widthDots);
    }
  });

  test.each([
    [2953, 'long'],
    [2954, 'short'],
  ])('of %i characters on the widest poster is the %s form: more, no code holds', (length, form) => {
    expect(receiptQr({ ...forms, longUrl: url(length) }, { widthDots: 5000, headHealth: 'good' })?.form).toBe(form);
  });

  test('is none where a module would have no dot', () => {
    expect(receiptQr(forms, { widthDots: 40, headHealth: 'good' })).toBeUndefined();
  });
});
