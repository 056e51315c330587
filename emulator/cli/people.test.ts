import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { Passwords } from '../../src/journal/passwords.ts';
import { TEST_PASSWORDS, TEST_PEOPLE, TEST_PEOPLE_HELP } from './people.ts';

const everybody = [TEST_PEOPLE.supervisor, ...TEST_PEOPLE.operators];

test.each(everybody)('$number signs on with the password that is shown', async ({ number, passwordHash }) => {
  const password = TEST_PASSWORDS[number] ?? '';
  const passwords = new Passwords((bytes) => new Uint8Array(bytes));
  const matches = await new Promise((answer) =>
    passwords.verify(Secret.of(password, 'PASSWORD'), passwordHash, answer),
  );
  expect(matches).toBe(true);
  for (const line of TEST_PEOPLE_HELP) expect(line).toMatch(new RegExp(`\\b${number}\\b.*\\b${password}\\b`));
});
