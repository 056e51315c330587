/** The sales whose every instant is tried with a power cut. */
import { loadCards } from '../cards.ts';
import { FAULTS } from '../scenario/faults.ts';
import type { PowerCutScript } from './power-cuts.ts';

const cards = loadCards();

const SCRIPTS = {
  approved: { card: 'approved' },
  declined: { card: 'insufficient-funds' },
  'reply lost': { card: 'approved', fault: 'reply-lost' },
  'paper out': { card: 'approved', fault: 'paper-out' },
} as const;

export type ScriptName = keyof typeof SCRIPTS;

export const SCRIPT_NAMES = Object.keys(SCRIPTS) as ScriptName[];

export function script(name: ScriptName, wrong: Partial<PowerCutScript> = {}): PowerCutScript {
  const { card, ...rest } = SCRIPTS[name];
  const fault = 'fault' in rest ? FAULTS.find((each) => each.name === rest.fault) : undefined;
  return { cards, sale: { amount: '1234', card, ...(fault === undefined ? {} : { fault }) }, ...wrong };
}
