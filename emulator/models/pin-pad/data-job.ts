/** A MAC or an encryption that spans packets: their sequence and the running state between them (PIN pad sheet 7). */
import type { BlockKey } from '../crypto/block-key.ts';
import { cbcEncrypt } from '../crypto/cbc.ts';
import { toHex } from '../crypto/hex.ts';
import { type RunningMac, startCbcMac, startUnionPayMac, startX919Mac } from '../crypto/mac.ts';
import type { PadKey } from './key-store.ts';

/** What runs between packets: takes whole blocks, gives the hex to answer with. */
export interface Running {
  add(blocks: Uint8Array): string;
  end(): string;
}

export interface DataJob {
  /** The message that runs it; any other message ends it. */
  readonly id: string;
  /** Everything that must be the same in all of its packets: keys, algorithm. */
  readonly header: string;
  readonly running: Running;
  /** Sequence number of the next packet, 0 to 100; the last that a packet can carry is 99. */
  readonly next: number;
}

export interface Packet {
  readonly id: string;
  readonly sequence: string;
  readonly header: string;
}

/** 2 out of sequence, 3 another key than in the packet before (statuses of PIN pad sheet 7). */
export type JobRefusal = '2' | '3';

/**
 * The job that a packet belongs to. 00 always begins one; every other number must follow the packet before.
 * @param begin called for 00 only.
 */
export function admitPacket(job: DataJob | undefined, packet: Packet, begin: () => Running): DataJob | JobRefusal {
  const { id, header } = packet;
  const sequence = Number(packet.sequence);
  if (sequence === 0) return { id, header, running: begin(), next: 1 };
  if (job?.id !== id || job.next !== sequence) return '2';
  return job.header === header ? { ...job, next: sequence + 1 } : '3';
}

/** Algorithms of U66 (PIN pad sheet 11). */
export type MacAlgorithm = '1' | '3' | 'X' | 'S';

/** 1 CBC with a single-length key, 3 X9.19 with a double, X UnionPay with either, S the same with an SM4 key. */
export function startMac(algorithm: MacAlgorithm, key: PadKey): RunningMac | 'another-key' {
  if (key.algorithm === 'sm4') return algorithm === 'S' ? startUnionPayMac(key) : 'another-key';
  switch (algorithm) {
    case '1':
      return key.length === 8 ? startCbcMac(key) : 'another-key';
    case '3':
      return key.length === 16 ? startX919Mac(key) : 'another-key';
    case 'X':
      return startUnionPayMac(key);
    case 'S':
      return 'another-key';
  }
}

export function macRunning(mac: RunningMac): Running {
  return {
    add(blocks) {
      mac.add(blocks);
      return '';
    },
    end: () => toHex(mac.end()),
  };
}

export const ecbRunning = (key: BlockKey): Running => ({
  add: (blocks) => toHex(key.encrypt(blocks)),
  end: () => '',
});

/** The chain goes on from packet to packet. */
export function cbcRunning(key: BlockKey, start: Uint8Array): Running {
  let chain = start;
  return {
    add(blocks) {
      const encrypted = cbcEncrypt(key, blocks, chain);
      chain = encrypted.slice(-key.blockLength);
      return toHex(encrypted);
    },
    end: () => '',
  };
}
