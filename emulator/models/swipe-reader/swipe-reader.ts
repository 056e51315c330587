/** An emulated swipe reader: MagTek's RS-232 frame, written when a card is swiped (serial protocols sheet, swipe reader). */
import { fromAscii } from '../crypto/hex.ts';
import { type Action, type DeviceModel, Surprise } from '../model.ts';

export interface SwipeReaderDeed {
  readonly type: 'swipe';
  /** Each track as the stripe has it, without sentinels, or `unreadable` when the head finds it and cannot read it. */
  readonly track1?: string;
  /** With `=` or `D` as separator. */
  readonly track2?: string;
  readonly track3?: string;
}

/** Swipes a card as its owner does: its track 2, if that can be read. */
export const swipeOf = (card: { readonly track2: string; readonly readable: boolean }): SwipeReaderDeed => ({
  type: 'swipe',
  track2: card.readable ? card.track2 : UNREADABLE,
});

const UNREADABLE = 'unreadable';
const STX = '\u0002';
const ESC = '\u001b';
const CR = '\r';
const ETX = '\u0003';

export class SwipeReaderModel implements DeviceModel<SwipeReaderDeed, never> {
  /** @throws Surprise for any byte: the reader takes no commands. */
  bytes(chunk: Uint8Array): readonly Action<never>[] {
    if (chunk.length === 0) return [];
    throw new Surprise(`The terminal wrote ${chunk.length} bytes to the swipe reader, which takes no commands.`);
  }

  elapsed(): readonly Action<never>[] {
    return [];
  }

  /** A card without any track leaves the reader silent. */
  does(deed: SwipeReaderDeed): readonly Action<never>[] {
    const tracks = [part('%', deed.track1), part(';', deed.track2), part('+', deed.track3)].join('');
    return tracks === '' ? [] : [{ type: 'write', bytes: fromAscii(`${STX}${ESC}${tracks}${CR}${ETX}`) }];
  }
}

/** A missing track is left out; an unreadable one is an `E` between its sentinels. */
function part(startSentinel: string, track: string | undefined): string {
  if (track === undefined) return '';
  const text = track === UNREADABLE ? 'E' : onStripe(startSentinel, track);
  return `${startSentinel}${text}?`;
}

/** On tracks 2 and 3 the separator is `=`; track 1 is letters, where a D is a D. */
const onStripe = (startSentinel: string, track: string): string =>
  startSentinel === '%' ? track : track.replaceAll('D', '=');
