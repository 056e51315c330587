/**
 * Whatever stands in the printer's buffer when a slip is to be printed must not answer for it.
 *
 * Mutations that these tests caught: a new process, a slip given up or an answer that nobody asked for taken as clean;
 * no silence, no round of questions behind it, or one begun before it; a barrier that is still on its way taken as
 * answered; no look, no bound, or a quiet left over while it waits; an id or an answer believed before the fence was sent.
 */
import { describe, expect, test } from 'vitest';
import type { Clock } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import { nextProcessNumber, processId } from './commands.ts';
import { openPrinter } from './printer.ts';
import { PRINTER_PROFILES, type PrinterProfile } from './profiles.ts';
import type { PrintAnswer } from './printer.ts';
import { headLinesOf } from './head-lines.ts';
import { FENCED, HandClock, HandLine, StandIn, type Condition } from './kit.testing.ts';
import { SLIP } from './papers.testing.ts';

const WITH_IDS: PrinterProfile = PRINTER_PROFILES['epson-58'];
const BARRIER = '1d7201';
const BARRIER_WITH_ID = '1d28480600303020202020';
/** Perhaps with a question between and behind. */
const FENCE_AT_END = /1d5600(100401)?1d7201(100401)?$|1d56001d284806003030.{8}$/;
const { answerTimeoutMs: SILENCE_MS, completionTimeoutMs: LIMIT_MS } = FENCED;

/** A printer that outlives the processes that print on it. */
function bench(profile = FENCED) {
  const clock = new HandClock();
  const line = new HandLine(clock);
  const standIn = new StandIn(clock, line);
  const hex = () => line.writes.map((bytes) => Buffer.from(bytes).toString('hex'));
  const barriers = () => hex().filter((write) => write === BARRIER || write === BARRIER_WITH_ID).length;
  const slipsBegun = () => hex().filter((write) => write.startsWith('1b401d61') && write.includes('1c26')).length;
  const footers = () => standIn.paper.split('000001-000123-M-1 完 END').length - 1;

  /** @param now what its clock shows, if not the right time */
  function live(now = () => clock.now()) {
    let isAlive = true;
    const mortalLine: Line = {
      listen: (listener) => line.listen(listener),
      write: (bytes, done) => (isAlive ? line.write(bytes, done) : undefined),
      close: () => line.close(),
    };
    const mortalClock: Clock = { now, after: (ms, action) => clock.after(ms, () => isAlive && action()) };
    const printer = openPrinter({ line: mortalLine, clock: mortalClock, profile });
    const answers: PrintAnswer[] = [];
    const print = () => printer.print(SLIP, (answer) => answers.push(answer));
    const die = () => {
      isAlive = false;
    };
    return { answers, print, die };
  }

  /** A process loses its power when it has just sent the last of a slip, whose end is still in the buffer. */
  function leaveSlip(): void {
    const life = live();
    standIn.bytesPerMs = 1;
    life.print();
    clock.passUntil(() => slipsBegun() === 1);
    clock.passUntil(() => FENCE_AT_END.test(hex().join('')));
    life.die();
    clock.pass(2);
    expect(footers()).toBe(0);
    line.writes.length = 0;
  }

  return { clock, line, standIn, hex, barriers, slipsBegun, footers, live, leaveSlip };
}

const stopped = (trouble: string, torn: boolean) => ({ type: 'stopped', trouble, torn });
const PRINTED = { type: 'printed', proof: 'status-fence', headLines: headLinesOf(SLIP, FENCED) };
const PRINTED_BY_ID = { ...PRINTED, proof: 'process-id' };
const READY = { type: 'ready' };

