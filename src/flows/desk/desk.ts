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
import type { TransactionContext, TransactionFlow } from '../transaction/machine.ts';
import { transactionScreen } from '../transaction/screens.ts';
import { TRANSACTION_TYPES, type TransactionKind } from '../transaction/types.ts';
import { idleScreen, signInNotice, signInScreen } from './screens.ts';

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
type Want = TransactionKind | 'sign-in' | 'reversal';

const OWED = 'reversal.owed';

/**
 * Decides which flow runs next. One at a time: a transaction owed a reversal is put aside, and comes before the next
 * transaction (dialect sheet 8.1); a terminal that is not signed in signs in first.
 */
export class Desk {
  readonly #world: DeskWorld;
  readonly #deps: KernelDeps;
  readonly #memory: Memory;
  readonly #swipes: SwipeSlot;
  #running: TransactionRun | SignInRun | undefined;
  #transaction: TransactionRun | undefined;
  /** The one transaction whose reversal the host has not confirmed. */
  #parked: TransactionRun | undefined;
  #want: Want | undefined;
  #notice: Bilingual | undefined;
  #shown = '';
  #cancelDeadline: Cancel = () => undefined;

  constructor(world: DeskWorld, deps: KernelDeps) {
    this.#world = world;
    this.#deps = deps;
    this.#memory = new Memory(deps);
    this.#swipes = new SwipeSlot(world.swipeReader, deps.clock);
    world.display.onInput((input) => this.#input(input));
  }

  /** Replays what power loss has left unfinished, tells it so, and brings the terminal to its idle screen. */
  boot(): void {
    const { unfinished, signedIn } = this.#memory.facts;
    if (!signedIn) this.#want = 'sign-in';
    const transactions = unfinished.filter(([first]) => first?.flow === 'transaction');
    if (transactions.length > 1) throw new Bug('The journal holds more than one unfinished transaction.');
    for (const rows of unfinished) {
      if (rows[0]?.flow === 'sign-in')
        Run.replay(signInFlow, this.#memory, this.#deps, startOf(rows)).offer({ type: 'PowerRestored' });
    }
    const [rows] = transactions;
    if (rows === undefined) return this.#advance();
    const hand: Hand = {};
    const run = Run.replay(this.#world.transactionFlow, this.#memory, this.#deps, startOf(rows));
    this.#attachTransaction(run, hand);
    run.offer({ type: 'PowerRestored' });
  }

  #input(input: Input): void {
    if (this.#transaction !== undefined && this.#transaction === this.#running) {
      const event = inputEvent(input, this.#transaction.position.context);
      if (event !== undefined) this.#transaction.offer(event);
      return;
    }
    if (this.#running !== undefined) return;
    if (input.type === 'choose') this.#choose(input.item);
    else this.#idle();
  }

  #choose(item: string): void {
    if (item !== 'sign-in' && !(item in TRANSACTION_TYPES)) return;
    this.#want = item as Want;
    this.#advance();
  }

  /** Does the next thing that stands between the terminal and what is wanted of it. */
  #advance(): void {
    if (this.#running !== undefined) return;
    const want = this.#want;
    if (want === undefined) return this.#idle();
    if (want === 'sign-in' || !this.#memory.facts.signedIn) return this.#signIn();
    if (this.#parked !== undefined) {
      const run = this.#parked;
      this.#parked = undefined;
      this.#running = run;
      this.#transaction = run;
      run.offer({ type: 'ReversalDue' });
      return;
    }
    this.#want = undefined;
    if (want === 'reversal') return this.#idle();
    return this.#begin(want);
  }

  #begin(kind: TransactionKind): void {
    this.#notice = undefined;
    const { operatorNumber } = this.#world.parameters;
    const started = { type: 'TransactionStarted', kind, localTime: this.#world.localTime(), operatorNumber } as const;
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
    if (path !== OWED && !ended) return;
    this.#running = undefined;
    this.#transaction = undefined;
    this.#swipes.release();
    this.#world.host.drop();
    if (path === OWED) this.#park(run);
    else if (this.#want !== undefined) this.#advance();
    else this.#returnToIdleLater();
  }

  #park(run: TransactionRun): void {
    this.#parked = run;
    // What was wanted waits for the reversal, and the operator is told so.
    if (this.#want !== 'sign-in') this.#want = undefined;
    this.#notice = {
      zh: '有冲正待发送,先于下一笔交易处理',
      en: 'A reversal is pending; it goes before the next transaction',
    };
    this.#cancelDeadline = this.#deps.clock.after(this.#world.parameters.reversalPauseMs, () => {
      if (this.#running !== undefined) return;
      this.#want = 'reversal';
      this.#advance();
    });
    if (this.#want !== undefined) this.#advance();
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
    const { failure } = run.position.context;
    if (failure !== undefined) {
      this.#want = undefined;
      this.#notice = signInNotice(run.position.context);
      // A reversal that waits keeps its turn.
      if (this.#parked !== undefined) this.#park(this.#parked);
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
    this.#show(idleScreen(this.#memory.facts.signedIn, this.#notice));
    if (this.#parked === undefined) this.#cancelDeadline();
  }

  #returnToIdleLater(): void {
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
