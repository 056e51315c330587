/** Offline data authentication against a card with real keys. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import type { TerminalSettings } from '../terminal.ts';
import { type CertificateOptions, certify, KEYS, sign } from '../testing/crypto.ts';
import { ONLINE, end, noCvm, replied, run, type Situation, UNABLE } from '../testing/run.ts';
import { cardObjects, listed, record, TEST_PAN, testCaKey } from '../testing/test-card.ts';

describe('data authentication fails', () => {
  const bad = (tag: string): Readonly<Record<string, string>> => ({
    ...noCvm,
    [tag]: `00${cardObjects('7800')[tag as '90'].slice(2)}`,
  });
  const ca = (part: Partial<typeof testCaKey>): Partial<TerminalSettings> => ({ caKeys: [{ ...testCaKey, ...part }] });
  test.each<[string, Situation, string, string]>([
    ['no CA key', { settings: { caKeys: [] } }, 'ca-key-unknown', '0800000000'],
    ['an expired CA key', { settings: ca({ expiry: '20261122' }) }, 'ca-key-expired', '0800000000'],
    [
      'a CA key with a wrong checksum',
      { settings: ca({ checksum: new Uint8Array(20) }) },
      'ca-key-checksum-wrong',
      '0800000000',
    ],
    ['an SM2 key', { settings: ca({ algorithm: 'sm2' }) }, 'algorithm-not-supported', '0800000000'],
    ['an SM3 key', { settings: ca({ hash: 'sm3' }) }, 'algorithm-not-supported', '0800000000'],
    [
      'a revoked certificate',
      { settings: { caKeys: [testCaKey], revokedCertificates: ['A00000033380000001'] } },
      'certificate-revoked',
      '0800000000',
    ],
    ['a spoilt issuer certificate', { objects: bad('90') }, 'not-a-certificate', '0800000000'],
    [
      'an issuer certificate that is larger than the modulus',
      { objects: { '90': 'FF'.repeat(128) } },
      'not-a-certificate',
      '0800000000',
    ],
    ['a short issuer certificate', { objects: { '90': 'AA' } }, 'length-wrong', '0800000000'],
    ['no issuer certificate', { objects: { '90': '-' } }, 'card-data-missing', '2800000000'],
    ['no CA key index', { objects: { '8F': '-' } }, 'card-data-missing', '2800000000'],
    ['no issuer exponent', { objects: { '9F32': '-' } }, 'card-data-missing', '2800000000'],
    ['no issuer remainder', { objects: { '92': '-' } }, 'hash-wrong', '0800000000'],
    ['no card certificate', { objects: { '9F46': '-' } }, 'card-data-missing', '2800000000'],
    ['a spoilt card remainder', { objects: bad('9F48') }, 'hash-wrong', '0800000000'],
    ['a DDOL without the unpredictable number', { objects: { '9F49': '9A03' } }, 'ddol-unusable', '0800000000'],
    ['no DDOL at all', { objects: { '9F49': '-' } }, 'card-data-missing', '2800000000'],
    ['a tag list with more than 82', { objects: { '9F4A': '825A' } }, 'static-data-malformed', '0800000000'],
    [
      'other static data',
      { card: { authenticated: { '5A': `${TEST_PAN}F`, '5F24': '301231', '5F34': '02' } } },
      'hash-wrong',
      '0800000000',
    ],
    ['INTERNAL AUTHENTICATE refused', { card: { instead: { '0088': '6985' } } }, 'signature-not-given', '0800000000'],
    [
      'a signature over something else',
      { card: { instead: { '0088': `8060${'11'.repeat(96)}9000` } } },
      'not-a-certificate',
      '0800000000',
    ],
    [
      'SDA without a signature',
      { card: { profile: '5800' }, objects: { '93': '-' } },
      'card-data-missing',
      '6200000000',
    ],
    [
      'SDA with a spoilt one',
      { card: { profile: '5800' }, objects: { '93': '00'.repeat(112) } },
      'not-a-certificate',
      '4200000000',
    ],
    [
      'CDA without a card key',
      { card: { profile: '7900' }, objects: { '9F46': '-' } },
      'card-data-missing',
      '2400000000',
    ],
  ])('for %s', (_, situation, problem, tvr) => {
    const { outcome } = run({ ...situation, objects: { ...noCvm, ...situation.objects } });
    expect([outcome.authentication?.problem, outcome.registers?.tvr, outcome.registers?.tsi]).toEqual([
      problem,
      tvr,
      'E800',
    ]);
  });

  const certified = (part: Partial<CertificateOptions>) => {
    const { certificate, remainder } = certify(KEYS.authority, KEYS.issuer, {
      format: '02',
      subject: '622202FF',
      ...part,
    });
    return { '90': toHex(certificate), '92': toHex(remainder) };
  };
  test.each<[string, Partial<CertificateOptions>, string | undefined]>([
    ['over', { expiry: '1026' }, 'certificate-expired'],
    ['of the last century', { expiry: '1299' }, 'certificate-expired'],
    ['of no month', { expiry: '1330' }, 'certificate-expired'],
    ['of another issuer', { subject: '622203FF' }, 'certificate-of-another-card'],
    ['of no issuer', { subject: 'FFFFFFFF' }, 'certificate-of-another-card'],
    ['for SM2', { algorithms: '0104' }, 'algorithm-not-supported'],
    ['in its last month', { expiry: '1126' }, undefined],
    ['with another header', { frame: { header: 0x6b } }, 'not-a-certificate'],
    ['with another trailer', { frame: { trailer: 0xbd } }, 'not-a-certificate'],
    ['in the format of a card', { format: '04', subject: '622202FFFFFFFFFFFFFF' }, 'not-a-certificate'],
    ['with another length of the exponent', { exponentBytes: 1 }, 'length-wrong'],
  ])('or not, for an issuer certificate %s', (_, part, problem) => {
    const { outcome } = run({ objects: { ...noCvm, ...certified(part) } });
    expect(outcome.authentication?.problem).toBe(problem);
  });

  test.each([
    ['more than the signature has room for', '0501FF08AABBCCDDEEFF0011', 'dynamic-data-malformed'],
    ['a number of one byte', '05010201AA', 'dynamic-data-malformed'],
    ['a number of nine bytes', '05010A09AABBCCDDEEFF001122', 'dynamic-data-malformed'],
    ['a number that is cut off', '05010308AABB', 'dynamic-data-malformed'],
    ['SM3', '05070908AABBCCDDEEFF0011', 'algorithm-not-supported'],
  ])('for dynamic data with %s', (_, body, problem) => {
    const signature = toHex(sign(KEYS.card, fromHex(body), fromHex('11223344')));
    const { outcome } = run({ objects: noCvm, card: { instead: { '0088': `8060${signature}9000` } } });
    expect([outcome.authentication?.problem, outcome.registers?.tvr]).toEqual([problem, '0800000000']);
  });

  test('not for a signature in format 2', () => {
    const signature = toHex(sign(KEYS.card, fromHex('05010908AABBCCDDEEFF0011'), fromHex('11223344')));
    const { outcome } = run({ objects: noCvm, card: { instead: { '0088': `77639F4B60${signature}9000` } } });
    expect(outcome.authentication).toEqual({ method: 'dda' });
  });

  test('not for a record of a file of the issuer, which counts with its template', () => {
    const issuers = '7004DF010101';
    const staticData = `${record({ '5A': `${TEST_PAN}F`, '5F24': '301231', '5F34': '01', '5F28': '0156' })}${issuers}7800`;
    const { certificate, remainder } = certify(KEYS.issuer, KEYS.card, {
      format: '04',
      subject: `${TEST_PAN}F`,
      staticData,
    });
    const { outcome } = run({
      objects: { ...noCvm, '9F46': toHex(certificate), '9F48': toHex(remainder) },
      card: { instead: { '80A8': '800E7800 08010100 10010101 58010101 9000', '00B2015C': `${issuers}9000` } },
    });
    expect(outcome.authentication).toEqual({ method: 'dda' });
  });

  test('for a certificate of another card with the same data', () => {
    const { certificate, remainder } = certify(KEYS.issuer, KEYS.card, {
      format: '04',
      subject: '6222029999999999995F',
      staticData: `${record({ '5A': `${TEST_PAN}F`, '5F24': '301231', '5F34': '01', '5F28': '0156' })}7800`,
    });
    const { outcome } = run({ objects: { ...noCvm, '9F46': toHex(certificate), '9F48': toHex(remainder) } });
    expect(outcome.authentication?.problem).toBe('certificate-of-another-card');
  });

  test('not for an issuer key that fits into its certificate', () => {
    const issuer = certify(KEYS.authority, KEYS.shortIssuer, { format: '02', subject: '622202FF' });
    const staticSignature = cardObjects('5800');
    const { outcome } = run({
      card: { profile: '5800' },
      objects: {
        ...noCvm,
        '90': toHex(issuer.certificate),
        '92': '-',
        '9F32': toHex(issuer.exponent),
        '93': staticSignature['93'].slice(0, 184),
      },
    });
    // Its key is good: only the signature, made with another one, is not.
    expect(outcome.authentication?.problem).toBe('not-a-certificate');
  });
});

describe('CDA', () => {
  const cda = { profile: '7900' };
  const objects = noCvm;
  test('signs the first cryptogram, which comes out of the signature', () => {
    const { outcome, log } = run({ card: cda, objects });
    expect(log.find((each) => each.startsWith('80AE'))?.slice(0, 6)).toBe('80AE50');
    expect(outcome.slip['9F26']).toBe('1122334455667788');
  });

  test('that is wrong for a TC declines, and nothing more is asked of the card', () => {
    const situation = {
      card: { ...cda, instead: { '80AE50': '77 14 9F2701 40 9F3602 0042 9F2608 1122334455667788 9000' } },
      objects,
    };
    expect(end(situation)).toEqual(['declined', '0400000000', 'E800', '1F0002']);
    expect(run(situation).log.filter((each) => each.startsWith('80AE'))).toHaveLength(1);
  });

  test('that is wrong for an ARQC declines by a second cryptogram, without the host', () => {
    const situation: Situation = {
      ...ONLINE,
      objects: { ...objects, ...ONLINE.objects },
      card: { ...cda, first: 0x80, instead: { '80AE90': `8012 80 0042 ${'11'.repeat(8)} 07010103A00000 9000` } },
    };
    expect(end(situation)).toEqual(['declined', '0400008000', 'E800', '1F0002']);
    expect(run(situation).log.at(-1)?.slice(0, 6)).toBe('80AE00');
  });

  test('is asked for twice when the host answers', () => {
    const situation: Situation = {
      ...ONLINE,
      card: { ...cda, first: 0x80 },
      objects: { ...objects, ...ONLINE.objects },
      world: [replied()],
    };
    expect(end(situation)).toEqual(['approved', '0000008000', 'E800', '1F0002']);
    expect(
      run(situation)
        .log.filter((each) => each.startsWith('80AE'))
        .map((each) => each.slice(4, 6)),
    ).toEqual(['90', '50']);
  });

  test('is not asked for with an ARQC where the terminal is set so, which the TVR says', () => {
    const situation: Situation = {
      ...ONLINE,
      card: { ...cda, first: 0x80 },
      objects: { ...objects, ...ONLINE.objects },
      settings: { caKeys: [testCaKey], cdaWithOnline: false },
      world: [UNABLE],
    };
    const { log } = run(situation);
    const commands = log.filter((each) => each.startsWith('80AE'));
    expect(commands.map((each) => each.slice(4, 6))).toEqual(['80', '50']);
    expect(listed('9F02069F03069F1A0295055F2A029A039C019F3704', commands[0]?.slice(10) ?? '')['95']).toBe('8000008000');
    expect(end(situation)).toEqual(['approved', '0000008000', 'E800', '1F0002']);
  });

  test('leaves nothing unauthenticated to the default action codes when the host cannot be reached', () => {
    const situation: Situation = {
      ...ONLINE,
      card: { ...cda, first: 0x80 },
      objects: { ...objects, ...ONLINE.objects, '9F0D': '8000000000' },
      settings: { caKeys: [testCaKey], cdaWithOnline: false },
      world: [UNABLE],
    };
    expect(end(situation)[0]).toBe('approved');
  });

  test.each([
    ['another cryptogram information', { information: '80' }, 'cryptogram-information-differs'],
    ['another transaction', { hash: '00'.repeat(20) }, 'transaction-hash-wrong'],
  ])('over %s declines', (_, signed, problem) => {
    const { outcome } = run({ card: { ...cda, signed }, objects });
    expect(outcome).toMatchObject({ decision: 'declined', authentication: { method: 'cda', problem } });
    expect(outcome.registers?.tvr).toBe('0400000000');
  });

  test('of a signed hash over other data fails', () => {
    const other: Situation = {
      card: { ...cda, instead: { '80AE50': 'usual' } },
      objects,
      input: { unpredictableNumber: fromHex('55667788') },
    };
    expect(run(other).outcome.authentication?.problem).toBe('hash-wrong');
  });
});