describe('a slip that an earlier process left in the printer', () => {
  test.each<[string, PrinterProfile, number]>([
    ['a large buffer', FENCED, 4096],
    ['a buffer of 45 bytes', PRINTER_PROFILES['generic-58'], 45],
  ])('in %s does not answer for the slips of this one', (_what, profile, bufferBytes) => {
    const { clock, standIn, footers, live, leaveSlip } = bench(profile);
    standIn.bufferBytes = bufferBytes;
    leaveSlip();
    const { print, answers } = live();
    print();
    clock.passUntil(() => answers.length === 1);
    expect(footers()).toBe(2);
    print();
    clock.passUntil(() => answers.length === 2);
    expect(footers()).toBe(3);
    expect(answers).toEqual([PRINTED, PRINTED]);
  });

  test('and a cover opened when that one is out stops the next, untorn, which is printed later', () => {
    const { clock, standIn, footers, slipsBegun, live, leaveSlip } = bench();
    leaveSlip();
    const { print, answers } = live();
    print();
    clock.passUntil(() => footers() === 1);
    clock.pass(50);
    standIn.become('cover-open');
    clock.pass(2000);
    expect(answers).toEqual([stopped('cover-open', false)]);
    expect(slipsBegun()).toBe(0);
    standIn.become('ok');
    clock.pass(1000);
    expect(answers.slice(1)).toEqual([READY]);
    print();
    clock.passUntil(() => answers.length === 3);
    expect(answers.slice(2)).toEqual([PRINTED]);
    expect(footers()).toBe(2);
  });
});

describe('a slip that was given up', () => {
  test.each<[string, number, (here: ReturnType<typeof bench>) => void]>([
    ['whose printer went silent', 4000, ({ line }) => void (line.hear = () => undefined)],
    ['whose printer answered, but did not print on', LIMIT_MS + 1000, () => undefined],
  ])('%s does not answer for the next', (_what, untilGivenUpMs, happen) => {
    const here = bench();
    const { clock, line, standIn, footers, live } = here;
    const { print, answers } = live();
    print();
    clock.passUntil(() => answers.length === 1);
    print();
    clock.pass(100);
    const hear = line.hear.bind(line);
    standIn.bytesPerMs = 0;
    happen(here);
    clock.pass(untilGivenUpMs);
    line.hear = hear;
    clock.pass(1000);
    expect(answers.slice(1)).toEqual([stopped('not-answering', true), READY]);
    print();
    clock.pass(100);
    standIn.bytesPerMs = 1;
    clock.passUntil(() => answers.length === 4);
    expect(answers.slice(3)).toEqual([PRINTED]);
    expect(footers()).toBe(3);
  });

  test('on paper end does not answer for the next', () => {
    const { clock, standIn, footers, live } = bench();
    const { print, answers } = live();
    print();
    clock.pass(SILENCE_MS + 200);
    standIn.become('paper-out');
    clock.pass(2000);
    standIn.become('ok');
    standIn.bytesPerMs = 1;
    clock.passUntil(() => answers.length === 2);
    expect(answers).toEqual([stopped('paper-out', true), READY]);
    print();
    clock.passUntil(() => answers.length === 3);
    expect(answers.slice(2)).toEqual([PRINTED]);
    expect(footers()).toBe(2);
  });
});

