/**
 * Mutations that these tests caught, of what is sent without a full round of questions: each condition of it left out;
 * a trouble, an XON or noise that costs no trust; trust that outlives ESC @ or never ages; the leader sent twice, not
 * counted, not cleared; answers told a turn later, or from inside `print`; the parser fed or read a turn later.
 */
import { describe, expect, test } from 'vitest';
import type { PrintAnswer } from './spool-state.ts';
import { openPrinter } from './printer.ts';
import { PRINTER_PROFILES, type PrinterProfile } from './profiles.ts';
import { HandClock, HandLine, SLIP, StandIn, type Condition } from './kit.testing.ts';

const FOOTER = '000001-000123-M-1 完 END';
const PROFILE: PrinterProfile = PRINTER_PROFILES['epson-58'];
const CLEAR = '10140801031401060208';

function world(profile = PROFILE) {
  const clock = new HandClock();
  const line = new HandLine(clock);
  const standIn = new StandIn(clock, line);
  const discarded: object[] = [];
  const printer = openPrinter({ line, clock, profile, log: { warn: (fields) => discarded.push(fields) } });
  const answers: PrintAnswer[] = [];
  const print = (slip = SLIP) => printer.print(slip, (answer) => answers.push(answer));
  const hex = () => line.writes.map((bytes) => Buffer.from(bytes).toString('hex'));
  return { clock, line, standIn, printer, answers, print, hex, discarded };
}

/** Past the check and the first lines; the slip of 32 columns takes the stand-in some 500 ms. */
const MID_PRINT_MS = 150;

const footers = (paper: string): number => paper.split(FOOTER).length - 1;

describe('a healthy printer', () => {
  test('prints the whole slip and says so once', () => {
    const { clock, standIn, answers, print } = world();
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(footers(standIn.paper)).toBe(1);
  });

  test('answers only after the process id has come', () => {
    const { clock, standIn, answers, print } = world();
    standIn.burnMs = 2000;
    print();
    clock.pass(2000);
    expect(footers(standIn.paper)).toBe(1);
    expect(answers).toEqual([]);
    clock.pass(1000);
    expect(answers).toEqual([{ type: 'printed' }]);
  });

  test('is asked 1, 2 and 4 before the first byte of a slip', () => {
    const { clock, standIn, print, hex } = world();
    print();
    clock.pass(50);
    expect(standIn.requests.slice(0, 3)).toEqual([1, 2, 4]);
    expect(hex().findIndex((write) => write.startsWith('1b401d610f1c26'))).toBeGreaterThan(2);
  });

  test('is emptied once, before the first slip, of what an earlier process may have left in it', () => {
    const { clock, print, hex, answers } = world();
    print();
    clock.pass(3000);
    print();
    clock.pass(3000);
    expect(answers).toHaveLength(2);
    expect(hex().filter((write) => write === CLEAR)).toHaveLength(1);
  });

  test('gets a new process id for every slip', () => {
    const { clock, print, hex } = world();
    print();
    clock.pass(600);
    print();
    clock.pass(3000);
    const ids = hex()
      .join('')
      .match(/1d284806003030(.{8})/g);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });

  test('keeps a line of 115200 baud busy: less than 5 % idle while a slip is sent', () => {
    const { clock, line, standIn, print } = world();
    standIn.bytesPerMs = 50;
    print();
    clock.passUntil(() => line.writes.some((bytes) => bytes.length > 10));
    line.idleMs = 0;
    const start = clock.now();
    const before = line.writes.length;
    clock.passUntil(() => footers(standIn.paper) > 0);
    expect(line.writes.length - before).toBeGreaterThan(5);
    expect(line.idleMs / (clock.now() - start)).toBeLessThan(0.05);
  });

  test('that is sent both copies leaves less than 5 % of a line of 115200 baud idle, waits for the ids included', () => {
    const { clock, line, standIn, printer, answers, print } = world();
    Object.assign(standIn, { bytesPerMs: 50, burnMs: 0 });
    print();
    clock.pass(60_000);
    const before = line.writes.length;
    const start = clock.now();
    printer.print(SLIP, () => print({ ...SLIP, copy: 'cardholder' }));
    clock.passUntil(() => answers.length === 2);
    const bytes = line.writes.slice(before).reduce((sum, write) => sum + write.length, 0);
    expect(bytes).toBeGreaterThan(1500);
    expect(1 - (bytes * 10_000) / 115_200 / (clock.now() - start)).toBeLessThan(0.05);
  });

  test('is told of in the turn in which its id comes, and takes the next slip from inside that', () => {
    const { clock, line, standIn, printer, answers, print, hex } = world();
    standIn.loses = 'fences';
    printer.print(SLIP, (answer) => {
      answers.push(answer);
      print({ ...SLIP, copy: 'cardholder' });
    });
    clock.pass(900);
    standIn.loses = 'nothing';
    const writes = hex().length;
    const id = /1d284806003030(.{8})/.exec(hex().join(''))?.[1] ?? '';
    line.hear(0x37, 0x22, ...Buffer.from(id, 'hex'), 0x00);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(hex().length).toBeGreaterThan(writes);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }, { type: 'printed' }]);
  });

  test('never has an answer from inside print', () => {
    const { line, answers, print } = world();
    line.unplug();
    print();
    expect(answers).toEqual([]);
  });

  test('refuses a second slip while one is under way', () => {
    const { print } = world();
    print();
    expect(() => print()).toThrow('under way');
  });
});

