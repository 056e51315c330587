import { expect, test } from 'vitest';

import { paperText } from './paper-text.ts';
import { ascii, Bench } from './bench.testing.ts';

const PROCESS_ID_0001 = '1d2848060030 30 30303031';
const CLEAR = '10140801031401060208';
const QUIET = { busyWhenOffline: false } as const;

test('a slip is a strip once it is cut, and nothing hangs out any more', () => {
  const bench = new Bench().print('ONE\nTWO\n').send('1d5600');
  expect(bench.pieces.map(paperText)).toEqual(['ONE\nTWO']);
  expect(bench.pieces[0]?.cut).toBe(true);
  expect(bench.hanging()).toBe('');
});

test.each(['1d5600', '1d5601', '1d5630', '1d5631', '1d564100', '1d564205', '1d566100', '1d566803', '1b69', '1b6d'])(
  'the cut %s cuts once and leaves no parameter behind',
  (cut) => {
    const bench = new Bench().print('A\n').send(cut).print('B\n');
    expect(bench.pieces.map(paperText)).toEqual(['A']);
    expect(bench.hanging()).toBe('B');
  },
);

test('a cut without a feed leaves the last lines before the knife, on the next strip', () => {
  const bench = new Bench({ cutterGapDots: 88 }).print('A\nB\nC\nD\n').send('1d5600').print('E\n').send('1d564200');
  expect(bench.pieces.map(paperText)).toEqual(['A\nB [damaged]', 'B [damaged]\nC\nD\nE']);
});

test('a feed to the knife is parted to the dot', () => {
  const bench = new Bench({ cutterGapDots: 88 }).print('A\n').send('1b6404 1d5600');
  const heights = [...(bench.pieces[0]?.lines ?? []), ...bench.model.currentPiece().lines].map(
    (line) => line.toDot - line.fromDot,
  );
  expect(heights).toEqual([30, 30, 2, 28, 30, 30]);
});

test('paper that ends in a slip: the line is finished, the rest follows on the new roll', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', lines: 2 }).print('ONE\nTWO\nTHREE\n').send('1d5600');
  expect(bench.hanging()).toBe('ONE\nTWO');
  bench.does('load-paper');
  expect(bench.pieces.map((piece) => [paperText(piece), piece.cut])).toEqual([
    ['ONE\nTWO', false],
    ['THREE', true],
  ]);
  expect(bench.troubles()).toEqual(['paper-end', 'ready']);
});

test('paper that ends while a line burns stops the printer only after that line', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 1500 }).print('ONE\nTWO\n').send('1d610f');
  bench.does('paper-out');
  expect(bench.status()).toBe('12 12 12 7e');
  bench.burn();
  expect(bench.status()).toBe('1a 32 12 7e');
  expect(bench.hanging()).toBe('ONE');
  expect(bench.armed).toEqual({});
});

test('paper loaded under an open cover prints on only when the cover is closed', () => {
  const bench = new Bench(QUIET).does('paper-out').print('ONE\n').does('open-cover').does('load-paper');
  expect(bench.hanging()).toBe('');
  expect(bench.does('close-cover').hanging()).toBe('ONE');
});

test('a printer stopped by paper answers neither GS r nor process ids', () => {
  const bench = new Bench(QUIET).does('paper-out').send(`1d7201 ${PROCESS_ID_0001}`);
  expect(bench.answers()).toBe('');
  expect(bench.does('load-paper').answers()).toBe('00 37 22 30 30 30 31 00');
});

test('a process id comes after the line before it has been burnt', () => {
  const bench = new Bench({ dotRowsPerSecond: 600 }).print('A\n').send(PROCESS_ID_0001);
  expect(bench.armed).toEqual({ line: 50 });
  expect(bench.answers()).toBe('');
  expect(bench.burn().answers()).toBe('37 22 30 30 30 31 00');
});

test('a process id behind an unfinished line waits for its line feed', () => {
  const bench = new Bench().print('A').send(PROCESS_ID_0001);
  expect(bench.answers()).toBe('');
  expect(bench.print('\n').answers()).toBe('37 22 30 30 30 31 00');
});

