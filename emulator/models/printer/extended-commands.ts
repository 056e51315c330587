/** GS ( with its letter, and the table of all handlers. */
import type { BufferedCommandName } from './commands.ts';
import { consumed, word, type Desk, type Handler } from './desk.ts';
import { LAYOUT_COMMANDS } from './layout-commands.ts';
import { MECHANISM_COMMANDS, printControl, processId } from './mechanism-commands.ts';
import { graphics, PICTURE_COMMANDS } from './picture-commands.ts';
import { SYMBOL_COMMANDS, symbol } from './symbol-commands.ts';
import { TEXT_COMMANDS } from './text-commands.ts';

/** Test print, real-time enabling, customising, character effects: consumed, they change nothing on this paper. */
const LETTERS: Readonly<Record<string, Handler>> = {
  A: consumed,
  D: consumed,
  E: consumed,
  H: processId,
  K: printControl,
  L: graphics,
  M: consumed,
  N: consumed,
  k: symbol,
};

const extended = (desk: Desk, parameters: Uint8Array): void => {
  const [letter = 0, low, high] = parameters;
  const name = String.fromCharCode(letter);
  const run = LETTERS[name];
  if (run === undefined) return desk.refuse(`GS ( ${letter.toString(16)}: not known`);
  if (parameters.length < 3 + word(low, high)) return desk.refuse(`GS ( ${name}: longer than is kept`);
  run(desk, parameters.subarray(3));
};

/** What the interpreter does itself: it changes how commands are taken. */
export type OwnCommandName = 'ESC @' | 'GS :' | 'GS ^';

export const HANDLERS: Readonly<Record<Exclude<BufferedCommandName, OwnCommandName>, Handler>> = {
  ...TEXT_COMMANDS,
  ...LAYOUT_COMMANDS,
  ...PICTURE_COMMANDS,
  ...SYMBOL_COMMANDS,
  ...MECHANISM_COMMANDS,
  'GS (': extended,
};
