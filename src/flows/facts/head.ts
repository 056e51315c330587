/** The print head, as far as the journal knows it: how much it has printed since it was cleaned, and how dark it prints. */
import type { JournalRow } from '../journal.ts';
import type { PrintDensity } from '../ports.ts';

export interface HeadFacts {
  /** Dot rows that were heated since the head was cleaned; a print whose end is not known counts nothing. */
  readonly headLines: number;
  readonly density: PrintDensity;
}

export const NEW_HEAD: HeadFacts = { headLines: 0, density: 'normal' };

export function learnHead(head: HeadFacts, { event }: JournalRow): HeadFacts {
  switch (event.type) {
    case 'SlipPrinted':
      return { ...head, headLines: head.headLines + (event.headLines ?? 0) };
    case 'HeadCleaned':
      return { ...head, headLines: 0 };
    case 'DensityRaised':
      return { ...head, density: 'raised' };
    case 'DensityLowered':
      return { ...head, density: 'normal' };
    default:
      return head;
  }
}

/** Whether it is time (printer sheet 10). @param cleanAfterLines absent: nobody is asked. */
export const needsCleaning = ({ headLines }: HeadFacts, cleanAfterLines: number | undefined): boolean =>
  cleanAfterLines !== undefined && headLines >= cleanAfterLines;

/** `worn`: what has small dots may come out unreadable, because of dirt or because dirt is being hidden. */
export const headHealth = (head: HeadFacts, cleanAfterLines: number | undefined): 'good' | 'worn' =>
  head.density === 'raised' || needsCleaning(head, cleanAfterLines) ? 'worn' : 'good';
