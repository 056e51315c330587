/**
 * Mutations tried: response timer not restarted by `sent`; no inter-byte timer; timers or line left after hanging up;
 * any of the checks that bytes and drains belong to this connection dropped; a lost line answered from inside the call;
 * a late answer fed to the request under way; a watched line never closed, or never let go.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail } from '../domain/result.ts';
import { framed } from './iso8583/codec.ts';
import { LATE_ANSWER_WATCH_MS } from './link-reducer.ts';
import { Link, type Connect, type LinkAnswer } from './link.ts';
import { bytes, hex, memoryConnect, MemoryLine, MemoryLog, VirtualClock } from './testing/world.ts';

const timeouts = { connectMs: 10_000, responseMs: 60_000, interByteMs: 2_000 };
const request = bytes('AABB');
const good = bytes('600D');
const other = bytes('0BAD');

function setUp(connectMs: number | undefined = 5, connect?: Connect, responseMs = timeouts.responseMs) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const host = memoryConnect(clock, connectMs);
  const link = new Link({ connect: connect ?? host.connect, clock, timeouts: { ...timeouts, responseMs }, log });
  const answers: unknown[] = [];
  const heard: unknown[] = [];
  const open = (): void => link.open((result) => heard.push(result.ok ? 'opened' : result.error.reason));
  /** Asks the question whose answer is `expected`; frames of one byte are malformed. */
  const send = (expected = '600D'): void =>
    link.send({
      bytes: request,
      judge: (frame) => ({
        type: hex(frame) === expected ? 'answer' : frame.length === 1 ? 'malformed' : 'mismatch',
        about: { expected },
      }),
      answer: (answer: LinkAnswer) =>
        answers.push(
          answer.type === 'answered' ? hex(answer.frame) : answer.type === 'silent' ? answer.reason : 'sent',
        ),
    });
  const line = (): MemoryLine => {
    const last = host.lines.at(-1);
    if (last === undefined) throw new Error('not connected');
    return last;
  };
  return { clock, log, host, link, answers, heard, open, send, line };
}

/** Connected, request sent and flushed. */
function waiting() {
  const world = setUp();
  world.open();
  world.clock.advance(5);
  world.send();
  world.clock.advance(0);
  return world;
}

describe('connecting', () => {
  test('opens once the line is there', () => {
    const { open, clock, heard } = setUp();
    open();
    clock.advance(5);
    expect(heard).toEqual(['opened']);
  });

  test('ends after the connect timeout, and gives the attempt up', () => {
    const { open, clock, heard, host } = setUp(20_000);
    open();
    clock.advance(9_999);
    const before = [...heard];
    clock.advance(1);
    expect([before, heard, host.state.cancelled, clock.pending]).toEqual([[], ['timeout'], 1, 0]);
  });

  test("passes the connector's reason on", () => {
    const clock = new VirtualClock();
    const refusing: Connect = (answer) =>
      clock.after(1, () => answer(fail({ reason: 'refused', message: 'Nothing.' })));
    const { open, link, heard } = setUp(undefined, refusing);
    open();
    clock.advance(1);
    link.drop();
    expect(heard).toEqual(['refused']);
  });

  test('that was dropped closes the line that comes all the same', () => {
    const clock = new VirtualClock();
    const line = new MemoryLine(clock);
    // A connector that misses the cancel, as when both happen in the same turn.
    const deaf: Connect = (answer) => {
      clock.after(1, () => answer({ ok: true, value: line }));
      return () => undefined;
    };
    const { open, link, heard } = setUp(undefined, deaf);
    open();
    link.drop();
    clock.advance(1);
    expect([heard, line.closedByTerminal]).toEqual([[], true]);
  });

  test('again hangs up the line before', () => {
    const { open, clock, host } = setUp();
    open();
    clock.advance(5);
    open();
    clock.advance(5);
    expect(host.lines.map((line) => line.closedByTerminal)).toEqual([true, false]);
  });
});

describe('a request', () => {
  test('leaves only when it is sent', () => {
    const { open, clock, line, send } = setUp();
    open();
    clock.advance(5);
    const before = line().received.length;
    send();
    expect([before, line().received.map(hex)]).toEqual([0, ['AABB']]);
  });

  test('is answered with sent, then with the answering frame, and the line is hung up', () => {
    const { clock, line, answers } = waiting();
    line().hostSends(framed(good));
    expect([answers, line().closedByTerminal, clock.pending]).toEqual([['sent', '600D'], true, 0]);
  });

  test('may be answered before it has drained, and then there is no sent', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    send();
    line().hostSends(framed(good));
    clock.advance(1);
    expect(answers).toEqual(['600D']);
  });

  test('is not called sent when that of an earlier connection drains late', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    line().drainMs = 1_000;
    send();
    open();
    clock.advance(5);
    line().drainMs = 'never';
    send();
    clock.advance(1_000);
    expect(answers).toEqual([]);
  });

  test('cannot be sent twice', () => {
    expect(waiting().send).toThrow('sends once');
  });

  test('cannot be sent before the link is open', () => {
    expect(setUp().send).toThrow('after it has opened');
  });
});

