import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTerminalConfig } from './terminal-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const complete = {
  merchant: { name: '测试商户', number: '123456789111115', terminalNumber: '11115007' },
  host: { address: '127.0.0.1', port: 7001, caFile: 'ca.pem' },
  devices: { swipeReader: { path: '/dev/ttyS1' }, pinPad: { path: '/dev/ttyS2' }, printer: { path: '/dev/ttyS3' } },
  storage: { journalFile: 'journal.db', storageKeyFile: 'storage.key' },
};

const passwordHash = `scrypt$32768$8$1$${'0'.repeat(32)}$${'0'.repeat(64)}`;
const people = { supervisor: { passwordHash }, operators: [{ number: '01', passwordHash }] };

function load(config: unknown): ReturnType<typeof loadTerminalConfig> {
  const file = join(directory, 'terminal.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  return loadTerminalConfig(file);
}

describe('a terminal configuration', () => {
  test('gets the defaults, and paths relative to its file', () => {
    const config = load(complete);
    if (!config.ok) throw new Error(config.error);
    expect(config.value.storage.journalFile).toBe(join(directory, 'journal.db'));
    expect(config.value.devices.printer).toMatchObject({
      path: '/dev/ttyS3',
      baudRate: 115_200,
      cleanAfterLines: 200_000,
    });
    expect(config.value.host).toMatchObject({ responseTimeoutMs: 60_000, tpdu: '6000030000' });
    expect(config.value.devices.patienceMs).toBe(0);
    expect(config.value.ui).toBe('console');
  });

  test('finds the logo of slips beside its file, and prints both languages unless told', () => {
    expect(load(complete)).toMatchObject({ value: { slip: { language: 'zh-en', header: [], footer: [] } } });
    const config = load({ ...complete, slip: { language: 'zh', logo: { file: 'logo.pbm' } } });
    expect(config).toMatchObject({
      ok: true,
      value: { slip: { language: 'zh', logo: { file: join(directory, 'logo.pbm') } } },
    });
    expect(load({ ...complete, slip: { logo: { nvImage: 2 } } })).toMatchObject({
      value: { slip: { logo: { nvImage: 2 } } },
    });
  });

  test('reaches the host over TLS, at one address, unless told', () => {
    const config = load(complete);
    if (!config.ok) throw new Error(config.error);
    expect(config.value.host).toMatchObject({ access: 'tls', caFile: join(directory, 'ca.pem') });
    expect(config.value.host).not.toHaveProperty('tunnel');
    expect(config.value.host).not.toHaveProperty('backup');
  });

  test('makes no e-receipts unless told, and then keeps them beside its file', () => {
    expect(load(complete)).toMatchObject({
      ok: true,
      value: expect.not.objectContaining({ receipts: expect.anything() }),
    });
    expect(load({ ...complete, receipts: { baseUrl: 'https://receipts.example.cn/' } })).toMatchObject({
      ok: true,
      value: {
        receipts: {
          baseUrl: 'https://receipts.example.cn/',
          keyFile: join(directory, 'receipt.key'),
          storeFile: join(directory, 'receipts.db'),
        },
      },
    });
  });

  test.each([
    ['http://receipts.example.cn', 'must begin with https://'],
    ['https://r.example.cn/#', 'and #'],
    ['https://receipts.example.cn/a', 'must be 28 characters at most'],
  ])('refuses receipts at %s', (baseUrl, sentence) => {
    expect(load({ ...complete, receipts: { baseUrl } })).toMatchObject({
      ok: false,
      error: expect.stringMatching(new RegExp(`"receipts.baseUrl" .*${sentence}`)),
    });
  });

  test('keeps its patience with devices', () => {
    const config = load({ ...complete, devices: { ...complete.devices, patienceMs: 10_000 } });
    expect(config).toMatchObject({ ok: true, value: { devices: { patienceMs: 10_000 } } });
  });

  test('speaks the dialect that the sheet suggests, and names no hardware, unless told', () => {
    const config = load(complete);
    if (!config.ok) throw new Error(config.error);
    expect(config.value.host.dialect).toEqual({
      signInKeys: '004',
      readingCapability: '2',
      partialApproval: '0',
      pinLengthMax: '12',
      reversalSecurityField: 'omit',
      reversalOriginal: 'own',
      scriptNoticeField60Digits: 13,
    });
    expect(config.value.merchant).not.toHaveProperty('hardware');
  });

  test('keeps what it says of the dialect and of the hardware', () => {
    const dialect = {
      signInKeys: '001',
      readingCapability: '6',
      partialApproval: '9',
      pinLengthMax: '06',
      reversalSecurityField: 'send',
      reversalOriginal: 'resend',
      scriptNoticeField60Digits: 11,
    };
    const hardware = { certificate: '3150', serial: 'SXX-4C304119' };
    const config = load({
      ...complete,
      host: { ...complete.host, dialect },
      merchant: { ...complete.merchant, hardware },
    });
    expect(config).toMatchObject({ ok: true, value: { host: { dialect }, merchant: { hardware } } });
  });

  test.each([
    ['001', 'omit'],
    ['003', 'omit'],
    ['004', 'omit'],
    ['005', 'send'],
    ['006', 'send'],
  ])('with the keys %s says %s of field 53 in reversals', (signInKeys, reversalSecurityField) => {
    const config = load({ ...complete, host: { ...complete.host, dialect: { signInKeys } } });
    expect(config).toMatchObject({ ok: true, value: { host: { dialect: { reversalSecurityField } } } });
  });

  test.each(['http-tunnel', 'https-tunnel'])('over an %s has the header fields of dialect sheet 1.4', (access) => {
    const caFile = access === 'https-tunnel' ? { caFile: 'ca.pem' } : {};
    const config = load({ ...complete, host: { address: 'x', port: 1, access, ...caFile } });
    expect(config).toMatchObject({
      ok: true,
      value: {
        host: {
          tunnel: {
            path: '/mjc/webtrans/VPB_lb',
            userAgent: 'Donjin Http 0.1',
            cacheControl: 'no-cache',
            contentType: 'x-ISO-TPDU/x-auth',
            accept: '*/*',
          },
        },
      },
    });
  });

  test('keeps what it says of the tunnel and of the backup', () => {
    const host = {
      address: 'x',
      port: 1,
      access: 'http-tunnel',
      tunnel: { path: '/p' },
      backup: { address: 'y', port: 2 },
    };
    expect(load({ ...complete, host })).toMatchObject({
      ok: true,
      value: {
        host: {
          tunnel: { path: '/p', accept: '*/*' },
          backup: { address: 'y', port: 2, returnToPrimaryMs: 300_000 },
        },
      },
    });
  });

  test('names nobody, and takes transactions as most acquirers do, unless told', () => {
    const config = load(complete);
    if (!config.ok) throw new Error(config.error);
    expect(config.value).not.toHaveProperty('people');
    const both = { card: true, pin: true };
    expect(config.value.transactions).toEqual({
      policies: { void: both, preAuthorizationVoid: both, completion: both, completionVoid: both },
      transfer: 'two-card',
      completionAdvice: { stored: false },
      pinTriesMax: 3,
      fallback: true,
    });
    expect(config.value.settlement).toEqual({ details: true, resends: 2 });
  });

  test('keeps what it says of transactions', () => {
    const transactions = {
      policies: { void: { pin: false }, completion: { card: false } },
      transfer: 'one-message',
      completionAdvice: { stored: true },
      pinTriesMax: 5,
    };
    const settlement = { details: false, resends: 0 };
    expect(load({ ...complete, transactions, settlement })).toMatchObject({
      ok: true,
      value: {
        transactions: {
          ...transactions,
          policies: {
            void: { card: true, pin: false },
            completion: { card: false, pin: true },
            completionVoid: { card: true, pin: true },
          },
        },
        settlement,
      },
    });
  });

  test('gives the supervisor 00 and everybody three tries', () => {
    expect(load({ ...complete, people })).toMatchObject({
      ok: true,
      value: {
        people: { supervisor: { number: '00', passwordHash }, operators: people.operators, wrongPasswordsMax: 3 },
      },
    });
  });

  test('takes twenty operators, and a supervisor of another number', () => {
    const operators = Array.from({ length: 20 }, (_, index) => ({
      number: String(index).padStart(2, '0'),
      passwordHash,
    }));
    const supervisor = { number: '99', passwordHash };
    expect(load({ ...complete, people: { supervisor, operators, wrongPasswordsMax: 5 } })).toMatchObject({ ok: true });
  });

  test.each([
    ['as the hash', { ...people, supervisor: { passwordHash: '90715634' } }],
    ['as a number', { ...people, supervisor: { passwordHash: 90_715_634 } }],
    ['instead of the supervisor', { ...people, supervisor: '90715634' }],
    ['instead of an operator', { ...people, operators: ['90715634'] }],
    ['instead of the operators', { ...people, operators: '90715634' }],
    ['instead of the people', '90715634'],
  ])('with a clear password %s is refused without repeating it', (_, wrong) => {
    const loaded = load({ ...complete, people: wrong });
    expect(loaded).toMatchObject({ ok: false, error: expect.stringMatching(/"people[^"]*" must /) });
    expect(JSON.stringify(loaded)).not.toContain('90715634');
  });

  test.each<[string, unknown, RegExp]>([
    [
      'people and no operators',
      { ...complete, people: { supervisor: { passwordHash } } },
      /"people\.operators" is missing/,
    ],
    [
      'an empty list of operators',
      { ...complete, people: { ...people, operators: [] } },
      /"people\.operators" must list 1 to 20 operators/,
    ],
    [
      '21 operators',
      {
        ...complete,
        people: {
          ...people,
          operators: Array.from({ length: 21 }, (_, index) => ({ number: String(index + 10), passwordHash })),
        },
      },
      /"people\.operators" must list 1 to 20 operators/,
    ],
    [
      'two operators of one number',
      { ...complete, people: { ...people, operators: [...people.operators, ...people.operators] } },
      /"people\.operators" must not give the number 01 to two people/,
    ],
    [
      "an operator of the supervisor's number",
      { ...complete, people: { ...people, operators: [{ number: '00', passwordHash }] } },
      /"people\.operators" must not give the number 00 to two people \(the supervisor counts\)/,
    ],
    [
      'an operator number of one digit',
      { ...complete, people: { ...people, operators: [{ number: '1', passwordHash }] } },
      /"people\.operators\.0\.number" must be 2 digits/,
    ],
    [
      'a hash that would take a gigabyte',
      { ...complete, people: { ...people, supervisor: { passwordHash: passwordHash.replace('32768', '1048576') } } },
      /"people\.supervisor\.passwordHash" must be what "npm run --silent tool -- password" prints/,
    ],
    [
      'a clear password as a number',
      { ...complete, people: { ...people, supervisor: { passwordHash: 12_345_678 } } },
      /"people\.supervisor\.passwordHash" must be what "npm run --silent tool -- password" prints/,
    ],
    ['a person without more', { ...complete, people: '' }, /"people" must be of type Object/],
    [
      'no try at all',
      { ...complete, people: { ...people, wrongPasswordsMax: 0 } },
      /"people\.wrongPasswordsMax" must be a whole number from 1 to 9/,
    ],
    [
      'six PIN tries',
      { ...complete, transactions: { pinTriesMax: 6 } },
      /"transactions\.pinTriesMax" must be a whole number from 1 to 5/,
    ],
    [
      'a policy for what has none',
      { ...complete, transactions: { policies: { refund: { card: false } } } },
      /"transactions\.policies\.refund" is not a key/,
    ],
    [
      'a policy in words',
      { ...complete, transactions: { policies: { void: { card: 'no' } } } },
      /"transactions\.policies\.void\.card" must be true or false/,
    ],
    [
      'an unknown transfer',
      { ...complete, transactions: { transfer: 'giro' } },
      /"transactions\.transfer" must be "two-card" or "one-message"/,
    ],
    [
      'ten resends',
      { ...complete, settlement: { resends: 10 } },
      /"settlement\.resends" must be a whole number from 0 to 9/,
    ],
    ['an unknown key', { ...complete, hots: {} }, /"hots" is not a key/],
    ['an unknown key below', { ...complete, host: { ...complete.host, prot: 1 } }, /"host\.prot" is not a key/],
    ['a missing key', { ...complete, host: { address: 'x', caFile: 'y' } }, /"host\.port" is missing/],
    ['a wrong type', { ...complete, host: { ...complete.host, port: 'x' } }, /"host\.port" is wrong/],
    [
      'a short terminal number',
      { ...complete, merchant: { ...complete.merchant, terminalNumber: '1' } },
      /"merchant\.terminalNumber" must be 8/,
    ],
    ['a port out of range', { ...complete, host: { ...complete.host, port: 70_000 } }, /"host\.port"/],
    [
      'a negative patience',
      { ...complete, devices: { ...complete.devices, patienceMs: -1 } },
      /"devices\.patienceMs" is wrong/,
    ],
    ['no JSON', '{', /is not JSON/],
    [
      'TLS and no authority',
      { ...complete, host: { address: 'x', port: 1 } },
      /"host\.caFile" must name the PEM file .* host\.access "tls" needs\.$/,
    ],
    [
      'an HTTPS tunnel and no authority',
      { ...complete, host: { address: 'x', port: 1, access: 'https-tunnel' } },
      /"host\.caFile" must name .* "https-tunnel" needs/,
    ],
    [
      'an authority for a plain line',
      { ...complete, host: { ...complete.host, access: 'tcp' } },
      /"host\.caFile" must not be given: with host\.access "tcp" nothing is encrypted/,
    ],
    [
      'a name for the certificate of a plain tunnel',
      { ...complete, host: { address: 'x', port: 1, access: 'http-tunnel', serverName: 'y' } },
      /"host\.serverName" must not be given: with host\.access "http-tunnel"/,
    ],
    [
      'a tunnel on a line without one',
      { ...complete, host: { ...complete.host, tunnel: {} } },
      /"host\.tunnel" must not be given: host\.access "tls" is no tunnel/,
    ],
    ['an unknown access', { ...complete, host: { ...complete.host, access: 'x25' } }, /"host\.access" is wrong/],
    [
      'a line end in a header field',
      { ...complete, host: { address: 'x', port: 1, access: 'http-tunnel', tunnel: { userAgent: 'a\r\nb' } } },
      /"host\.tunnel\.userAgent" must be printable ASCII/,
    ],
    [
      'a tunnel path with a blank',
      { ...complete, host: { address: 'x', port: 1, access: 'http-tunnel', tunnel: { path: '/a b' } } },
      /"host\.tunnel\.path" must begin with \//,
    ],
    [
      'SM4 keys and reversals without field 53',
      {
        ...complete,
        host: { ...complete.host, dialect: { signInKeys: '006', reversalSecurityField: 'omit' } },
      },
      /"host\.dialect\.reversalSecurityField" must not be "omit": with SM4 keys, as .* "006"/,
    ],
    [
      'a key form that nobody knows',
      { ...complete, host: { ...complete.host, dialect: { signInKeys: '002' } } },
      /"host\.dialect\.signInKeys" is wrong/,
    ],
    [
      'the MAC rules as a setting',
      { ...complete, host: { ...complete.host, dialect: { macRequiredFor: {} } } },
      /"host\.dialect\.macRequiredFor" is not a key/,
    ],
    [
      'a certificate number of five digits',
      { ...complete, merchant: { ...complete.merchant, hardware: { certificate: '31500', serial: 'X' } } },
      /"merchant\.hardware\.certificate" must be 4 digits/,
    ],
    [
      'a serial number too long for its two digits of length',
      { ...complete, merchant: { ...complete.merchant, hardware: { certificate: '3150', serial: 'X'.repeat(96) } } },
      /"merchant\.hardware\.serial" must be 1 to 95 printable/,
    ],
    ['a logo that is nothing', { ...complete, slip: { logo: {} } }, /"slip\.logo" must name one of "file"/],
    [
      'a backup without a port',
      { ...complete, host: { ...complete.host, backup: { address: 'x' } } },
      /"host\.backup\.port" is missing/,
    ],
  ])('with %s is refused in one sentence that names it', (_, config, message) => {
    const loaded = load(config);
    expect(loaded.ok).toBe(false);
    expect(loaded).toMatchObject({ error: expect.stringMatching(message) });
    expect(!loaded.ok && loaded.error.includes('\n')).toBe(false);
  });

  test('that is not there is named', () => {
    expect(loadTerminalConfig('/nowhere/terminal.json')).toMatchObject({
      ok: false,
      error: expect.stringContaining('/nowhere/terminal.json'),
    });
  });
});
