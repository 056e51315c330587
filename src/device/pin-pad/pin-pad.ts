/** The PIN pad as the terminal sees it: it keeps the working keys, asks for the PIN, makes MACs and ciphers. */
import type { Clock } from '../../domain/clock.ts';
import type { Line } from '../../domain/line.ts';
import { Bug, fail, ok, type Result } from '../../domain/result.ts';
import { Secret } from '../../domain/secret.ts';
import type { DeviceLog } from '../device-log.ts';
import { type Job, type JobFailure, Jobs, type Packet, type Reading } from './jobs.ts';
import { PinPadLink } from './link.ts';
import { type MessageRow, MESSAGES } from './message-table.ts';
import { offlinePinEntry } from './offline-pin.ts';
import type { Cipher, PinAnswer, PinPad, PinPadFailure } from './port-types.ts';
import {
  encryptText,
  type EntryReply,
  entryText,
  keyLoadText,
  keyReportText,
  macTexts,
  readDataReply,
  readEntryReply,
  readKeyLoadReply,
  readKeyReport,
  type Refusal,
} from './u-messages.ts';

export interface PinPadSetup {
  /** The PIN pad need not be there yet: a request that nobody answers fails within seconds. */
  readonly line: Line;
  readonly clock: Clock;
  /** Where the terminal master key stands in the PIN pad, 0 to 9. */
  readonly masterKeySlot: number;
  /** What the working keys are for. DES when left out. It outlasts a restart, as the keys in the PIN pad do. */
  readonly cipher?: Cipher;
  readonly log?: DeviceLog;
}

/** What field 64 can take of a MAC, and as much again, whatever the cipher. */
const MAC_DIGITS = 16;

/** The PIN pad ends an entry itself; this much later it counts as gone (PIN pad sheet 2, suggested timers). */
const ENTRY_MARGIN_MS = 5_000;

