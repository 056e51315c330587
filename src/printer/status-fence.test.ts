import { describe, expect, test } from 'vitest';
import { FENCED, MID_PRINT_MS, world } from './kit.testing.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { SLIP } from './papers.testing.ts';

describe('a printer without process ids', () => {
  test('has printed when GS r 1 after the cut is answered', () => {
    const { clock, answers, print, hex } = world(FENCED);
    print();
    clock.pass(3000);
    expect(answers).toEqual([{ type: 'printed', proof: 'status-fence' }]);
    expect(hex().join('')).toMatch(/1d56001d7201$/);
  });

  test('is never sent DLE DC4 8, GS ( H or a mask for automatic status', () => {
    const { clock, standIn, print, hex } = world(FENCED);
    print();
    clock.pass(FENCED.answerTimeoutMs + MID_PRINT_MS);
    standIn.become('paper-out');
    clock.pass(3000);
    expect(hex().join('')).not.toMatch(/1d2848|1014|1d610f/);
  });

  test('is asked everything before every slip, whatever it says by itself', () => {
    const { clock, line, standIn, answers, print } = world(FENCED);
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
    const { clock, standIn, answers, print } = world(FENCED);
    print();
    clock.pass(FENCED.answerTimeoutMs + 400);
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
    expect(answers.slice(2)).toEqual([{ type: 'printed', proof: 'status-fence' }]);
  });
});

describe('a printer with a buffer for a line or two', () => {
  const SMALL = PRINTER_PROFILES['generic-58'];

  /** Until the fence has been sent, and a question behind it. */
  function atFence(scene: ReturnType<typeof world>): void {
    Object.assign(scene.standIn, { bufferBytes: 45, bytesPerMs: 1 });
    scene.print();
    scene.clock.passUntil(() => /1d5600(100401)?1d7201100401$/.test(scene.hex().slice(-4).join('')));
  }

  test('gets the next chunk when it has answered behind the last one, and never more than it has room for', () => {
    const scene = world(SMALL);
    atFence(scene);
    const sent = scene.hex().slice(scene.hex().findIndex((write) => write.startsWith('1b401d61')));
    expect(sent.filter((_, at) => at % 2 === 1).every((write) => write === '100401')).toBe(true);
    expect(sent.every((write) => write.length <= 2 * 12)).toBe(true);
    expect(sent.length).toBeGreaterThan(100);
    scene.clock.pass(1000);
    expect(scene.answers).toEqual([{ type: 'printed', proof: 'status-fence' }]);
    expect(scene.standIn.fullest).toBeGreaterThan(28);
    expect(scene.standIn.fullest).toBeLessThanOrEqual(45);
  });

  test('is done when its fence was answered before the question behind it, and that was answered too', () => {
    const scene = world(SMALL);
    atFence(scene);
    scene.standIn.isDead = true;
    scene.line.hear(0x00);
    scene.clock.pass(10);
    expect(scene.answers).toEqual([]);
    scene.line.hear(0x12);
    expect(scene.answers).toEqual([{ type: 'printed', proof: 'status-fence' }]);
  });

  test('that leaves one of those questions unanswered may have been off, and the slip is torn', () => {
    const scene = world(SMALL);
    atFence(scene);
    scene.standIn.isDead = true;
    scene.clock.pass(SMALL.answerTimeoutMs);
    scene.standIn.isDead = false;
    scene.clock.pass(1000);
    expect(scene.answers[0]).toEqual({ type: 'stopped', trouble: 'not-answering', torn: true });
  });
});
