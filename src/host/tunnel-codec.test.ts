/**
 * Mutations tried: Content-Length not honoured, or two of them believed; a status other than 200 let through; no bound
 * on the text or on the body; the chunk end not checked; an interim reply taken for the reply; the 101 skipped.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes } from './testing/world.ts';
import {
  TUNNEL_BODY_LENGTH_MAX,
  TUNNEL_TEXT_LENGTH_MAX,
  TunnelReplyReader,
  tunnelRequest,
  type TunnelEvent,
} from './tunnel-codec.ts';

const text = (...lines: readonly string[]): Uint8Array => Buffer.from(lines.join('\r\n'), 'latin1');
const ok200 = (fields: readonly string[], body: string): Uint8Array => text('HTTP/1.1 200 OK', ...fields, '', body);

/** The body's bytes put together, and how it ended. */
function read(...chunks: readonly Uint8Array[]): readonly [string, string] {
  const reader = new TunnelReplyReader();
  return summary(chunks.flatMap((chunk) => reader.push(chunk)));
}

function summary(events: readonly TunnelEvent[]): readonly [string, string] {
  const body = events
    .map((event) => (event.type === 'body' ? Buffer.from(event.bytes).toString('latin1') : ''))
    .join('');
  const last = events.at(-1);
  return [body, last?.type === 'refused' ? last.reason : last?.type === 'end' ? 'end' : 'open'];
}

test('a request is the POST of dialect sheet 1.4, byte for byte', () => {
  const head = {
    path: '/mjc/webtrans/VPB_lb',
    host: '10.0.0.1:8443',
    userAgent: 'Donjin Http 0.1',
    cacheControl: 'no-cache',
    contentType: 'x-ISO-TPDU/x-auth',
    accept: '*/*',
  };
  const request = Buffer.from(tunnelRequest(head, bytes('0002600D'))).toString('latin1');
  expect(request).toBe(
    'POST /mjc/webtrans/VPB_lb HTTP/1.1\r\n' +
      'Host: 10.0.0.1:8443\r\n' +
      'User-Agent: Donjin Http 0.1\r\n' +
      'Cache-Control: no-cache\r\n' +
      'Content-Type: x-ISO-TPDU/x-auth\r\n' +
      'Accept: */*\r\n' +
      'Content-Length: 4\r\n' +
      '\r\n' +
      '\x00\x02\x60\x0d',
  );
});

