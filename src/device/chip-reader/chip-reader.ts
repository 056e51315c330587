/** The chip card reader: found and found again, its slot watched, one request at a time. */
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';
import { fail, type Result } from '../../domain/result.ts';
import type { DeviceLog } from '../device-log.ts';
import type { LinkFailure, LinkProfile } from './link-reducer.ts';
import { ChipReaderLink } from './link.ts';
import { MESSAGES, type Reply } from './message-table.ts';
import type {
  CardProtocol,
  ChipReader,
  ChipReaderAnswer,
  ChipReaderEvent,
  ChipReaderFailure,
  PinOnReader,
  PinVerification,
  TransmitOptions,
} from './port-types.ts';
import { DISCOVERY, POWER_OFF, POWER_ON, type Script, SLOT_STATUS, transfer, useProtocol } from './scripts.ts';
import { verifyPin } from './secure.ts';

/** How often the slot is looked at when nothing else is said; the reference driver does it as often. */
const POLL_MS = 400;
/** Between two looks for a reader that does not answer, or for a port that is not there. */
const SEARCH_MS = 1_000;

export interface ChipReaderProfile extends LinkProfile {
  /** `tpdu`: the GemPC Twin. `extended-apdu`: the reader makes the transport, and chains what is long. */
  readonly level: 'tpdu' | 'extended-apdu';
}

export const GEMPC_TWIN: ChipReaderProfile = { echoes: true, level: 'tpdu' };

export interface ChipReaderSetup {
  /** Opens the port: 115200 baud, two stop bits. Asked again, a second later, as long as it answers with nothing. */
  readonly connect: (answer: (line: Line | undefined) => void) => void;
  readonly clock: Clock;
  readonly profile: ChipReaderProfile;
  readonly log?: DeviceLog;
}

export function openChipReader(setup: ChipReaderSetup): ChipReader {
  const reader = new Reader(setup);
  reader.start();
  return reader;
}

type Outcome<Value> = Result<Value, ChipReaderFailure>;

/** A request of the port: waiting for the link, or walking through its script. */
interface Job {
  readonly begin: () => void;
  readonly fail: (failure: ChipReaderFailure) => void;
  begun: boolean;
}

const NOTHING_KNOWN: Readonly<Record<LinkFailure, ChipReaderFailure['reason']>> = {
  'no-reply': 'no-answer',
  refused: 'no-answer',
  garbled: 'no-answer',
  'extension-limit': 'no-answer',
  cancelled: 'cancelled',
};

class Reader implements ChipReader {
  readonly #setup: ChipReaderSetup;
  #listener: (event: ChipReaderEvent) => void = () => undefined;
  #link: ChipReaderLink | undefined;
  /** Known while the reader is there. */
  #firmware: string | undefined;
  #cardIn = false;
  #powered = false;
  /** The reader has said since its last reply that the card went. */
  #wentOut = false;
  #job: Job | undefined;
  #cancelTimer: Cancel | undefined;
  #closed = false;

  constructor(setup: ChipReaderSetup) {
    this.#setup = setup;
  }

  start(): void {
    this.#connect();
  }

  onEvent(listener: (event: ChipReaderEvent) => void): void {
    this.#listener = () => undefined;
    this.#setup.clock.after(0, () => {
      this.#listener = listener;
      if (this.#firmware === undefined) return;
      this.#tell({ type: 'reader-found', firmware: this.#firmware });
      if (this.#cardIn) this.#tell({ type: 'card-inserted' });
    });
  }

  powerOn(answer: ChipReaderAnswer<Uint8Array>): void {
    this.#request(POWER_ON, answer);
  }

  useProtocol(protocol: CardProtocol, { pps }: { readonly pps: boolean }, answer: ChipReaderAnswer<undefined>): void {
    this.#request(useProtocol(protocol, pps), answer);
  }

  transmit(unit: Uint8Array, answer: ChipReaderAnswer<Uint8Array>, options?: TransmitOptions): void {
    this.#request(transfer(unit, this.#setup.profile.level, options?.waitingTimes), answer);
  }

  verifyPin(verification: PinVerification, answer: ChipReaderAnswer<PinOnReader>): void {
    this.#request(verifyPin(verification), answer);
  }

  powerOff(answer: ChipReaderAnswer<undefined>): void {
    this.#request(POWER_OFF, answer);
  }

  cancel(): void {
    const job = this.#job;
    if (job === undefined) return;
    this.#job = undefined;
    this.#setup.clock.after(0, () => job.fail({ reason: 'cancelled', detail: 'cancelled by the terminal' }));
    if (job.begun) this.#link?.cancel();
  }

  close(): void {
    this.#closed = true;
    this.#job = undefined;
    this.#cancelTimer?.();
    this.#listener = () => undefined;
    this.#link?.close();
    this.#link = undefined;
  }

  /* ---- the line and the reader at its end ---- */

