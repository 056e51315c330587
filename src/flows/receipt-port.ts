/** E-receipts (电子小票) as the flows see them. Split-phase like every port (see `ports.ts`). */
import type { Slip } from '../domain/slip.ts';

export type ReceiptAnswer =
  | {
      readonly type: 'issued';
      /** The whole receipt, for a screen: what follows its `#` never leaves the phone. */
      readonly url: string;
      /** Names the receipt without holding it. */
      readonly shortUrl: string;
      /** As the paper can carry it; absent where no code fits. */
      readonly qr?: {
        readonly text: string;
        readonly moduleDots: number;
        readonly errorCorrection: 'medium' | 'low';
      };
    }
  | { readonly type: 'failed'; readonly failure: { readonly reason: string; readonly detail: string } };

type ClosingAnswer =
  | { readonly type: 'closed'; readonly count: number }
  | { readonly type: 'failed'; readonly failure: { readonly reason: string; readonly detail: string } };

export interface ReceiptPort {
  /**
   * The record is durable before the answer. The same slip gives the same receipt, however often it is asked for.
   *
   * @param headHealth of the printer: what a worn head could not print is made larger and shorter.
   */
  issue(slip: Slip, answer: (answer: ReceiptAnswer) => void, headHealth?: 'good' | 'worn'): void;
  /** The batch is settled: what is removed from its end afterwards is missed. */
  closeBatch(batch: number, answer: (answer: ClosingAnswer) => void): void;
}