describe('a reply', () => {
  test.each<[string, Uint8Array, string, string]>([
    ['with a Content-Length', ok200(['Content-Length: 4'], 'abcd'), 'abcd', 'end'],
    ['with more than its Content-Length', ok200(['Content-Length: 2'], 'abcd'), 'ab', 'end'],
    ['with less than its Content-Length', ok200(['Content-Length: 9'], 'abcd'), 'abcd', 'open'],
    ['with the same Content-Length twice', ok200(['Content-Length: 2', 'content-length:2'], 'ab'), 'ab', 'end'],
    ['with an empty body', ok200(['Content-Length: 0'], ''), '', 'end'],
    ['without a length, which ends with the connection', ok200(['Server: x'], 'abcd'), 'abcd', 'open'],
    ['of HTTP/1.0 without a reason phrase', text('HTTP/1.0 200', '', 'ab'), 'ab', 'open'],
    ['with bare line feeds', Buffer.from('HTTP/1.1 200 OK\nContent-Length: 2\n\nab'), 'ab', 'end'],
    [
      'in chunks',
      ok200(['Transfer-Encoding: chunked'], '2\r\nab\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n'),
      'ab0123456789',
      'end',
    ],
    [
      'in chunks with a length as well',
      ok200(['Content-Length: 1', 'Transfer-Encoding: Chunked'], '2\r\nab\r\n0\r\n'),
      'ab',
      'end',
    ],
    [
      'after an interim one',
      text('HTTP/1.1 100 Continue', 'Content-Length: 1', '', 'HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ab'),
      'ab',
      'end',
    ],
  ])('%s is read', (_, reply, body, end) => {
    expect(read(reply)).toEqual([body, end]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['with another status', text('HTTP/1.1 502 Bad Gateway', '', ''), /has the status 502\.$/],
    ['that changes the protocol', text('HTTP/1.1 101 Switching Protocols', '', ''), /status 101/],
    ['that has no content', text('HTTP/1.1 204 No Content', '', ''), /status 204/],
    ['of HTTP/2', text('HTTP/2 200', '', ''), /status line/],
    ['that is a bare frame', bytes('0002600D0A'), /status line/],
    ['with two lengths', ok200(['Content-Length: 2', 'Content-Length: 4'], 'abcd'), /Content-Length/],
    ['with a length that is no number', ok200(['Content-Length: -2'], 'ab'), /Content-Length/],
    ['with a length beyond any frame', ok200([`Content-Length: ${TUNNEL_BODY_LENGTH_MAX + 1}`], ''), /bytes of body/],
    ['with another transfer encoding', ok200(['Transfer-Encoding: gzip, chunked'], ''), /Transfer-Encoding other/],
    ['with a packed body', ok200(['Content-Encoding: gzip'], ''), /Content-Encoding/],
    ['with a field without a colon', ok200(['Content-Length 2'], 'ab'), /without a name/],
    ['with a folded field', ok200(['A: b', ' Content-Length: 2'], 'ab'), /without a name/],
    ['with a chunk of no size', ok200(['Transfer-Encoding: chunked'], 'xy\r\n'), /without a size/],
    ['with a chunk beyond any frame', ok200(['Transfer-Encoding: chunked'], 'FFFFFF\r\n'), /bytes of body/],
    ['with an endless status', Buffer.alloc(TUNNEL_TEXT_LENGTH_MAX + 1, 'a'), /bytes of head/],
    ['with an endless head', ok200(['A: b\r\n'.repeat(2000)], ''), /bytes of head/],
  ])('%s is refused', (_, reply, reason) => {
    expect(read(reply)).toEqual(['', expect.stringMatching(reason)]);
  });

  test('without a length is refused when it grows beyond any frame', () => {
    const [body, end] = read(ok200([], ''), new Uint8Array(TUNNEL_BODY_LENGTH_MAX), Uint8Array.of(1));
    expect([body.length, end]).toEqual([TUNNEL_BODY_LENGTH_MAX, expect.stringMatching(/bytes of body/)]);
  });

  test('in chunks that are longer than they say is refused', () => {
    expect(read(ok200(['Transfer-Encoding: chunked'], '2\r\nabc\r\n'))).toEqual([
      'ab',
      expect.stringMatching(/longer than it says/),
    ]);
  });

  test('in chunks is refused when they grow beyond any frame', () => {
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    expect(read(ok200(['Transfer-Encoding: chunked'], chunk.repeat(3)))[1]).toMatch(/bytes of body/);
  });
});

test('any chunking reads the same', () => {
  const replies = [
    ok200(['Content-Length: 4'], '\x00\x02\x60\x0d'),
    ok200(['Transfer-Encoding: chunked'], '3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n'),
    ok200([], 'abcd'),
    text('HTTP/1.1 500 No', '', ''),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...replies), fc.array(fc.nat(90), { maxLength: 8 }), (reply, cuts) => {
      const at = [0, ...cuts.map((cut) => cut % reply.length).toSorted((a, b) => a - b), reply.length];
      const chunks = at.slice(1).map((end, index) => reply.subarray(at[index], end));
      expect(read(...chunks)).toEqual(read(reply));
    }),
  );
});

test('garbage never throws, and never gives more than the longest frame', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom('HTTP/1.1 200 OK\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '\r\n', '5\r\n')
      .map((line) => text(line)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (chunks) => {
      const reader = new TunnelReplyReader();
      const events = chunks.flatMap((chunk) => reader.push(chunk));
      const ends = events.filter(({ type }) => type !== 'body');
      expect(ends.length).toBeLessThanOrEqual(1);
      expect(ends).toEqual(events.slice(events.length - ends.length));
    }),
  );
});

test('a refusal says nothing of what the reply contains', () => {
  const [, reason] = read(text('HTTP/1.1 403 6222021234567800010', '', ''));
  expect(reason).toBe('The reply of the HTTP tunnel has the status 403.');
});
