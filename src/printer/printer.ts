/** The printer port over a serial line: spool, status classifier and clock put together. */
import { ByteLengthParser } from '@serialport/parser-byte-length';
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import type { Paper } from '../domain/paper.ts';
import { Bug } from '../domain/result.ts';
import { nextProcessNumber, processId } from './commands.ts';
import { conditionIn, type PrinterCondition } from './conditions.ts';
import { jobChunks, paperJob, type Density } from './escpos-renderer.ts';
import { headLinesOf } from './head-lines.ts';
import type { PaperSettings } from './paper-settings.ts';
import type { PrinterProfile } from './profiles.ts';
import {
  isFree,
  spoolStart,
  type PrintAnswer as SpoolAnswer,
  type SpoolEffect,
  type SpoolInput,
  type SpoolState,
  type SpoolTimer,
} from './spool-state.ts';
import { next } from './spool.ts';
import { StatusClassifier, type StatusAnswer } from './status.ts';

interface PrinterLog {
  warn(fields: object): void;
}

export interface PrinterOptions {
  readonly line: Line;
  readonly clock: Clock;
  readonly profile: PrinterProfile;
  /** How papers look. Absent: both languages, and nothing of the merchant's own. */
  readonly papers?: PaperSettings;
  readonly log?: PrinterLog;
  /** Another than the one there is: for tests that show what a wrong one would do. */
  readonly spool?: typeof next;
}

export type PrintAnswer =
  | Exclude<SpoolAnswer, { readonly type: 'printed' }>
  | (Extract<SpoolAnswer, { readonly type: 'printed' }> & { readonly headLines: number });

export interface Printer {
  /**
   * Prints one paper. Answers `printed` with the dot rows that it has heated, or `stopped` (again when the trouble
   * changes) and then `ready`.
   *
   * @throws Bug while another paper is under way
   */
  print(paper: Paper, answer: (answer: PrintAnswer) => void, density?: Density): void;
  /** Sets the one listener for what changes without stopping anything. */
  onCondition(listener: (condition: PrinterCondition) => void): void;
}

/** Takes the line over for good: nobody else may listen on it or write to it. */
export function openPrinter(options: PrinterOptions): Printer {
  return new SpooledPrinter(options);
}

class SpooledPrinter implements Printer {
  readonly #options: PrinterOptions;
  readonly #classifier = new StatusClassifier();
  readonly #timers = new Map<SpoolTimer, Cancel>();
  #state: SpoolState;
  #processNumber = -1;
  #answer: (answer: SpoolAnswer) => void = () => {};
  #condition: PrinterCondition = { paperLow: false };
  #conditionListener: (condition: PrinterCondition) => void = () => {};
  #cancelIdle: Cancel = () => {};

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#state = spoolStart(options.profile);
    // With a `data` listener from the start this stream flows: `write` calls the listener once per byte before it
    // returns, so no byte waits for a later turn of the event loop.
    const bytes = new ByteLengthParser({ length: 1 });
    bytes.on('data', ([byte]: Buffer) => {
      if (byte !== undefined) this.#hear(this.#classifier.push(byte));
    });
    options.line.listen({
      bytes: (chunk) => {
        bytes.write(chunk);
        this.#awaitRest();
      },
      closed: () => this.#input({ type: 'closed' }),
    });
  }

  onCondition(listener: (condition: PrinterCondition) => void): void {
    this.#conditionListener = listener;
  }

  print(paper: Paper, answer: (answer: PrintAnswer) => void, density: Density = 'normal'): void {
    if (!isFree(this.#state)) throw new Bug('A paper was given to the printer while another one is under way.');
    const { profile, clock, papers } = this.#options;
    this.#processNumber = nextProcessNumber(this.#processNumber, clock.now());
    const id = processId(this.#processNumber);
    const headLines = headLinesOf(paper, profile, papers);
    this.#answer = (told) => answer(told.type === 'printed' ? { ...told, headLines } : told);
    const tell = this.#answer;
    const chunks = jobChunks(paperJob(paper, profile, id, papers, density), profile.chunkBytes);
    // Later, because an answer must not come from inside this call.
    for (const told of this.#step({ type: 'print', job: { id, chunks } })) clock.after(0, () => tell(told));
  }

  #hear(answers: readonly StatusAnswer[]): void {
    for (const answer of answers) {
      if (answer.type === 'discarded') {
        const { reason, bytes } = answer;
        this.#options.log?.warn({ event: 'printer-bytes-discarded', reason, bytes });
      }
      const condition = conditionIn(this.#state, answer);
      this.#input({ type: 'heard', answer });
      if (condition === undefined || condition.paperLow === this.#condition.paperLow) continue;
      this.#condition = condition;
      this.#conditionListener(condition);
    }
  }

  /** Arms the inter-byte timeout when an answer has begun and not ended. */
  #awaitRest(): void {
    this.#cancelIdle();
    if (!this.#classifier.isWaiting) return;
    const { clock, profile } = this.#options;
    this.#cancelIdle = clock.after(profile.interByteTimeoutMs, () => this.#hear(this.#classifier.idle()));
  }

  #input(input: SpoolInput): void {
    for (const told of this.#step(input)) this.#answer(told);
  }

  /** @returns what to tell, when all else is done: whoever is told may print at once. */
  #step(input: SpoolInput): readonly SpoolAnswer[] {
    const [state, effects] = (this.#options.spool ?? next)(this.#state, input);
    this.#state = state;
    for (const effect of effects) if (effect.type !== 'tell') this.#act(effect);
    return effects.flatMap((effect) => (effect.type === 'tell' ? [effect.answer] : []));
  }

  #act(effect: Exclude<SpoolEffect, { type: 'tell' }>): void {
    const { line, clock } = this.#options;
    switch (effect.type) {
      case 'write':
        line.write(effect.bytes);
        return;
      case 'write-chunk':
        line.write(effect.bytes, () => this.#input({ type: 'chunk-left' }));
        return;
      case 'arm':
        this.#timers.get(effect.timer)?.();
        this.#timers.set(
          effect.timer,
          clock.after(effect.ms, () => this.#input({ type: 'elapsed', timer: effect.timer })),
        );
        return;
      case 'disarm':
        this.#timers.get(effect.timer)?.();
        return;
    }
  }
}
