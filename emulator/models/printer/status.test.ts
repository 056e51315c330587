import { expect, test } from 'vitest';

import { Bench } from './bench.testing.ts';

const NO_FLOW = { busyWhenOffline: false } as const;

// Printer sheet 2, "typical bytes", and sheet 3 for the four bytes of ASB.
test.each([
  { trouble: 'nothing', deeds: [], realTime: '12 12 12 12', automatic: '10 00 00 00' },
  { trouble: 'paper near its end', deeds: ['paper-low'], realTime: '12 12 12 1e', automatic: '10 00 03 00' },
  { trouble: 'paper end', deeds: ['paper-out'], realTime: '1a 32 12 7e', automatic: '18 00 0f 00' },
  { trouble: 'an open cover', deeds: ['open-cover'], realTime: '1a 16 12 12', automatic: '38 00 00 00' },
  {
    trouble: 'an open cover and paper end',
    deeds: ['paper-out', 'open-cover'],
    realTime: '1a 36 12 7e',
    automatic: '38 00 0f 00',
  },
  { trouble: 'a hot head', deeds: ['overheat'], realTime: '1a 52 52 12', automatic: '18 40 00 00' },
  { trouble: 'a broken printer', deeds: ['break-down'], realTime: '1a 52 32 12', automatic: '18 20 00 00' },
] as const)('$trouble is told by DLE EOT and by ASB', ({ deeds, realTime, automatic }) => {
  const bench = new Bench(NO_FLOW).send('1d61ff');
  expect(bench.answers()).toBe('10 00 00 00');
  for (const deed of deeds) bench.does(deed);
  expect(`10 00 00 00 ${bench.answers()}`.trimEnd().slice(-11)).toBe(automatic);
  expect(bench.status()).toBe(realTime);
});

test('a cutter jam shows at the next cut', () => {
  const bench = new Bench(NO_FLOW).send('1d610f').does('jam-cutter');
  expect(bench.status()).toBe('12 12 12 12');
  bench.print('A\n').send('1d5600');
  expect(bench.answers()).toBe('18 08 00 00');
  expect(bench.status()).toBe('1a 52 1a 12');
});

test('a printer without near-end sensor answers 72 at paper end', () => {
  expect(new Bench({ ...NO_FLOW, nearEndSensor: false }).does('paper-out').status()).toBe('1a 32 12 72');
});

test('some models read paper end while the cover is open', () => {
  const bench = new Bench({ ...NO_FLOW, paperReadsEndWhileCoverOpen: true }).does('open-cover');
  expect(bench.status()).toBe('1a 16 12 72');
  expect(bench.does('close-cover').status()).toBe('12 12 12 12');
});

test('some models call a cover opened while printing an auto-recoverable error', () => {
  const bench = new Bench({ ...NO_FLOW, coverWhilePrintingIsError: true });
  bench.does({ type: 'open-cover-after', lines: 1 }).print('A\n');
  expect(bench.status()).toBe('1a 56 52 12');
  expect(bench.does('close-cover').status()).toBe('12 12 12 12');
});

test('a cover opened in standby is no error on those models either', () => {
  expect(new Bench({ ...NO_FLOW, coverWhilePrintingIsError: true }).does('open-cover').status()).toBe('1a 16 12 12');
});

test('ASB speaks only of what its mask enables', () => {
  const paperOnly = new Bench(NO_FLOW).send('1d6108');
  paperOnly.answers();
  expect(paperOnly.does('overheat').answers()).toBe('');
  expect(paperOnly.does('paper-low').answers()).toBe('18 40 03 00');
  const off = new Bench(NO_FLOW).send('1d61ff 1d6100');
  off.answers();
  expect(off.does('paper-out').answers()).toBe('');
});

test.each([
  { what: 'ESC @', clearing: (bench: Bench) => bench.send('1b40') },
  { what: 'power off', clearing: (bench: Bench) => bench.does('power-off').does('power-on') },
])('$what ends ASB', ({ clearing }) => {
  const bench = new Bench(NO_FLOW).send('1d61ff 1d2848030031 3032');
  clearing(bench).answers();
  expect(bench.does('paper-out').answers()).toBe('');
});

test.each([
  { what: 'GS r 1, paper there', asked: '1d7201', answer: '00' },
  { what: 'GS r 2, drawer', asked: '1d7202', answer: '00' },
  { what: 'GS I 1', asked: '1d4901', answer: '20' },
  { what: 'GS I 2, Chinese and a cutter', asked: '1d4902', answer: '03' },
  { what: 'GS I 3', asked: '1d4933', answer: '01' },
  { what: 'GS I 69, CHINA GB2312', asked: '1d4945', answer: '5f 43 48 49 4e 41 20 47 42 32 33 31 32 00' },
  { what: 'GS g 2, two lines fed', asked: '0a0a 1d6732001400', answer: '5f 32 00' },
  { what: 'GS g 2, the 24 dot rows of one line burnt', asked: '410a0a 1d6732009500', answer: '5f 32 34 00' },
  { what: 'GS g 2, cuts', asked: '0a1d5600 0a1d5600 1d673200b200', answer: '5f 32 00' },
  { what: 'GS g 0 resets the low counter', asked: '0a 1d6730001400 1d6732001400', answer: '5f 30 00' },
  { what: 'GS g 0 does not reset the high one', asked: '0a 1d6730009400 1d6732009400', answer: '5f 31 00' },
])('$what: $answer', ({ asked, answer }) => {
  expect(new Bench().send(asked).answers()).toBe(answer);
});

test('GS r 1 tells of a near end', () => {
  expect(new Bench().does('paper-low').send('1d7201').answers()).toBe('03');
});

test.each([
  { mode: 'plain', d: '31', deed: 'paper-out', answer: '37 23 00' },
  { mode: 'with cause', d: '02', deed: 'paper-out', answer: '37 23 42 00' },
  { mode: 'with cause', d: '32', deed: 'open-cover', answer: '37 23 41 00' },
  { mode: 'with cause', d: '32', deed: 'overheat', answer: '37 23 44 00' },
  { mode: 'off', d: '30', deed: 'paper-out', answer: '' },
] as const)('going offline by $deed with the offline response $mode answers $answer', ({ d, deed, answer }) => {
  const bench = new Bench(NO_FLOW).send(`1d284803003130${d}`);
  expect(bench.does(deed).answers()).toBe(answer);
});

test('a real-time request is honoured inside picture data, and the data stay whole', () => {
  const bench = new Bench().send('1d7630000300 0100 100401');
  expect(bench.answers()).toBe('12');
  const [line] = bench.model.currentPiece().lines;
  expect(line?.items[0]).toMatchObject({ type: 'dots', rows: Uint8Array.of(0x10, 0x04, 0x01) });
});

test('a real-time request in place of a parameter is that parameter', () => {
  const bench = new Bench().send('1b33 100401').print('A\n');
  expect(bench.model.currentPiece().lines[0]?.heightDots).toBe(24);
  expect(bench.model.counts().discardedBytes).toBe(2);
});
