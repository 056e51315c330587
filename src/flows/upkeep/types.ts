import type { Bilingual } from '../../domain/bilingual.ts';
import type { PrintProof } from '../../domain/slip.ts';
import type { PrintDensity, PrinterTrouble } from '../ports.ts';

/** What an operator does for the device itself. */
export type UpkeepKind = 'head-check';

export const UPKEEP_TYPES: Readonly<Record<UpkeepKind, { readonly name: Bilingual }>> = {
  'head-check': { name: { zh: '打印头检查', en: 'CHECK THE PRINT HEAD' } },
};

export type UpkeepEvent =
  | {
      readonly type: 'UpkeepStarted';
      readonly kind: UpkeepKind;
      /** `YYYY-MM-DD HH:MM:SS`, the terminal's own clock. */
      readonly localTime: string;
      /** As it is when the check begins. */
      readonly density: PrintDensity;
    }
  | { readonly type: 'SlipPrinted'; readonly proof?: PrintProof; readonly headLines?: number }
  | { readonly type: 'PrinterStopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'PrinterReady' }
  /** What the operator makes of the strip. */
  | { readonly type: 'StripFoundGood' }
  | { readonly type: 'StripFoundBad' }
  /** The operator says that it is done. */
  | { readonly type: 'HeadCleaned' }
  /** One step, with the operator's consent: it hides dirt for a while, and wears the head. */
  | { readonly type: 'DensityRaised' }
  | { readonly type: 'DensityLowered' }
  /** The operator leaves it as it is. */
  | { readonly type: 'DensityKept' }
  | { readonly type: 'CancelPressed' }
  | { readonly type: 'DeadlinePassed' }
  | { readonly type: 'PowerRestored' };

export type UpkeepCommand = {
  readonly type: 'printStrip';
  /** `reprint`: something of it may be on paper already. */
  readonly params: { readonly reprint: boolean };
};

export interface UpkeepContext {
  readonly kind: UpkeepKind;
  readonly localTime: string;
  readonly density: PrintDensity;
  /** In the course of this check. */
  readonly cleaned: boolean;
  /** In the course of this check: it is changed once at the most in each direction. */
  readonly raised: boolean;
  readonly lowered: boolean;
  /** Of the strip under way. */
  readonly torn: boolean;
  readonly trouble: PrinterTrouble | undefined;
}
