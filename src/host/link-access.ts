/** The ways to the host: plain TCP, TLS, and either with the HTTP tunnel on it (dialect sheet 1.4). */
import type { Connect } from './link.ts';
import { tcpConnector, tlsConnector, type TcpTarget } from './tls-connector.ts';
import type { TunnelHead } from './tunnel-codec.ts';
import { throughTunnel } from './tunnel-line.ts';

export interface Access {
  /** The certificates, PEM, of the authorities that may vouch for the host; undefined: plain. */
  readonly ca: string | undefined;
  /** The name that the host's certificate must carry, where it is not the address. */
  readonly serverName: string | undefined;
  /** Undefined: frames go straight on the line. The header field `Host` is made of the address unless it is given. */
  readonly tunnel: (Omit<TunnelHead, 'host'> & { readonly host?: string | undefined }) | undefined;
}

export function hostConnector(target: TcpTarget, { ca, serverName, tunnel }: Access): Connect {
  const connect =
    ca === undefined ? tcpConnector(target) : tlsConnector({ ...target, ca, serverName: serverName ?? target.address });
  return tunnel === undefined ? connect : throughTunnel(connect, { ...tunnel, host: tunnel.host ?? authority(target) });
}

/** RFC 9110, 7.2: an IPv6 address stands in brackets. */
const authority = ({ address, port }: TcpTarget): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;
