import type { Cancel } from '../../domain/clock.ts';
import type { Bilingual } from '../../domain/bilingual.ts';
import { Bug } from '../../domain/result.ts';
import type { Input, Screen } from '../../domain/screen.ts';
import type { Hand } from '../execute/hand.ts';
import { originalFinder, SwipeSlot, traceAllotter } from '../execute/shared.ts';
import { signInExecutor } from '../execute/sign-in.ts';
import { transactionExecutor } from '../execute/transaction.ts';
import type { JournalRow } from '../journal.ts';
import { Memory, Run, type KernelDeps } from '../kernel/run.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { DisplayPort, HostPort, PinPadPort, PrinterPort, SwipeReaderPort, VaultPort } from '../ports.ts';
import { signInFlow, type SignInCommand, type SignInContext, type SignInEvent } from '../sign-in/machine.ts';
import type { TransactionCommand } from '../transaction/commands.ts';
import type { TransactionEvent } from '../transaction/events.ts';
import { inputEvent } from '../transaction/inputs.ts';
import type { TransactionContext } from '../transaction/context.ts';
import type { TransactionFlow } from '../transaction/machine.ts';
import { transactionScreen } from '../transaction/screens.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import { giveUpScreen, idleScreen, mayGiveUp, signInNotice, signInScreen } from './screens.ts';

export interface DeskWorld {
  readonly swipeReader: SwipeReaderPort;
  readonly pinPad: PinPadPort;
  readonly host: HostPort;
  readonly printer: PrinterPort;
  readonly display: DisplayPort;
  readonly vault: VaultPort;
  readonly parameters: TerminalParameters;
  /** The terminal's own clock as `YYYY-MM-DD HH:MM:SS`. */
  readonly localTime: () => string;
  /** The chart of a transaction: the product's own, unless a test wants to see what a wrong one would do. */
  readonly transactionFlow: TransactionFlow;
}

type TransactionRun = Run<
  Extract<TransactionEvent, { readonly type: 'TransactionStarted' }>,
  TransactionEvent,
  TransactionCommand,
  TransactionContext
>;
type SignInRun = Run<
  Extract<SignInEvent, { readonly type: 'SignInStarted' }>,
  SignInEvent,
  SignInCommand,
  SignInContext
>;

/** What the operator, or the desk itself, wants next; what stands in its way is done first. */
type Want = TransactionKind | 'sign-in' | 'finish';

/** States in which a transaction is put aside, and the event that takes it up again. */
const PARKING: Readonly<Record<string, 'ReversalDue' | 'PrintDue'>> = {
  'reversal.owed': 'ReversalDue',
  'print.merchantCopy.deferred': 'PrintDue',
  'print.cardholderCopy.deferred': 'PrintDue',
};

/** Pauses between occasions for an owed reversal double up to this. */
const REVERSAL_PAUSE_MAX_MS = 900_000;

/**
 * Decides which flow runs next. One at a time: a transaction that owes a reversal or a slip is put aside, and comes
 * before the next transaction (dialect sheet 8.1); a terminal that is not signed in signs in first.
 */
export class Desk {
  readonly #world: DeskWorld;
  readonly #deps: KernelDeps;
  readonly #memory: Memory;
  readonly #swipes: SwipeSlot;
  #running: TransactionRun | SignInRun | undefined;
  #transaction: TransactionRun | undefined;
  /** The one transaction that still owes something. */
  #parked: TransactionRun | undefined;
  #want: Want | undefined;
  #notice: Bilingual | undefined;
  #askingToGiveUp = false;
  #shown = '';
  #cancelDeadline: Cancel = () => undefined;
  #cancelRetry: Cancel = () => undefined;

