/** The terminal's display and keypad on a console. */
import type { Writable } from 'node:stream';
import type { Input, Screen } from '../domain/screen.ts';
import { KeyedLines, type Keyboard } from './keyed-lines.ts';
import { promptText, readInput, screenText } from './text.ts';

export interface Display {
  show(screen: Screen): void;
  onInput(listener: (input: Input) => void): void;
}

/** @param ended called when the person closes the input (Ctrl-D; while a password is keyed, Ctrl-C as well). */
export function consoleDisplay(input: Keyboard, output: Writable, ended: () => void): Display {
  let current: Screen | undefined;
  let listener: (input: Input) => void = () => undefined;
  const keyed = new KeyedLines(input, output, {
    ended,
    line(text) {
      if (current === undefined) return;
      const read = readInput(current, text);
      if (read.ok) listener(read.value);
      else output.write(`${read.error}\n`);
    },
  });
  return {
    show(screen) {
      current = screen;
      const prompt = promptText(screen);
      // Before the prompt: whoever keys upon it is not seen.
      keyed.hide(screen.accepts.includes('password'));
      output.write(`\n${screenText(screen)}\n${prompt === '' ? '' : `(${prompt}) > `}`);
    },
    onInput(next) {
      listener = next;
    },
  };
}
