/** What can be wrong with a host's answer: a table of mutations, each drawn from seeded chance. */
import { framed } from '../../src/host/iso8583/codec.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { fromAscii } from '../models/crypto/hex.ts';
import type { Random } from '../time/random.ts';
import {
  announcing,
  FIELDS_AT,
  isAnnounced,
  isPacked,
  joined,
  prefixOf,
  type Draft,
  type Piece,
} from './host-fuzz-draft.ts';

/** What a mutation may draw on. */
export interface Supplies {
  readonly random: Random;
  /** Earlier genuine answers of the same history, oldest first, without length bytes. */
  readonly earlier: readonly Uint8Array[];
}

type Mutation<Subject> = (subject: Subject, supplies: Supplies) => Subject;

/** Names to mutations; the name is all that a report says. */
type Mutations<Subject> = Readonly<Record<string, Mutation<Subject>>>;

const RESPONSE_CODES = ['00', '10', '11', 'A2', '12', '25', '51', '68', '77', '94', '96', '97', 'A0', '  ', 'ZZ'];
const MTIS = ['0110', '0210', '0230', '0410', '0610', '0810', '0200', '0400', '0310', '9999', '0000'];
/** What names the exchange (dialect sheet 4.3). */
const NAMING = [3, 4, 11, 41, 42];
const RESPONSE_CODE = 39;
const KEYS = 62;
const MAC = 64;

const digit = (random: Random): number => random.int(10);
const bcdByte = (random: Random): number => (digit(random) << 4) | digit(random);
/** At least one of the two is no digit. */
const illegalBcd = (random: Random): number => ((10 + random.int(6)) << 4) | random.int(16);

/** Bytes that the field's coding takes. */
function legalBytes(field: number, length: number, random: Random): Uint8Array {
  const row = unionpay.table.rows[field];
  return Uint8Array.from({ length }, () => {
    if (row !== undefined && isPacked(row)) return bcdByte(random);
    return row?.coding === 'hex' || row?.coding === 'bytes' ? random.int(256) : 0x30 + digit(random);
  });
}

const inPieces =
  (change: (piece: Piece, supplies: Supplies) => readonly Piece[], only?: readonly number[]): Mutation<Draft> =>
  (draft, supplies) => {
    const eligible = draft.pieces.filter(({ field }) => only === undefined || only.includes(field));
    if (eligible.length === 0) return draft;
    const chosen = supplies.random.pick(eligible);
    return {
      ...draft,
      pieces: draft.pieces.flatMap((piece) => (piece === chosen ? change(piece, supplies) : [piece])),
    };
  };

const inValue = (
  change: (value: Uint8Array, random: Random, field: number) => Uint8Array,
  only?: readonly number[],
): Mutation<Draft> =>
  inPieces((piece, { random }) => [{ ...piece, value: change(piece.value, random, piece.field) }], only);

/** Changes a value and lets its length prefix tell the truth about it, as far as a prefix can. */
const inLength = (
  change: (value: Uint8Array, random: Random, field: number) => Uint8Array,
  only?: readonly number[],
): Mutation<Draft> =>
  inPieces((piece, { random }) => {
    const row = unionpay.table.rows[piece.field];
    const value = change(piece.value, random, piece.field);
    const units = row !== undefined && isPacked(row) ? value.length * 2 : value.length;
    return [{ ...piece, value, prefix: row === undefined ? piece.prefix : prefixOf(row, units) }];
  }, only);

function withoutField(draft: Draft, field: number): Draft {
  const pieces = draft.pieces.filter((piece) => piece.field !== field);
  return { ...draft, pieces, bitmap: announcing(draft.bitmap, field, false) };
}

const longer = (value: Uint8Array, random: Random, field: number): Uint8Array =>
  joined([value, legalBytes(field, 1 + random.int(random.pick([2, 8, 200])), random)]);

const shorter = (value: Uint8Array, random: Random): Uint8Array => value.slice(0, random.int(value.length || 1));

const doubled = (value: Uint8Array, random: Random): Uint8Array => {
  const at = random.int(value.length + 1);
  return joined([value.slice(0, at), value.slice(random.int(at + 1))]);
};

const oneByteTo =
  (byte: (random: Random) => number) =>
  (value: Uint8Array, random: Random): Uint8Array => {
    const copy = value.slice();
    if (copy.length > 0) copy[random.int(copy.length)] = byte(random);
    return copy;
  };

const flipped: Mutation<Uint8Array> = (bytes, { random }) => {
  const copy = bytes.slice();
  for (let flips = 1 + random.int(3); flips > 0 && copy.length > 0; flips--) {
    const at = random.int(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8));
  }
  return copy;
};

const mtiBytes = (mti: string): Uint8Array =>
  Uint8Array.of(Number.parseInt(mti.slice(0, 2), 16), Number.parseInt(mti.slice(2), 16));

const macOf = (answer: Uint8Array): Uint8Array => answer.slice(-8);

