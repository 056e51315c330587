import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { CLEAR, footers, PROFILE, world } from './kit.testing.ts';
import { DETAILS, FAILURES, LISTED, SETTLEMENT, SLIP } from './papers.testing.ts';

describe('a healthy printer', () => {
  test('prints the whole slip and says so once', () => {
    const { clock, standIn, answers, print } = world();
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(footers(standIn.paper)).toBe(1);
  });

  test.each<[string, Paper]>([
    ['001437-SETTLE', SETTLEMENT],
    ['001437-DETAIL', DETAILS],
    ['001437-FAILED', FAILURES],
  ])('prints the report %s like a slip', (id, report) => {
    const { clock, standIn, answers, print } = world();
    print(report);
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(standIn.paper.split(`${id} 完 END`)).toHaveLength(2);
  });

  test('prints as the settings say', () => {
    const { clock, standIn, print } = world(PROFILE, { language: 'en', header: ['WELCOME TO THE SHOP'], footer: [] });
    print();
    clock.pass(3000);
    expect(standIn.paper).toContain('WELCOME TO THE SHOP');
    expect(standIn.paper).toContain('000001-000123-M-1 END');
  });

  test('prints a list that takes longer than the longest wait for progress', () => {
    const { clock, standIn, answers, print } = world();
    const items = Array.from({ length: 500 }, (_, index) => ({ ...LISTED, voucher: index + 1 }));
    const startedAt = clock.now();
    print({ ...DETAILS, items });
    clock.passUntil(() => answers.length > 0);
    expect(clock.now() - startedAt).toBeGreaterThan(PROFILE.completionTimeoutMs);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(standIn.paper.match(/^\d{6}  S/gm)).toHaveLength(500);
  });

  test('answers only after the process id has come', () => {
    const { clock, standIn, answers, print } = world();
    standIn.burnMs = 2000;
    print();
    clock.pass(2000);
    expect(footers(standIn.paper)).toBe(1);
    expect(answers).toEqual([]);
    clock.pass(1000);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
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
      answers.push(answer.type === 'printed' ? { type: 'printed', proof: answer.proof } : answer);
      print({ ...SLIP, copy: 'cardholder' });
    });
    clock.pass(900);
    standIn.loses = 'nothing';
    const writes = hex().length;
    const id = /1d284806003030(.{8})/.exec(hex().join(''))?.[1] ?? '';
    line.hear(0x37, 0x22, ...Buffer.from(id, 'hex'), 0x00);
    expect(answers).toEqual([{ type: 'printed', proof: 'process-id' }]);
    expect(hex().length).toBeGreaterThan(writes);
    clock.pass(3000);
    expect(answers).toEqual([
      { type: 'printed', proof: 'process-id' },
      { type: 'printed', proof: 'process-id' },
    ]);
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
