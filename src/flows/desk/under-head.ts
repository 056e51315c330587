/** What depends on the print head, told how it is each time: the printer how dark to print, receipts how large. */
import { headHealth } from '../facts/head.ts';
import type { Memory } from '../kernel/run.ts';
import type { DeskWorld } from './desk.ts';

export const underHead = (
  { parameters, printer, receipts }: DeskWorld,
  memory: Memory,
): Pick<DeskWorld, 'printer' | 'receipts'> => ({
  printer: {
    print: (paper, answer) => printer.print(paper, answer, memory.facts.head.density),
    onCondition: (listener) => printer.onCondition(listener),
  },
  ...(receipts !== undefined && {
    receipts: {
      issue: (slip, answer) => receipts.issue(slip, answer, headHealth(memory.facts.head, parameters.cleanAfterLines)),
      closeBatch: (batch, answer) => receipts.closeBatch(batch, answer),
    },
  }),
});
