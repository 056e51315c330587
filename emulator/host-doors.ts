/** The ways in to the emulated host: one listener for each, all with the same host behind them. */
import type { Line } from '../src/domain/line.ts';
import type { Result } from '../src/domain/result.ts';
import type { Access } from './config.ts';
import { tunnelServer } from './wire/http-tunnel.ts';
import { listenTcp, listenTls, type ListenFailure, type Listening } from './wire/tls-server.ts';

export interface Door {
  readonly access: Access;
  readonly address: string;
  readonly port: number;
}

export interface DoorSetup {
  readonly address: string;
  readonly serverCertPem: string;
  readonly serverKeyPem: string;
  readonly onConnection: (line: Line) => void;
  /** What came through the HTTP tunnel is not what a gateway takes. */
  readonly onRefused: (problem: string) => void;
}

/** Opens and closes together, as the machine does that the host runs on. */
export class HostDoors {
  readonly #setup: DoorSetup;
  #open: readonly Listening[] = [];

  constructor(setup: DoorSetup) {
    this.#setup = setup;
  }

  /** @throws Error with the sentence of the first door that cannot be opened. */
  async open(wanted: readonly Omit<Door, 'address'>[]): Promise<readonly Door[]> {
    const opened = await Promise.allSettled(wanted.map((door) => this.#listen(door)));
    this.#open = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failure = opened.find((each) => each.status === 'rejected');
    if (failure !== undefined) {
      this.close();
      throw failure.reason;
    }
    const { address } = this.#setup;
    return wanted.map(({ access }, index) => ({ access, address, port: this.#open[index]?.port ?? 0 }));
  }

  close(): void {
    for (const listening of this.#open) listening.close();
    this.#open = [];
  }

  #listen({ access, port }: Omit<Door, 'address'>): Promise<Listening> {
    const { address: host, serverCertPem: cert, serverKeyPem: key, onConnection, onRefused } = this.#setup;
    const isTunnel = access === 'https-tunnel' || access === 'http-tunnel';
    const options = {
      host,
      port,
      onConnection: isTunnel ? (line: Line) => onConnection(tunnelServer(line, { onRefused })) : onConnection,
    };
    return new Promise((resolve, reject) => {
      const answer = (result: Result<Listening, ListenFailure>): void =>
        result.ok ? resolve(result.value) : reject(new Error(result.error.message));
      if (access === 'tcp' || access === 'http-tunnel') listenTcp(options, answer);
      else listenTls({ ...options, cert, key, minVersion: 'TLSv1.2' }, answer);
    });
  }
}
