/** The printer at the end of a line with a speed, byte for byte: its buffer fills and empties (printer sheet 9). */
import { describe, expect, test } from 'vitest';

import { Bench } from './bench.testing.ts';
import { EMULATED_PRINTERS, type PrinterProfile } from './profile.ts';

const XON = '11';
const XOFF = '13';
/** 33 bytes and 30 dot rows each: at 480 rows a second the head takes 528 bytes a second. */
const LINES = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(3, '0')}${'x'.repeat(29)}`);
const BYTES = new TextEncoder().encode(LINES.map((line) => `${line}\n`).join(''));
const HEAD_BYTES_PER_MS = 0.528;
const BURNING_MS = (LINES.length * 30 * 1000) / 480;

const { 'built-in-58': LARGE, 'clone-58-small': SMALL } = EMULATED_PRINTERS;
const BUFFERS = [
  { buffer: '45 bytes', profile: { ...SMALL, dotRowsPerSecond: 480 } },
  { buffer: '4 KB', profile: LARGE },
] as const;

interface Said {
  readonly atMs: number;
  readonly byte: string;
}

/** Between chunks the sender looks whether it was told to stop, which takes as long to come up as a byte to go down. */
function send(profile: PrinterProfile, baudRate: number, chunkBytes: number) {
  const msPerByte = 10_000 / baudRate;
  const bench = new Bench({ ...profile, rollDots: Number.POSITIVE_INFINITY });
  const said: Said[] = [];
  const under: string[] = [];
  let [atMs, sent, stopped] = [0, 0, false];
  while (sent < BYTES.length || Object.keys(bench.armed).length > 0) {
    atMs += msPerByte;
    const heard = under.shift();
    if (heard !== undefined) stopped = heard === XOFF;
    bench.wait(msPerByte);
    if (sent < BYTES.length && !(stopped && sent % chunkBytes === 0)) {
      bench.send(BYTES.subarray(sent, sent + 1));
      sent += 1;
    }
    for (const byte of bench.answers().split(' ').filter(Boolean)) {
      said.push({ atMs, byte });
      under.push(byte);
    }
  }
  return { bench, said, tookMs: atMs };
}

const UNHEEDING = Number.POSITIVE_INFINITY;

describe.each(BUFFERS)('a buffer of $buffer', ({ profile }) => {
  test.each([9600, 115_200])('loses nothing at %i baud to who heeds XOFF, and the head hardly waits', (baud) => {
    const { bench, tookMs } = send(profile, baud, 14);
    expect(bench.model.counts().overrunBytes).toBe(0);
    expect(bench.hanging().split('\n')).toEqual(LINES);
    expect(tookMs).toBeGreaterThan(BURNING_MS);
    expect(tookMs).toBeLessThan(1.03 * BURNING_MS);
  });

  test('loses what is sent on after XOFF: it keeps what the head takes meanwhile, and what there is room for', () => {
    const { bench } = send(profile, 115_200, UNHEEDING);
    const kept = BYTES.length - bench.model.counts().overrunBytes;
    const room = profile.receiveBufferBytes + (BYTES.length / 11.52) * HEAD_BYTES_PER_MS;
    expect(kept).toBeLessThan(room + 4 * 33);
    // With lost line feeds the head has shorter and longer lines.
    expect(kept).toBeGreaterThan(0.6 * room);
  });
});

test.each([
  // The first line goes to the head at once. Then there is room for 29 bytes until XOFF, or for 3840.
  { ...BUFFERS[0], baud: 9600, fullMs: (33 + 29) / 0.96 },
  { ...BUFFERS[0], baud: 115_200, fullMs: (33 + 29) / 11.52 },
  { ...BUFFERS[1], baud: 9600, fullMs: (33 + 3840) / (0.96 - HEAD_BYTES_PER_MS) },
  { ...BUFFERS[1], baud: 115_200, fullMs: (33 + 3840) / (11.52 - HEAD_BYTES_PER_MS) },
])('$buffer are full at $baud baud when they should be', ({ profile, baud, fullMs }) => {
  const [first] = send(profile, baud, 14).said;
  expect(first?.byte).toBe(XOFF);
  // The head takes whole lines.
  expect(Math.abs((first?.atMs ?? 0) - fullMs)).toBeLessThan(33 / 0.96 + 0.01 * fullMs);
});

test('XON follows when the head has made room from one threshold to the other', () => {
  const [full, free] = send(LARGE, 115_200, 14).said;
  expect([full?.byte, free?.byte]).toEqual([XOFF, XON]);
  const roomMs = (LARGE.xonFreeBytes - LARGE.xoffFreeBytes) / HEAD_BYTES_PER_MS;
  expect(Math.abs((free?.atMs ?? 0) - (full?.atMs ?? 0) - roomMs)).toBeLessThan(2 * 62.5);
});

test('32 bytes without a look for XOFF are too many for what the small buffer keeps free', () => {
  expect(send(BUFFERS[0].profile, 9600, 32).bench.model.counts().overrunBytes).toBeGreaterThan(0);
});

test('a real-time request needs no room, and leaves nothing in a full buffer', () => {
  const bench = new Bench({ ...SMALL, endSensorDots: 0 }).does('paper-out').print('A'.repeat(43));
  bench.answers();
  bench.send('100404 41').send('100401 42').send('10040243');
  expect(bench.answers()).toBe('72 1a 32');
  expect(bench.model.counts().overrunBytes).toBe(1);
  expect(bench.does('load-paper').print('\n').wait(100).hanging()).toBe(`${'A'.repeat(32)}\n${'A'.repeat(12)}B`);
});
