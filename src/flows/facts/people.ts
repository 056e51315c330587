import type { JournalRow } from '../journal.ts';

/** Somebody who may use the terminal, as far as the journal knows: who they are says the configuration. */
interface Person {
  /** Since the last right one. */
  readonly wrongPasswords: number;
  /** When the last wrong one was keyed, in milliseconds since 1970-01-01 UTC. */
  readonly wrongAt: number;
  /** The password that they have chosen instead of the configured one. */
  readonly passwordHash?: string;
}

export interface PeopleFacts {
  readonly people: ReadonlyMap<string, Person>;
  /** The operator who is signed on. */
  readonly operator?: string;
  /** Whether transactions are exercises. */
  readonly training: boolean;
}

export const NOBODY: PeopleFacts = { people: new Map(), training: false };

/** As plain data. */
export interface KeptPeople extends Omit<PeopleFacts, 'people'> {
  readonly people: readonly (readonly [number: string, person: Person])[];
}

export const keptPeople = (facts: PeopleFacts): KeptPeople => ({ ...facts, people: [...facts.people] });

export const peopleOf = (kept: KeptPeople): PeopleFacts => ({ ...kept, people: new Map(kept.people) });

const UNKNOWN: Person = { wrongPasswords: 0, wrongAt: 0 };

export const personOf = ({ people }: PeopleFacts, number: string): Person => people.get(number) ?? UNKNOWN;

const wrongOnceMore = (facts: PeopleFacts, number: string, wrongAt: number): Partial<Person> => ({
  wrongPasswords: personOf(facts, number).wrongPasswords + 1,
  wrongAt,
});

/** Learns who signs on and off, who keys wrong passwords, and who changes theirs. */
export function learnPeople(facts: PeopleFacts, { at, event }: JournalRow): PeopleFacts {
  const change = (number: string, person: Partial<Person>): PeopleFacts => ({
    ...facts,
    people: new Map(facts.people).set(number, { ...personOf(facts, number), ...person }),
  });
  switch (event.type) {
    case 'PasswordRight':
      return change(event.number, { wrongPasswords: 0 });
    case 'PasswordWrong':
      return change(event.number, wrongOnceMore(facts, event.number, at));
    case 'PasswordLocked':
      // Whoever keys another one while it is locked does not lock it for longer.
      return event.byThisOne ? change(event.number, wrongOnceMore(facts, event.number, at)) : facts;
    case 'PasswordChanged':
      return change(event.number, { passwordHash: event.passwordHash });
    case 'OperatorUnlocked':
      return change(event.number, { wrongPasswords: 0 });
    case 'OperatorSignedOn':
      return { ...facts, operator: event.number };
    case 'OperatorSignedOff': {
      const { operator: _, ...others } = facts;
      return others;
    }
    case 'TrainingSet':
      return { ...facts, training: event.on };
    default:
      return facts;
  }
}
