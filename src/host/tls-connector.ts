/** Opens lines to the host over TLS, always verified, and over plain TCP for hosts behind a private line. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type SecureVersion } from 'node:tls';
import type { Cancel } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { socketLine } from './socket-line.ts';

type ConnectReason = 'refused' | 'timeout' | 'certificate' | 'handshake' | 'unreachable';

export interface ConnectProblem {
  readonly reason: ConnectReason;
  /** One sentence: what happened, where, what to check. */
  readonly message: string;
}

/** Answers once, never from inside the call, and not at all after the cancel. It has no timeout of its own. */
export type Connector = (answer: (result: Result<Line, ConnectProblem>) => void) => Cancel;

export interface TcpTarget {
  /** Host name or IP address. */
  readonly address: string;
  readonly port: number;
}

export interface TlsTarget extends TcpTarget {
  /** The certificates, PEM, of the authorities that may vouch for the host. No others are believed. */
  readonly ca: string;
  /** The name (or address) that the host's certificate must carry. */
  readonly serverName: string;
  /** Default TLSv1.2. */
  readonly minVersion?: SecureVersion & ('TLSv1.2' | 'TLSv1.3');
}

export function tcpConnector(target: TcpTarget): Connector {
  return (answer) =>
    whenConnected(connectTcp({ host: target.address, port: target.port }), 'connect', answer, (error) =>
      networkProblem(target, error),
    );
}

export function tlsConnector(target: TlsTarget): Connector {
  const { address, port, ca, serverName, minVersion = 'TLSv1.2' } = target;
  const caProblem = unreadableCa(ca);
  return (answer) => {
    if (caProblem !== undefined) {
      const timer = setImmediate(answer, fail({ reason: 'certificate', message: caProblem } as const));
      return () => clearImmediate(timer);
    }
    const socket = connectTls({
      host: address,
      port,
      ca,
      minVersion,
      rejectUnauthorized: true,
      // An IP address may not be sent as a server name (RFC 6066, 3), but is checked like one.
      servername: isIP(serverName) === 0 ? serverName : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
    });
    let tcpConnected = false;
    socket.once('connect', () => {
      tcpConnected = true;
    });
    return whenConnected(socket, 'secureConnect', answer, (error) => {
      // Set by Node exactly when the chain or the name was what failed.
      const refusal: unknown = socket.authorizationError;
      if (refusal !== null && refusal !== undefined) return certificateProblem(target, error);
      return tcpConnected ? handshakeProblem(target, minVersion, error) : networkProblem(target, error);
    });
  };
}

/** Waits for the socket's own word that it is connected, for its failure, or for the cancel. */
function whenConnected(
  socket: Socket,
  readyEvent: 'connect' | 'secureConnect',
  answer: (result: Result<Line, ConnectProblem>) => void,
  explain: (error: NodeJS.ErrnoException) => ConnectProblem,
): Cancel {
  let settled = false;
  const settle = (result: () => Result<Line, ConnectProblem>): void => {
    if (settled) return;
    settled = true;
    answer(result());
  };
  socket.once(readyEvent, () => settle(() => ok(socketLine(socket))));
  // Never removed: an error after the cancel must find a listener.
  socket.on('error', (error: NodeJS.ErrnoException) => settle(() => fail(explain(error))));
  socket.once('close', () => settle(() => fail(explain(new Error('closed')))));
  return () => {
    if (settled) return;
    settled = true;
    socket.destroy();
  };
}

const where = ({ address, port }: TcpTarget): string => `${address}:${port}`;

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;

function networkProblem(target: TcpTarget, error: NodeJS.ErrnoException): ConnectProblem {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    return { reason: 'refused', message: `Nothing listens at ${where(target)}: check the address and the port.` };
  }
  if (code === 'ETIMEDOUT') {
    return { reason: 'timeout', message: `${where(target)} does not answer: check the network and the firewall.` };
  }
  const message =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? `The name ${target.address} cannot be resolved (${code}): check it and the name server.`
      : `${where(target)} cannot be reached (${code}): check the network.`;
  return { reason: 'unreachable', message };
}

function certificateProblem(target: TlsTarget, error: NodeJS.ErrnoException): ConnectProblem {
  const message =
    error.code === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? `The certificate of ${where(target)} is not for ${target.serverName}: check the server name, or ask the acquirer.`
      : `The certificate of ${where(target)} is not trusted (${codeOf(error)}): check the CA file, its dates and the clock.`;
  return { reason: 'certificate', message };
}

function handshakeProblem(target: TlsTarget, minVersion: string, error: NodeJS.ErrnoException): ConnectProblem {
  return {
    reason: 'handshake',
    message: `${where(target)} did not complete the TLS handshake (${codeOf(error)}): it must speak ${minVersion} or later.`,
  };
}

/** What is wrong with the CA text, if anything: OpenSSL silently trusts nobody when it finds no certificate in it. */
const unreadableCa = (ca: string): string | undefined =>
  ca.includes('-----BEGIN CERTIFICATE-----')
    ? undefined
    : 'The CA file holds no PEM certificate: give the one that the acquirer handed out.';
