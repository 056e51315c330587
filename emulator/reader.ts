/** One chip card reader on one pseudo-terminal with one card: a real reader to any program that speaks to a GemPC Twin. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Line } from '../src/domain/line.ts';
import { ChipReaderModel, GEMPC_TWIN, type ChipReaderDeed } from './models/chip-reader/chip-reader.ts';
import { toHex } from './models/crypto/hex.ts';
import { loadReplayCard } from './replay-cards.ts';
import { StartProblem } from './start-problem.ts';
import { realClock } from './time/real-clock.ts';
import { openPty, type Pty } from './wire/pty.ts';
import { runModel } from './wire/run-model.ts';

const USAGE =
  'Usage: npm run emulator -- reader --pty LINK [--card FILE] [--no-echo] [--json] [--trace]\n' +
  '  --pty LINK   where programs find the reader: a symbolic link, made now and removed at the end\n' +
  '  --card FILE  a replay card that is in from the start (fixtures/cards-replay)\n' +
  '  --no-echo    does not repeat what the host sends: another reader of the family\n' +
  '  --json       lines of JSON for scripts\n' +
  '  --trace      shows every byte, card data too';

interface ReaderOptions {
  readonly link: string;
  readonly card: string | undefined;
  readonly echoes: boolean;
  readonly json: boolean;
  readonly trace: boolean;
}

/** Who puts cards into the slot: one at a time. Programs that look at it now and then miss a quick exchange. */
interface Hand {
  isFull: boolean;
  readonly does: (deed: ChipReaderDeed) => void;
}

type Say = (message: Readonly<Record<string, unknown>>, words: string) => void;

function optionsOf(args: readonly string[]): ReaderOptions {
  const options = {
    pty: { type: 'string' },
    card: { type: 'string' },
    'no-echo': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.pty === undefined) throw new Error('--pty is missing.');
    const { card, json, trace } = values;
    return { link: values.pty, card, echoes: !values['no-echo'], json, trace };
  } catch (error) {
    throw new StartProblem(`${(error as Error).message}\n${USAGE}`, 2);
  }
}

/** Runs until it is told to stop: `quit`, the end of standard input, SIGINT or SIGTERM. */
export async function runReader(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const say: Say = (message, words) => {
    process.stdout.write(`${options.json ? JSON.stringify(message) : words}\n`);
  };
  const deeds: ChipReaderDeed[] = options.card === undefined ? [] : [insertionOf(options.card)];
  const pty = await open(options.link);
  const line = options.trace ? traced(pty.line, say) : pty.line;
  // What foreign programs send is theirs to decide: an unknown message is refused, as by a real reader.
  const model = new ChipReaderModel({ ...GEMPC_TWIN, echoes: options.echoes, unknownMessages: 'refused' });
  const reader = runModel(model, line, realClock, {
    onSight: (sight) => say({ event: 'sight', sight }, `chip-reader: ${JSON.stringify(sight)}`),
    onSurprise: (error) => {
      process.stderr.write(`A surprise: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  });
  const hand: Hand = { isFull: deeds.length > 0, does: (deed) => reader.does(deed) };
  for (const deed of deeds) reader.does(deed);
  say(
    { event: 'ready', chipReader: pty.path },
    `chip reader   ${pty.path}\nDeeds, one a line: pull, insert FILE, quit`,
  );
  const stop = (): void => {
    pty.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  obey(hand, say, stop);
}

function insertionOf(file: string): ChipReaderDeed {
  try {
    return { type: 'insert', card: loadReplayCard(file) };
  } catch (error) {
    throw new StartProblem((error as Error).message, 1);
  }
}

function open(link: string): Promise<Pty> {
  return new Promise((resolve, reject) => {
    openPty({ link }, (opened) =>
      opened.ok ? resolve(opened.value) : reject(new StartProblem(opened.error.message, 1)),
    );
  });
}

/** Says what passes, before it passes on. */
function traced(line: Line, say: Say): Line {
  const tell = (from: 'host' | 'reader', bytes: Uint8Array): void =>
    say({ event: 'bytes', from, bytes: toHex(bytes) }, `${from.padEnd(6)}  ${toHex(bytes)}`);
  return {
    listen: (listener) =>
      line.listen({
        bytes: (chunk) => {
          tell('host', chunk);
          listener.bytes(chunk);
        },
        closed: (reason) => listener.closed(reason),
      }),
    write: (bytes, done) => {
      tell('reader', bytes);
      line.write(bytes, done);
    },
    close: () => line.close(),
  };
}

function obey(hand: Hand, say: Say, stop: () => void): void {
  const lines = createInterface({ input: process.stdin, terminal: false });
  // A script that dies takes its reader with it; a person may well have no standard input (a service).
  lines.on('close', () => {
    if (!process.stdin.isTTY) stop();
  });
  lines.on('line', (line) => {
    const words = line.trim();
    if (words === '') return;
    if (words === 'quit') return stop();
    const problem = obeyed(hand, words);
    return problem === undefined ? say({ event: 'done', words }, 'ok') : say({ event: 'problem', problem }, problem);
  });
}

/** @returns what is wrong with the words. */
function obeyed(hand: Hand, words: string): string | undefined {
  const [, file] = /^insert\s+(.+)$/.exec(words) ?? [];
  if (words !== 'pull' && file === undefined) return `"${words}" is no deed: pull, insert FILE or quit.`;
  if (file !== undefined && hand.isFull) return 'There is a card in the slot: pull it first.';
  try {
    hand.does(file === undefined ? { type: 'pull' } : insertionOf(file));
    hand.isFull = file !== undefined;
    return undefined;
  } catch (error) {
    if (error instanceof StartProblem) return error.message;
    throw error;
  }
}
