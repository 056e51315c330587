import type { Clock } from '../../domain/clock.ts';
import type { HostPort, KeyAnswer, KeyUsage, PinPadPort, VaultPort, WorkingKey } from '../ports.ts';
import type { SignInCommand, SignInEvent } from '../sign-in/machine.ts';
import { pinPadFailed, sendEvent, type Hand } from './hand.ts';
import { prepare, type AllotTrace } from './shared.ts';

export interface SignInWorld {
  readonly pinPad: PinPadPort;
  readonly host: HostPort;
  readonly vault: VaultPort;
  readonly allotTrace: AllotTrace;
  readonly clock: Clock;
}

/** Without these no financial request can be made; a track key comes only with 60.3 = 004. */
const REQUIRED_KEYS: readonly KeyUsage[] = ['P', 'M'];

type Handlers = {
  readonly [Type in SignInCommand['type']]: (params: Extract<SignInCommand, { readonly type: Type }>['params']) => void;
};

/** Turns a sign-in's commands into calls on the ports, and their answers into events. */
export function signInExecutor(
  world: SignInWorld,
  hand: Hand,
  post: (event: SignInEvent) => void,
): (command: SignInCommand) => void {
  const handlers: Handlers = {
    allotTrace: () => world.allotTrace((trace) => post({ type: 'TraceAllotted', ...trace })),
    prepareSignIn: (params) => prepare(world.host, { kind: 'sign-in', ...params }, post),
    sendRequest: () =>
      world.host.send((answer) => {
        if (answer.type === 'replied') hand.workingKeys = answer.reply.workingKeys;
        const event = sendEvent(answer, world.vault);
        // A sign-in carries no MAC (dialect sheet 5.7); an answer that claims one is no valid answer.
        post(event.type === 'ReplyMacWrong' ? { type: 'HostSilent', reason: 'mac-wrong' } : event);
      }),
    loadKeys: () => {
      const keys = hand.workingKeys ?? [];
      const missing = REQUIRED_KEYS.find((usage) => keys.every((key) => key.usage !== usage));
      if (missing === undefined) loadKeys(world.pinPad, keys, post);
      else world.clock.after(0, () => post({ type: 'KeyRefused', usage: missing }));
    },
  };
  return (command) => (handlers[command.type] as (params: unknown) => void)(command.params);
}

/** One after the other; the first refusal ends it (dialect sheet 5.3: any mismatch fails the whole sign-in). */
function loadKeys(pinPad: PinPadPort, keys: readonly WorkingKey[], post: (event: SignInEvent) => void): void {
  const [key, ...rest] = keys;
  if (key === undefined) return post({ type: 'KeysLoaded' });
  pinPad.loadKey(key, (answer: KeyAnswer) => {
    if (answer.type === 'failed') return post(pinPadFailed(answer.failure));
    if (answer.type === 'check-value-mismatch') return post({ type: 'KeyRefused', usage: key.usage });
    return loadKeys(pinPad, rest, post);
  });
}
