/**
 * What the person does with a chip card, screen by screen.
 *
 * Mutations that these tests notice: inserting every time; a card left in at the end; pulling early more than once.
 */
import { expect, test } from 'vitest';
import type { Input, Screen } from '../../src/domain/screen.ts';
import { PATIENT, Person, type Errand } from './person.ts';

const screenOf = (id: string, more: Partial<Screen> = {}): Screen => ({
  id,
  title: { zh: id, en: id },
  lines: [],
  accepts: [],
  ...more,
});

/** What a person with this errand does, from the idle screen through these. */
function doings(errand: Partial<Errand>, ...screens: readonly (string | Screen)[]): readonly string[] {
  const done: string[] = [];
  const person = new Person([{ item: 'sale', card: 'chip-credit', inserts: true, ...errand }], PATIENT, {
    after: (_, action) => action(),
    does: (words) => done.push(words),
    input: (input: Input) => done.push(input.type === 'choose' ? `choose ${input.item}` : input.type),
  });
  for (const screen of ['idle', ...screens]) {
    person.sees(typeof screen === 'string' ? screenOf(screen) : screen, (_, action) => action());
  }
  return done.slice(1);
}

test('inserts the card, and takes it out when the result is there', () => {
  expect(doings({}, 'present-card', 'result')).toEqual(['insert chip-credit', 'pull', 'confirm']);
});

test('takes it out when the terminal says so', () => {
  expect(doings({}, 'present-card', 'remove-card')).toEqual(['insert chip-credit', 'pull']);
});

test('swipes what could not be read, and inserts it again', () => {
  const thrice = ['present-card', 'present-card', 'present-card'];
  expect(doings({}, ...thrice)).toEqual(['insert chip-credit', 'swipe chip-credit', 'insert chip-credit']);
});

test('does nothing to the reader with a card that is swiped', () => {
  const swiped = { card: 'approved', inserts: false };
  expect(doings(swiped, 'present-card', 'result')).toEqual(['swipe approved', 'confirm']);
});

test('takes it out too early, once', () => {
  const screens = ['present-card', 'transmitting', 'transmitting', 'result'];
  expect(doings({ pullsAt: 'transmitting' }, ...screens)).toEqual(['insert chip-credit', 'pull', 'pull', 'confirm']);
});

test('chooses the first application, and confirms the one that there is', () => {
  const menu = ['first', 'second'].map((key) => ({ key, text: { zh: key, en: key } }));
  const choice = screenOf('choose-application', { menu });
  expect(doings({}, choice, 'confirm-application')).toEqual(['choose first', 'confirm']);
});
