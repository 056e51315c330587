/** The person at the terminal: wants errands done, does whatever the screen asks for, and has habits. */
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Input, Screen } from '../../src/domain/screen.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { NamedFault } from '../scenario/faults.ts';

/** Who keys it is the same person. */
export const SUPERVISOR_PASSWORD = '12345678';
/** Who signs on where somebody has to. */
export const OPERATOR = { number: '01', password: '1357' } as const;

/** Nobody is faster. */
const REACTION_MS = 1;
const REPAIR_MS = 1000;
/** After so many swipes in vain a person gives up. */
const SWIPES_MAX = 4;

/** By its name, or a file of its own. */
const HAS_CHIP = /^chip-|\.json$/;

/** What goes wrong with an errand, in the words of `deeds.ts`. */
export interface Mishap extends Pick<NamedFault, 'deeds' | 'cures' | 'atPin'> {
  /** Done so many milliseconds after the errand was begun. */
  readonly later?: readonly { readonly ms: number; readonly words: string }[];
}

/** One thing that the person wants done. */
export interface Errand {
  /** The menu's word, e.g. `sale`. */
  readonly item: string;
  /** Minor units; where the transaction asks for an amount. */
  readonly amount?: string;
  readonly card: string;
  /** Takes the e-receipt instead of paper. */
  readonly takesReceipt?: boolean;
  /** Presents the card by inserting it, and takes it out when the terminal says so or the result is there. */
  readonly inserts?: boolean;
  /** The screen at which an inserted card is taken out too early, once; between two commands: `pull after` as a fault. */
  readonly pullsAt?: string;
  /**
   * Follows the last approved transaction of one of these kinds: its slip is read, its card is presented, and its amount
   * is keyed unless the errand has one of its own.
   */
  readonly follows?: readonly string[];
  /** Of a transfer: the card that it goes to. */
  readonly receiver?: string;
  /** Keyed in order where the terminal asks for an original: texts, or what the slip of an earlier errand says. */
  readonly original?: readonly (string | FromResult)[];
  /** When a part is approved (F39 10): lets it be taken back. */
  readonly refusesPart?: boolean;
  /** Keyed one after the other when a PIN is asked for again, none where it is empty; the right one, unless it says so. */
  readonly pins?: readonly string[];
  /** Likewise the passwords of an operator. */
  readonly passwords?: readonly string[];
  /** What the test strips are found to be, one after the other; good, unless it says so. */
  readonly strips?: readonly ('good' | 'bad')[];
  readonly fault?: Mishap;
  /** The screen at which the person changes their mind, once. */
  readonly cancelsAt?: string;
}

/** An errand, or how it is made up when its turn comes: by then there are slips to read from. */
export type Wish = Errand | (() => Errand);

/** Reads something off an approved result, as a person does off a slip: the last one's, unless the errand follows others. */
type FromResult = (result: TransactionResult) => string | undefined;

export interface Habits {
  /** At a terminal that is not signed in: signs it in, or asks for the next errand all the same. */
  readonly notSignedIn: 'signs-in' | 'goes-on';
  /** When the screen says that a reversal is pending: waits before it, or goes back to the idle screen. */
  readonly atPendingReversal: 'waits' | 'confirms';
  /** Signs in by hand, though nobody asked for it, when so many errands have been begun. */
  readonly needlessSignIns: readonly number[];
  /** Before anything is wanted of the idle screen, signed in or not. */
  readonly pauseMs: number;
  /** Done to a printer in trouble, all of it, again and again until it prints. */
  readonly repairs: readonly string[];
}

/** Does what it is asked for, and nothing else. */
export const PATIENT: Habits = {
  notSignedIn: 'signs-in',
  atPendingReversal: 'waits',
  needlessSignIns: [],
  pauseMs: REACTION_MS,
  repairs: [],
};

/** What a person can do to the world. */
export interface Reach {
  readonly after: (ms: number, action: () => void) => void;
  /** In the words of `deeds.ts`. */
  readonly does: (words: string) => void;
  readonly input: (input: Input) => void;
}

