/** Where the merchant's electronic copy is kept. */

/** What has been appended stays as it is, in its order. */
export interface ReceiptStore {
  /** The record that was appended under this identity. */
  find(identity: string): Uint8Array | undefined;
  last(): Uint8Array | undefined;
  /** Durable when it returns, whole or not at all. @throws Error where it cannot be, or the identity is taken. */
  append(identity: string, record: Uint8Array): void;
  /** In order, read one by one: the file holds a terminal's whole life. */
  records(): Iterable<Uint8Array>;
  close(): void;
}
