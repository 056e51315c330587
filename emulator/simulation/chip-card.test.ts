/**
 * The kernel, its adapter and the reader of the terminal against the emulated reader, every emulated chip card and
 * their bank, in virtual time.
 *
 * Mutations that these tests noticed: a card that is gone asked once more; the host asked for a card that is gone; no
 * power off at the end, or none waited for; a cancel that is taken after the host was asked; fallback after a
 * cryptogram; the host's no made the card's; `reading` that goes on; a script on a card that is gone that undoes an
 * approval; a step told from inside a call, or after the end; two ends; a mute chip that answers with nothing.
 */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ChipEnd } from '../../src/chip/port-types.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import { CARDS, cardFile, Counter, pinFor, request } from './chip-card.testing.ts';
import { T1_ATR } from './chip-reader.testing.ts';

/** What is decided, by whom, and what it entails. */
function verdict(end: ChipEnd): string {
  switch (end.type) {
    case 'approved':
    case 'read':
      return end.type;
    case 'declined':
      return `declined by ${end.by}${end.needsReversal ? ', reverse' : ''}`;
    case 'failed':
      return `${end.reason}${end.needsReversal ? ', reverse' : ''}${end.fallbackAllowed ? ', swipe' : ''}`;
  }
}

/** TVR, TSI, CVM results, cryptograms (80 ARQC, 40 TC, 00 AAC), field 39, commands. */
const registersOf = ({ registers }: ChipEnd): string =>
  registers === undefined ? '-' : `${registers.tvr} ${registers.tsi} ${registers.cvmResults}`;

const cryptogramsOf = ({ arqc, slip }: ChipEnd): string =>
  [arqc === undefined ? undefined : '80', slip['9F27']].filter((each) => each !== undefined).join(' ');

/**
 * For a sale of 15.00. Eight records, DDA and EXTERNAL AUTHENTICATE make 17 commands: directory and its records (3),
 * SELECT, GET PROCESSING OPTIONS, records (8), INTERNAL AUTHENTICATE, two cryptograms and the issuer's between them:
 * what the locator allows at the least.
 */
const TABLE: readonly (readonly [string, string, string, string, string, string, number])[] = [
  // Card, steps, end, TVR TSI CVM results, cryptograms, field 39, commands
  ['chip-application-blocked', '', 'no-usable-application', '-', '', '', 4],
  ['chip-blocks', 'card pin host', 'approved', '0000048000 F800 020300', '80 40', '00', 17],
  ['chip-card-blocked', '', 'card-blocked', '-', '', '', 1],
  ['chip-cda', 'card pin host', 'approved', '0000008000 E800 440302', '80 40', '00', 17],
  ['chip-credit', 'card pin host', 'approved', '0000048000 F800 420300', '80 40', '00', 17],
  ['chip-dead', '', 'card-mute, swipe', '-', '', '', 0],
  ['chip-debit', 'card pin host', 'approved', '0000048000 F800 020300', '80 40', '00', 17],
  ['chip-declines', 'card pin', 'declined by card', '0000048000 E800 420300', '00', '', 15],
  ['chip-demands-issuer', 'card pin host', 'declined by card, reverse', '0000048000 E800 420300', '80 00', '00', 16],
  ['chip-expired', 'card pin host', 'declined by host', '0040048000 F800 420300', '80 00', '54', 17],
  ['chip-mute', 'card pin', 'card-mute', '0000048000 C800 420300', '', '', 15],
  ['chip-number-mismatch', 'card pin host', 'declined by host', '0800048000 E800 420300', '80 00', '14', 15],
  ['chip-offline-pin', 'card pin host', 'approved', '0000008000 F800 440302', '80 40', '00', 20],
  ['chip-pin-blocked', 'card host', 'approved', '0000208000 F800 1E0300', '80 40', '00', 18],
  ['chip-refuses-issuer', 'card pin host', 'declined by card, reverse', '0000048040 F800 420300', '80 00', '00', 17],
  ['chip-revoked-certificate', 'card pin host', 'approved', '0800048000 F800 420300', '80 40', '00', 16],
  ['chip-sda-only', 'card pin host', 'approved', '0200048000 F800 420300', '80 40', '00', 14],
  ['chip-slow', 'card pin host', 'approved', '0000048000 F800 420300', '80 40', '00', 17],
  ['chip-two-applications', 'choose card pin host', 'approved', '0000048000 F800 020300', '80 40', '00', 18],
  ['chip-wrong-length', '', 'card-data-wrong, swipe', '0000000000 0000 3F0000', '', '', 8],
  ['chip-wrong-locator', '', 'card-data-wrong, swipe', '0000000000 0000 3F0000', '', '', 14],
  ['chip-wrong-signature', 'card pin host', 'approved', '0800048000 F800 420300', '80 40', '00', 17],
  ['chip-wrong-static-signature', 'card pin host', 'approved', '4200048000 F800 420300', '80 40', '00', 14],
];