/** Runs an action so much later, unless the terminal shows another screen by then. */
type WhileShown = (ms: number, action: () => void) => void;

export class Person {
  readonly #wishes: Wish[];
  readonly #habits: Habits;
  readonly #reach: Reach;
  readonly #cured = new Set<string>();
  /** How many errands have been begun; one that the power cut short is not begun again. */
  #begun = 0;
  /** The errand under way, or done last. */
  #errand: Errand | undefined;
  #originalsKeyed = 0;
  #swipes = 0;
  #pinsKeyed = 0;
  #passwordsKeyed = 0;
  #stripsJudged = 0;
  #needlessSignIns: readonly number[];
  #hasCancelled = false;
  #hasPulled = false;
  #isRepairing = false;
  /** What was approved, and with which card. */
  readonly #approved: { readonly result: TransactionResult; readonly card: string }[] = [];

  constructor(wishes: readonly Wish[], habits: Habits, reach: Reach) {
    this.#wishes = [...wishes];
    this.#habits = habits;
    this.#reach = reach;
    this.#needlessSignIns = habits.needlessSignIns;
  }

  /** Whether every errand has been begun. */
  get wantsNothing(): boolean {
    return this.#begun === this.#wishes.length;
  }

  /** One thing more, after all the others. Begun at the next screen that lets it be. */
  wants(wish: Wish): void {
    this.#wishes.push(wish);
  }

  get errandsBegun(): number {
    return this.#begun;
  }

  /** Never acts from inside this call on the terminal. */
  sees(screen: Screen, whileShown: WhileShown): void {
    if (screen.result?.outcome === 'approved') this.#approved.push({ result: screen.result, card: this.#card });
    this.#cure(screen.id);
    this.#pullEarly(screen.id, whileShown);
    if (screen.id === this.#errand?.cancelsAt && !this.#hasCancelled) return this.#cancel(whileShown);
    switch (screen.id) {
      case 'idle':
        return this.#atIdle(screen, whileShown);
      case 'not-signed-in':
        return this.#atNotSignedIn(screen, whileShown);
      case 'result':
        return this.#atResult(screen.result, whileShown);
      case 'name-original':
      case 'name-voucher':
        return this.#key(whileShown, this.#nameOriginal());
      case 'enter-amount':
        return this.#key(whileShown, {
          type: 'amount',
          amount: (this.#errand?.amount ?? this.#followed?.result.amountMinor ?? '1') as Extract<
            Input,
            { type: 'amount' }
          >['amount'],
        });
      case 'present-card':
        this.#swipes += 1;
        if (this.#swipes > SWIPES_MAX) return this.#key(whileShown, { type: 'cancel' });
        return this.#present();
      case 'choose-application':
        return this.#chooseFirst(screen, whileShown);
      case 'remove-card':
        return whileShown(REACTION_MS, () => this.#reach.does('pull'));
      case 'present-receiver':
        return this.#reach.does(`swipe ${this.#errand?.receiver ?? ''}`);
      case 'partial-approval':
        return this.#key(whileShown, { type: this.#errand?.refusesPart === true ? 'reject' : 'confirm' });
      case 'signed-off':
        return this.#atSignedOff(whileShown);
      case 'operator-number':
        return this.#key(whileShown, { type: 'text', text: OPERATOR.number });
      case 'operator-password':
        return this.#keyPassword(screen, whileShown);
      case 'supervisor-password':
        return this.#key(whileShown, { type: 'password', password: Secret.of(SUPERVISOR_PASSWORD, 'PASSWORD') });
      case 'judge-strip':
        return this.#judge(whileShown);
      case 'confirm':
      case 'clean-head':
      case 'raise-density':
      case 'lower-density':
      case 'confirm-application':
      case 'confirm-give-up':
        return this.#key(whileShown, { type: 'confirm' });
      case 'receipt-offer':
        return this.#key(whileShown, { type: this.#errand?.takesReceipt === true ? 'confirm' : 'reject' });
      case 'printer-trouble':
        return this.#repair(whileShown);
      default:
        return undefined;
    }
  }

  /** The PIN pad asks for a PIN. */
  seesPinPrompt(): void {
    const pin = this.#errand?.pins?.[this.#pinsKeyed] ?? '123456';
    this.#pinsKeyed += 1;
    for (const words of this.#errand?.fault?.atPin ?? [pin === '' ? 'key enter' : `pin ${pin}`])
      this.#reach.does(words);
  }

  /** The chip card reader asks for one, on its own keypad. */
  seesReaderPrompt(): void {
    this.#reach.does(`reader pin ${this.#errand?.pins?.[0] ?? '123456'}`);
  }

  #judge(whileShown: WhileShown): void {
    const isBad = this.#errand?.strips?.[this.#stripsJudged] === 'bad';
    this.#stripsJudged += 1;
    this.#key(whileShown, { type: isBad ? 'reject' : 'confirm' });
  }

  get #followed() {
    const kinds = this.#errand?.follows;
    return this.#approved.findLast(({ result }) => kinds?.includes(result.kind) !== false);
  }

  get #card(): string {
    const { card = '', follows } = this.#errand ?? {};
    return follows === undefined ? card : (this.#followed?.card ?? card);
  }

  /** A chip that cannot be read is swiped the next time; a card without one is never put in. */
  #present(): void {
    const inserts = this.#errand?.inserts === true && HAS_CHIP.test(this.#card) && this.#swipes % 2 === 1;
    this.#reach.does(`${inserts ? 'insert' : 'swipe'} ${this.#card}`);
  }

