import type { Cancel } from '../../domain/clock.ts';
import type { Bilingual } from '../../domain/bilingual.ts';
import type { TransactionResult } from '../../domain/outcome.ts';
import type { Input, Screen } from '../../domain/screen.ts';
import { sixDigits } from '../../domain/stan.ts';
import { ChipSlot } from '../execute/chip-slot.ts';
import { SwipeSlot } from '../execute/shared.ts';
import { needsCleaning } from '../facts/head.ts';
import { Memory, type KernelDeps } from '../kernel/run.ts';
import type { TerminalParameters } from '../parameters.ts';
import { PERSONNEL_TYPES, type PersonnelKind } from '../personnel/types.ts';
import type { ChipCardPort } from '../chip-port.ts';
import type {
  DisplayPort,
  HostPort,
  PasswordPort,
  PinPadPort,
  PrinterPort,
  SwipeReaderPort,
  VaultPort,
} from '../ports.ts';
import type { ReceiptPort } from '../receipt-port.ts';
import { SERVICE_TYPES, type ServiceKind } from '../service/types.ts';
import type { TransactionFlow } from '../transaction/machine.ts';
import type { TransactionKind } from '../transaction/types.ts';
import { UPKEEP_TYPES, type UpkeepKind } from '../upkeep/types.ts';
import type { Errand } from './errand.ts';
import { openErrand, replayErrand, type ErrandWorld, type Opening } from './errands.ts';
import { Front } from './front.ts';
import { followUpsOf, menuOf, type Want } from './menu.ts';
import { obstacleTo } from './obstacles.ts';
import {
  parametersOf,
  personnelOpening,
  serviceOpening,
  signInOpening,
  transactionOpening,
  upkeepOpening,
} from './openings.ts';
import { underHead } from './under-head.ts';
import { unfinishedOf } from './unfinished.ts';
import {
  GIVE_UP_ID,
  giveUpScreen,
  HEAD_TO_BE_CLEANED,
  idleScreen,
  OWED_LINES,
  owedSlipLines,
  refusalLine,
} from './screens.ts';

export interface DeskWorld {
  readonly swipeReader: SwipeReaderPort;
  /** Absent: this terminal takes swiped cards only. */
  readonly chipCards?: ChipCardPort;
  /** Absent: slips are paper only. */
  readonly receipts?: ReceiptPort;
  readonly pinPad: PinPadPort;
  readonly host: HostPort;
  readonly printer: PrinterPort;
  readonly display: DisplayPort;
  readonly vault: VaultPort;
  readonly passwords: PasswordPort;
  readonly parameters: TerminalParameters;
  /** The terminal's own clock as `YYYY-MM-DD HH:MM:SS`. */
  readonly localTime: () => string;
  /** The chart of a transaction: the product's own, unless a test wants to see what a wrong one would do. */
  readonly transactionFlow: TransactionFlow;
}

/** Dialect sheet 7.4, parameter 21. */
const AUTOMATIC_SIGN_OFF_TAG = '21';
const AUTOMATIC = '1';

interface Seen {
  readonly flowId: number;
  readonly result: TransactionResult;
  readonly voucher: string;
}

/** Work with the hands, cleaning say, may take so many times as long as an answer to a screen. */
const WORK_TIMES = 10;

/** Pauses between occasions for what the host still owes an answer to double up to this. */
const RETRY_PAUSE_MAX_MS = 900_000;

/**
 * Decides which flow runs next. One at a time: what owes a reversal, an answer or a paper is put aside, and comes
 * before the next transaction (dialect sheet 8.1); a terminal that is not signed in signs in first.
 */
export class Desk {
  readonly #world: ErrandWorld;
  readonly #memory: Memory;
  readonly #swipes: SwipeSlot;
  readonly #chips: ChipSlot;
  readonly #clock: KernelDeps['clock'];
  readonly #front: Front;
  readonly #log: KernelDeps['log'];
  #running: Errand | undefined;
  /** What still owes something: at most a transaction and a settlement. */
  #parked: readonly Errand[] = [];
  /** Occasions that have come to nothing: the pause before the next grows with them. */
  #occasions = 0;
  /** What power loss has left unfinished and has not been told of it yet. */
  #toRestore: readonly Errand[] = [];
  #want: Want | undefined;
  /** The transaction whose result a person is looking at, and the one that what is wanted follows up. */
  #seen: Seen | undefined;
  #followed: Seen | undefined;
  /** What was tried on the way to what is wanted: it is not tried again for the same. */
  #tried = new Set<ServiceKind>();
  /** What has come of what was done, for the idle screen. */
  #notices: readonly Bilingual[] = [];
  /** What stays on it when the next thing has ended, which the terminal does by itself. */
  #standing: readonly Bilingual[] = [];
  #askingToGiveUp = false;
  /** As far as is known: what is owed is printed of the terminal's own accord only then. */
  #printerWorks = true;
  #cancelDeadline: Cancel = () => undefined;
  #cancelRetry: Cancel = () => undefined;

