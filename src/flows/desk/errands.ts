/** Makes the errands: each kind of flow with its executor, its screens and what its inputs mean. */
import { Bug } from '../../domain/result.ts';
import type { Input } from '../../domain/screen.ts';
import { Secret } from '../../domain/secret.ts';
import type { Paper } from '../../domain/paper.ts';
import type { ChipSlot } from '../execute/chip-slot.ts';
import type { Hand } from '../execute/hand.ts';
import { passwordChecker } from '../execute/passwords.ts';
import { personnelExecutor } from '../execute/personnel.ts';
import { serviceExecutor } from '../execute/service.ts';
import { originalFinder, traceAllotter, type SwipeSlot } from '../execute/shared.ts';
import { signInExecutor } from '../execute/sign-in.ts';
import { transactionExecutor } from '../execute/transaction.ts';
import { upkeepExecutor } from '../execute/upkeep.ts';
import type { JournalRow } from '../journal.ts';
import type { AnyCommand } from '../kernel/commands.ts';
import { Run, type KernelDeps, type Memory } from '../kernel/run.ts';
import type { AnyEvent, Flow } from '../kernel/step.ts';
import type { FlowEvent } from '../journal.ts';
import type { TerminalParameters } from '../parameters.ts';
import { personnelFlow } from '../personnel/machine.ts';
import { personnelNotice, personnelScreen } from '../personnel/screens.ts';
import type { PersonnelEvent } from '../personnel/types.ts';
import type { ServiceContext } from '../service/context.ts';
import type { PaperName, ServiceEvent } from '../service/events.ts';
import { serviceFlow } from '../service/machine.ts';
import { reportOf, type ReportName } from '../service/report-of.ts';
import { serviceNotice, serviceScreen } from '../service/screens.ts';
import { signInFlow, type SignInEvent } from '../sign-in/machine.ts';
import type { TransactionEvent } from '../transaction/events.ts';
import { inputEvent } from '../transaction/inputs.ts';
import { transactionScreen } from '../transaction/screens.ts';
import { slipOf } from '../transaction/slip-of.ts';
import { upkeepInput } from '../upkeep/inputs.ts';
import { upkeepFlow } from '../upkeep/machine.ts';
import { upkeepNotice, upkeepScreen } from '../upkeep/screens.ts';
import type { UpkeepEvent } from '../upkeep/types.ts';
import type { DeskWorld } from './desk.ts';
import { errandOf, type Errand, type Manner } from './errand.ts';
import { followUpsOf } from './menu.ts';
import { parameterReport } from './parameter-report.ts';
import { signInNotice, signInScreen } from './screens.ts';

type Rows = readonly [JournalRow, ...JournalRow[]];
type Start<Event extends { readonly type: string }, Type extends string> = Extract<Event, { readonly type: Type }>;

/** What opens each kind of flow. */
export type Opening =
  | Start<TransactionEvent, 'TransactionStarted'>
  | Start<SignInEvent, 'SignInStarted'>
  | Start<ServiceEvent, 'ServiceStarted'>
  | Start<PersonnelEvent, 'PersonnelStarted'>
  | Start<UpkeepEvent, 'UpkeepStarted'>;

export interface ErrandWorld extends DeskWorld {
  readonly deps: KernelDeps;
  readonly memory: Memory;
  readonly swipes: SwipeSlot;
  readonly chips: ChipSlot;
  /** With what the host's parameters change of the configuration. */
  readonly parametersNow: () => TerminalParameters;
  /** An answer to a flow that is over or put aside is nobody's. */
  readonly isRunning: (errand: Errand) => boolean;
  readonly stepped: (errand: Errand) => void;
}

/** Opens a flow: its first event is durable when this returns, and nothing has acted on it yet. */
export function openErrand(world: ErrandWorld, opening: Opening): Errand {
  switch (opening.type) {
    case 'TransactionStarted':
      return made(world, transactionManner(world), begun(world, world.transactionFlow, opening));
    case 'SignInStarted':
      return made(world, signInManner(world), begun(world, signInFlow, opening));
    case 'ServiceStarted':
      return made(world, serviceManner(world), begun(world, serviceFlow, opening));
    case 'PersonnelStarted':
      return made(world, personnelManner(world), begun(world, personnelFlow, opening));
    case 'UpkeepStarted':
      return made(world, upkeepManner(world), begun(world, upkeepFlow, opening));
  }
}

