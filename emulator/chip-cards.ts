/** Loads a chip card from its file, whichever of the forms it has. */
import type { EmulatedCard } from './models/chip-reader/emulated-card.ts';
import { loadReplayCard } from './replay-cards.ts';

/** So far there is one form: a recording. @throws Error naming the file when it is no card. */
export const loadChipCard = (path: string): EmulatedCard => loadReplayCard(path);