const SHORT: Readonly<Record<string, string>> = {
  'choose-application': 'choose',
  'card-read': 'card',
  'ask-pin': 'pin',
  'go-online': 'host',
};

/** As most of the cards have it. */
const T0_ATR = '3B670000534C4950574159';

const inProtocol = (name: string, protocol: string): ChipCardFile =>
  cardFile(name, name === 'chip-dead' ? {} : { answerToReset: protocol === 'T=1' ? T1_ATR : T0_ATR });

test('the table has every card', () => {
  expect(TABLE.map(([name]) => name)).toEqual([...CARDS.keys()]);
});

describe.each(['T=0', 'T=1'])('a sale with %s', (protocol) => {
  test.each(TABLE)('%s: %s: %s, %s, cryptograms %s', (name, steps, end, registers, cryptograms, code, commands) => {
    const counter = new Counter();
    const paid = counter.pay(inProtocol(name, protocol));
    const told = counter.stepTypes.flatMap((type) => SHORT[type] ?? []);
    expect([
      told.join(' '),
      verdict(paid.end),
      registersOf(paid.end),
      cryptogramsOf(paid.end),
      counter.replies.map(({ fields }) => fields[39]).join(' '),
      paid.card.commands.length,
    ]).toEqual([steps, end, registers, cryptograms, code, commands]);
    counter.bench.clock.advance(1_000);
    expect(counter.bench.surprises).toEqual([]);
    // Whatever it was, the card has no power any more and may be taken out.
    expect(counter.bench.sights.at(-1)).toEqual(name === 'chip-dead' ? undefined : { type: 'card-power', on: false });
  });
});

test('an approval carries what slip, upload and the next messages need', () => {
  const { end } = new Counter().pay(cardFile('chip-credit'));
  expect(end).toMatchObject({
    online: 'approved',
    hasScriptResults: false,
    needsSignature: false,
    card: { aid: 'A000000333010102', sequenceNumber: '001', expiry: '3012', track2: { expiry: '3012' } },
    slip: { '9F27': '40', '9F36': '0001', '5F34': '01' },
  });
  expect(end.arqc).toMatch(/^[\dA-F]{16}$/);
  expect(end.slip['9F26']).not.toBe(end.arqc);
  expect(end.fields55?.financial.length).toBeGreaterThan(100);
});

/** After so many commands, of 17, somebody takes the card out. */
const PULLS = Array.from({ length: 17 }, (_, index) => index + 1);

/** Pulled as the card answers. 15 is the first cryptogram, 16 EXTERNAL AUTHENTICATE, 17 the second cryptogram. */
const endOfT1 = (count: number): string =>
  count < 15 ? 'card-removed' : count < 17 ? 'card-removed, reverse' : 'approved';

/** A cryptogram is still to be fetched: without it the host is not asked, and what it approved is taken back. */
const endOfT0 = (count: number): string => (count < 16 ? 'card-removed' : 'card-removed, reverse');

