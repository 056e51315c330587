/** The HTTP tunnel's bytes: a frame in a POST, and the frame in the reply to it (dialect sheet 1.4). */
import { FRAME_BODY_LENGTH_MAX } from './iso8583/frame.ts';

/** What stands in every request before the frame. Printable ASCII without line ends: the caller has checked that. */
export interface TunnelHead {
  readonly path: string;
  /** HTTP/1.1 demands it; the sheet does not mention it. */
  readonly host: string;
  readonly userAgent: string;
  readonly cacheControl: string;
  readonly contentType: string;
  readonly accept: string;
}

export type TunnelEvent =
  /** Part of the body, in order. */
  | { readonly type: 'body'; readonly bytes: Uint8Array }
  /** The body is complete; whatever follows is not looked at. */
  | { readonly type: 'end' }
  /** The reply carries no answer. The last event; `reason` is a sentence without anything of the reply's content. */
  | { readonly type: 'refused'; readonly reason: string };

/** Of all lines of a reply together: status, header fields, chunk sizes. */
export const TUNNEL_TEXT_LENGTH_MAX = 8192;
/** One frame with its length bytes. */
export const TUNNEL_BODY_LENGTH_MAX = 2 + FRAME_BODY_LENGTH_MAX;

export function tunnelRequest(head: TunnelHead, frame: Uint8Array): Uint8Array {
  const lines = [
    `POST ${head.path} HTTP/1.1`,
    `Host: ${head.host}`,
    `User-Agent: ${head.userAgent}`,
    `Cache-Control: ${head.cacheControl}`,
    `Content-Type: ${head.contentType}`,
    `Accept: ${head.accept}`,
    `Content-Length: ${frame.length}`,
    '',
    '',
  ];
  const text = new TextEncoder().encode(lines.join('\r\n'));
  const request = new Uint8Array(text.length + frame.length);
  request.set(text);
  request.set(frame, text.length);
  return request;
}

const LINE_FEED = 0x0a;

type Phase = 'status' | 'fields' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'over';

/**
 * Reads one reply (RFC 9112), whatever its chunks are. Never throws, and holds no more than one line of text.
 *
 * The body ends after Content-Length bytes, or with the last chunk, or, when neither is announced, with the connection.
 */
export class TunnelReplyReader {
  #phase: Phase = 'status';
  #status = 0;
  #line = '';
  #textLength = 0;
  #contentLength: string | undefined;
  #chunked = false;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #bodyLength = 0;

  push(chunk: Uint8Array): TunnelEvent[] {
    const events: TunnelEvent[] = [];
    let taken = 0;
    while (taken < chunk.length && this.#phase !== 'over') {
      if (this.#phase === 'body' || this.#phase === 'chunk') {
        const bytes = chunk.slice(taken, taken + this.#left);
        taken += bytes.length;
        events.push(...this.#body(bytes));
        continue;
      }
      const event = this.#text(chunk[taken] ?? 0);
      taken += 1;
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  #body(bytes: Uint8Array): TunnelEvent[] {
    this.#left -= bytes.length;
    this.#bodyLength += bytes.length;
    if (this.#bodyLength > TUNNEL_BODY_LENGTH_MAX) return [this.#tooLong()];
    const body: TunnelEvent = { type: 'body', bytes };
    if (this.#left > 0) return [body];
    if (this.#phase === 'body') return [body, this.#end()];
    this.#phase = 'chunk-end';
    return [body];
  }

  #text(byte: number): TunnelEvent | undefined {
    this.#textLength += 1;
    if (this.#textLength > TUNNEL_TEXT_LENGTH_MAX) {
      return this.#refuse(`has more than ${TUNNEL_TEXT_LENGTH_MAX} bytes of head`);
    }
    if (byte !== LINE_FEED) {
      this.#line += String.fromCharCode(byte);
      return undefined;
    }
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    switch (this.#phase) {
      case 'status':
        return this.#statusLine(line);
      case 'fields':
        return line === '' ? this.#headEnd() : this.#field(line);
      case 'chunk-size':
        return this.#chunkSize(line);
      case 'chunk-end':
        this.#phase = 'chunk-size';
        return line === '' ? undefined : this.#refuse('has a chunk that is longer than it says');
      case 'body':
      case 'chunk':
      case 'over':
        return undefined;
    }
  }

  #statusLine(line: string): TunnelEvent | undefined {
    const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line) ?? [];
    if (status === undefined) return this.#refuse('does not begin with an HTTP/1 status line');
    this.#status = Number(status);
    this.#phase = 'fields';
    return this.#status === 200 || isInterim(this.#status) ? undefined : this.#refuse(`has the status ${status}`);
  }

  #field(line: string): TunnelEvent | undefined {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || /[^\x21-\x7e]/.test(name)) return this.#refuse('has a header field without a name');
    const value = line.slice(colon + 1).trim();
    switch (name) {
      case 'content-length':
        if (!/^\d{1,9}$/.test(value) || (this.#contentLength ?? value) !== value) {
          return this.#refuse('has a Content-Length that cannot be understood');
        }
        this.#contentLength = value;
        return undefined;
      case 'transfer-encoding':
        this.#chunked = value.toLowerCase() === 'chunked';
        return this.#chunked ? undefined : this.#refuse('has a Transfer-Encoding other than chunked');
      case 'content-encoding':
        return value.toLowerCase() === 'identity' ? undefined : this.#refuse('has a Content-Encoding');
      default:
        return undefined;
    }
  }

  #headEnd(): TunnelEvent | undefined {
    if (isInterim(this.#status)) {
      this.#phase = 'status';
      this.#contentLength = undefined;
      this.#chunked = false;
      return undefined;
    }
    if (this.#chunked) {
      this.#phase = 'chunk-size';
      return undefined;
    }
    this.#phase = 'body';
    this.#left = this.#contentLength === undefined ? Number.POSITIVE_INFINITY : Number(this.#contentLength);
    if (this.#left === 0) return this.#end();
    return Number.isFinite(this.#left) && this.#left > TUNNEL_BODY_LENGTH_MAX ? this.#tooLong() : undefined;
  }

  #chunkSize(line: string): TunnelEvent | undefined {
    const [, size] = /^([\dA-Fa-f]{1,6})[ \t]*(?:;|$)/.exec(line) ?? [];
    if (size === undefined) return this.#refuse('has a chunk without a size');
    this.#left = Number.parseInt(size, 16);
    if (this.#left === 0) return this.#end();
    this.#phase = 'chunk';
    return this.#left > TUNNEL_BODY_LENGTH_MAX ? this.#tooLong() : undefined;
  }

  #end(): TunnelEvent {
    this.#phase = 'over';
    return { type: 'end' };
  }

  #tooLong(): TunnelEvent {
    return this.#refuse(`has more than ${TUNNEL_BODY_LENGTH_MAX} bytes of body`);
  }

  #refuse(what: string): TunnelEvent {
    this.#phase = 'over';
    this.#line = '';
    return { type: 'refused', reason: `The reply of the HTTP tunnel ${what}.` };
  }
}

/** RFC 9110, 15.2: a client must be able to skip them. 101 would be another protocol. */
const isInterim = (status: number): boolean => status >= 100 && status < 200 && status !== 101;
