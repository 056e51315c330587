/** Loads the chip cards of a directory, the keys that they were made with, and the accounts that the host keeps for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseChipCard, type ChipCardFile } from './models/card/chip-card-file.ts';
import { emvKeys, type EmvKeys, type EmvKeysFile } from './models/card/emv-keys.ts';
import type { HostAccount } from './models/host/issuer.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/**
 * Every `*.json` of the directory, sorted by name. A `ChipCard` of each file is one card: it remembers what it did.
 * @throws Error naming the file when one is not a chip card, or when two have the same name or card number.
 */
export function loadChipCards(directory: string = join(FIXTURES, 'chip-cards')): readonly ChipCardFile[] {
  const cards = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => loadChipCard(join(directory, file)));
  const twin = cards.find(({ name, pan }, index) =>
    cards.slice(0, index).some((other) => other.name === name || other.pan === pan),
  );
  if (twin !== undefined) throw new Error(`Two chip cards share the name or number of ${twin.name}: change one.`);
  return cards;
}

/** @throws Error when the file is not JSON. */
export function loadEmvKeys(path: string = join(FIXTURES, 'emv', 'keys.json')): EmvKeys {
  return emvKeys(readJson(path) as EmvKeysFile);
}

/** The account of a chip card, for `HostSetup.accounts`. */
export function chipAccount(card: ChipCardFile, { file }: EmvKeys): HostAccount {
  const { account, expiry, pan, pin, sequenceNumber } = card;
  const { balanceMinor, behaviour, issuerAnswer, state } = account;
  return {
    pan,
    pin,
    expiry,
    balanceMinor,
    state,
    behaviour,
    chip: { masterKeys: file.masterKeys, sequenceNumber, ...(issuerAnswer !== undefined && { answer: issuerAnswer }) },
  };
}

function loadChipCard(path: string): ChipCardFile {
  const parsed = parseChipCard(readJson(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error}.`);
  return parsed.value;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The parser's own message quotes the text, which holds card data; without a cause it cannot be printed with it.
    throw new Error(`${path} cannot be read as JSON: check that it exists and is well formed.`);
  }
}