describe.each(['T=0', 'T=1'])('with %s a card pulled', (protocol) => {
  test.each(PULLS)('after command %i comes to a defined end, and the reader takes the next', (count) => {
    const counter = new Counter();
    const card = counter.insert(inProtocol('chip-credit', protocol));
    card.onCommand = (at) => {
      if (at === count) counter.bench.does({ type: 'pull' });
    };
    counter.begin();
    const end = counter.end();
    expect(verdict(end)).toBe(protocol === 'T=0' ? endOfT0(count) : endOfT1(count));
    expect(card.commands).toHaveLength(count);
    counter.bench.clock.advance(1_000);
    expect(counter.events.map(({ type }) => type)).toEqual(['inserted', 'removed']);
    expect(verdict(counter.pay(inProtocol('chip-debit', protocol)).end)).toBe('approved');
  });
});

/** What a listener hears that comes only now. It stays the listener. */
function laterNews({ bench, events, port }: Counter): readonly string[] {
  const heard: string[] = [];
  port.onEvent((event) => {
    heard.push(event.type);
    events.push(event);
  });
  bench.clock.advance(0);
  return heard;
}

test('a later listener is told of the card that is in', () => {
  const counter = new Counter();
  counter.insert(cardFile('chip-credit'));
  expect(laterNews(counter)).toEqual(['inserted']);
});

test.each(['T=0', 'T=1'])('a card that falls silent before a cryptogram, with %s, may be swiped', (protocol) => {
  const file = { ...inProtocol('chip-credit', protocol), misbehaviours: cardFile('chip-mute').misbehaviours };
  const mute = file.misbehaviours.map((each) => ({ ...each, on: 'get-processing-options' as const }));
  expect(verdict(new Counter().pay({ ...file, misbehaviours: mute }).end)).toBe('card-mute, swipe');
  const early = file.misbehaviours.map((each) => ({ ...each, on: 'read-record' as const }));
  expect(verdict(new Counter().pay({ ...file, misbehaviours: early }).end)).toBe('card-mute, swipe');
});

describe('a card taken out', () => {
  test.each([['card-read'], ['ask-pin']] as const)('while people are at %s ends it at once', (type) => {
    const counter = new Counter();
    counter.insert(cardFile('chip-credit'));
    counter.begin(request(), (step) => (step.type === type ? undefined : counter.usual(step)));
    counter.bench.clock.advance(1_000);
    counter.bench.does({ type: 'pull' });
    expect(verdict(counter.end(1_000))).toBe('card-removed');
    counter.port.answer({ type: 'confirmed' });
    counter.bench.clock.advance(1_000);
    expect(counter.stepTypes.at(-1)).toBe('ended');
  });

  test.each([
    ['00', true, 'card-removed, reverse'],
    ['51', false, 'declined by host'],
  ])('while the host is asked is told of, and the answer %s still counts', (responseCode, isApproved, end) => {
    const counter = new Counter();
    counter.insert(cardFile('chip-credit'));
    counter.begin(request(), (step) => (step.type === 'go-online' ? undefined : counter.usual(step)));
    counter.bench.clock.advance(1_000);
    const { units } = counter;
    // Another one in its place hears nothing of it.
    const other = counter.insert(cardFile('chip-debit'));
    expect([counter.events.map(({ type }) => type), counter.stepTypes.at(-1)]).toEqual([
      ['inserted', 'removed', 'inserted'],
      'go-online',
    ]);
    counter.port.answer({ type: 'host-replied', responseCode, isApproved });
    expect(verdict(counter.end())).toBe(end);
    expect([counter.units, other.commands]).toEqual([units, []]);
  });

  test('between an answer and what follows it asks people nothing more', () => {
    const counter = new Counter();
    // Its PIN is asked for without a command in between.
    counter.insert(cardFile('chip-sda-only'));
    counter.begin(request(), (step) => {
      if (step.type !== 'card-read') return counter.usual(step);
      counter.bench.clock.after(0, () => counter.tellOfReader({ type: 'card-removed' }));
      return { type: 'confirmed' };
    });
    expect([verdict(counter.end()), counter.stepTypes]).toEqual(['card-removed', ['card-read', 'ended']]);
  });

  test('while it makes its first cryptogram is not taken to the host', () => {
    const counter = new Counter();
    const card = counter.insert(cardFile('chip-credit'));
    card.onCommand = (at) => {
      if (at === 15) counter.tellOfReader({ type: 'card-removed' });
    };
    counter.begin();
    expect([verdict(counter.end()), counter.stepTypes]).toEqual(['card-removed', ['card-read', 'ask-pin', 'ended']]);
  });

  test('after its last word, while a script runs, has approved all the same', () => {
    const counter = new Counter();
    const file = cardFile('chip-credit');
    counter.host.does({
      type: 'script',
      card: file.pan.slice(-6),
      script: { when: 'after', commands: [{ type: 'pin-unblock' }] },
    });
    const card = counter.insert({ ...file, answerToReset: T1_ATR });
    card.onCommand = (at) => {
      if (at === 17) counter.bench.does({ type: 'pull' });
    };
    counter.begin();
    const end = counter.end();
    expect([verdict(end), end.hasScriptResults, end.registers?.tvr]).toEqual(['approved', true, '0000048010']);
  });

  test('with a reader that is lost is the reader\u2019s fault', () => {
    const counter = new Counter();
    counter.insert(cardFile('chip-credit'));
    counter.begin(request(), (step) => (step.type === 'ask-pin' ? undefined : counter.usual(step)));
    counter.bench.clock.advance(1_000);
    counter.bench.does({ type: 'power', on: false });
    expect(verdict(counter.end())).toBe('reader-failed, swipe');
    expect(counter.events.at(-1)?.type).toBe('lost');
    expect(laterNews(counter)).toEqual([]);
    counter.bench.does({ type: 'power', on: true });
    counter.bench.clock.advance(10_000);
    expect(counter.events.at(-1)?.type).toBe('inserted');
    expect(verdict(counter.pay(cardFile('chip-debit')).end)).toBe('approved');
  });
});