  constructor(world: DeskWorld, deps: KernelDeps) {
    this.#world = world;
    this.#deps = deps;
    this.#memory = new Memory(deps);
    this.#swipes = new SwipeSlot(world.swipeReader, deps.clock);
    world.display.onInput((input) => this.#input(input));
  }

  /**
   * Replays what power loss has left unfinished, tells it so, and brings the terminal to its idle screen.
   *
   * @returns why it must not start, for the person who configured it; nothing has then been done.
   */
  boot(): string | undefined {
    const { unfinished, signedIn } = this.#memory.facts;
    if (!signedIn) this.#want = 'sign-in';
    const transactions = unfinished.filter(([first]) => first?.flow === 'transaction');
    if (transactions.length > 1) throw new Bug('The journal holds more than one unfinished transaction.');
    const stranger = transactions
      .map(startOf)
      .map(([first]) => this.#otherIdentity(first))
      .find((problem) => problem !== undefined);
    if (stranger !== undefined) return stranger;
    for (const rows of unfinished) {
      if (rows[0]?.flow !== 'sign-in') continue;
      Run.replay(signInFlow, this.#memory, this.#deps, startOf(rows)).offer({ type: 'PowerRestored' });
    }
    const [rows] = transactions;
    if (rows === undefined) {
      this.#advance();
      return undefined;
    }
    const run = Run.replay(this.#world.transactionFlow, this.#memory, this.#deps, startOf(rows));
    this.#attachTransaction(run, {});
    run.offer({ type: 'PowerRestored' });
    return undefined;
  }

  /** A reversal under another terminal number would be answered "no such transaction", and the money would stay held. */
  #otherIdentity({ event }: JournalRow): string | undefined {
    const { merchantNumber, terminalNumber } = this.#world.parameters;
    if (event.type !== 'TransactionStarted') return undefined;
    if (event.terminalNumber === terminalNumber && event.merchantNumber === merchantNumber) return undefined;
    return (
      `The journal holds an unfinished transaction of terminal ${event.terminalNumber}, merchant ${event.merchantNumber}; ` +
      `this is configured as ${terminalNumber}, ${merchantNumber}: start it once more under the old numbers.`
    );
  }

  #input(input: Input): void {
    if (this.#transaction !== undefined && this.#transaction === this.#running) {
      const { context, path } = this.#transaction.position;
      const event = inputEvent(input, path, context);
      if (event !== undefined) this.#transaction.offer(event);
      return;
    }
    if (this.#running !== undefined) return;
    if (this.#askingToGiveUp) return this.#giveUp(input.type === 'confirm');
    if (input.type === 'choose') this.#choose(input.item);
    else this.#idle();
  }

  #choose(item: string): void {
    if (item === 'give-up' && this.#parked !== undefined && mayGiveUp(this.#parked.position.context)) {
      this.#askingToGiveUp = true;
      return this.#show(giveUpScreen());
    }
    if (item !== 'sign-in' && item !== 'finish' && !Object.hasOwn(TRANSACTION_TYPES, item)) return;
    this.#want = item as Want;
    this.#advance();
  }

  #giveUp(confirmed: boolean): void {
    this.#askingToGiveUp = false;
    const run = this.#parked;
    if (!confirmed || run === undefined) return this.#idle();
    this.#resume(run, 'ReversalGivenUp');
  }

  /** Does the next thing that stands between the terminal and what is wanted of it. */
  #advance(): void {
    if (this.#running !== undefined) return;
    const want = this.#want;
    if (want === undefined) return this.#idle();
    if (want === 'sign-in' || !this.#memory.facts.signedIn) return this.#signIn();
    const due = this.#parked === undefined ? undefined : PARKING[this.#parked.position.path];
    if (this.#parked !== undefined && due !== undefined) return this.#resume(this.#parked, due);
    this.#want = undefined;
    return want === 'finish' ? this.#idle() : this.#begin(want);
  }

  #resume(run: TransactionRun, type: 'ReversalDue' | 'PrintDue' | 'ReversalGivenUp'): void {
    this.#cancelRetry();
    this.#parked = undefined;
    this.#running = run;
    this.#transaction = run;
    run.offer({ type });
  }

  #begin(kind: TransactionKind): void {
    this.#notice = undefined;
    const { merchantNumber, operatorNumber, terminalNumber } = this.#world.parameters;
    const localTime = this.#world.localTime();
    const started = {
      type: 'TransactionStarted',
      kind,
      localTime,
      operatorNumber,
      terminalNumber,
      merchantNumber,
    } as const;
    const { run, commands } = Run.begin(this.#world.transactionFlow, this.#memory, this.#deps, started);
    this.#attachTransaction(run, {});
    run.act(commands);
  }

  #attachTransaction(run: TransactionRun, hand: Hand): void {
    const world = {
      ...this.#world,
      swipes: this.#swipes,
      allotTrace: traceAllotter(this.#memory, this.#deps.clock),
      findOriginal: originalFinder(this.#memory, this.#deps.clock),
    };
    run.execute = transactionExecutor(
      world,
      hand,
      () => run.position.context,
      (event) => {
        // An answer to a transaction that is over or put aside is nobody's.
        if (this.#running === run) run.offer(event);
      },
    );
    run.stepped = () => this.#transactionStepped(run);
    this.#running = run;
    this.#transaction = run;
  }

  #transactionStepped(run: TransactionRun): void {
    const { path, context, ended, deadline } = run.position;
    this.#cancelDeadline();
    if (deadline !== undefined) {
      const { operatorTimeoutMs } = this.#world.parameters;
      this.#cancelDeadline = this.#deps.clock.after(operatorTimeoutMs, () => run.offer({ type: 'DeadlinePassed' }));
    }
    this.#show(transactionScreen(path, context, run.durations, this.#world.parameters));
    const isParked = Object.hasOwn(PARKING, path);
    if (!isParked && !ended) return;
    this.#running = undefined;
    this.#transaction = undefined;
    this.#swipes.release();
    this.#world.host.drop();
    this.#notice = undefined;
    if (isParked) return this.#park(run);
    // What was wanted comes next, unless it was just this.
    if (this.#want === 'finish') this.#want = undefined;
    if (this.#want === undefined) this.#returnToIdleLater();
    else this.#advance();
  }

  #park(run: TransactionRun): void {
    this.#parked = run;
    // What was wanted waits for what is owed, and the operator is told so.
    if (this.#want !== 'sign-in') this.#want = undefined;
    this.#retryLater(run);
    if (this.#want === undefined) this.#returnToIdleLater();
    else this.#advance();
  }

  /** An owed reversal is tried again of the terminal's own accord; an owed slip waits for somebody to see to the printer. */
  #retryLater({ position: { context, path } }: TransactionRun): void {
    this.#cancelRetry();
    if (PARKING[path] !== 'ReversalDue') return;
    const { reversalPauseMs } = this.#world.parameters;
    const pauseMs = Math.min(REVERSAL_PAUSE_MAX_MS, reversalPauseMs * 2 ** Math.min(context.reversalOccasions, 10));
    this.#cancelRetry = this.#deps.clock.after(pauseMs, () => {
      if (this.#running !== undefined) return;
      this.#want ??= 'finish';
      this.#advance();
    });
  }

  #signIn(): void {
    if (this.#want === 'sign-in') this.#want = undefined;
    const { operatorNumber } = this.#world.parameters;
    const { run, commands } = Run.begin(signInFlow, this.#memory, this.#deps, {
      type: 'SignInStarted',
      operatorNumber,
    });
    const world = {
      ...this.#world,
      clock: this.#deps.clock,
      allotTrace: traceAllotter(this.#memory, this.#deps.clock),
    };
    run.execute = signInExecutor(world, {}, (event) => {
      if (this.#running === run) run.offer(event);
    });
    run.stepped = () => this.#signInStepped(run);
    this.#cancelDeadline();
    this.#running = run;
    run.act(commands);
  }

  #signInStepped(run: SignInRun): void {
    this.#show(signInScreen(run.position.path));
    if (!run.position.ended) return;
    this.#running = undefined;
    this.#world.host.drop();
    this.#notice = signInNotice(run.position.context);
    if (this.#notice !== undefined) {
      this.#want = undefined;
      if (this.#parked !== undefined) this.#retryLater(this.#parked);
    } else if (this.#parked !== undefined) {
      // New keys are an occasion: what is owed goes first, whoever asked for the sign-in.
      this.#want ??= 'finish';
    }
    this.#advance();
  }

  /** States that look the same to a person are one screen. */
  #show(screen: Screen): void {
    const shown = JSON.stringify(screen);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#world.display.show(screen);
  }

  #idle(): void {
    this.#cancelDeadline();
    this.#show(
      idleScreen({
        signedIn: this.#memory.facts.signedIn,
        ...(this.#parked !== undefined && { parked: this.#parked.position }),
        ...(this.#notice !== undefined && { notice: this.#notice }),
      }),
    );
  }

  #returnToIdleLater(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#deps.clock.after(this.#world.parameters.operatorTimeoutMs, () => {
      if (this.#running === undefined) this.#idle();
    });
  }
}

function startOf(rows: readonly JournalRow[]): readonly [JournalRow, ...JournalRow[]] {
  const [first, ...rest] = rows;
  if (first === undefined) throw new Bug('A flow without rows.');
  return [first, ...rest];
}
