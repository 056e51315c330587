/** A whole terminal and a whole device in one thread, under a virtual clock, with mains that can be cut. */
import type { Clock } from '../../src/domain/clock.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Line, LineListener } from '../../src/domain/line.ts';
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Input, Screen } from '../../src/domain/screen.ts';
import type { JournalPort } from '../../src/flows/journal.ts';
import type { TransactionFlow } from '../../src/flows/transaction/machine.ts';
import { Vault } from '../../src/journal/vault.ts';
import { logTo } from '../../src/log/log.ts';
import { startTerminal, type TerminalConfig, type World } from '../../src/terminal.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import type { Card } from '../models/cards.ts';
import type { HostModel } from '../models/host/host-model.ts';
import type { RegisteredTerminal } from '../models/host/keys.ts';
import type { PrinterSight } from '../models/printer/deeds.ts';
import type { PaperPiece } from '../models/printer/paper.ts';
import { TERMINAL_58MM, type PrinterProfile } from '../models/printer/profile.ts';
import { ChipWallet, type CommandListener } from '../chip-wallet.ts';
import { EmulatedDevice, TEST_TERMINAL, type DeviceLines, type Sight } from '../device.ts';
import { parseDeed } from '../scenario/deeds.ts';
import { memoryWire } from '../wire/memory.ts';
import type { Pace } from '../wire/pacer.ts';
import type { ClockScope } from '../time/clock-scope.ts';
import { Random } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { simulatedPasswords } from './passwords.ts';
import { SimulatedReceipts } from './receipts.ts';
import { PATIENT, Person, type Habits, type Wish } from './person.ts';
import { simulatedConfig, withChipReader, type PrinterProfileName } from './simulated-config.ts';

/** 2026-03-02 10:00 UTC, an ordinary Monday. */
export const START_MS = Date.UTC(2026, 2, 2, 10);
const LATENCY_MS = 1;
const CONNECT_MS = 2;
/** Slow enough that a terminal can lose its power while the printer still prints. */
const PRINTER_DOT_ROWS_PER_SECOND = 3000;

/** The power is gone: thrown at an instant, it ends whatever the terminal was doing. */
class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/** The acquirer that several terminals call: it knows the cards and the terminals of all of them. */
interface SharedHost {
  readonly model: HostModel;
  /** Time is one for all. */
  readonly clock: VirtualClock;
}

export interface WorldOptions {
  readonly seed: string;
  readonly cards: readonly Card[];
  /** Whether the terminal uses the device's chip card reader. Then its bank knows all chip cards. */
  readonly chipReader?: boolean;
  /** Whether slips are kept electronically, and offered like that. */
  readonly receipts?: boolean;
  /** Instead of the fixtures' own; of a shared host the accounts are somebody else's business. */
  readonly chipCards?: readonly ChipCardFile[];
  readonly onChipCommand?: CommandListener;
  readonly journal: JournalPort;
  readonly printer?: PrinterProfileName;
  readonly habits?: Habits;
  /** The instants at which the power can fail: the kernel's alone, or any timer, chunk and completed write as well. */
  readonly cuts?: 'kernel' | 'anywhere';
  /** What a wrong chart would do: for tests of the tests. */
  readonly transactionFlow?: TransactionFlow;
  /** What is configured otherwise. */
  readonly configure?: (config: TerminalConfig) => TerminalConfig;
  /** Whether the host approves a part where money is short. */
  readonly partialApproval?: boolean;
  /** Whether a wire is noisy at times: then an unknown message is no surprise. */
  readonly noisyWires?: boolean;
  /** Absent: a host of its own, which knows this terminal only. */
  readonly sharedHost?: SharedHost;
  /** As whom the terminal calls; the test terminal, unless it says so. */
  readonly terminal?: RegisteredTerminal;
  /** Stands in every call, at the host's end: hears and loses what it likes. */
  readonly hostLine?: (line: Line) => Line;
  /** Stands in the printer's line, at the terminal's end: hears and changes what it likes. */
  readonly printerLine?: (line: Line) => Line;
  /** What a wrong spool would do: for tests of the tests. */
  readonly printSpool?: NonNullable<World['printSpool']>;
  /**
   * Of the line to the printer. Without it bytes leave at once: less to simulate, but no XOFF comes in time to save the
   * printer's buffer from a paper that is longer than it.
   */
  readonly printerBaudRate?: number;
  /** The printer itself. Absent: one that can do what the terminal's profile takes for granted, and nothing goes wrong with. */
  readonly printerModel?: PrinterProfile;
  readonly onPrinterSight?: (sight: PrinterSight) => void;
  /** Sees what the person sees. */
  readonly onScreen?: (screen: Screen) => void;
}