  #chooseFirst({ menu = [] }: Screen, whileShown: WhileShown): void {
    const [first] = menu;
    this.#key(whileShown, first === undefined ? { type: 'cancel' } : { type: 'choose', item: first.key });
  }

  #pullEarly(screenId: string, whileShown: WhileShown): void {
    if (screenId !== this.#errand?.pullsAt || this.#hasPulled) return;
    this.#hasPulled = true;
    whileShown(REACTION_MS, () => this.#reach.does('pull'));
  }

  #key(whileShown: WhileShown, input: Input): void {
    whileShown(REACTION_MS, () => this.#reach.input(input));
  }

  #cancel(whileShown: WhileShown): void {
    this.#hasCancelled = true;
    this.#key(whileShown, { type: 'cancel' });
  }

  #atIdle(screen: Screen, whileShown: WhileShown): void {
    const act = this.#needlessSignIns.includes(this.#begun)
      ? (): void => this.#signInNeedlessly()
      : this.#nextAt(screen);
    this.#actAndLook(act, whileShown, () => this.#atIdle(screen, whileShown));
  }

  #atNotSignedIn(screen: Screen, whileShown: WhileShown): void {
    const signsIn = this.#habits.notSignedIn === 'signs-in';
    const act = signsIn ? (): void => this.#signIn() : this.#nextAt(screen);
    this.#actAndLook(act, whileShown, () => this.#atNotSignedIn(screen, whileShown));
  }

  /** Nothing else can be wanted of it. */
  #atSignedOff(whileShown: WhileShown): void {
    if (this.wantsNothing) return;
    const act =
      this.#nextItem === 'operator-sign-on'
        ? (): void => this.#begin()
        : (): void => this.#reach.input({ type: 'choose', item: 'operator-sign-on' });
    whileShown(this.#habits.pauseMs, act);
  }

  #keyPassword(screen: Screen, whileShown: WhileShown): void {
    const isSupervisors = screen.lines.some(({ en }) => en.includes('supervisor'));
    const password = isSupervisors
      ? SUPERVISOR_PASSWORD
      : (this.#errand?.passwords?.[this.#passwordsKeyed] ?? OPERATOR.password);
    this.#passwordsKeyed += 1;
    this.#key(whileShown, { type: 'password', password: Secret.of(password, 'PASSWORD') });
  }

  /** What the next errand chooses; undefined where it is only made up when its turn comes. */
  get #nextItem(): string | undefined {
    const wish = this.#wishes[this.#begun];
    return typeof wish === 'function' ? undefined : wish?.item;
  }

  /** A terminal that will not shows the same screen as before: then it is asked for something else. */
  #actAndLook(act: (() => void) | undefined, whileShown: WhileShown, look: () => void): void {
    if (act === undefined) return;
    whileShown(this.#habits.pauseMs, () => {
      act();
      whileShown(this.#habits.pauseMs, look);
    });
  }

  /** What is wanted of a terminal that is free. What it does not offer is not wanted any more. */
  #nextAt({ lines, menu }: Screen): (() => void) | undefined {
    const isOffered = (item: string | undefined): boolean =>
      item === undefined || menu?.some(({ key }) => key === item) !== false;
    while (!this.wantsNothing && !isOffered(this.#nextItem)) this.#begun += 1;
    if (!this.wantsNothing) return () => this.#begin();
    const mayFinish = menu?.some(({ key }) => key === 'finish') === true;
    return mayFinish && lines.some(({ en }) => /to be printed/.test(en)) ? () => this.#finish() : undefined;
  }

  #atResult(result: TransactionResult | undefined, whileShown: WhileShown): void {
    if (this.#errand?.inserts === true) this.#reach.does('pull');
    const waits = result?.outcome === 'reversal-pending' && this.#habits.atPendingReversal === 'waits';
    if (!waits) this.#key(whileShown, { type: 'confirm' });
  }

  #signIn(): void {
    this.#reach.input({ type: 'choose', item: 'sign-in' });
  }

  #signInNeedlessly(): void {
    this.#needlessSignIns = this.#needlessSignIns.filter((begun) => begun !== this.#begun);
    this.#signIn();
  }

  /** Prints what was put off, on a printer that has been seen to. */
  #finish(): void {
    for (const words of this.#habits.repairs) this.#reach.does(words);
    this.#reach.input({ type: 'choose', item: 'finish' });
  }

  #begin(): void {
    const wish = this.#wishes[this.#begun];
    if (wish === undefined) return;
    const next = typeof wish === 'function' ? wish() : wish;
    this.#errand = next;
    for (const words of next.fault?.deeds ?? []) this.#reach.does(words);
    for (const { ms, words } of next.fault?.later ?? []) this.#reach.after(ms, () => this.#reach.does(words));
    this.#begun += 1;
    this.#originalsKeyed = 0;
    this.#swipes = 0;
    this.#pinsKeyed = 0;
    this.#passwordsKeyed = 0;
    this.#stripsJudged = 0;
    this.#hasCancelled = false;
    this.#hasPulled = false;
    this.#cured.clear();
    this.#reach.input({ type: 'choose', item: next.item });
  }

  /** Whoever has no slip to read from gives up. */
  #nameOriginal(): Input {
    const wanted = this.#errand?.original?.[this.#originalsKeyed];
    this.#originalsKeyed += 1;
    const slip = this.#followed?.result;
    const text = typeof wanted === 'function' ? slip && wanted(slip) : wanted;
    return text === undefined ? { type: 'cancel' } : { type: 'text', text };
  }

  #cure(screenId: string): void {
    const cures = this.#errand?.fault?.cures?.[screenId];
    if (cures === undefined || this.#cured.has(screenId)) return;
    this.#cured.add(screenId);
    for (const words of cures) this.#reach.after(REPAIR_MS, () => this.#reach.does(words));
  }

  /** Begun, a repair is done, whether the terminal still lives to see it or not; and nobody loads paper twice at a time. */
  #repair(whileShown: WhileShown): void {
    if (this.#habits.repairs.length === 0) return;
    if (!this.#isRepairing) {
      this.#isRepairing = true;
      this.#reach.after(REPAIR_MS, () => {
        this.#isRepairing = false;
        for (const words of this.#habits.repairs) this.#reach.does(words);
      });
    }
    whileShown(10 * REPAIR_MS, () => this.#repair(whileShown));
  }
}