  constructor(world: DeskWorld, deps: KernelDeps) {
    this.#clock = deps.clock;
    this.#front = new Front(world.display);
    this.#log = deps.log;
    this.#memory = new Memory(deps);
    this.#swipes = new SwipeSlot(world.swipeReader, deps.clock);
    this.#chips = new ChipSlot(world.chipCards, deps.clock);
    this.#world = {
      ...world,
      ...underHead(world, this.#memory),
      deps,
      memory: this.#memory,
      swipes: this.#swipes,
      chips: this.#chips,
      parametersNow: () => parametersOf(world.parameters, this.#memory.facts),
      isRunning: (errand) => this.#running === errand,
      stepped: (errand) => this.#stepped(errand),
    };
    world.display.onInput((input) => this.#input(input));
    world.printer.onCondition(({ paperLow }) => this.#front.paperIsLow(paperLow));
  }

  /**
   * Replays what power loss has left unfinished, tells it so, and brings the terminal to its idle screen.
   *
   * @returns why it must not start, for the person who configured it; nothing has then been done.
   */
  boot(): string | undefined {
    const { signedIn, unfinished } = this.#memory.facts;
    if (unfinished.length === 0) this.#closeReceipts();
    if (!signedIn) this.#want = 'sign-in';
    const { ending, lasting, problem } = unfinishedOf(unfinished, this.#world.parameters);
    if (problem !== undefined) return problem;
    // What ends with the power is told so first, and what goes on afterwards goes on one after the other.
    for (const rows of ending) replayErrand(this.#world, rows).tell('PowerRestored');
    this.#restore(lasting.map((rows) => replayErrand(this.#world, rows)));
    return undefined;
  }

  /** One after the other: the next is told when the one before has ended or is put aside. */
  #restore(errands: readonly Errand[]): void {
    const [next, ...rest] = errands;
    if (next === undefined) return this.#advance();
    this.#toRestore = rest;
    this.#running = next;
    next.tell('PowerRestored');
  }

  #input(input: Input): void {
    if (this.#running !== undefined) return this.#running.input(input);
    if (this.#askingToGiveUp) return this.#giveUp(input.type === 'confirm');
    if (input.type === 'choose') this.#choose(input.item);
    else this.#idle();
  }

  #choose(item: string): void {
    this.#tried.clear();
    this.#notices = [];
    this.#followed = undefined;
    const followUp = this.#followUps.find(({ item: { key } }) => key === item);
    if (followUp !== undefined) {
      this.#followed = this.#seen;
      this.#want = followUp.want;
      return this.#advance();
    }
    if (!this.#menu.some(({ key }) => key === item)) return;
    if (item === 'give-up' && this.#world.parameters.people === undefined) {
      this.#show(giveUpScreen());
      return this.#returnToIdleLater();
    }
    this.#want = item as Want;
    this.#advance();
  }

  #giveUp(agreed: boolean): void {
    const errand = this.#parked.find(({ due }) => due === 'ReversalDue');
    if (!agreed || errand === undefined) return this.#idle();
    this.#resume(errand, 'ReversalGivenUp');
  }

  /** Does the next thing that stands between the terminal and what is wanted of it. */
  #advance(): void {
    if (this.#running !== undefined) return;
    const want = this.#want;
    if (want === undefined) return this.#idle();
    const obstacle = obstacleTo(want, {
      facts: this.#memory.facts,
      parked: this.#parked,
      tried: this.#tried,
      takesChips: this.#world.parameters.transactions.chips !== undefined,
    });
    switch (obstacle?.type) {
      case 'parked':
        return this.#resume(obstacle.errand, obstacle.due);
      case 'sign-in':
        return this.#open(signInOpening(this.#now()));
      case 'service':
        this.#tried.add(obstacle.kind);
        return this.#open(serviceOpening(this.#now(), obstacle.kind));
      case undefined:
        this.#want = undefined;
        return this.#begin(want);
    }
  }

  #begin(want: Want): void {
    const now = this.#now();
    const followed = this.#followed;
    if (want === 'finish') return this.#idle();
    if (want === 'sign-off' && now.facts.batchLog.length > 0) {
      // Dialect sheet 5.5. What was finished on the way here counts too.
      this.#notices = [{ zh: '有未结算交易,请先结算', en: 'Not settled yet: settle first' }];
      return this.#idle();
    }
    if (want === 'sign-in') return this.#open(signInOpening(now));
    if (Object.hasOwn(SERVICE_TYPES, want)) {
      return this.#open(serviceOpening(now, want as ServiceKind, followed?.flowId));
    }
    if (Object.hasOwn(UPKEEP_TYPES, want)) return this.#open(upkeepOpening(want as UpkeepKind, now));
    if (Object.hasOwn(PERSONNEL_TYPES, want)) return this.#open(personnelOpening(want as PersonnelKind, now));
    return this.#open(transactionOpening(now, want as TransactionKind, followed?.voucher));
  }

  #now() {
    const { localTime, parametersNow } = this.#world;
    return { parameters: parametersNow(), facts: this.#memory.facts, localTime: localTime() };
  }

  #open(opening: Opening): void {
    this.#cancelDeadline();
    const errand = openErrand(this.#world, opening);
    this.#running = errand;
    errand.begin();
  }

  #resume(errand: Errand, type: Parameters<Errand['tell']>[0]): void {
    this.#cancelRetry();
    // Who wants a settlement wants the one that is not finished.
    if (errand.flow === 'service' && this.#want === 'settlement') this.#want = undefined;
    this.#parked = this.#parked.filter((each) => each !== errand);
    this.#running = errand;
    errand.tell(type);
  }

  #stepped(errand: Errand): void {
    // Told of the power before anybody ran it: it has ended, and nobody looks.
    if (this.#running !== errand) return;
    this.#cancelDeadline();
    if (errand.deadline !== undefined) {
      const patienceMs = this.#world.parameters.operatorTimeoutMs * (errand.deadline === 'work' ? WORK_TIMES : 1);
      this.#cancelDeadline = this.#clock.after(patienceMs, () => errand.tell('DeadlinePassed'));
    }
    const { screen } = errand;
    if (screen !== undefined) this.#show(screen);
    if (errand.due === undefined && !errand.ended) return;
    this.#leave(errand);
  }

  /** It has ended, or it is put aside. */
  #leave(errand: Errand): void {
    this.#running = undefined;
    this.#swipes.release();
    this.#chips.release();
    this.#world.host.drop();
    if (errand.due !== undefined) this.#park(errand);
    else this.#ended(errand);
    if (errand.agreesToGiveUp) return this.#giveUp(true);
    if (this.#toRestore.length > 0) return this.#restore(this.#toRestore);
    if (this.#want === 'finish' && this.#parked.length === 0 && this.#memory.facts.owedPapers.length === 0) {
      this.#want = undefined;
    }
    if (this.#want !== undefined) return this.#advance();
    // The result of a transaction stays until somebody has seen it.
    if (errand.screen === undefined || errand.flow === 'sign-in') this.#idle();
    else this.#returnToIdleLater();
  }

  #ended(errand: Errand): void {
    const { flow, flowId, notice, screen } = errand;
    this.#notices = [...this.#standing, ...(notice === undefined ? [] : [notice])];
    this.#standing = [];
    this.#occasions = 0;
    const { result } = screen ?? {};
    const voucher = result?.stan === undefined ? undefined : sixDigits(result.stan);
    this.#seen = result === undefined || voucher === undefined ? undefined : { flowId, result, voucher };
    this.#memory.keep();
    if (flow === 'transaction') {
      this.#printerWorks = result?.slipOwed !== true && (result?.outcome === 'approved' || this.#printerWorks);
    } else if (flow === 'service') {
      this.#printerWorks &&= this.#memory.facts.owedPapers.length === 0;
    }
    if (flow === 'sign-in') this.#signInEnded(notice !== undefined);
    if (errand.closesBatch) this.#batchClosed();
  }

  /** Dialect sheet 9.5: signs off by itself where a parameter says so, unless somebody waits to go on. */
  #batchClosed(): void {
    const { batchLog, downloaded } = this.#memory.facts;
    this.#closeReceipts();
    const isAutomatic = downloaded.parameters.get(AUTOMATIC_SIGN_OFF_TAG) === AUTOMATIC;
    if (!isAutomatic || batchLog.length > 0 || this.#want !== undefined) return;
    this.#standing = this.#notices;
    this.#want = 'sign-off';
  }

  /** Once more at a start: a power cut may have come between the settlement and this. */
  #closeReceipts(): void {
    const { batchLog, settledBatch } = this.#memory.facts;
    if (settledBatch === undefined || batchLog.length > 0) return;
    this.#world.receipts?.closeBatch(settledBatch, (answer) => {
      if (answer.type === 'failed') this.#log.warn({ event: 'receipts-not-closed', ...answer.failure });
    });
  }

