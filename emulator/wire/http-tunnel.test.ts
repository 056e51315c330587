/** Mutations tried: body given before it is complete; a wrong path or type taken; a second answer written; no bound on the head. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.ts';
import { tunnelServer, type TunnelServerOptions } from './http-tunnel.ts';
import { memoryWire } from './memory.ts';

/** Dialect sheet 1.4, written out by hand. */
const REQUEST = [
  'POST /mjc/webtrans/VPB_lb HTTP/1.1',
  'Host: 127.0.0.1',
  'User-Agent: Donjin Http 0.1',
  'Cache-Control: no-cache',
  'Content-Type: x-ISO-TPDU/x-auth',
  'Accept: */*',
  'Content-Length: 4',
  '',
  '\x00\x02\x08\x00',
];
const request = (change: (line: string) => string = (line) => line): string => REQUEST.map(change).join('\r\n');
const without = (name: string): string => REQUEST.filter((line) => !line.startsWith(name)).join('\r\n');

function setUp(options: TunnelServerOptions = {}) {
  const clock = new VirtualClock(0);
  const { near, far } = memoryWire(clock);
  const server = tunnelServer(far, options);
  const host: string[] = [];
  const replies: string[] = [];
  server.listen({ bytes: (chunk) => host.push(latin1(chunk)), closed: (reason) => host.push(reason) });
  near.listen({ bytes: (chunk) => replies.push(latin1(chunk)), closed: () => replies.push('closed') });
  const post = (text: string): void => {
    near.write(Buffer.from(text, 'latin1'));
    clock.advance(1);
  };
  const answer = (text: string): void => {
    server.write(Buffer.from(text, 'latin1'));
    clock.advance(1);
  };
  return { near, server, host, replies, post, answer, clock };
}

const latin1 = (chunk: Uint8Array): string => Buffer.from(chunk).toString('latin1');

test('the host gets the body, and its answer goes out as the reply, after which the line is hung up', () => {
  const { post, answer, host, replies } = setUp();
  post(request());
  answer('\x00\x02\x08\x10');
  expect(host).toEqual(['\x00\x02\x08\x00']);
  expect(replies).toEqual([
    'HTTP/1.1 200 OK\r\nContent-Type: x-ISO-TPDU/x-auth\r\nConnection: close\r\nContent-Length: 4\r\n\r\n\x00\x02\x08\x10',
    'closed',
  ]);
});

test.each([
  ['chunked', 'Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'],
  ['hang-up', 'Connection: close\r\n\r\nabc'],
] as const)('the reply may end with %s', (ending, tail) => {
  const { post, answer, replies } = setUp({ ending });
  post(request());
  answer('abc');
  expect(replies[0]?.endsWith(tail)).toBe(true);
});

test('any chunking of the request gives the same body, once it is complete', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 6 }), (cuts) => {
      const text = request();
      const at = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length];
      const { post, host } = setUp();
      for (const [index, end] of at.slice(1).entries()) {
        expect(host).toEqual([]);
        post(text.slice(at[index], end));
      }
      expect(host).toEqual(['\x00\x02\x08\x00']);
    }),
  );
});

test.each<[string, string, string]>([
  ['GET', request((line) => line.replace('POST', 'GET')), '405'],
  ['another path', request((line) => line.replace('VPB_lb', 'other')), '404'],
  ['HTTP/1.0', request((line) => line.replace('HTTP/1.1', 'HTTP/1.0')), '400'],
  ['another content', request((line) => line.replace('x-ISO-TPDU/x-auth', 'text/plain')), '415'],
  ['no Content-Length', without('Content-Length'), '411'],
  ['no User-Agent', without('User-Agent'), '400'],
  ['no Host', without('Host'), '400'],
  ['a field twice', request((line) => line.replace('Accept: */*', 'Host: x')), '400'],
  ['more than the body', `${request()}x`, '400'],
  ['too long a body', request((line) => line.replace(': 4', ': 99999')), '413'],
  ['an endless head', 'a'.repeat(5000), '431'],
  ['a bare frame', '\x00\x02\x08\x00\r\n\r\n', '400'],
])('a request with %s is refused, told, and hung up on', (_, text, status) => {
  const problems: string[] = [];
  const { post, answer, host, replies } = setUp({ onRefused: (problem) => problems.push(problem) });
  post(text);
  answer('late');
  expect(replies).toEqual([expect.stringContaining(`HTTP/1.1 ${status} `), 'closed']);
  expect([problems.length, host.length, host[0]?.startsWith('the HTTP tunnel refused')]).toEqual([1, 1, true]);
});

describe('one connection', () => {
  test('carries one reply, however often the host answers', () => {
    const { post, answer, replies } = setUp();
    post(request());
    answer('first');
    answer('second');
    expect(replies.join('')).not.toContain('second');
  });

  test('carries no answer to no request', () => {
    const { answer, replies } = setUp();
    answer('early');
    expect(replies).toEqual([]);
  });

  test('that the host closes closes without a reply', () => {
    const { post, server, clock, replies } = setUp();
    post(request());
    server.close();
    clock.advance(1);
    expect(replies).toEqual(['closed']);
  });

  test('that the terminal closes is told to the host', () => {
    const { near, clock, host } = setUp();
    near.close();
    clock.advance(1);
    expect(host).toEqual(['the other end closed the line']);
  });
});

test('garbage never throws', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('\r\n', ...REQUEST)), { maxLength: 20 }), (pieces) => {
      const { post, host } = setUp();
      for (const piece of pieces) post(piece);
      expect(host.length).toBeLessThanOrEqual(2);
    }),
  );
});