describe('scripts of the issuer', () => {
  test.each(['before', 'after'] as const)('%s the last cryptogram run, and are reported', (when) => {
    const counter = new Counter();
    const file = cardFile('chip-pin-blocked');
    counter.host.does({
      type: 'script',
      card: file.pan.slice(-6),
      script: { when, commands: [{ type: 'pin-unblock' }] },
    });
    const { card, end } = counter.pay(file);
    expect([verdict(end), end.hasScriptResults, end.registers?.tsi]).toEqual(['approved', true, 'FC00']);
    expect(card.chip.state().pinTriesLeft).toBe(file.pinTriesMax);
  });
});

describe('the terminal', () => {
  test('that cannot reach the host declines, and the card with it', () => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-credit'), request(), (step) =>
      step.type === 'go-online' ? { type: 'unable-to-go-online' } : counter.usual(step),
    );
    expect([verdict(end), end.online, cryptogramsOf(end)]).toEqual(['declined by card', 'unable', '80 00']);
  });

  test('that only reads ends when the card has said its number, without a cryptogram', () => {
    const counter = new Counter();
    const { card, end } = counter.pay(cardFile('chip-credit'), request({ extent: 'reading' }));
    expect(end).toMatchObject({ type: 'read', card: { expiry: '3012' } });
    expect([counter.stepTypes, card.commands.some((command) => command.startsWith('80AE'))]).toEqual([
      ['ended'],
      false,
    ]);
  });

  test('may cancel while the card is at work, and begin again at once', () => {
    const counter = new Counter();
    const card = counter.insert(cardFile('chip-slow'));
    counter.begin();
    counter.bench.clock.runUntil(() => card.commands.length === 5, 60_000);
    counter.port.cancel();
    expect(verdict(counter.end(1_000))).toBe('cancelled');
    counter.begin();
    expect(verdict(counter.end())).toBe('approved');
  });

  test.each(['card-read', 'ask-pin'] as const)('may cancel at %s', (type) => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-credit'), request(), (step) => {
      if (step.type !== type) return counter.usual(step);
      counter.port.cancel();
      return undefined;
    });
    expect(verdict(end)).toBe('cancelled');
  });

  test('may cancel twice, and answer as well: it ends once', () => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-sda-only'), request(), (step) => {
      counter.port.cancel();
      counter.port.cancel();
      return counter.usual(step);
    });
    expect(verdict(end)).toBe('cancelled');
    counter.bench.clock.advance(10_000);
    expect(counter.stepTypes).toEqual(['card-read', 'ended']);
  });

  test('may begin, cancel and begin again while the card before is losing its power', () => {
    const counter = new Counter();
    counter.pay(cardFile('chip-credit'));
    counter.begin();
    counter.port.cancel();
    counter.bench.clock.advance(0);
    expect(verdict(counter.end())).toBe('cancelled');
    counter.begin();
    expect(verdict(counter.end())).toBe('approved');
  });

  test('may not once the host was asked', () => {
    const counter = new Counter();
    counter.insert(cardFile('chip-credit'));
    counter.begin(request(), (step) => {
      if (step.type === 'go-online') counter.bench.clock.after(5, () => counter.port.cancel());
      return counter.usual(step);
    });
    expect(verdict(counter.end())).toBe('approved');
  });

  test('may bypass the PIN where it is set so', () => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-credit'), request(), (step) =>
      step.type === 'ask-pin' ? { type: 'pin-bypassed' } : counter.usual(step),
    );
    expect([verdict(end), registersOf(end), end.needsSignature]).toEqual(['approved', '0000088000 F800 1E0300', true]);
  });

  test('is asked again for a PIN that the card finds wrong, as often as that allows', () => {
    const counter = new Counter();
    const tries: unknown[] = [];
    const { end } = counter.pay(cardFile('chip-offline-pin'), request(), (step) => {
      if (step.type !== 'ask-pin') return counter.usual(step);
      tries.push([step.triesLeft, step.isSecondTry]);
      return pinFor(step.form, tries.length < 3 ? '000000' : '123456');
    });
    expect(tries).toEqual([
      [3, false],
      [2, true],
      [1, true],
    ]);
    expect(verdict(end)).toBe('approved');
  });

  test('declines cards on its blacklist as the action codes say', () => {
    const seen: string[] = [];
    const counter = new Counter();
    const isOnBlacklist = (pan: { reveal(): string }): boolean => seen.push(pan.reveal()) > 0;
    const { end } = counter.pay(cardFile('chip-credit'), request({ isOnBlacklist }));
    expect([seen, end.registers?.tvr]).toEqual([[cardFile('chip-credit').pan], '1000048000']);
  });

  test('without an application of the host\u2019s has none in common with any card, and says what it could not read', () => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-credit'), request({ applications: ['9F0605'] }));
    expect(verdict(end)).toBe('no-common-application, swipe');
    expect(counter.logged[0]).toEqual({ event: 'chip-download-unreadable', what: 'application', tag: '9F06' });
  });

  test('takes no second card while one is under way, and no answer while nothing was asked', () => {
    const counter = new Counter();
    counter.insert(cardFile('chip-credit'));
    counter.begin();
    expect(() => counter.begin()).toThrow('A card is under way.');
    expect(() => counter.port.answer({ type: 'confirmed' })).toThrow('no step waits');
  });

  test('without a card in it says so', () => {
    const counter = new Counter();
    counter.begin();
    expect(verdict(counter.end())).toBe('card-removed');
  });
});

test('nothing of the card shows in what is told, printed or logged', () => {
  const counter = new Counter();
  const files = [...CARDS.values()];
  const told = files.map((file) => {
    const { end } = counter.pay(file);
    const said = inspect([counter.steps, end], { depth: 12 }) + JSON.stringify(counter.steps);
    counter.bench.does({ type: 'pull' });
    counter.bench.clock.advance(500);
    return said;
  });
  const all = told.join(' ') + inspect([counter.logged, counter.bench.logged], { depth: 12 });
  expect(files.filter(({ pan, track2 }) => all.includes(pan) || all.includes(track2.slice(0, 24)))).toEqual([]);
  expect(all).toContain('[PAN]');
});
