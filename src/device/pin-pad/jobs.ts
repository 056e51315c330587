/** Requests to the PIN pad, one after the other; what becomes of one that fails midway is decided here. */
import type { Clock } from '../../domain/clock.ts';
import type { DeviceLog } from '../device-log.ts';
import type { ExchangeAnswer, PinPadLink } from './link.ts';
import type { LinkFailure } from './link-reducer.ts';
import { type MessageRow, MESSAGES } from './message-table.ts';
import type { PinPadFailure } from './port-types.ts';

/** Requests that may wait or be under way. A terminal has two or three at most. */
export const JOBS_MAX = 8;

/** How often a job is begun again after the PIN pad was told to forget it. */
const RESTARTS_MAX = 1;

export type JobFailure = PinPadFailure | { readonly reason: 'cancelled' };

/** What a reply means for the job that it answers. */
export type Reading =
  /** `answer` says so to whoever asked. */
  | { readonly type: 'done'; readonly answer: () => void }
  /** The PIN pad is ready for the next packet. */
  | { readonly type: 'next' }
  /** Somebody has ended the entry: what was to follow it does not. */
  | { readonly type: 'ended'; readonly answer: () => void }
  | { readonly type: 'refused'; readonly detail: string }
  /** The PIN pad has lost the thread: from the first packet, once. */
  | { readonly type: 'restart'; readonly detail: string };

export interface Packet {
  readonly row: MessageRow;
  readonly text: string;
  readonly replyTimeoutMs: number;
}

export interface Job {
  /** Those of the first one's row can be begun again; what a later row asks for is not worth the whole job. */
  readonly packets: readonly [Packet, ...Packet[]];
  /** @param packet the number of the one that is answered, from 0. */
  readonly read: (reply: string, packet: number) => Reading;
  /** Never called from inside {@link Jobs.add} or {@link Jobs.cancelEntries}. */
  readonly failed: (failure: JobFailure) => void;
}

interface Running {
  readonly job: Job;
  packet: number;
  restarts: number;
  /** Somebody no longer wants it: it ends as cancelled, whatever the PIN pad says. */
  cancelled: boolean;
}

const REASONS: Readonly<Record<LinkFailure, PinPadFailure['reason']>> = {
  'ack-timeout': 'no-answer',
  'write-stalled': 'no-answer',
  'reply-timeout': 'no-answer',
  garbled: 'no-answer',
  'nak-limit': 'refused',
  'ended-by-eot': 'refused',
  'echo-mismatch': 'refused',
  abandoned: 'no-answer',
};

/**
 * After these the PIN pad is there and only the exchange went wrong. An entry is not begun again once its time has
 * run: only when nothing tells whether it had begun at all.
 */
const RESTART_AFTER: Readonly<Record<MessageRow['repeat'], readonly LinkFailure[]>> = {
  blindly: ['reply-timeout', 'garbled', 'ended-by-eot'],
  'after-cancel': ['ack-timeout', 'nak-limit'],
};

export class Jobs {
  readonly #link: PinPadLink;
  readonly #clock: Clock;
  readonly #log: DeviceLog | undefined;
  readonly #waiting: Job[] = [];
  #running: Running | undefined;
  /** True while 72 is out for the running job. */
  #cancelling = false;
  #closed: string | undefined;

  constructor(link: PinPadLink, clock: Clock, log: DeviceLog | undefined) {
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
  }

  add(job: Job): void {
    if (this.#closed !== undefined) {
      this.#failLater(job, { reason: 'line-closed', detail: `${idOf(job)}: ${this.#closed}` });
    } else if (this.#waiting.length + (this.#running === undefined ? 0 : 1) >= JOBS_MAX) {
      this.#failLater(job, { reason: 'refused', detail: `${idOf(job)}: ${JOBS_MAX} requests wait already` });
    } else {
      this.#waiting.push(job);
      this.#runNext();
    }
  }

