/** The emulator process and the terminal process, joined by pseudo-terminals and TLS, and somebody who serves both. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Screen } from '../../src/domain/screen.ts';
import { emulatorProcess, terminalProcess, type Ending, type Message, type ProcessLines } from './process-lines.ts';

export interface SessionOptions {
  /** Holds everything that both processes write. */
  readonly directory: string;
  /** Merged into the emulator's configuration. */
  readonly emulator?: Message;
  /** Merged into the terminal's `host`, `timeouts`, `log` and so on, one level deep. */
  readonly terminal?: Readonly<Record<string, Message>>;
}

/** What the operator keys on the terminal, as `ui/lines.ts` reads it: an amount is the text that a person keys. */
export type KeyedInput =
  | { readonly type: 'amount' | 'text' | 'password'; readonly text: string }
  | { readonly type: 'confirm' | 'reject' | 'cancel' }
  | { readonly type: 'choose'; readonly item: string };

export interface PrintedPaper {
  readonly file: string;
  readonly text: string;
}

export interface SessionListener {
  screen(screen: Screen): void;
  /** A device shows something to the person before it. */
  sight(from: string, sight: Message): void;
  paper(paper: PrintedPaper): void;
  /** A process said that it could not do what it was told, or ended when nobody had asked. */
  problem(problem: string): void;
}

export class Session {
  readonly directory: string;
  readonly #terminalConfig: string;
  readonly #emulator: ProcessLines;
  #terminal: ProcessLines;
  #listener: SessionListener | undefined;
  #ledgerAnswers: ((ledger: unknown) => void)[] = [];
  #stopping = false;

  private constructor(directory: string, emulator: ProcessLines, terminalConfig: string) {
    this.directory = directory;
    this.#emulator = emulator;
    this.#terminalConfig = terminalConfig;
    this.#terminal = this.#startTerminal();
  }

  /** @throws Error with the sentence that the emulator complained with. */
  static async start(options: SessionOptions): Promise<Session> {
    mkdirSync(options.directory, { recursive: true });
    const emulatorConfig = join(options.directory, 'emulator.json');
    writeFileSync(emulatorConfig, JSON.stringify({ directory: options.directory, ...options.emulator }));
    const emulator = emulatorProcess(emulatorConfig);
    const ready = await Promise.race([
      new Promise<Message>((heard) => emulator.listen(heard)),
      emulator.ended.then((ending) => {
        throw new Error(`The emulator did not start: ${ending.complaint}`);
      }),
    ]);
    const terminalConfig = String(ready['terminalConfig']);
    const config = JSON.parse(readFileSync(terminalConfig, 'utf8')) as Record<string, Message>;
    for (const [key, change] of Object.entries(options.terminal ?? {})) config[key] = { ...config[key], ...change };
    writeFileSync(terminalConfig, JSON.stringify({ ...config, ui: 'lines' }, undefined, 2));
    return new Session(options.directory, emulator, terminalConfig);
  }

  listen(listener: SessionListener): void {
    this.#listener = listener;
    this.#emulator.listen((message) => this.#heardEmulator(message, listener));
    void this.#emulator.ended.then((ending) => this.#ended('emulator', ending));
    this.#listenToTerminal();
  }

  key(input: KeyedInput): void {
    this.#terminal.say(JSON.stringify(input));
  }

  /** What somebody does to the device, in the words of `scenario/deeds.ts`. */
  does(words: string): void {
    this.#emulator.say(words);
  }

  /** The host's ledger; all that the emulator had to tell before has then been told. */
  ledger(): Promise<unknown> {
    return new Promise((answer) => {
      this.#ledgerAnswers.push(answer);
      this.#emulator.say('ledger');
    });
  }

  get terminalPid(): number | undefined {
    return this.#terminal.pid;
  }

  /** The terminal's power fails. */
  async killTerminal(): Promise<void> {
    const terminal = this.#terminal;
    terminal.listen(() => undefined);
    terminal.kill('SIGKILL');
    await terminal.ended;
  }

  restartTerminal(): void {
    this.#terminal = this.#startTerminal();
    this.#listenToTerminal();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#terminal.stop(), this.#emulator.stop()]);
  }

  #startTerminal(): ProcessLines {
    return terminalProcess(this.#terminalConfig);
  }

  #listenToTerminal(): void {
    const terminal = this.#terminal;
    terminal.listen((message) => {
      if ('screen' in message) this.#listener?.screen(message['screen'] as Screen);
      else if ('problem' in message) this.#listener?.problem(String(message['problem']));
    });
    void terminal.ended.then((ending) => {
      if (ending.signal !== 'SIGKILL') this.#ended('terminal', ending);
    });
  }

  #heardEmulator(message: Message, listener: SessionListener): void {
    switch (message['event']) {
      case 'sight':
        return listener.sight(String(message['from']), message['sight'] as Message);
      case 'paper':
        return listener.paper({ file: String(message['file']), text: String(message['text']) });
      case 'ledger':
        this.#ledgerAnswers.shift()?.(message['ledger']);
        return undefined;
      case 'problem':
        return listener.problem(String(message['problem']));
      default:
        return undefined;
    }
  }

  #ended(who: string, ending: Ending): void {
    if (this.#stopping) return;
    this.#listener?.problem(`The ${who} stopped (${ending.signal ?? ending.code}): ${ending.complaint}`);
  }
}
