/** Passwords under the virtual clock: the same answers as the real ones, without their slowness. */
import type { Clock } from '../../src/domain/clock.ts';
import type { PasswordPort } from '../../src/flows/ports.ts';

export const simulatedPasswords = (clock: Clock): PasswordPort => ({
  hash: (password, answer) => void clock.after(1, () => answer(plain(password.reveal()))),
  verify: (password, hash, answer) => void clock.after(1, () => answer(hash === plain(password.reveal()))),
});

/** Of a password that nobody uses. */
export const plain = (password: string): string => `plain ${password}`;
