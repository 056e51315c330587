/** Puts a device model on a line: bytes and time go in, what the model decides is carried out. */
import type { Clock } from '../../src/domain/clock.ts';
import type { Line } from '../../src/domain/line.ts';
import type { Action, DeviceModel } from '../models/model.ts';
import { ClockScope } from '../time/clock-scope.ts';

/** Sights that cause deeds that cause sights: beyond this many in one instant they never end. */
const INPUTS_PER_INSTANT_MAX = 10_000;

export interface ModelObserver<Sight> {
  readonly onSight: (sight: Sight) => void;
  /** The model threw: a `Surprise`, or a mistake in the model. The run has failed and the model is stopped. */
  readonly onSurprise: (error: unknown) => void;
  /** The terminal's side is gone. The model runs on: a device does not notice. */
  readonly onClosed?: (reason: string) => void;
}

export interface RunningModel<Deed> {
  /** A person or a fault does something to the device. May be called from inside `onSight`; it then waits its turn. */
  does(deed: Deed): void;
  /** The device is plugged in again, with its state. The line before is closed. */
  replaceLine(line: Line): void;
  /** Power off: its timers never run and nothing is heard or said any more. The line stays open, as a cable does. */
  stop(): void;
}

export function runModel<Deed, Sight>(
  model: DeviceModel<Deed, Sight>,
  line: Line,
  clock: Clock,
  observer: ModelObserver<Sight>,
): RunningModel<Deed> {
  const running = new Running(model, line, clock, observer);
  running.start();
  return running;
}

class Running<Deed, Sight> implements RunningModel<Deed> {
  readonly #model: DeviceModel<Deed, Sight>;
  readonly #observer: ModelObserver<Sight>;
  readonly #clock: ClockScope;
  readonly #timers = new Map<string, () => void>();
  readonly #inputs: (() => readonly Action<Sight>[])[] = [];
  #line: Line;
  #busy = false;
  #stopped = false;
  #lastInputMs: number;

  constructor(model: DeviceModel<Deed, Sight>, line: Line, clock: Clock, observer: ModelObserver<Sight>) {
    this.#model = model;
    this.#observer = observer;
    this.#clock = new ClockScope(clock);
    this.#line = line;
    this.#lastInputMs = this.#clock.now();
  }

  start(): void {
    this.#line.listen({
      bytes: (chunk) => this.#takes(() => this.#model.bytes(chunk)),
      closed: (reason) => {
        if (!this.#stopped) this.#observer.onClosed?.(reason);
      },
    });
  }

  does(deed: Deed): void {
    this.#takes(() => this.#model.does(deed));
  }

  replaceLine(line: Line): void {
    this.#line.close();
    this.#line = line;
    this.start();
  }

  stop(): void {
    this.#stopped = true;
    this.#inputs.length = 0;
    this.#clock.stop();
  }

  /** One input at a time: a model must never be entered while its last decision is being carried out. */
  #takes(input: () => readonly Action<Sight>[]): void {
    if (this.#stopped) return;
    this.#inputs.push(input);
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#workOff();
    } catch (error) {
      this.stop();
      this.#observer.onSurprise(error);
    } finally {
      this.#busy = false;
    }
  }

  #workOff(): void {
    let inputs = 0;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      inputs += 1;
      if (inputs > INPUTS_PER_INSTANT_MAX) throw new Error('What is seen of the device causes deeds without end.');
      this.#letTimePass();
      for (const action of input()) {
        // A sight may have made somebody cut the power.
        if (this.#stopped) return;
        this.#carryOut(action);
      }
    }
  }

  #letTimePass(): void {
    if (this.#model.passed === undefined) return;
    const nowMs = this.#clock.now();
    // A real clock can be set back.
    this.#model.passed(Math.max(0, nowMs - this.#lastInputMs));
    this.#lastInputMs = nowMs;
  }

  #carryOut(action: Action<Sight>): void {
    switch (action.type) {
      case 'write':
        this.#line.write(action.bytes);
        return;
      case 'arm':
        this.#timers.get(action.timer)?.();
        this.#timers.set(
          action.timer,
          this.#clock.after(action.ms, () => this.#elapsed(action.timer)),
        );
        return;
      case 'disarm':
        this.#timers.get(action.timer)?.();
        this.#timers.delete(action.timer);
        return;
      case 'hang-up':
        this.#line.close();
        return;
      case 'sight':
        this.#observer.onSight(action.sight);
    }
  }

  #elapsed(timer: string): void {
    this.#timers.delete(timer);
    this.#takes(() => this.#model.elapsed(timer));
  }
}
