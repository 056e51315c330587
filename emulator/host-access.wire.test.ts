/** The two real processes over every access but bare TLS, which all others use, and with the primary out of order. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeSale } from './cli/scripted-person.ts';
import { Session } from './cli/session.ts';
import { makeCertificates } from './wire/certificates.ts';
import { listenTls, type Listening } from './wire/tls-server.ts';

let directory: string;
let session: Session | undefined;
let stranger: Listening | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-access-'));
});
afterEach(async () => {
  await session?.stop();
  session = undefined;
  stranger?.close();
  stranger = undefined;
  rmSync(directory, { recursive: true });
});

async function started(
  hosts: readonly { readonly access: string }[],
  host: Readonly<Record<string, unknown>> = {},
): Promise<Session> {
  session = await Session.start({ directory, emulator: { hosts, lateMs: 1500 }, terminal: { host } });
  return session;
}

/** Signs in and takes a sale. */
const sale = async (running: Session, card = 'approved') => {
  const { result } = await takeSale(running, { amount: '12.34', card, pin: '123456' });
  return result;
};

const terminalConfig = (): { readonly host: Readonly<Record<string, unknown>> } =>
  JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8'));

const logged = (event: string): readonly Readonly<Record<string, unknown>>[] =>
  readFileSync(join(directory, 'terminal.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter((line) => line['event'] === event);

/** Nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server');
  return address.port;
}

test.each(['tcp', 'https-tunnel', 'http-tunnel'])('a sale over %s is approved', async (access) => {
  const running = await started([{ access }]);
  expect(await sale(running)).toMatchObject({ outcome: 'approved' });
  expect(terminalConfig().host).toMatchObject({ access });
});

test('with the primary out of order a sale goes over the backup, and the log says so', async () => {
  const running = await started([{ access: 'tls' }, { access: 'tls' }], { port: await freePort() });
  expect(await sale(running)).toMatchObject({ outcome: 'approved' });
  expect(logged('host-address-changed')).toMatchObject([{ address: 'backup' }]);
});

test('a backup does not hide that the certificate of the primary was never good', async () => {
  const certificates = await makeCertificates({ serverName: 'localhost', addresses: ['127.0.0.1'], now: Date.now() });
  const { serverCertPem: cert, serverKeyPem: key } = certificates;
  stranger = await new Promise<Listening>((resolve, reject) =>
    listenTls(
      { host: '127.0.0.1', port: 0, cert, key, minVersion: 'TLSv1.2', onConnection: () => undefined },
      (result) => (result.ok ? resolve(result.value) : reject(new Error(result.error.message))),
    ),
  );
  const running = await started([{ access: 'tls' }, { access: 'tls' }], { port: stranger.port });
  const problem = await new Promise<string>((resolve) =>
    running.listen({ screen: () => undefined, sight: () => undefined, paper: () => undefined, problem: resolve }),
  );
  expect(problem).toContain(`The certificate of 127.0.0.1:${stranger.port} is not trusted`);
});

test('a late answer is counted and logged, and the sale is reversed', async () => {
  const running = await started([{ access: 'https-tunnel' }], { responseTimeoutMs: 500 });
  expect(await sale(running, 'late-answer')).toMatchObject({ outcome: 'reversed', reason: 'host-silent' });
  await expect
    .poll(() => logged('host-late-answer'), { timeout: 5000 })
    .toMatchObject([{ part: 'host', mti: '0200', lateAnswers: 1 }]);
});
