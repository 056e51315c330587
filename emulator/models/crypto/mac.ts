/** Message authentication: UnionPay's "ECB" algorithm, CBC-MAC and X9.19, each whole or packet by packet. */
import { cbcEncrypt } from './cbc.ts';
import type { BlockKey } from './block-key.ts';
import type { DesKey } from './des-key.ts';
import { fromAscii, toHex, xor } from './hex.ts';

/** A MAC under way: feed it whole blocks, then end it, once. */
export interface RunningMac {
  add(blocks: Uint8Array): void;
  /** One block. */
  end(): Uint8Array;
}

/** ISO/IEC 9797-1: 1 zeros where they are needed, 2 always a one bit and then zeros where they are needed. */
export type PaddingMethod = 1 | 2;

/**
 * UnionPay MAC (dialect sheet 5.6), the whole block of the second encryption. Field 64 takes the first eight characters
 * of its hex, {@link unionPayMacText}. Single or triple DES by the key's length; with SM4 the same shape over blocks of
 * sixteen bytes (dialect sheet 10.2, 11.7).
 */
export function unionPayMac(key: BlockKey, message: Uint8Array): Uint8Array {
  return whole(startUnionPayMac(key), padded(message, key.blockLength, 1));
}

/** What stands in field 64: eight upper-case hex characters (dialect sheet 5.6, step 7). */
export const unionPayMacText = (key: BlockKey, message: Uint8Array): string =>
  toHex(unionPayMac(key, message)).slice(0, 8);

/** ISO/IEC 9797-1 algorithm 1: CBC with a zero start, the last block. Triple DES when the key is long. */
export const cbcMac = (key: BlockKey, message: Uint8Array, padding: PaddingMethod = 1): Uint8Array =>
  whole(startCbcMac(key), padded(message, key.blockLength, padding));

/** ANSI X9.19, ISO/IEC 9797-1 algorithm 3: CBC under the left half, then D and E of the last block. Double-length key. */
export const x919Mac = (key: DesKey, message: Uint8Array, padding: PaddingMethod = 1): Uint8Array =>
  whole(startX919Mac(key), padded(message, key.blockLength, padding));

export function startUnionPayMac(key: BlockKey): RunningMac {
  const { blockLength } = key;
  const folded = new Uint8Array(blockLength);
  return {
    add(blocks) {
      for (let index = 0; index < blocks.length; index++) {
        folded[index % blockLength] = (folded[index % blockLength] ?? 0) ^ (blocks[index] ?? 0);
      }
    },
    end() {
      const characters = fromAscii(toHex(folded));
      const first = key.encrypt(characters.slice(0, blockLength));
      return key.encrypt(xor(first, characters.slice(blockLength)));
    },
  };
}

export function startCbcMac(key: BlockKey): RunningMac {
  let chain: Uint8Array = new Uint8Array(key.blockLength);
  return {
    add(blocks) {
      if (blocks.length > 0) chain = cbcEncrypt(key, blocks, chain).slice(-key.blockLength);
    },
    end: () => chain,
  };
}

export function startX919Mac(key: DesKey): RunningMac {
  const [left, right] = key.halves();
  const chained = startCbcMac(left);
  return { add: (blocks) => chained.add(blocks), end: () => left.encrypt(right.decrypt(chained.end())) };
}

function whole(mac: RunningMac, blocks: Uint8Array): Uint8Array {
  mac.add(blocks);
  return mac.end();
}

function padded(message: Uint8Array, blockLength: number, method: PaddingMethod): Uint8Array {
  const marked = method === 2 ? Uint8Array.of(...message, 0x80) : message;
  const longer = new Uint8Array(Math.ceil(marked.length / blockLength) * blockLength);
  longer.set(marked);
  return longer;
}
