/** Restrictions, risk and what the terminal makes of them. */
import { describe, expect, test } from 'vitest';
import type { TerminalSettings } from './terminal.ts';
import type { WorldScript } from './testing/drive.ts';
import { noCvm, run, type Situation, UNABLE } from './testing/run.ts';
import { TEST_PAN, testCaKey } from './testing/test-card.ts';

describe('processing restrictions', () => {
  test.each<[string, Situation, string]>([
    ['another version', { objects: { '9F08': '0020' } }, '0080000000'],
    ['no version', { objects: { '9F08': '-' } }, '0000000000'],
    ['expired', { input: { date: '20310101' }, settings: { caKeys: [] } }, '0840000000'],
    ['on its last day', { input: { date: '20301231' } }, '0000000000'],
    ['not yet effective', { objects: { '5F25': '261124' } }, '0020000000'],
    ['on its first day', { objects: { '5F25': '261123' } }, '0000000000'],
    ['not at other terminals than cash machines', { objects: { '9F07': 'FEC0' } }, '0010000000'],
    ['not for domestic goods and services', { objects: { '9F07': 'D7C0' } }, '0010000000'],
    ['for domestic services only', { objects: { '9F07': '0900' } }, '0000000000'],
    [
      'not for foreign ones, abroad',
      { objects: { '9F07': 'EBC0' }, settings: { caKeys: [testCaKey], countryCode: '0840' } },
      '0010000000',
    ],
    ['not for cash', { objects: { '9F07': '7FC0' }, input: { transactionType: '01' } }, '0010000000'],
    ['not for cashback', { objects: { '9F07': 'FF40' }, input: { transactionType: '09' } }, '0010000000'],
    [
      'not at cash machines, at one',
      {
        objects: { '9F07': 'FDC0' },
        settings: { caKeys: [testCaKey], terminalType: '14', additionalCapabilities: 'F000F0A001' },
      },
      '0010000000',
    ],
    [
      'not at cash machines, at one that gives no cash',
      {
        objects: { '9F07': 'FDC0' },
        settings: { caKeys: [testCaKey], terminalType: '14', additionalCapabilities: '7000F0A001' },
      },
      '0000000000',
    ],
    ['no usage control', { objects: { '9F07': '-' } }, '0000000000'],
  ])('%s', (_, situation, tvr) => {
    expect(run({ ...situation, objects: { ...noCvm, ...situation.objects } }).outcome.registers?.tvr).toBe(tvr);
  });
});

describe('terminal risk management', () => {
  const random = (percent: number, part = {}): Situation => ({
    input: { randomPercent: percent, ...part },
    application: {
      randomSelection: { thresholdMinor: 1000, targetPercent: 20, maximumPercent: 80 },
      floorLimitMinor: 2000,
    },
  });
  const counters = (now: string, last: string): Situation => ({
    objects: { '9F14': '03', '9F23': '05' },
    card: { instead: { '80CA9F36': now, '80CA9F13': last } },
  });
  test.each<[string, Situation, string]>([
    ['at the floor limit', { application: { floorLimitMinor: 1234 } }, '0000008000'],
    ['under it', { application: { floorLimitMinor: 1235 } }, '0000000000'],
    [
      'over it with what was bought before',
      { application: { floorLimitMinor: 1235 }, ports: { earlierAmountMinor: () => 1 } },
      '0000008000',
    ],
    ['on the exception file', { ports: { isOnExceptionFile: (pan) => pan.reveal() === TEST_PAN } }, '1000000000'],
    ['forced online', { input: { forcedOnline: true } }, '0000000800'],
    ['random, between: 34.04 per cent', random(34), '0000001000'],
    ['not random, between', random(35), '0000000000'],
    ['random, under the threshold', random(20, { amount: '999' }), '0000001000'],
    ['not random, under the threshold', random(21, { amount: '999' }), '0000000000'],
    ['within both limits', counters('9F36020003 9000', '9F13020001 9000'), '0000000000'],
    ['over the lower limit', counters('9F36020005 9000', '9F13020001 9000'), '0000004000'],
    ['over both', counters('9F36020007 9000', '9F13020001 9000'), '0000006000'],
    ['a new card', counters('9F36020001 9000', '9F13020000 9000'), '0008000000'],
    ['a counter that went back', counters('9F36020001 9000', '9F13020001 9000'), '0000006000'],
    ['counters that it does not tell', counters('6A88', '6A88'), '0000006000'],
    ['a counter of another tag', counters('9F13020003 9000', '9F13020001 9000'), '0000006000'],
  ])('%s', (_, situation, tvr) => {
    const { outcome } = run({ ...situation, objects: { ...noCvm, ...situation.objects } });
    expect(outcome.registers).toEqual({ tvr, tsi: 'E800', cvmResults: '1F0002' });
  });
});

describe('terminal action analysis', () => {
  const over = { application: { floorLimitMinor: 0 } };
  const asked = (situation: Situation, world: WorldScript = []): string | undefined =>
    run({ ...situation, objects: { ...noCvm, ...situation.objects }, world })
      .log.find((each) => each.startsWith('80AE'))
      ?.slice(4, 6);
  const type = (terminalType: string): Partial<TerminalSettings> => ({ caKeys: [testCaKey], terminalType });
  test.each<[string, Situation, string]>([
    ['nothing is met', over, '40'],
    ['the issuer denies', { ...over, objects: { '9F0E': '0000008000' } }, '00'],
    [
      'the terminal denies',
      {
        application: {
          floorLimitMinor: 0,
          actionCodes: { denial: '0000008000', online: '0000000000', default: '0000000000' },
        },
      },
      '00',
    ],
    ['the issuer wants it online', { ...over, objects: { '9F0F': '0000008000' } }, '80'],
    [
      'the terminal wants it online',
      {
        application: {
          floorLimitMinor: 0,
          actionCodes: { denial: '0000000000', online: '0000008000', default: '0000000000' },
        },
      },
      '80',
    ],
    ['no issuer codes, something in the TVR', { ...over, objects: { '9F0D': '-', '9F0E': '-', '9F0F': '-' } }, '80'],
    ['no issuer codes, nothing in the TVR', { objects: { '9F0D': '-', '9F0E': '-', '9F0F': '-' } }, '40'],
    ['always online', { settings: type('21') }, '80'],
    ['never online, by default declined', { ...over, settings: type('23'), objects: { '9F0D': '0000008000' } }, '00'],
    ['never online, by default approved', { ...over, settings: type('23') }, '40'],
  ])('%s', (_, situation, control) => {
    const first = control === '80' ? 0x80 : 0x40;
    expect(asked({ ...situation, card: { first } }, control === '80' ? [UNABLE] : [])).toBe(control);
  });
});
