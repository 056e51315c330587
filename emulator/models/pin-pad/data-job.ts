/** A MAC or an encryption that spans packets: their sequence and the running state between them (PIN pad sheet 7). */
import { BLOCK_LENGTH, type DesKey } from '../crypto/des-key.ts';
import { toHex, xor } from '../crypto/hex.ts';
import { type RunningMac, startCbcMac, startUnionPayMac, startX919Mac } from '../crypto/mac.ts';

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

/** Algorithm of U66: 1 CBC with a single-length key, 3 X9.19 with a double, X UnionPay with either (PIN pad sheet 11). */
export function startMac(algorithm: '1' | '3' | 'X', key: DesKey): RunningMac | 'key-length' {
  switch (algorithm) {
    case '1':
      return key.length === 8 ? startCbcMac(key) : 'key-length';
    case '3':
      return key.length === 16 ? startX919Mac(key) : 'key-length';
    case 'X':
      return startUnionPayMac(key);
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

export const ecbRunning = (key: DesKey): Running => ({
  add: (blocks) => toHex(key.encrypt(blocks)),
  end: () => '',
});

/** The chain goes on from packet to packet. */
export function cbcRunning(key: DesKey, start: Uint8Array): Running {
  let chain = start;
  return {
    add(blocks) {
      let text = '';
      for (let index = 0; index < blocks.length; index += BLOCK_LENGTH) {
        chain = key.encrypt(xor(chain, blocks.subarray(index, index + BLOCK_LENGTH)));
        text += toHex(chain);
      }
      return text;
    },
    end: () => '',
  };
}
