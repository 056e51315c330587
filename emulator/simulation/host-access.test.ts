/**
 * The terminal's link against the emulated host, over every access, under the virtual clock: what two ends that were
 * written apart make of each other.
 */
import { describe, expect, test } from 'vitest';
import type { Cancel } from '../../src/domain/clock.ts';
import type { Line } from '../../src/domain/line.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';
import { primaryOrBackup } from '../../src/host/link-backup.ts';
import { Link, type Connect, type ConnectFailure } from '../../src/host/link.ts';
import { decode, encode, framed } from '../../src/host/iso8583/codec.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { throughTunnel } from '../../src/host/tunnel-line.ts';
import { TEST_TERMINAL } from '../device.ts';
import { HostModel } from '../models/host/host-model.ts';
import { Random } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { faultyLine, type Fault } from '../wire/faults.ts';
import { tunnelServer, type TunnelServerOptions } from '../wire/http-tunnel.ts';
import { memoryWire } from '../wire/memory.ts';
import { runModel } from '../wire/run-model.ts';

const HEAD = {
  path: '/mjc/webtrans/VPB_lb',
  host: 'memory',
  userAgent: 'Donjin Http 0.1',
  cacheControl: 'no-cache',
  contentType: 'x-ISO-TPDU/x-auth',
  accept: '*/*',
};
const TIMEOUTS = { connectMs: 10_000, responseMs: 60_000, interByteMs: 5_000 };

type Opened = Result<Line, ConnectFailure>;

interface Wiring {
  readonly tunnel?: TunnelServerOptions;
  readonly faults?: readonly Fault[];
}

function setUp({ tunnel, faults = [] }: Wiring = {}) {
  const clock = new VirtualClock(0);
  const random = new Random('host-access');
  const host = new HostModel({
    accounts: [],
    terminals: [TEST_TERMINAL],
    now: () => '20260302100000',
    entropy: (bytes) => random.bytes(bytes),
  });
  const surprises: unknown[] = [];
  let calls = 0;
  const direct: Connect = (answer: (result: Opened) => void): Cancel =>
    clock.after(2, () => {
      calls += 1;
      const { near, far } = memoryWire(clock, { latencyMs: 1 });
      runModel(host.session(), tunnel === undefined ? far : tunnelServer(far, tunnel), clock, {
        onSight: () => undefined,
        onSurprise: (error) => surprises.push(error),
      });
      answer(ok(faultyLine(near, { clock, random, faults })));
    });
  const connect = tunnel === undefined ? direct : throughTunnel(direct, HEAD);
  const linkOver = (over: Connect): Link => new Link({ connect: over, clock, timeouts: TIMEOUTS });
  return { clock, host, connect, direct, linkOver, surprises, calls: () => calls };
}

/** Signs in over the link and lets two minutes pass. */
function signIn(link: Link, clock: VirtualClock, stan = '000001'): readonly string[] {
  const answers: string[] = [];
  const request = encode(unionpay, {
    tpdu: '6000030000',
    header: '603100311312',
    mti: '0800',
    fields: { 11: stan, 41: TEST_TERMINAL.terminal, 42: TEST_TERMINAL.merchant, 60: '00000000004', 63: '01 ' },
  });
  if (!request.ok) throw new Error(request.error.problem);
  link.open((opened) => {
    if (!opened.ok) return answers.push(opened.error.reason);
    return link.send({
      bytes: framed(request.value),
      judge: (frame) => {
        const reply = decode(unionpay, frame);
        if (!reply.ok) return { type: 'malformed', about: {} };
        const isAnswer = reply.value.mti === '0810' && reply.value.fields[11] === stan;
        return { type: isAnswer ? 'answer' : 'mismatch', about: {} };
      },
      answer(event) {
        if (event.type !== 'answered') return answers.push(event.type === 'silent' ? event.reason : event.type);
        const reply = decode(unionpay, event.frame);
        return answers.push(reply.ok ? `${reply.value.mti} ${reply.value.fields[39]}` : reply.error.problem);
      },
    });
  });
  clock.advance(120_000);
  return answers;
}

