/** Loads a replay card from its file. */
import { parseReplayCard, type ReplayCard } from './models/chip-reader/replay-card.ts';
import { readCardJson } from './card-json.ts';

/** @throws Error naming the file when it is not a replay card. */
export function loadReplayCard(path: string): ReplayCard {
  const parsed = parseReplayCard(readCardJson(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error}.`);
  return parsed.value;
}
