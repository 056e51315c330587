import type { HeadFacts } from '../facts/head.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { PrinterPort } from '../ports.ts';
import type { UpkeepCommand, UpkeepContext, UpkeepEvent } from '../upkeep/types.ts';
import { printEvent } from './shared.ts';

export interface UpkeepWorld {
  readonly printer: PrinterPort;
  readonly parameters: TerminalParameters;
  /** As they are now. */
  readonly head: () => HeadFacts;
}

/** Turns the commands of upkeep into calls on the ports, and their answers into events. */
export const upkeepExecutor =
  ({ head, parameters, printer }: UpkeepWorld, context: () => UpkeepContext, post: (event: UpkeepEvent) => void) =>
  ({ params }: UpkeepCommand): void => {
    const { density, headLines } = head();
    const { applicationVersion, terminalNumber } = parameters;
    const { localTime: dateTime } = context();
    const { reprint } = params;
    printer.print(
      { type: 'test-strip', reprint, terminalNumber, dateTime, headLines, density, applicationVersion },
      (answer) => post(printEvent(answer)),
    );
  };
