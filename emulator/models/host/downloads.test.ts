/**
 * What terminals download, and the header digit that tells them to (dialect sheet 1.2, 7.3, 7.4).
 *
 * Mutations tried: every list complete after its first part, SM2 keys among the others, the digit never set, or kept over a
 * sign-in. Each was noticed.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Bug } from '../../../src/domain/result.ts';
import { defaultDownloads } from './download-data.ts';
import { hexOf, textOf } from './transfers.ts';
import { hostOf, MERCHANT, TestTerminal, type Changes } from './terminal.testing.ts';

const world = (changes: Parameters<typeof hostOf>[0] = {}) => {
  const host = hostOf(changes);
  const terminal = new TestTerminal(host);
  const send = (mti: string, code: string, changes: Changes = {}) =>
    terminal.ask(terminal.message(mti, { 60: `00000007${code}`, ...changes }));
  /** Asks until the list is complete; field 62 of every answer without its status. */
  const list = (code: string) => {
    const parts: string[] = [];
    for (let count = 0, status = '2'; status === '2'; count += defaultDownloads.entriesPerAnswer) {
      const answer = send('0820', code, { 62: hexOf(`1${String(count).padStart(2, '0')}`) }).fields[62] ?? '';
      status = textOf(answer.slice(0, 2));
      parts.push(answer.slice(2));
    }
    return parts;
  };
  return { host, terminal, send, list };
};

describe('terminal parameters', () => {
  test('come in one answer, each with the length that its tag has', () => {
    const { fields } = world().send('0800', '360');
    const text = textOf(fields[62] ?? '');
    expect(text).toMatch(/^1160126013320121122SLIPWAY TEST SHOP {23}23324126/);
    expect([fields[39], fields[11], text.length]).toEqual([
      '00',
      undefined,
      2 * 9 + 2 + 2 + 1 + 1 + 1 + 40 + 1 + 1 + 4,
    ]);
  });

  test('of another length are a bug of the setup', () => {
    const downloads = { ...defaultDownloads, parameters: [['12', '6']] as const };
    expect(() => hostOf({ downloads })).toThrow(Bug);
  });
});

describe('CA keys', () => {
  test('are listed part by part, 23 bytes each', () => {
    const parts = world().list('372');
    expect(parts.map(({ length }) => length)).toEqual([2 * 46, 46]);
    expect(parts.join('')).toContain(`9F0605A0000003339F2201E1DF0508${hexOf('20351231')}`);
  });

  test('are downloaded one by one, with a check value that is right', () => {
    const { send } = world();
    for (const key of defaultDownloads.caKeys) {
      const name = `9F0605${key.rid}9F2201${key.index}`;
      const { fields } = send('0800', '370', { 62: name });
      const hash = createHash('sha1').update(Buffer.from(`${key.rid}${key.index}${key.modulus}03`, 'hex'));
      const length = (key.modulus.length / 2).toString(16).toUpperCase();
      expect(fields[62]).toBe(
        `31${name}DF0508${hexOf('20351231')}DF060101DF070101DF0281${length}${key.modulus}DF040103` +
          `DF0314${hash.digest('hex').toUpperCase()}`,
      );
    }
  });

  test('of SM2 are listed apart', () => {
    const [key] = defaultDownloads.caKeys;
    const sm2 = { ...key, index: '91', keyAlgorithm: '04' } as typeof key & object;
    const { list } = world({ downloads: { ...defaultDownloads, caKeys: [...defaultDownloads.caKeys, sm2] } });
    expect([list('373').join('').length, list('372').join('').length]).toEqual([46, 3 * 46]);
  });

  test('that nobody has are answered 0', () => {
    expect(world().send('0800', '370', { 62: '9F0605A0000003339F2201EE' }).fields[62]).toBe('30');
  });

  test('when there are none are listed as 0', () => {
    const { list } = world({ downloads: { ...defaultDownloads, caKeys: [] } });
    expect(list('372')).toEqual(['']);
  });
});

