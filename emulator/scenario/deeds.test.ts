/** The words of scripts: what they mean, and that nonsense is answered with help. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../models/host/decisions.ts';
import type { PrinterDeed } from '../models/printer/deeds.ts';
import { DEED_HELP, parseDeed } from './deeds.ts';
import { FAULTS } from './faults.ts';

const meant = (words: string) => {
  const deed = parseDeed(words);
  return deed.ok ? deed.value : undefined;
};
const host = (words: string) => {
  const deed = meant(`host ${words}`);
  return deed?.type === 'host' ? deed.deed : undefined;
};

test.each([
  ['insert chip-credit', { type: 'insert', card: 'chip-credit' }],
  ['insert my cards/one.json', { type: 'insert', card: 'my cards/one.json' }],
  ['pull', { type: 'pull' }],
  ['pull after 3', { type: 'pull', moment: { type: 'after', commands: 3 } }],
  ['pull at AE', { type: 'pull', moment: { type: 'at', instruction: 0xae, nth: 1 } }],
  ['pull at ae 2', { type: 'pull', moment: { type: 'at', instruction: 0xae, nth: 2 } }],
  ['reader off', { type: 'reader-power', on: false }],
  ['reader on', { type: 'reader-power', on: true }],
  ['reader pin 12', { type: 'reader-press', keys: ['1', '2', 'enter'] }],
  ['reader key cancel', { type: 'reader-press', keys: ['cancel'] }],
  ['line chip-reader heal', { type: 'heal', line: 'chip-reader' }],
])('"%s" is done to the chip card reader', (words, deed) => {
  expect(meant(words)).toEqual(deed);
});

test.each([
  'insert',
  'pull out',
  'pull after',
  'pull after 0',
  'pull after 3 2',
  'pull at A',
  'pull at AE 0',
  'reader',
])('"%s" is not done to it', (words) => {
  expect(meant(words)).toBeUndefined();
});

describe('what the host does next', () => {
  test.each<[string, Decision]>([
    ['lose-request', { type: 'silent' }],
    ['silent', { type: 'silent' }],
    ['lose-reply', { type: 'lose-reply' }],
    ['bad-mac', { type: 'bad-mac' }],
    ['hang-up', { type: 'hang-up' }],
    ['twice', { type: 'twice' }],
    ['wrong-stan', { type: 'wrong-stan' }],
    ['wrong-terminal', { type: 'wrong-terminal' }],
    ['truncated', { type: 'truncated' }],
    ['oversized', { type: 'oversized' }],
    ['late 5000', { type: 'late', ms: 5000 }],
    ['refuse 51', { type: 'refuse', responseCode: '51' }],
    ['approve A2', { type: 'approve', responseCode: 'A2' }],
  ])('is said with "%s"', (words, decision) => {
    expect(host(`next 0200 ${words}`)).toEqual({ type: 'next', mti: '0200', decision });
  });

  test('may be for whatever comes, for several, and for one terminal', () => {
    expect(host('next any late 100 times 3')).toEqual({ type: 'next', times: 3, decision: { type: 'late', ms: 100 } });
    expect(host('next 0200 twice terminal 11115007')).toEqual({
      type: 'next',
      mti: '0200',
      terminal: '11115007',
      decision: { type: 'twice' },
    });
    expect(host('next any hang-up times 2 terminal 11115007')).toMatchObject({ times: 2, terminal: '11115007' });
  });
});

test.each([
  ['stop', { type: 'stop' }],
  ['start', { type: 'start' }],
  ['slow 2000', { type: 'slow', ms: 2000 }],
  ['slow 0', { type: 'slow', ms: 0 }],
  ['rule 51', { type: 'rule', rule: { responseCode: '51' } }],
  [
    'rule 61 card 1117 amount 1234 ending 34 mti 0200 times 2',
    {
      type: 'rule',
      rule: { responseCode: '61', card: '1117', amountMinor: '1234', amountEndsWith: '34', mti: '0200', times: 2 },
    },
  ],
  ['rules clear', { type: 'forget-rules' }],
  ['require 4', { type: 'require', digit: 4 }],
  ['require 1 11115007', { type: 'require', digit: 1, terminal: '11115007' }],
  ['partial on', { type: 'partial-approval', on: true }],
  ['partial off', { type: 'partial-approval', on: false }],
  ['card 1117 lost', { type: 'card', card: '1117', state: 'lost' }],
  [
    'script 1005 72 84240000 04DA9F5803',
    {
      type: 'script',
      card: '1005',
      script: {
        when: 'after',
        commands: [
          { type: 'any', header: '84240000', data: '' },
          { type: 'any', header: '04DA9F58', data: '03' },
        ],
      },
    },
  ],
  [
    'script 1005 71 841e0000',
    {
      type: 'script',
      card: '1005',
      script: { when: 'before', commands: [{ type: 'any', header: '841e0000', data: '' }] },
    },
  ],
])('"host %s" is understood', (words, deed) => {
  expect(host(words)).toEqual(deed);
});

test.each(['down', 'up'])('"host %s" is about its machine', (word) => {
  expect(meant(`host ${word}`)).toEqual({ type: 'host-power', on: word === 'up' });
});

test.each<[string, PrinterDeed]>([
  ['paper load', { type: 'load-paper' }],
  ['paper load 4000', { type: 'load-paper', lengthDots: 4000 }],
  ['paper out-after 5', { type: 'paper-out-after', lines: 5 }],
  ['paper out-after 5 rows', { type: 'paper-out-after', rows: 5 }],
  ['cover open-after 3 lines', { type: 'open-cover-after', lines: 3 }],
  ['printer off-after 40 rows', { type: 'power-off-after', rows: 40 }],
  ['printer off-after 812 bytes', { type: 'power-off-after', bytes: 812 }],
  ['feed press', { type: 'press-feed' }],
  ['head clean', { type: 'clean-head' }],
  ['head dirt 7,8,100', { type: 'dirty-head', deadColumns: [7, 8, 100] }],
  ['head dead 5', { type: 'burn-out', columns: [5] }],
  ['head wear 70000', { type: 'wear-head', rows: 70_000 }],
])('"%s" is done to the printer', (words, deed) => {
  expect(meant(words)).toEqual({ type: 'printer', deed });
});

test.each([
  'paper load lots',
  'paper load 10 rows',
  'paper out-after',
  'paper out-after 5 bytes',
  'paper out-after 5 rows now',
  'cover open-after x',
  'head dirt',
  'head dirt 7,',
  'printer explode',
])('"%s" is no deed', (words) => {
  expect(meant(words)).toBeUndefined();
});

test.each([
  'next 0200 explode',
  'next 0200 late',
  'next 0200 late 0',
  'next 0200 refuse 00',
  'next 0200 refuse 5',
  'next 0200 approve 51',
  'next 0200 twice 2',
  'next 0200 twice times 0',
  'next 0200 twice terminal',
  'next sale twice',
  'slow',
  'slow fast',
  'rule',
  'rule 10',
  'rule 51 card 117',
  'rule 51 amount',
  'rule 51 colour red',
  'require x',
  'require 4 1 2',
  'partial',
  'partial maybe',
  'card 1117',
  'card 1117 broken',
  'card 117 lost',
  'script 1005',
  'script 1005 72',
  'script 1005 73 84240000',
  'script 1005 72 842400',
  'script 1005 72 842400001',
  'script 005 72 84240000',
  'dance',
])('"host %s" is no deed, and the answer says what is', (words) => {
  const deed = parseDeed(`host ${words}`);
  expect(deed).toMatchObject({ ok: false, error: expect.stringContaining(DEED_HELP.at(-1) ?? '') });
});

test.each(FAULTS.flatMap(({ deeds }) => deeds))('"%s" of the named faults is understood', (words) => {
  expect(meant(words)).toBeDefined();
});
