import type { Input } from '../../domain/screen.ts';
import type { UpkeepEvent } from './types.ts';

/** By state: what yes and no mean there. */
const ANSWERS: Readonly<Record<string, Partial<Record<Input['type'], UpkeepEvent>>>> = {
  judging: { confirm: { type: 'StripFoundGood' }, reject: { type: 'StripFoundBad' } },
  cleaning: { confirm: { type: 'HeadCleaned' } },
  raising: { confirm: { type: 'DensityRaised' }, reject: { type: 'DensityKept' } },
  lowering: { confirm: { type: 'DensityLowered' }, reject: { type: 'DensityKept' } },
};

/** Undefined where it means nothing. */
export const upkeepInput = (input: Input, path: string): UpkeepEvent | undefined =>
  input.type === 'cancel' ? { type: 'CancelPressed' } : ANSWERS[path]?.[input.type];
