/** For tests: the terminal's chip reader adapter and the emulated reader at the two ends of a wire in memory. */
import {
  type ChipReaderProfile,
  GEMPC_TWIN as GEMPC_TWIN_FOR_TERMINAL,
  openChipReader,
} from '../../src/device/chip-reader/chip-reader.ts';
import type {
  ChipReader,
  ChipReaderAnswer,
  ChipReaderEvent,
  ChipReaderFailure,
} from '../../src/device/chip-reader/port-types.ts';
import type { Line } from '../../src/domain/line.ts';
import type { Result } from '../../src/domain/result.ts';
import {
  ChipReaderModel,
  type ChipReaderDeed,
  type ChipReaderProfile as EmulatedProfile,
  type ChipReaderSight,
  GEMPC_TWIN,
} from '../models/chip-reader/chip-reader.ts';
import type { CardResponse, EmulatedCard } from '../models/chip-reader/emulated-card.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { Random } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type FaultyLine, faultyLine, type Tap } from '../wire/faults.ts';
import { memoryWire } from '../wire/memory.ts';
import { runModel, type RunningModel } from '../wire/run-model.ts';

const T0_ATR = '3B600000';
export const T1_ATR = '3BE000FF8131FE4514';

/** Answers each command with its own P1 and P2, and counts how often it was given each. */
export class CountingCard implements EmulatedCard {
  readonly given = new Map<string, number>();
  resets = 0;
  removals = 0;
  delayMs = 0;
  readonly #atr: string;

  constructor(atr: string = T0_ATR) {
    this.#atr = atr;
  }

  reset(): Uint8Array {
    this.resets += 1;
    return fromHex(this.#atr);
  }

  transmit(command: Uint8Array): CardResponse {
    const [, , p1 = 0, p2 = 0] = command;
    const key = `${p1} ${p2}`;
    this.given.set(key, (this.given.get(key) ?? 0) + 1);
    return { bytes: Uint8Array.of(p1, p2, 0x90, 0x00), delayMs: this.delayMs };
  }

  removed(): void {
    this.removals += 1;
  }
}

/** What the counting card is asked, and what it answers, with T=0. */
export const question = (p1: number, p2: number): Uint8Array => Uint8Array.of(0x00, 0xca, p1, p2, 0x02);
export const answerTo = (p1: number, p2: number): Uint8Array => Uint8Array.of(p1, p2, 0x90, 0x00);

export type Outcome<Value> = Result<Value, ChipReaderFailure>;

/** For a line: keeps in hex what the terminal sends and hears, as far as it gets through. */
export const listenIn =
  (into: string[]): Tap =>
  (_, stage, bytes) => {
    if (stage === 'routed') into.push(toHex(bytes));
  };

export interface BenchOptions {
  readonly echoes?: boolean;
  readonly emulated?: Partial<EmulatedProfile>;
  readonly terminal?: Partial<ChipReaderProfile>;
  readonly seed?: string;
}

/** Nothing that a reader is asked takes longer, but for a card that thinks. */
const PATIENCE_MS = 20_000;

export class Bench {
  readonly clock = new VirtualClock();
  readonly events: ChipReaderEvent[] = [];
  readonly surprises: unknown[] = [];
  readonly logged: unknown[] = [];
  /** What the terminal has sent and heard, in hex. */
  readonly overheard: string[] = [];
  readonly sights: ChipReaderSight[] = [];
  /** Somebody stands before the reader. */
  onSight: (sight: ChipReaderSight) => void = () => undefined;
  readonly chipReader: ChipReader;
  /** Whether there is a port that can be opened. */
  plugged = true;
  line: FaultyLine;
  readonly #random: Random;
  readonly #model: RunningModel<ChipReaderDeed>;

  constructor({ echoes = true, emulated = {}, terminal = {}, seed = 'chip reader' }: BenchOptions = {}) {
    this.#random = new Random(seed);
    const model = new ChipReaderModel({ ...GEMPC_TWIN, echoes, unknownMessages: 'refused', ...emulated });
    const first = this.#plug();
    this.line = first.line;
    this.#model = runModel(model, first.far, this.clock, {
      onSight: (sight) => {
        this.sights.push(sight);
        this.onSight(sight);
      },
      onSurprise: (error) => this.surprises.push(error),
    });
    let isFirst = true;
    this.chipReader = openChipReader({
      connect: (answer) =>
        this.clock.after(0, () => {
          if (!this.plugged) return answer(undefined);
          if (!isFirst) this.#replug();
          isFirst = false;
          answer(this.line);
        }),
      clock: this.clock,
      profile: { ...GEMPC_TWIN_FOR_TERMINAL, echoes, ...terminal },
      log: { warn: (fields) => this.logged.push(fields) },
    });
    this.chipReader.onEvent((event) => this.events.push(event));
  }

  /** New wires: the model has the far end, the terminal the near one. */
  #plug(): { readonly line: FaultyLine; readonly far: Line } {
    const { near, far } = memoryWire(this.clock, { latencyMs: 1 });
    return { far, line: faultyLine(near, { clock: this.clock, random: this.#random, tap: listenIn(this.overheard) }) };
  }

  #replug(): void {
    const { line, far } = this.#plug();
    this.line = line;
    this.#model.replaceLine(far);
  }

  does(deed: ChipReaderDeed): void {
    this.#model.does(deed);
  }

  /** The types of what happened since it was last asked. */
  news(): readonly string[] {
    return this.events.splice(0).map(({ type }) => type);
  }

  /** Makes one request and lets time pass until it is answered. */
  ask<Value>(request: (answer: ChipReaderAnswer<Value>) => void, patienceMs = PATIENCE_MS): Outcome<Value> {
    const outcomes: Outcome<Value>[] = [];
    request((result) => outcomes.push(result));
    if (outcomes.length > 0) throw new Error('The answer came from inside the call.');
    this.clock.runUntil(() => outcomes.length > 0, patienceMs);
    const [outcome, ...more] = outcomes;
    if (outcome === undefined || more.length > 0) throw new Error(`A request was answered ${outcomes.length} times.`);
    return outcome;
  }

  /** Finds the reader, inserts the card and gives it power. */
  start(card: EmulatedCard): void {
    this.does({ type: 'insert', card });
    this.clock.advance(500);
    const powered = this.ask<Uint8Array>((answer) => this.chipReader.powerOn(answer));
    if (!powered.ok) throw new Error(`The card got no power: ${powered.error.detail}`);
  }

  transmit(unit: Uint8Array, patienceMs = PATIENCE_MS): Outcome<Uint8Array> {
    return this.ask((answer) => this.chipReader.transmit(unit, answer), patienceMs);
  }
}
