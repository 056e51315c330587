/**
 * Bad answers of the host, one kind at a time, and some histories of them; `npm run fuzz` tries thousands.
 *
 * A checker that checks nothing also passes, so wrong charts must be caught.
 */
import { createMachine } from 'xstate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { transactionFlow, transactionMachine } from '../../src/flows/transaction/machine.ts';
import { framed } from '../../src/host/iso8583/codec.ts';
import { fromAscii, toHex } from '../models/crypto/hex.ts';
import { Random } from '../time/random.ts';
import { balance, refundOfPart, sale } from './errands.ts';
import { corruptionOf, type Corruption } from './host-fuzz-corruption.ts';
import { announcing, putTogether, takenApart, type Draft } from './host-fuzz-draft.ts';
import { fuzzFrames, recordedExchanges } from './host-fuzz-frames.ts';
import { decidingMutations, draftMutations, frameMutations, streamMutations } from './host-fuzz-mutations.ts';
import { fuzz, fuzzHistory, type FuzzPlan } from './host-fuzz.ts';
import { PATIENT, type Errand } from './person.ts';

const HISTORIES = 10;
const STREAMS = 2000;

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'seeds.json');
const { hostFuzz } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
  readonly hostFuzz: readonly { readonly seed: string; readonly why: string }[];
};

const exchanges = recordedExchanges();

const without = (draft: Draft, field: number): Draft => ({
  ...draft,
  bitmap: announcing(draft.bitmap, field, false),
  pieces: draft.pieces.filter((piece) => piece.field !== field),
});

const saying = (draft: Draft, field: number, text: string): Draft => ({
  ...draft,
  pieces: draft.pieces.map((piece) => (piece.field === field ? { ...piece, value: fromAscii(text) } : piece)),
});

const refusing = (code: string, unproven = false) => ({
  corruption: (genuine: Uint8Array): Corruption => {
    const refused = saying(takenApart(genuine), 39, code);
    return { names: [code], chunks: [framed(putTogether(unproven ? without(refused, 64) : refused))] };
  },
});

/** The first financial answer, or as many as are said, replaced. */
const planOf = (errand: Errand, rest: Partial<FuzzPlan>): FuzzPlan => ({
  seed: 'host-fuzz',
  errands: errand.item === 'refund' ? [sale, errand] : [errand],
  habits: PATIENT,
  corruptAnswersMax: 1,
  corruptionChance: 1,
  mtis: ['0200'],
  ...rest,
});

describe('an approval that reads like a refusal', () => {
  test.each([
    ['51, under the MAC of 00', refusing('51')],
    ['51, without a MAC', refusing('51', true)],
    ['A0, as from a host with other keys', refusing('A0')],
    ['77, as from a host that has lost its keys', refusing('77', true)],
    ['97, as from a host that does not know the terminal', refusing('97', true)],
  ])('is reversed, and the next request is approved: %s', (_, bad) => {
    const { complaints, outcomes } = fuzz(planOf(sale, bad));
    expect([complaints, outcomes]).toEqual([[], ['reversed', 'approved', 'approved']]);
  });

  test('makes a notice go out again under its own number', () => {
    const { complaints, outcomes } = fuzz(planOf(refundOfPart, { ...refusing('51'), mtis: ['0220'] }));
    expect([complaints, outcomes.slice(0, 2)]).toEqual([[], ['approved', 'approved']]);
  });

  test('to an inquiry moves nothing, and the next is approved', () => {
    expect(fuzz(planOf(balance, refusing('51')))).toMatchObject({
      complaints: [],
      outcomes: ['unanswered', 'approved', 'approved'],
    });
  });
});

test.each(['77', '97', 'A0'])('a host that answers %s without a MAC for an hour is not asked without end', (code) => {
  const mtis = ['0200', '0400', '0800'];
  // The first sign-in is still a good one.
  const { complaints, answers, outcomes } = fuzz(
    planOf(sale, { ...refusing(code, true), mtis, corruptFrom: 1, corruptAnswersMax: 60 }),
  );
  expect(complaints).toEqual([]);
  expect(outcomes.slice(-3)).toEqual(['reversed', 'approved', 'approved']);
  expect(answers).toBeLessThan(80);
});

