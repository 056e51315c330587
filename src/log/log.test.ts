import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { guardCardData } from './card-data-guard.ts';
import { logTo } from './log.ts';

const PAN = '6212345678901232';

function logged(write: (log: ReturnType<typeof logTo>) => void): string {
  let text = '';
  write(logTo({ write: (line) => (text += line) }, 'info'));
  return text;
}

describe('the log', () => {
  test.each<[string, (log: ReturnType<typeof logTo>) => void]>([
    ['as a field', (log) => log.info({ pan: PAN })],
    ['two levels deep', (log) => log.info({ a: { b: { number: PAN } } })],
    ['in an array', (log) => log.info({ list: [{ pan: PAN }] })],
    ['in another case', (log) => log.info({ PAN })],
    ['in the message', (log) => log.info(`card ${PAN} refused`)],
    ['in an error', (log) => log.error(new Error(`bad ${PAN}`))],
    ['in a track', (log) => log.info({ note: `${PAN}=30122010000012345` })],
    ['as a secret', (log) => log.info({ card: Secret.of(PAN, 'PAN') })],
    ['inside a frame in hex', (log) => log.info({ frame: `02${PAN}3012` })],
  ])('does not show a card number %s', (_, write) => {
    const text = logged(write);
    expect(text).not.toContain(PAN);
    expect(text.length).toBeGreaterThan(10);
  });

  test('stays lines of JSON', () => {
    const text = logged((log) => log.info({ event: 'stepped', at: 12 }));
    expect(JSON.parse(text)).toMatchObject({ event: 'stepped', at: 12 });
  });
});

describe('the guard', () => {
  test('leaves alone what is no card number', () => {
    expect(guardCardData('2026-11-23T03:04:05.678Z stan 000123 amount 1234')).toBe(
      '2026-11-23T03:04:05.678Z stan 000123 amount 1234',
    );
  });

  test('never lets a run of 13 to 19 digits with a right check digit through', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 });
    fc.assert(
      fc.property(digits, fc.constantFrom('', ' ', '%', 'D'), (body, edge) => {
        const sum = body.toReversed().reduce((total, digit, index) => {
          const weighted = index % 2 === 0 ? digit * 2 : digit;
          return total + (weighted > 9 ? weighted - 9 : weighted);
        }, 0);
        const pan = `${body.join('')}${(10 - (sum % 10)) % 10}`;
        expect(guardCardData(`${edge}${pan}${edge}`)).not.toContain(pan);
      }),
    );
  });
});
