/**
 * TLS and TCP against real sockets, with authorities made for the run.
 *
 * Mutations tried: rejectUnauthorized false; any name accepted; TLS 1.0 allowed; a cancel that leaves the socket open;
 * no bound on unsent bytes; an own close reported.
 */
import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Line } from '../domain/line.ts';
import type { Result } from '../domain/result.ts';
import { makeAuthority, makeIdentity, type Authority, type ServerIdentity } from './testing/certificates.ts';
import { tcpConnector, tlsConnector, type Connector, type ConnectProblem } from './tls-connector.ts';

const serverName = 'host.acquirer.test';

let ours: Authority;
let good: ServerIdentity;
let stranger: ServerIdentity;
let misnamed: ServerIdentity;
let expired: ServerIdentity;

beforeAll(async () => {
  ours = await makeAuthority('Acquirer test authority');
  good = await makeIdentity(ours, serverName);
  stranger = await makeIdentity(await makeAuthority('Somebody else'), serverName);
  misnamed = await makeIdentity(ours, 'other.acquirer.test');
  expired = await makeIdentity(ours, serverName, -1);
});

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Listens on a free port of this machine, and returns it. */
async function listening(server: Server, onConnection: (socket: Socket) => void, event: string): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  server.on(event, (socket: Socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server');
  return address.port;
}

const tlsHost = (identity: ServerIdentity, onConnection: (socket: Socket) => void = () => undefined): Promise<number> =>
  listening(createTlsServer(identity), onConnection, 'secureConnection');

const tcpHost = (onConnection: (socket: Socket) => void = () => undefined): Promise<number> =>
  listening(createTcpServer(), onConnection, 'connection');

const over = (port: number, change: Partial<Parameters<typeof tlsConnector>[0]> = {}): Connector =>
  tlsConnector({ address: '127.0.0.1', port, ca: ours.pem, serverName, ...change });

const attempt = (connector: Connector): Promise<Result<Line, ConnectProblem>> =>
  new Promise((resolve) => void connector(resolve));

async function lineOver(connector: Connector): Promise<Line> {
  const result = await attempt(connector);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function problemOf(connector: Connector): Promise<ConnectProblem> {
  const result = await attempt(connector);
  if (!result.ok) return result.error;
  result.value.close();
  throw new Error('It connected.');
}

const echo = (socket: Socket): void => void socket.pipe(socket);

const nextBytes = (line: Line): Promise<string> =>
  new Promise((resolve, reject) =>
    line.listen({
      bytes: (chunk) => resolve(Buffer.from(chunk).toString()),
      closed: (reason) => reject(new Error(reason)),
    }),
  );

const nextClose = (line: Line): Promise<string> =>
  new Promise((resolve) => line.listen({ bytes: () => undefined, closed: resolve }));

describe('over TLS', () => {
  test('a host with a good certificate is reached, and bytes go both ways', async () => {
    const line = await lineOver(over(await tlsHost(good, echo)));
    const sent = new Promise<void>((resolve) => line.write(Buffer.from('0800'), resolve));
    expect(await nextBytes(line)).toBe('0800');
    await sent;
    line.close();
  });

  test.each([
    ['of another authority', () => stranger, 'is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
    ['for another name', () => misnamed, 'is not for host.acquirer.test'],
    ['that has expired', () => expired, 'is not trusted (CERT_HAS_EXPIRED)'],
  ])('a certificate %s is refused', async (_, identity, words) => {
    const problem = await problemOf(over(await tlsHost(identity())));
    expect(problem.reason).toBe('certificate');
    expect(problem.message).toContain(words);
  });

  test('a certificate for a name is no good for an address', async () => {
    const port = await tlsHost(good);
    expect((await problemOf(over(port, { serverName: '127.0.0.1' }))).reason).toBe('certificate');
  });

  test('a host that speaks only TLS 1.1 is refused', async () => {
    const old = createTlsServer({ ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' });
    const port = await listening(old, () => undefined, 'secureConnection');
    const problem = await problemOf(over(port));
    expect(problem.reason).toBe('handshake');
    expect(problem.message).toContain('it must speak TLSv1.2 or later');
  });

  test('a host that hangs up during the handshake is named so', async () => {
    const port = await tcpHost((socket) => socket.once('data', () => socket.destroy()));
    expect((await problemOf(over(port))).reason).toBe('handshake');
  });

  test('a host that is not speaking TLS is named so', async () => {
    const port = await tcpHost((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await problemOf(over(port))).reason).toBe('handshake');
  });

  test('a port that nobody listens on is refused', async () => {
    const server = createTcpServer();
    const port = await listening(server, () => undefined, 'connection');
    server.close();
    await once(server, 'close');
    expect(await problemOf(over(port))).toEqual({
      reason: 'refused',
      message: `Nothing listens at 127.0.0.1:${port}: check the address and the port.`,
    });
  });

  test('a name that does not exist is unreachable', async () => {
    expect((await problemOf(over(1, { address: 'host.invalid' }))).reason).toBe('unreachable');
  });

  test('a CA file without a certificate is said to be one', async () => {
    expect((await problemOf(over(1, { ca: 'hello' }))).message).toContain('holds no PEM certificate');
  });

  test('an attempt that is cancelled does not answer and hangs up', async () => {
    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const port = await tcpHost((socket) => {
      arrived.resolve();
      socket.on('close', () => gone.resolve()).resume();
    });
    let answers = 0;
    const cancel = over(port)(() => {
      answers += 1;
    });
    await arrived.promise;
    cancel();
    await gone.promise;
    expect(answers).toBe(0);
  });
});

describe('a line', () => {
  test('over plain TCP carries bytes both ways', async () => {
    const line = await lineOver(tcpConnector({ address: '127.0.0.1', port: await tcpHost(echo) }));
    line.write(Buffer.from('0800'));
    expect(await nextBytes(line)).toBe('0800');
    line.close();
  });

  test('keeps what came before somebody listened', async () => {
    const line = await lineOver(over(await tlsHost(good, (socket) => socket.write('early'))));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await nextBytes(line)).toBe('early');
    line.close();
  });

  test('says that the host hung up', async () => {
    const line = await lineOver(over(await tlsHost(good, (socket) => socket.end())));
    expect(await nextClose(line)).toBe('The host closed the connection.');
  });

  test('says that the connection broke', async () => {
    const port = await tcpHost((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const line = await lineOver(tcpConnector({ address: '127.0.0.1', port }));
    const closed = nextClose(line);
    line.write(Buffer.from('x'));
    expect(await closed).toBe('The connection broke (ECONNRESET).');
  });

  test('that is closed here closes at the host and reports nothing', async () => {
    const reasons: string[] = [];
    const ended = Promise.withResolvers<void>();
    const port = await tcpHost((socket) => socket.on('close', () => ended.resolve()).resume());
    const line = await lineOver(tcpConnector({ address: '127.0.0.1', port }));
    line.listen({ bytes: () => undefined, closed: (reason) => reasons.push(reason) });
    line.close();
    await ended.promise;
    expect(reasons).toEqual([]);
  });

  test('gives up on a host that takes nothing', async () => {
    const port = await tcpHost((socket) => socket.pause());
    const line = await lineOver(tcpConnector({ address: '127.0.0.1', port }));
    const closed = nextClose(line);
    for (let index = 0; index < 200; index++) line.write(new Uint8Array(65_536));
    expect(await closed).toContain('The connection broke');
  });
});
