import { describe, expect, test } from 'vitest';
import { PRINTER_PROFILES, type PrinterProfile } from './profiles.ts';
import { MID_PRINT_MS, world } from './kit.testing.ts';
import { SLIP } from './papers.testing.ts';

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
