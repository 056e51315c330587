/** Loads the chip cards of a directory, the keys that they were made with, and the accounts that the host keeps for them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChipCard } from './models/card/chip-card.ts';
import { parseChipCard, type ChipCardFile } from './models/card/chip-card-file.ts';
import { emvKeys, type EmvKeys, type EmvKeysFile } from './models/card/emv-keys.ts';
import type { HostAccount } from './models/host/issuer.ts';
import type { EmulatedCard } from './models/chip-reader/emulated-card.ts';
import { readCardJson } from './card-json.ts';
import { loadReplayCard } from './replay-cards.ts';
import { Random } from './time/random.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/**
 * Every `*.json` of the directory, sorted by name. A `ChipCard` of each file is one card: it remembers what it did.
 * @throws Error naming the file when one is not a chip card, or when two have the same name or card number.
 */
export function loadChipCards(directory: string = join(FIXTURES, 'chip-cards')): readonly ChipCardFile[] {
  const cards = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => cardFile(join(directory, file), readCardJson(join(directory, file))));
  const twin = cards.find(({ name, pan }, index) =>
    cards.slice(0, index).some((other) => other.name === name || other.pan === pan),
  );
  if (twin !== undefined) throw new Error(`Two chip cards share the name or number of ${twin.name}: change one.`);
  return cards;
}

/** @throws Error when the file is not JSON. */
export function loadEmvKeys(path: string = join(FIXTURES, 'emv', 'keys.json')): EmvKeys {
  return emvKeys(readCardJson(path) as EmvKeysFile);
}

/** The account of a chip card, for `HostSetup.accounts`. */
export function chipAccount(card: ChipCardFile, { file }: EmvKeys): HostAccount {
  const { account, expiry, pan, pin, sequenceNumber } = card;
  const { balanceMinor, behaviour, issuerAnswer, state, stripe } = account;
  return {
    pan,
    pin,
    expiry,
    balanceMinor,
    state,
    behaviour,
    ...(stripe !== undefined && { stripe }),
    chip: { masterKeys: file.masterKeys, sequenceNumber, ...(issuerAnswer !== undefined && { answer: issuerAnswer }) },
  };
}

/**
 * One card from its file, whichever of the forms it has: a recording, or a chip card with keys of its own. Its chance is
 * always the same, so that what is run twice ends alike.
 *
 * @throws Error naming the file when it is no card.
 */
export function loadChipCard(path: string): EmulatedCard {
  const json = readCardJson(path);
  if (typeof json !== 'object' || json === null || !('account' in json)) return loadReplayCard(path);
  const chance = new Random('chip card');
  return new ChipCard(cardFile(path, json), loadEmvKeys(), (bytes) => chance.bytes(bytes));
}

function cardFile(path: string, json: unknown): ChipCardFile {
  const parsed = parseChipCard(json);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error}.`);
  return parsed.value;
}
