/** Loads a replay card from its file. */
import { readFileSync } from 'node:fs';
import { parseReplayCard, type ReplayCard } from './models/chip-reader/replay-card.ts';

/** @throws Error naming the file when it is not a replay card. */
export function loadReplayCard(path: string): ReplayCard {
  const parsed = parseReplayCard(readJson(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error}.`);
  return parsed.value;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The parser's own message quotes the text, which may hold card data; without a cause it cannot be printed with it.
    throw new Error(`${path} cannot be read as JSON: check that it exists and is well formed.`);
  }
}
