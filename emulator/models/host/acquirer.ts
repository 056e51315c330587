/** The acquirer: reads a request, decides it, books it, and makes the answer. One message in, one message out. */
import { Bug } from '../../../src/domain/result.ts';
import { decode, encode, macInput } from '../../../src/host/iso8583/codec.ts';
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import { unionpay } from '../../../src/host/iso8583/unionpay.ts';
import { fromAscii } from '../crypto/hex.ts';
import { unionPayMacText } from '../crypto/mac.ts';
import type { Batches } from './batches.ts';
import { chipReversalFault, readCard, reversalSecurityFault } from './card-data.ts';
import { counterIn, readField55 } from './chips.ts';
import type { Downloads } from './downloads.ts';
import {
  amountOf,
  keyOfMessage,
  refused,
  sixDigits,
  terminalOf,
  type Answer,
  type AnswerNumbers,
  type Mischief,
  type Reading,
  type Request,
  type Verdict,
} from './exchange.ts';
import { isExercise, notInTraining } from './exercises.ts';
import type { Financial } from './financial.ts';
import { isSignInCode, type Entropy, type Terminals, type WorkingKeys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { ReversalOutcome } from './ledger-entry.ts';
import {
  echoedHeader,
  echoOf,
  institutionsField,
  replyMti,
  settlementField,
  swappedTpdu,
  timeFields,
  type HostIdentity,
} from './replies.ts';
import { presentationOf } from './presentation.ts';
import type { ScriptNotices } from './script-notices.ts';
import { formatFault, isRequestMti, rowOf, type RequestKind } from './requests.ts';
import { headOf, type Head } from './unreadable.ts';

export interface AcquirerSetup {
  readonly terminals: Terminals;
  readonly ledger: Ledger;
  readonly financial: Financial;
  readonly batches: Batches;
  readonly downloads: Downloads;
  readonly scriptNotices: ScriptNotices;
  readonly identity: HostIdentity;
  readonly entropy: Entropy;
  /** Local `YYYYMMDDhhmmss`. */
  readonly now: () => string;
}

/** A request under way. */
interface Asked {
  readonly request: Request;
  readonly now: string;
  readonly numbers: AnswerNumbers;
  /** F39 of an approval. */
  readonly approval?: string;
}

const MAC_LENGTH = 8;
const STAN_MAX = 999_999;

export class Acquirer {
  readonly #setup: AcquirerSetup;
  /** Numbers F37 and F38. */
  #answers = 0;

  constructor(setup: AcquirerSetup) {
    this.#setup = setup;
  }

  /** @throws Surprise for a well-formed message that no terminal may send. */
  read(bytes: Uint8Array): Reading {
    const decoded = decode(unionpay, bytes);
    if (!decoded.ok) {
      const head = headOf(bytes);
      const answerable = head !== undefined && isRequestMti(head.mti);
      return { type: 'malformed', error: decoded.error, ...(answerable && { head }) };
    }
    const message = decoded.value;
    const row = rowOf(message);
    const terminal = this.#setup.terminals.find(message.fields[41] ?? '');
    const hasCard = row.hasMac || row.kind === 'batch-notice';
    return {
      type: 'request',
      request: {
        bytes,
        message,
        row,
        isExercise: isExercise(message),
        ...(terminal !== undefined && { terminal }),
        ...(hasCard && { card: readCard(message.fields, terminal?.keys) }),
      },
    };
  }

  /** Decides, books and answers. Everything that the ledger will ever know of the request is decided here, once. */
  answer(request: Request, { approveWith, refuseWith, spoil }: Mischief = {}): Answer {
    this.#answers += 1;
    const now = this.#setup.now();
    const numbers = {
      // Month and day, then a number that this host never gives twice.
      referenceNumber: now.slice(4, 8) + this.#answers.toString().padStart(8, '0'),
      authorizationCode: sixDigits(this.#answers % 1_000_000),
    };
    const asked = { request, now, numbers, ...(approveWith !== undefined && { approval: approveWith }) };
    const verdict = refuseWith === undefined ? this.#decide(asked) : this.#refuse(request, refuseWith);
    return this.#reply(asked, verdict, spoil);
  }

  /** F39 30 to somebody of whom only the trace number is known. */
  answerMalformed(head: Head): Answer {
    const fields = { 11: head.stan, ...timeFields(this.#setup.now()), 39: '30' };
    return { bytes: packed({ ...replyHead(head, 0), fields }), responseCode: '30', reason: 'malformed' };
  }

  #decide(asked: Asked): Verdict {
    const { request } = asked;
    const obstacle = this.#obstacle(request);
    if (obstacle !== undefined) return obstacle;
    if (request.isExercise && notInTraining.has(request.row.kind)) return refused('40', 'no-settlement-in-training');
    return this.#handlers[request.row.kind](asked);
  }

  /** What stops any request before its content is looked at (dialect sheet 11.1). Nothing of it is booked. */
  #obstacle({ bytes, message: { fields }, row, terminal }: Request): Verdict | undefined {
    const fault = formatFault(row, fields);
    if (fault !== undefined) return refused('30', fault);
    if (terminal === undefined) return refused('97', 'terminal-not-registered');
    if (fields[42]?.padEnd(15) !== terminal.merchant) return refused('03', 'not-the-terminals-merchant');
    if (!row.hasMac) return undefined;
    if (terminal.keys === undefined) return refused('77', 'not-signed-in');
    if (fields[64] === undefined) return refused('A0', 'mac-missing');
    return fields[64] === macOf(bytes, terminal.keys) ? undefined : refused('A0', 'mac-wrong');
  }

  readonly #handlers: Readonly<Record<RequestKind, (asked: Asked) => Verdict>> = {
    'sign-in': ({ request }) => this.#signIn(request),
    'sign-off': ({ request }) => {
      terminalOf(request).signOff();
      return { responseCode: '00' };
    },
    echo: () => ({ responseCode: '00' }),
    transaction: ({ request, numbers, now, approval }) => this.#setup.financial.decide(request, numbers, now, approval),
    reversal: ({ request }) => this.#reversal(request),
    'script-notice': ({ request }) => this.#setup.scriptNotices.take(request),
    settlement: ({ request }) => this.#setup.batches.settle(request),
    'batch-detail': ({ request }) => this.#setup.batches.detail(request),
    'batch-notice': ({ request }) => this.#setup.batches.notice(request),
    'batch-chip': ({ request }) => this.#setup.batches.chip(request),
    'batch-end': ({ request }) => this.#setup.batches.end(request),
    parameters: ({ request }) => done(request, this.#setup.downloads.parameters()),
    'status-upload': ({ request }) => done(request),
    'key-list': ({ request }) => this.#setup.downloads.keyList(request),
    key: ({ request }) => this.#setup.downloads.key(request),
    'application-list': ({ request }) => this.#setup.downloads.applicationList(request),
    application: ({ request }) => this.#setup.downloads.application(request),
    blacklist: ({ request }) => this.#setup.downloads.blacklist(request),
    'download-end': ({ request }) => done(request),
    unsupported: () => refused('40', 'not-offered-by-this-host'),
  };

  #signIn(request: Request): Verdict {
    const terminal = terminalOf(request);
    const code = codeOf(request);
    if (!isSignInCode(code)) throw new Bug(`60.3 = ${code} is no sign-in.`);
    if (!terminal.canSignIn(code)) return refused('40', 'no-sm4-master-key');
    const keyBlock = terminal.signIn(this.#setup.entropy, code);
    const f60 = request.message.fields[60] ?? '';
    return {
      responseCode: '00',
      fields: { 60: f60.slice(0, 2) + sixDigits(terminal.batch) + f60.slice(8, 11), 62: keyBlock },
    };
  }

  #reversal(request: Request): Verdict {
    const { message, row } = request;
    const { fields } = message;
    if (row.transaction === undefined) throw new Bug('A reversal is of a transaction.');
    const fault = reversalSecurityFault(fields, terminalOf(request).keys) ?? chipReversalFault(fields, row.transaction);
    if (fault !== undefined) return refused('30', fault);
    if (!['06', '96', '98', 'A0'].includes(fields[39] ?? '')) return refused('30', 'F39 is no reversal reason');
    if (request.isExercise) return { responseCode: '00' };
    const values = fields[55] === undefined ? undefined : readField55(fields[55], 'reversal');
    const outcome = this.#setup.ledger.reverse(keyOfMessage(message), {
      transaction: row.transaction.name,
      amountMinor: amountOf(message),
      ...presentationOf(fields),
      ...(typeof values === 'object' && { chipCounter: counterIn(values) }),
      ...(fields[2] !== undefined && { pan: fields[2] }),
      ...(fields[61] !== undefined && { originalField: fields[61] }),
    });
    return refused(reversalCodes[outcome], outcome);
  }

  /** A scripted refusal of a request that the host could have booked is a declined entry like any other. */
  #refuse(request: Request, responseCode: string): Verdict {
    const { message, row } = request;
    if (row.kind === 'transaction' && formatFault(row, message.fields) === undefined) {
      this.#setup.financial.bookRefusal(request, responseCode);
    }
    return refused(responseCode, 'scripted');
  }

  #reply({ request, now, numbers }: Asked, verdict: Verdict, spoil: Mischief['spoil']): Answer {
    const { message, row, terminal } = request;
    const { identity } = this.#setup;
    const keys = row.hasMac ? terminal?.keys : undefined;
    const fields: Fields = {
      ...echoOf(message),
      ...timeFields(now),
      32: identity.acquirerId,
      37: numbers.referenceNumber,
      39: verdict.responseCode,
      ...(row.hasMac && { ...settlementField(now), ...institutionsField(identity) }),
      ...(row.kind === 'settlement' && settlementField(now)),
      ...verdict.fields,
      ...(spoil !== undefined && misdirected(spoil, message.fields)),
      ...(keys !== undefined && { 64: '0'.repeat(MAC_LENGTH) }),
    };
    const bytes = packed({ ...replyHead(message, terminal?.requirement ?? 0), fields });
    if (keys !== undefined) {
      const mac = macOf(bytes, keys);
      // F64 is the last field: its eight characters are the last eight bytes.
      bytes.set(fromAscii(spoil === 'mac' ? spoilt(mac) : mac), bytes.length - MAC_LENGTH);
    }
    return {
      bytes,
      responseCode: verdict.responseCode,
      ...(verdict.reason !== undefined && { reason: verdict.reason }),
    };
  }
}

