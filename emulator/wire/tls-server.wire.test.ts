/**
 * Real TCP and TLS on the loopback.
 *
 * Mutations that these tests notice: `minVersion` not passed on; a subject name missing from the certificate; a second
 * server that takes the same port silently; close that waits for callers; bytes lost before listen.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Line } from '../../src/domain/line.ts';
import type { Result } from '../../src/domain/result.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import {
  listenTcp,
  listenTls,
  type ListenFailure,
  type Listening,
  type Peer,
  type TcpServerOptions,
  type TlsServerOptions,
} from './tls-server.ts';

const HOST = '127.0.0.1';
const SERVER_NAME = 'acquirer.test';

let good: Certificates;
let other: Certificates;
let expired: Certificates;

beforeAll(async () => {
  const request = { serverName: SERVER_NAME, addresses: [HOST], now: Date.now() };
  good = await makeCertificates(request);
  other = await makeCertificates(request);
  expired = await makeCertificates({ ...request, now: Date.now() - 60 * 86_400_000 });
});

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

type Started = Result<Listening, ListenFailure>;

function started(listen: (answer: (result: Started) => void) => void): Promise<Started> {
  return new Promise((resolve) => {
    listen((result) => {
      if (result.ok) cleanUps.push(() => result.value.close());
      resolve(result);
    });
  });
}

async function running(listen: (answer: (result: Started) => void) => void): Promise<Listening> {
  const result = await started(listen);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function echo(line: Line): void {
  line.listen({ bytes: (chunk) => line.write(chunk), closed() {} });
}

const tlsOptions = (more: Partial<TlsServerOptions> = {}): TlsServerOptions => ({
  host: HOST,
  port: 0,
  cert: good.serverCertPem,
  key: good.serverKeyPem,
  minVersion: 'TLSv1.2',
  onConnection: echo,
  ...more,
});

const tcpOptions = (more: Partial<TcpServerOptions> = {}): TcpServerOptions => ({
  host: HOST,
  port: 0,
  onConnection: echo,
  ...more,
});

function shakeHands(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: HOST, port, servername: SERVER_NAME, ...options }, () => resolve(socket));
    socket.on('error', reject);
    cleanUps.push(() => socket.destroy());
  });
}

function call(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: HOST, port, noDelay: true }, () => resolve(socket));
    socket.on('error', reject);
    cleanUps.push(() => socket.destroy());
  });
}

const firstBytes = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
  });

const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.resume();
    socket.once('close', () => resolve());
  });

describe('TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('a caller who trusts the authority talks over %s', async (version) => {
    const peers: Peer[] = [];
    const server = await running((answer) =>
      listenTls(
        tlsOptions({
          onConnection(line, peer) {
            peers.push(peer);
            echo(line);
          },
        }),
        answer,
      ),
    );
    const socket = await shakeHands(server.port, { ca: good.caPem, minVersion: version, maxVersion: version });
    const answer = firstBytes(socket);
    socket.write('0800');
    expect(await answer).toBe('0800');
    expect(peers).toEqual([{ address: HOST, port: socket.localPort, tlsVersion: version }]);
    expect(server.connections()).toBe(1);
  });

  test('the certificate also holds for the address', async () => {
    const server = await running((answer) => listenTls(tlsOptions(), answer));
    const socket = await shakeHands(server.port, { ca: good.caPem, servername: '' });
    expect(socket.authorized).toBe(true);
  });

  test.each<{ name: string; certificates: () => Certificates; options: ConnectionOptions; code: string }>([
    {
      name: 'the authority of somebody else',
      certificates: () => other,
      options: {},
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED|CERT_SIGNATURE_FAILURE',
    },
    { name: 'an expired certificate', certificates: () => expired, options: {}, code: 'CERT_HAS_EXPIRED' },
    {
      name: 'another name',
      certificates: () => good,
      options: { servername: 'bank.test' },
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
  ])('$name is refused by the caller', async ({ certificates, options, code }) => {
    const { serverCertPem: cert, serverKeyPem: key } = certificates();
    const server = await running((answer) => listenTls(tlsOptions({ cert, key }), answer));
    const ca = certificates() === expired ? expired.caPem : good.caPem;
    await expect(shakeHands(server.port, { ca, ...options })).rejects.toMatchObject({
      code: expect.stringMatching(code) as unknown,
    });
  });

  test.each([
    { minVersion: 'TLSv1.2', spoken: 'TLSv1.1' },
    { minVersion: 'TLSv1.3', spoken: 'TLSv1.2' },
  ] as const)('below $minVersion a caller who speaks $spoken is refused, and the host hears why', async (versions) => {
    const { minVersion, spoken } = versions;
    const { promise: reason, resolve: onRejected } = Promise.withResolvers<string>();
    const server = await running((answer) =>
      listenTls(tlsOptions({ minVersion, onConnection: () => expect.unreachable(), onRejected }), answer),
    );
    // Security level 0 lets this caller speak the old version at all.
    const old = { minVersion: spoken, maxVersion: spoken, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(shakeHands(server.port, { ca: good.caPem, ...old })).rejects.toThrow(/protocol version/);
    expect(await reason).toMatch(/unsupported protocol/);
  });

  test('closing a line lets out what was written before, and says nothing to its own listener', async () => {
    const server = await running((answer) =>
      listenTls(
        tlsOptions({
          onConnection(line) {
            line.listen({ bytes() {}, closed: () => expect.unreachable('an own close is not told') });
            // More than goes out at once.
            line.write(new Uint8Array(3_000_000).fill(0x30));
            line.close();
            line.write(Buffer.from('late'));
          },
        }),
        answer,
      ),
    );
    const socket = await shakeHands(server.port, { ca: good.caPem });
    let length = 0;
    socket.on('data', (chunk: Buffer) => (length += chunk.length));
    await gone(socket);
    expect(length).toBe(3_000_000);
  });

  test('a key that does not belong to the certificate is a clear failure', async () => {
    const result = await started((answer) => listenTls(tlsOptions({ key: other.serverKeyPem }), answer));
    expect(result).toMatchObject({ ok: false, error: { reason: 'bad-certificate' } });
  });
});

describe('TCP', () => {
  test('a busy port is one clear sentence', async () => {
    const first = await running((answer) => listenTcp(tcpOptions(), answer));
    const result = await started((answer) => listenTcp(tcpOptions({ port: first.port }), answer));
    const message = `Port ${first.port} of 127.0.0.1 is in use by another program: stop that one, or choose another port (0 takes a free one).`;
    expect(result).toEqual({ ok: false, error: { reason: 'busy', message } });
  });

  test.each([
    { host: HOST, port: 70_000 },
    { host: '192.0.2.1', port: 0 },
  ])('$host:$port cannot be listened on', async (where) => {
    const result = await started((answer) => listenTcp(tcpOptions(where), answer));
    expect(result).toMatchObject({ ok: false, error: { reason: 'bad-address' } });
  });

  test('nothing that comes before listen is lost, and the hang-up comes after it', async () => {
    const { promise: connected, resolve: taken } = Promise.withResolvers<Line>();
    const server = await running((answer) => listenTcp(tcpOptions({ onConnection: taken }), answer));
    const socket = await call(server.port);
    const line = await connected;
    await new Promise<void>((resolve) => {
      socket.write(new Uint8Array(200_000), () => resolve(void socket.end()));
    });
    const heard = await new Promise<{ bytes: number; reason: string }>((resolve) => {
      let bytes = 0;
      line.listen({ bytes: (chunk) => (bytes += chunk.length), closed: (reason) => resolve({ bytes, reason }) });
    });
    expect(heard).toEqual({ bytes: 200_000, reason: 'the peer hung up' });
  });

  test('done is called after the bytes have left', async () => {
    const done = new Promise<void>((resolve, reject) => {
      void running((answer) =>
        listenTcp(tcpOptions({ onConnection: (line) => line.write(Buffer.from('x'), resolve) }), answer),
      ).then((server) => call(server.port), reject);
    });
    await expect(done).resolves.toBeUndefined();
  });

  test('closing the server cuts its callers, frees the port and says when', async () => {
    const server = await running((answer) => listenTcp(tcpOptions(), answer));
    const socket = await call(server.port);
    const cut = gone(socket);
    await new Promise<void>((resolve) => server.close(resolve));
    await cut;
    const again = await started((answer) => listenTcp(tcpOptions({ port: server.port }), answer));
    expect(again.ok).toBe(true);
  });
});
