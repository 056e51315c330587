/** What the printer says about itself without being asked: to the terminal (ASB, GS ( H 49), and to who stands before it. */
import type { PrinterTrouble } from './deeds.ts';
import type { Outbox } from './outbox.ts';
import { automaticStatus, automaticStatusDue, offlineResponse, type PrinterCondition } from './status.ts';

/** Which condition a person notices as which trouble. */
const TROUBLES: readonly (readonly [PrinterTrouble, (condition: PrinterCondition) => boolean])[] = [
  ['paper-near-end', (condition) => condition.paperNearEnd && !condition.paperEnd],
  ['paper-end', (condition) => condition.paperEnd && !condition.coverOpen],
  ['cover-open', (condition) => condition.coverOpen],
  ['cutter-jam', (condition) => condition.cutterError],
  ['overheated', (condition) => condition.autoRecoverable && !condition.coverOpen],
  ['broken', (condition) => condition.unrecoverable],
];

export class StatusSpeaker {
  readonly #outbox: Outbox;
  #automaticMask = 0;
  #offlineResponse: 'off' | 'plain' | 'with-cause' = 'off';
  /** The condition that was last told to the terminal and to the person. */
  #told: PrinterCondition;

  constructor(outbox: Outbox, now: PrinterCondition) {
    this.#outbox = outbox;
    this.#told = now;
  }

  /** GS a: speaks at once if anything is to be spoken of. */
  arrangeAutomaticStatus(mask: number, now: PrinterCondition): void {
    this.#automaticMask = mask;
    if (mask !== 0) this.#outbox.write(automaticStatus(now));
  }

  /** GS ( H function 49. */
  arrangeOfflineResponse(mode: 'off' | 'plain' | 'with-cause'): void {
    this.#offlineResponse = mode;
  }

  /** ESC @ and power off end ASB and the offline response (printer sheet 3, 6). */
  forgetArrangements(): void {
    this.#automaticMask = 0;
    this.#offlineResponse = 'off';
  }

  powerOn(now: PrinterCondition): void {
    this.#told = now;
    if (!now.offline) this.#outbox.see({ type: 'ready' });
  }

  /** Tells the terminal and the person what has changed since they were last told. */
  tell(now: PrinterCondition): void {
    const before = this.#told;
    this.#told = now;
    if (automaticStatusDue(this.#automaticMask, before, now)) this.#outbox.write(automaticStatus(now));
    if (now.offline && !before.offline && this.#offlineResponse !== 'off') {
      this.#outbox.write(offlineResponse(this.#offlineResponse === 'with-cause', now));
    }
    for (const [trouble, holds] of TROUBLES) {
      if (holds(now) && !holds(before)) this.#outbox.see({ type: 'trouble', trouble });
    }
    if (before.offline && !now.offline) this.#outbox.see({ type: 'ready' });
  }
}
