/** Stands between the host and the terminal, and replaces answers. */
import type { Line } from '../../src/domain/line.ts';
import { decode, framed, FrameReader } from '../../src/host/iso8583/codec.ts';
import type { Message } from '../../src/host/iso8583/message.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { toHex } from '../models/crypto/hex.ts';
import type { Random } from '../time/random.ts';
import { corruptionOf, type Corruption } from './host-fuzz-corruption.ts';
import type { HostOracle } from './host-fuzz-oracle.ts';

/** Answers that are remembered for later mutations. */
const EARLIER_MAX = 16;
const LENGTH_BYTES = 2;

export interface CorruptorSetup {
  readonly random: Random;
  readonly oracle: HostOracle;
  /** Which answers are replaced: asked once for each. */
  readonly corrupts: (request: Message, random: Random) => boolean;
  /** Another way to spoil an answer, for tests of one. */
  readonly corruption?: typeof corruptionOf;
}

export class Corruptor {
  readonly #setup: CorruptorSetup;
  readonly #earlier: Uint8Array[] = [];
  readonly #report: string[] = [];
  #answers = 0;

  constructor(setup: CorruptorSetup) {
    this.#setup = setup;
  }

  /** Each answer that was replaced: what was done to it, and both in hex. Test keys and test cards only. */
  get report(): readonly string[] {
    return this.#report;
  }

  /** Answers that the host gave, replaced or not. */
  get answers(): number {
    return this.#answers;
  }

  /** The host's end of one connection. */
  on(line: Line): Line {
    const reader = new FrameReader();
    let request: Message | undefined;
    const delivered: Uint8Array[] = [];
    return {
      listen(listener) {
        line.listen({
          bytes(chunk) {
            for (const event of reader.push(chunk)) if (event.type === 'frame') request ??= messageOf(event.bytes);
            listener.bytes(chunk);
          },
          closed: (reason) => listener.closed(reason),
        });
      },
      write: (frame) => {
        if (request === undefined) return line.write(frame);
        const genuine = frame.slice(LENGTH_BYTES);
        const chunks = this.#answer(request, genuine);
        delivered.push(...chunks);
        this.#setup.oracle.delivered(request, delivered, genuine);
        for (const chunk of chunks) line.write(chunk);
      },
      close: () => line.close(),
    };
  }

  #answer(request: Message, genuine: Uint8Array): readonly Uint8Array[] {
    const { oracle, corrupts, corruption = corruptionOf } = this.#setup;
    const random = this.#setup.random.fork(`answer ${this.#answers}`);
    this.#answers += 1;
    oracle.answered(genuine);
    const isCorrupt = corrupts(request, random);
    const spoilt: Corruption = isCorrupt
      ? corruption(genuine, { random, earlier: this.#earlier }, (message) => oracle.sign(message))
      : { names: [], chunks: [framed(genuine)] };
    if (isCorrupt) this.#note(request, genuine, spoilt);
    this.#earlier.push(genuine);
    if (this.#earlier.length > EARLIER_MAX) this.#earlier.shift();
    return spoilt.chunks;
  }

  #note(request: Message, genuine: Uint8Array, { names, chunks }: Corruption): void {
    const got = chunks.map(toHex).join('');
    this.#report.push(
      `the answer to ${request.mti} ${request.fields[11]}: ${names.join(', ')}; was ${toHex(genuine)}, became ${got}`,
    );
  }
}

function messageOf(bytes: Uint8Array): Message | undefined {
  const decoded = decode(unionpay, bytes);
  return decoded.ok ? decoded.value : undefined;
}
