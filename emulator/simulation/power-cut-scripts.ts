/** The errands whose every instant is tried with a power cut. */
import { loadCards } from '../cards.ts';
import { FAULTS } from '../scenario/faults.ts';
import type { Errand } from './person.ts';
import type { PowerCutScript } from './power-cuts.ts';

const cards = loadCards();

const sale: Errand = { item: 'sale', amount: '1234', card: 'approved' };

const withFault = (name: string): Errand => {
  const fault = FAULTS.find((each) => each.name === name);
  return fault === undefined ? sale : { ...sale, fault };
};

/** Of a sale alone. */
const SALES = {
  approved: [sale],
  declined: [{ ...sale, card: 'insufficient-funds' }],
  'reply lost': [withFault('reply-lost')],
  'paper out': [withFault('paper-out')],
} as const satisfies Readonly<Record<string, readonly Errand[]>>;

export type ScriptName = keyof typeof SALES;

export const SCRIPT_NAMES = Object.keys(SALES) as ScriptName[];

export const script = (name: ScriptName, wrong: Partial<PowerCutScript> = {}): PowerCutScript => ({
  cards,
  errands: SALES[name],
  ...wrong,
});
