/** The emulated device: what it is set up with, and the words that change it, reach its host and its readers. */
import { expect, test } from 'vitest';
import { loadCards } from './cards.ts';
import { ChipWallet } from './chip-wallet.ts';
import { EmulatedDevice, TEST_TERMINAL } from './device.ts';
import { fromHex, toHex } from './models/crypto/hex.ts';
import { account, TestTerminal } from './models/host/terminal.testing.ts';
import { parseDeed } from './scenario/deeds.ts';
import { Random } from './time/random.ts';
import { VirtualClock } from './time/virtual-clock.ts';
import { memoryWire } from './wire/memory.ts';

const poor = loadCards().find(({ name }) => name === 'insufficient-funds');
if (poor === undefined) throw new Error('There is no card "insufficient-funds".');

const world = (setup: { readonly partialApproval?: boolean; readonly chipCards?: ChipWallet } = {}) => {
  const clock = new VirtualClock(0);
  const wire = () => memoryWire(clock, { latencyMs: 1 });
  const reader = wire();
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
    { 'swipe-reader': wire().far, 'pin-pad': wire().far, printer: wire().far, 'chip-reader': reader.far },
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
  let heard = '';
  reader.near.listen({ bytes: (chunk) => (heard += toHex(chunk)), closed: () => undefined });
  /** What the chip card reader has said since it was last asked, and to this. */
  const says = (hex = ''): string => {
    if (hex !== '') reader.near.write(fromHex(hex));
    clock.advance(1_000);
    const said = heard;
    heard = '';
    return said;
  };
  return { terminal, does, short, says };
};

const chipWorld = () => world({ chipCards: new ChipWallet(new Random('chip cards')) });

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

const INSERTED = '5003';
const REMOVED = '5002';
const POWER_ON = '0306620000000000080100006E';
/** SELECT of the payment system environment, as the recording on the CCID serial sheet has it. */
const SELECT_PSE = '03066F14000000001300000000A404000E315041592E5359532E444446303100A4';

test('a chip card that is inserted and pulled moves the reader’s slot', () => {
  const { does, says } = chipWorld();
  expect([does('insert chip-credit'), says()]).toEqual([undefined, INSERTED]);
  expect([does('pull'), says()]).toEqual([undefined, REMOVED]);
  expect([does('pull'), says()]).toEqual([undefined, '']);
});

test('a card makes room for the next one', () => {
  const { does, says } = chipWorld();
  does('insert chip-credit');
  expect([does('insert chip-debit'), says()]).toEqual([undefined, INSERTED + REMOVED + INSERTED]);
});

test('a recording is a card too', () => {
  const { does, says } = chipWorld();
  does('insert fixtures/cards-replay/unionpay-t0.json');
  says();
  expect(says(POWER_ON)).toContain('3B600000');
});

test.each([
  ['insert nobody', 'There is no chip card "nobody".'],
  ['insert none.json', 'none.json'],
  ['insert approved', 'There is no chip card "approved".'],
])('"%s" is answered with what is wrong', (words, sentence) => {
  const { does, says } = chipWorld();
  expect(does(words)).toContain(sentence);
  expect(says()).toBe('');
});

test('a device without chip cards has an empty slot', () => {
  expect(world().does('insert chip-credit')).toBe('There is no chip card "chip-credit".');
});

test.each(['before', 'after'])(
  'a card that is to answer one command is pulled after it, said %s it went in',
  (when) => {
    const { does, says } = chipWorld();
    const moment = () => expect(does('pull after 1')).toBeUndefined();
    if (when === 'before') moment();
    does('insert chip-credit');
    if (when === 'after') moment();
    says(POWER_ON);
    const said = says(SELECT_PSE);
    expect(said.endsWith(REMOVED)).toBe(true);
    // The echo, and the answer.
    expect(said.match(/0306/g)).toHaveLength(2);
    does('insert chip-credit');
    says(POWER_ON);
    expect(says(SELECT_PSE)).not.toContain(REMOVED);
  },
);

test('a card that is pulled at an instruction is mute to it', () => {
  const { does, says } = chipWorld();
  does('insert chip-credit');
  does('pull at A4');
  says(POWER_ON);
  // Command failed, no card any more; the card is mute.
  expect(says(SELECT_PSE)).toContain('8000000000001342FE');
});

test('a reader without power says nothing, and its card stays in', () => {
  const { does, says } = chipWorld();
  does('insert chip-credit');
  says();
  does('reader off');
  expect(says(POWER_ON)).toBe('');
  does('reader on');
  expect(says(POWER_ON)).not.toBe('');
});

test('a chip card has a stripe, and an account at the host', () => {
  const wallet = new ChipWallet(new Random('chip cards'));
  const { does, terminal } = world({ chipCards: wallet });
  expect(does('swipe chip-credit')).toBeUndefined();
  const [bankAccount] = wallet.accounts;
  if (bankAccount === undefined) throw new Error('There is no account.');
  expect(terminal.ask(terminal.sale({ stan: 1, account: bankAccount })).fields[39]).toBe('00');
});

test('a card remembers what it did while it was out', () => {
  const wallet = new ChipWallet(new Random('chip cards'));
  expect(wallet.take('chip-credit')).toBe(wallet.take('chip-credit'));
});