/** A screen on which the terminal waits for somebody to want something. */
export interface Sighting {
  readonly id: 'idle' | 'not-signed-in' | 'signed-off';
  /** How many rows the journal had. */
  readonly rows: number;
}

/** As the terminal says it. */
const localTimeOf = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');

/** As the host says it. */
export const hostTimeOf = (clock: Clock): string =>
  new Date(clock.now()).toISOString().replaceAll(/\D/g, '').slice(0, 14);

/** What is waited for, and for how long. */
export interface Phase {
  readonly until: () => boolean;
  readonly withinMs: number;
}

export interface LifeReport {
  /** How many instants passed. */
  readonly instants: number;
  /** The instant at which the power failed. */
  readonly cut: string | undefined;
}

/** One terminal's life: from power to power. */
interface Life {
  readonly scope: ClockScope;
  /** Its ends of all wires: they go with it. */
  readonly lines: Line[];
  /** Passed at every instant at which the power can fail. */
  readonly pass: (instant: string) => void;
  alive: boolean;
}

export class SimulatedWorld {
  readonly clock: VirtualClock;
  readonly terminal: RegisteredTerminal;
  readonly device: EmulatedDevice;
  readonly receipts = new SimulatedReceipts();
  readonly person: Person;
  readonly pieces: PaperPiece[] = [];
  readonly results: TransactionResult[] = [];
  readonly sightings: Sighting[] = [];
  /** Everything that the terminal logged, in all its lives. */
  log = '';
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #chipCards: ChipWallet | undefined;
  /** The terminal's chance, which goes on from life to life. */
  readonly #entropy: Random;
  #hostIsUp = true;
  #life: Life | undefined;
  #input: (input: Input) => void = () => undefined;
  #screen: Screen | undefined;
  #surprise: unknown;

