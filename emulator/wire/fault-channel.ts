/** What faults do to the bytes that go one way. */
import type { Clock } from '../../src/domain/clock.ts';
import { Bug } from '../../src/domain/result.ts';
import type { Random } from '../time/random.ts';
import type { Fault, FaultCounts } from './faults.ts';

/** What a delayed direction holds back. More waits only if nobody ever stops sending. */
const HELD_BYTES_MAX = 4_194_304;

interface Active {
  readonly fault: Fault;
  readonly sinceMs: number;
  readonly random: Random;
  /** Bytes that have come to this fault. */
  seen: number;
  /** Bytes that it has harmed. */
  harmed: number;
  spent: boolean;
}

interface ChannelWorld {
  readonly clock: Clock;
  readonly random: Random;
  /** Where bytes go on. `done`, if the writer gave one, belongs to the last of them. */
  readonly sink: (bytes: Uint8Array, done: (() => void) | undefined) => void;
  readonly unplug: () => void;
}

/** Bytes leave in the order in which they came, whatever happens to them. */
export class FaultChannel {
  readonly #world: ChannelWorld;
  #active: Active[] = [];
  #inflicted = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #heldDone: (() => void)[] = [];
  #afterRelease: (() => void)[] = [];
  #heldUntilMs = 0;
  #holding = false;
  #unplugged = false;
  #transmitted = 0;
  #routed = 0;
  #harmed = 0;

  constructor(world: ChannelWorld) {
    this.#world = world;
  }

  get counts(): FaultCounts {
    return { transmitted: this.#transmitted, routed: this.#routed, harmed: this.#harmed };
  }

  inflict(fault: Fault): void {
    check(fault);
    // A stream of chance for each fault: one fault more does not change what the others do.
    const random = this.#world.random.fork(`${fault.type} ${this.#inflicted}`);
    this.#inflicted += 1;
    this.#active.push({ fault, sinceMs: this.#world.clock.now(), random, seen: 0, harmed: 0, spent: false });
  }

  /** Ends every fault. What is held back still waits for its time. */
  heal(): void {
    this.#active = [];
  }

  route(chunk: Uint8Array, done?: () => void): void {
    if (this.#unplugged) return;
    this.#transmitted += chunk.length;
    let piece: number[] = [];
    for (const byte of chunk) {
      const delayMs = this.#delayAt();
      if (delayMs > 0) {
        this.#passOn(piece, undefined);
        piece = [];
        this.#hold(delayMs);
      }
      if (this.#unplugsAt()) {
        this.#passOn(piece, undefined);
        this.#pullOut();
        return;
      }
      let bytes = [byte];
      for (const active of this.#active) bytes = bytes.flatMap((each) => this.#harm(active, each));
      piece.push(...bytes);
    }
    this.#active = this.#active.filter((active) => !active.spent);
    const gather = this.#lasting('gather');
    if (gather !== undefined && piece.length > 0 && !this.#holding) this.#hold(gather.ms);
    this.#passOn(piece, done);
  }

  /** Runs `action` once nothing is held back: at once, or later. */
  whenReleased(action: () => void): void {
    if (this.#holding) this.#afterRelease.push(action);
    else action();
  }

  #lasting<Type extends Fault['type']>(type: Type): Extract<Fault, { type: Type }> | undefined {
    return this.#active
      .map(({ fault }) => fault)
      .find((fault): fault is Extract<Fault, { type: Type }> => fault.type === type);
  }

  #delayAt(): number {
    let delayMs = 0;
    for (const active of this.#active) {
      if (active.fault.type !== 'delay' || active.spent) continue;
      if (this.#step(active) < (active.fault.at ?? 0)) continue;
      delayMs += active.fault.ms;
      active.spent = true;
      this.#harmed += 1;
    }
    return delayMs;
  }

  #unplugsAt(): boolean {
    return this.#active.some(
      (active) => active.fault.type === 'unplug' && this.#step(active) >= (active.fault.at ?? 0),
    );
  }

  /** What becomes of one byte: nothing, itself, another, or more than one. */
  #harm(active: Active, byte: number): readonly number[] {
    const { fault } = active;
    if (active.spent) return [byte];
    switch (fault.type) {
      case 'drop':
        return this.#takes(active, fault.at, fault.count) ? [] : [byte];
      case 'flip':
        return this.#takes(active, fault.at, 1) ? [byte ^ (1 << fault.bit)] : [byte];
      case 'duplicate':
        return this.#takes(active, fault.at, fault.count) ? [byte, byte] : [byte];
      case 'mute':
        if (fault.forMs !== undefined && this.#world.clock.now() - active.sinceMs >= fault.forMs) active.spent = true;
        return !active.spent && this.#takes(active, fault.at, Infinity) ? [] : [byte];
      case 'noise':
        return this.#noise(active, fault, byte);
      case 'delay':
      case 'unplug':
      case 'rechunk':
      case 'gather':
        break;
    }
    return [byte];
  }

  /** Whether the byte that has come is one of the `count` from `at` on. */
  #takes(active: Active, at = 0, count = 1): boolean {
    if (this.#step(active) < at) return false;
    this.#countHarm(active, count);
    return true;
  }

  #noise(active: Active, fault: Extract<Fault, { type: 'noise' }>, byte: number): readonly number[] {
    const { random } = active;
    if (fault.forMs !== undefined && this.#world.clock.now() - active.sinceMs >= fault.forMs) {
      active.spent = true;
      return [byte];
    }
    // The same number of draws for every byte, so that a change of one rate does not move the other kinds.
    const drop = random.chance(fault.dropRate ?? 0);
    const flip = random.chance(fault.flipRate ?? 0);
    const garbage = random.chance(fault.garbageRate ?? 0);
    const bit = random.int(8);
    const garbageByte = random.int(256);
    if (!drop && !flip && !garbage) return [byte];
    this.#countHarm(active, fault.faultsMax);
    const kept = drop ? [] : [flip ? byte ^ (1 << bit) : byte];
    return garbage ? [garbageByte, ...kept] : kept;
  }

  /** @returns the index of the byte that has come, counted from when the fault was inflicted. */
  #step(active: Active): number {
    const index = active.seen;
    active.seen += 1;
    return index;
  }

