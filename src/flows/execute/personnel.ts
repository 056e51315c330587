import type { Clock } from '../../domain/clock.ts';
import type { PersonnelCommand, PersonnelEvent, PersonnelKind } from '../personnel/types.ts';
import type { PasswordPort } from '../ports.ts';
import type { Hand } from './hand.ts';
import type { CheckPassword } from './passwords.ts';

interface PersonnelWorld {
  readonly passwords: PasswordPort;
  readonly checkPassword: CheckPassword;
  readonly clock: Clock;
}

type Handlers = {
  readonly [Type in PersonnelCommand['type']]: (
    params: Extract<PersonnelCommand, { readonly type: Type }>['params'],
  ) => void;
};

/** What becomes a fact when everything was asked for. */
const GRANTS: Readonly<Record<PersonnelKind, (number: string) => PersonnelEvent>> = {
  'operator-sign-on': (number) => ({ type: 'OperatorSignedOn', number }),
  'operator-sign-off': () => ({ type: 'OperatorSignedOff' }),
  'change-password': () => ({ type: 'Agreed' }),
  'unlock-operator': (number) => ({ type: 'OperatorUnlocked', number }),
  'training-on': () => ({ type: 'TrainingSet', on: true }),
  'training-off': () => ({ type: 'TrainingSet', on: false }),
  'give-up': () => ({ type: 'Agreed' }),
};

/** Turns the commands about people into calls on the ports, and their answers into events. */
export function personnelExecutor(
  world: PersonnelWorld,
  hand: Hand,
  post: (event: PersonnelEvent) => void,
): (command: PersonnelCommand) => void {
  const later = (event: PersonnelEvent): void => void world.clock.after(0, () => post(event));
  const handlers: Handlers = {
    checkPassword: ({ number }) => world.checkPassword(number, taken(hand), post),
    keepNewPassword: () => {
      const password = taken(hand);
      if (password !== undefined) hand.newPassword = password;
    },
    changePassword: ({ number }) => {
      const again = taken(hand);
      const { newPassword } = hand;
      delete hand.newPassword;
      if (newPassword === undefined || again?.reveal() !== newPassword.reveal()) {
        return later({ type: 'NewPasswordDiffers' });
      }
      return world.passwords.hash(newPassword, (passwordHash) =>
        post({ type: 'PasswordChanged', number, passwordHash }),
      );
    },
    grant: ({ kind, number }) => later(GRANTS[kind](number)),
  };
  return (command) => (handlers[command.type] as (params: unknown) => void)(command.params);
}

/** A password is used once. */
export function taken(hand: Hand): Hand['password'] {
  const { password } = hand;
  delete hand.password;
  return password;
}
