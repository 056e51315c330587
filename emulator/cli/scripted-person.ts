/** Somebody who takes one sale at the terminal as a script says, and serves the device while it runs. */
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Screen } from '../../src/domain/screen.ts';
import type { NamedFault } from '../scenario/faults.ts';
import type { PrintedPaper, Session, SessionListener } from './session.ts';

export interface SaleScript {
  readonly amount: string;
  readonly card: string;
  /** Whether the card is put into the chip card reader, and not swiped. */
  readonly inserts?: boolean;
  /** Empty: ENTER without a PIN. */
  readonly pin: string;
  /** Whether the e-receipt is taken instead of the cardholder's paper. */
  readonly takesReceipt?: boolean;
  readonly fault?: NamedFault;
}

export interface SaleRun {
  readonly result: TransactionResult;
  readonly papers: readonly PrintedPaper[];
  /** From the first screen to the terminal being signed in. */
  readonly signInMs: number;
}

/** A card that cannot be read is presented so often before the operator gives up. */
const PRESENTATIONS_MAX = 3;
/** A reversal that the host has not confirmed is waited for so long. */
const PENDING_PATIENCE_MS = 15_000;
/** Longer than any timeout that the session's configuration sets. */
const SALE_PATIENCE_MS = 120_000;

/** @throws Error when the terminal does not get ready, or a process fails. */
export async function takeSale(session: Session, script: SaleScript): Promise<SaleRun> {
  const papers: PrintedPaper[] = [];
  const startedAt = performance.now();
  let signInMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const result = await new Promise<TransactionResult>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The sale did not end in time.')), SALE_PATIENCE_MS);
    const person = new ScriptedPerson(session, script, {
      ready: () => (signInMs = performance.now() - startedAt),
      pending: (pending) => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve(pending), PENDING_PATIENCE_MS);
      },
      finished: resolve,
      paper: (paper) => papers.push(paper),
      failed: (problem) => reject(new Error(problem)),
    });
    session.listen(person);
  }).finally(() => clearTimeout(timer));
  // Whatever the emulator has printed has been told when it answers this.
  await session.ledger();
  return { result, papers, signInMs };
}

interface Reports {
  ready(): void;
  pending(result: TransactionResult): void;
  finished(result: TransactionResult): void;
  paper(paper: PrintedPaper): void;
  failed(problem: string): void;
}

class ScriptedPerson implements SessionListener {
  readonly #session: Session;
  readonly #script: SaleScript;
  readonly #reports: Reports;
  readonly #cured = new Set<string>();
  #started = false;
  #presentations = 0;

  constructor(session: Session, script: SaleScript, reports: Reports) {
    this.#session = session;
    this.#script = script;
    this.#reports = reports;
  }

  screen(screen: Screen): void {
    const { amount } = this.#script;
    this.#cure(screen.id);
    switch (screen.id) {
      case 'idle':
        return this.#start();
      case 'not-signed-in':
        return this.#reports.failed(screen.lines.map(({ en }) => en).join('. '));
      case 'enter-amount':
        return this.#session.key({ type: 'amount', text: amount });
      case 'present-card':
        return this.#present();
      case 'choose-application':
        return this.#chooseFirst(screen);
      case 'remove-card':
        return this.#session.does('pull');
      case 'confirm':
      case 'confirm-application':
        return this.#session.key({ type: 'confirm' });
      case 'receipt-offer':
        return this.#session.key({ type: this.#script.takesReceipt === true ? 'confirm' : 'reject' });
      case 'result':
        if (screen.result?.outcome === 'reversal-pending') return this.#reports.pending(screen.result);
        if (screen.result !== undefined) this.#reports.finished(screen.result);
        return undefined;
      default:
        return undefined;
    }
  }

  sight(from: string, sight: Readonly<Record<string, unknown>>): void {
    if (from !== 'pin-pad' || sight['type'] !== 'prompt') return;
    const { fault, pin } = this.#script;
    const deeds = fault?.atPin ?? [pin === '' ? 'key enter' : `pin ${pin}`];
    for (const words of deeds) this.#session.does(words);
  }

  paper(paper: PrintedPaper): void {
    this.#reports.paper(paper);
  }

  problem(problem: string): void {
    this.#reports.failed(problem);
  }

  /** A chip that cannot be read is swiped the next time. */
  #present(): void {
    const { card, inserts } = this.#script;
    this.#presentations += 1;
    if (this.#presentations > PRESENTATIONS_MAX) return this.#session.key({ type: 'cancel' });
    const verb = inserts === true && this.#presentations % 2 === 1 ? 'insert' : 'swipe';
    return this.#session.does(`${verb} ${card}`);
  }

  #chooseFirst({ menu = [] }: Screen): void {
    const [first] = menu;
    this.#session.key(first === undefined ? { type: 'cancel' } : { type: 'choose', item: first.key });
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#reports.ready();
    for (const words of this.#script.fault?.deeds ?? []) this.#session.does(words);
    // The emulator obeys in order: when it answers, the fault is in place.
    void this.#session.ledger().then(() => this.#session.key({ type: 'choose', item: 'sale' }));
  }

  #cure(screenId: string): void {
    const cures = this.#script.fault?.cures?.[screenId];
    if (cures === undefined || this.#cured.has(screenId)) return;
    this.#cured.add(screenId);
    for (const words of cures) this.#session.does(words);
  }
}
