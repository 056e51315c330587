/** Where terminals call in: a TCP or TLS server that gives a line for each connection. */
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type SecureVersion } from 'node:tls';
import type { Line, LineListener } from '../../src/domain/line.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';
import { realClock } from '../time/real-clock.ts';
import { Inbox } from './inbox.ts';

/** More terminals at once than this are turned away. */
const CONNECTIONS_MAX = 64;

/** What waits for a peer that does not read; then the connection is given up. */
const UNREAD_BYTES_MAX = 4_194_304;

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long a closed connection may take to send what was written before. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface Peer {
  readonly address: string;
  readonly port: number;
  /** E.g. `TLSv1.3`; missing over plain TCP. */
  readonly tlsVersion?: string;
}

export interface TcpServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly onConnection: (line: Line, peer: Peer) => void;
}

export interface TlsServerOptions extends TcpServerOptions {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly minVersion: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** A caller who did not get through the handshake; `reason` is for people. */
  readonly onRejected?: (reason: string) => void;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: () => number;
  /** Takes no more calls and cuts every connection, as a host that loses power does. */
  close(closed?: () => void): void;
}

export type ListenFailure = {
  readonly reason: 'busy' | 'not-permitted' | 'bad-address' | 'bad-certificate' | 'failed';
  /** One sentence: what, where, what to do. */
  readonly message: string;
};

type Answer = (result: Result<Listening, ListenFailure>) => void;

/** `answer` comes later, once. */
export function listenTcp(options: TcpServerOptions, answer: Answer): void {
  listen(createTcpServer({ noDelay: true }), 'connection', options, answer);
}

/** `answer` comes later, once. */
export function listenTls(options: TlsServerOptions, answer: Answer): void {
  const { cert, key, minVersion, maxVersion, onRejected } = options;
  let server;
  try {
    server = createTlsServer({
      cert,
      key,
      minVersion,
      ...(maxVersion === undefined ? {} : { maxVersion }),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
    });
  } catch (error) {
    const message = `The certificate or the key of the host cannot be used: ${textOf(error)}. Both must be PEM and belong together.`;
    realClock.after(0, () => answer(fail({ reason: 'bad-certificate', message })));
    return;
  }
  server.on('tlsClientError', (error) => onRejected?.(error.message));
  listen(server, 'secureConnection', options, answer);
}

function listen(
  server: Server,
  connectionEvent: 'connection' | 'secureConnection',
  options: TcpServerOptions,
  answer: Answer,
): void {
  const { host, port, onConnection } = options;
  const raw = new Set<Socket>();
  const lines = new Set<SocketLine>();
  server.maxConnections = CONNECTIONS_MAX;
  // Also those that are still shaking hands, and would keep the server from closing.
  server.on('connection', (socket: Socket) => {
    raw.add(socket);
    socket.once('close', () => raw.delete(socket));
  });
  server.on(connectionEvent, (socket: Socket) => {
    const line = new SocketLine(socket);
    lines.add(line);
    socket.once('close', () => lines.delete(line));
    onConnection(line, peerOf(socket));
  });
  const refuse = (error: NodeJS.ErrnoException): void => answer(fail(failureOf(error, host, port)));
  server.once('error', refuse);
  server.once('listening', () => {
    server.off('error', refuse);
    // After this, an error is one refused connection (no descriptors left), not the end of the server.
    server.on('error', () => {});
    const address = server.address();
    answer(
      ok({
        host,
        port: typeof address === 'object' && address !== null ? address.port : port,
        connections: () => lines.size,
        close(closed) {
          server.close(() => closed?.());
          for (const line of lines) line.cut();
          for (const socket of raw) socket.destroy();
        },
      }),
    );
  });
  try {
    server.listen({ host, port, exclusive: true });
  } catch (error) {
    const message = `Port ${port} of ${host} cannot be listened on: ${textOf(error)} Choose a port from 0 to 65535.`;
    realClock.after(0, () => answer(fail({ reason: 'bad-address', message })));
  }
}

class SocketLine implements Line {
  readonly #socket: Socket;
  readonly #inbox = new Inbox(realClock);
  #open = true;
  #error = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', (error) => (this.#error = error.message));
    socket.on('close', () => {
      this.#open = false;
      this.#inbox.end(this.#error === '' ? 'the peer hung up' : this.#error);
    });
  }

  /** Until then the socket is not read, so that nothing is lost. */
  listen(listener: LineListener): void {
    this.#inbox.listen(listener);
    this.#socket.on('data', (chunk: Buffer) => this.#inbox.bytes(chunk));
  }

  write(bytes: Uint8Array, done?: () => void): void {
    if (!this.#open) return;
    if (this.#socket.writableLength + bytes.length > UNREAD_BYTES_MAX) {
      this.#socket.destroy(new Error('the peer does not read'));
      return;
    }
    this.#socket.write(Buffer.from(bytes), (error) => {
      if (!error && this.#open) done?.();
    });
  }

  /** What was written before still goes out. */
  close(): void {
    if (!this.#open) return;
    this.cut();
    this.#socket.end();
    // A socket that is not read never sees the end of the other side.
    this.#socket.resume();
    const cancel = realClock.after(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
  }

  /** From here on its listener hears nothing; what becomes of the socket is the caller's business. */
  cut(): void {
    this.#open = false;
    this.#inbox.mute();
  }
}

function peerOf(socket: Socket): Peer {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket;
  const tlsVersion = socket instanceof TLSSocket ? socket.getProtocol() : null;
  return { address: remoteAddress, port: remotePort, ...(tlsVersion === null ? {} : { tlsVersion }) };
}

function failureOf(error: NodeJS.ErrnoException, host: string, port: number): ListenFailure {
  switch (error.code ?? '') {
    case 'EADDRINUSE': {
      const message = `Port ${port} of ${host} is in use by another program: stop that one, or choose another port (0 takes a free one).`;
      return { reason: 'busy', message };
    }
    case 'EACCES': {
      const message = `Port ${port} of ${host} needs more rights than this user has: choose one above 1023.`;
      return { reason: 'not-permitted', message };
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': {
      const message = `${host} is not an address of this computer: listen on 127.0.0.1, or on 0.0.0.0 for all of them.`;
      return { reason: 'bad-address', message };
    }
    default:
      return { reason: 'failed', message: `Port ${port} of ${host} cannot be listened on: ${error.message}` };
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
