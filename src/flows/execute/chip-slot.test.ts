/** Who waits for a card, and what becomes of one that nobody looks at any more. */
import { expect, test } from 'vitest';
import type { Clock } from '../../domain/clock.ts';
import { toAmountMinor } from '../../domain/money.ts';
import type { ChipAnswer, ChipCardEvent, ChipCardPort, ChipEnd, ChipRequest, ChipStep } from '../chip-port.ts';
import { ChipSlot } from './chip-slot.ts';

const REQUEST: ChipRequest = {
  extent: 'payment',
  amount: toAmountMinor(1n),
  transactionType: '00',
  date: '20260302',
  time: '100000',
  stan: 1,
  forcedOnline: false,
  applications: [],
  caKeys: [],
  isOnBlacklist: () => false,
};

const end = (reason: 'cancelled' | 'card-removed'): ChipStep => ({
  type: 'ended',
  end: {
    type: 'failed',
    reason,
    detail: '',
    fallbackAllowed: false,
    needsReversal: false,
    online: 'not-tried',
    needsSignature: false,
    hasScriptResults: false,
    slip: {},
  } satisfies ChipEnd,
});
const confirm: ChipStep = { type: 'confirm-application', choice: { aid: 'A0', label: 'ONE' } };
const online = { type: 'go-online' } as ChipStep;

function world() {
  const heard: (ChipAnswer['type'] | 'start' | 'cancel')[] = [];
  const later: (() => void)[] = [];
  let listener: (event: ChipCardEvent) => void = () => undefined;
  let tell: (step: ChipStep) => void = () => undefined;
  const port: ChipCardPort = {
    onEvent: (given) => (listener = given),
    start: (_, given) => {
      heard.push('start');
      tell = given;
    },
    answer: ({ type }) => heard.push(type),
    cancel: () => heard.push('cancel'),
  };
  const clock: Clock = { now: () => 0, after: (_, action) => (later.push(action), () => undefined) };
  const slot = new ChipSlot(port, clock);
  const told: string[] = [];
  return {
    slot,
    heard,
    told,
    event: (type: 'inserted' | 'removed') => listener({ type }),
    lose: () => listener({ type: 'lost', reason: 'unplugged' }),
    says: (step: ChipStep) => tell(step),
    start: (name = 'one') => slot.start(REQUEST, ({ type }) => told.push(`${name}: ${type}`)),
    settle: () => {
      for (const action of later.splice(0)) action();
    },
  };
}

test('a card that is in already is offered, later', () => {
  const { event, settle, slot } = world();
  let offers = 0;
  event('inserted');
  slot.await(() => (offers += 1));
  expect(offers).toBe(0);
  settle();
  expect(offers).toBe(1);
});

test('a card that has carried a transaction is not offered again until it is put in anew', () => {
  const { event, says, settle, slot, start } = world();
  let offers = 0;
  event('inserted');
  start();
  says(end('card-removed'));
  slot.await(() => (offers += 1));
  settle();
  expect(offers).toBe(0);
  event('removed');
  event('inserted');
  expect(offers).toBe(1);
});

test('a card whose transaction was cancelled is', () => {
  const { event, says, settle, slot, start } = world();
  let offers = 0;
  event('inserted');
  start();
  slot.leave();
  says(end('cancelled'));
  slot.await(() => (offers += 1));
  settle();
  expect(offers).toBe(1);
});

test('nobody is told of a card that nobody looks at', () => {
  const { heard, says, slot, start, told } = world();
  start();
  says(confirm);
  slot.leave();
  says(end('cancelled'));
  expect([heard, told]).toEqual([['start', 'cancel'], ['one: confirm-application']]);
});

test('a card that waits for the host hears that there was no answer', () => {
  const { heard, says, slot, start } = world();
  start();
  says(online);
  slot.leave();
  slot.leave();
  expect(heard).toEqual(['start', 'unable-to-go-online']);
});

test('a card that asks for the host when nobody looks hears the same', () => {
  const { heard, says, slot, start, told } = world();
  start();
  slot.leave();
  says(online);
  expect([heard, told]).toEqual([['start', 'cancel', 'unable-to-go-online'], []]);
});

test('the next transaction begins when the one before has ended', () => {
  const { heard, says, start, told } = world();
  start();
  start('two');
  expect(heard).toEqual(['start', 'cancel']);
  says(end('cancelled'));
  expect(heard).toEqual(['start', 'cancel', 'start']);
  says(confirm);
  expect(told).toEqual(['two: confirm-application']);
});

test('one that is given up before it began never begins', () => {
  const { heard, says, slot, start } = world();
  start();
  start('two');
  slot.release();
  says(end('cancelled'));
  expect(heard).toEqual(['start', 'cancel']);
});

test('an answer to a card that is gone is dropped', () => {
  const { heard, says, slot, start } = world();
  start();
  says(end('card-removed'));
  slot.answer({ type: 'confirmed' });
  expect(heard).toEqual(['start']);
});

test('a reader is there until it is lost, and again when it tells of a card', () => {
  const { event, lose, slot } = world();
  expect(slot.isThere).toBe(true);
  lose();
  expect(slot.isThere).toBe(false);
  event('inserted');
  expect(slot.isThere).toBe(true);
});