describe('applications', () => {
  test('are listed part by part', () => {
    const parts = world().list('382');
    expect(parts.map(({ length }) => length)).toEqual([44, 44]);
    expect(parts.join('')).toContain('9F0608A000000333010101');
  });

  test('are downloaded one by one', () => {
    const { fields } = world().send('0800', '380', { 62: '9F0608A000000333010102' });
    expect(fields[62]).toMatch(/^319F0608A000000333010102DF0101009F08020030DF1105D84000A800/);
    expect(world().send('0800', '380', { 62: '9F0608A000000333010199' }).fields[62]).toBe('30');
  });
});

test('the blacklist comes part by part, with the index to go on from', () => {
  const { send } = world();
  const ask = (index: string) => textOf(send('0800', '390', { 62: hexOf(index) }).fields[62] ?? '');
  expect(ask('000')).toBe('2002196222021234567890011196222021234567890029');
  expect(ask('002')).toBe('1004196222021234567890037196222021234567804228');
  expect(ask('004')).toBe('0004');
});

test.each([
  ['0820', '372', '000'],
  ['0820', '382', '10'],
  ['0800', '390', '00'],
])('a query (%s %s) for %s is a format error', (mti, code, text) => {
  expect(world().send(mti, code, { 62: hexOf(text) }).fields[39]).toBe('30');
});

test.each([
  ['more keys than a count can say', { caKeys: Array.from({ length: 100 }, () => defaultDownloads.caKeys[0]) }],
  ['a blacklist of what are no cards', { blacklist: ['4111'] }],
  ['answers without entries', { entriesPerAnswer: 0 }],
])('%s are a bug of the setup', (_, change) => {
  const downloads = { ...defaultDownloads, ...change } as typeof defaultDownloads;
  expect(() => hostOf({ downloads })).toThrow(Bug);
});

describe('the processing requirement', () => {
  const requirementIn = ({ header }: { readonly header: string }) => header[5];

  test.each([
    [1, '0800', '360'],
    [2, '0820', '362'],
    [4, '0800', '371'],
    [5, '0800', '381'],
    [7, '0800', '391'],
  ])('%i stands in the header until %s %s has come', (digit, mti, code) => {
    const { host, terminal, send } = world();
    host.does({ type: 'require', digit });
    terminal.signIn();
    const before = [send('0820', '301'), terminal.ask(terminal.sale({ stan: 2 }))].map(requirementIn);
    const after = [send(mti, code, { 62: undefined }), send('0820', '301')].map(requirementIn);
    expect([before, after]).toEqual([
      [String(digit), String(digit)],
      ['0', '0'],
    ]);
  });

  test('3 is met by a sign-in', () => {
    const { host, terminal, send } = world();
    host.does({ type: 'require', digit: 3 });
    expect(requirementIn(send('0820', '301'))).toBe('3');
    expect(requirementIn(terminal.signIn())).toBe('0');
  });

  test('several come one after the other, each once', () => {
    const terminals = [
      { terminal: '10000001', merchant: MERCHANT, masterKey: '44'.repeat(16), batch: 7, requires: [4, 5] },
    ];
    const { host, send } = world({ terminals });
    host.does({ type: 'require', digit: 5 });
    const digits = [send('0820', '301'), send('0800', '371'), send('0820', '301'), send('0800', '381')];
    expect(digits.map(requirementIn)).toEqual(['4', '5', '5', '0']);
  });

  test('is of one terminal where it names one, and is forgotten with 0', () => {
    const { host, send } = world();
    const second = new TestTerminal(host, '10000002');
    const echo = () => requirementIn(second.ask(second.message('0820', { 60: '00000007301' })));
    host.does({ type: 'require', digit: 9, terminal: '10000002' });
    expect([requirementIn(send('0820', '301')), echo()]).toEqual(['0', '9']);
    host.does({ type: 'require', digit: 0 });
    expect(echo()).toBe('0');
  });

  test.each([{ digit: 10 }, { digit: 1.5 }, { digit: 1, terminal: '99999999' }])('of %o is a bug', (deed) => {
    const { host } = world();
    expect(() => host.does({ type: 'require', ...deed })).toThrow(Bug);
  });
});
