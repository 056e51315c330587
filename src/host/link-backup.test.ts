/**
 * Mutations tried: the backup tried after a success; the first attempt given the whole time; no return to the primary;
 * the pause begun anew by each use of the backup; a cancel that leaves the second attempt running; the certificate's reason lost.
 */
import { describe, expect, test } from 'vitest';
import { fail, ok } from '../domain/result.ts';
import { primaryOrBackup } from './link-backup.ts';
import { Link, type Connect } from './link.ts';
import { bytes, MemoryLine, MemoryLog, VirtualClock } from './testing/world.ts';

const RETURN_MS = 300_000;
const CONNECT_MS = 10_000;

/** What an address does to those who call. */
type Manner = 'answers' | 'refused' | 'hangs' | 'certificate';

function setUp(primary: Manner, backup: Manner) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const setBack = { ms: 0 };
  const manners = { primary, backup };
  const called: string[] = [];
  const lines: MemoryLine[] = [];
  const running = new Set<string>();
  const address =
    (name: 'primary' | 'backup'): Connect =>
    (answer) => {
      called.push(name);
      running.add(name);
      const manner = manners[name];
      const cancel =
        manner === 'hangs'
          ? undefined
          : clock.after(5, () => {
              running.delete(name);
              if (manner !== 'answers') return answer(fail({ reason: manner, message: `${name}: ${manner}.` }));
              const line = new MemoryLine(clock);
              lines.push(line);
              answer(ok(line));
            });
      return () => {
        running.delete(name);
        cancel?.();
      };
    };
  const connect = primaryOrBackup({
    primary: address('primary'),
    backup: address('backup'),
    clock: { now: () => clock.now() - setBack.ms, after: (ms, action) => clock.after(ms, action) },
    connectTimeoutMs: CONNECT_MS,
    returnToPrimaryMs: RETURN_MS,
    log,
  });
  const heard: unknown[] = [];
  const call = (): (() => void) => connect((result) => heard.push(result.ok ? 'connected' : result.error.reason));
  return { clock, setBack, log, manners, called, lines, running, connect, heard, call };
}

test('the primary is called, and nobody else while it answers', () => {
  const { call, clock, called, heard, log } = setUp('answers', 'answers');
  call();
  clock.advance(5);
  call();
  clock.advance(CONNECT_MS);
  expect([called, heard, log.lines]).toEqual([['primary', 'primary'], ['connected', 'connected'], []]);
});

test.each(['refused', 'certificate'] as const)(
  'a primary that fails (%s) is followed by the backup at once',
  (manner) => {
    const { call, clock, called, heard, log } = setUp(manner, 'answers');
    call();
    clock.advance(10);
    expect([called, heard]).toEqual([['primary', 'backup'], ['connected']]);
    expect(log.lines).toEqual([
      { event: 'host-address-failed', address: 'primary', reason: manner, message: `primary: ${manner}.` },
      { event: 'host-address-changed', address: 'backup' },
    ]);
  },
);

test('a primary that hangs is given up after half of the time', () => {
  const { call, clock, called, heard, running } = setUp('hangs', 'answers');
  call();
  clock.advance(CONNECT_MS / 2 - 1);
  const before = [...called];
  clock.advance(1);
  expect([before, called, [...running]]).toEqual([['primary'], ['primary', 'backup'], ['backup']]);
  clock.advance(5);
  expect([heard, clock.pending]).toEqual([['connected'], 0]);
});

test('both together have no more than the connect timeout of the link', () => {
  const { connect, clock, running } = setUp('hangs', 'hangs');
  const link = new Link({ connect, clock, timeouts: { connectMs: CONNECT_MS, responseMs: 1, interByteMs: 1 } });
  const heard: unknown[] = [];
  link.open((result) => heard.push(result.ok ? 'opened' : result.error.reason));
  clock.advance(CONNECT_MS - 1);
  const before = [...heard];
  clock.advance(1);
  expect([before, heard, running.size, clock.pending]).toEqual([[], ['timeout'], 0, 0]);
});

