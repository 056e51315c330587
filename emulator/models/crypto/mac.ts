/** Message authentication: UnionPay's "ECB" algorithm, CBC-MAC and X9.19, each whole or packet by packet. */
import { BLOCK_LENGTH, type DesKey } from './des-key.ts';
import { fromAscii, toHex, xor } from './hex.ts';

/** A MAC under way: feed it whole blocks, then end it, once. */
export interface RunningMac {
  add(blocks: Uint8Array): void;
  /** Eight bytes. */
  end(): Uint8Array;
}

/**
 * UnionPay MAC (dialect sheet 5.6), all eight bytes of the second encryption. Field 64 takes the first eight characters
 * of their hex, {@link unionPayMacText}. Single or triple DES by the key's length.
 */
export function unionPayMac(key: DesKey, message: Uint8Array): Uint8Array {
  return whole(startUnionPayMac(key), message);
}

/** What stands in field 64: eight upper-case hex characters (dialect sheet 5.6, step 7). */
export const unionPayMacText = (key: DesKey, message: Uint8Array): string =>
  toHex(unionPayMac(key, message)).slice(0, 8);

/** ISO/IEC 9797-1 algorithm 1: CBC with a zero start, the last block. Triple DES when the key is long. */
export const cbcMac = (key: DesKey, message: Uint8Array): Uint8Array => whole(startCbcMac(key), message);

/** ANSI X9.19, ISO/IEC 9797-1 algorithm 3: CBC under the left half, then D and E of the last block. Double-length key. */
export const x919Mac = (key: DesKey, message: Uint8Array): Uint8Array => whole(startX919Mac(key), message);

export function startUnionPayMac(key: DesKey): RunningMac {
  const folded = new Uint8Array(BLOCK_LENGTH);
  return {
    add(blocks) {
      for (let index = 0; index < blocks.length; index++) {
        folded[index % BLOCK_LENGTH] = (folded[index % BLOCK_LENGTH] ?? 0) ^ (blocks[index] ?? 0);
      }
    },
    end() {
      const characters = fromAscii(toHex(folded));
      const first = key.encrypt(characters.slice(0, BLOCK_LENGTH));
      return key.encrypt(xor(first, characters.slice(BLOCK_LENGTH)));
    },
  };
}

export function startCbcMac(key: DesKey): RunningMac {
  let chain: Uint8Array = new Uint8Array(BLOCK_LENGTH);
  return {
    add(blocks) {
      for (let start = 0; start < blocks.length; start += BLOCK_LENGTH) {
        chain = key.encrypt(xor(chain, blocks.subarray(start, start + BLOCK_LENGTH)));
      }
    },
    end: () => chain,
  };
}

export function startX919Mac(key: DesKey): RunningMac {
  const [left, right] = key.halves();
  const chained = startCbcMac(left);
  return { add: (blocks) => chained.add(blocks), end: () => left.encrypt(right.decrypt(chained.end())) };
}

function whole(mac: RunningMac, message: Uint8Array): Uint8Array {
  mac.add(padded(message));
  return mac.end();
}

/** Zeros up to a multiple of eight (dialect sheet 5.6, step 2; ISO/IEC 9797-1 padding method 1). */
function padded(message: Uint8Array): Uint8Array {
  const excess = message.length % BLOCK_LENGTH;
  if (excess === 0) return message;
  const longer = new Uint8Array(message.length + BLOCK_LENGTH - excess);
  longer.set(message);
  return longer;
}