test('only the latest of two waiting process ids is reported', () => {
  const bench = new Bench().print('A').send(`${PROCESS_ID_0001} 1d284806003030 30303032`).print('\n');
  expect(bench.answers()).toBe('37 22 30 30 30 32 00');
});

test('a printer without process ids consumes them in silence', () => {
  const bench = new Bench({ processIds: false }).send(PROCESS_ID_0001).print('A\n');
  expect(bench.answers()).toBe('');
  expect(bench.hanging()).toBe('A');
});

test('DLE DC4 8 on paper end clears the rest for good, and its process id never comes', () => {
  const bench = new Bench(QUIET).does({ type: 'paper-out-after', lines: 1 }).print('ONE\nTWO').send(PROCESS_ID_0001);
  expect(bench.send(CLEAR).answers()).toBe('37 25 00');
  expect(bench.does('load-paper').answers()).toBe('');
  expect(bench.hanging()).toBe('');
  bench.print('NEW\n').send(PROCESS_ID_0001);
  expect(bench.hanging()).toBe('NEW');
  expect(bench.answers()).toBe('37 22 30 30 30 31 00');
});

test('DLE DC4 8 keeps text settings', () => {
  const bench = new Bench().send('1b4501').print('A').send(CLEAR).print('B\n');
  expect(bench.model.currentPiece().lines[0]?.items).toMatchObject([{ text: 'B', style: { bold: true } }]);
});

test('DLE DC4 8 takes back a Kanji mode that was received and never executed', () => {
  const bench = new Bench(QUIET).does('paper-out').send('1c2e').send(CLEAR).does('load-paper').send('d2f8c1aa0a');
  expect(bench.hanging()).toBe('银联');
});

test('DLE DC4 8 keeps the Kanji mode that was executed', () => {
  const bench = new Bench().send('1c2e').send(CLEAR).send('c4b30a');
  expect(bench.hanging()).toBe('─│');
});

test('DLE DC4 8 forgets a process id that waited for its line feed', () => {
  const bench = new Bench().print('A').send(PROCESS_ID_0001).send(CLEAR).print('B\n');
  expect(bench.answers()).toBe('37 25 00');
});

test('a damaged DLE DC4 8 clears nothing', () => {
  const bench = new Bench(QUIET).does('paper-out').print('A\n').send('10140801031401060209');
  expect(bench.answers()).toBe('');
  expect(bench.does('load-paper').hanging()).toBe('A');
});

test('a cover opened while a line burns damages it, and the rest follows after closing', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 1500 }).print('ONE\nTWO\n').wait(8).does('open-cover');
  expect(bench.hanging()).toBe('ONE [damaged]');
  expect(bench.armed).toEqual({});
  expect(bench.does('close-cover').burn(2).hanging()).toBe('ONE [damaged]\nTWO');
});

test('the cover can open after so many lines', () => {
  const bench = new Bench(QUIET).does({ type: 'open-cover-after', lines: 1 }).print('ONE\nTWO\n');
  expect(bench.hanging()).toBe('ONE');
  expect(bench.does('close-cover').hanging()).toBe('ONE\nTWO');
});

test('a hot head pauses and goes on by itself', () => {
  const bench = new Bench(QUIET).does('overheat').print('A\n');
  expect(bench.hanging()).toBe('');
  expect(bench.does('cool-down').hanging()).toBe('A');
});

const jammed = () => new Bench(QUIET).does('jam-cutter').print('A\n').send('1d5600').print('B\n');

test('after a jam DLE ENQ 1 goes on at the cut, DLE ENQ 2 forgets it', () => {
  const blocked = jammed().send('100501');
  expect(blocked.pieces).toEqual([]);
  const resumed = jammed().does('clear-jam').send('100501');
  expect(resumed.pieces.map(paperText)).toEqual(['A']);
  expect(resumed.hanging()).toBe('B');
  const cleared = jammed().does('clear-jam').send('100502');
  expect(cleared.pieces).toEqual([]);
  expect(cleared.hanging()).toBe('A');
  expect(cleared.troubles()).toEqual(['cutter-jam', 'ready']);
});

