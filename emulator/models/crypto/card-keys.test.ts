import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cardKey, commonSessionKey, CRYPTOGRAM_TAGS, cryptogramTail, pinDigits, TransactionKeys } from './card-keys.ts';
import { DesKey } from './des-key.ts';
import { fromHex, toHex } from './hex.ts';
import { x919Mac } from './mac.ts';

const { emvCommon, pboc } = JSON.parse(
  readFileSync(new URL('../../../fixtures/crypto/card-keys.json', import.meta.url), 'utf8'),
);

const allKeys = (key: string) => ({ cryptogram: key, integrity: key, confidentiality: key });
const holder = { pan: '6222021234569001005', sequenceNumber: '01' };
const ARQC = fromHex('1122334455667788');
const keysOf = (scheme: 'pboc' | 'emv-common', atc = '0001') =>
  new TransactionKeys(scheme, allKeys('9E15204313F7318ACB79B90BD986AD29'), holder, fromHex(atc));

describe('the published example of PBOC', () => {
  const keys = new TransactionKeys('pboc', allKeys(pboc.issuerKey), pboc, fromHex(pboc.atc));

  test('has its request cryptogram', () => {
    expect(toHex(keys.cryptogram(fromHex(pboc.data + pboc.tail)))).toBe(pboc.arqc);
  });

  test('has its response cryptogram', () => {
    expect(toHex(keys.arpcMethod1(fromHex(pboc.arqc), fromHex(pboc.responseCode)))).toBe(pboc.arpc);
  });

  test('takes the verification results out of the issuer data', () => {
    expect(toHex(cryptogramTail('pboc', fromHex(pboc.issuerData)) ?? new Uint8Array())).toBe(pboc.tail);
  });

  test('has as many bytes as the tags that it is made over', () => {
    const lengths = [6, 6, 2, 5, 2, 3, 1, 4, 2, 2];
    expect(CRYPTOGRAM_TAGS).toHaveLength(lengths.length);
    expect(pboc.data).toHaveLength(2 * lengths.reduce((sum, length) => sum + length, 0));
  });
});

describe('the published vectors of EMV', () => {
  test('derive a card key', () => {
    const { cardKey: key, issuerKey, pan, sequenceNumber } = emvCommon.masterKey;
    expect(toHex(cardKey(fromHex(issuerKey), pan, sequenceNumber))).toBe(key);
  });

  test.each([
    [emvCommon.masterKey.cardKey, emvCommon.sessionKey.diversifier, emvCommon.sessionKey.key],
    [emvCommon.common2.key, emvCommon.common2.diversifier, emvCommon.common2.session],
  ])('derive a session key from %s', (key, diversifier, session) => {
    expect(toHex(commonSessionKey(fromHex(key), fromHex(diversifier)))).toBe(session);
  });

  test('make a cryptogram, and with the same key both kinds of answer', () => {
    const key = new DesKey(fromHex(emvCommon.sessionKey.key));
    const arqc = x919Mac(key, fromHex(emvCommon.cryptogram.data), 2);
    expect(toHex(arqc)).toBe(emvCommon.cryptogram.arqc);
    expect(toHex(x919Mac(key, Uint8Array.of(...arqc, ...fromHex(emvCommon.arpc2.status)), 2)).slice(0, 8)).toBe(
      emvCommon.arpc2.arpc,
    );
  });

  test('mask a new PIN', () => {
    const { masked, pan, pin, sequenceNumber } = emvCommon.pin;
    // Which of the three keys masks is told by the check value C5CACD of the published card key.
    const keys = new TransactionKeys(
      'pboc',
      allKeys(emvCommon.pin.issuerKey),
      { pan, sequenceNumber },
      fromHex('FFFF'),
    );
    expect(toHex(keys.maskedPin(pinDigits(pin)))).toBe(masked);
  });

  test('authenticate a command', () => {
    const { command, key, mac } = emvCommon.script;
    expect(toHex(x919Mac(new DesKey(fromHex(key)), fromHex(command), 2))).toBe(mac);
  });
});

describe('the keys of a transaction', () => {
  test.each(['pboc', 'emv-common'] as const)('are other ones in the next transaction, %s', (scheme) => {
    const data = new Uint8Array(8);
    expect(toHex(keysOf(scheme, '0001').cryptogram(data))).not.toBe(toHex(keysOf(scheme, '0002').cryptogram(data)));
  });

  test.each([
    ['pboc', 4],
    ['emv-common', 8],
  ] as const)('of %s make script MACs of %i bytes', (scheme, length) => {
    const header = fromHex('841E000004');
    expect(keysOf(scheme).scriptMac(header, ARQC, new Uint8Array())).toHaveLength(length);
  });

  // Nobody has published a vector of these, so their parts are put together here once more.
  test.each([
    ['pboc', '000000000000001C000000000000FFE3', 8],
    ['emv-common', '1122F0445566778811220F4455667788', 16],
  ] as const)('of %s authenticate header, counter, cryptogram and data', (scheme, diversifier, digits) => {
    const own = new DesKey(cardKey(fromHex('9E15204313F7318ACB79B90BD986AD29'), holder.pan, holder.sequenceNumber));
    const session = new DesKey(own.encrypt(fromHex(diversifier)));
    const mac = toHex(x919Mac(session, fromHex('04DA9F580A001C112233445566778805'), 2)).slice(0, digits);
    expect(toHex(keysOf(scheme, '001C').scriptMac(fromHex('04DA9F580A'), ARQC, Uint8Array.of(5)))).toBe(mac);
  });

  test.each([
    ['pboc', '000000000000001C000000000000FFE3'],
    ['emv-common', '1122F0445566778811220F4455667788'],
  ] as const)('of %s encipher length, data and filler', (scheme, diversifier) => {
    const own = new DesKey(cardKey(fromHex('9E15204313F7318ACB79B90BD986AD29'), holder.pan, holder.sequenceNumber));
    const session = new DesKey(own.encrypt(fromHex(diversifier)));
    const enciphered = session.encrypt(fromHex('0806123456FFFFFFFF80000000000000'));
    const keys = keysOf(scheme, '001C');
    expect(toHex(keys.encipherScriptData(fromHex('06123456FFFFFFFF'), ARQC))).toBe(toHex(enciphered));
  });

  test.each(['pboc', 'emv-common'] as const)('of %s give enciphered data back', (scheme) => {
    const keys = keysOf(scheme);
    const data = fromHex('06123456FFFFFFFF');
    const enciphered = keys.encipherScriptData(data, ARQC);
    expect(enciphered).toHaveLength(16);
    expect(toHex(keys.decipherScriptData(enciphered, ARQC) ?? new Uint8Array())).toBe(toHex(data));
    expect(keys.decipherScriptData(enciphered.with(3, (enciphered[3] ?? 0) ^ 1), ARQC)).toBeUndefined();
  });

  test.each([undefined, '654321'])('unmask what they masked with the PIN %s', (current) => {
    const keys = keysOf('pboc');
    const masked = keys.maskedPin(pinDigits('123456'), current);
    expect(toHex(keys.maskedPin(masked, current))).toBe('06123456FFFFFFFF');
  });
});
