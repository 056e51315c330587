/** A line with faults: a decorator over any other line. Each fault is data, so that a scenario can name it. */
import type { Clock } from '../../src/domain/clock.ts';
import type { Line, LineListener } from '../../src/domain/line.ts';
import type { Random } from '../time/random.ts';
import { FaultChannel } from './fault-channel.ts';
import { Inbox } from './inbox.ts';

/** Seen from the end that is decorated: `outgoing` is what is written to it. */
type Direction = 'outgoing' | 'incoming';

/**
 * What can happen to a line.
 *
 * `at` is the index of the first byte concerned, counted in that direction from the moment when the fault is
 * inflicted; 0, the next byte, if it is missing. `count` is how many bytes in a row; 1 if it is missing. Times are
 * milliseconds. The order of bytes is never changed: a cable delays, it does not reorder.
 */
export type Fault = { readonly direction: Direction } & (
  | { readonly type: 'drop'; readonly at?: number; readonly count?: number }
  | { readonly type: 'flip'; readonly at?: number; readonly bit: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 }
  | { readonly type: 'duplicate'; readonly at?: number; readonly count?: number }
  /** The byte at `at` and all behind it wait; what has gathered meanwhile comes as one chunk. */
  | { readonly type: 'delay'; readonly at?: number; readonly ms: number }
  /** Splits every chunk into these sizes, over and over. Lasts until the line is healed. */
  | { readonly type: 'rechunk'; readonly sizes: readonly number[] }
  /** Collects for `ms` from the first byte on and delivers one chunk, like a USB adapter. Lasts until healed. */
  | { readonly type: 'gather'; readonly ms: number }
  /** Everything before `at` passes, then both ends hear that the line is gone. Cannot be healed. */
  | { readonly type: 'unplug'; readonly at?: number }
  /** Swallows everything, for `forMs` or until healed. */
  | { readonly type: 'mute'; readonly at?: number; readonly forMs?: number }
  /**
   * Seeded harm to each byte, with these probabilities (0 to 1; garbage is a byte more). Stops for good after
   * `faultsMax` harmed bytes, or after `forMs`: nothing could survive noise without end.
   */
  | {
      readonly type: 'noise';
      readonly flipRate?: number;
      readonly dropRate?: number;
      readonly garbageRate?: number;
      readonly faultsMax: number;
      readonly forMs?: number;
    }
);

/** Bytes that came to the faults, bytes that left them, and bytes that were harmed (a delay or an unplug counts one). */
export interface FaultCounts {
  readonly transmitted: number;
  readonly routed: number;
  readonly harmed: number;
}

/** Sees every byte before (`transmitted`) and after (`routed`) the faults. Whoever keeps them may keep card data. */
export type Tap = (direction: Direction, stage: 'transmitted' | 'routed', bytes: Uint8Array) => void;

export interface FaultyLine extends Line {
  /** From now on. @throws Bug when the fault makes no sense. */
  inflict(fault: Fault): void;
  /** Ends all faults, so that everything can settle. A line that was unplugged stays unplugged. */
  heal(): void;
  counts(direction: Direction): FaultCounts;
}

export interface FaultyLineOptions {
  readonly clock: Clock;
  /** Each direction and each fault forks its own stream off it. */
  readonly random: Random;
  readonly faults?: readonly Fault[];
  readonly tap?: Tap;
}

const UNPLUGGED = 'unplugged';

/** Without faults the line behaves like the one below it. */
export function faultyLine(line: Line, options: FaultyLineOptions): FaultyLine {
  const { clock, random, faults = [], tap } = options;
  const inbox = new Inbox(clock);
  let open = true;

  const unplug = (): void => {
    open = false;
    line.close();
    clock.after(0, () => inbox.end(UNPLUGGED));
  };
  const channels: Readonly<Record<Direction, FaultChannel>> = {
    outgoing: new FaultChannel({
      clock,
      random: random.fork('outgoing'),
      unplug,
      sink(bytes, done) {
        if (bytes.length > 0) tap?.('outgoing', 'routed', bytes);
        // A write with nothing left of it still goes down: it carries `done`.
        line.write(bytes, done && (() => open && done()));
      },
    }),
    incoming: new FaultChannel({
      clock,
      random: random.fork('incoming'),
      unplug,
      sink(bytes) {
        if (bytes.length === 0) return;
        tap?.('incoming', 'routed', bytes);
        inbox.bytes(bytes);
      },
    }),
  };
  for (const fault of faults) channels[fault.direction].inflict(fault);

  line.listen({
    bytes(chunk) {
      if (!open) return;
      tap?.('incoming', 'transmitted', chunk);
      channels.incoming.route(chunk);
    },
    closed(reason) {
      open = false;
      channels.incoming.whenReleased(() => inbox.end(reason));
    },
  });

  return {
    listen: (listener: LineListener) => inbox.listen(listener),
    write(bytes, done) {
      if (!open) return;
      tap?.('outgoing', 'transmitted', bytes);
      channels.outgoing.route(bytes, done);
    },
    close() {
      open = false;
      inbox.mute();
      // What was written before the close goes out before it, as on the line below.
      channels.outgoing.whenReleased(() => line.close());
    },
    inflict: (fault) => channels[fault.direction].inflict(fault),
    heal() {
      channels.outgoing.heal();
      channels.incoming.heal();
    },
    counts: (direction) => channels[direction].counts,
  };
}
