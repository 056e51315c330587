/** A line through an HTTP tunnel, over any other line: one POST with the request, one reply with the answer. */
import type { Line, LineListener } from '../domain/line.ts';
import { Bug } from '../domain/result.ts';
import type { Connect } from './link.ts';
import { TunnelReplyReader, tunnelRequest, type TunnelEvent, type TunnelHead } from './tunnel-codec.ts';

/** Connects like `connect`, and gives lines that speak through the tunnel. */
export const throughTunnel =
  (connect: Connect, head: TunnelHead): Connect =>
  (answer) =>
    connect((result) => answer(result.ok ? { ok: true, value: tunnelLine(result.value, head) } : result));

/**
 * What is written goes out as the body of one POST, and only once: a connection carries one request (dialect sheet 1.4).
 * A reply that carries no answer closes the line, as does the end of a reply: nothing more can come.
 */
export function tunnelLine(line: Line, head: TunnelHead): Line {
  const reader = new TunnelReplyReader();
  let listener: LineListener | undefined;
  let asked = false;
  let open = true;

  const end = (reason: string): void => {
    if (!open) return;
    open = false;
    line.close();
    listener?.closed(reason);
  };
  const take = (event: TunnelEvent): void => {
    if (event.type === 'body') return listener?.bytes(event.bytes);
    end(event.type === 'end' ? 'The reply of the HTTP tunnel is over.' : event.reason);
  };

  return {
    listen(next) {
      listener = next;
      line.listen({
        bytes(chunk) {
          if (open && !asked) return end('The HTTP tunnel spoke before it was asked.');
          for (const event of reader.push(chunk)) if (open) take(event);
        },
        closed(reason) {
          if (!open) return;
          open = false;
          listener?.closed(reason);
        },
      });
    },
    write(bytes, done) {
      if (!open) return;
      if (asked) throw new Bug('A line through the HTTP tunnel carries one request.');
      asked = true;
      line.write(tunnelRequest(head, bytes), done);
    },
    close() {
      open = false;
      line.close();
    },
  };
}
