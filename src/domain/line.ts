/** A byte line to a device or a host: a serial port, a socket, or a pair of memory ends in a simulation. */
export interface Line {
  /** Sets the one listener; bytes that came before are kept for it. It is never called from inside a call to the line. */
  listen(listener: LineListener): void;
  /**
   * Queues bytes. `done` is called once they have left this process (after the drain), or never if the line closes.
   * Writing to a closed line is a no-op: `closed` has said so.
   */
  write(bytes: Uint8Array, done?: () => void): void;
  /** Closes this end; `closed` is not called for it. */
  close(): void;
}

export interface LineListener {
  bytes(chunk: Uint8Array): void;
  /** The line is gone (unplugged, peer hung up); nothing more will come. `reason` is for people and logs. */
  closed(reason: string): void;
}
