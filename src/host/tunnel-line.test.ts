/** Mutations tried: a second request written; bytes before the request passed on; the end of the reply not told; a refusal that leaves the line open. */
import { describe, expect, test } from 'vitest';
import { ok } from '../domain/result.ts';
import { framed } from './iso8583/codec.ts';
import { Link } from './link.ts';
import { bytes, hex, MemoryLine, MemoryLog, VirtualClock } from './testing/world.ts';
import { throughTunnel, tunnelLine } from './tunnel-line.ts';

const head = { path: '/p', host: 'h', userAgent: 'u', cacheControl: 'c', contentType: 't', accept: 'a' };
const reply = (body: Uint8Array, length = body.length): Uint8Array =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`), body]);

function setUp() {
  const clock = new VirtualClock();
  const under = new MemoryLine(clock);
  const line = tunnelLine(under, head);
  const heard: string[] = [];
  line.listen({ bytes: (chunk) => heard.push(hex(chunk)), closed: (reason) => heard.push(reason) });
  return { clock, under, line, heard };
}

test('what is written is the body of one POST, and done comes when all of it has left', () => {
  const { clock, under, line } = setUp();
  under.drainMs = 7;
  let done = false;
  line.write(bytes('0001AA'), () => (done = true));
  clock.advance(6);
  const before = done;
  clock.advance(1);
  const [request] = under.received.map((chunk) => Buffer.from(chunk).toString('latin1'));
  expect(request).toMatch(/^POST \/p HTTP\/1\.1\r\n(.+\r\n)*Content-Length: 3\r\n\r\n\x00\x01\xaa$/);
  expect([under.received.length, before, done]).toEqual([1, false, true]);
});

test('a second request on the same connection is a bug', () => {
  const { line } = setUp();
  line.write(bytes('00'));
  expect(() => line.write(bytes('00'))).toThrow('carries one request');
});

test('the body of the reply comes, then the end, and the line is hung up', () => {
  const { under, line, heard } = setUp();
  line.write(bytes('00'));
  under.hostSends(reply(bytes('0002600D')));
  expect([heard, under.closedByTerminal]).toEqual([['0002600D', 'The reply of the HTTP tunnel is over.'], true]);
});

test('a reply that is refused closes the line and says why', () => {
  const { under, line, heard } = setUp();
  line.write(bytes('00'));
  under.hostSends(Buffer.from('HTTP/1.1 504 Gateway Timeout\r\n\r\n'));
  under.closedByTerminal = false;
  under.hostSends(reply(bytes('0002600D')));
  expect(heard).toEqual(['The reply of the HTTP tunnel has the status 504.']);
});

test('a reply before the request is no reply', () => {
  const { under, line, heard } = setUp();
  under.hostSends(reply(bytes('0002600D')));
  line.write(bytes('00'));
  expect([heard, under.received]).toEqual([['The HTTP tunnel spoke before it was asked.'], []]);
});

test('a hang-up of the other side is passed on', () => {
  const { under, heard, line } = setUp();
  under.hostCloses();
  line.write(bytes('00'));
  expect([heard, under.received]).toEqual([['The host closed the connection.'], []]);
});

test('its own close closes the line below, and nothing is heard any more', () => {
  const { under, line, heard } = setUp();
  line.write(bytes('00'));
  line.close();
  const closed = under.closedByTerminal;
  under.closedByTerminal = false;
  under.hostSends(reply(bytes('0002600D')));
  under.hostCloses();
  expect([closed, heard]).toEqual([true, []]);
});

describe('under the link', () => {
  function waiting() {
    const clock = new VirtualClock();
    const under = new MemoryLine(clock);
    const log = new MemoryLog();
    const connect = throughTunnel((answer) => clock.after(1, () => answer(ok(under))), head);
    const timeouts = { connectMs: 1_000, responseMs: 60_000, interByteMs: 2_000 };
    const link = new Link({ connect, clock, timeouts, log });
    const answers: string[] = [];
    link.open(() => undefined);
    clock.advance(1);
    link.send({
      bytes: framed(bytes('AA')),
      judge: (frame) => ({ type: hex(frame) === '600D' ? 'answer' : 'mismatch', about: {} }),
      answer: (answer) => answers.push(answer.type === 'silent' ? answer.reason : answer.type),
    });
    clock.advance(0);
    return { clock, under, link, answers, log };
  }

  test.each<[string, Uint8Array, string]>([
    ['the answer', reply(framed(bytes('600D'))), 'answered'],
    ['the answer to something else', reply(framed(bytes('0BAD'))), 'line-closed'],
    ['half an answer', reply(framed(bytes('600D')).subarray(0, 3)), 'line-closed'],
    ['a Content-Length that cuts the answer short', reply(framed(bytes('600D')), 3), 'line-closed'],
    ['an empty body', reply(new Uint8Array()), 'line-closed'],
    ['a status other than 200', Buffer.from('HTTP/1.1 500 Oops\r\n\r\n'), 'line-closed'],
    ['no HTTP', framed(bytes('0A0A')), 'line-closed'],
  ])('%s ends the request', (_, sent, end) => {
    const { under, answers, clock } = waiting();
    under.hostSends(sent);
    expect([answers, under.closedByTerminal, clock.pending]).toEqual([['sent', end], true, 0]);
  });

  test('a body that pauses too long is broken off', () => {
    const { under, answers, clock } = waiting();
    under.hostSends(reply(framed(bytes('600D')).subarray(0, 3), 4));
    clock.advance(2_000);
    expect(answers).toEqual(['sent', 'broken-off']);
  });

  test('a reply that comes too late is counted', () => {
    const { under, answers, clock, link } = waiting();
    clock.advance(60_000);
    under.hostSends(reply(framed(bytes('600D'))));
    expect([answers, link.counters.lateAnswers, under.closedByTerminal]).toEqual([
      ['sent', 'response-timeout'],
      1,
      true,
    ]);
  });
});
