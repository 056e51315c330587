import { describe, expect, test } from 'vitest';
import { CLEAR, footers, MID_PRINT_MS, world, type Condition } from './kit.testing.ts';
import { SLIP } from './papers.testing.ts';

describe('trouble before a slip', () => {
  test.each<[Condition, string]>([
    ['paper-out', 'paper-out'],
    ['cover-open', 'cover-open'],
    ['cutter-jam', 'cutter'],
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
    expect(answers).toEqual([{ type: 'stopped', trouble: 'cutter', torn: false }, { type: 'ready' }]);
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
    expect(answers.slice(2)).toEqual([{ type: 'printed', proof: 'process-id' }]);
  });
});

describe('trouble while a slip prints', () => {
  test.each<[Condition, string]>([
    ['paper-out', 'paper-out'],
    ['cover-open', 'cover-open'],
    ['cutter-jam', 'cutter'],
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
    expect(answers.slice(2)).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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

  /** A cover that was open for a moment has cost dots, and nothing that is asked later says so. */
  test.each<[string, readonly number[], string]>([
    ['paper', [0x18, 0x00, 0x0f, 0x00], 'paper-out'],
    ['a cover', [0x38, 0x00, 0x00, 0x00], 'cover-open'],
  ])('%s that is well again before it is asked about ends the slip all the same', (_, status, trouble) => {
    const { clock, line, standIn, answers, print } = world();
    print();
    clock.pass(MID_PRINT_MS);
    line.hear(...status, 0x10, 0x00, 0x00, 0x00);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'stopped', trouble, torn: true }, { type: 'ready' }]);
    expect(footers(standIn.paper)).toBe(0);
  });

  test('the id of a slip that went on after a stop is not believed, as it lies on both sides of it', () => {
    const { clock, line, standIn, answers, print } = world();
    print();
    clock.passUntil(() => footers(standIn.paper) === 1);
    line.hear(0x38, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'cover-open', torn: true }, { type: 'ready' }]);
  });

  test('the id of a slip that was whole before the paper ended is believed', () => {
    const { clock, standIn, answers, print } = world();
    Object.assign(standIn, { burnMs: 50, clearMs: 100 });
    print();
    clock.passUntil(() => footers(standIn.paper) === 1);
    clock.pass(30);
    standIn.become('paper-out');
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
  });

  test.each<[string, (scene: ReturnType<typeof world>) => void]>([
    ['that says XON without having said XOFF', ({ line }) => line.hear(0x11)],
    [
      'that has left a question unanswered',
      ({ clock, standIn }) => {
        standIn.isDead = true;
        clock.pass(1700);
        standIn.isDead = false;
      },
    ],
  ])('a printer %s may have been off, and lost what it had', (_, happens) => {
    const scene = world();
    const { clock, standIn, answers, print } = scene;
    print();
    clock.pass(MID_PRINT_MS);
    happens(scene);
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'stopped', trouble: 'not-answering', torn: true }, { type: 'ready' }]);
    expect(footers(standIn.paper)).toBe(0);
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
