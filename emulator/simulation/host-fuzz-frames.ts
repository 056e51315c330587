/** Bad answers against the codec and the reader of replies alone: many more than a whole terminal could take. */
import { Bug } from '../../src/domain/result.ts';
import { decode, encode, framed, FrameReader, macInput } from '../../src/host/iso8583/codec.ts';
import { FRAME_BODY_LENGTH_MAX } from '../../src/host/iso8583/frame.ts';
import type { Message } from '../../src/host/iso8583/message.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { defaultParameters } from '../../src/host/messages/setup.ts';
import { mismatchOf, needsMac, readReply } from '../../src/host/reply.ts';
import { loadCards } from '../cards.ts';
import { TEST_TERMINAL } from '../device.ts';
import { toHex } from '../models/crypto/hex.ts';
import { Random } from '../time/random.ts';
import {
  balance,
  completion,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  voidOfLast,
} from './errands.ts';
import { corruptionOf } from './host-fuzz-corruption.ts';
import { Corruptor } from './host-fuzz-corruptor.ts';
import { joined } from './host-fuzz-draft.ts';
import { framesOf, HostOracle, needsProof } from './host-fuzz-oracle.ts';
import { MemoryJournal } from './memory-journal.ts';
import { SimulatedWorld } from './world.ts';

interface Exchange {
  readonly request: Message;
  /** Without length bytes. */
  readonly answer: Uint8Array;
}

/** One of each exchange that a terminal has with its host, and the keys under which they were had. */
export interface Exchanges {
  readonly all: readonly Exchange[];
  readonly oracle: HostOracle;
}

/** Plays a day and listens. */
export function recordedExchanges(): Exchanges {
  const oracle = new HostOracle(TEST_TERMINAL.masterKey);
  const all: Exchange[] = [];
  let request: Message | undefined;
  const recorder = new Corruptor({
    random: new Random('recorder'),
    oracle,
    corrupts: (asked) => {
      request = asked;
      return true;
    },
    corruption: (answer) => {
      if (request !== undefined) all.push({ request, answer });
      return { names: [], chunks: [framed(answer)] };
    },
  });
  const lost = { deeds: ['host next 0200 lose-reply'] };
  const short = { ...sale, card: 'insufficient-funds' };
  const errands = [
    [sale, voidOfLast, sale, refundOfPart, balance, short, { ...sale, fault: lost }],
    [preAuthorization, preAuthorizationVoid, preAuthorization, completion, completionVoid],
  ].flat();
  const world = new SimulatedWorld(
    { seed: 'recorder', cards: loadCards(), journal: new MemoryJournal(), hostLine: (line) => recorder.on(line) },
    errands,
  );
  world.live();
  return { all, oracle };
}

export interface FramesReport {
  /** Empty is what must come out. */
  readonly complaints: readonly string[];
  readonly frames: number;
  /** Frames that the terminal would believe. */
  readonly believed: number;
}

/** @param seed of the whole run of `streams` corrupted answers. */
export function fuzzFrames(seed: string, streams: number, { all, oracle }: Exchanges): FramesReport {
  const random = new Random(seed);
  const earlier = all.map(({ answer }) => answer);
  const complaints: string[] = [];
  let frames = 0;
  let believed = 0;
  for (let left = streams; left > 0; left--) {
    const { request, answer } = random.pick(all);
    const { names, chunks } = corruptionOf(answer, { random, earlier }, (message) => oracle.sign(message));
    const about = (problem: string, bytes: Uint8Array): string =>
      `${problem}; the answer to ${request.mti} ${request.fields[11]}: ${names.join(', ')}; ${toHex(bytes)}`;
    try {
      for (const frame of cut(chunks)) {
        frames += 1;
        const verdict = judge(request, frame, oracle);
        if (verdict.isBelieved) believed += 1;
        if (verdict.problem !== undefined) complaints.push(about(verdict.problem, frame));
      }
    } catch (error) {
      complaints.push(about(error instanceof Error ? (error.stack ?? String(error)) : String(error), joined(chunks)));
    }
  }
  return { complaints, frames, believed };
}

/** As the link cuts a stream, held against a second way to do it. @throws Bug where they differ. */
function cut(chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const reader = new FrameReader();
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    for (const event of reader.push(chunk)) if (event.type === 'frame') frames.push(event.bytes);
    if (reader.held > 2 + FRAME_BODY_LENGTH_MAX) throw new Bug(`${reader.held} bytes are held of one frame`);
  }
  const expected = framesOf(joined(chunks));
  if (frames.map(toHex).join() !== expected.map(toHex).join()) throw new Bug('the stream was cut in another way');
  return frames;
}

interface Verdict {
  readonly isBelieved: boolean;
  readonly problem?: string;
}

/** Dialect sheet 5.4. */
const CHECK_VALUE_DIGITS = 8;

const NOT_BELIEVED: Verdict = { isBelieved: false };

function judge(request: Message, frame: Uint8Array, oracle: HostOracle): Verdict {
  const reading = decode(unionpay, amidst(frame, 0x11));
  if (JSON.stringify(reading) !== JSON.stringify(decode(unionpay, amidst(frame, 0x99)))) {
    return { isBelieved: false, problem: 'what stands around the frame was read' };
  }
  if (!reading.ok) {
    const { offset } = reading.error;
    return offset >= 0 && offset <= frame.length ? NOT_BELIEVED : { isBelieved: false, problem: `fault at ${offset}` };
  }
  const reply = reading.value;
  const again = encode(unionpay, reply);
  if (!again.ok || JSON.stringify(decode(unionpay, again.value)) !== JSON.stringify(reading)) {
    return { isBelieved: false, problem: 'what was read cannot be written again' };
  }
  if (reply.fields[64] !== undefined) macInput(frame);
  if (mismatchOf(request, reply) !== undefined) return NOT_BELIEVED;
  const responseCode = reply.fields[39] ?? '';
  const content = readReply(request, reply);
  const isMacGood = reply.fields[64] !== undefined && reply.fields[64] === oracle.sign(frame);
  if (!content.ok || (needsMac(request, responseCode, defaultParameters) && !isMacGood)) return NOT_BELIEVED;
  if (content.value.workingKeys.some(({ checkValue }) => checkValue.length !== CHECK_VALUE_DIGITS)) {
    return { isBelieved: true, problem: 'a key block of another length is believed' };
  }
  const needs = needsProof(responseCode, request.mti === '0400');
  // Of a sign-in the PIN pad has the last word: it checks the keys.
  const isWrong = needs && request.mti !== '0800' && oracle.believable(request, frame) === undefined;
  return { isBelieved: true, ...(isWrong && { problem: `${responseCode} is believed without proof` }) };
}

/** The frame as a part of more bytes, all of which are `filler`. */
function amidst(frame: Uint8Array, filler: number): Uint8Array {
  const around = 32;
  const whole = new Uint8Array(frame.length + 2 * around).fill(filler);
  whole.set(frame, around);
  return whole.subarray(around, around + frame.length);
}
