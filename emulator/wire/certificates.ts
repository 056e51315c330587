/** Certificates for the emulated host: an authority of its own, and a server certificate under it. */
import './reflect-shim.ts';
import { webcrypto, type webcrypto as WebCrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

export interface CertificateRequest {
  /** Common name and DNS name of the server. */
  readonly serverName: string;
  /** IP addresses that the server is reached by. */
  readonly addresses: readonly string[];
  /** Milliseconds since 1970: valid from a day before it until 30 days after it. */
  readonly now: number;
}

export interface Certificates {
  readonly caPem: string;
  readonly serverCertPem: string;
  /** PKCS #8. */
  readonly serverKeyPem: string;
}

/**
 * ECDSA over P-256 with SHA-256, new keys at every call. The key of the authority is thrown away: it signs one server.
 *
 * For a bad certificate ask for a good one of another kind: with a `now` long past it has expired, with another
 * `serverName` it names the wrong host, and the authority of another call does not vouch for it.
 */
export async function makeCertificates({ serverName, addresses, now }: CertificateRequest): Promise<Certificates> {
  const notBefore = new Date(now - DAY_MS);
  const notAfter = new Date(now + VALID_DAYS * DAY_MS);
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: 'CN=Slipway emulator authority',
    notBefore,
    notAfter,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const serverKeys = await newKeys();
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: [{ CN: [serverName] }],
    issuer: ca.subject,
    notBefore,
    notAfter,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: serverName },
        ...addresses.map((value) => ({ type: 'ip', value }) as const),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    caPem: `${ca.toString('pem')}\n`,
    serverCertPem: `${server.toString('pem')}\n`,
    serverKeyPem: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

const newKeys = (): Promise<WebCrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** Positive, as RFC 5280, 4.1.2.2 asks. */
function newSerialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
