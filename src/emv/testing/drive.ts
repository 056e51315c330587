/** Runs the kernel against scripts: a surprise fails the test, and so does a script that is not used up. */
import { fromHex, toHex } from '../bytes.ts';
import type { Answer, Need } from '../needs.ts';

/** Hex of a command and of its answer, status included; spaces are ignored. */
export type CardScript = readonly (readonly [command: string, response: string])[];

/** What people and the host do, in their order: the need's type, and the answer to it. */
export type WorldScript = readonly (readonly [need: Need['type'], answer: Answer])[];

export interface Driven<Value> {
  readonly value: Value;
  /** Those that did not go to the card; a PIN on the reader does, unless the script has an answer for it. */
  readonly needs: readonly Need[];
}

const bare = (hex: string): string => hex.replaceAll(' ', '').toUpperCase();

export function drive<Value>(
  kernel: Generator<Need, Value, Answer>,
  card: CardScript,
  world: WorldScript = [],
): Driven<Value> {
  const rest = [...card];
  const driven = driveWith(
    kernel,
    (command) => {
      const [expected, response] = rest.shift() ?? ['(nothing)', ''];
      if (bare(expected) !== toHex(command)) throw new Error(`The card got ${toHex(command)}, not ${bare(expected)}.`);
      return response === 'gone' ? undefined : fromHex(response);
    },
    world,
  );
  if (rest.length > 0) throw new Error(`The card was never asked ${rest[0]?.[0]}.`);
  return driven;
}

/** @param card undefined: it is gone. */
export function driveWith<Value>(
  kernel: Generator<Need, Value, Answer>,
  card: (command: Uint8Array) => Uint8Array | undefined,
  world: WorldScript = [],
): Driven<Value> {
  const rest = [...world];
  const needs: Need[] = [];
  let next = kernel.next();
  while (next.done !== true) {
    const need = next.value;
    if (need.type === 'transmit' || need.type === 'transmit-secret') {
      const bytes = card(need.type === 'transmit' ? need.apdu : need.apdu.reveal());
      next = kernel.next(bytes === undefined ? { type: 'card-gone' } : { type: 'response', bytes });
    } else if (need.type === 'verify-on-reader' && rest[0]?.[0] !== 'verify-on-reader') {
      const bytes = card(withPin(need.template));
      next = kernel.next(bytes === undefined ? { type: 'card-gone' } : { type: 'response', bytes });
    } else if (need.type === 'card-read' && rest[0]?.[0] !== 'card-read') {
      // Nobody minds which card it is, unless the script says so.
      next = kernel.next({ type: 'confirmed' });
    } else {
      needs.push(need);
      const [expected, answer] = rest.shift() ?? ['nothing', { type: 'cancelled' }];
      if (expected !== need.type) throw new Error(`The world was asked ${need.type}, not ${expected}.`);
      next = kernel.next(answer);
    }
  }
  if (rest.length > 0) throw new Error(`The world was never asked ${rest[0]?.[0]}.`);
  return { value: next.value, needs };
}

/** 1234, as a reader fills it in. */
const withPin = (template: Uint8Array): Uint8Array =>
  Uint8Array.of(...template.subarray(0, 5), ...fromHex('241234FFFFFFFFFF'));
