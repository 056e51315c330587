/**
 * What a device model is: behaviour without a world. Bytes, elapsed timers and people's deeds go in, actions come out;
 * no clock, no I/O, no randomness. Whoever runs it (`emulator/wire/run-model.ts`) owns the wires and the time.
 */
export interface DeviceModel<Deed, Sight> {
  /**
   * So many milliseconds, fractions included, since the last input: told before each, to models that have to know how far
   * something has come in between.
   */
  passed?(ms: number): void;
  /** Bytes from the terminal, in any chunking. */
  bytes(chunk: Uint8Array): readonly Action<Sight>[];
  /** A timer that this model armed has run out. */
  elapsed(timer: string): readonly Action<Sight>[];
  /** A person, or a fault, does something to the device: swipes a card, presses a key, opens the cover. */
  does(deed: Deed): readonly Action<Sight>[];
}

export type Action<Sight> =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  /** Arming a timer that runs restarts it. */
  | { readonly type: 'arm'; readonly timer: string; readonly ms: number }
  | { readonly type: 'disarm'; readonly timer: string }
  /** The terminal's side is hung up (a host session only). */
  | { readonly type: 'hang-up' }
  /** What a person standing before the device would notice. */
  | { readonly type: 'sight'; readonly sight: Sight };

/**
 * The terminal did what no terminal may do (an unknown command, a key that was never loaded). It fails the run: it is
 * never turned into a simulated device error.
 */
export class Surprise extends Error {
  override readonly name = 'Surprise';
}
