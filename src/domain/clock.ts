/** Takes back what was arranged. Harmless when it has already happened. */
export type Cancel = () => void;

/** The only time that adapters know: real in the product, virtual in simulations. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Runs `action` once, `ms` from now, never from inside this call. */
  after(ms: number, action: () => void): Cancel;
}
