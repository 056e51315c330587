/** Exercises: what a terminal in training sends is checked and answered like anything else, and nothing of it stays. */
import type { Message } from '../../../src/host/iso8583/message.ts';
import type { Ledger } from './ledger.ts';
import type { RequestKind } from './requests.ts';

/** Which of the header's digits, from 0, is the terminal's status (dialect sheet 1.2). */
const TERMINAL_STATUS = 4;

export const isExercise = ({ header }: Message): boolean => header[TERMINAL_STATUS] === '1';

/** Where a transaction is entered. */
export type Books = Pick<Ledger, 'book' | 'decline' | 'isOpen'>;

/** The ledger says what it would do, and does not do it. */
export const exerciseBooks = (ledger: Ledger): Books => ({
  isOpen: () => true,
  book: (_, booking) => ledger.obstacle(booking) ?? 'booked',
  decline: () => undefined,
});

/** A batch has no exercises, so there is nothing to settle: F39 40. */
export const notInTraining: ReadonlySet<RequestKind> = new Set([
  'settlement',
  'batch-detail',
  'batch-notice',
  'batch-chip',
  'batch-end',
]);
