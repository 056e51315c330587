/** Every message of the family by its id: those that this pad has, and those that it only knows of. */
import { administrationMessages } from './administration.ts';
import { dataMessages } from './data-messages.ts';
import { dukptMessages } from './dukpt-messages.ts';
import { GS, RS, SUB } from './frame.ts';
import type { Message, Messages, Outcome, Pad } from './message.ts';
import { silence } from './message.ts';
import { offlinePinMessages } from './offline-pin-messages.ts';
import { pinMessages } from './pin-messages.ts';

const TEXT_LENGTH_MAX = 64;

const displayMessages: Messages = {
  // 72 ends whatever is under way; while a PIN is being keyed the model itself answers it.
  '72': { envelope: 'transaction', handle: (body) => (body === '' ? { type: 'idle' } : silence) },
  Z1: { envelope: 'transaction', handle: (body) => (body === '' ? { type: 'idle' } : silence) },
  Z2: { envelope: 'transaction', handle: show },
};

/** SUB clears the display first; without it the text goes on after what stands there. Fixed prompts are not in this pad. */
function show(body: string, pad: Pad): Outcome {
  if (body.startsWith(GS) || body.startsWith(RS)) return silence;
  const clears = body.startsWith(SUB);
  const text = clears ? body.slice(1) : body;
  if (!/^[\x20-\x7e]+$/.test(text) || text.length > TEXT_LENGTH_MAX) return silence;
  return { type: 'show', text: (clears ? text : pad.text + text).slice(-TEXT_LENGTH_MAX) };
}

/** Requests that stand somewhere in the PIN pad sheet: the rest of DUKPT, fixed prompts, key strings, line speed, other makes. */
const LACKING: readonly string[] = [
  '03 09 11 12 13 14 15 16 17 18 19 25 1M M04',
  '60 62 66 78 7A 92 93 94 96',
  'Z0 Z3 Z42 Z50 Z69 Q1 Q2 Q4 Q8 Q9 QF P16 BB BC J2 J9',
].flatMap((ids) => ids.split(' '));

const messages: ReadonlyMap<string, Message> = new Map([
  ...LACKING.map((id): [string, Message] => [id, { envelope: 'transaction' }]),
  ...Object.entries(administrationMessages),
  ...Object.entries(pinMessages),
  ...Object.entries(dukptMessages),
  ...Object.entries(offlinePinMessages),
  ...Object.entries(dataMessages),
  ...Object.entries(displayMessages),
]);

/** Ids have two characters or three, and none is the beginning of another. */
export function findMessage(body: string): { readonly id: string; readonly message: Message } | undefined {
  for (const length of [3, 2]) {
    const id = body.slice(0, length);
    const message = messages.get(id);
    if (message) return { id, message };
  }
  return undefined;
}