  #signInEnded(hasFailed: boolean): void {
    if (hasFailed) {
      this.#want = undefined;
      this.#retryLater();
    } else if (this.#parked.length > 0) {
      // New keys are an occasion: what is owed goes first, whoever asked for the sign-in.
      this.#want ??= 'finish';
    }
    if (this.#want === 'sign-in') this.#want = undefined;
  }

  #park(errand: Errand): void {
    this.#parked = [...this.#parked, errand];
    if (errand.due === 'PrintDue') this.#printerWorks = false;
    // What was wanted waits for what is owed, and the operator is told so.
    if (this.#want !== 'sign-in') this.#want = undefined;
    this.#occasions += 1;
    this.#retryLater();
  }

  /** What the host owes is asked for again of the terminal's own accord; a paper waits for somebody to see to the printer. */
  #retryLater(): void {
    this.#cancelRetry();
    if (this.#parked.every(({ due }) => due === 'PrintDue')) return;
    const { reversalPauseMs } = this.#world.parameters;
    const pauseMs = Math.min(RETRY_PAUSE_MAX_MS, reversalPauseMs * 2 ** Math.min(Math.max(this.#occasions - 1, 0), 10));
    this.#cancelRetry = this.#clock.after(pauseMs, () => {
      // Something else is under way, beside what is owed.
      if (this.#running !== undefined) return this.#retryLater();
      this.#want ??= 'finish';
      this.#advance();
    });
  }

  #show(screen: Screen): void {
    // Whatever replaces the question takes it away.
    this.#askingToGiveUp = screen.id === GIVE_UP_ID;
    this.#front.show(screen);
  }

  get #followUps() {
    return followUpsOf(this.#seen?.result, this.#world.parametersNow(), this.#memory.facts);
  }

  get #menu() {
    const { facts } = this.#memory;
    const giveUp = this.#parked.some(({ refusal }) => refusal !== undefined);
    const finish = this.#parked.length > 0 || facts.owedPapers.length > 0;
    return menuOf(this.#world.parameters, facts, { finish, giveUp });
  }

  #idle(): void {
    this.#cancelDeadline();
    this.#seen = undefined;
    const { owedPapers, people, required, signedIn } = this.#memory.facts;
    // The host has asked for something (dialect sheet 1.2), or a slip is owed, and nobody waits.
    const isAsked = signedIn && [...required].some((kind) => !this.#tried.has(kind)) && this.#parked.length === 0;
    const isOwed = owedPapers.length > 0 && !this.#tried.has('print-owed');
    if (isAsked || (this.#printerWorks && (isOwed || this.#parked.some(({ due }) => due === 'PrintDue')))) {
      this.#want = 'finish';
      return this.#advance();
    }
    const isDirty = needsCleaning(this.#memory.facts.head, this.#world.parameters.cleanAfterLines);
    const owed = this.#parked.flatMap(({ due, refusal }) => [
      ...(due === undefined ? [] : [OWED_LINES[due]]),
      ...(refusal === undefined ? [] : [refusalLine(refusal)]),
    ]);
    this.#show(
      idleScreen({
        signedOff: this.#world.parameters.people !== undefined && people.operator === undefined,
        signedIn,
        training: people.training,
        owed: [...owed, ...owedSlipLines(owedPapers), ...(isDirty ? [HEAD_TO_BE_CLEANED] : [])],
        ...(people.operator !== undefined && { operator: people.operator }),
        notices: this.#notices,
        menu: this.#menu,
      }),
    );
  }

  #returnToIdleLater(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#clock.after(this.#world.parameters.operatorTimeoutMs, () => {
      if (this.#running === undefined) this.#idle();
    });
  }
}
