/** One sale slip of both copies, something that happens while it prints, and the paper that comes of it. */
import type { Line } from '../../src/domain/line.ts';
import type { JournalPort } from '../../src/flows/journal.ts';
import { loadCards } from '../cards.ts';
import { sale } from './errands.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { Kind, PaperBench, Unit } from './paper-life-kinds.ts';
import { Paper } from './slips.ts';
import { SimulatedWorld, type Phase, type WorldOptions } from './world.ts';

/** What a wrong spool would do: for tests of the tests. */
export type WrongSpool = Pick<WorldOptions, 'printSpool'>;

/** Everything that each slip says, but for its ids. */
export type SlipLines = ReadonlyMap<string, readonly string[]>;

const BAUD_RATE = 115_200;
const CURED_AFTER_MS = 1000;
/** A person looks after the printer even where the terminal has not noticed anything. */
const SEEN_TO_AFTER_MS = 60_000;
/** The terminal is back before the printer has printed what it has. */
const DARK_MS = 20;
const DONE_WITHIN_MS = 10 * 60_000;
const SLIPS = ['001437-000002-M-1', '001437-000002-C-2'] as const;

const CARDS = loadCards();

type Rows = ReturnType<JournalPort['rows']>;
let approved: Rows | undefined;

/** The journal up to where a life begins. */
function rowsBefore(): Rows {
  if (approved !== undefined) return approved;
  const journal = new MemoryJournal();
  const world = new SimulatedWorld({ seed: 'paper', cards: CARDS, journal }, [
    { ...sale, fault: { deeds: ['paper out'] } },
  ]);
  world.live(undefined, [{ until: () => world.screenId === 'printer-trouble', withinMs: 60_000 }]);
  return (approved = journal.rows());
}

export class Scene {
  readonly #kind: Kind | undefined;
  readonly #at: number;
  readonly #world: SimulatedWorld;
  /** Without DLE DC4 8 what a stop leaves in the printer comes out when it goes on: no slip, as it has no head. */
  readonly #mayLeaveTails: boolean;
  readonly #journal = new MemoryJournal();
  readonly complaints: string[] = [];
  #isStruck = false;
  #isSeenTo = false;
  #isSoon = false;
  /** Nothing but the transaction writes into the journal. */
  #isOver = false;
  readonly moments: Record<Unit, number> = { rows: 0, lines: 0, bytes: 0, answers: 0, instants: 0 };