const otherResponseCode = inValue((_, random) => fromAscii(random.pick(RESPONSE_CODES)), [RESPONSE_CODE]);

/** What a terminal decides by: drawn more often than the rest. */
export const decidingMutations: Mutations<Draft> = {
  'names another exchange': inValue((value, random, field) => legalBytes(field, value.length, random), NAMING),
  'exchange not named': (draft, { random }) => withoutField(draft, random.pick(NAMING)),
  'other response code': otherResponseCode,
  'other response code, no MAC': (draft, supplies) => withoutField(otherResponseCode(draft, supplies), MAC),
  'response code off by a byte': inValue(
    oneByteTo((random) => random.pick([...fromAscii('0123456789A')])),
    [RESPONSE_CODE],
  ),
  'no MAC': (draft) => withoutField(draft, MAC),
  'MAC wrong by a character': inValue(
    (value, random) => {
      const at = random.int(value.length || 1);
      return value.map((byte, index) => (index === at ? byte ^ 1 : byte));
    },
    [MAC],
  ),
  'MAC of another message': (draft, supplies) =>
    supplies.earlier.length === 0
      ? draft
      : inValue((_, random) => macOf(random.pick(supplies.earlier)), [MAC])(draft, supplies),
  // Of a sign-in, which has no MAC.
  'a byte of the keys wrong': inValue(
    oneByteTo((random) => random.int(256)),
    [KEYS],
  ),
  'keys too short or too long, and says so': inLength(
    (value, random, field) => (random.chance(0.5) ? shorter(value, random) : longer(value, random, field)),
    [KEYS],
  ),
};

export const draftMutations: Mutations<Draft> = {
  'field removed': (draft, { random }) =>
    draft.pieces.length === 0 ? draft : withoutField(draft, random.pick(draft.pieces).field),
  'field removed, still announced': inPieces(() => []),
  'field too long': inValue(longer),
  'field too long, and says so': inLength(longer),
  'field too short': inValue(shorter),
  'field too short, and says so': inLength(shorter),
  'field empty, and says so': inLength(() => new Uint8Array()),
  'length prefix of a field wrong': inPieces((piece, { random }) => [
    { ...piece, prefix: piece.prefix.map(() => bcdByte(random)) },
  ]),
  'length prefix of a field no number': inPieces((piece, { random }) => [
    { ...piece, prefix: piece.prefix.map(() => illegalBcd(random)) },
  ]),
  'illegal nibble in a field': inValue(oneByteTo(illegalBcd)),
  'control code in a field': inValue(oneByteTo((random) => random.int(32))),
  'other value in a field': inValue((value, random, field) => legalBytes(field, value.length, random)),
  'one digit other in a field': inValue(oneByteTo(bcdByte)),
  'bytes of a field doubled': inValue(doubled),
  'bytes of a field doubled, and says so': inLength(doubled),
  'field twice': inPieces((piece) => [piece, piece]),
  'two fields the other way round': (draft, { random }) => {
    const at = random.int(Math.max(1, draft.pieces.length - 1));
    const [first, second] = draft.pieces.slice(at, at + 2);
    if (first === undefined || second === undefined) return draft;
    return { ...draft, pieces: draft.pieces.with(at, second).with(at + 1, first) };
  },
  // The MAC folds blocks of eight bytes with XOR (dialect sheet 5.6): what cancels out leaves it right.
  'same bit flipped eight bytes apart': inValue((value, random) => {
    const copy = value.slice();
    const at = random.int(Math.max(1, copy.length - 8));
    const mask = 1 << random.int(8);
    for (const index of [at, at + 8]) if (index < copy.length) copy[index] = (copy[index] ?? 0) ^ mask;
    return copy;
  }),
  'MAC of zeros': inValue(() => fromAscii('00000000'), [MAC]),
  'MAC in lower case': inValue((value) => value.map((byte) => (byte > 0x40 ? byte | 0x20 : byte)), [MAC]),
  'bit of the bitmap wrong': (draft, { random }) => {
    const field = 1 + random.int(64);
    return { ...draft, bitmap: announcing(draft.bitmap, field, !isAnnounced(draft.bitmap, field)) };
  },
  'bit 1 of the bitmap set': (draft) => ({ ...draft, bitmap: announcing(draft.bitmap, 1, true) }),
  'bitmap of ones': (draft) => ({ ...draft, bitmap: draft.bitmap.map(() => 0xff) }),
  'bitmap of zeros': (draft) => ({ ...draft, bitmap: draft.bitmap.map(() => 0) }),
  'other MTI': (draft, { random }) => ({ ...draft, mti: mtiBytes(random.pick(MTIS)) }),
  'MTI no number': (draft, { random }) => ({ ...draft, mti: draft.mti.map(() => illegalBcd(random)) }),
  // Neither is under the MAC: an answer with only these wrong is still a good one (dialect sheet 1.1).
  'other TPDU': (draft, { random }) => ({ ...draft, tpdu: draft.tpdu.map(() => bcdByte(random)) }),
  'other header': (draft, { random }) => ({ ...draft, header: draft.header.map(() => bcdByte(random)) }),
  'TPDU or header no number': (draft, { random }) => {
    const part = random.pick(['tpdu', 'header'] as const);
    return { ...draft, [part]: draft[part].map(() => illegalBcd(random)) };
  },
  'no TPDU': (draft) => ({ ...draft, tpdu: new Uint8Array() }),
  'header twice': (draft) => ({ ...draft, header: joined([draft.header, draft.header]) }),
  'field of an earlier answer': (draft, supplies) => oldField(draft, supplies),
};

