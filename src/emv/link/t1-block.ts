/** The blocks of T=1 (ISO/IEC 7816-3, 11.3): node address, protocol control byte, length, information, LRC. */
import { concat } from '../bytes.ts';

export type Bit = 0 | 1;

export type SystemRequest = 'resynch' | 'ifs' | 'abort' | 'wtx';

export type Block =
  | { readonly type: 'I'; readonly sequence: Bit; readonly more: boolean; readonly information: Uint8Array }
  | { readonly type: 'R'; readonly expects: Bit; readonly problem: 'none' | 'edc' | 'other' }
  | {
      readonly type: 'S';
      readonly request: SystemRequest;
      readonly isResponse: boolean;
      readonly information: Uint8Array;
    };

const REQUESTS: readonly SystemRequest[] = ['resynch', 'ifs', 'abort', 'wtx'];
/** How many bytes of information each carries. */
const REQUEST_BYTES: Readonly<Record<SystemRequest, number>> = { resynch: 0, ifs: 1, abort: 0, wtx: 1 };
const PROBLEMS = ['none', 'edc', 'other'] as const;
const PROLOGUE_BYTES = 3;
/** Of information, either way. FF is reserved (11.3.2.3). */
export const INFORMATION_BYTES_MAX = 254;

const lrc = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

export function encodeBlock(block: Block): Uint8Array {
  const information = block.type === 'R' ? new Uint8Array() : block.information;
  const body = concat(Uint8Array.of(0, controlByte(block), information.length), information);
  return concat(body, Uint8Array.of(lrc(body)));
}

function controlByte(block: Block): number {
  switch (block.type) {
    case 'I':
      return (block.sequence << 6) | (block.more ? 0x20 : 0);
    case 'R':
      return 0x80 | (block.expects << 4) | PROBLEMS.indexOf(block.problem);
    case 'S':
      return 0xc0 | (block.isResponse ? 0x20 : 0) | REQUESTS.indexOf(block.request);
  }
}

/** @returns `edc` or `other` for what is no block: the problem that an R-block would name. */
export function decodeBlock(bytes: Uint8Array): Block | 'edc' | 'other' {
  const [nad, pcb, length] = bytes;
  if (nad === undefined || pcb === undefined || length === undefined) return 'other';
  if (bytes.length !== PROLOGUE_BYTES + length + 1) return 'other';
  if (lrc(bytes) !== 0) return 'edc';
  if (nad !== 0 || length > INFORMATION_BYTES_MAX) return 'other';
  const information = bytes.subarray(PROLOGUE_BYTES, PROLOGUE_BYTES + length);
  if (pcb < 0x80) {
    if ((pcb & 0x1f) !== 0) return 'other';
    return { type: 'I', sequence: (pcb >> 6) as Bit, more: (pcb & 0x20) !== 0, information };
  }
  if (pcb < 0xc0) {
    const problem = PROBLEMS[pcb & 15];
    if (problem === undefined || (pcb & 0x20) !== 0 || length !== 0) return 'other';
    return { type: 'R', expects: ((pcb >> 4) & 1) as Bit, problem };
  }
  const request = REQUESTS[pcb & 0x1f];
  if (request === undefined || length !== REQUEST_BYTES[request]) return 'other';
  return { type: 'S', request, isResponse: (pcb & 0x20) !== 0, information };
}
