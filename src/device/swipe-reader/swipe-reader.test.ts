/**
 * Mutations that these tests caught: no idle timeout; no bound; STX within a frame kept as data;
 * eighth bit accepted; noise reported as a swipe.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../../../fixtures/swipe-reader/frames.json' with { type: 'json' };
import { chunked, fromHex } from '../testing/bytes.ts';
import { cable } from '../testing/memory-line.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { FRAME_LENGTH_MAX, SwipeDecoder, type Swiped } from './swipe-decoder.ts';
import { openSwipeReader, type SwipeEvent } from './swipe-reader.ts';

const GOOD = fixture.frames.find((frame) => frame.name === 'track 2 alone')?.bytes ?? '';
const CARD = { type: 'card', track2: '6222021234567894D30122200000012345' };

/** A reader on a cable, and everything that it has said; card data in the open, for comparison. */
function bench(): {
  readonly clock: VirtualClock;
  readonly events: unknown[];
  readonly logged: unknown[];
  swipe(bytes: Uint8Array): void;
  unplug(reason: string): void;
  relisten(): unknown[];
} {
  const clock = new VirtualClock();
  const line = cable(clock);
  const logged: unknown[] = [];
  const reader = openSwipeReader({ line: line.terminal, clock, log: { warn: (fields) => logged.push(fields) } });
  const listen = (): unknown[] => {
    const events: unknown[] = [];
    reader.onSwipe((event) => events.push(bare(event)));
    return events;
  };
  const swipe = (bytes: Uint8Array): void => {
    line.device.write(bytes);
    clock.pass(10);
  };
  return { clock, events: listen(), logged, swipe, unplug: (reason) => line.unplug(reason), relisten: listen };
}

const bare = (event: SwipeEvent): unknown =>
  event.type === 'card' ? { type: 'card', track2: event.track2.data.reveal() } : event;

describe('a swipe reader', () => {
  test.each(fixture.frames)('makes of a frame with $name what it should', ({ bytes, event }) => {
    const { swipe, events } = bench();
    swipe(fromHex(bytes));
    expect(events).toEqual([event]);
  });

  test('gives the parts of a card', () => {
    const clock = new VirtualClock();
    const line = cable(clock);
    const events: SwipeEvent[] = [];
    openSwipeReader({ line: line.terminal, clock }).onSwipe((event) => events.push(event));
    line.device.write(fromHex(GOOD));
    clock.pass(10);
    expect(events).toMatchObject([{ type: 'card', track2: { expiry: '3012', serviceCode: '220' } }]);
  });

  test('calls half a frame unreadable after a moment of silence, and reads the next one', () => {
    const { swipe, events, clock, logged } = bench();
    swipe(fromHex(GOOD).subarray(0, 20));
    expect(events).toEqual([]);
    clock.pass(120);
    expect(events).toEqual([{ type: 'unreadable' }]);
    expect(logged).toEqual([{ event: 'swipe-bytes-discarded', reason: 'incomplete', bytes: 20 }]);
    swipe(fromHex(GOOD));
    expect(events).toEqual([{ type: 'unreadable' }, CARD]);
  });

  test('waits for the rest of a frame that comes in pieces', () => {
    const { swipe, events, clock } = bench();
    swipe(fromHex(GOOD).subarray(0, 20));
    clock.pass(100);
    swipe(fromHex(GOOD).subarray(20));
    expect(events).toEqual([CARD]);
  });

  test('is silent about noise', () => {
    const { swipe, events, clock, logged } = bench();
    swipe(Uint8Array.of(0xff, 0x00, 0x0d));
    clock.pass(1000);
    expect(events).toEqual([]);
    expect(logged).toEqual([{ event: 'swipe-bytes-discarded', reason: 'noise', bytes: 3 }]);
  });

  test('says that the line is lost, also to a listener that comes later, but not from inside its call', () => {
    const { events, unplug, relisten, clock } = bench();
    unplug('pulled out');
    expect(events).toEqual([{ type: 'lost', reason: 'pulled out' }]);
    const later = relisten();
    expect(later).toEqual([]);
    clock.pass(0);
    expect(later).toEqual([{ type: 'lost', reason: 'pulled out' }]);
  });

  test('logs no card data', () => {
    const { swipe, logged, clock } = bench();
    swipe(fromHex(GOOD).subarray(0, 30));
    clock.pass(200);
    swipe(Uint8Array.of(...fromHex(GOOD).subarray(0, 30), 0xff, 3));
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toMatch(/6222|\d{6}/);
  });
});

describe('the decoder', () => {
  const swipeFrame = fc
    .stringMatching(/^[0-9]{12,19}=[0-9]{7,17}$/)
    .map((track2) => ({ track2, bytes: Uint8Array.from(`\u0002\u001b;${track2}?\r\u0003`, (c) => c.charCodeAt(0)) }));

  test('gives the same for any chunking', () => {
    fc.assert(
      fc.property(
        fc.array(swipeFrame, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (frames, cuts) => {
          const decoder = new SwipeDecoder();
          const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame.bytes]));
          const swiped = chunked(bytes, cuts).flatMap((chunk) => decoder.push(chunk));
          expect(swiped).toEqual(frames.map(({ track2 }) => ({ type: 'swipe', track2 })));
          expect(decoder.holding).toBe(false);
        },
      ),
    );
  });

  test('finds a good frame after any garbage and a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), swipeFrame, (garbage, frame) => {
        const decoder = new SwipeDecoder();
        decoder.push(garbage);
        decoder.idle();
        expect(decoder.push(frame.bytes)).toEqual([{ type: 'swipe', track2: frame.track2 }]);
      }),
    );
  });

  test('finds a good frame right after one that lost its end', () => {
    const decoder = new SwipeDecoder();
    const good = fromHex(GOOD);
    const swiped = decoder.push(Uint8Array.of(...good.subarray(0, -1), ...good));
    expect(swiped).toEqual([
      { type: 'discarded', reason: 'incomplete', bytes: good.length - 1 },
      { type: 'swipe', track2: '6222021234567894=30122200000012345' },
    ]);
  });

  test('accounts for every byte of garbage, and holds none of it after a silence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 65_536, size: 'max' }), (bytes) => {
        // Without ESC nothing of it can be a frame.
        const garbage = bytes.map((byte) => (byte === 0x1b ? 2 : byte));
        const decoder = new SwipeDecoder();
        const discarded = [...decoder.push(garbage), ...decoder.idle()].map(bytesOf);
        expect(discarded.reduce((sum, bytes) => sum + bytes, 0)).toBe(garbage.length);
      }),
      { numRuns: 20 },
    );
  });

  test('gives up a frame that has become too long', () => {
    const decoder = new SwipeDecoder();
    const long = Uint8Array.from([2, ...Array.from({ length: FRAME_LENGTH_MAX }, () => 0x31)]);
    expect(decoder.push(long)[0]).toEqual({ type: 'discarded', reason: 'too-long', bytes: FRAME_LENGTH_MAX });
  });

  test.each([
    ['without ESC', '02 3B 45 3F 0D 03'],
    ['without CR', '02 1B 3B 45 3F 03'],
    ['with tracks in another order', '02 1B 2B 45 3F 3B 45 3F 0D 03'],
    ['with the eighth bit set', '02 1B 3B B6 3F 0D 03'],
  ])('refuses a frame %s', (_, hex) => {
    const bytes = fromHex(hex);
    expect(new SwipeDecoder().push(bytes)).toMatchObject([{ type: 'discarded', reason: 'malformed' }]);
  });

  const bytesOf = (item: Swiped): number => (item.type === 'discarded' ? item.bytes : 0);
});