  #connect(): void {
    if (this.#closed) return;
    this.#setup.connect((line) => {
      if (this.#closed) return line?.close();
      if (line === undefined) return this.#later(SEARCH_MS, () => this.#connect());
      const { clock, log, profile } = this.#setup;
      this.#link = new ChipReaderLink({
        line,
        clock,
        profile,
        log,
        idle: () => this.#whenIdle(),
        slotChanged: (wentOut) => this.#onSlotChanged(wentOut),
        closed: (reason) => {
          this.#link = undefined;
          this.#lose(reason);
          this.#later(SEARCH_MS, () => this.#connect());
        },
      });
      this.#search();
    });
  }

  #search(): void {
    this.#walk(DISCOVERY, (result) => {
      if (!result.ok) return;
      this.#firmware = result.value;
      this.#tell({ type: 'reader-found', firmware: result.value });
      if (this.#cardIn) this.#tell({ type: 'card-inserted' });
    });
  }

  #poll(): void {
    this.#walk(SLOT_STATUS, (result) => {
      // A reader that says no to this is there; one that says nothing at all is not.
      if (!result.ok && result.error.reason === 'no-answer') this.#lose(result.error.detail);
    });
  }

  #lose(reason: string): void {
    const wasFound = this.#firmware !== undefined;
    const job = this.#job;
    this.#job = undefined;
    this.#firmware = undefined;
    this.#cardIn = false;
    this.#powered = false;
    this.#wentOut = false;
    if (wasFound) this.#tell({ type: 'reader-lost', reason });
    job?.fail({ reason: 'reader-lost', detail: reason });
  }

  /** While an exchange is under way its reply will tell; but not of a card that was swapped for another meanwhile. */
  #onSlotChanged(wentOut: boolean): void {
    this.#wentOut ||= wentOut;
    if (this.#firmware !== undefined && this.#link?.isIdle === true) this.#poll();
  }

  /** The link has nothing to do: a request that waits goes first; after a while the slot is looked at. */
  #whenIdle(): void {
    const job = this.#job;
    if (job !== undefined && !job.begun && this.#firmware !== undefined) {
      job.begun = true;
      return job.begin();
    }
    if (this.#firmware === undefined) return this.#later(SEARCH_MS, () => this.#search());
    this.#later(POLL_MS, () => this.#poll());
  }

  #later(ms: number, action: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#setup.clock.after(ms, action);
  }

  /* ---- requests ---- */

  #request<Value>(script: Script<Value>, answer: ChipReaderAnswer<Value>): void {
    const { clock } = this.#setup;
    const refuse = (reason: 'busy' | 'reader-lost', detail: string): void => {
      clock.after(0, () => this.#closed || answer(fail({ reason, detail })));
    };
    if (this.#job !== undefined) return refuse('busy', 'another request is under way');
    if (this.#firmware === undefined) return refuse('reader-lost', 'there is no reader');
    const job: Job = {
      begun: false,
      begin: () =>
        this.#walk(script, (result) => {
          // Cancelled, or lost with the reader: it has its answer.
          if (this.#job !== job) return;
          this.#job = undefined;
          answer(result);
        }),
      fail: (failure) => answer(fail(failure)),
    };
    this.#job = job;
    // From the clock, so that nothing is answered or told from inside the caller's call.
    if (this.#link?.isIdle === true) {
      this.#later(0, () => this.#link?.isIdle === true && this.#whenIdle());
    }
  }

  #walk<Value>(script: Script<Value>, end: (result: Outcome<Value>) => void): void {
    const link = this.#link;
    if (link === undefined) return;
    const { row } = script.request;
    // What follows is our own doing, and no sign that the card was out.
    if (row === MESSAGES.powerOn || row === MESSAGES.powerOff) this.#powered = false;
    this.#cancelTimer?.();
    link.exchange(script.request, (answer) => {
      if (link !== this.#link) return;
      if (!answer.ok) return end(fail({ reason: NOTHING_KNOWN[answer.error], detail: answer.error }));
      const hadPower = this.#powered;
      this.#observe(answer.value);
      if (row === MESSAGES.powerOn) this.#powered = answer.value.card === 'active';
      const step = script.onReply(answer.value);
      if (step.type === 'next') return this.#walk(step.script, end);
      const wasPulled = hadPower && !this.#powered && !step.result.ok;
      end(wasPulled ? fail({ reason: 'card-removed', detail: answer.value.card }) : step.result);
    });
  }

  /** Every reply tells how the slot stands. A chip that has lost its power without our doing was out. */
  #observe({ card }: Reply): void {
    const isIn = card !== 'absent';
    // With power the status is the surer sign: two bytes without a check may be noise.
    const hasLeft = this.#powered ? card === 'inactive' : this.#wentOut;
    const wasOut = this.#cardIn && (!isIn || hasLeft);
    this.#wentOut = false;
    const isNew = isIn && (!this.#cardIn || wasOut);
    if (card !== 'active') this.#powered = false;
    this.#cardIn = isIn;
    // Until the reader is found its card is not news: it is told of after it.
    if (this.#firmware === undefined) return;
    if (wasOut) this.#tell({ type: 'card-removed' });
    if (isNew) this.#tell({ type: 'card-inserted' });
  }

  #tell(event: ChipReaderEvent): void {
    this.#listener(event);
  }
}