  constructor({ model, profile }: PaperBench, kind: Kind | undefined, at: number, wrong: WrongSpool) {
    this.#kind = kind;
    this.#mayLeaveTails = !model.clearsBuffers;
    this.#at = at;
    for (const row of rowsBefore()) this.#journal.append(row);
    const journal: JournalPort = {
      rows: () => this.#journal.rows(),
      rowsOf: (flowId) => this.#journal.rowsOf(flowId),
      append: (row) => {
        if (row.event.type === 'SlipPrinted') this.#saidPrinted();
        this.#isOver = row.ended;
        return this.#journal.append(row);
      },
    };
    this.#world = new SimulatedWorld(
      {
        seed: 'paper',
        cards: CARDS,
        journal,
        cuts: 'anywhere',
        printer: profile,
        printerModel: model,
        printerBaudRate: BAUD_RATE,
        onScreen: ({ id }) => {
          if (id === 'printer-trouble') this.#world.clock.after(CURED_AFTER_MS, () => this.#seeTo());
        },
        onPrinterSight: (sight) => {
          if (sight.type === 'trouble' && sight.trouble === 'cover-open') this.#seeToSoon();
        },
        printerLine: (line) => this.#counted(line),
        ...wrong,
      },
      [],
    );
  }

  play(): void {
    const { deed, cutsTerminal } = this.#kind ?? {};
    if (deed !== undefined) this.#world.does(deed(this.#at));
    this.#world.clock.after(SEEN_TO_AFTER_MS, () => this.#seeTo());
    try {
      let { cut, instants } = this.#world.live(cutsTerminal === true ? this.#at : undefined, [this.#printing]);
      this.moments.instants = instants;
      while (cut !== undefined) {
        if (cutsTerminal === true) this.#seeTo();
        this.#world.settle(DARK_MS);
        ({ cut } = this.#world.live(undefined, [this.#printing]));
      }
      this.#world.settle(SEEN_TO_AFTER_MS);
    } catch (error) {
      this.complaints.push(String(error));
    }
    this.#read();
    this.#countLines();
  }

  readonly #printing: Phase = {
    until: () => {
      this.#strike();
      if (!this.#world.device.printer.isOn) this.#seeToSoon();
      return this.#isOver;
    },
    withinMs: DONE_WITHIN_MS,
  };

  get #paper(): Paper {
    return new Paper([...this.#world.pieces, this.#world.device.printer.currentPiece()]);
  }

  #strike(): void {
    const { fault } = this.#kind ?? {};
    if (this.#isStruck || fault === undefined) return;
    this.#isStruck = true;
    this.#world.device.does({ type: 'line', line: 'printer', faults: [fault(this.#at)] });
  }

  #seeToSoon(): void {
    const { afterMs } = this.#kind ?? {};
    if (afterMs === undefined || this.#isSoon) return;
    this.#isSoon = true;
    this.#world.clock.after(afterMs, () => this.#seeTo());
  }

  #seeTo(): void {
    if (this.#isSeenTo) return;
    this.#isSeenTo = true;
    for (const words of this.#kind?.cure ?? []) this.#world.does(words);
  }

  /** Not merely that it will be. */
  #saidPrinted(): void {
    const id = SLIPS[this.#journal.rows().filter(({ event }) => event.type === 'SlipPrinted').length] ?? '';
    if (this.#paper.complete(id).length === 0) this.complaints.push(`${id} is said to be printed, and is not on paper`);
  }

  #read(): void {
    const paper = this.#paper;
    for (const id of SLIPS) {
      const prints = paper.complete(id);
      const unmarked = prints.filter(({ marked }) => !marked).length;
      if (prints.length === 0) this.complaints.push(`${id} is missing`);
      if (unmarked > 1) this.complaints.push(`${unmarked} whole prints of ${id} are not marked`);
      const heads = paper.unmarkedHeads(id);
      if (heads > 1) this.complaints.push(`${heads} prints of ${id} begin without a mark`);
    }
    if (!this.#mayLeaveTails) this.complaints.push(...paper.tails.map((id) => `the tail of ${id} came out`));
    const { overrunBytes } = this.#world.device.printer.counts();
    if (overrunBytes > 0) this.complaints.push(`the printer had no room for ${overrunBytes} bytes`);
  }

  slipLines(): SlipLines {
    const paper = this.#paper;
    return new Map(SLIPS.map((id) => [id, (paper.complete(id)[0]?.lines ?? []).filter((line) => !line.includes(id))]));
  }

  /** A line that is gone altogether leaves no trace on its slip. */
  misprints(slips: SlipLines): readonly string[] {
    const paper = this.#paper;
    return [...slips].flatMap(([id, wanted]) =>
      paper.complete(id).flatMap(({ lines }) => {
        let at = 0;
        const missing = wanted.find((line) => (at = lines.indexOf(line, at) + 1) === 0);
        return missing === undefined ? [] : [`a whole print of ${id} does not say "${missing.trim()}"`];
      }),
    );
  }

  #counted(line: Line): Line {
    const moments = this.moments;
    return {
      close: () => line.close(),
      write(bytes, done) {
        moments.bytes += bytes.length;
        line.write(bytes, done);
      },
      listen: (listener) =>
        line.listen({
          closed: (reason) => listener.closed(reason),
          bytes(chunk) {
            moments.answers += chunk.length;
            listener.bytes(chunk);
          },
        }),
    };
  }

  #countLines(): void {
    const lines = [...this.#world.pieces, this.#world.device.printer.currentPiece()].flatMap((piece) => piece.lines);
    this.moments.lines = lines.length;
    this.moments.rows = lines.reduce((rows, { fromDot, toDot }) => rows + toDot - fromDot, 0);
  }
}
