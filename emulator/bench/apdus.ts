/** How many commands a card hears in a sale, beside the fewest with which its application could have been paid with. */
import { loadCards } from '../cards.ts';
import { readTlvs } from '../models/card/tlv.ts';
import { toHex } from '../models/crypto/hex.ts';
import { MemoryJournal } from '../simulation/memory-journal.ts';
import { SimulatedWorld } from '../simulation/world.ts';

export const APDU_CARDS = [
  'chip-credit',
  'chip-debit',
  'chip-cda',
  'chip-offline-pin',
  'chip-two-applications',
] as const;

export interface ApduCount {
  readonly card: string;
  readonly sent: number;
  /** SELECT, GET PROCESSING OPTIONS, each record of the AFL once, and GENERATE AC twice, since the host is asked. */
  readonly fewest: number;
  /** Those of the AFL. */
  readonly records: number;
  /** What was sent beside these, in its order. */
  readonly others: readonly string[];
}

interface Exchange {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

/** By INS, as EMV Book 3, 6.5 names them. */
const NAMES: Readonly<Record<number, string>> = {
  0x20: 'VERIFY',
  0x82: 'EXTERNAL AUTHENTICATE',
  0x84: 'GET CHALLENGE',
  0x88: 'INTERNAL AUTHENTICATE',
  0xa4: 'SELECT',
  0xa8: 'GET PROCESSING OPTIONS',
  0xae: 'GENERATE AC',
  0xb2: 'READ RECORD',
  0xca: 'GET DATA',
};

const GET_PROCESSING_OPTIONS = 0xa8;
const SELECT = 0xa4;
/** Of each of these one is needed, and of the cryptograms two. */
const NEEDED = { SELECT: 1, 'GET PROCESSING OPTIONS': 1, 'GENERATE AC': 2 } as const;

/** @throws Error when the sale is not approved, or the card says nothing of its records. */
export function countApdus(card: string): ApduCount {
  const exchanges = heardIn(card);
  const gpoAt = exchanges.findIndex(({ command }) => command[1] === GET_PROCESSING_OPTIONS);
  const locator = locatorIn(exchanges[gpoAt]?.response ?? new Uint8Array());
  const records = recordsOf(locator);
  // The last SELECT before it is the one that chooses the application.
  const chosenAt = exchanges.findLastIndex(({ command }, index) => index < gpoAt && command[1] === SELECT);
  const unread = new Set(records);
  let cryptograms: number = NEEDED['GENERATE AC'];
  const others = exchanges.flatMap(({ command }, index) => {
    const [, instruction = 0, p1 = 0, p2 = 0] = command;
    const name = NAMES[instruction] ?? `INS ${toHex(Uint8Array.of(instruction))}`;
    if (index === chosenAt || index === gpoAt) return [];
    if (index > gpoAt && name === 'READ RECORD' && unread.delete(`${p2 >> 3}/${p1}`)) return [];
    if (name === 'GENERATE AC' && cryptograms-- > 0) return [];
    return [index < gpoAt ? `${name} before the choice` : name];
  });
  const needed = Object.values(NEEDED).reduce((sum, count) => sum + count, 0);
  return { card, sent: exchanges.length, fewest: needed + records.length, records: records.length, others };
}

function heardIn(card: string): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  const world = new SimulatedWorld(
    {
      seed: 'apdus',
      cards: loadCards(),
      chipReader: true,
      journal: new MemoryJournal(),
      onChipCommand: (command, response) => exchanges.push({ command, response }),
    },
    [{ item: 'sale', amount: '1234', card, inserts: true }],
  );
  world.live();
  world.settle();
  if (world.results.at(-1)?.outcome !== 'approved') throw new Error(`The sale with ${card} is not approved.`);
  return exchanges;
}

const AIP_BYTES = 2;
const ENTRY_BYTES = 4;
const STATUS_BYTES = 2;

/** Format 1, or format 2 (EMV Book 3, 6.5.8.4). */
function locatorIn(response: Uint8Array): Uint8Array {
  const [first] = readTlvs(response.slice(0, -STATUS_BYTES)) ?? [];
  if (first?.tag === '80') return first.value.slice(AIP_BYTES);
  const locator = readTlvs(first?.value ?? new Uint8Array())?.find(({ tag }) => tag === '94')?.value;
  if (locator === undefined) throw new Error('The card does not say where its records are.');
  return locator;
}

/** `file/record` (EMV Book 3, 10.2). */
const recordsOf = (locator: Uint8Array): readonly string[] =>
  Array.from({ length: locator.length / ENTRY_BYTES }, (_, index) => {
    const [file = 0, first = 0, last = 0] = locator.slice(index * ENTRY_BYTES);
    return Array.from({ length: last - first + 1 }, (__, nth) => `${file >> 3}/${first + nth}`);
  }).flat();
