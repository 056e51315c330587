/** Authorities and server certificates for one test run: ECDSA over P-256, keys in memory only. */
import './reflect-shim.ts';
import { webcrypto, type webcrypto as WebCrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface Authority {
  readonly certificate: X509Certificate;
  readonly keys: WebCrypto.CryptoKeyPair;
  readonly pem: string;
}

/** What a server needs, PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

const newKeys = (): Promise<WebCrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

export async function makeAuthority(name: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { certificate, keys, pem: certificate.toString('pem') };
}

/** A certificate for `name`, valid until `days` from now; fewer than none has expired. */
export async function makeIdentity(authority: Authority, name: string, days = 1): Promise<ServerIdentity> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.certificate.subject,
    signingKey: authority.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
    notBefore: new Date(Date.now() - 10 * DAY_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: certificate.toString('pem'), key };
}
