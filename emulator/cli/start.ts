/** `npm start`: the emulated device and the terminal, with a person at the console who plays cashier and cardholder. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitKeypressEvents, type Key } from 'node:readline';
import type { Input, Screen } from '../../src/domain/screen.ts';
import { KeyedLines } from '../../src/ui/keyed-lines.ts';
import { promptText, readInput, screenText } from '../../src/ui/text.ts';
import { loadCards } from '../cards.ts';
import { loadChipCards } from '../chip-cards.ts';
import type { Card } from '../models/cards.ts';
import { DEED_HELP } from '../scenario/deeds.ts';
import { Session, type KeyedInput, type PrintedPaper, type SessionListener } from './session.ts';
import { TEST_PEOPLE, TEST_PEOPLE_HELP } from './people.ts';

const HELP = [
  'Slipway 滑道: 模拟终端  an emulated payment terminal.',
  '  按提示输入;q 退出。! 开头的行作用于设备:!paper out、!paper load、!host down',
  '  芯片卡:insert chip-credit 插卡,最后 pull 拔卡',
  '  Key what the prompt says; q quits. A line that begins with ! is done to the',
  '  device: !paper out, !cover open, !host next 0200 lose-reply. ! lists them all.',
  '  A chip card: insert chip-credit, and pull at the end.',
  ...TEST_PEOPLE_HELP,
].join('\n');

/** Screens upon which somebody swipes a card. */
const SWIPE_SCREENS: ReadonlySet<string> = new Set(['present-card', 'present-receiver']);

/** What is done with a card needs no `!`, whatever the terminal shows. */
const CARD_DEED = /^(swipe|insert) \S|^pull$/;

/** Of a line with the names of chip cards. */
const COLUMNS = 78;

/** The papers of one transaction come one after the other; whoever reads them then sees again what is wanted. */
const READING_PAUSE_MS = 300;

type Mode =
  | { readonly type: 'screen'; readonly screen: Screen }
  /** The PIN pad has the keys: each press goes to it, and none is shown. */
  | { readonly type: 'pin' };

class Console implements SessionListener {
  readonly #session: Session;
  readonly #cards: readonly Card[] = loadCards();
  readonly #chipCards: readonly string[] = loadChipCards().map(({ name }) => name);
  readonly #quit: () => void;
  #lines: KeyedLines | undefined;
  #mode: Mode | undefined;
  #readingPause: NodeJS.Timeout | undefined;

