/** For tests: somebody who reads the terminal's screens over `lines`, keys what they are told, and serves the device. */
import type { TransactionResult } from '../../src/domain/outcome.ts';
import type { Screen } from '../../src/domain/screen.ts';
import type { KeyedInput, Session, SessionListener } from './session.ts';

/** What to do at a screen: a key, or a deed in the words of `deeds.ts`. */
type Answer = KeyedInput | string;

/** One after the other: the screen that is waited for, and what is done at it. */
export type Steps = readonly (readonly [screenId: string, answer: Answer])[];

const PATIENCE_MS = 10_000;

export const amount = (text: string): KeyedInput => ({ type: 'amount', text });
export const text = (keyed: string): KeyedInput => ({ type: 'text', text: keyed });
export const password = (keyed: string): KeyedInput => ({ type: 'password', text: keyed });
export const choose = (item: string): KeyedInput => ({ type: 'choose', item });
export const CONFIRM: KeyedInput = { type: 'confirm' };

export class Cashier implements SessionListener {
  /** Everything that was shown, by its id. */
  readonly shown: string[] = [];
  readonly papers: string[] = [];
  readonly #session: Session;
  /** Not answered yet. */
  #screen: Screen | undefined;
  #waiting: { readonly id: string; readonly reached: (screen: Screen) => void; failed(why: Error): void } | undefined;

  constructor(session: Session) {
    this.#session = session;
    session.listen(this);
  }

  screen(screen: Screen): void {
    this.shown.push(screen.id);
    this.#screen = screen;
    if (screen.id === this.#waiting?.id) this.#waiting.reached(screen);
  }

  sight(from: string, sight: Readonly<Record<string, unknown>>): void {
    if (from === 'pin-pad' && sight['type'] === 'prompt') this.#session.does('pin 123456');
  }

  paper({ text: printed }: { readonly text: string }): void {
    this.papers.push(printed);
  }

  problem(problem: string): void {
    this.#waiting?.failed(new Error(problem));
  }

  /** The screen of that id, if it is up and not answered, or as soon as it is. */
  async at(id: string): Promise<Screen> {
    if (this.#screen?.id === id) return this.#screen;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Screen>((reached, failed) => {
        this.#waiting = { id, reached, failed };
        timer = setTimeout(
          () => failed(new Error(`${id} does not come: ${this.shown.slice(-8).join(', ')}`)),
          PATIENCE_MS,
        );
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  /** Does each step at its screen; screens that ask for nothing pass by. @returns the screen at the end. */
  async walk(steps: Steps, until: string): Promise<Screen> {
    for (const [id, answer] of steps) {
      await this.at(id);
      this.#screen = undefined;
      if (typeof answer === 'string') this.#session.does(answer);
      else this.#session.key(answer);
    }
    return await this.at(until);
  }

  /** From the idle screen to the result, which stays up. */
  async transact(item: string, steps: Steps): Promise<TransactionResult> {
    if (this.#screen?.id === 'result') await this.walk([['result', CONFIRM]], 'idle');
    return await this.follow([['idle', choose(item)], ...steps]);
  }

  /** To the result, from whatever screen the steps begin at. */
  async follow(steps: Steps): Promise<TransactionResult> {
    const { result } = await this.walk(steps, 'result');
    if (result === undefined) throw new Error('A result screen without its result.');
    return result;
  }

  /** Chooses from the idle menu and comes back to it. @returns what the screen then says, in English. */
  async manage(item: string, steps: Steps = [], until = 'idle'): Promise<string> {
    if (this.#screen?.id === 'result') await this.walk([['result', CONFIRM]], 'idle');
    const from = this.#screen?.id ?? 'idle';
    return wordsOf(await this.walk([[from, choose(item)], ...steps], until));
  }

  /** What has been printed so far, and not been asked for yet. */
  async takePapers(): Promise<readonly string[]> {
    // The emulator tells of all that it printed before it answers this.
    await this.#session.ledger();
    return this.papers.splice(0);
  }
}

export const wordsOf = ({ lines, title }: Screen): string => [title, ...lines].map(({ en }) => en).join('\n');
