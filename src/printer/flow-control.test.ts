import { describe, expect, test } from 'vitest';
import { footers, PROFILE, world } from './kit.testing.ts';

describe('flow control', () => {
  const slow = { bufferBytes: 256, bytesPerMs: 1 };

  test('a small buffer never overflows and the slip comes out whole', () => {
    const { clock, standIn, answers, print } = world({ ...PROFILE, chunkBytes: 16, chunksAhead: 1 });
    Object.assign(standIn, { bufferBytes: 45, bytesPerMs: 1 });
    print();
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers.slice(2)).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(discarded.length).toBeGreaterThanOrEqual(80);
  });

  test('a broken beginning of an answer is forgotten after the inter-byte timeout', () => {
    const { clock, line, answers, print, discarded } = world();
    line.hear(0x37, 0x22);
    clock.pass(200);
    expect(discarded).toEqual([{ event: 'printer-bytes-discarded', reason: 'unfinished', bytes: [0x37, 0x22] }]);
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
  });

  test('a lost answer to DLE EOT begins the round again', () => {
    const { clock, standIn, answers, print } = world();
    standIn.isDead = true;
    print();
    clock.pass(100);
    standIn.isDead = false;
    clock.pass(5000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
  });
});