/** 12 says that there was nothing to take back, 25 that there was no original: both end a reversal (dialect sheet 8.2). */
const reversalCodes: Readonly<Record<ReversalOutcome, string>> = {
  reversed: '00',
  'nothing-held': '12',
  unknown: '25',
  'amount-differs': '64',
  'not-the-original': '22',
  'followed-up': '22',
  full: '96',
};

/** 60.3. */
const codeOf = ({ message: { fields } }: Request): string => (fields[60] ?? '').slice(8, 11);

/** The terminal has done what the header may have asked it for. */
function done(request: Request, verdict: Verdict = { responseCode: '00' }): Verdict {
  terminalOf(request).hasDone(codeOf(request));
  return verdict;
}

const macOf = (bytes: Uint8Array, keys: WorkingKeys): string => unionPayMacText(keys.mac, macInput(bytes));

/** Another first digit: wrong whatever the MAC was. */
const spoilt = (mac: string): string => (mac.startsWith('0') ? '1' : '0') + mac.slice(1);

/** The fields of an answer that belongs to somebody else's request, or to the next one. */
function misdirected(spoil: Mischief['spoil'], { 11: stan, 41: terminal }: Fields): Fields {
  if (spoil === 'stan' && stan !== undefined) return { 11: sixDigits(nextStan(Number(stan))) };
  if (spoil !== 'terminal' || terminal === undefined) return {};
  return { 41: (terminal.startsWith('9') ? '8' : '9') + terminal.slice(1) };
}

const nextStan = (stan: number): number => (stan >= STAN_MAX ? 1 : stan + 1);

const replyHead = ({ tpdu, header, mti }: Pick<Message, 'tpdu' | 'header' | 'mti'>, requirement: number) => ({
  tpdu: swappedTpdu(tpdu),
  header: echoedHeader(header, requirement),
  mti: replyMti(mti),
});

function packed(message: Message): Uint8Array {
  const encoded = encode(unionpay, message);
  if (!encoded.ok)
    throw new Bug(`The host built a bad ${message.mti}: ${encoded.error.field}, ${encoded.error.problem}.`);
  return encoded.value;
}
