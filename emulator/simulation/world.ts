/** A whole terminal and a whole device in one thread, under a virtual clock, with mains that can be cut. */
import { Secret } from '../../src/domain/secret.ts';
import type { Line, LineListener } from '../../src/domain/line.ts';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Input, Screen } from '../../src/domain/screen.ts';
import type { JournalPort } from '../../src/flows/journal.ts';
import type { TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { Vault } from '../../src/journal/vault.ts';
import { logTo } from '../../src/log/log.ts';
import { startTerminal, type World } from '../../src/terminal.ts';
import type { Card } from '../models/cards.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { TERMINAL_58MM } from '../models/printer/profile.ts';
import { EmulatedDevice, TEST_TERMINAL, type DeviceLines, type Sight } from '../device.ts';
import { parseDeed } from '../scenario/deeds.ts';
import type { NamedFault } from '../scenario/faults.ts';
import { memoryWire } from '../wire/memory.ts';
import type { ClockScope } from '../time/clock-scope.ts';
import { Random } from '../time/random.ts';
import { simulatedConfig } from './simulated-config.ts';
import { VirtualClock } from '../time/virtual-clock.ts';

/** 2026-03-02 10:00 UTC, an ordinary Monday. */
const START_MS = Date.UTC(2026, 2, 2, 10);
const LATENCY_MS = 1;
const CONNECT_MS = 2;
/** Slow enough that a terminal can lose its power while the printer still prints. */
const PRINTER_LINES_PER_SECOND = 100;

/** The power is gone: thrown at an instant, it ends whatever the terminal was doing. */
class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/** One thing that the person at the terminal wants done. */
export interface Errand {
  /** The menu's word, e.g. `sale`. */
  readonly item: string;
  /** Minor units; where the transaction asks for an amount. */
  readonly amount?: string;
  readonly card: string;
  /** Keyed in order where the terminal asks for an original: texts, or what the slip of an earlier errand says. */
  readonly original?: readonly (string | FromResult)[];
  readonly fault?: NamedFault;
}

/** Reads something off the last approved result, as a person does off a slip. */
type FromResult = (result: TransactionResult) => string | undefined;

export interface WorldOptions {
  readonly seed: string;
  readonly cards: readonly Card[];
  readonly journal: JournalPort;
  /** What a wrong chart would do: for tests of the tests. */
  readonly transactionFlow?: TransactionFlow;
}

/** One terminal's life: from power to power. */
interface Life {
  readonly scope: ClockScope;
  /** Its ends of all wires: they go with it. */
  readonly lines: Line[];
  alive: boolean;
}

export class SimulatedWorld {
  readonly clock = new VirtualClock(START_MS);
  readonly device: EmulatedDevice;
  readonly pieces: PaperPiece[] = [];
  readonly results: TransactionResult[] = [];
  /** Everything that the terminal logged, in all its lives. */
  log = '';
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #errands: readonly Errand[];
  readonly #cured = new Set<string>();
  #hostIsUp = true;
  #life: Life | undefined;
  #input: (input: Input) => void = () => undefined;
  #screen: Screen | undefined;
  /** How many errands have been begun; one that the power cut short is not begun again. */
  #begun = 0;
  #originalsKeyed = 0;
  #surprise: unknown;

  constructor(options: WorldOptions, errands: readonly Errand[]) {
    this.#options = options;
    this.#errands = errands;
    this.#random = new Random(options.seed);
    const { far } = this.#wires();
    this.device = new EmulatedDevice(
      {
        clock: this.clock,
        random: this.#random.fork('device'),
        noise: this.#random.fork('noise'),
        cards: options.cards,
        terminals: [TEST_TERMINAL],
        now: () => new Date(this.clock.now()).toISOString().replaceAll(/\D/g, '').slice(0, 14),
        lateMs: 90_000,
        printer: { ...TERMINAL_58MM, linesPerSecond: PRINTER_LINES_PER_SECOND },
        noisyWires: false,
        onSight: (sight) => this.#seen(sight),
        onSurprise: (error) => (this.#surprise ??= error),
        hostPower: (on) => (this.#hostIsUp = on),
      },
      far,
    );
  }

  /**
   * Gives the terminal power and lets the world run until it has come to rest.
   *
   * @param cutAt the instant, from 1, at which the power fails; none lets it live.
   * @returns how many instants passed, and whether it was cut.
   */
  live(cutAt?: number): { readonly instants: number; readonly cut: string | undefined } {
    let instants = 0;
    const pass = (instant: string): void => {
      instants += 1;
      if (instants === cutAt) throw new PowerCut(instant);
    };
    let cut: string | undefined;
    try {
      this.#powerUp(pass);
      const rested = this.clock.runUntil(() => this.#surprise !== undefined || this.#atRest(), 3_600_000);
      if (this.#surprise !== undefined) throw this.#surprise;
      if (!rested)
        throw new Error(`The world did not come to rest; the screen shows ${this.#screen?.id ?? 'nothing'}.`);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      cut = error.message;
    }
    this.#powerDown();
    return { instants, cut };
  }

  /** The printer finishes what it has, and whatever else is under way ends. */
  settle(): void {
    this.clock.advance(30_000);
    if (this.#surprise !== undefined) throw this.#surprise;
  }

  #powerUp(pass: (instant: string) => void): void {
    const scope = this.clock.scope();
    const { near, far } = this.#wires();
    this.device.replug(far);
    const life: Life = { scope, alive: true, lines: Object.values(near) };
    this.#life = life;
    const world: World = {
      clock: scope,
      localTime: () => new Date(this.clock.now()).toISOString().slice(0, 19).replace('T', ' '),
      lines: {
        swipeReader: lifeLine(near['swipe-reader'], life),
        pinPad: lifeLine(near['pin-pad'], life),
        printer: lifeLine(near.printer, life),
      },
      connectHost: (answer) =>
        scope.after(CONNECT_MS, () => {
          if (!this.#hostIsUp) return answer({ ok: false, error: { reason: 'refused', message: 'refused' } });
          const call = memoryWire(this.clock, { latencyMs: LATENCY_MS });
          this.device.hostCalled(call.far);
          life.lines.push(call.near);
          answer({ ok: true, value: lifeLine(call.near, life) });
        }),
      journal: this.#options.journal,
      vault: new Vault(Secret.of(new Uint8Array(32), 'KEY'), (bytes) => this.#random.fork('vault').bytes(bytes)),
      display: {
        show: (screen) => this.#shown(screen, life),
        onInput: (listener) => (this.#input = listener),
      },
      log: logTo({ write: (line) => (this.log += line) }, 'info'),
      mains: { pass },
      ...(this.#options.transactionFlow === undefined ? {} : { transactionFlow: this.#options.transactionFlow }),
    };
    startTerminal(simulatedConfig, world);
  }

  #powerDown(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.alive = false;
    life.scope.stop();
    for (const line of life.lines) line.close();
    this.#life = undefined;
    this.#screen = undefined;
  }

  #atRest(): boolean {
    const id = this.#screen?.id;
    const isDone = this.#begun === this.#errands.length;
    return id === 'result' ? isDone && this.#screen?.result?.outcome !== 'reversal-pending' : isDone && id === 'idle';
  }

  #wires(): { readonly near: DeviceLines; readonly far: DeviceLines } {
    const wire = (): { near: Line; far: Line } => memoryWire(this.clock, { latencyMs: LATENCY_MS });
    const [swipe, pin, print] = [wire(), wire(), wire()];
    return {
      near: { 'swipe-reader': swipe.near, 'pin-pad': pin.near, printer: print.near },
      far: { 'swipe-reader': swipe.far, 'pin-pad': pin.far, printer: print.far },
    };
  }

  /** The person at the terminal: wants one sale, and does whatever the screen asks for. Never from inside `show`. */
  #shown(screen: Screen, life: Life): void {
    this.#screen = screen;
    if (screen.result !== undefined) this.results.push(screen.result);
    const key = (input: Input): void => {
      this.clock.after(LATENCY_MS, () => {
        if (life.alive && this.#screen === screen) this.#input(input);
      });
    };
    this.#cure(screen.id);
    switch (screen.id) {
      case 'idle':
        return this.#begin(life, screen);
      case 'not-signed-in':
        return key({ type: 'choose', item: 'sign-in' });
      case 'result':
        return screen.result?.outcome === 'reversal-pending' ? undefined : key({ type: 'confirm' });
      case 'name-original':
        return key(this.#nameOriginal());
      case 'enter-amount':
        return key({
          type: 'amount',
          amount: (this.#errand?.amount ?? '') as Extract<Input, { type: 'amount' }>['amount'],
        });
      case 'present-card':
        return this.#does(`swipe ${this.#errand?.card ?? ''}`);
      case 'confirm':
        return key({ type: 'confirm' });
      default:
        return undefined;
    }
  }

  /** The errand under way, or done last. */
  get #errand(): Errand | undefined {
    return this.#errands[this.#begun - 1];
  }

  #begin(life: Life, screen: Screen): void {
    const next = this.#errands[this.#begun];
    if (next === undefined) return;
    this.clock.after(LATENCY_MS, () => {
      if (!life.alive || this.#screen !== screen) return;
      for (const words of next.fault?.deeds ?? []) this.#does(words);
      this.#begun += 1;
      this.#originalsKeyed = 0;
      this.#cured.clear();
      this.#input({ type: 'choose', item: next.item });
    });
  }

  /** Whoever has no slip to read from gives up. */
  #nameOriginal(): Input {
    const wanted = this.#errand?.original?.[this.#originalsKeyed];
    this.#originalsKeyed += 1;
    const last = this.results.findLast(({ outcome }) => outcome === 'approved');
    const text = typeof wanted === 'function' ? last && wanted(last) : wanted;
    return text === undefined ? { type: 'cancel' } : { type: 'text', text };
  }

  #cure(screenId: string): void {
    const cures = this.#errand?.fault?.cures?.[screenId];
    if (cures === undefined || this.#cured.has(screenId)) return;
    this.#cured.add(screenId);
    for (const words of cures) this.clock.after(1000, () => this.#does(words));
  }

  #seen({ from, sight }: Sight): void {
    if (from === 'printer' && sight.type === 'paper') this.pieces.push(sight.piece);
    if (from === 'pin-pad' && sight.type === 'prompt') {
      for (const words of this.#errand?.fault?.atPin ?? ['pin 123456']) this.#does(words);
    }
  }

  #does(words: string): void {
    const deed = parseDeed(words);
    const problem = deed.ok ? this.device.does(deed.value) : deed.error;
    if (problem !== undefined) throw new Error(problem);
  }
}

/** A line as a terminal has it: when the terminal is dead it neither hears nor speaks. */
function lifeLine(line: Line, life: Life): Line {
  return {
    listen(listener: LineListener) {
      line.listen({
        bytes: (chunk) => life.alive && listener.bytes(chunk),
        closed: (reason) => life.alive && listener.closed(reason),
      });
    },
    write(bytes, done) {
      if (life.alive) line.write(bytes, done && (() => life.alive && done()));
    },
    close: () => line.close(),
  };
}