/** Brings a flow back from its rows, without acting on any of it. */
export function replayErrand(world: ErrandWorld, rows: Rows): Errand {
  switch (rows[0].flow) {
    case 'transaction':
      return made(world, transactionManner(world), replayed(world, world.transactionFlow, rows));
    case 'sign-in':
      return made(world, signInManner(world), replayed(world, signInFlow, rows));
    case 'service':
      return made(world, serviceManner(world), replayed(world, serviceFlow, rows));
    case 'personnel':
      return made(world, personnelManner(world), replayed(world, personnelFlow, rows));
    case 'upkeep':
      return made(world, upkeepManner(world), replayed(world, upkeepFlow, rows));
    case 'keeping':
      throw new Bug('What is kept was never begun.');
  }
}

interface Making<S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X> {
  readonly run: Run<S, E, C, X>;
  readonly commands: readonly C[];
}

/** A manner, and how its commands are carried out. */
interface FullManner<S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X> extends Omit<
  Manner<E, X>,
  'screen' | 'input'
> {
  /** Puts into the hand what must not be written down. */
  readonly input: (input: Input, path: string, context: X, hand: Hand) => ReturnType<Manner<E, X>['input']>;
  readonly screen: (path: string, context: X, run: Run<S, E, C, X>) => ReturnType<Manner<E, X>['screen']>;
  readonly executor: (hand: Hand, context: () => X, post: (event: E & FlowEvent) => void) => (command: C) => void;
}

const begun = <S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X>(
  { deps, memory }: ErrandWorld,
  flow: Flow<S, E, C, X>,
  started: S & FlowEvent,
): Making<S, E, C, X> => Run.begin(flow, memory, deps, started);

const replayed = <S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X>(
  { deps, memory }: ErrandWorld,
  flow: Flow<S, E, C, X>,
  rows: Rows,
): Making<S, E, C, X> => ({ run: Run.replay(flow, memory, deps, rows), commands: [] });

function made<S extends AnyEvent, E extends AnyEvent, C extends AnyCommand, X>(
  world: ErrandWorld,
  { executor, ...manner }: FullManner<S, E, C, X>,
  { commands, run }: Making<S, E, C, X>,
): Errand {
  const hand: Hand = {};
  const errand = errandOf(
    run,
    {
      ...manner,
      screen: (path, context) => manner.screen(path, context, run),
      input: (input, path, context) => {
        if (input.type === 'password') hand.password = input.password;
        return manner.input(input, path, context, hand);
      },
    },
    commands,
  );
  run.execute = executor(
    hand,
    () => run.position.context,
    (event) => {
      if (world.isRunning(errand)) run.offer(event);
    },
  );
  run.stepped = () => world.stepped(errand);
  return errand;
}

function transactionManner(world: ErrandWorld) {
  const { deps, memory } = world;
  return {
    flow: 'transaction',
    due: {
      'reversal.owed': 'ReversalDue',
      'repetition.owed': 'RepeatDue',
    },
    screen: (path, context, run) => {
      const parameters = world.parametersNow();
      const screen = transactionScreen(path, context, run.durations, parameters);
      const menu = followUpsOf(screen.result, parameters, memory.facts).map(({ item }) => item);
      return menu.length === 0 ? screen : { ...screen, accepts: [...screen.accepts, 'choose'], menu };
    },
    notice: () => undefined,
    refusal: (context) => context.reversalRefusal,
    input: (input, path, context, hand) => {
      const event = inputEvent(input, path, context);
      if (event?.type !== 'EntryKeyed' || event.entry !== 'document') return event;
      hand.document = Secret.of(event.text, 'DOCUMENT');
      return { ...event, text: '' };
    },
    executor: (hand, context, post) =>
      transactionExecutor(
        {
          ...world,
          parameters: world.parametersNow(),
          allotTrace: traceAllotter(memory, deps.clock),
          findOriginal: originalFinder(memory, deps.clock),
          chipDownloads: () => {
            const { applications, 'ca-keys': caKeys } = memory.facts.downloaded.entries;
            return { applications, caKeys };
          },
          checkPassword: checkerOf(world),
          isBlocked: (pan) => memory.facts.downloaded.blacklist.some((sealed) => world.vault.holds(sealed, pan)),
        },
        hand,
        context,
        post,
      ),
  } as const satisfies TransactionManner;
}

type MannerOf<F> = F extends Flow<infer S, infer E, infer C, infer X> ? FullManner<S, E, C, X> : never;
type TransactionManner = MannerOf<DeskWorld['transactionFlow']>;

const checkerOf = ({ deps, memory, parameters, passwords }: ErrandWorld) =>
  passwordChecker({ clock: deps.clock, memory, passwords, people: parameters.people });