describe('a printer that has printed a slip', () => {
  const LEADER = '1b401d610f1c26';
  const IDLE_MS = 60_000;
  const headers = (paper: string): number => paper.split('银联POS签购单').length - 1;

  function printedOnce(idleMs: number, profile = PROFILE) {
    const here = world(profile);
    here.print();
    here.clock.passUntil(() => here.answers.length > 0);
    here.clock.pass(idleMs);
    here.answers.length = 0;
    here.standIn.requests.length = 0;
    const before = here.line.writes.length;
    return { ...here, since: () => here.hex().slice(before) };
  }

  test('just now is sent the next without a question: its id has said that it prints', () => {
    const { clock, standIn, answers, print, since } = printedOnce(0);
    print();
    expect(since()[0]?.startsWith(LEADER)).toBe(true);
    clock.pass(600);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(standIn.requests).toEqual([]);
    expect(footers(standIn.paper)).toBe(2);
  });

  test('some time ago is asked once, and no line is fed to it before it has answered', () => {
    const { clock, standIn, answers, print, since } = printedOnce(IDLE_MS);
    print();
    expect(since()).toHaveLength(2);
    const [question, leader] = since();
    expect(question).toBe('100401');
    expect(leader?.startsWith(LEADER)).toBe(true);
    expect(Buffer.from(leader ?? '', 'hex').includes(0x0a)).toBe(false);
    clock.pass(600);
    expect(standIn.requests).toEqual([1]);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect([headers(standIn.paper), footers(standIn.paper)]).toEqual([2, 2]);
    expect(since()).not.toContain(CLEAR);
    expect(since().filter((write) => write.startsWith(LEADER))).toHaveLength(1);
  });

  test('some time ago counts what was sent ahead among the chunks under way', () => {
    const { clock, print, since } = printedOnce(IDLE_MS, { ...PROFILE, chunksAhead: 1 });
    print();
    clock.pass(1);
    expect(since()).toHaveLength(2);
    clock.pass(5);
    expect(since()).toHaveLength(3);
  });

  test('is proven for as long as a slip may go on unasked, and no longer', () => {
    const { print, since } = printedOnce(PROFILE.lookIntervalMs);
    print();
    expect(since()[0]).toBe('100401');
  });

  test.each<[string, readonly number[]]>([
    ['reported trouble that is over when it is asked', [0x38, 0x00, 0x00, 0x00]],
    ['reported that it went offline', [0x37, 0x23, 0x00]],
    ['said XON, as one that was switched on does', [0x11]],
    ['said XOFF and XON, as one that was offline does', [0x13, 0x11]],
    ['said XOFF', [0x13]],
    ['said XOFF and then that it is well', [0x13, 0x10, 0x00, 0x00, 0x00]],
    ['said what cannot be understood', [0xff]],
  ])('and %s, is asked everything before the first byte', (_what, bytes) => {
    for (const idleMs of [0, IDLE_MS]) {
      const { clock, line, answers, print, since, standIn } = printedOnce(idleMs);
      line.hear(...bytes);
      print();
      clock.pass(600);
      expect(since().slice(0, 3)).toEqual(['100401', '100402', '100404']);
      expect(answers).toEqual([{ type: 'printed' }]);
      expect(footers(standIn.paper)).toBe(2);
    }
  });

  test('without a word of automatic status in it is asked everything, whatever was said before', () => {
    const { clock, standIn, print, answers } = printedOnce(0);
    standIn.loses = 'automatic-status';
    print();
    clock.passUntil(() => answers.length > 0);
    print();
    clock.pass(600);
    expect(standIn.requests).toEqual([1, 2, 4]);
  });

  test('and kept the terminal waiting with a full buffer meanwhile is sent the next without a question', () => {
    const { clock, line, standIn, print, answers } = printedOnce(0);
    print();
    clock.pass(MID_PRINT_MS);
    line.hear(0x13, 0x11);
    clock.passUntil(() => answers.length > 0);
    standIn.requests.length = 0;
    print();
    clock.pass(600);
    expect(answers).toHaveLength(2);
    expect(standIn.requests).toEqual([]);
  });

  test('and owed an answer meanwhile is asked everything: a status may be lost too', () => {
    const { clock, line, standIn, print, answers } = printedOnce(0);
    const hear = line.hear.bind(line);
    standIn.burnMs = 2000;
    print();
    clock.pass(900);
    line.hear = () => undefined;
    clock.pass(200);
    expect(standIn.requests).toEqual([1]);
    line.hear = hear;
    clock.passUntil(() => answers.length > 0);
    standIn.requests.length = 0;
    print();
    clock.pass(600);
    expect(standIn.requests).toEqual([1, 2, 4]);
  });

  test('but not the next, and has not said since the clearing that it is well, is asked everything', () => {
    const { clock, standIn, print, answers } = printedOnce(0);
    standIn.loses = 'fences';
    print();
    clock.pass(5000);
    standIn.loses = 'automatic-status';
    clock.passUntil(() => answers.length === 2);
    expect(answers.at(-1)).toEqual({ type: 'ready' });
    standIn.requests.length = 0;
    print();
    clock.pass(600);
    expect(standIn.requests).toEqual([1, 2, 4]);
  });

  test('and is offline for a reason that it does not give gets no line of the next', () => {
    const { clock, line, standIn, answers, print, since } = printedOnce(IDLE_MS);
    standIn.isDead = true;
    print();
    for (const byte of [0x1a, 0x12, 0x12]) {
      line.hear(byte);
      clock.pass(10);
    }
    standIn.isDead = false;
    clock.passUntil(() => answers.length > 0);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'printer-error', torn: false }]);
    expect(since().slice(2, 5)).toEqual(['100402', '100404', CLEAR]);
  });

  test('and told of a trouble and of its end, is asked once', () => {
    const { clock, standIn, print, since } = printedOnce(IDLE_MS);
    standIn.become('paper-out');
    standIn.become('ok');
    print();
    clock.pass(600);
    expect(standIn.requests).toEqual([1]);
    expect(since()).not.toContain(CLEAR);
  });

  test.each([0, IDLE_MS])('and told of an open cover (after %i ms) gets no byte of the next: untorn', (idleMs) => {
    const { clock, standIn, answers, print, since } = printedOnce(idleMs);
    standIn.become('cover-open');
    print();
    clock.pass(400);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'cover-open', torn: false }]);
    expect(since().filter((write) => write.length > 6)).toEqual([]);
  });

  test('and was switched off and on without paper: what was sent ahead is cleared, untorn, and comes out once', () => {
    const { clock, standIn, answers, print, since } = printedOnce(IDLE_MS);
    standIn.restart('paper-out');
    print();
    clock.pass(400);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'paper-out', torn: false }]);
    expect(since().filter((write) => write === CLEAR)).toHaveLength(1);
    standIn.become('ok');
    clock.pass(3000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    print();
    clock.pass(3000);
    expect(answers.slice(2)).toEqual([{ type: 'printed' }]);
    expect([headers(standIn.paper), footers(standIn.paper)]).toEqual([2, 2]);
  });

  test('and was switched off is not answering, untorn, and emptied before it is ready', () => {
    const { clock, standIn, answers, print, since } = printedOnce(IDLE_MS);
    standIn.isDead = true;
    print();
    clock.pass(2000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: false }]);
    standIn.isDead = false;
    clock.pass(3000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    expect(since().filter((write) => write === CLEAR)).toHaveLength(1);
  });

  test('and whose one answer is lost is emptied of what was sent ahead and begun again', () => {
    const { clock, line, standIn, answers, print, since } = printedOnce(IDLE_MS);
    const hear = line.hear.bind(line);
    line.hear = (...bytes) => (bytes.length === 1 ? undefined : hear(...bytes));
    print();
    clock.pass(100);
    line.hear = hear;
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(since().filter((write) => write === CLEAR)).toHaveLength(1);
    expect([headers(standIn.paper), footers(standIn.paper)]).toEqual([2, 2]);
  });

  test('and says that it is well when its one answer is overdue, is begun again all the same', () => {
    const { clock, line, standIn, answers, print, since } = printedOnce(IDLE_MS);
    const hear = line.hear.bind(line);
    line.hear = () => undefined;
    print();
    clock.pass(PROFILE.answerTimeoutMs + 0.05);
    line.hear = hear;
    line.hear(0x10, 0x00, 0x00, 0x00);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(since()).toContain(CLEAR);
    expect([headers(standIn.paper), footers(standIn.paper)]).toEqual([2, 2]);
  });

  test('and reports trouble before its one answer is asked everything, and begun again if it was nothing', () => {
    const { clock, line, standIn, answers, print, since } = printedOnce(IDLE_MS);
    print();
    line.hear(0x38, 0x00, 0x00, 0x00);
    clock.pass(600);
    expect(since().filter((write) => write.startsWith('1004'))).toEqual(['100401', '100402', '100404']);
    expect(since()).toContain(CLEAR);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect([headers(standIn.paper), footers(standIn.paper)]).toEqual([2, 2]);
  });

  test('and is unplugged before its one answer: untorn', () => {
    const { clock, line, answers, print } = printedOnce(IDLE_MS);
    print();
    line.unplug();
    clock.pass(100);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: false }]);
  });
});