describe('a barrier', () => {
  /** The second process has sent its barrier, and the printer has stopped short of it. */
  function waiting() {
    const here = bench();
    here.leaveSlip();
    here.standIn.bytesPerMs = 0;
    const life = here.live();
    life.print();
    here.clock.passUntil(() => here.barriers() === 1);
    here.clock.pass(2);
    return { ...here, ...life };
  }

  test('stands before the first slip of a process only, behind a full round of questions', () => {
    const { clock, hex, barriers, live } = bench();
    const { print, answers } = live();
    print();
    clock.passUntil(() => answers.length === 1);
    expect(hex().slice(0, 4)).toEqual(['100401', '100402', '100404', BARRIER]);
    print();
    clock.passUntil(() => answers.length === 2);
    expect(barriers()).toBe(1);
  });

  test.each<[Condition, string]>([
    ['paper-out', 'paper-out'],
    ['cover-open', 'cover-open'],
    ['cutter-jam', 'cutter'],
    ['overheated', 'overheated'],
  ])('that is not answered for %s stops the slip, untorn, and stands again when that is over', (condition, trouble) => {
    const { clock, standIn, footers, barriers, slipsBegun, print, answers } = waiting();
    standIn.bytesPerMs = 1;
    standIn.hasObstacle = true;
    standIn.become(condition);
    clock.pass(FENCED.lookIntervalMs + 100);
    expect(answers).toEqual([stopped(trouble, false)]);
    clock.pass(LIMIT_MS);
    expect(answers).toHaveLength(1);
    expect([barriers(), slipsBegun()]).toEqual([1, 0]);
    standIn.become('ok');
    clock.passUntil(() => answers.length === 2);
    expect(answers.slice(1)).toEqual([READY]);
    print();
    clock.passUntil(() => answers.length === 3);
    expect(answers.slice(2)).toEqual([PRINTED]);
    expect(footers()).toBe(2);
    expect(barriers()).toBe(2);
  });

  test('is asked about again and again', () => {
    const { clock, standIn, answers } = waiting();
    clock.pass(3 * FENCED.lookIntervalMs + 100);
    standIn.become('paper-out');
    clock.pass(FENCED.lookIntervalMs);
    expect(answers).toEqual([stopped('paper-out', false)]);
  });

  test('that is answered late is waited for', () => {
    const { clock, standIn, footers, slipsBegun, answers } = waiting();
    clock.pass(LIMIT_MS - 1500);
    expect([slipsBegun(), answers]).toEqual([0, []]);
    standIn.bytesPerMs = 1;
    clock.passUntil(() => answers.length === 1);
    expect(answers).toEqual([PRINTED]);
    expect(footers()).toBe(2);
  });

  test('that is answered later still stops the slip, untorn, and the next waits for both', () => {
    const { clock, standIn, footers, slipsBegun, print, answers } = waiting();
    clock.pass(LIMIT_MS + 1000);
    expect([slipsBegun(), answers]).toEqual([0, [stopped('not-answering', false), READY]]);
    print();
    clock.pass(100);
    standIn.bytesPerMs = 1;
    clock.passUntil(() => answers.length === 3);
    expect(answers.slice(2)).toEqual([PRINTED]);
    expect(footers()).toBe(2);
  });

  test('to a printer that falls silent is not answering, untorn', () => {
    const { clock, standIn, answers } = waiting();
    standIn.isDead = true;
    clock.pass(FENCED.lookIntervalMs + 3 * FENCED.answerTimeoutMs + 10);
    expect(answers).toEqual([stopped('not-answering', false)]);
  });

  test('to a printer that never answers it gets no slip, and is tried again', () => {
    const { clock, standIn, slipsBegun, live } = bench();
    const { print, answers } = live();
    standIn.loses = 'fences';
    print();
    clock.pass(LIMIT_MS + 1000);
    expect([slipsBegun(), answers]).toEqual([0, [stopped('not-answering', false), READY]]);
    standIn.loses = 'nothing';
    print();
    clock.passUntil(() => answers.length === 3);
    expect(answers.slice(2)).toEqual([PRINTED]);
  });

  test('that is unplugged stops the slip, untorn', () => {
    const { clock, line, answers } = waiting();
    line.unplug();
    clock.pass(LIMIT_MS);
    expect(answers).toEqual([stopped('not-answering', false)]);
  });

  test('is waited for as long as answers keep coming', () => {
    const { clock, line, slipsBegun, answers } = waiting();
    for (let count = 0; count < 5; count++) {
      line.hear(0x00, 0x00);
      clock.pass(SILENCE_MS - 1);
    }
    expect(slipsBegun()).toBe(0);
    clock.pass(10);
    expect(slipsBegun()).toBe(1);
    expect(answers).toEqual([]);
  });

  test('whose answers never end stops the slip, untorn', () => {
    const { clock, line, slipsBegun, answers } = waiting();
    for (let passedMs = 0; passedMs < LIMIT_MS; passedMs += 100) {
      line.hear(0x00);
      clock.pass(100);
    }
    expect([slipsBegun(), answers]).toEqual([0, [stopped('not-answering', false)]]);
  });

  test('does not end while it is itself on its way', () => {
    const { clock, line, footers, slipsBegun, live, leaveSlip } = bench();
    leaveSlip();
    const write = line.write.bind(line);
    line.write = (bytes, done) => {
      clock.after(Buffer.from(bytes).toString('hex') === BARRIER ? 3000 : 0, () => write(bytes, done));
    };
    const { print, answers } = live();
    print();
    clock.pass(2990);
    expect([footers(), slipsBegun()]).toEqual([1, 0]);
    clock.passUntil(() => answers.length === 1);
    expect(answers).toEqual([PRINTED]);
    expect(footers()).toBe(2);
  });

  test('is not cut short by the quiet that an earlier one waited for', () => {
    const { clock, line, standIn, slipsBegun, print, answers } = waiting();
    clock.pass(FENCED.lookIntervalMs - 100);
    line.hear(0x00);
    standIn.become('cover-open');
    clock.passUntil(() => answers.length === 1);
    standIn.become('ok');
    print();
    clock.pass(2 * SILENCE_MS);
    expect([slipsBegun(), answers]).toEqual([0, [stopped('cover-open', false)]]);
  });

  describe('that has fallen quiet', () => {
    /** Up to the first question of the round that decides. */
    function quiet() {
      const here = waiting();
      here.line.hear(0x00);
      here.standIn.requests.length = 0;
      here.clock.pass(SILENCE_MS - 1);
      expect(here.hex().at(-1)).toBe(BARRIER);
      here.clock.passUntil(() => here.hex().at(-1) === '100401');
      return here;
    }

    test('because the printer has stopped lets no slip follow', () => {
      const { clock, standIn, slipsBegun, answers } = quiet();
      standIn.become('cover-open');
      clock.pass(100);
      expect([slipsBegun(), answers]).toEqual([0, [stopped('cover-open', false)]]);
    });

    test('and then is answered must fall quiet again', () => {
      const { clock, line, slipsBegun } = quiet();
      line.hear(0x00);
      clock.pass(SILENCE_MS - 1);
      expect(slipsBegun()).toBe(0);
      clock.pass(10);
      expect(slipsBegun()).toBe(1);
    });

    test('behind a question whose answer is overdue is followed by questions of its own', () => {
      const { clock, line, standIn, slipsBegun } = waiting();
      clock.pass(FENCED.lookIntervalMs - SILENCE_MS + 200);
      line.hear(0x00);
      const hear = line.hear.bind(line);
      standIn.requests.length = 0;
      line.hear = () => undefined;
      clock.passUntil(() => standIn.requests.length === 1);
      clock.pass(SILENCE_MS - 100);
      line.hear = hear;
      line.hear(0x12);
      clock.passUntil(() => slipsBegun() === 1);
      expect(standIn.requests).toEqual([1, 1, 2, 4]);
    });
  });

  test.each<[string, (here: ReturnType<typeof bench>, print: () => void) => void]>([
    [
      'an answer before the next slip that nobody asked for',
      ({ line }, print) => {
        line.hear(0x00);
        print();
      },
    ],
    [
      'an answer during the questions before it that nobody asked for',
      ({ line }, print) => {
        print();
        line.hear(0x00);
      },
    ],
    [
      'a cutter that was told to forget what it holds',
      ({ clock, standIn, hex }, print) => {
        standIn.become('cutter-jam');
        print();
        clock.passUntil(() => hex().at(-1) === '100502');
        clock.pass(100);
        print();
      },
    ],
  ])('stands again after %s', (_what, happen) => {
    const here = bench();
    const { clock, barriers, live } = here;
    const { print, answers } = live();
    print();
    clock.passUntil(() => answers.length === 1);
    clock.pass(100);
    happen(here, print);
    clock.passUntil(() => answers.at(-1)?.type === 'printed' && answers.length > 1);
    expect(barriers()).toBe(2);
  });

  test('stands again after an answer that came twice, the second while the printer was still asked', () => {
    const { clock, line, standIn, hex, barriers, live } = bench();
    const { print, answers } = live();
    print();
    clock.passUntil(() => FENCE_AT_END.test(hex().join('')));
    standIn.loses = 'fences';
    const questions = () => hex().filter((write) => write === '100401').length;
    const before = questions();
    clock.passUntil(() => questions() > before);
    line.hear(0x00, 0x00);
    standIn.loses = 'nothing';
    clock.passUntil(() => answers.length === 1);
    print();
    clock.passUntil(() => answers.length === 2);
    expect(answers).toEqual([PRINTED, PRINTED]);
    expect(barriers()).toBe(2);
  });
});