describe('the backup that worked', () => {
  function onBackup() {
    const world = setUp('refused', 'answers');
    world.call();
    world.clock.advance(10);
    world.called.length = 0;
    return world;
  }

  test('is called first for a while', () => {
    const { call, clock, called } = onBackup();
    clock.advance(RETURN_MS - 1);
    call();
    clock.advance(10);
    expect(called).toEqual(['backup']);
  });

  test('gives way to the primary after the pause, however often it was used', () => {
    const { call, clock, called, manners, log } = onBackup();
    manners.primary = 'answers';
    clock.advance(RETURN_MS / 2);
    call();
    clock.advance(RETURN_MS / 2);
    call();
    clock.advance(10);
    expect(called).toEqual(['backup', 'primary']);
    expect(log.events).toEqual(['host-address-failed', 'host-address-changed']);
  });

  test('gives way to the primary when the clock has been set back', () => {
    const { call, clock, called, setBack } = onBackup();
    setBack.ms = 3_600_000;
    call();
    clock.advance(1);
    expect(called).toEqual(['primary']);
  });

  test('is called again, and the pause begins anew, when the primary still fails', () => {
    const { call, clock, called } = onBackup();
    clock.advance(RETURN_MS);
    call();
    clock.advance(10);
    call();
    clock.advance(10);
    expect(called).toEqual(['primary', 'backup', 'backup']);
  });

  test('is followed by the primary when it fails in its turn', () => {
    const { call, clock, called, manners, heard } = onBackup();
    Object.assign(manners, { primary: 'answers', backup: 'refused' });
    call();
    clock.advance(10);
    call();
    clock.advance(10);
    expect([called, heard]).toEqual([
      ['backup', 'primary', 'primary'],
      ['connected', 'connected', 'connected'],
    ]);
  });
});

test.each<[Manner, Manner, string]>([
  ['refused', 'refused', 'refused'],
  ['certificate', 'refused', 'certificate'],
  ['refused', 'certificate', 'certificate'],
])('a primary %s and a backup %s are told as %s', (primary, backup, reason) => {
  const { call, clock, heard } = setUp(primary, backup);
  call();
  clock.advance(20);
  expect(heard).toEqual([reason]);
});

test.each([
  ['first', 1],
  ['second', CONNECT_MS / 2 + 1],
])('a cancel ends the %s attempt, and nothing is answered', (_, afterMs) => {
  const { call, clock, heard, running } = setUp('hangs', 'hangs');
  const cancel = call();
  clock.advance(afterMs);
  cancel();
  clock.advance(CONNECT_MS);
  expect([heard, running.size, clock.pending]).toEqual([[], 0, 0]);
});

test('a line that comes together with the timeout that gave it up is closed', () => {
  const clock = new VirtualClock();
  const line = new MemoryLine(clock);
  const deaf: Connect = (answer) => {
    clock.after(CONNECT_MS, () => answer(ok(line)));
    return () => undefined;
  };
  const refusing: Connect = (answer) => clock.after(1, () => answer(fail({ reason: 'refused', message: '' })));
  const heard: unknown[] = [];
  const setup = { clock, connectTimeoutMs: CONNECT_MS, returnToPrimaryMs: RETURN_MS };
  primaryOrBackup({ primary: deaf, backup: refusing, ...setup })((result) => heard.push(result.ok));
  clock.advance(CONNECT_MS);
  expect([heard, line.closedByTerminal]).toEqual([[false], true]);
});

test.each([
  ['hangs up', (line: MemoryLine) => line.hostCloses(), 'line-closed'],
  ['says nothing', () => undefined, 'response-timeout'],
])('a request on an address that %s is not sent on the other', (_, deed, reason) => {
  const { connect, clock, called, lines } = setUp('answers', 'answers');
  const timeouts = { connectMs: CONNECT_MS, responseMs: 60_000, interByteMs: 1_000 };
  const link = new Link({ connect, clock, timeouts });
  const answers: unknown[] = [];
  link.open(() => undefined);
  clock.advance(5);
  link.send({
    bytes: bytes('AABB'),
    judge: () => ({ type: 'answer', about: {} }),
    answer: (answer) => answers.push(answer.type === 'silent' ? answer.reason : answer.type),
  });
  clock.advance(0);
  for (const line of lines) deed(line);
  clock.advance(1_000_000);
  expect([called, lines.length, lines[0]?.received.length, answers]).toEqual([['primary'], 1, 1, ['sent', reason]]);
});
