/** The emulated device: what it is set up with, and the words that change it, reach its host. */
import { expect, test } from 'vitest';
import { loadCards } from './cards.ts';
import { EmulatedDevice, TEST_TERMINAL } from './device.ts';
import { account, TestTerminal } from './models/host/terminal.testing.ts';
import { parseDeed } from './scenario/deeds.ts';
import { Random } from './time/random.ts';
import { VirtualClock } from './time/virtual-clock.ts';
import { memoryWire } from './wire/memory.ts';

const poor = loadCards().find(({ name }) => name === 'insufficient-funds');
if (poor === undefined) throw new Error('There is no card "insufficient-funds".');

const world = (setup: { readonly partialApproval?: boolean } = {}) => {
  const clock = new VirtualClock(0);
  const wires = [1, 2, 3].map(() => memoryWire(clock, { latencyMs: 1 }).far);
  const [swipeReader, pinPad, printer] = wires;
  if (!swipeReader || !pinPad || !printer) throw new Error('Three wires were wanted.');
  const device = new EmulatedDevice(
    {
      clock,
      random: new Random('device'),
      noise: new Random('device'),
      cards: loadCards(),
      terminals: [TEST_TERMINAL],
      now: () => '20260302100000',
      lateMs: 90_000,
      noisyWires: false,
      onSight: () => undefined,
      onSurprise: (error) => {
        throw error;
      },
      hostPower: () => undefined,
      ...setup,
    },
    { 'swipe-reader': swipeReader, 'pin-pad': pinPad, printer },
  );
  const terminal = new TestTerminal(device.host, TEST_TERMINAL.terminal, TEST_TERMINAL.merchant);
  terminal.signIn();
  const does = (words: string) => {
    const deed = parseDeed(words);
    return deed.ok ? device.does(deed.value) : deed.error;
  };
  const card = account({ pan: poor.pan, expiry: poor.expiry });
  /** F39 of a sale that the card has not the funds for. */
  const short = (stan: number) =>
    terminal.ask(terminal.sale({ stan, account: card }, { 60: `22${terminal.batch}000501` })).fields[39];
  return { terminal, does, short };
};

test.each([
  [{}, '51'],
  [{ partialApproval: true }, '10'],
])('a sale short of funds is answered as the setup %o says', (setup, code) => {
  expect(world(setup).short(1)).toBe(code);
});

test('a sale short of funds is answered as the words say', () => {
  const { does, short } = world({ partialApproval: true });
  expect([does('host partial off'), short(1)]).toEqual([undefined, '51']);
  expect([does('host partial on'), short(2)]).toEqual([undefined, '10']);
});

test('the header asks for what the words say, until it is done', () => {
  const { terminal, does } = world();
  const echo = () => terminal.ask(terminal.message('0820', { 60: '00000000301' })).header[5];
  expect([echo(), does('host require 4'), echo(), echo()]).toEqual(['0', undefined, '4', '4']);
  terminal.ask(terminal.message('0800', { 60: '00000000371' }));
  expect([echo(), does('host require 1 99999999')]).toEqual(['0', 'The host has no terminal "99999999".']);
});
