/** Cipher block chaining (ISO/IEC 10116) over any block cipher, in whole blocks. */
import { Bug } from '../../../src/domain/result.ts';
import type { BlockKey } from './block-key.ts';
import { xor } from './hex.ts';

/** @param start one block; zeros when left out. @throws Bug unless both are whole blocks. */
export function cbcEncrypt(key: BlockKey, data: Uint8Array, start = zeros(key)): Uint8Array {
  return chained(key, data, start, (block, chain) => {
    const next = key.encrypt(xor(block, chain));
    return [next, next];
  });
}

/** @param start the one that was encrypted with. @throws Bug unless both are whole blocks. */
export function cbcDecrypt(key: BlockKey, data: Uint8Array, start = zeros(key)): Uint8Array {
  return chained(key, data, start, (block, chain) => [xor(key.decrypt(block), chain), block]);
}

const zeros = ({ blockLength }: BlockKey): Uint8Array => new Uint8Array(blockLength);

/** @param step answers what comes out, and what the next block is chained with. */
function chained(
  { blockLength }: BlockKey,
  data: Uint8Array,
  start: Uint8Array,
  step: (block: Uint8Array, chain: Uint8Array) => readonly [out: Uint8Array, chain: Uint8Array],
): Uint8Array {
  if (start.length !== blockLength || data.length % blockLength !== 0) {
    throw new Bug(`Chaining takes whole blocks of ${blockLength} bytes, not ${start.length} and ${data.length}.`);
  }
  const result = new Uint8Array(data.length);
  let chain = start;
  for (let index = 0; index < data.length; index += blockLength) {
    const [out, next] = step(data.slice(index, index + blockLength), chain);
    result.set(out, index);
    chain = next;
  }
  return result;
}