test('DLE ENQ does not help against paper end', () => {
  const bench = new Bench(QUIET).does('paper-out').print('A\n').send('100502').does('load-paper');
  expect(bench.hanging()).toBe('A');
});

test('only power off and on ends an unrecoverable error', () => {
  const bench = new Bench(QUIET).does('break-down').send('100501').print('A\n');
  expect(bench.hanging()).toBe('');
  bench.does('power-off').does('power-on').print('B\n');
  expect(bench.hanging()).toBe('B');
});

test('power off loses what was not burnt, and a printer without power answers nothing', () => {
  const bench = new Bench({ ...QUIET, dotRowsPerSecond: 1500 })
    .print('ONE\nTWO\n')
    .burn()
    .wait(8)
    .does('power-off')
    .send('100401');
  expect(bench.answers()).toBe('');
  expect(bench.does('power-on').answers()).toBe('11');
  expect(bench.burn(5).hanging()).toBe('ONE\nTWO [damaged]');
});

test('ESC c 4 makes the printer stop at the near end', () => {
  const bench = new Bench(QUIET).send('1b633403').does('paper-low').print('A\n');
  expect(bench.hanging()).toBe('');
  expect(bench.does('load-paper').hanging()).toBe('A');
});

test('XOFF goes out at the first threshold, XON at the second, and nothing below them is lost', () => {
  const bench = new Bench({ dotRowsPerSecond: 300, receiveBufferBytes: 100, xoffFreeBytes: 20, xonFreeBytes: 60 });
  bench
    .print(`${'A'.repeat(9)}\n`)
    .print(`${'B'.repeat(29)}\n`.repeat(2))
    .print('C'.repeat(19));
  expect(bench.answers()).toBe('');
  expect(bench.print('C').answers()).toBe('13');
  bench.print(`${'C'.repeat(9)}\n`);
  expect(bench.burn().answers()).toBe('');
  expect(bench.burn().answers()).toBe('11');
  expect(bench.burn(9).hanging()).toBe(['A'.repeat(9), 'B'.repeat(29), 'B'.repeat(29), 'C'.repeat(29)].join('\n'));
  expect(bench.model.counts().overrunBytes).toBe(0);
});

test('what is written past a full buffer is lost and counted, and real-time requests still work', () => {
  const bench = new Bench({ ...QUIET, receiveBufferBytes: 64, xoffFreeBytes: 0, xonFreeBytes: 1 });
  bench.does('paper-out').print('A'.repeat(70));
  expect(bench.answers()).toBe('13');
  expect(bench.status()).toBe('1a 32 12 7e');
  expect(bench.model.counts().overrunBytes).toBe(6);
  expect(bench.troubles()).toEqual(['paper-end', 'buffer-overrun']);
});

test('with the BUSY switch on, going offline sends XOFF and coming back XON', () => {
  const bench = new Bench().send('1d610f');
  bench.answers();
  expect(bench.does('open-cover').answers()).toBe('13 38 00 00 00');
  expect(bench.does('close-cover').answers()).toBe('11 10 00 00 00');
});

test('a symbol larger than the buffer passes', () => {
  const payload = ascii('Q'.repeat(600));
  const bench = new Bench({ receiveBufferBytes: 256, xoffFreeBytes: 16, xonFreeBytes: 64 });
  bench.send(Uint8Array.from([0x1d, 0x28, 0x6b, (payload.length + 3) & 0xff, 2, 0x31, 0x50, 0x30, ...payload]));
  bench.send('1d286b0300315130');
  expect(bench.hanging()).toContain('600 bytes');
  expect(bench.model.counts().overrunBytes).toBe(0);
});

test('a dirty head is remembered on the strip', () => {
  const bench = new Bench()
    .does({ type: 'dirty-head', deadColumns: [7, 8] })
    .print('A\n')
    .send('1d5600');
  expect(bench.pieces[0]?.lines[0]?.head.deadColumns).toEqual([7, 8]);
});
