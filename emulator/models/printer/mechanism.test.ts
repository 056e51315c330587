/** Dot row by dot row: what is on which piece of paper when something happens to the printer in the middle of a line. */
import { expect, test } from 'vitest';

import { Bench } from './bench.testing.ts';
import { paperText } from './paper-text.ts';
import type { PaperPiece } from './paper.ts';
import { EMULATED_PRINTERS, type EmulatedPrinterName } from './profile.ts';

const QUIET = { busyWhenOffline: false } as const;
/** A dot row a millisecond. */
const SLOW = { ...QUIET, dotRowsPerSecond: 1000 } as const;
const ID = '1d284806003030 30303031';
const ID_ANSWER = '37 22 30 30 30 31 00';
const CLEAR = '10140801031401060208';
const SLIP = 'ONE\nTWO\n';
const SLIP_ROWS = 60;

const rowsOf = (piece: PaperPiece): readonly string[] =>
  piece.lines.flatMap(({ fromDot, items, toDot }) =>
    Array.from({ length: toDot - fromDot }, (_, row) => {
      const [item] = items;
      return `${item?.type === 'text' ? item.text : ''} ${fromDot + row}`;
    }),
  );

const WHOLE = rowsOf(new Bench().print(SLIP).model.currentPiece());

test.each([
  { speed: 'in no time', dotRowsPerSecond: 0 },
  { speed: 'at 480 rows a second', dotRowsPerSecond: 480 },
])('printing $speed, paper can end after each dot row: it is on the old roll, the next one on the new', (profile) => {
  for (let rows = 1; rows < SLIP_ROWS; rows++) {
    const bench = new Bench({ ...QUIET, ...profile }).does({ type: 'paper-out-after', rows }).print(SLIP).burn(5);
    expect(bench.status()).toBe('1a 32 12 7e');
    expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, rows));
    bench.does('load-paper').burn(5);
    expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(rows));
    expect(bench.pieces.map((piece) => piece.cut)).toEqual([false]);
  }
});

test('a line that is spread over two rolls is marked on both', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', rows: 40 }).print(SLIP).does('load-paper');
  expect(bench.pieces.map(paperText)).toEqual(['ONE\nTWO [damaged]']);
  expect(bench.hanging()).toBe('TWO [damaged]');
});

test('a line of which only the empty space below is missing is whole', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', rows: 54 }).print(SLIP).does('load-paper');
  expect(bench.pieces.map(paperText)).toEqual(['ONE\nTWO']);
  expect(bench.hanging()).toBe('');
});

test('some printers forget the line that the end of the paper has broken', () => {
  const bench = new Bench({ ...QUIET, lineAtPaperEnd: 'is-lost' }).does({ type: 'paper-out-after', rows: 12 });
  bench.print(SLIP).does('load-paper');
  expect(bench.pieces.map(paperText)).toEqual(['ONE [damaged]']);
  expect(bench.hanging()).toBe('TWO');
});

test('an end sensor before the head lets the printer finish its line on the tail', () => {
  const bench = new Bench({ ...QUIET, endSensorDots: 40, rollDots: 75 }).print('ONE\nTWO\nTHREE\n');
  expect(bench.hanging()).toBe('ONE\nTWO');
  expect(rowsOf(bench.model.currentPiece())).toHaveLength(60);
  expect(bench.status()).toBe('1a 32 12 7e');
});

test('a roll is near its end, and ends, by itself', () => {
  const bench = new Bench({ ...QUIET, rollDots: 150, nearEndDots: 60 }).send('1d6108').print('A\n\n');
  expect(bench.answers()).toBe('10 00 00 00');
  expect(bench.print('B\n').answers()).toBe('10 00 03 00');
  expect(bench.print('C\n').answers()).toBe('');
  expect(bench.print('D\nE\n').answers()).toBe('18 00 0f 00');
  expect(bench.troubles()).toEqual(['paper-near-end', 'paper-end']);
  expect(bench.does({ type: 'load-paper', lengthDots: 60 }).answers()).toBe('10 00 03 00');
  expect(bench.hanging()).toBe('E');
});

test('the cover can open after each dot row: those are burnt, the rest of the line never is', () => {
  for (let rows = 1; rows < 30; rows++) {
    const bench = new Bench(QUIET).does({ type: 'open-cover-after', rows }).print(SLIP);
    expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, rows));
    expect(bench.status()).toBe('1a 16 12 12');
    bench.does('close-cover');
    expect(rowsOf(bench.model.currentPiece())).toEqual([...WHOLE.slice(0, rows), ...WHOLE.slice(30)]);
  }
});