describe('a printer that has not printed a slip', () => {
  test('is asked and emptied before the first, even if it says by itself that it is well', () => {
    const { clock, line, standIn, answers, print, hex } = world();
    line.hear(0x10, 0x00, 0x00, 0x00);
    print();
    clock.pass(600);
    expect(hex().slice(0, 4)).toEqual(['100401', '100402', '100404', CLEAR]);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(standIn.paper).toContain('银联POS签购单');
  });
});

describe('trouble before a slip', () => {
  test.each<[Condition, string]>([
    ['paper-out', 'paper-out'],
    ['cover-open', 'cover-open'],
    ['cutter-jam', 'printer-error'],
    ['overheated', 'overheated'],
  ])('%s stops it untorn, and it is ready when that is over', (condition, trouble) => {
    const { clock, standIn, answers, print } = world();
    standIn.become(condition);
    standIn.hasObstacle = true;
    print();
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'stopped', trouble, torn: false }]);
    expect(standIn.paper).toBe('');
    standIn.become('ok');
    clock.pass(3000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
  });

  test('a jammed cutter is told to recover until it can, with time between, and then it is ready', () => {
    const { clock, standIn, answers, print, hex } = world();
    standIn.become('cutter-jam');
    standIn.hasObstacle = true;
    print();
    clock.pass(9000);
    expect(hex().filter((write) => write === '100502')).toHaveLength(5);
    standIn.hasObstacle = false;
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'printer-error', torn: false }, { type: 'ready' }]);
  });

  test('another trouble is told, the same is not told again', () => {
    const { clock, standIn, answers, print } = world();
    standIn.become('paper-out');
    print();
    clock.pass(3000);
    standIn.become('cover-open');
    clock.pass(3000);
    standIn.become('ok');
    clock.pass(3000);
    expect(answers).toEqual([
      { type: 'stopped', trouble: 'paper-out', torn: false },
      { type: 'stopped', trouble: 'cover-open', torn: false },
      { type: 'ready' },
    ]);
  });

  test('a printer that is switched off is not answering, and ready when it is switched on', () => {
    const { clock, standIn, answers, print } = world();
    standIn.isDead = true;
    print();
    clock.pass(1400);
    expect(answers).toEqual([]);
    clock.pass(200);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: false }]);
    standIn.isDead = false;
    clock.pass(5000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    print();
    clock.pass(5000);
    expect(answers.slice(2)).toEqual([{ type: 'printed' }]);
  });
});

