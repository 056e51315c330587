/**
 * The host's end of the HTTP tunnel (dialect sheet 1.4): takes one POST off a line and gives its body to the host,
 * wraps the host's answer into the reply, and hangs up. Strict: what a public-network gateway would not take is refused.
 */
import type { Line, LineListener } from '../../src/domain/line.ts';

export interface TunnelServerOptions {
  /** The request line's. */
  readonly path?: string;
  /** How the end of the reply is marked. */
  readonly ending?: 'content-length' | 'chunked' | 'hang-up';
  /** A request was refused; `problem` is for people. */
  readonly onRefused?: (problem: string) => void;
}

const DEFAULT_PATH = '/mjc/webtrans/VPB_lb';
const CONTENT_TYPE = 'x-ISO-TPDU/x-auth';

const HEAD_BYTES_MAX = 4096;
/** More than the longest frame with its two length bytes. */
const BODY_BYTES_MAX = 16_384;

interface Refusal {
  readonly status: string;
  readonly problem: string;
}

interface Head {
  readonly requestLine: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The line as the host has it: whole frames come, and the first thing that is written is the reply. */
export function tunnelServer(line: Line, options: TunnelServerOptions = {}): Line {
  return new TunnelServer(line, options);
}

class TunnelServer implements Line {
  readonly #line: Line;
  readonly #options: TunnelServerOptions;
  #listener: LineListener | undefined;
  #received = Buffer.alloc(0);
  #bodyAt: number | undefined;
  #bodyBytes = 0;
  #phase: 'request' | 'answering' | 'over' = 'request';

  constructor(line: Line, options: TunnelServerOptions) {
    this.#line = line;
    this.#options = options;
  }

  listen(listener: LineListener): void {
    this.#listener = listener;
    this.#line.listen({
      bytes: (chunk) => this.#take(chunk),
      closed: (reason) => {
        this.#phase = 'over';
        this.#listener?.closed(reason);
      },
    });
  }

  /** A reply answers one request: what is written after it, or without one, has nowhere to go. */
  write(bytes: Uint8Array, done?: () => void): void {
    if (this.#phase !== 'answering') return;
    this.#phase = 'over';
    const head = ['HTTP/1.1 200 OK', `Content-Type: ${CONTENT_TYPE}`, 'Connection: close'];
    switch (this.#options.ending ?? 'content-length') {
      case 'content-length':
        this.#reply([...head, `Content-Length: ${bytes.length}`], bytes, done);
        break;
      case 'chunked':
        this.#reply([...head, 'Transfer-Encoding: chunked'], chunked(bytes), done);
        break;
      case 'hang-up':
        this.#reply(head, bytes, done);
        break;
    }
    this.#line.close();
  }

  close(): void {
    this.#phase = 'over';
    this.#line.close();
  }

  #reply(head: readonly string[], body: Uint8Array, done?: () => void): void {
    this.#line.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]), done);
  }

  #take(chunk: Uint8Array): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'answering')
      return this.#refuse({ status: '400 Bad Request', problem: 'bytes follow the body' });
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#bodyAt === undefined) this.#takeHead();
    if (this.#bodyAt !== undefined) this.#takeBody(this.#bodyAt);
  }

  #takeHead(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if ((end < 0 ? this.#received.length : end) > HEAD_BYTES_MAX) {
      return this.#refuse({ status: '431 Request Header Fields Too Large', problem: 'the head is too long' });
    }
    if (end < 0) return;
    const head = readHead(this.#received.subarray(0, end).toString('latin1'));
    const refusal = head === undefined ? MALFORMED : refusalOf(head, this.#options.path ?? DEFAULT_PATH);
    if (head === undefined || refusal !== undefined) return this.#refuse(refusal ?? MALFORMED);
    this.#bodyBytes = Number(head.fields.get('content-length'));
    this.#bodyAt = end + 4;
  }

  #takeBody(at: number): void {
    const excess = this.#received.length - at - this.#bodyBytes;
    if (excess > 0) return this.#refuse({ status: '400 Bad Request', problem: 'bytes follow the body' });
    if (excess < 0) return;
    this.#phase = 'answering';
    const body = Uint8Array.from(this.#received.subarray(at));
    this.#received = Buffer.alloc(0);
    this.#listener?.bytes(body);
  }

  #refuse({ status, problem }: Refusal): void {
    this.#phase = 'over';
    this.#received = Buffer.alloc(0);
    this.#reply([`HTTP/1.1 ${status}`, 'Content-Length: 0', 'Connection: close'], new Uint8Array());
    this.#line.close();
    this.#options.onRefused?.(`${status}: ${problem}`);
    this.#listener?.closed(`the HTTP tunnel refused the request: ${problem}`);
  }
}

const MALFORMED: Refusal = { status: '400 Bad Request', problem: 'this is not an HTTP request' };

/** Lines end in CR LF and nothing else; a field is a name, a colon and a value. */
function readHead(text: string): Head | undefined {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!#-'*+.^-`|~\w-]+):[ \t]*([\x21-\xff]?[\x20-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || fields.has(name.toLowerCase())) return undefined;
    fields.set(name.toLowerCase(), value.trimEnd());
  }
  return { requestLine, fields };
}

function refusalOf({ requestLine, fields }: Head, path: string): Refusal | undefined {
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(requestLine) ?? [];
  if (method === undefined) return MALFORMED;
  if (method !== 'POST') return { status: '405 Method Not Allowed', problem: `${method} is not POST` };
  if (target !== path) return { status: '404 Not Found', problem: `the path is not ${path}` };
  const missing = ['host', 'user-agent', 'cache-control', 'accept'].find((name) => !fields.get(name));
  if (missing !== undefined) return { status: '400 Bad Request', problem: `the field ${missing} is missing` };
  if (fields.get('content-type') !== CONTENT_TYPE) {
    return { status: '415 Unsupported Media Type', problem: `the content is not ${CONTENT_TYPE}` };
  }
  const length = fields.get('content-length');
  if (length === undefined || !/^\d{1,6}$/.test(length)) {
    return { status: '411 Length Required', problem: 'there is no Content-Length' };
  }
  if (Number(length) > BODY_BYTES_MAX) return { status: '413 Content Too Large', problem: 'the body is too long' };
  return undefined;
}

/** In two pieces, because a gateway that answers in chunks hardly ever does it in one. */
function chunked(bytes: Uint8Array): Uint8Array {
  const half = Math.ceil(bytes.length / 2);
  const pieces = [bytes.subarray(0, half), bytes.subarray(half)].filter(({ length }) => length > 0);
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}