test('a printer that goes on under a closed cover leaves no mark on the line', () => {
  const bench = new Bench({ ...QUIET, lineUnderOpenedCover: 'goes-on' }).does({ type: 'open-cover-after', rows: 12 });
  expect(bench.print(SLIP).does('close-cover').hanging()).toBe('ONE\nTWO');
  expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE);
});

test('a cover opened by hand stops the head at the dot row that it has come to', () => {
  const bench = new Bench(SLOW).print(SLIP).wait(17.5).does('open-cover');
  expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, 17));
  expect(bench.armed).toEqual({});
});

test('the power can go after each dot row, and what was not burnt never is', () => {
  for (let rows = 1; rows < SLIP_ROWS; rows++) {
    const bench = new Bench(QUIET).does({ type: 'power-off-after', rows }).print(SLIP).send(ID);
    expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, rows));
    expect(bench.answers()).toBe('');
    expect(bench.does('power-on').answers()).toBe('11');
    expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, rows));
  }
});

test('the power can go after each byte: that byte is the last one that is obeyed', () => {
  const sent = `${SLIP}THREE\n`;
  for (let bytes = 1; bytes <= sent.length; bytes++) {
    const bench = new Bench(QUIET).does({ type: 'power-off-after', bytes }).print(sent).send('100401');
    const lines = sent.slice(0, bytes).split('\n').slice(0, -1);
    expect([bytes, bench.hanging(), bench.answers()]).toEqual([bytes, lines.join('\n'), '']);
  }
});

test('power that goes with a byte stops the head in its line', () => {
  const bench = new Bench(SLOW).does({ type: 'power-off-after', bytes: 9 }).print(SLIP).wait(5).print('X');
  expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, 5));
  expect(bench.armed).toEqual({});
});

test.each(['lines', 'rows', 'bytes'] as const)('power that goes after no %s goes at once', (unit) => {
  const deed = { type: 'power-off-after', [unit]: 0 } as never;
  expect(new Bench(QUIET).does(deed).send('100401').answers()).toBe('');
});

test('a whole line takes one timer, and an answer about paper costs none', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 480 }).print('A\n').send('100404');
  expect(bench.armed).toEqual({ line: 62 });
});

test('a thousand lines take as long as their rows do, whole milliseconds or not', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 700, receiveBufferBytes: 8192 }).print('A\n'.repeat(1000));
  const exactMs = (1000 * 30 * 1000) / 700;
  bench.wait(exactMs - 2);
  expect(bench.armed).not.toEqual({});
  expect(bench.wait(3).armed).toEqual({});
});

test('a process id comes when the last dot row before it is on the paper', () => {
  const bench = new Bench(SLOW).print('A\n').send(ID);
  expect(bench.wait(29).answers()).toBe('');
  expect(bench.wait(1).answers()).toBe(ID_ANSWER);
});

test('a process id behind a cut that feeds waits for the feed', () => {
  const bench = new Bench({ ...SLOW, cutterGapDots: 88 }).send(`1d564200 ${ID}`);
  expect(bench.wait(87).answers()).toBe('');
  expect(bench.wait(1).answers()).toBe(ID_ANSWER);
});

test('DLE DC4 8 over a line that the paper has broken leaves nothing for the next roll', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', rows: 12 }).print(SLIP).send(ID);
  expect(bench.send(CLEAR).does('load-paper').answers()).toBe('37 25 00');
  expect(rowsOf(bench.model.currentPiece())).toEqual([]);
});

test('DLE DC4 8 under way finishes the line under the head, and no other', () => {
  const bench = new Bench(SLOW).print(SLIP).send(ID).wait(10).send(CLEAR).wait(100);
  expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE.slice(0, 30));
  expect(bench.answers()).toBe('37 25 00');
});

test('a printer without DLE DC4 8 neither answers it nor clears', () => {
  const bench = new Bench({ ...QUIET, clearsBuffers: false }).does('paper-out').print(SLIP).send(CLEAR);
  expect(bench.answers()).toBe('');
  expect(bench.does('load-paper').hanging()).toBe('ONE\nTWO');
});

test('the FEED button feeds as long as it is pressed, offline, and the data wait', () => {
  const bench = new Bench(SLOW).send('1d6142').does('press-feed');
  expect(bench.answers()).toBe('10 00 00 00 10 02 00 00 58 02 00 00');
  expect(bench.print('A\n').status()).toBe('5a 1a 12 12');
  bench.wait(45).does('release-feed').answers();
  expect(bench.wait(15).answers()).toBe('10 00 00 00');
  expect(rowsOf(bench.model.currentPiece())).toHaveLength(60);
  expect(bench.wait(30).hanging()).toBe('A');
});