const RECHUNKED: readonly Fault[] = [{ direction: 'incoming', type: 'rechunk', sizes: [1, 3, 2] }];

test.each<[string, Wiring]>([
  ['a bare line', {}],
  ['a bare line in small pieces', { faults: RECHUNKED }],
  ['the tunnel', { tunnel: {} }],
  ['the tunnel in small pieces', { tunnel: {}, faults: RECHUNKED }],
  ['the tunnel, answered in chunks', { tunnel: { ending: 'chunked' } }],
  ['the tunnel, answered in chunks and small pieces', { tunnel: { ending: 'chunked' }, faults: RECHUNKED }],
  ['the tunnel, answered up to the hang-up', { tunnel: { ending: 'hang-up' } }],
])('a sign-in over %s is answered', (_, wiring) => {
  const { clock, connect, linkOver, surprises } = setUp(wiring);
  expect(signIn(linkOver(connect), clock)).toEqual(['sent', '0810 00']);
  expect(surprises).toEqual([]);
});

describe('an answer that comes too late', () => {
  test.each<[string, Wiring]>([
    ['a bare line', {}],
    ['the tunnel', { tunnel: {} }],
  ])('over %s is counted and not believed', (_, wiring) => {
    const { clock, connect, linkOver, host } = setUp(wiring);
    const link = linkOver(connect);
    host.does({ type: 'next', decision: { type: 'late', ms: 90_000 } });
    expect(signIn(link, clock)).toEqual(['sent', 'response-timeout']);
    expect(link.counters).toEqual({ lateAnswers: 1, mismatches: 0, malformed: 0 });
    expect(signIn(link, clock, '000002')).toEqual(['sent', '0810 00']);
  });
});

test('an answer to another request is counted, and over the tunnel it is all that comes', () => {
  const { clock, connect, linkOver, host } = setUp({ tunnel: {} });
  const link = linkOver(connect);
  host.does({ type: 'next', decision: { type: 'wrong-stan' } });
  expect(signIn(link, clock)).toEqual(['sent', 'line-closed']);
  expect(link.counters.mismatches).toBe(1);
});

test('a path that the gateway does not know is no valid answer', () => {
  const { clock, connect, linkOver, host } = setUp({ tunnel: { path: '/elsewhere' } });
  expect(signIn(linkOver(connect), clock)).toEqual(['sent', 'line-closed']);
  expect(host.counters().requests).toBe(0);
});

describe('with a backup', () => {
  const behind = (world: ReturnType<typeof setUp>, primary: Connect): Connect =>
    primaryOrBackup({
      primary,
      backup: world.connect,
      clock: world.clock,
      connectTimeoutMs: TIMEOUTS.connectMs,
      returnToPrimaryMs: 300_000,
    });

  test.each<[string, (clock: VirtualClock) => Connect]>([
    [
      'refuses calls',
      (clock) => (answer) => clock.after(1, () => answer(fail({ reason: 'refused', message: 'Nothing listens.' }))),
    ],
    ['never answers calls', () => () => () => undefined],
  ])('a primary that %s leaves the sign-in to the backup', (_, primary) => {
    const world = setUp();
    expect(signIn(world.linkOver(behind(world, primary(world.clock))), world.clock)).toEqual(['sent', '0810 00']);
  });

  test.each(['silent', 'lose-reply', 'hang-up'] as const)(
    'a request that the primary took (%s) is not sent again',
    (type) => {
      const world = setUp();
      const link = world.linkOver(behind(world, world.direct));
      world.host.does({ type: 'next', decision: { type } });
      expect(signIn(link, world.clock)).toEqual(['sent', type === 'hang-up' ? 'line-closed' : 'response-timeout']);
      expect([world.calls(), world.host.counters().requests]).toEqual([1, 1]);
    },
  );
});
