/** A connected TCP or TLS socket as a line. */
import type { Socket } from 'node:net';
import type { Line, LineListener } from '../domain/line.ts';

/** Far more than one frame (two length bytes allow 65535): a line that holds back this much has lost its peer. */
const UNSENT_BYTES_MAX = 256 * 1024;

/**
 * Takes over the socket. Incoming bytes wait in the operating system until somebody listens, so nothing is held here
 * without a bound.
 */
export function socketLine(socket: Socket): Line {
  let listener: LineListener | undefined;
  let ended = false;
  let closedReason: string | undefined;

  const finish = (reason: string): void => {
    if (ended) return;
    ended = true;
    closedReason = reason;
    listener?.closed(reason);
  };
  socket.setNoDelay(true);
  // Paused by hand, or the `data` listener would start the flow before anybody listens to the line.
  socket.pause();
  socket.on('data', (chunk: Buffer) => {
    // A late chunk of a line that was closed at this end belongs to nobody.
    if (!ended) listener?.bytes(chunk);
  });
  // Stays attached after the end, because a socket error without a listener would end the process.
  socket.on('error', (error: NodeJS.ErrnoException) => finish(`The connection broke (${error.code ?? error.name}).`));
  socket.on('end', () => finish('The host closed the connection.'));
  socket.on('close', () => finish('The connection was closed.'));

  return {
    listen(next) {
      listener = next;
      socket.resume();
      if (closedReason !== undefined) setImmediate(next.closed.bind(next), closedReason);
    },
    write(bytes, done) {
      if (ended) return;
      if (socket.writableLength + bytes.length > UNSENT_BYTES_MAX) {
        socket.destroy(new Error('The host does not take what is sent to it.'));
        return;
      }
      // A copy, because the caller may reuse its buffer before the socket has drained.
      socket.write(Uint8Array.from(bytes), (error) => {
        if (!error && !ended) done?.();
      });
    },
    close() {
      if (ended) return;
      ended = true;
      // What is already on its way is let go; what the peer does not take is not waited for.
      if (socket.writableLength === 0) socket.destroySoon();
      else socket.destroy();
    },
  };
}
