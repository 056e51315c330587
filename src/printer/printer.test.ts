import { describe, expect, test } from 'vitest';
import type { PrintAnswer } from './spool.ts';
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
    while (!line.writes.some((bytes) => bytes.length > 10)) clock.pass(0.5);
    line.idleMs = 0;
    const start = clock.now();
    const before = line.writes.length;
    while (footers(standIn.paper) === 0) clock.pass(0.5);
    expect(line.writes.length - before).toBeGreaterThan(5);
    expect(line.idleMs / (clock.now() - start)).toBeLessThan(0.05);
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
    while (standIn.requests.length < 5) clock.pass(0.1);
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
    while (hex().filter((write) => write === '100401').length < 2) clock.pass(0.1);
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
    clock.pass(MID_PRINT_MS);
    standIn.become('paper-out');
    clock.pass(3000);
    expect(hex().join('')).not.toMatch(/1d2848|1014|1d610f/);
  });

  test('whose paper ends is found out by looking, and the tail of the torn slip does not pass for the next', () => {
    const { clock, standIn, answers, print } = world(fenced);
    print();
    clock.pass(400);
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
