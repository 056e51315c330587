/** Draws what becomes of one genuine answer: some mutations of `host-fuzz-mutations.ts`, one after the other. */
import { decode, framed } from '../../src/host/iso8583/codec.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { fromAscii } from '../models/crypto/hex.ts';
import { putTogether, takenApart } from './host-fuzz-draft.ts';
import {
  decidingMutations,
  draftMutations,
  frameMutations,
  streamMutations,
  type Supplies,
} from './host-fuzz-mutations.ts';

export interface Corruption {
  /** What was done, in words. */
  readonly names: readonly string[];
  /** What the line gets instead of the answer. */
  readonly chunks: readonly Uint8Array[];
}

/** Field 64 for a message under the host's key: undefined where it has none. */
export type Sign = (message: Uint8Array) => string | undefined;

const DRAFT_MUTATIONS = [0, 1, 1, 1, 1, 2, 2, 3];
const DECIDING_CHANCE = 0.3;
const FRAME_MUTATION_CHANCE = 0.2;
const STREAM_MUTATION_CHANCE = 0.25;
const SIGN_CHANCE = 0.25;
const MAC_LENGTH = 8;

/** @param sign of a host that makes the mistake itself: without it every mistake is somebody else's. */
export function corruptionOf(genuine: Uint8Array, supplies: Supplies, sign?: Sign): Corruption {
  const { random } = supplies;
  const names: string[] = [];
  const draw = <Item extends NonNullable<unknown>>(table: Readonly<Record<string, Item>>): Item => {
    const [name, item] = random.pick(Object.entries(table));
    names.push(name);
    return item;
  };

  let draft = takenApart(genuine);
  for (let left = random.pick(DRAFT_MUTATIONS); left > 0; left--) {
    draft = draw(random.chance(DECIDING_CHANCE) ? decidingMutations : draftMutations)(draft, supplies);
  }
  let mutant = putTogether(draft);
  if (sign !== undefined && random.chance(SIGN_CHANCE) && isHonest(mutant, genuine)) {
    const mac = sign(mutant);
    if (mac !== undefined) {
      mutant.set(fromAscii(mac), mutant.length - MAC_LENGTH);
      names.push('MAC made anew');
    }
  }
  if (random.chance(FRAME_MUTATION_CHANCE)) mutant = draw(frameMutations)(mutant, supplies);
  const streamed = names.length === 0 || random.chance(STREAM_MUTATION_CHANCE);
  return { names, chunks: streamed ? draw(streamMutations)({ mutant, genuine }, supplies) : [framed(mutant)] };
}

/**
 * Whether it still says what the host decided. A host that books a sale and puts its name to a refusal lies, and
 * nothing on this side of the line could tell.
 */
function isHonest(mutant: Uint8Array, genuine: Uint8Array): boolean {
  const said = decode(unionpay, mutant);
  const meant = decode(unionpay, genuine);
  return !said.ok || !meant.ok || said.value.fields[39] === meant.value.fields[39];
}
