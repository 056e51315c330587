/** What the emulated host shows to callers; that they believe it is tested in tls-server.wire.test.ts. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { makeCertificates, type Certificates } from './certificates.ts';

const NOW = Date.UTC(2026, 0, 15, 12);

let made: Certificates;
let server: X509Certificate;
let authority: X509Certificate;

beforeAll(async () => {
  made = await makeCertificates({ serverName: 'acquirer.test', addresses: ['127.0.0.1', '::1'], now: NOW });
  server = new X509Certificate(made.serverCertPem);
  authority = new X509Certificate(made.caPem);
});

test('both are valid from a day before until thirty days after', () => {
  for (const { validFromDate, validToDate } of [server, authority]) {
    expect([validFromDate, validToDate]).toEqual([new Date('2026-01-14T12:00:00Z'), new Date('2026-02-14T12:00:00Z')]);
  }
});

test('the server is signed by the authority, and only the authority may sign', () => {
  expect(server.checkIssued(authority) && server.verify(authority.publicKey)).toBe(true);
  expect([server.ca, authority.ca]).toEqual([false, true]);
});

test('the server has its names and addresses, and the key belongs to it', () => {
  expect(server.subjectAltName).toBe('DNS:acquirer.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  const key = createPrivateKey(made.serverKeyPem);
  expect(server.checkPrivateKey(key)).toBe(true);
  expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
});