  constructor(session: Session, quit: () => void) {
    this.#session = session;
    this.#quit = quit;
    emitKeypressEvents(process.stdin);
    process.stdin.on('keypress', (_: string | undefined, key: Key) => this.#pressed(key));
    this.#readLines();
  }

  screen(screen: Screen): void {
    // Two processes: the PIN pad may have prompted before the terminal could say that it would.
    const keepsPin = this.#mode?.type === 'pin' && screen.id === 'enter-pin';
    if (this.#mode?.type === 'pin' && !keepsPin) this.#leavePin();
    if (!keepsPin) this.#mode = { type: 'screen', screen };
    if (!keepsPin) this.#lines?.hide(screen.accepts.includes('password'));
    this.#show(screen);
  }

  #show(screen: Screen): void {
    clearTimeout(this.#readingPause);
    this.#print(`\n${screenText(screen)}`);
    if (SWIPE_SCREENS.has(screen.id)) {
      for (const [index, { aboutZh, name }] of this.#cards.entries()) {
        this.#print(`  ${String(index + 1).padStart(2)}  ${name.padEnd(19)}${aboutZh}`);
      }
      this.#showChipCards();
    }
    this.#prompt(screen);
  }

  #showChipCards(): void {
    const lines = ['  插卡 insert:'];
    for (const name of this.#chipCards) {
      const line = lines.pop() ?? '';
      if (line.length + 1 + name.length <= COLUMNS) lines.push(`${line} ${name}`);
      else lines.push(line, `     ${name}`);
    }
    this.#print(lines.join('\n'));
  }

  sight(from: string, sight: Readonly<Record<string, unknown>>): void {
    if (from !== 'pin-pad') return;
    switch (sight['type']) {
      case 'prompt':
        this.#enterPin();
        this.#print(
          `\n┌─ 密码键盘 PIN pad${sight['amountText'] === '' ? '' : ` ─ RMB ${String(sight['amountText'])}`}`,
        );
        return this.#print(
          '│  输入密码后按 Enter;Backspace 清除;c 取消\n│  Key the PIN, then Enter; Backspace clears; c cancels',
        );
      case 'stars':
        process.stdout.write(
          `\r│  ${'*'.repeat(Number(sight['count']))}${' '.repeat(12)}\r│  ${'*'.repeat(Number(sight['count']))}`,
        );
        return undefined;
      case 'beep':
        process.stdout.write('\u0007');
        return undefined;
      case 'timed-out':
        return this.#print('\n│  超时  timed out');
      default:
        return undefined;
    }
  }

  paper({ file, text }: PrintedPaper): void {
    this.#print(`\n${text}\n- - - 8< - - - - - - - - - - - - -\n图片 picture: ${file}`);
    clearTimeout(this.#readingPause);
    this.#readingPause = setTimeout(() => {
      // What stands half keyed on the line stays there: it is only the screen that has scrolled away.
      if (this.#mode?.type === 'screen') this.#show(this.#mode.screen);
    }, READING_PAUSE_MS);
  }

  problem(problem: string): void {
    this.#print(problem);
    if (problem.includes(' stopped (')) this.#quit();
  }

  #prompt(screen: Screen): void {
    const present = SWIPE_SCREENS.has(screen.id) ? `1-${this.#cards.length} 刷卡 swipe / 卡名 insert NAME / ` : '';
    const pull = screen.id === 'remove-card' ? 'pull 拔卡' : '';
    const keys = `${present}${pull}${promptText(screen)}`;
    if (keys !== '') process.stdout.write(`(${keys}) > `);
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  #readLines(): void {
    this.#lines = new KeyedLines(process.stdin, process.stdout, {
      line: (line) => this.#line(line),
      ended: () => this.#quit(),
    });
  }

  #line(line: string): void {
    const text = line.trim();
    if (text === 'q') return this.#quit();
    if (text.startsWith('!')) return this.#deed(text.slice(1).trim());
    if (this.#mode === undefined) return undefined;
    if (this.#mode.type === 'pin') return this.#pinLine(text);
    const { screen } = this.#mode;
    if (CARD_DEED.test(text)) return this.#session.does(text);
    if (SWIPE_SCREENS.has(screen.id)) {
      const card = this.#cards[Number(text) - 1] ?? this.#cards.find(({ name }) => name === text);
      if (card !== undefined) return this.#session.does(`swipe ${card.name}`);
      if (this.#chipCards.includes(text)) return this.#session.does(`insert ${text}`);
    }
    const input = readInput(screen, line);
    if (input.ok) return this.#session.key(keyed(input.value, text));
    this.#print(input.error);
    return this.#prompt(screen);
  }

  #deed(words: string): void {
    if (words === '') this.#print(DEED_HELP.map((line) => `  !${line}`).join('\n'));
    else this.#session.does(words);
    if (this.#mode?.type === 'screen') this.#prompt(this.#mode.screen);
  }

  /** Without a keyboard to listen to (input from a pipe) a PIN comes as a line. */
  #pinLine(text: string): void {
    if (/^c$/i.test(text)) return this.#session.does('key cancel');
    return this.#session.does(text === '' ? 'key enter' : `pin ${text}`);
  }

  #enterPin(): void {
    this.#mode = { type: 'pin' };
    if (process.stdin.isTTY) {
      this.#lines?.close();
      process.stdin.setRawMode(true).resume();
    }
  }

  #leavePin(): void {
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(false);
    process.stdout.write('\n');
    this.#readLines();
  }

  #pressed(key: Key): void {
    if (key.ctrl === true && key.name === 'c') return this.#quit();
    if (this.#mode?.type !== 'pin' || !process.stdin.isTTY) return undefined;
    const name = key.sequence ?? '';
    if (/^\d$/.test(name)) return this.#session.does(`key ${name}`);
    if (key.name === 'return' || key.name === 'enter') return this.#session.does('key enter');
    if (key.name === 'backspace') return this.#session.does('key clear');
    if (key.name === 'c' || key.name === 'escape') return this.#session.does('key cancel');
    return undefined;
  }
}

/** As the terminal's lines take it: an amount goes there as the text that was keyed. */
function keyed(input: Input, text: string): KeyedInput {
  if (input.type === 'amount') return { type: 'amount', text };
  if (input.type === 'password') return { type: 'password', text: input.password.reveal() };
  return input;
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-'));
  process.stdout.write(`${HELP}\n  ${directory}\n`);
  const session = await Session.start({
    directory,
    terminal: { host: { responseTimeoutMs: 10_000 }, people: TEST_PEOPLE },
  });
  let stopping = false;
  const quit = (): void => {
    if (stopping) return;
    stopping = true;
    void session.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', quit);
  process.once('SIGTERM', quit);
  session.listen(new Console(session, quit));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
