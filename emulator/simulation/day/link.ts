/** The line between the terminals and the host, from the host's end: what goes over it, what of it is lost, and how long the host takes. */
import type { Line, LineListener } from '../../../src/domain/line.ts';
import type { Random } from '../../time/random.ts';

export interface LinkOptions {
  readonly random: Random;
  /** So many replies in a hundred never arrive. */
  readonly dropPercent: number;
  /** CPU time that this process has used, in milliseconds with fractions: what others do on the machine is not the host's. */
  readonly cpuNowMs: () => number;
}

/** Frames with their length bytes, in order: one write of either end is one. */
export interface Frame {
  readonly from: 'terminal' | 'host';
  readonly bytes: Uint8Array;
  readonly dropped: boolean;
}

/** All calls of one terminal. */
export class HostLink {
  readonly frames: Frame[] = [];
  /** Of every request that was answered at once, how long the host took over it. */
  readonly tookMs: number[] = [];
  readonly #options: LinkOptions;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get dropped(): number {
    return this.frames.filter(({ dropped }) => dropped).length;
  }

  /** @param far the host's end of a call. */
  line(far: Line): Line {
    return {
      listen: (listener) => far.listen(this.#timed(listener)),
      write: (bytes, done) => {
        const dropped = this.#options.random.chance(this.#options.dropPercent / 100);
        this.frames.push({ from: 'host', bytes, dropped });
        if (!dropped) far.write(bytes, done);
      },
      close: () => far.close(),
    };
  }

  #timed(listener: LineListener): LineListener {
    const { cpuNowMs } = this.#options;
    return {
      bytes: (chunk) => {
        this.frames.push({ from: 'terminal', bytes: chunk, dropped: false });
        const framesBefore = this.frames.length;
        const beganMs = cpuNowMs();
        listener.bytes(chunk);
        const tookMs = cpuNowMs() - beganMs;
        if (this.frames.length > framesBefore) this.tookMs.push(tookMs);
      },
      closed: (reason) => listener.closed(reason),
    };
  }
}