describe('trouble while a slip prints', () => {
  test.each<[Condition, string]>([
    ['paper-out', 'paper-out'],
    ['cover-open', 'cover-open'],
    ['cutter-jam', 'printer-error'],
    ['overheated', 'overheated'],
  ])('%s voids the rest: torn, then ready, and the next print is whole', (condition, trouble) => {
    const { clock, standIn, answers, print, hex } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.become(condition);
    standIn.hasObstacle = true;
    clock.pass(2000);
    expect(answers).toEqual([{ type: 'stopped', trouble, torn: true }]);
    standIn.become('ok');
    clock.pass(3000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    expect(footers(standIn.paper)).toBe(0);
    const clearings = hex().filter((write) => write === CLEAR).length;
    print({ ...SLIP, reprint: true });
    clock.pass(3000);
    expect(answers.slice(2)).toEqual([{ type: 'printed' }]);
    expect(standIn.paper.split('000001-000123-M-1 重打印 完 END')).toHaveLength(2);
    expect(hex().filter((write) => write === CLEAR)).toHaveLength(clearings);
  });

  test('the automatic status is armed again after clearing, and the torn piece is cut off', () => {
    const { clock, standIn, print, hex } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.become('cover-open');
    clock.pass(1000);
    expect(hex().slice(hex().lastIndexOf(CLEAR))).toContain('1b401d610f1b64041d5600');
  });

  test('a torn piece that goes with the old roll is not cut off', () => {
    const { clock, standIn, print, hex } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.become('paper-out');
    clock.pass(1000);
    expect(hex().slice(hex().lastIndexOf(CLEAR))).toContain('1b401d610f');
  });

  test('nothing but real-time requests is written between the report of trouble and the answer to clearing', () => {
    const { clock, standIn, print, hex } = world();
    print();
    clock.pass(60);
    standIn.clearMs = 300;
    const before = hex().length;
    expect(hex().join('')).not.toContain('1d284806003030');
    standIn.become('cover-open');
    clock.pass(200);
    expect(hex().slice(before)).toEqual(['100401', '100402', '100404', CLEAR]);
  });

  test('an id that comes before the answer to clearing means that the slip is printed', () => {
    const { clock, line, standIn, answers, print, hex } = world();
    standIn.burnMs = 60_000;
    print();
    clock.pass(900);
    expect(footers(standIn.paper)).toBe(1);
    standIn.clearMs = 100;
    standIn.become('cover-open');
    clock.pass(50);
    expect(hex().filter((write) => write === CLEAR)).toHaveLength(2);
    const id = /1d284806003030(.{8})/.exec(hex().join(''))?.[1] ?? '';
    line.hear(0x37, 0x22, ...Buffer.from(id, 'hex'), 0x00);
    clock.pass(1);
    expect(answers).toEqual([]);
    clock.pass(200);
    expect(answers).toEqual([{ type: 'printed' }]);
  });

  test('trouble that comes in the middle of a round begins it again: half of it would be from before', () => {
    const { clock, standIn, answers, print } = world();
    standIn.burnMs = 60_000;
    print();
    clock.pass(900);
    clock.passUntil(() => standIn.requests.length >= 5);
    expect(standIn.requests).toEqual([1, 2, 4, 1, 2]);
    standIn.become('cover-open');
    clock.pass(500);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'cover-open', torn: true }]);
  });

  test('a slip that is printed in the middle of a round waits for the answer that is owed', () => {
    const { clock, line, standIn, answers, print, hex } = world();
    standIn.burnMs = 60_000;
    print();
    clock.pass(900);
    clock.passUntil(() => hex().filter((write) => write === '100401').length >= 2);
    const id = /1d284806003030(.{8})/.exec(hex().join(''))?.[1] ?? '';
    line.hear(0x37, 0x22, ...Buffer.from(id, 'hex'), 0x00);
    clock.pass(0);
    expect(answers).toEqual([]);
    clock.pass(1);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(hex().at(-1)).toBe('100401');
  });

  test('an id of another slip proves nothing', () => {
    const { clock, line, standIn, answers, print } = world();
    standIn.burnMs = 5000;
    print();
    clock.pass(900);
    line.hear(0x37, 0x22, 0x20, 0x20, 0x20, 0x20, 0x00);
    clock.pass(100);
    expect(answers).toEqual([]);
  });

  test('clearing is repeated when its answer is lost', () => {
    const { clock, standIn, answers, print, hex } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.clearingsIgnored = 1;
    standIn.become('paper-out');
    clock.pass(3000);
    expect(hex().filter((write) => write === CLEAR)).toHaveLength(3);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'paper-out', torn: true }]);
  });

  test('a printer that cannot clear is given up asking, and told as torn', () => {
    const { clock, standIn, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.clearingsIgnored = Infinity;
    standIn.become('paper-out');
    clock.pass(3500);
    standIn.become('ok');
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'paper-out', torn: true }, { type: 'ready' }]);
  });

  test('a printer that dies is not answering, and torn', () => {
    const { clock, standIn, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.isDead = true;
    clock.pass(2700);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: true }]);
  });

  test('a printer that came back is emptied before it is ready', () => {
    const { clock, standIn, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    standIn.isDead = true;
    clock.pass(3000);
    standIn.isDead = false;
    clock.pass(3000);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    expect(footers(standIn.paper)).toBe(0);
  });

  test('a healthy printer that never reports the id is given up, torn, and ready again', () => {
    const { clock, standIn, answers, print } = world();
    standIn.loses = 'fences';
    print();
    clock.pass(9000);
    expect(answers).toEqual([]);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: true }, { type: 'ready' }]);
  });

  test('a status that turns out to be nothing lets the slip go on', () => {
    const { clock, line, standIn, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    line.hear(0x18, 0x00, 0x0f, 0x00);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(footers(standIn.paper)).toBe(1);
  });
});