test('a button that is pressed under way waits for the end of the line', () => {
  const bench = new Bench(SLOW).print(SLIP).wait(10).does('press-feed').wait(20).does('release-feed').wait(100);
  expect(rowsOf(bench.model.currentPiece()).slice(0, 61)).toEqual([
    ...WHOLE.slice(0, 30),
    ...Array.from({ length: 30 }, (_, row) => ` ${row}`),
    'TWO 0',
  ]);
});

test('where feeding takes no time, a button that is held feeds one line', () => {
  const bench = new Bench(QUIET).does('press-feed').print('A\n');
  expect(rowsOf(bench.model.currentPiece())).toHaveLength(30);
  expect(bench.does('release-feed').hanging()).toBe('A');
});

test('ESC c 5 takes the button out of use, and pressing it holds nothing up', () => {
  const bench = new Bench(QUIET).send('1b633501').does('press-feed').print('A\n');
  expect(bench.status()).toBe('52 12 12 12');
  expect(rowsOf(bench.model.currentPiece())).toHaveLength(30);
  expect(bench.send('1b40').hanging()).toBe('A');
  expect(bench.status()).toBe('5a 1a 12 12');
});

test('a printer without a knife keeps its paper until somebody tears it off', () => {
  const bench = new Bench({ cutter: false }).print('A\n').send('1d564200').print('B\n');
  expect(bench.pieces).toEqual([]);
  expect(bench.does('tear-off').pieces.map(paperText)).toEqual(['A\nB']);
  expect(bench.pieces[0]?.cut).toBe(true);
});

test('counters that are stored at times fall back to what was stored', () => {
  const bench = new Bench({ countersStoredEveryMs: 1000 }).print('A\n\n').wait(1000).print('B\n');
  bench.answers();
  expect(bench.send('1d6732001400').answers()).toBe('5f 33 00');
  bench.does('power-off').does('power-on').answers();
  expect(bench.send('1d6732001400').answers()).toBe('5f 32 00');
});

test('counters that are stored at once outlive the power; hours count with power only', () => {
  const bench = new Bench().print('A\n').wait(3_600_000).does('power-off').wait(7_200_000).does('power-on');
  bench.answers();
  expect(bench.send('1d6732001400 1d6732004600').answers()).toBe('5f 31 00 5f 31 00');
});

test.each(Object.keys(EMULATED_PRINTERS) as EmulatedPrinterName[])('%s holds what its numbers promise', (name) => {
  const profile = EMULATED_PRINTERS[name];
  expect(profile.xoffFreeBytes).toBeLessThan(profile.xonFreeBytes);
  expect(profile.xonFreeBytes).toBeLessThan(profile.receiveBufferBytes);
  expect(profile.nearEndDots).toBeGreaterThan(profile.endSensorDots);
  expect(profile.nearEndDots).toBeLessThan(profile.rollDots);
  expect(profile.head.resumeAtCelsius).toBeLessThan(profile.head.pauseAtCelsius);
  expect((profile.typeId & 0x02) !== 0).toBe(profile.cutter);
  const bench = new Bench(profile).print('A\n').send('1d564200').wait(1000).does('tear-off');
  expect(bench.pieces.map(paperText)).toEqual(['A']);
});

test('what leaves the paper alone breaks no line, whatever the printer does with broken ones', () => {
  const bench = new Bench({ ...SLOW, lineAtPaperEnd: 'is-lost' }).print(SLIP).wait(5).does('paper-low').wait(100);
  expect(rowsOf(bench.model.currentPiece())).toEqual(WHOLE);
});

test('a new roll is new to its end, whatever the tail of the old one was', () => {
  const bench = new Bench(SLOW).print('A\n').wait(5).does('paper-out').wait(100);
  bench.does({ type: 'load-paper', lengthDots: 61 }).print('B\nC\nD\n').wait(100);
  expect(bench.hanging()).toBe('B\nC\nD [damaged]');
});

test('a strip that has nothing but the empty rest of a line is no paper to look at', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', rows: 54 }).print(SLIP);
  bench.does('load-paper').does('load-paper');
  expect(bench.pieces).toHaveLength(1);
});

test('the knife parts the rest of a line by its own rows', () => {
  const bench = new Bench({ ...QUIET, cutterGapDots: 10 }).does({ type: 'paper-out-after', rows: 12 }).print('ONE\n');
  bench.does('load-paper').send('1d5600');
  const strips = [bench.pieces[1], bench.model.currentPiece()];
  expect(strips.map((strip) => strip?.lines.map(({ fromDot, toDot }) => [fromDot, toDot]))).toEqual([
    [[12, 20]],
    [[20, 30]],
  ]);
});

test('who asks for errors alone is not told of the button', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 1000 }).send('1b633501 1d6104').does('press-feed');
  expect(bench.answers()).toBe('10 00 00 00');
});
