/** The terminal's display and keypad on a console. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Input, Screen } from '../domain/screen.ts';
import { promptText, readInput, screenText } from './text.ts';

export interface Display {
  show(screen: Screen): void;
  onInput(listener: (input: Input) => void): void;
}

/** @param ended called when the person closes the input (Ctrl-D). */
export function consoleDisplay(input: Readable, output: Writable, ended: () => void): Display {
  let current: Screen | undefined;
  let listener: (input: Input) => void = () => undefined;
  const lines = createInterface({ input, terminal: false });
  lines.on('close', ended);
  lines.on('line', (line) => {
    if (current === undefined) return;
    const read = readInput(current, line);
    if (read.ok) listener(read.value);
    else output.write(`${read.error}\n`);
  });
  return {
    show(screen) {
      current = screen;
      const prompt = promptText(screen);
      output.write(`\n${screenText(screen)}\n${prompt === '' ? '' : `(${prompt}) > `}`);
    },
    onInput(next) {
      listener = next;
    },
  };
}