describe('a line that is unplugged', () => {
  test('in mid-print stops the slip, torn, and every slip after it', () => {
    const { clock, line, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    line.unplug();
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: true }]);
    print();
    clock.pass(5000);
    expect(answers.slice(1)).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: false }]);
  });

  test('while it is watched is told once', () => {
    const { clock, line, standIn, answers, print } = world();
    standIn.isDead = true;
    print();
    clock.pass(3000);
    line.unplug();
    clock.pass(3000);
    expect(answers).toHaveLength(1);
  });
});

describe('flow control', () => {
  const slow = { bufferBytes: 256, bytesPerMs: 1 };

  test('a small buffer never overflows and the slip comes out whole', () => {
    const { clock, standIn, answers, print } = world({ ...PROFILE, chunkBytes: 16, chunksAhead: 1 });
    Object.assign(standIn, { bufferBytes: 45, bytesPerMs: 1 });
    print();
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(standIn.fullest).toBeGreaterThan(28);
    expect(standIn.fullest).toBeLessThanOrEqual(45);
    expect(footers(standIn.paper)).toBe(1);
  });

  test('after XOFF no more than the chunks under way leave, and XON lets the rest go', () => {
    const { clock, line, standIn, answers, print, hex } = world();
    Object.assign(standIn, { bytesPerMs: 1 });
    print();
    clock.pass(20);
    line.hear(0x13);
    const before = hex().length;
    clock.pass(200);
    expect(hex()).toHaveLength(before);
    line.hear(0x11);
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(footers(standIn.paper)).toBe(1);
  });

  test('an XOFF that lasts is asked about, past the XOFF', () => {
    const { clock, line, standIn, print, hex } = world();
    print();
    clock.pass(20);
    const asked = standIn.requests.length;
    line.hear(0x13);
    clock.pass(280);
    expect(standIn.requests).toHaveLength(asked);
    clock.pass(40);
    expect(standIn.requests.slice(asked)).toEqual([1, 2, 4]);
    expect(hex().at(-1)).toBe('100404');
  });

  test('an XOFF that a cover caused, its automatic status lost, ends in clearing', () => {
    const { clock, line, standIn, answers, print } = world();
    Object.assign(standIn, slow);
    print();
    clock.pass(20);
    standIn.become('cover-open');
    line.hear(0x13);
    clock.pass(1000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'cover-open', torn: true }]);
  });

  test('an XON that was lost does not hold back the next slip for ever', () => {
    const { clock, line, answers, print } = world();
    print();
    clock.pass(20);
    line.hear(0x13);
    clock.pass(20_000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: true }, { type: 'ready' }]);
    print();
    clock.pass(3000);
    expect(answers.slice(2)).toEqual([{ type: 'printed' }]);
  });

  test('every write is whole commands and characters, so a real-time request may follow it', () => {
    const { clock, print, line } = world({ ...PROFILE, chunkBytes: 17 });
    print();
    clock.pass(5000);
    // A chunk that broke a two-byte character would not survive decoding and encoding.
    const chunks = line.writes.filter((bytes) => bytes.length > 10);
    const broken = chunks.filter((bytes) => new TextDecoder('gbk').decode(bytes).includes('\ufffd'));
    expect(chunks.length).toBeGreaterThan(30);
    expect(broken).toEqual([]);
  });
});

