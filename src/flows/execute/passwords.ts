/** Checks a password that was keyed: against the configuration, or what its owner has chosen since. */
import type { Clock } from '../../domain/clock.ts';
import type { Secret } from '../../domain/secret.ts';
import { personOf } from '../facts/people.ts';
import type { Memory } from '../kernel/run.ts';
import type { PeopleParameters } from '../parameters.ts';
import type { PasswordPort } from '../ports.ts';

/** How long a locked supervisor, whom nobody can unlock, has to wait. */
const SUPERVISOR_LOCK_MS = 900_000;

type PasswordEvent =
  | { readonly type: 'PasswordRight' | 'PasswordWrong'; readonly number: string }
  | { readonly type: 'PasswordLocked'; readonly number: string; readonly byThisOne: boolean };

export type CheckPassword = (
  number: string,
  password: Secret<string> | undefined,
  answer: (event: PasswordEvent) => void,
) => void;

interface PasswordWorld {
  readonly passwords: PasswordPort;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly people: PeopleParameters | undefined;
}

/** Answers `PasswordWrong` also for a number that nobody has: which numbers there are is nobody's business. */
export const passwordChecker =
  ({ clock, memory, passwords, people }: PasswordWorld): CheckPassword =>
  (number, password, answer) => {
    const wrong = (): void => {
      const isLast =
        people !== undefined && personOf(memory.facts.people, number).wrongPasswords + 1 >= people.wrongPasswordsMax;
      answer(isLast ? { type: 'PasswordLocked', number, byThisOne: true } : { type: 'PasswordWrong', number });
    };
    const { passwordHash, wrongAt, wrongPasswords } = personOf(memory.facts.people, number);
    const isSupervisor = number === people?.supervisor.number;
    const hasWaited = isSupervisor && clock.now() - wrongAt >= SUPERVISOR_LOCK_MS;
    if (people !== undefined && wrongPasswords >= people.wrongPasswordsMax && !hasWaited) {
      clock.after(0, () => answer({ type: 'PasswordLocked', number, byThisOne: false }));
      return;
    }
    const configured = isSupervisor ? people.supervisor : people?.operators.find((each) => each.number === number);
    const hash = configured === undefined ? undefined : (passwordHash ?? configured.passwordHash);
    if (hash === undefined || password === undefined) {
      clock.after(0, wrong);
      return;
    }
    passwords.verify(password, hash, (matches) => (matches ? answer({ type: 'PasswordRight', number }) : wrong()));
  };