  #countHarm(active: Active, harmedMax: number): void {
    this.#harmed += 1;
    active.harmed += 1;
    active.spent = active.harmed >= harmedMax;
  }

  #passOn(piece: readonly number[], done: (() => void) | undefined): void {
    if (piece.length === 0 && done === undefined) return;
    if (!this.#holding) {
      this.#emit(Uint8Array.from(piece), done);
      return;
    }
    this.#heldBytes += piece.length;
    if (this.#heldBytes > HELD_BYTES_MAX) throw new Bug(`More than ${HELD_BYTES_MAX} bytes wait for a delayed line.`);
    this.#held.push(Uint8Array.from(piece));
    if (done !== undefined) this.#heldDone.push(done);
  }

  #hold(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#world.clock.now()) + ms;
    if (this.#holding) return;
    this.#holding = true;
    this.#world.clock.after(ms, () => this.#release());
  }

  /** What was held back comes as one chunk, as from a driver that was busy. */
  #release(): void {
    const waitMs = this.#heldUntilMs - this.#world.clock.now();
    if (waitMs > 0) {
      this.#world.clock.after(waitMs, () => this.#release());
      return;
    }
    const bytes = new Uint8Array(this.#heldBytes);
    let offset = 0;
    for (const piece of this.#held) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    const dones = this.#heldDone;
    const afterwards = this.#afterRelease;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    this.#heldDone = [];
    this.#afterRelease = [];
    if (!this.#unplugged) this.#emit(bytes, dones.length === 0 ? undefined : () => dones.forEach((done) => done()));
    for (const action of afterwards) action();
  }

  #emit(bytes: Uint8Array, done: (() => void) | undefined): void {
    this.#routed += bytes.length;
    const sizes = this.#lasting('rechunk')?.sizes ?? [];
    let rest = bytes;
    for (let index = 0; sizes.length > 0; index++) {
      const size = sizes[index % sizes.length] ?? rest.length;
      if (size >= rest.length) break;
      this.#world.sink(rest.subarray(0, size), undefined);
      rest = rest.subarray(size);
    }
    this.#world.sink(rest, done);
  }

  #pullOut(): void {
    this.#unplugged = true;
    this.#harmed += 1;
    this.#world.unplug();
  }
}

/** @throws Bug when the fault makes no sense, so that a scenario with a slip of the pen is not a calm one. */
function check(fault: Fault): void {
  const wrong = (what: string): never => {
    throw new Bug(`A fault of type ${fault.type} needs ${what}.`);
  };
  if ('at' in fault && !(Number.isInteger(fault.at) && fault.at >= 0)) wrong('"at" to be 0 or more');
  if ('count' in fault && !(fault.count >= 1)) wrong('"count" to be 1 or more');
  if (fault.type === 'rechunk' && !(fault.sizes.length > 0 && fault.sizes.every((size) => size >= 1))) {
    wrong('"sizes" of 1 or more');
  }
  if (fault.type === 'noise') {
    const rates = [fault.flipRate, fault.dropRate, fault.garbageRate];
    if (!rates.every((rate = 0) => rate >= 0 && rate <= 1)) wrong('rates from 0 to 1');
    if (!(Number.isInteger(fault.faultsMax) && fault.faultsMax >= 1)) wrong('"faultsMax", a whole number from 1');
  }
  if ((fault.type === 'delay' || fault.type === 'gather') && !(fault.ms >= 0)) wrong('"ms" of 0 or more');
}