test('an answer before the fence of a slip was sent is not that of the fence', () => {
  const { clock, line, footers, slipsBegun, live } = bench();
  const { print, answers } = live();
  print();
  clock.passUntil(() => slipsBegun() === 1);
  line.hear(0x00);
  clock.passUntil(() => answers.length === 1);
  expect(answers).toEqual([PRINTED]);
  expect(footers()).toBe(1);
});

describe('a slip of a printer with process ids', () => {
  // The clock stands still, as if it had been set back or the process had begun anew within the second.
  test.each<[string, number, number]>([
    ['clears its buffers', 0, 1],
    ['cannot clear its buffers', Infinity, 2],
  ])('is not answered for by one of the same id, left in a printer that %s', (_what, clearingsIgnored, slips) => {
    const { clock, standIn, hex, footers, live, leaveSlip } = bench(WITH_IDS);
    leaveSlip();
    const then = clock.now();
    standIn.clearingsIgnored = clearingsIgnored;
    standIn.bytesPerMs = 0;
    const { print, answers } = live(() => then);
    print();
    clock.pass(WITH_IDS.clearTimeoutMs * WITH_IDS.clearAttemptsMax + 200);
    standIn.bytesPerMs = 1;
    clock.passUntil(() => answers.length === 1);
    expect(answers).toEqual([PRINTED_BY_ID]);
    expect(footers()).toBe(slips);
    expect(hex().filter((write) => write === BARRIER_WITH_ID)).toHaveLength(slips - 1);
    expect(hex()).not.toContain(BARRIER);
  });

  test('waits behind a barrier for the id of that alone', () => {
    const { clock, line, standIn, barriers, slipsBegun, live, leaveSlip } = bench(WITH_IDS);
    leaveSlip();
    Object.assign(standIn, { clearingsIgnored: Infinity, bytesPerMs: 0 });
    live().print();
    clock.passUntil(() => barriers() === 1);
    line.hear(0x37, 0x22, 0x20, 0x20, 0x20, 0x21, 0x00, 0x00);
    clock.pass(SILENCE_MS + 100);
    expect(slipsBegun()).toBe(0);
    line.hear(0x37, 0x22, 0x20, 0x20, 0x20, 0x20, 0x00);
    clock.pass(SILENCE_MS + 100);
    expect(slipsBegun()).toBe(1);
  });

  test('is not printed before its fence was sent, whatever has its id', () => {
    const { clock, line, slipsBegun, footers, live } = bench(WITH_IDS);
    const { print, answers } = live();
    const id = processId(nextProcessNumber(-1, clock.now()));
    print();
    clock.passUntil(() => slipsBegun() === 1);
    line.hear(0x37, 0x22, ...Buffer.from(id), 0x00);
    clock.passUntil(() => answers.length === 1);
    expect(answers).toEqual([PRINTED_BY_ID]);
    expect(footers()).toBe(1);
  });
});
