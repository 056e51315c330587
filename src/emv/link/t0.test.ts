/** Mutations that these tests caught: the warning of a case 4 lost, no bound on 61xx, Le sent with case 4. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { receiveT0, startT0, type T0Effect } from './t0.ts';

/** Plays answers to a command; every TPDU that was sent, and how it ended. */
function play(apdu: string, answers: readonly string[]): readonly string[] {
  let [state, effect] = startT0(fromHex(apdu));
  const seen = [shown(effect)];
  for (const answer of answers) {
    [state, effect] = receiveT0(state, fromHex(answer));
    seen.push(shown(effect));
  }
  return seen;
}

function shown(effect: T0Effect): string {
  if (effect.type === 'failed') return effect.code;
  return effect.type === 'send' ? `> ${toHex(effect.tpdu)}` : `= ${toHex(effect.response)}`;
}

describe('T=0', () => {
  test.each([
    ['case 1 gets a P3 of zero', '00840000', ['9000'], ['> 0084000000', '= 9000']],
    ['case 2 goes as it is', '0084000008', ['01020304050607089000'], ['> 0084000008', '= 01020304050607089000']],
    [
      'case 2 again with the right length',
      '00B2010C00',
      ['6C03', '7001009000'],
      ['> 00B2010C00', '> 00B2010C03', '= 7001009000'],
    ],
    ['case 2 fetched', '00B2010C00', ['6102', 'AABB9000'], ['> 00B2010C00', '> 00C0000002', '= AABB9000']],
    ['case 3 goes as it is', '0082000002AABB', ['6300'], ['> 0082000002AABB', '= 6300']],
    [
      'case 4 loses its Le and is fetched',
      '00A4040002AABB00',
      ['6102', '6F009000'],
      ['> 00A4040002AABB', '> 00C0000002', '= 6F009000'],
    ],
    [
      'case 4 that is fetched in two parts',
      '00A4040001AA00',
      ['6102', '01026101', '039000'],
      ['> 00A4040001AA', '> 00C0000002', '> 00C0000001', '= 0102039000'],
    ],
    [
      'case 4 whose fetch has another length',
      '00A4040001AA00',
      ['6102', '6C01', '019000'],
      ['> 00A4040001AA', '> 00C0000002', '> 00C0000001', '= 019000'],
    ],
    [
      'case 4 with a warning keeps it',
      '00A4040001AA00',
      ['6283', '6C02', '6F009000'],
      ['> 00A4040001AA', '> 00C0000000', '> 00C0000002', '= 6F006283'],
    ],
    [
      'case 4 with a warning and nothing to fetch',
      '00A4040001AA00',
      ['6283', '6F00'],
      ['> 00A4040001AA', '> 00C0000000', '= 6283'],
    ],
    ['case 4 with an error is not fetched', '00A4040001AA00', ['6A82'], ['> 00A4040001AA', '= 6A82']],
    ['case 3 with a warning is not fetched', '0082000001AA', ['6283'], ['> 0082000001AA', '= 6283']],
    [
      'the wrong length twice ends it',
      '00B2010C00',
      ['6C03', '6C04'],
      ['> 00B2010C00', '> 00B2010C03', 'wrong-length-again'],
    ],
    ['half a status word ends it', '00B2010C00', ['90'], ['> 00B2010C00', 'response-too-short']],
  ])('%s', (_, apdu, answers, seen) => {
    expect(play(apdu, answers)).toEqual(seen);
  });

  test.each(['', '00A404', '00A404000200', '00A4040002AABB0000', '00A40400000000'])(
    'does not send %s, which is no short command',
    (apdu) => {
      expect(play(apdu, [])).toEqual(['malformed-command']);
    },
  );

  test('ends with a card that always has more', () => {
    const seen = play('00A4040001AA00', Array<string>(17).fill('6101'));
    expect(seen.at(-1)).toBe('too-many-fetches');
  });

  test('against any card ends after a bounded number of answers', () => {
    const answer = fc.oneof(
      fc.constantFrom('6101', '6C05', '6283', '63C0', '9000', '9001', '', '90'),
      fc.uint8Array({ maxLength: 6 }).map(toHex),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('00840000', '0084000008', '0082000001AA', '00A4040001AA00'),
        fc.array(answer, { minLength: 64, maxLength: 64 }),
        (apdu, answers) => {
          let [state, effect] = startT0(fromHex(apdu));
          let count = 0;
          while (effect.type === 'send') [state, effect] = receiveT0(state, fromHex(answers[count++ % 64] ?? ''));
          expect(count).toBeLessThanOrEqual(35);
        },
      ),
    );
  });
});
