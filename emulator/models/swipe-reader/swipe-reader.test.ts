/** Mutations tried: sentinels of tracks 2 and 3 exchanged, the separator left as D, CR left out. */
import { expect, test } from 'vitest';
import { Surprise } from '../model.ts';
import { type SwipeReaderDeed, SwipeReaderModel, swipeOf } from './swipe-reader.ts';

const TRACK2 = '6222021234567801111D30121200000001013';

const written = (deed: SwipeReaderDeed): readonly string[] =>
  new SwipeReaderModel().does(deed).map((action) => {
    if (action.type !== 'write') return action.type;
    return String.fromCharCode(...action.bytes);
  });

test.each<[string, Omit<SwipeReaderDeed, 'type'>, string]>([
  ['track 2', { track2: TRACK2 }, ';6222021234567801111=30121200000001013?'],
  ['track 2 that has its separator already', { track2: '1=2' }, ';1=2?'],
  ['an unreadable track 2', { track2: 'unreadable' }, ';E?'],
  ['all three', { track1: 'B62^DOE/D^3012', track2: '1D2', track3: '3D4' }, '%B62^DOE/D^3012?;1=2?+3=4?'],
  ['tracks 1 and 3', { track1: 'B1', track3: 'unreadable' }, '%B1?+E?'],
])('%s stands between STX ESC and CR ETX', (_, tracks, text) => {
  expect(written({ type: 'swipe', ...tracks })).toEqual([`\u0002\u001b${text}\r\u0003`]);
});

test('a card without a stripe leaves the reader silent', () => {
  expect(written({ type: 'swipe' })).toEqual([]);
});

test.each([
  [true, TRACK2],
  [false, 'unreadable'],
])('a card whose stripe is readable: %s', (readable, track2) => {
  expect(swipeOf({ track2: TRACK2, readable })).toEqual({ type: 'swipe', track2 });
});

test('a terminal that talks to the reader is surprising', () => {
  expect(() => new SwipeReaderModel().bytes(Uint8Array.of(0x30))).toThrow(Surprise);
});

test('no bytes are no command, and no timer is ever armed', () => {
  const reader = new SwipeReaderModel();
  expect([reader.bytes(new Uint8Array()), reader.elapsed()]).toEqual([[], []]);
});