describe('the response timeout', () => {
  test('starts when the request has left', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    line().drainMs = 30_000;
    send();
    clock.advance(30_000 + 59_999);
    const before = [...answers];
    clock.advance(1);
    expect([before, answers]).toEqual([['sent'], ['sent', 'response-timeout']]);
  });

  test('is also the time that the request has to leave', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    line().drainMs = 'never';
    send();
    clock.advance(59_999);
    const before = [...answers];
    clock.advance(1);
    expect([before, answers]).toEqual([[], ['send-timeout']]);
  });

  test('ends the wait', () => {
    const { clock, answers } = waiting();
    clock.advance(59_999);
    const before = [...answers];
    clock.advance(1);
    expect([before, answers]).toEqual([['sent'], ['sent', 'response-timeout']]);
  });

  test('is not moved by frames that are not the answer', () => {
    const { clock, line, answers } = waiting();
    clock.advance(59_000);
    line().hostSends(framed(other));
    clock.advance(1_000);
    expect(answers).toEqual(['sent', 'response-timeout']);
  });
});

describe('a late answer', () => {
  const late = { event: 'host-late-answer', expected: '600D', lateAnswers: 1 };

  /** The request before has timed out. */
  function timedOut() {
    const world = waiting();
    world.clock.advance(60_000);
    const before = world.line();
    world.answers.length = 0;
    return { ...world, before };
  }

  test('is counted, logged and dropped, and its line is then hung up', () => {
    const { before, answers, log, link, clock } = timedOut();
    before.hostSends(framed(good));
    expect(answers).toEqual([]);
    expect(log.lines).toEqual([{ ...late, bytes: 2, mismatches: 0, malformed: 0 }]);
    expect([link.counters, before.closedByTerminal, clock.pending]).toMatchObject([{ lateAnswers: 1 }, true, 0]);
  });

  test('that was under way when the time was over is put together', () => {
    const { clock, line, link } = waiting();
    clock.advance(58_001);
    line().hostSends(framed(good).subarray(0, 3));
    clock.advance(1_999);
    line().hostSends(framed(good).subarray(3));
    expect(link.counters.lateAnswers).toBe(1);
  });

  test('is listened for while the next request waits, and is not its answer', () => {
    const { open, clock, send, before, line, answers, link } = timedOut();
    open();
    clock.advance(5);
    send('600D');
    clock.advance(0);
    before.hostSends(framed(good));
    const then = [...answers];
    line().hostSends(framed(good));
    expect([then, answers, link.counters.lateAnswers]).toEqual([['sent'], ['sent', '600D'], 1]);
  });

  test('is known on the line of the next request too', () => {
    const { open, clock, send, line, answers, log } = timedOut();
    open();
    clock.advance(5);
    send('0410');
    clock.advance(0);
    line().hostSends(framed(good));
    line().hostSends(framed(bytes('0410')));
    expect([answers, log.lines]).toEqual([['sent', '0410'], [expect.objectContaining(late)]]);
  });

  test('is known before the next request has been sent', () => {
    const { open, clock, line, log } = timedOut();
    open();
    clock.advance(5);
    line().hostSends(framed(good));
    expect(log.lines).toEqual([expect.objectContaining(late)]);
  });

  test('to a request that was dropped is known', () => {
    const { link, open, clock, line, log } = waiting();
    link.drop();
    open();
    clock.advance(5);
    line().hostSends(framed(good));
    expect(log.lines).toEqual([expect.objectContaining(late)]);
  });

  test('is not waited for without end', () => {
    const { before, clock } = timedOut();
    clock.advance(LATE_ANSWER_WATCH_MS - 1);
    const still = before.closedByTerminal;
    clock.advance(1);
    expect([still, before.closedByTerminal, clock.pending]).toEqual([false, true, 0]);
  });

  test.each([
    ['hangs up', (line: MemoryLine) => line.hostCloses()],
    ['sends nonsense', (line: MemoryLine) => line.hostSends(bytes('FFFF'))],
  ])('is no longer waited for when the host %s', (_, deed) => {
    const { before, clock, answers } = timedOut();
    deed(before);
    expect([before.closedByTerminal, clock.pending, answers]).toEqual([true, 0, []]);
  });

  test('is waited for on one line only, the last', () => {
    const { open, clock, send, host } = setUp(5, undefined, 1_000);
    for (let request = 0; request < 2; request++) {
      open();
      clock.advance(5);
      send();
      clock.advance(1_000);
    }
    expect(host.lines.map((line) => line.closedByTerminal)).toEqual([true, false]);
  });

  test('is not listened for on a line that never took the whole request', () => {
    const { open, clock, line, send } = setUp();
    open();
    clock.advance(5);
    line().drainMs = 'never';
    send();
    clock.advance(60_000);
    expect([line().closedByTerminal, clock.pending]).toEqual([true, 0]);
  });
});