/** Requests are worked off one after the other, at most `JOBS_MAX` at a time; more are refused. */
export function openPinPad({ line, clock, masterKeySlot, cipher = 'des', log }: PinPadSetup): PinPad {
  if (!Number.isInteger(masterKeySlot) || masterKeySlot < 0 || masterKeySlot > 9) {
    throw new Bug(`The PIN pad has no master key slot ${masterKeySlot}: 0 to 9.`);
  }
  const link = new PinPadLink({ line, clock, log, closed: (reason) => jobs.closed(reason) });
  const jobs = new Jobs(link, clock, log);

  const ask = (row: MessageRow, texts: Result<readonly string[], Refusal>, rest: JobRest): void => {
    const { replyTimeoutMs = row.replyTimeoutMs, ...job } = rest;
    if (!texts.ok) return refuse(texts.error, rest);
    const [first = '', ...more] = texts.value;
    const packet = (text: string): Packet => ({ row, text, replyTimeoutMs });
    jobs.add({ packets: [packet(first), ...more.map(packet)], ...job });
  };
  const refuse = (detail: Refusal, { failed }: Pick<Job, 'failed'>): void => {
    clock.after(0, () => failed({ reason: 'refused', detail }));
  };

  return {
    loadKey(key, answer) {
      const { usage, algorithm, checkValue } = key;
      const isOfCipher = (algorithm === 'S') === (cipher === 'sm4');
      const text = isOfCipher
        ? keyLoadText({ masterKeySlot, usage, algorithm, checkValue, encrypted: key.encrypted.reveal() })
        : fail(`UK: a key of algorithm ${algorithm} came to a terminal of ${cipher} keys`);
      ask(MESSAGES.loadKey, single(text), {
        read: (reply) => {
          const read = readKeyLoadReply(reply);
          if (!read.ok) return refused(read.error);
          const isSame = read.value.type === 'stored' && read.value.checkValue === checkValue;
          return done(() => answer({ type: isSame ? 'loaded' : 'check-value-mismatch' }));
        },
        failed: (failure) => answer({ type: 'failed', failure: uncancelled(failure) }),
      });
    },

    enterPin(request, answer) {
      const { amountText, lengthMin, lengthMax, bypassAllowed, timeoutSeconds } = request;
      const pan = request.pan.reveal();
      const text = entryText({ pan, amountText, lengthMin, lengthMax, bypassAllowed, timeoutSeconds });
      ask(MESSAGES.pin, single(text), {
        replyTimeoutMs: timeoutSeconds * 1000 + ENTRY_MARGIN_MS,
        read: (reply) => {
          const read = readEntryReply(reply, cipher);
          if (!read.ok) return refused(read.error);
          if (read.value.type === 'bypassed' && !bypassAllowed) return refused('U61: bypass was not offered');
          const entry = read.value;
          return done(() => answer(pinAnswer(entry)));
        },
        failed: (failure) => answer(entryFailed(failure)),
      });
    },

    enterOfflinePin(request, answer) {
      const failed = (failure: JobFailure): void => answer(entryFailed(failure));
      const entry = offlinePinEntry(request, request.timeoutSeconds * 1000 + ENTRY_MARGIN_MS, answer);
      if (entry.ok) jobs.add({ ...entry.value, failed });
      else refuse(entry.error, { failed });
    },

    cancelPin: () => jobs.cancelEntries(),

    mac: (data, answer) =>
      ask(
        MESSAGES.mac,
        ok(macTexts(data, cipher)),
        dataJob('U67', cipher, (mac) => answer(mac.ok ? ok(mac.value.slice(0, MAC_DIGITS)) : mac)),
      ),

    encryptTrackBlock: (block, answer) =>
      ask(MESSAGES.encrypt, single(encryptText(block.reveal(), cipher)), dataJob('U65', cipher, answer)),

    pinKeyAlgorithm: (answer) =>
      ask(MESSAGES.reportKey, ok([keyReportText('P')]), {
        read: (reply) => {
          const read = readKeyReport(reply);
          return read.ok ? done(() => answer(read)) : refused(read.error);
        },
        failed: (failure) => answer(fail(uncancelled(failure))),
      }),
  };
}

type JobRest = Pick<Job, 'read' | 'failed'> & Partial<Pick<Packet, 'replyTimeoutMs'>>;

const entryFailed = (failure: JobFailure): Exclude<PinAnswer, { readonly type: 'entered' }> =>
  failure.reason === 'cancelled' ? { type: 'cancelled' } : { type: 'failed', failure };

function dataJob(id: 'U65' | 'U67', cipher: Cipher, answer: (answer: Result<string, PinPadFailure>) => void): JobRest {
  return {
    read: (reply) => {
      const read = readDataReply(id, reply, cipher);
      if (!read.ok) return refused(read.error);
      switch (read.value.type) {
        case 'next':
          return { type: 'next' };
        case 'out-of-sequence':
          return { type: 'restart', detail: `${id}: packet out of sequence` };
        case 'block': {
          const { block } = read.value;
          return done(() => answer(ok(block)));
        }
      }
    },
    failed: (failure) => answer(fail(uncancelled(failure))),
  };
}

const pinAnswer = (entry: EntryReply): PinAnswer =>
  entry.type === 'entered'
    ? { type: 'entered', pinBlock: Secret.of(entry.pinBlock, 'PIN BLOCK') }
    : { type: entry.type };

const single = (text: Result<string, Refusal>): Result<readonly string[], Refusal> =>
  text.ok ? ok([text.value]) : text;

const done = (answer: () => void): Reading => ({ type: 'done', answer });

const refused = (detail: string): Reading => ({ type: 'refused', detail });

/** Only entries can be cancelled. */
function uncancelled(failure: JobFailure): PinPadFailure {
  if (failure.reason === 'cancelled') throw new Bug('A request that is no PIN entry was cancelled.');
  return failure;
}