  /** Ends every PIN entry, waiting or under way; their answers are failures by reason `cancelled`. */
  cancelEntries(): void {
    for (const job of this.#waiting.filter(isEntry)) {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      this.#failLater(job, { reason: 'cancelled' });
    }
    const running = this.#running;
    if (running === undefined || !isEntry(running.job) || running.cancelled) return;
    running.cancelled = true;
    // If 72 is on its way already this reaches no exchange of the entry, and its end will see the mark.
    if (!this.#cancelling) this.#link.abandon();
  }

  closed(reason: string): void {
    this.#closed = reason;
    const running = this.#running;
    this.#running = undefined;
    const jobs = [...(running === undefined ? [] : [running.job]), ...this.#waiting.splice(0)];
    for (const job of jobs) job.failed({ reason: 'line-closed', detail: `${idOf(job)}: ${reason}` });
  }

  #failLater(job: Job, failure: JobFailure): void {
    this.#clock.after(0, () => job.failed(failure));
  }

  #runNext(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running = { job, packet: 0, restarts: 0, cancelled: false };
    this.#sendPacket(this.#running);
  }

  #sendPacket(running: Running): void {
    const packet = packetOf(running);
    this.#link.exchange(packet, (answer) => this.#packetSettled(running, packet, answer));
  }

  #packetSettled(running: Running, { row }: Packet, answer: ExchangeAnswer): void {
    const { job } = running;
    if (!answer.ok) {
      const failure: PinPadFailure = { reason: REASONS[answer.error], detail: `${row.id}: ${answer.error}` };
      const mayRestart = row === job.packets[0].row && RESTART_AFTER[row.repeat].includes(answer.error);
      // An entry that failed may still be on the display: 72 whatever the failure (PIN pad sheet 2, "Cancelling").
      if (mayRestart || isEntry(job)) this.#startOver(running, failure, mayRestart);
      else this.#fail(running, failure);
      return;
    }
    const reading = job.read(answer.value, running.packet);
    const isLast = running.packet + 1 >= job.packets.length;
    if (reading.type === 'ended' || (reading.type === 'done' && isLast)) this.#finish(running, reading.answer);
    else if (reading.type === 'next' && !isLast) {
      running.packet++;
      this.#sendPacket(running);
    } else if (reading.type === 'restart') {
      this.#startOver(running, { reason: 'refused', detail: reading.detail }, true);
    } else {
      const detail = reading.type === 'refused' ? reading.detail : `${row.id}: answered for another packet`;
      this.#fail(running, { reason: 'refused', detail });
    }
  }

  /**
   * Tells the PIN pad to forget the job, then begins it once more if that may be. This is why a lost ACK never starts
   * a PIN entry twice: the first entry, if there was one, is over before the second begins.
   */
  #startOver(running: Running, failure: PinPadFailure, mayRestart: boolean): void {
    const row = MESSAGES.cancel;
    if (!running.cancelled) {
      this.#log?.warn({ event: 'pin-pad-job-cancelled', reason: failure.reason, detail: failure.detail });
    }
    this.#cancelling = true;
    this.#link.exchange({ row, text: row.id, replyTimeoutMs: row.replyTimeoutMs }, (answer) => {
      this.#cancelling = false;
      if (answer.ok && mayRestart && !running.cancelled && running.restarts < RESTARTS_MAX) {
        running.restarts++;
        running.packet = 0;
        this.#sendPacket(running);
      } else {
        this.#fail(running, failure);
      }
    });
  }

  #fail(running: Running, failure: PinPadFailure): void {
    if (!running.cancelled) {
      this.#log?.warn({ event: 'pin-pad-job-failed', reason: failure.reason, detail: failure.detail });
    }
    this.#finish(running, () => running.job.failed(failure));
  }

  #finish(running: Running, answer: () => void): void {
    this.#running = undefined;
    if (running.cancelled) running.job.failed({ reason: 'cancelled' });
    else answer();
    this.#runNext();
  }
}

const isEntry = (job: Job): boolean => job.packets[0].row.repeat === 'after-cancel';

const idOf = (job: Job): string => job.packets[0].row.id;

const packetOf = ({ job, packet }: Running): Packet => job.packets[packet] ?? job.packets[0];