  constructor(options: WorldOptions, errands: readonly Wish[]) {
    this.#options = options;
    this.clock = options.sharedHost?.clock ?? new VirtualClock(START_MS);
    this.terminal = options.terminal ?? TEST_TERMINAL;
    this.#random = new Random(options.seed);
    this.#entropy = this.#random.fork('entropy');
    const { chipCards, chipReader, onChipCommand } = options;
    this.#chipCards =
      chipReader === true ? new ChipWallet(this.#random.fork('chip cards'), chipCards, onChipCommand) : undefined;
    this.person = new Person(errands, options.habits ?? PATIENT, {
      after: (ms, action) => void this.clock.after(ms, action),
      does: (words) => this.does(words),
      input: (input) => this.#input(input),
    });
    const { far } = this.#wires();
    this.device = new EmulatedDevice(
      {
        clock: this.clock,
        random: this.#random.fork('device'),
        noise: this.#random.fork('noise'),
        cards: options.cards,
        ...(this.#chipCards !== undefined && { chipCards: this.#chipCards }),
        terminals: [this.terminal],
        ...(options.sharedHost !== undefined && { host: options.sharedHost.model }),
        now: () => hostTimeOf(this.clock),
        lateMs: 90_000,
        partialApproval: options.partialApproval ?? false,
        printer: options.printerModel ?? {
          ...TERMINAL_58MM,
          dotRowsPerSecond: PRINTER_DOT_ROWS_PER_SECOND,
          processIds: options.printer !== 'generic-58',
          clearsBuffers: options.printer !== 'generic-58',
        },
        noisyWires: options.noisyWires ?? false,
        onSight: (sight) => this.#seen(sight),
        onSurprise: (error) => (this.#surprise ??= error),
        hostPower: (on) => (this.#hostIsUp = on),
      },
      far,
    );
  }

  /** What the terminal shows; undefined without power. */
  get screenId(): string | undefined {
    return this.#screen?.id;
  }

  get hostIsUp(): boolean {
    return this.#hostIsUp;
  }

  /** Something is put aside: what the host or the printer owes. */
  get offersToFinish(): boolean {
    return this.#screen?.menu?.some(({ key }) => key === 'finish') === true;
  }

  /** Every errand has been begun and is over, and the screen offers to finish nothing. */
  get isAtRest(): boolean {
    const isIdle = this.screenId === 'idle' || this.screenId === 'not-signed-in';
    return this.person.wantsNothing && isIdle && !this.offersToFinish;
  }

  /**
   * Gives the terminal power, lets the phases pass one after the other, and takes the power away.
   *
   * @param cutAt the instant, from 1, at which the power fails; none lets it live.
   * @throws Error when the last phase waits in vain; the others merely end.
   */
  live(cutAt?: number, phases: readonly Phase[] = [this.#rest]): LifeReport {
    let instants = 0;
    const pass = (instant: string): void => {
      instants += 1;
      if (instants === cutAt) throw new PowerCut(instant);
    };
    let cut: string | undefined;
    try {
      this.powerUp(pass);
      const reached = phases.map((phase) => this.#passes(phase));
      if (reached.at(-1) === false)
        throw new Error(`The world did not come to rest; the screen shows ${this.screenId ?? 'nothing'}.`);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      cut = error.message;
    }
    this.powerDown();
    return { instants, cut };
  }

  /** The printer finishes what it has, and whatever else is under way ends. */
  settle(ms = 30_000): void {
    this.clock.advance(ms);
    this.throwSurprise();
  }

  /** @throws what the device found surprising, if anything. */
  throwSurprise(): void {
    if (this.#surprise !== undefined) throw this.#surprise;
  }

  /** In the words of `deeds.ts`. */
  does(words: string): void {
    const deed = parseDeed(words);
    const problem = deed.ok ? this.device.does(deed.value) : deed.error;
    if (problem !== undefined) throw new Error(problem);
  }

  /** Every errand has been begun, and nothing is left to be done: not even what the terminal does of its own accord. */
  readonly #rest: Phase = {
    until: () =>
      this.person.wantsNothing &&
      (this.screenId === 'signed-off' || (this.screenId === 'idle' && !this.offersToFinish)),
    withinMs: 3_600_000,
  };

  #passes({ until, withinMs }: Phase): boolean {
    const reached = this.clock.runUntil(() => this.#surprise !== undefined || until(), withinMs);
    this.throwSurprise();
    return reached;
  }

  /** For who runs the clock: begins a life of the terminal, which {@link live} does for everybody else. */
  powerUp(pass: (instant: string) => void = () => undefined): void {
    const scope = this.clock.scope();
    const { near, far } = this.#wires();
    this.device.replug(far);
    const anywhere = this.#options.cuts === 'anywhere' ? pass : () => undefined;
    const life: Life = { scope, alive: true, lines: Object.values(near), pass: anywhere };
    this.#life = life;
    const clock = mortalClock(life);
    const world: World = {
      clock,
      localTime: () => localTimeOf(this.clock),
      lines: {
        swipeReader: vitalLine('swipe-reader', near['swipe-reader'], life),
        pinPad: vitalLine('pin-pad', near['pin-pad'], life),
        printer: vitalLine('printer', this.#options.printerLine?.(near.printer) ?? near.printer, life),
      },
      connectChipReader: (answer) =>
        clock.after(CONNECT_MS, () => answer(lifeLine('chip-reader', near['chip-reader'], life))),
      connectHost: (answer) =>
        clock.after(CONNECT_MS, () => {
          if (!this.#hostIsUp) return answer({ ok: false, error: { reason: 'refused', message: 'refused' } });
          const call = memoryWire(this.clock, { latencyMs: LATENCY_MS });
          this.device.hostCalled(this.#options.hostLine?.(call.far) ?? call.far);
          life.lines.push(call.near);
          answer({ ok: true, value: lifeLine('host', call.near, life) });
        }),
      journal: this.#options.journal,
      vault: new Vault(Secret.of(new Uint8Array(32), 'KEY'), (bytes) => this.#random.fork('vault').bytes(bytes)),
      passwords: simulatedPasswords(clock),
      ...(this.#options.receipts === true && { receipts: this.receipts.port(clock) }),
      entropy: (bytes) => this.#entropy.bytes(bytes),
      display: {
        show: (screen) => this.#shown(screen, life),
        onInput: (listener) => (this.#input = listener),
      },
      log: logTo({ write: (line) => (this.log += line) }, 'info'),
      mains: { pass },
      ...(this.#options.transactionFlow === undefined ? {} : { transactionFlow: this.#options.transactionFlow }),
      ...(this.#options.printSpool !== undefined && { printSpool: this.#options.printSpool }),
    };
    const swipesOnly = simulatedConfig(this.#options.printer ?? 'epson-58', this.terminal);
    const config = this.#chipCards === undefined ? swipesOnly : withChipReader(swipesOnly, this.#chipCards);
    startTerminal(this.#options.configure?.(config) ?? config, world);
  }

  powerDown(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.alive = false;
    life.scope.stop();
    for (const line of life.lines) line.close();
    this.#life = undefined;
    this.#screen = undefined;
  }

  #wires(): { readonly near: DeviceLines; readonly far: DeviceLines } {
    const wire = (pace: Pace = {}): { near: Line; far: Line } =>
      memoryWire(this.clock, { latencyMs: LATENCY_MS, ...pace });
    const { printerBaudRate: baudRate } = this.#options;
    const [swipe, pin, print] = [wire(), wire(), wire(baudRate === undefined ? {} : { baudRate })];
    const chip = wire();
    return {
      near: { 'swipe-reader': swipe.near, 'pin-pad': pin.near, printer: print.near, 'chip-reader': chip.near },
      far: { 'swipe-reader': swipe.far, 'pin-pad': pin.far, printer: print.far, 'chip-reader': chip.far },
    };
  }

  #shown(screen: Screen, life: Life): void {
    const before = this.#screen;
    this.#screen = screen;
    this.#options.onScreen?.(screen);
    // The same result again, because the printer has had its say on the screen, is none.
    const isNew = JSON.stringify(screen.result) !== JSON.stringify(before?.result);
    if (screen.result !== undefined && isNew) this.results.push(screen.result);
    const { id } = screen;
    if (id === 'idle' || id === 'not-signed-in' || id === 'signed-off') {
      this.sightings.push({ id, rows: [...this.#options.journal.rows()].length });
    }
    this.person.sees(screen, (ms, action) => {
      this.clock.after(ms, () => {
        if (life.alive && this.#screen === screen) action();
      });
    });
  }

  #seen({ from, sight }: Sight): void {
    if (from === 'printer') this.#options.onPrinterSight?.(sight);
    if (from === 'printer' && sight.type === 'paper') this.pieces.push(sight.piece);
    if (from === 'pin-pad' && sight.type === 'prompt') this.person.seesPinPrompt();
    if (from === 'chip-reader' && sight.type === 'pin-prompt')
      this.clock.after(1, () => this.person.seesReaderPrompt());
  }
}

/** The clock that a terminal has: its timers die with it, and each of them is an instant at which it can die. */
const mortalClock = ({ pass, scope }: Life): Clock => ({
  now: () => scope.now(),
  after: (ms, action) =>
    scope.after(ms, () => {
      pass(`timer of ${ms} ms`);
      action();
    }),
});

/** As `main.ts` has it: the terminal ends with the line of such a device, and nothing behind the line hears of it. */
function vitalLine(name: string, line: Line, life: Life): Line {
  const mortal = lifeLine(name, line, life);
  return {
    close: () => mortal.close(),
    write: (bytes, done) => mortal.write(bytes, done),
    listen: (listener) =>
      mortal.listen({
        bytes: (chunk) => listener.bytes(chunk),
        closed: (reason) => {
          throw new PowerCut(`the line of the ${name} is gone: ${reason}`);
        },
      }),
  };
}

/** A line as a terminal has it: when the terminal is dead it neither hears nor speaks. */
function lifeLine(name: string, line: Line, life: Life): Line {
  const whileAlive = (instant: string, action: () => void): void => {
    if (!life.alive) return;
    life.pass(`${name}: ${instant}`);
    action();
  };
  return {
    listen(listener: LineListener) {
      line.listen({
        bytes: (chunk) => whileAlive('chunk received', () => listener.bytes(chunk)),
        closed: (reason) => whileAlive('closed', () => listener.closed(reason)),
      });
    },
    write(bytes, done) {
      if (life.alive) line.write(bytes, done && (() => whileAlive('chunk written', done)));
    },
    close: () => line.close(),
  };
}
