/**
 * A small echo device on a memory wire.
 *
 * Mutations that these tests notice: entering the model from inside a sight; a re-armed timer that runs twice; timers
 * that survive stop; time that is told from the start and not from the last input; a surprise that is swallowed; listening on to a line that was replaced.
 */
import { expect, test } from 'vitest';
import { Surprise, type Action, type DeviceModel } from '../models/model.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { memoryWire } from './memory.ts';
import { runModel, type ModelObserver } from './run-model.ts';

type Deed = { readonly type: 'press' | 'hang-up' | 'arm' | 'disarm' | 'surprise' };
type Sight = string;

/** Echoes bytes, shows what happens, and beeps 100 ms after it was armed. */
class Echo implements DeviceModel<Deed, Sight> {
  #inside = false;
  presses = 0;

  bytes(chunk: Uint8Array): readonly Action<Sight>[] {
    return [
      { type: 'write', bytes: chunk },
      { type: 'sight', sight: `echoed ${[...chunk].join(' ')}` },
    ];
  }

  elapsed(timer: string): readonly Action<Sight>[] {
    return [{ type: 'sight', sight: `${timer} elapsed` }];
  }

  does(deed: Deed): readonly Action<Sight>[] {
    if (this.#inside) throw new Error('entered twice');
    this.#inside = true;
    const actions = this.#decide(deed);
    this.#inside = false;
    return actions;
  }

  #decide({ type }: Deed): readonly Action<Sight>[] {
    switch (type) {
      case 'press':
        this.presses += 1;
        return [
          { type: 'sight', sight: `press ${this.presses}` },
          { type: 'sight', sight: `release ${this.presses}` },
        ];
      case 'hang-up':
        return [{ type: 'write', bytes: Uint8Array.of(4) }, { type: 'hang-up' }];
      case 'arm':
        return [{ type: 'arm', timer: 'beep', ms: 100 }];
      case 'disarm':
        return [{ type: 'disarm', timer: 'beep' }];
      case 'surprise':
        break;
    }
    throw new Surprise('no terminal may do this');
  }
}

function setUp(observer: Partial<ModelObserver<Sight>> = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryWire(clock);
  const seen: string[] = [];
  const heard: number[] = [];
  const closed: string[] = [];
  near.listen({ bytes: (chunk) => heard.push(...chunk), closed: (reason) => closed.push(reason) });
  const running = runModel<Deed, Sight>(new Echo(), far, clock, {
    onSight: (sight) => seen.push(`${clock.now()}: ${sight}`),
    onSurprise: (error) => seen.push(String(error)),
    ...observer,
  });
  return { clock, near, running, seen, heard, closed };
}

test('bytes go in, and what the model writes and shows comes out', () => {
  const { clock, near, seen, heard } = setUp();
  near.write(Uint8Array.of(1, 2));
  clock.runUntilIdle();
  expect(heard).toEqual([1, 2]);
  expect(seen).toEqual(['0: echoed 1 2']);
});

test('a timer that is armed again runs once, at the later time', () => {
  const { clock, running, seen } = setUp();
  running.does({ type: 'arm' });
  clock.advance(60);
  running.does({ type: 'arm' });
  clock.runUntilIdle();
  expect(seen).toEqual(['160: beep elapsed']);
});

test('a timer that is disarmed does not run, also when it was armed twice', () => {
  const { clock, running, seen } = setUp();
  running.does({ type: 'arm' });
  running.does({ type: 'arm' });
  running.does({ type: 'disarm' });
  running.does({ type: 'disarm' });
  clock.runUntilIdle();
  expect(seen).toEqual([]);
});

test('a model that wants to know is told before each input how much time has passed since the last', () => {
  class Waiting extends Echo {
    readonly told: number[] = [];
    passed(ms: number): void {
      this.told.push(ms);
    }
  }
  const clock = new VirtualClock(5000);
  const model = new Waiting();
  const observer = { onSight: () => undefined, onSurprise: () => undefined };
  const running = runModel(model, memoryWire(clock).far, clock, observer);
  clock.advance(30);
  running.does({ type: 'arm' });
  running.does({ type: 'press' });
  clock.runUntilIdle();
  expect(model.told).toEqual([30, 0, 100]);
});

test('hanging up closes the line behind what was written', () => {
  const { clock, running, heard, closed } = setUp();
  running.does({ type: 'hang-up' });
  clock.runUntilIdle();
  expect(heard).toEqual([4]);
  expect(closed).toHaveLength(1);
});

test('a deed from inside a sight waits until the first deed is carried out', () => {
  const seen: string[] = [];
  const { running } = setUp({
    onSight(sight) {
      seen.push(sight);
      if (sight === 'press 1') running.does({ type: 'press' });
    },
    onSurprise: (error) => seen.push(String(error)),
  });
  running.does({ type: 'press' });
  expect(seen).toEqual(['press 1', 'release 1', 'press 2', 'release 2']);
});

test('deeds that cause deeds without end fail the run', () => {
  const surprises: unknown[] = [];
  const { running } = setUp({
    onSight: () => running.does({ type: 'press' }),
    onSurprise: (error) => surprises.push(error),
  });
  running.does({ type: 'press' });
  expect(surprises.map(String)).toEqual(['Error: What is seen of the device causes deeds without end.']);
});

test('a surprise is handed over, and the model is stopped', () => {
  const { clock, near, running, seen, heard } = setUp();
  running.does({ type: 'arm' });
  running.does({ type: 'surprise' });
  near.write(Uint8Array.of(1));
  clock.runUntilIdle();
  expect(seen).toEqual(['Surprise: no terminal may do this']);
  expect(heard).toEqual([]);
});

test('a model without power hears nothing, says nothing, and its timers are gone; the line stays open', () => {
  const { clock, near, running, seen, heard, closed } = setUp();
  running.does({ type: 'arm' });
  running.stop();
  expect(clock.pending).toBe(0);
  running.does({ type: 'press' });
  near.write(Uint8Array.of(1));
  clock.runUntilIdle();
  expect([seen, heard, closed]).toEqual([[], [], []]);
});

test('power that goes at a sight keeps the rest of the decision from being carried out', () => {
  const seen: string[] = [];
  const { running } = setUp({
    onSight(sight) {
      seen.push(sight);
      running.stop();
    },
  });
  running.does({ type: 'press' });
  expect(seen).toEqual(['press 1']);
});

test('a device that is plugged in again keeps its state, and its old line is closed', () => {
  const { clock, near, running, seen, closed } = setUp();
  running.does({ type: 'press' });
  const again = memoryWire(clock);
  const heardAgain: number[] = [];
  again.near.listen({ bytes: (chunk) => heardAgain.push(...chunk), closed() {} });
  near.write(Uint8Array.of(1));
  running.replaceLine(again.far);
  again.near.write(Uint8Array.of(2));
  running.does({ type: 'press' });
  clock.runUntilIdle();
  expect(closed).toHaveLength(1);
  expect(heardAgain).toEqual([2]);
  expect(seen).toEqual(['0: press 1', '0: release 1', '0: press 2', '0: release 2', '0: echoed 2']);
});

test('a line that the terminal closes is told, and the model runs on', () => {
  const reasons: string[] = [];
  const { clock, near, running, seen } = setUp({ onClosed: (reason) => reasons.push(reason) });
  near.close();
  clock.runUntilIdle();
  running.does({ type: 'press' });
  expect(reasons).toEqual(['the other end closed the line']);
  expect(seen).toHaveLength(2);
});
