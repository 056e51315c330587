/** Lines that people key in; a password shows as stars, where the keyboard is a terminal's. */
import type { Readable, Writable } from 'node:stream';

/** Standard input: a terminal, whose kernel echoes and edits unless it is set raw, or a pipe or file. */
export type Keyboard = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

interface KeyedLinesListener {
  /** Without its line end. */
  line(text: string): void;
  /** Once: the input is at its end, or Ctrl-D or Ctrl-C was keyed while a password was. */
  ended(): void;
}

/** More of a line is thrown away. */
const LINE_LENGTH_MAX = 4096;

/** A whole escape sequence (an arrow, say) is one key, and none of a password. */
const KEYS = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.)?|./gsu;

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACES = ['\u007F', '\b'];

export class KeyedLines {
  readonly #keyboard: Keyboard;
  readonly #screen: Writable;
  readonly #listener: KeyedLinesListener;
  /** One element is one character: what Backspace takes away. */
  #line: string[] = [];
  #hidden = false;
  #afterReturn = false;
  #open = true;

  /** @param screen where the stars go. */
  constructor(keyboard: Keyboard, screen: Writable, listener: KeyedLinesListener) {
    this.#keyboard = keyboard;
    this.#screen = screen;
    this.#listener = listener;
    keyboard.setEncoding('utf8');
    keyboard.on('data', this.#keyed);
    keyboard.on('end', this.#atEnd);
    keyboard.resume();
  }

  /**
   * From now on each character shows as a star, or as itself again. What was keyed of a line so far is dropped. Where
   * the keyboard is no terminal, nothing is shown in either case.
   */
  hide(hidden: boolean): void {
    if (!this.#open || this.#keyboard.isTTY !== true || hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#line = [];
    // Raw, the kernel neither echoes nor edits: both are done here.
    this.#keyboard.setRawMode?.(hidden);
  }

  /** Gives the keyboard back as it was; nothing more is heard of it. */
  close(): void {
    if (!this.#open) return;
    this.hide(false);
    this.#open = false;
    this.#keyboard.off('data', this.#keyed);
    this.#keyboard.off('end', this.#atEnd);
    this.#keyboard.pause();
  }

  readonly #keyed = (chunk: string): void => {
    // What a key brings about may change how the next is shown.
    for (const key of chunk.match(KEYS) ?? []) {
      if (!this.#open) return;
      if (this.#hidden) this.#hiddenKey(key);
      else this.#plainKey(key);
    }
  };

  /** The kernel has edited; what comes is text. Lines end as in files of any system. */
  #plainKey(key: string): void {
    const isSecondHalf = key === '\n' && this.#afterReturn;
    // A terminal's return is an end by itself, however soon another follows.
    this.#afterReturn = key === '\r' && this.#keyboard.isTTY !== true;
    if (isSecondHalf) return;
    if (key === '\r' || key === '\n') this.#finish();
    else this.#add(key);
  }

  #hiddenKey(key: string): void {
    if (key === '\r' || key === '\n') {
      this.#screen.write('\n');
      return this.#finish();
    }
    if (BACKSPACES.includes(key)) return this.#erase(1);
    if (key === CTRL_U) return this.#erase(this.#line.length);
    if (key === CTRL_C || (key === CTRL_D && this.#line.length === 0)) return this.#end();
    if (!/^\P{Cc}$/u.test(key)) return undefined;
    if (this.#add(key)) this.#screen.write('*');
  }

  #add(key: string): boolean {
    const fits = this.#line.length < LINE_LENGTH_MAX;
    if (fits) this.#line.push(key);
    return fits;
  }

  #erase(count: number): void {
    const erased = this.#line.splice(this.#line.length - count);
    this.#screen.write('\b \b'.repeat(erased.length));
  }

  #finish(): void {
    const text = this.#line.join('');
    this.#line = [];
    this.#listener.line(text);
  }

  /** Half a password is none; any other last line may lack its end. */
  readonly #atEnd = (): void => {
    if (!this.#hidden && this.#line.length > 0) this.#finish();
    this.#end();
  };

  #end(): void {
    if (!this.#open) return;
    this.close();
    this.#listener.ended();
  }
}
