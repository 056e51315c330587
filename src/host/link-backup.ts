/**
 * Two addresses of one host: the primary, and the backup where the primary cannot be reached.
 *
 * It chooses only where to connect. A request is sent on one connection and never again on another (dialect sheet 8.1):
 * which address took it is nobody's business by then.
 */
import type { Cancel, Clock } from '../domain/clock.ts';
import type { Line } from '../domain/line.ts';
import { fail, type Result } from '../domain/result.ts';
import type { HostLog } from './host-port.ts';
import type { Connect, ConnectFailure } from './link.ts';

export interface BackupSetup {
  readonly primary: Connect;
  readonly backup: Connect;
  readonly clock: Clock;
  /** For both attempts together: the first has half of it, so that the second gets a chance. */
  readonly connectTimeoutMs: number;
  /** So long after the change to the backup, the backup is called first. */
  readonly returnToPrimaryMs: number;
  readonly log?: HostLog;
}

type Name = 'primary' | 'backup';
type Answer = (result: Result<Line, ConnectFailure>) => void;

const OTHER = { primary: 'backup', backup: 'primary' } as const;

/** The first attempt's part of the connect timeout. */
const FIRST_SHARE = 1 / 2;

/** Connects to either address. Whoever calls it keeps the connect timeout of the whole. */
export function primaryOrBackup(setup: BackupSetup): Connect {
  const { clock, log, connectTimeoutMs, returnToPrimaryMs } = setup;
  let first: Name = 'primary';
  let changedAt = 0;

  const succeeded = (name: Name): void => {
    if (name === first) return;
    log?.warn({ event: 'host-address-changed', address: name });
    first = name;
    changedAt = clock.now();
  };
  const failed = (name: Name, { reason, message }: ConnectFailure): void => {
    // Said each time: a certificate that is not believed must not hide behind an address that works.
    log?.warn({ event: 'host-address-failed', address: name, reason, message });
  };

  return (answer) => {
    const sinceChangeMs = clock.now() - changedAt;
    // Below zero: the clock has been set back, and says nothing about the pause.
    if (sinceChangeMs >= returnToPrimaryMs || sinceChangeMs < 0) first = 'primary';
    const begin = first;
    let cancel: Cancel;
    const second = (before: ConnectFailure): void => {
      cancel = attempt(setup[OTHER[begin]], undefined, clock, (result) => {
        if (result.ok) succeeded(OTHER[begin]);
        else failed(OTHER[begin], result.error);
        answer(result.ok ? result : fail(both(before, result.error)));
      });
    };
    cancel = attempt(setup[begin], Math.ceil(connectTimeoutMs * FIRST_SHARE), clock, (result) => {
      if (result.ok) {
        succeeded(begin);
        return answer(result);
      }
      failed(begin, result.error);
      second(result.error);
    });
    return () => cancel();
  };
}

/** One attempt that ends after `limitMs`, if there is a limit, and answers once. */
function attempt(connect: Connect, limitMs: number | undefined, clock: Clock, answer: Answer): Cancel {
  let over = false;
  let cancelTimer: Cancel | undefined;
  const end = (): void => {
    over = true;
    cancelTimer?.();
  };
  const cancelConnect = connect((result) => {
    if (!over) {
      end();
      return answer(result);
    }
    // It arrived together with the timeout that gave it up.
    if (result.ok) result.value.close();
  });
  if (limitMs !== undefined) {
    cancelTimer = clock.after(limitMs, () => {
      end();
      cancelConnect();
      answer(fail({ reason: 'timeout', message: `It did not complete the connection within ${limitMs} ms.` }));
    });
  }
  return () => {
    end();
    cancelConnect();
  };
}

/** A certificate is what somebody must look at, whichever of the two addresses showed it. */
function both(first: ConnectFailure, second: ConnectFailure): ConnectFailure {
  const message = `${first.message} And the other address: ${second.message}`;
  return { reason: first.reason === 'certificate' ? first.reason : second.reason, message };
}
