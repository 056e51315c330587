/**
 * The check of the print head at a desk: strip, judgement, cleaning, one step of density, service.
 *
 * Mutations that these tests caught: a second step of density; a counter that goes on after cleaning; a cancel that
 * leaves a strip under way; a raised density that is not given to the printer; a lowering that is offered although
 * nothing was cleaned.
 */
import { describe, expect, test } from 'vitest';
import type { Input } from '../../domain/screen.ts';
import { HEAD_LINES, setUp } from '../desk/kit.testing.ts';
import { headHealth } from '../facts/head.ts';
import { TerminalFacts } from '../facts/facts.ts';
import type { JournalRow } from '../journal.ts';

const [CONFIRM, REJECT, CANCEL] = [{ type: 'confirm' }, { type: 'reject' }, { type: 'cancel' }] as const;
const LIMIT = 10 * HEAD_LINES;
const OPERATOR_MS = 60_000;

function terminal(rows: JournalRow[] = []) {
  const desk = setUp({}, rows, { parameters: { cleanAfterLines: LIMIT } });
  desk.boot();
  const press = (...inputs: readonly Input[]): readonly string[] =>
    inputs.map((input) => {
      desk.key(input);
      desk.clock.pass(0);
      return desk.screen();
    });
  const facts = (): TerminalFacts => {
    const learnt = new TerminalFacts();
    for (const row of desk.rows) learnt.learn(row);
    return learnt;
  };
  const idleLines = (): string => JSON.stringify(desk.lastScreen()?.lines);
  const check = (...inputs: readonly Input[]): readonly string[] => {
    desk.choose('head-check');
    return [desk.screen(), ...press(...inputs)];
  };
  return { ...desk, press, facts, idleLines, check };
}

describe('a strip', () => {
  test('that is good ends the check', () => {
    const { check, idleLines, papers } = terminal();
    expect(check(CONFIRM)).toEqual(['judge-strip', 'idle']);
    expect(papers).toMatchObject([{ type: 'test-strip', headLines: 0, density: 'normal', reprint: false }]);
    expect(idleLines()).toContain('Print head: good');
  });

  test('that is bad asks for cleaning, and the next one shows whether it has helped', () => {
    const { check, facts, idleLines, papers } = terminal();
    expect(check(REJECT, CONFIRM, CONFIRM)).toEqual(['judge-strip', 'clean-head', 'judge-strip', 'idle']);
    expect(papers).toHaveLength(2);
    expect(facts().head).toEqual({ headLines: HEAD_LINES, density: 'normal' });
    expect(idleLines()).toContain('Print head: good');
  });

  test('that stays bad is offered one step of density, and no second', () => {
    const { check, densities, facts, idleLines, papers } = terminal();
    expect(check(REJECT, CONFIRM, REJECT, CONFIRM, REJECT)).toEqual([
      'judge-strip',
      'clean-head',
      'judge-strip',
      'raise-density',
      'judge-strip',
      'idle',
    ]);
    expect(densities).toEqual(['normal', 'normal', 'raised']);
    expect(papers.at(-1)).toMatchObject({ density: 'raised' });
    expect(facts().head.density).toBe('raised');
    expect(idleLines()).toContain('call service');
    expect(check(REJECT, CONFIRM, REJECT)).toEqual(['judge-strip', 'clean-head', 'judge-strip', 'idle']);
  });

  test('is good with raised density: that is said, and every slip after it has it', () => {
    const { check, densities, idleLines, sell } = terminal();
    check(REJECT, CONFIRM, REJECT, CONFIRM, CONFIRM);
    expect(idleLines()).toContain('with raised density');
    sell();
    expect(densities.slice(3)).toEqual(['raised', 'raised']);
  });

  test('of a clean head may bring the density back, later', () => {
    const { check, densities, facts } = terminal();
    check(REJECT, CONFIRM, REJECT, CONFIRM, CONFIRM);
    expect(check(CONFIRM)).toEqual(['judge-strip', 'idle']);
    expect(check(REJECT, CONFIRM, CONFIRM, CONFIRM, CONFIRM)).toEqual([
      'judge-strip',
      'clean-head',
      'judge-strip',
      'lower-density',
      'judge-strip',
      'idle',
    ]);
    expect(densities.at(-1)).toBe('normal');
    expect(facts().head.density).toBe('normal');
  });

  test.each([
    ['nothing of it is on paper', false],
    ['some of it may be on paper', true],
  ])('waits for a printer that stops; that %s makes its next print a reprint: %s', (_, torn) => {
    const { answersOfPrinter, breakPrinter, check, clock, lastScreen, mendPrinter, papers, screen } = terminal();
    breakPrinter();
    expect(check()).toEqual(['printer-trouble']);
    answersOfPrinter.at(-1)?.({ type: 'stopped', trouble: 'cutter', torn });
    expect(JSON.stringify(lastScreen()?.lines)).toContain('Cutter jammed');
    mendPrinter();
    answersOfPrinter.at(-1)?.({ type: 'ready' });
    clock.pass(0);
    expect(screen()).toBe('judge-strip');
    expect(papers).toMatchObject([{ reprint: false }, { reprint: torn }]);
  });
});