/** What an earlier answer had at the same place: of another sign-in, its keys. */
function oldField(draft: Draft, { random, earlier }: Supplies): Draft {
  const at = random.int(Math.max(1, draft.pieces.length));
  const piece = draft.pieces[at];
  if (piece === undefined || earlier.length === 0) return draft;
  const start =
    FIELDS_AT + draft.pieces.slice(0, at).reduce((sum, { prefix, value }) => sum + prefix.length + value.length, 0);
  const from = start + piece.prefix.length;
  const value = random.pick(earlier).slice(from, from + piece.value.length);
  return { ...draft, pieces: draft.pieces.with(at, { ...piece, value }) };
}

export const frameMutations: Mutations<Uint8Array> = {
  'cut off': (bytes, { random }) => bytes.slice(0, random.int(bytes.length + 1)),
  'bytes after the end': (bytes, { random }) => joined([bytes, random.bytes(1 + random.int(20))]),
  'zeros after the end': (bytes, { random }) => joined([bytes, new Uint8Array(1 + random.int(9))]),
  'bytes missing in the middle': (bytes, { random }) => {
    const at = random.int(bytes.length + 1);
    return joined([bytes.slice(0, at), bytes.slice(at + 1 + random.int(8))]);
  },
  'bytes put in': (bytes, { random }) => {
    const at = random.int(bytes.length + 1);
    return joined([bytes.slice(0, at), random.bytes(1 + random.int(8)), bytes.slice(at)]);
  },
  'bits flipped': flipped,
  empty: () => new Uint8Array(),
  'random bytes': (bytes, { random }) => random.bytes(random.int(bytes.length * 2)),
  'random bytes behind the head': (bytes, { random }) =>
    joined([bytes.slice(0, FIELDS_AT), random.bytes(random.int(300))]),
  'twice in one': (bytes) => joined([bytes, bytes]),
};

/** What leaves the host: chunks for the line. The frame comes without length bytes. */
type StreamMutation = (
  parts: { readonly mutant: Uint8Array; readonly genuine: Uint8Array },
  supplies: Supplies,
) => readonly Uint8Array[];

/** Two length bytes that say something else than the truth. */
function misframed(bytes: Uint8Array, length: number): Uint8Array {
  const frame = framed(bytes);
  frame.set([(length >> 8) & 0xff, length & 0xff]);
  return frame;
}

const old = ({ random, earlier }: Supplies): Uint8Array =>
  earlier.length === 0 ? new Uint8Array() : framed(random.pick(earlier));

export const streamMutations: Readonly<Record<string, StreamMutation>> = {
  'length bytes too large': ({ mutant }, { random }) => [misframed(mutant, mutant.length + 1 + random.int(40))],
  'length bytes too small': ({ mutant }, { random }) => [misframed(mutant, random.int(mutant.length + 1))],
  'length bytes zero': ({ mutant }) => [misframed(mutant, 0)],
  'length bytes enormous': ({ mutant }, { random }) => [misframed(mutant, 8192 + random.int(57_000))],
  'length bytes missing': ({ mutant }) => [mutant],
  'a long frame of noise': (_, { random }) => [framed(random.bytes(random.pick([8191, 8192, 8193, 30_000])))],
  'single bytes': ({ mutant }) => Array.from(framed(mutant), (byte) => Uint8Array.of(byte)),
  'random chunks': ({ mutant }, { random }) => {
    const stream = framed(mutant);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const length = 1 + random.int(40);
      chunks.push(stream.slice(at, at + length));
      at += length;
    }
    return chunks;
  },
  'the genuine one after it': ({ mutant, genuine }) => [joined([framed(mutant), framed(genuine)])],
  'the genuine one before it': ({ mutant, genuine }) => [joined([framed(genuine), framed(mutant)])],
  twice: ({ mutant }) => [framed(mutant), framed(mutant)],
  'an earlier answer before it': ({ mutant }, supplies) => [joined([old(supplies), framed(mutant)])],
  'an earlier answer in its place': (_, supplies) => [old(supplies)],
  'many empty frames before it': ({ mutant }, { random }) => [
    joined([new Uint8Array(2 * (1 + random.int(200))), framed(mutant)]),
  ],
  nothing: () => [],
};