describe('noise on the line', () => {
  test('is heard byte for byte before the line has its turn back, however long the chunk', () => {
    const { line, discarded } = world();
    const count = 70_000;
    line.hear(...Array.from({ length: count }, () => 0xff));
    expect(discarded).toHaveLength(count);
  });

  test('is thrown away, is counted, and the slip is printed', () => {
    const { clock, line, answers, print, discarded } = world();
    print();
    for (let step = 0; step < 20; step++) {
      clock.pass(20);
      line.hear(0xff, 0x80, 0x31, 0x99);
    }
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(discarded.length).toBeGreaterThanOrEqual(80);
  });

  test('a broken beginning of an answer is forgotten after the inter-byte timeout', () => {
    const { clock, line, answers, print, discarded } = world();
    line.hear(0x37, 0x22);
    clock.pass(200);
    expect(discarded).toEqual([{ event: 'printer-bytes-discarded', reason: 'unfinished', bytes: [0x37, 0x22] }]);
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
  });

  test('a lost answer to DLE EOT begins the round again', () => {
    const { clock, standIn, answers, print } = world();
    standIn.isDead = true;
    print();
    clock.pass(100);
    standIn.isDead = false;
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'printed' }]);
  });
});

describe('a printer without process ids', () => {
  const fenced: PrinterProfile = { ...PRINTER_PROFILES['generic-58'], chunkBytes: 64, chunksAhead: 2 };

  test('has printed when GS r 1 after the cut is answered', () => {
    const { clock, answers, print, hex } = world(fenced);
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed' }]);
    expect(hex().join('')).toMatch(/1d56001d7201$/);
  });

  test('is never sent DLE DC4 8, GS ( H or a mask for automatic status', () => {
    const { clock, standIn, print, hex } = world(fenced);
    print();
    clock.pass(fenced.answerTimeoutMs + MID_PRINT_MS);
    standIn.become('paper-out');
    clock.pass(3000);
    expect(hex().join('')).not.toMatch(/1d2848|1014|1d610f/);
  });

  test('is asked everything before every slip, whatever it says by itself', () => {
    const { clock, line, standIn, answers, print } = world(fenced);
    print();
    clock.pass(100);
    line.hear(0x10, 0x00, 0x00, 0x00);
    clock.passUntil(() => answers.length > 0);
    standIn.requests.length = 0;
    print();
    clock.pass(600);
    expect(standIn.requests).toEqual([1, 2, 4]);
  });

  test('whose paper ends is found out by looking, and the tail of the torn slip does not pass for the next', () => {
    const { clock, standIn, answers, print } = world(fenced);
    print();
    clock.pass(fenced.answerTimeoutMs + 400);
    standIn.become('paper-out');
    clock.pass(2000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'paper-out', torn: true }]);
    standIn.bytesPerMs = 0;
    standIn.become('ok');
    clock.pass(510);
    expect(answers.slice(1)).toEqual([{ type: 'ready' }]);
    print({ ...SLIP, reprint: true });
    standIn.bytesPerMs = 2;
    clock.pass(200);
    expect(answers).toHaveLength(2);
    clock.pass(3000);
    expect(answers.slice(2)).toEqual([{ type: 'printed' }]);
  });
});
