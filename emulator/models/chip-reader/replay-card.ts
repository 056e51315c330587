/** A card that repeats what was recorded: commands and the responses to them, as a file. */
import * as v from 'valibot';
import { fail, ok, type Result } from '../../../src/domain/result.ts';
import { fromHex, isHex } from '../crypto/hex.ts';
import { readAtr } from './atr.ts';
import type { CardResponse, EmulatedCard } from './emulated-card.ts';

const RESPONSE_LENGTH_MAX = 258;
const COMMAND_LENGTH_MAX = 261;
const SELECT = 0xa4;

const NOT_FOUND = Uint8Array.of(0x6a, 0x82);
const UNKNOWN_INSTRUCTION = Uint8Array.of(0x6d, 0x00);
const NO_DIAGNOSIS = Uint8Array.of(0x6f, 0x00);

const hex = (bytesMin: number, bytesMax: number): v.GenericSchema<string, Uint8Array> =>
  v.pipe(
    v.string(),
    v.transform((text) => text.replaceAll(/\s/g, '')),
    v.check(isHex, 'must be whole bytes of hex'),
    v.check(
      (text) => text.length / 2 >= bytesMin && text.length / 2 <= bytesMax,
      `must be ${bytesMin} to ${bytesMax} bytes`,
    ),
    v.transform(fromHex),
  );

const replaySchema = v.strictObject({
  /** Where the bytes come from; for readers of the file. */
  provenance: v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'))),
  atr: hex(2, 33),
  exchanges: v.array(
    v.strictObject({
      command: hex(4, COMMAND_LENGTH_MAX),
      response: hex(2, RESPONSE_LENGTH_MAX),
      delayMs: v.optional(v.pipe(v.number('must be a number'), v.minValue(0, 'must be 0 or more')), 0),
    }),
  ),
  /** `header`: CLA, INS, P1 and P2 must be the same, and for SELECT the data too. */
  match: v.picklist(['exact', 'header'], 'must be "exact" or "header"'),
});

type Recording = v.InferOutput<typeof replaySchema>;

/** Reads a replay card. The error names every place that is wrong, and quotes no card data. */
export function parseReplayCard(json: unknown): Result<ReplayCard, string> {
  const parsed = v.safeParse(replaySchema, json, { abortPipeEarly: true });
  if (!parsed.success) return fail(parsed.issues.map(describe).join('; '));
  const atr = readAtr(parsed.output.atr);
  return atr.ok ? ok(new ReplayCard(parsed.output)) : fail(`atr ${atr.error}`);
}

function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'the card';
  if (issue.message.startsWith('must')) return `${place} ${issue.message}`;
  if (issue.received === 'undefined') return `${place} is missing`;
  return issue.expected === 'never' ? `${place} is not a key of a replay card` : `${place} must be ${issue.expected}`;
}

export class ReplayCard implements EmulatedCard {
  readonly #recording: Recording;
  /** How often each command has come since the reset: a command recorded twice has two answers, the last for good. */
  readonly #seen = new Map<string, number>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  reset(): Uint8Array {
    this.#seen.clear();
    return this.#recording.atr.slice();
  }

  transmit(command: Uint8Array): CardResponse {
    const key = this.#keyOf(command);
    const matching = this.#recording.exchanges.filter((exchange) => this.#keyOf(exchange.command) === key);
    const seen = this.#seen.get(key) ?? 0;
    const exchange = matching[Math.min(seen, matching.length - 1)];
    if (exchange === undefined) return { bytes: this.#otherwise(command).slice(), delayMs: 0 };
    this.#seen.set(key, seen + 1);
    return { bytes: exchange.response.slice(), delayMs: exchange.delayMs };
  }

  removed(): void {
    this.#seen.clear();
  }

  /** Le is never compared: whether it arrives depends on the transport. */
  #keyOf(command: Uint8Array): string {
    const dataLength = command.length > 5 ? (command[4] ?? 0) : 0;
    const comparesData = dataLength > 0 && (this.#recording.match === 'exact' || command[1] === SELECT);
    return command.subarray(0, comparesData ? 5 + dataLength : 4).join(' ');
  }

  #otherwise(command: Uint8Array): Uint8Array {
    if (command[1] === SELECT) return NOT_FOUND;
    const isKnown = this.#recording.exchanges.some((exchange) => exchange.command[1] === command[1]);
    return isKnown ? NO_DIAGNOSIS : UNKNOWN_INSTRUCTION;
  }
}
