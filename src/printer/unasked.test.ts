/**
 * Mutations that these tests, and those of printer.test.ts and flow-control.test.ts, caught, of what is sent without a
 * full round of questions: each condition of it left out; a trouble, an XON or noise that costs no trust; trust that
 * outlives ESC @ or never ages; the leader sent twice, not counted, not cleared; answers told a turn later, or from
 * inside `print`; the parser fed or read a turn later.
 */
import { describe, expect, test } from 'vitest';
import { CLEAR, footers, MID_PRINT_MS, PROFILE, world } from './kit.testing.ts';

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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
      expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers.slice(2)).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(standIn.paper).toContain('银联POS签购单');
  });
});
