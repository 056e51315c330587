/** A child process that speaks in lines of JSON. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export type Message = Readonly<Record<string, unknown>>;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to standard error, cut to its last part. */
  readonly complaint: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** What `npm run` loads first, too. */
const LAUNCH = join(ROOT, 'launch.mjs');

const COMPLAINT_LENGTH_MAX = 4000;
/** A process that does not stop when asked is stopped. */
const STOP_PATIENCE_MS = 3000;

export class ProcessLines {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessWithoutNullStreams;
  #listener: (message: Message) => void = () => undefined;
  #waiting: Message[] = [];
  #complaint = '';

  constructor(file: string, args: readonly string[], nodeFlags: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeFlags, '--import', LAUNCH, file, ...args]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_LENGTH_MAX);
    });
    // It may die while something is being written to it; its end says so.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      if (this.#waiting.length > 0 || this.#listener === unheard) this.#waiting.push(message);
      else this.#listener(message);
    });
    this.#listener = unheard;
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal, complaint: this.#complaint.trim() }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sets the one listener; what was said before is kept for it. */
  listen(listener: (message: Message) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop, and makes it if need be. */
  async stop(): Promise<Ending> {
    this.#child.stdin.end();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_PATIENCE_MS);
    const ending = await this.ended;
    clearTimeout(patience);
    return ending;
  }
}

/**
 * The terminal as `npm run terminal` starts it. It makes little garbage: V8's usual young generation, sized for servers,
 * would cost it 25 MB.
 */
export const terminalProcess = (configFile: string): ProcessLines =>
  new ProcessLines(join(ROOT, 'src/main.ts'), ['--config', configFile], ['--max-semi-space-size=2']);

export const emulatorProcess = (configFile: string): ProcessLines =>
  new ProcessLines(join(ROOT, 'emulator/main.ts'), ['--config', configFile, '--json']);

const unheard = (): void => undefined;
