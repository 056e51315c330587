/**
 * People at the terminal, from the chart to the checker of passwords.
 *
 * Mutations that these tests caught: a step left out; a wrong password that goes on; a lock that never comes, comes one
 * too early, or holds the supervisor for ever; a password kept after it was used; the configured hash after a change.
 */
import { describe, expect, test } from 'vitest';
import type { Cancel, Clock } from '../../domain/clock.ts';
import { Secret } from '../../domain/secret.ts';
import type { Hand } from '../execute/hand.ts';
import { passwordChecker } from '../execute/passwords.ts';
import { personnelExecutor } from '../execute/personnel.ts';
import type { FlowEvent, JournalRow } from '../journal.ts';
import { Memory, Run } from '../kernel/run.ts';
import { personnelFlow } from './machine.ts';
import type { PersonnelKind } from './types.ts';

const MINUTE_MS = 60_000;
const people = {
  supervisor: { number: '00', passwordHash: 'hash of 12345678' },
  operators: [{ number: '01', passwordHash: 'hash of 0000' }],
  wrongPasswordsMax: 3,
};

/** A terminal with people: every answer comes when `settle` is called. */
function setUp() {
  const rows: JournalRow[] = [];
  let queue: (() => void)[] = [];
  let nowMs = 0;
  const later = (action: () => void): Cancel => {
    queue.push(action);
    return () => undefined;
  };
  const clock: Clock = { now: () => nowMs, after: (_, action) => later(action) };
  const journal = {
    append(row: Omit<JournalRow, 'seq' | 'flowId'> & { readonly flowId?: number }): JournalRow {
      const written = { ...row, seq: rows.length + 1, flowId: row.flowId ?? rows.length + 1 };
      rows.push(written);
      return written;
    },
    rows: () => rows,
    rowsOf: (flowId: number) => rows.filter((row) => row.flowId === flowId),
  };
  const deps = {
    journal,
    clock,
    mains: { pass: () => undefined },
    log: { info: () => undefined, warn: () => undefined },
  };
  const memory = new Memory(deps);
  const passwords = {
    hash: (password: Secret<string>, answer: (hash: string) => void) =>
      void later(() => answer(`hash of ${password.reveal()}`)),
    verify: (password: Secret<string>, hash: string, answer: (matches: boolean) => void) =>
      void later(() => answer(hash === `hash of ${password.reveal()}`)),
  };
  const checkPassword = passwordChecker({ passwords, memory, clock, people });
  const hand: Hand = {};

  const settle = (): void => {
    while (queue.length > 0) {
      const due = queue;
      queue = [];
      for (const action of due) action();
    }
  };
  /** @param keys two digits name somebody, anything longer is a password. */
  const go = (kind: PersonnelKind, ...keys: readonly string[]): string => {
    const { commands, run } = Run.begin(personnelFlow, memory, deps, {
      type: 'PersonnelStarted',
      kind,
      supervisor: '00',
    });
    run.execute = personnelExecutor({ passwords, checkPassword, clock }, hand, (event) => void run.offer(event));
    run.act(commands);
    settle();
    for (const key of keys) {
      if (run.position.ended) break;
      if (key.length === 2) run.offer({ type: 'OperatorNamed', number: key });
      else {
        hand.password = Secret.of(key, 'PASSWORD');
        run.offer({ type: 'PasswordKeyed' });
      }
      settle();
    }
    if (!run.position.ended) run.offer({ type: 'CancelPressed' });
    return run.position.path;
  };
  return { facts: memory.facts, go, hand, rows, wait: (ms: number) => (nowMs += ms) };
}

