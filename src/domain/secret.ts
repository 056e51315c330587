/**
 * A value that must not be seen: PAN, track, PIN block.
 *
 * Unprintable by construction. Every ordinary way out (string, JSON, `inspect`, `structuredClone`) gives the label;
 * the only way in is {@link Secret.reveal}, which a reviewer can grep for.
 */
export class Secret<Value> {
  readonly #value: Value;
  readonly #label: string;

  private constructor(value: Value, label: string) {
    this.#value = value;
    this.#label = label;
  }

  /** @param label what stands in its place wherever it is printed, e.g. `PAN` gives `[PAN]`. */
  static of<Value>(value: Value, label: string): Secret<Value> {
    return new Secret(value, label);
  }

  /** The clear value. Each call site is a place where card data is in the open: keep them few. */
  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return `[${this.#label}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  // The symbol is what `console.log` and `util.inspect` look for; written out because the domain imports nothing.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