function signInManner(world: ErrandWorld) {
  const { deps, memory } = world;
  return {
    flow: 'sign-in',
    due: {},
    screen: (path) => signInScreen(path),
    notice: (_, context) => signInNotice(context),
    input: () => undefined,
    executor: (hand, _, post) =>
      signInExecutor({ ...world, clock: deps.clock, allotTrace: traceAllotter(memory, deps.clock) }, hand, post),
  } as const satisfies MannerOf<typeof signInFlow>;
}

function serviceManner(world: ErrandWorld) {
  const { deps, memory } = world;
  return {
    flow: 'service',
    due: { owed: 'SettlementDue', 'printing.deferred': 'PrintDue' },
    screen: serviceScreen,
    notice: (_, context) => serviceNotice(context),
    closesBatch: (path, { kind }) => path === 'done' && kind === 'settlement',
    input: serviceInput,
    executor: (_, context, post) =>
      serviceExecutor(
        {
          ...world,
          parameters: world.parametersNow(),
          clock: deps.clock,
          allotTrace: traceAllotter(memory, deps.clock),
          findSlip: (voucher) => memory.facts.batchLog.findLast(({ stan }) => stan === voucher)?.flowId,
          paperOf: (paper, reprint, flowId) =>
            flowId === undefined
              ? ownPaper(world, context(), paper, reprint !== false)
              : paperAgain(world, flowId, paper, reprint),
        },
        context,
        post,
      ),
  } as const satisfies MannerOf<typeof serviceFlow>;
}

function serviceInput(input: Input, path: string): ServiceEvent | undefined {
  switch (input.type) {
    case 'text':
      return { type: 'VoucherKeyed', voucher: Number(input.text) };
    case 'cancel':
      return path.startsWith('printing') ? { type: 'PrintDeferred' } : { type: 'CancelPressed' };
    default:
      return undefined;
  }
}

function personnelManner(world: ErrandWorld) {
  return {
    flow: 'personnel',
    due: {},
    screen: personnelScreen,
    notice: personnelNotice,
    agreesToGiveUp: (path, { kind }) => path === 'granted' && kind === 'give-up',
    input: personnelInput,
    executor: (hand, _, post) =>
      personnelExecutor(
        { passwords: world.passwords, checkPassword: checkerOf(world), clock: world.deps.clock },
        hand,
        post,
      ),
  } as const satisfies MannerOf<typeof personnelFlow>;
}

function personnelInput(input: Input): PersonnelEvent | undefined {
  switch (input.type) {
    case 'text':
      return { type: 'OperatorNamed', number: input.text };
    case 'password':
      return { type: 'PasswordKeyed' };
    case 'cancel':
      return { type: 'CancelPressed' };
    default:
      return undefined;
  }
}

function upkeepManner(world: ErrandWorld) {
  return {
    flow: 'upkeep',
    due: {},
    screen: upkeepScreen,
    notice: upkeepNotice,
    input: upkeepInput,
    executor: (_, context, post) =>
      upkeepExecutor(
        { printer: world.printer, parameters: world.parametersNow(), head: () => world.memory.facts.head },
        context,
        post,
      ),
  } as const satisfies MannerOf<typeof upkeepFlow>;
}

/** A slip or a report of a flow that has ended: what it says follows from the journal. */
function paperAgain(world: ErrandWorld, flowId: number, paper: PaperName, reprint: boolean | number): Paper {
  const rows = rowsOf(world, flowId);
  if (paper === 'parameters') throw new Bug('Parameters are printed as they are, not as they were.');
  if (!isReport(paper)) {
    const { context } = Run.replay(world.transactionFlow, world.memory, world.deps, rows).position;
    return slipOf(context, { copy: paper === 'balance' ? 'cardholder' : paper, reprint }, world.parametersNow());
  }
  const { context } = Run.replay(serviceFlow, world.memory, world.deps, rows).position;
  return reportOf(context, { paper, reprint: reprint !== false }, world.parametersNow());
}

function rowsOf({ deps }: ErrandWorld, flowId: number): Rows {
  const [first, ...rest] = deps.journal.rowsOf(flowId);
  if (first === undefined) throw new Bug('The journal has nothing of a flow that it knew.');
  return [first, ...rest];
}

const isReport = (paper: PaperName): paper is ReportName => ['settlement', 'details', 'failures'].includes(paper);

/** Of the service under way. */
function ownPaper(world: ErrandWorld, context: ServiceContext, paper: PaperName, reprint: boolean): Paper {
  if (paper === 'parameters') return parameterReport(context, reprint, world.parametersNow(), world.memory.facts);
  if (!isReport(paper)) throw new Bug('A slip is of a transaction, not of a service.');
  return reportOf(context, { paper, reprint }, world.parametersNow());
}