describe('a check', () => {
  test.each([
    ['at the judgement', []],
    ['at the cleaning', [REJECT]],
    ['at the density', [REJECT, CONFIRM, REJECT]],
  ])('can be left %s', (_, inputs) => {
    const { check, idleLines, press } = terminal();
    check(...inputs);
    expect(press(CANCEL)).toEqual(['idle']);
    expect(idleLines()).toContain('not finished');
  });

  test('gives hands more time than eyes, and does not wait for ever', () => {
    const { check, clock, screen } = terminal();
    check(REJECT);
    clock.pass(10 * OPERATOR_MS - 1);
    expect(screen()).toBe('clean-head');
    clock.pass(1);
    expect(screen()).toBe('idle');
    check(REJECT, CONFIRM, REJECT);
    expect(screen()).toBe('raise-density');
    clock.pass(OPERATOR_MS);
    expect(screen()).toBe('idle');
  });

  test('cannot be left while the strip is on its way: the printer takes nothing else then', () => {
    const { choose, clock, key, rows, warnings } = terminal();
    choose('head-check');
    key(REJECT);
    key(CONFIRM);
    key(CANCEL);
    clock.pass(0);
    expect(rows.at(-1)?.event.type).toBe('SlipPrinted');
    expect(warnings).toContainEqual(expect.objectContaining({ type: 'CancelPressed', state: 'printing.strip' }));
  });

  test.each([
    ['at the judgement', []],
    ['at the cleaning', [REJECT]],
    ['after the density was raised', [REJECT, CONFIRM, REJECT, CONFIRM]],
  ])('is ended by a power cut %s, harmlessly: what was done stays done', (_, inputs) => {
    const before = terminal();
    before.check(...inputs);
    const after = terminal(before.rows);
    expect(after.screen()).toBe('idle');
    expect(after.rows.at(-1)?.event.type).toBe('PowerRestored');
    expect(after.facts().head).toEqual(before.facts().head);
    after.sell();
    expect(after.screen()).toBe('result');
  });
});

describe('the counter', () => {
  test('counts what slips and strips have worn the head, and outlives what is kept of the facts', () => {
    const { check, facts, sell } = terminal();
    sell();
    check(CONFIRM);
    expect(facts().head.headLines).toBe(3 * HEAD_LINES);
    const again = new TerminalFacts();
    again.learn({
      seq: 1,
      at: 0,
      flow: 'keeping',
      flowId: 1,
      ended: true,
      event: { type: 'FactsKept', facts: facts().kept() },
    });
    expect(again.head).toEqual(facts().head);
  });

  test('asks for cleaning beyond the limit, until that is done', () => {
    const { check, facts, idleLines, press, sell } = terminal();
    for (let sales = 0; sales < 4; sales++) {
      sell();
      press(CONFIRM);
    }
    expect(idleLines()).not.toContain('Clean the print head');
    expect(headHealth(facts().head, LIMIT)).toBe('good');
    sell();
    press(CONFIRM);
    expect(idleLines()).toContain('请清洁打印头');
    expect(headHealth(facts().head, LIMIT)).toBe('worn');
    check(CONFIRM);
    expect(idleLines()).toContain('Clean the print head');
    check(REJECT, CONFIRM, CONFIRM);
    expect(idleLines()).not.toContain('Clean the print head');
    expect(headHealth(facts().head, LIMIT)).toBe('good');
  });

  test('of a head that prints darker is not the only thing that makes it worn', () => {
    const { check, facts } = terminal();
    check(REJECT, CONFIRM, REJECT, CONFIRM, CONFIRM);
    expect(headHealth(facts().head, LIMIT)).toBe('worn');
    expect(headHealth(facts().head, undefined)).toBe('worn');
  });
});

describe('a roll that is nearly at its end', () => {
  test('is told on the idle screen at once, and no more when there is a new one', () => {
    const { idleLines, tellCondition } = terminal();
    tellCondition({ paperLow: true });
    expect(idleLines()).toContain('纸将用尽');
    tellCondition({ paperLow: false });
    expect(idleLines()).not.toContain('纸将用尽');
  });

  test('is told on the result, and not while somebody keys an amount', () => {
    const { choose, idleLines, press, screen, sell, tellCondition } = terminal();
    choose('sale');
    tellCondition({ paperLow: true });
    expect([screen(), idleLines().includes('纸将用尽')]).toEqual(['enter-amount', false]);
    press(CANCEL, CONFIRM);
    sell();
    expect([screen(), idleLines().includes('Paper nearly out')]).toEqual(['result', true]);
  });
});