test.each(['00', '12', '25'])('an answer to a reversal is not made into a %s that ends it', (code) => {
  const lost = { deeds: ['host next 0200 lose-reply', 'host next 0400 refuse 96'] };
  const plan = planOf({ ...sale, fault: lost }, { ...refusing(code), mtis: ['0400'] });
  expect(fuzz(plan).complaints).toEqual([]);
});

test.each(Array.from({ length: HISTORIES }, (_, number) => `terminal/unit/${number}`))(
  'bad answers leave everything settled and the books agreeing: %s',
  (seed) => {
    expect(fuzzHistory(seed).complaints).toEqual([]);
  },
);

test.each(hostFuzz)('what once failed does not: $seed, $why', ({ seed }) => {
  expect(fuzzHistory(seed).complaints).toEqual([]);
});

test('bad frames are read as data by codec and reader, and none is believed that should not be', () => {
  const { complaints, believed } = fuzzFrames('frames/unit', STREAMS, exchanges);
  expect(complaints).toEqual([]);
  expect(believed).toBeGreaterThan(0);
});

test('a seed draws the same history every time, and another seed another', () => {
  const { report, story } = fuzzHistory('terminal/unit/1');
  const again = fuzzHistory('terminal/unit/1');
  expect([again.report, again.story()]).toEqual([report, story()]);
  expect(fuzzHistory('terminal/unit/2').story()).not.toBe(story());
});

describe('every mutation changes some answer:', () => {
  const supplies = () => ({
    random: new Random('changes'),
    earlier: exchanges.all.slice(0, 4).map(({ answer }) => answer),
  });
  const draws = Array.from({ length: 40 }, (_, index) => exchanges.all[index % exchanges.all.length]?.answer);
  const genuine = draws.filter((answer) => answer !== undefined);

  test.each(Object.entries({ ...decidingMutations, ...draftMutations }))('%s', (_, mutation) => {
    const drawn = supplies();
    const changed = genuine.filter(
      (answer) => String(putTogether(mutation(takenApart(answer), drawn))) !== String(answer),
    );
    expect(changed.length).toBeGreaterThan(0);
  });

  test.each(Object.entries(frameMutations))('%s', (_, mutation) => {
    const drawn = supplies();
    expect(genuine.filter((answer) => String(mutation(answer, drawn)) !== String(answer)).length).toBeGreaterThan(0);
  });

  test.each(Object.entries(streamMutations))('%s', (_, mutation) => {
    const drawn = supplies();
    const changed = genuine.filter((answer) => {
      const chunks = mutation({ mutant: answer, genuine: answer }, drawn);
      return chunks.map(toHex).join() !== toHex(framed(answer));
    });
    expect(changed.length).toBeGreaterThan(0);
  });
});

test('an answer taken apart and put together is the same', () => {
  for (const { answer } of exchanges.all) expect(putTogether(takenApart(answer))).toEqual(answer);
});

test('a corruption changes nothing of the answer that it was made from', () => {
  const random = new Random('untouched');
  for (const { answer } of exchanges.all) {
    const before = answer.slice();
    for (let left = 50; left > 0; left--) corruptionOf(answer, { random, earlier: [answer] }, () => '00000000');
    expect(answer).toEqual(before);
  }
});

describe('the fuzz finds a chart that', () => {
  type Config = Record<string, unknown>;
  /** In every state that waits for the host. */
  function answering(event: string, target: string) {
    const machine = (config: Config): Config =>
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => {
          if (key === event) return [key, target];
          const isPlain = value !== null && typeof value === 'object' && !Array.isArray(value);
          return [key, isPlain ? machine(value as Config) : value];
        }),
      );
    const config = machine(transactionMachine.config as Config);
    return { ...transactionFlow, machine: createMachine(config as never, transactionMachine.implementations as never) };
  }

  test.each([
    ['takes an answer with a wrong MAC for a refusal', 'ReplyMacWrong', '#transaction.declined'],
    ['forgets a request that was not answered', 'HostSilent', '#transaction.declined'],
    ['takes silence for the end of a reversal', 'HostSilent', '#transaction.reversed'],
  ])('%s', (_, event, target) => {
    const flow = answering(event, target);
    const found = Array.from({ length: 40 }, (_, number) =>
      fuzz({ ...planOf(sale, { corruptAnswersMax: 3 }), seed: `planted/${number}`, transactionFlow: flow }),
    ).filter(({ complaints }) => complaints.length > 0);
    expect(found.length).toBeGreaterThan(0);
  });
});