describe('signing on', () => {
  test('with the right password makes the operator known, until they sign off', () => {
    const { facts, go } = setUp();
    expect(go('operator-sign-on', '01', '0000')).toBe('granted');
    expect(facts.people.operator).toBe('01');
    go('operator-sign-off');
    expect(facts.people.operator).toBeUndefined();
  });

  test('takes the supervisor too', () => {
    expect(setUp().go('operator-sign-on', '00', '12345678')).toBe('granted');
  });

  test.each([
    ['a wrong password', ['01', '1111']],
    ['a number that nobody has', ['77', '0000']],
    ['another one’s password', ['01', '12345678']],
  ])('with %s does not', (_, keys) => {
    const { facts, go } = setUp();
    expect([go('operator-sign-on', ...keys), facts.people.operator]).toEqual(['refused', undefined]);
  });

  test('is locked by the third wrong password, which says so, and the right one is then no help', () => {
    const { facts, go, rows, wait } = setUp();
    go('operator-sign-on', '01', '1111', '1111', '1111');
    expect(rows.at(-1)).toMatchObject({ event: { type: 'PasswordLocked', byThisOne: true }, ended: true });
    wait(60 * MINUTE_MS);
    expect(go('operator-sign-on', '01', '0000')).toBe('refused');
    expect(facts.people.operator).toBeUndefined();
  });

  test('counts wrong passwords only one after the other', () => {
    const { go } = setUp();
    go('operator-sign-on', '01', '1111', '1111', '0000');
    expect(go('operator-sign-on', '01', '1111', '1111', '0000')).toBe('granted');
  });

  test('leaves no password behind, in memory or in the journal', () => {
    const { go, hand, rows } = setUp();
    go('operator-sign-on', '01', '0000');
    expect(hand).toEqual({});
    expect(JSON.stringify(rows)).not.toContain('0000');
  });
});

describe('a locked operator', () => {
  test('is unlocked by the supervisor alone', () => {
    const { go } = setUp();
    go('operator-sign-on', '01', '1111', '1111', '1111');
    expect(go('unlock-operator', '0000')).toBe('refused');
    expect(go('unlock-operator', '12345678', '01')).toBe('granted');
    expect(go('operator-sign-on', '01', '0000')).toBe('granted');
  });

  test('who is the supervisor waits a quarter of an hour', () => {
    const { go, wait } = setUp();
    go('training-on', '11111111', '11111111', '11111111');
    wait(15 * MINUTE_MS - 1);
    expect(go('training-on', '12345678')).toBe('refused');
    wait(1);
    expect(go('training-on', '12345678')).toBe('granted');
  });
});

describe('a password', () => {
  test('that is changed counts instead of the configured one', () => {
    const { go } = setUp();
    expect(go('change-password', '01', '0000', '2468', '2468')).toBe('granted');
    expect(go('operator-sign-on', '01', '0000')).toBe('refused');
    expect(go('operator-sign-on', '01', '2468')).toBe('granted');
  });

  test('that is keyed differently the second time is asked for again', () => {
    const { go } = setUp();
    expect(go('change-password', '01', '0000', '2468', '1357', '8642', '8642')).toBe('granted');
    expect(go('operator-sign-on', '01', '8642')).toBe('granted');
  });
});

test('training is the supervisor’s to switch on and off', () => {
  const { facts, go } = setUp();
  go('training-on', '0000');
  expect(facts.people.training).toBe(false);
  go('training-on', '12345678');
  expect(facts.people.training).toBe(true);
  go('training-off', '12345678');
  expect(facts.people.training).toBe(false);
});

test('all of it outlives a power cut', () => {
  const { go, rows } = setUp();
  go('operator-sign-on', '01', '0000');
  go('training-on', '12345678');
  const again = new Memory({
    journal: { append: () => rows[0] as JournalRow, rows: () => rows, rowsOf: () => [] },
    clock: { now: () => 0, after: () => () => undefined },
    mains: { pass: () => undefined },
    log: { info: () => undefined, warn: () => undefined },
  });
  expect(again.facts.people).toMatchObject({ operator: '01', training: true });
  const types: readonly FlowEvent['type'][] = rows.map(({ event }) => event.type);
  expect(types).toContain('OperatorSignedOn');
});
