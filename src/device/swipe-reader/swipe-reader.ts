/** The swipe reader as the terminal sees it: whenever somebody swipes, a card or something unreadable. */
import type { Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';
import { parseTrack2, type Track2 } from '../../domain/track2.ts';
import type { DeviceLog } from '../device-log.ts';
import { listenDecoded } from '../serial/decode-line.ts';
import { SwipeDecoder, type Swiped } from './swipe-decoder.ts';

export type SwipeEvent =
  | { readonly type: 'card'; readonly track2: Track2 }
  /** Something was swiped and could not be read: ask for it again. */
  | { readonly type: 'unreadable' }
  | { readonly type: 'lost'; readonly reason: string };

export interface SwipeReader {
  /** Sets the one listener. What was swiped before is past; a reader that was lost before says so, later. */
  onSwipe(listener: (event: SwipeEvent) => void): void;
}

export interface SwipeReaderSetup {
  readonly line: Line;
  readonly clock: Clock;
  readonly log?: DeviceLog;
}

export function openSwipeReader({ line, clock, log }: SwipeReaderSetup): SwipeReader {
  let listener: ((event: SwipeEvent) => void) | undefined;
  let lost: SwipeEvent | undefined;

  listenDecoded(line, clock, new SwipeDecoder(), {
    item: (swiped) => {
      if (swiped.type === 'discarded') {
        log?.warn({ event: 'swipe-bytes-discarded', reason: swiped.reason, bytes: swiped.bytes });
      }
      const event = eventOf(swiped);
      if (event !== undefined) listener?.(event);
    },
    closed: (reason) => {
      lost = { type: 'lost', reason };
      listener?.(lost);
    },
  });

  return {
    onSwipe(given) {
      listener = given;
      const event = lost;
      if (event !== undefined) clock.after(0, () => given(event));
    },
  };
}

function eventOf(swiped: Swiped): SwipeEvent | undefined {
  // A frame that broke off: the cardholder has swiped and waits.
  if (swiped.type === 'discarded') return swiped.reason === 'noise' ? undefined : { type: 'unreadable' };
  // Neither is the `E` of an unreadable track a track 2.
  const track2 = swiped.track2 === undefined ? undefined : parseTrack2(swiped.track2);
  return track2?.ok ? { type: 'card', track2: track2.value } : { type: 'unreadable' };
}