test('what came and was no answer is counted by kind', () => {
  const { line, link, log } = waiting();
  line().hostSends(framed(other));
  line().hostSends(framed(Uint8Array.of(1)));
  line().hostSends(framed(other));
  expect(link.counters).toEqual({ lateAnswers: 0, mismatches: 2, malformed: 1 });
  expect(log.events).toEqual(['host-frame-mismatched', 'host-frame-malformed', 'host-frame-mismatched']);
});

describe('the stream', () => {
  test('may come byte by byte', () => {
    const { clock, line, answers } = waiting();
    for (const byte of framed(good)) {
      clock.advance(1_999);
      line().hostSends(Uint8Array.of(byte));
    }
    expect(answers).toEqual(['sent', '600D']);
  });

  test('that pauses too long inside a frame ends the wait', () => {
    const { clock, line, answers } = waiting();
    line().hostSends(framed(good).subarray(0, 3));
    clock.advance(1_999);
    const before = [...answers];
    clock.advance(1);
    expect([before, answers]).toEqual([['sent'], ['sent', 'broken-off']]);
  });

  test('may pause between frames for as long as the response timeout allows', () => {
    const { clock, line, answers } = waiting();
    line().hostSends(framed(other));
    clock.advance(50_000);
    line().hostSends(framed(good));
    expect(answers).toEqual(['sent', '600D']);
  });

  test('drops a frame that is not the answer, says so, and waits on', () => {
    const { line, answers, log } = waiting();
    line().hostSends(framed(other));
    line().hostSends(framed(good));
    expect([answers, log.events]).toEqual([['sent', '600D'], ['host-frame-mismatched']]);
  });

  test('may hold a wrong frame and the answer in one chunk', () => {
    const { line, answers } = waiting();
    line().hostSends(Uint8Array.from([...framed(other), ...framed(good)]));
    expect(answers).toEqual(['sent', '600D']);
  });

  test('is ignored after the answer', () => {
    const { line, answers, log } = waiting();
    line().hostSends(Uint8Array.from([...framed(good), ...framed(good), ...framed(other), 0xff, 0xff]));
    expect([answers, log.events]).toEqual([['sent', '600D'], []]);
  });

  test('ends the wait with a length that cannot be true', () => {
    const { line, answers } = waiting();
    line().hostSends(bytes('FFFF00'));
    expect(answers).toEqual(['sent', 'oversized-frame']);
  });

  test('of before the request is no answer to it', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    line().hostSends(framed(good));
    send();
    clock.advance(60_000);
    expect(answers).toEqual(['sent', 'response-timeout']);
  });
});

describe('a peer that closes', () => {
  test.each([
    ['without a byte', '', ['sent', 'line-closed']],
    ['inside the length', '00', ['sent', 'line-closed']],
    ['inside the frame', '0002600', ['sent', 'line-closed']],
    ['after the answer', '0002600D', ['sent', '600D']],
  ])('%s', (_, sentBefore, expected) => {
    const { line, answers } = waiting();
    line().hostSends(bytes(sentBefore));
    line().hostCloses();
    expect(answers).toEqual(expected);
  });

  test.each([
    ['closing', 'line-closed', (line: MemoryLine) => line.hostCloses()],
    ['sending nonsense', 'oversized-frame', (line: MemoryLine) => line.hostSends(bytes('FFFF'))],
  ])('%s before the request is reported when it is sent, and not from inside the call', (_, reason, deed) => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    deed(line());
    send();
    const inside = [...answers];
    clock.advance(0);
    expect([inside, answers, line().received]).toEqual([[], [reason], []]);
  });

  test('breaking off before the request is reported when it is sent', () => {
    const { open, clock, line, send, answers } = setUp();
    open();
    clock.advance(5);
    line().hostSends(bytes('00'));
    clock.advance(2_000);
    send();
    clock.advance(0);
    expect(answers).toEqual(['broken-off']);
  });
});

test('a dropped link answers nothing more and keeps nothing running', () => {
  const { link, clock, line, answers } = waiting();
  line().hostSends(bytes('00'));
  link.drop();
  clock.advance(100_000);
  expect([answers, line().closedByTerminal, clock.pending]).toEqual([['sent'], true, 0]);
});

test('whatever comes in whatever chunks, there is exactly one end, and it is an answer only if the answer came', () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom(framed(good), framed(other), framed(good).subarray(0, 2), framed(good).subarray(2)),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ chunk, pauseMs: fc.constantFrom(0, 1, 3_000) }), { maxLength: 12 }), (steps) => {
      const { clock, line, answers } = waiting();
      for (const step of steps) {
        line().hostSends(step.chunk);
        clock.advance(step.pauseMs);
      }
      clock.advance(60_000 + LATE_ANSWER_WATCH_MS);
      expect(answers).toHaveLength(2);
      expect(['600D', 'response-timeout', 'broken-off', 'oversized-frame']).toContain(answers[1]);
      expect([line().closedByTerminal, clock.pending]).toEqual([true, 0]);
    }),
  );
});
