/** Wrong print spools, each with the lives of a slip that must find it. */
import { next } from '../../src/printer/spool.ts';
import type { PAPER_BENCHES, LifeKind } from './paper-life-kinds.ts';
import type { WrongSpool } from './paper-scene.ts';

type Spool = NonNullable<WrongSpool['printSpool']>;
type SpoolState = Parameters<Spool>[0];
type Input = Parameters<Spool>[1];

interface Mutant {
  readonly on: keyof typeof PAPER_BENCHES;
  readonly kind: LifeKind;
  /** Every nth moment is enough. */
  readonly every: number;
  /** What somebody must say about it. */
  readonly complaint: string;
  readonly spool: Spool;
}

const believing =
  (change: (state: SpoolState, input: Input) => SpoolState): Spool =>
  (state, input) =>
    next(change(state, input), input);

const hearing =
  (change: (input: Input) => Input): Spool =>
  (state, input) =>
    next(state, change(input));

const forgetsStops: Spool = believing((state) => ({ ...state, stop: undefined }));

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'printed when the last chunk has been written': {
    on: 'epson-58',
    kind: 'paper ends',
    every: 300,
    complaint: 'is said to be printed, and is not on paper',
    spool: (state, input) => {
      const [after, effects] = next(state, input);
      const { phase } = after;
      if (input.type !== 'chunk-left' || phase.name !== 'printing' || phase.next < phase.job.chunks.length)
        return [after, effects];
      return [
        { ...after, phase: { name: 'idle' } },
        [...effects, { type: 'tell', answer: { type: 'printed', proof: 'process-id' } }],
      ];
    },
  },
  'does not make the printer forget a torn slip': {
    on: 'epson-58',
    kind: 'paper ends',
    every: 200,
    complaint: 'the tail of',
    spool: believing((state) => ({ ...state, profile: { ...state.profile, clearsBuffers: false } })),
  },
  'sends no barrier behind what an earlier process left': {
    on: 'generic-58, large buffer',
    kind: 'terminal loses power',
    every: 4,
    complaint: 'is said to be printed, and is not on paper',
    spool: believing((state, input) => (input.type === 'print' ? { ...state, isDirty: false } : state)),
  },
  'says that nothing of a torn slip is on paper': {
    on: 'epson-58',
    kind: 'paper ends',
    every: 300,
    complaint: 'begin without a mark',
    spool: (state, input) => {
      const [after, effects] = next(state, input);
      const untorn = effects.map((effect) =>
        effect.type === 'tell' && effect.answer.type === 'stopped'
          ? { ...effect, answer: { ...effect.answer, torn: false } }
          : effect,
      );
      return [after, untorn];
    },
  },
  'sends the foot without its end': {
    on: 'epson-58',
    kind: 'paper ends',
    every: 900,
    complaint: 'is missing',
    spool: hearing((input) =>
      input.type === 'print'
        ? { ...input, job: { ...input.job, chunks: input.job.chunks.map((bytes) => withoutEnd(bytes)) } }
        : input,
    ),
  },
  'goes on with a slip that was stopped': {
    on: 'epson-58',
    kind: 'cover is opened for a moment',
    every: 40,
    complaint: 'is said to be printed, and is not on paper',
    spool: hearing((input) => {
      if (input.type !== 'heard') return input;
      const { answer } = input;
      if (answer.type === 'automatic') return { type: 'heard', answer: { ...answer, flags: [] } };
      return answer.type === 'real-time' ? { type: 'heard', answer: { ...answer, byte: 0x12 } } : input;
    }),
  },
  'forgets a stop that is over when it asks': {
    on: 'epson-58',
    kind: 'cover is opened for an instant',
    every: 40,
    complaint: 'is said to be printed, and is not on paper',
    spool: forgetsStops,
  },
  'forgets a question that was not answered': {
    on: 'generic-58',
    kind: 'printer loses power for a moment',
    every: 40,
    complaint: 'is said to be printed, and is not on paper',
    spool: forgetsStops,
  },
  'writes on after XOFF': {
    on: 'generic-58',
    kind: 'paper ends',
    every: 900,
    complaint: 'the printer had no room',
    spool: (state, input) =>
      input.type === 'heard' && input.answer.type === 'xoff' ? [state, []] : next(state, input),
  },
  'does not wait for an answer behind each chunk': {
    on: 'generic-58',
    kind: 'paper ends',
    every: 900,
    complaint: 'the printer had no room',
    spool: believing((state) => ({ ...state, profile: { ...state.profile, asksAfterChunk: false } })),
  },
};

const END = [...new TextEncoder().encode('END')];

function withoutEnd(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((_, from) => END.every((byte, offset) => bytes[from + offset] === byte));
  return at < 0
    ? bytes
    : Uint8Array.from(bytes, (byte, index) => (index >= at && index < at + END.length ? 0x20 : byte));
}
