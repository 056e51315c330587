/** Certificates of a published test card (fixtures/emv/published.json): made by nobody here. */
import { describe, expect, test } from 'vitest';
import published from '../../../fixtures/emv/published.json' with { type: 'json' };
import { fromHex, toHex } from '../bytes.ts';
import { testCrypto } from '../testing/crypto.ts';
import type { CaKey } from '../terminal.ts';
import { caKeyChecksum, findCaKey } from './ca-keys.ts';
import { recoverIssuerKey, recoverSigned } from './certificates.ts';

const caKey: CaKey = {
  rid: published.rid,
  index: published.index,
  algorithm: 'rsa',
  hash: 'sha-1',
  modulus: fromHex(published.modulus),
  exponent: fromHex(published.exponent),
  checksum: fromHex(published.checksum),
  expiry: '20151231',
};

const input = {
  certificate: fromHex(published.issuerCertificate),
  remainder: fromHex(published.issuerRemainder),
  exponent: fromHex(published.issuerExponent),
};

const issuerKey = (today: string, isRevoked: (serial: string) => boolean = () => false) =>
  recoverIssuerKey({ crypto: testCrypto, today }, caKey, input, { pan: published.pan, isRevoked });

describe('a published test card', () => {
  test('has an authority whose check value is right', () => {
    expect(toHex(caKeyChecksum(caKey, testCrypto))).toBe(published.checksum);
    expect(findCaKey([caKey], published.rid, published.index, '20151231', testCrypto)).toEqual({
      ok: true,
      value: caKey,
    });
  });

  test('has an issuer key and a static signature that hold', () => {
    const issuer = issuerKey('20151231');
    expect(issuer.ok && toHex(issuer.value.modulus).slice(-72)).toBe(published.issuerRemainder);
    const key = issuer.ok ? issuer.value : caKey;
    const signed = recoverSigned(testCrypto, key, fromHex(published.staticSignature), 0x03, [
      fromHex(published.staticData),
    ]);
    expect(signed.ok && toHex(signed.value.body.subarray(2, 4))).toBe(published.dataAuthenticationCode);
  });

  test('has an issuer certificate that is over since 2016', () => {
    expect(issuerKey('20160101')).toEqual({ ok: false, error: 'certificate-expired' });
  });

  test('has one that can be revoked by its serial number', () => {
    expect(issuerKey('20151231', (serial) => serial === '004054')).toEqual({ ok: false, error: 'certificate-revoked' });
  });
});
