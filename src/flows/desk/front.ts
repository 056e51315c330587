/** The front of the terminal: the screen that people see, with what the printer has to say on it. */
import type { Screen } from '../../domain/screen.ts';
import type { DisplayPort } from '../ports.ts';
import { PAPER_LOW } from './screens.ts';

/** Screens at which somebody has time to look after the paper. */
const RESTING: readonly string[] = ['idle', 'not-signed-in', 'signed-off', 'result'];

export class Front {
  readonly #display: DisplayPort;
  #paperLow = false;
  /** What was to be shown last, before the printer had its say. */
  #screen: Screen | undefined;
  #shown = '';

  constructor(display: DisplayPort) {
    this.#display = display;
  }

  /** States that look the same to a person are one screen. */
  show(screen: Screen): void {
    this.#screen = screen;
    const isTold = this.#paperLow && RESTING.includes(screen.id);
    const told = isTold ? { ...screen, lines: [...screen.lines, PAPER_LOW] } : screen;
    const shown = JSON.stringify(told);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#display.show(told);
  }

  paperIsLow(paperLow: boolean): void {
    this.#paperLow = paperLow;
    if (this.#screen !== undefined) this.show(this.#screen);
  }
}
