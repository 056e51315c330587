/** The acquirer: reads a request, decides it, books it, and makes the answer. One message in, one message out. */
import { Bug } from '../../../src/domain/result.ts';
import { decode, encode, macInput } from '../../../src/host/iso8583/codec.ts';
import type { Fields, MalformedMessage, Message } from '../../../src/host/iso8583/message.ts';
import { unionpay } from '../../../src/host/iso8583/unionpay.ts';
import { fromAscii } from '../crypto/hex.ts';
import { unionPayMacText } from '../crypto/mac.ts';
import { cardDataFault, readCard, readPin, type CardInRequest, type CardReading } from './card-data.ts';
import type { Issuer } from './issuer.ts';
import type { Entropy, Terminal, Terminals, WorkingKeys } from './keys.ts';
import type { EntryKey, HoldOutcome, Ledger, ReversalOutcome } from './ledger.ts';
import {
  echoedHeader,
  echoOf,
  institutionsField,
  remarksField,
  replyMti,
  settlementField,
  swappedTpdu,
  timeFields,
  type HostIdentity,
} from './replies.ts';
import { formatFault, isRequestMti, rowOf, type RequestKind, type RequestRow } from './requests.ts';
import { headOf, type Head } from './unreadable.ts';

export interface AcquirerSetup {
  readonly terminals: Terminals;
  readonly issuer: Issuer;
  readonly ledger: Ledger;
  readonly identity: HostIdentity;
  /** More than this in one sale is F39 61. */
  readonly amountLimitMinor: bigint;
  readonly entropy: Entropy;
  /** Local `YYYYMMDDhhmmss`. */
  readonly now: () => string;
}

/** A well-formed request, understood as far as it can be before it is decided. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly message: Message;
  readonly row: RequestRow;
  readonly terminal?: Terminal;
  /** Financial requests only. */
  readonly card?: CardReading;
}

export type Reading =
  | { readonly type: 'request'; readonly request: Request }
  /** `head`: as much as is needed to say so (F39 30); without it there is nobody to answer. */
  | { readonly type: 'malformed'; readonly error: MalformedMessage; readonly head?: Head };

export interface Answer {
  /** Without length bytes. */
  readonly bytes: Uint8Array;
  /** F39. */
  readonly responseCode: string;
  /** In words for reports, where F39 alone does not say it; never card data. */
  readonly reason?: string;
}

/** What a script makes the host do wrong on purpose. */
export interface Mischief {
  /** Answer with this F39 instead of deciding. */
  readonly refuseWith?: string;
  readonly spoil?: 'mac' | 'stan';
}

interface Verdict {
  readonly responseCode: string;
  readonly reason?: string;
  readonly fields?: Fields;
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
    return {
      type: 'request',
      request: {
        bytes,
        message,
        row,
        ...(terminal !== undefined && { terminal }),
        ...(row.hasMac && { card: readCard(message.fields, terminal?.keys) }),
      },
    };
  }

  /** Decides, books and answers. Everything that the ledger will ever know of the request is decided here, once. */
  answer(request: Request, { refuseWith, spoil }: Mischief = {}): Answer {
    const verdict = refuseWith === undefined ? this.#decide(request) : this.#refuse(request, refuseWith);
    return this.#reply(request, verdict, spoil);
  }

  /** F39 30 to somebody of whom only the trace number is known. */
  answerMalformed(head: Head): Answer {
    const fields = { 11: head.stan, ...timeFields(this.#setup.now()), 39: '30' };
    return { bytes: packed({ ...replyHead(head), fields }), responseCode: '30', reason: 'malformed' };
  }

  #decide(request: Request): Verdict {
    const obstacle = this.#obstacle(request);
    return obstacle ?? this.#handlers[request.row.kind](request);
  }

  /** What stops any request before its content is looked at (dialect sheet 11.1). Nothing of it is booked. */
  #obstacle({ bytes, message: { fields }, row, terminal }: Request): Verdict | undefined {
    const fault = formatFault(row, fields);
    if (fault !== undefined) return { responseCode: '30', reason: fault };
    if (terminal === undefined) return { responseCode: '97', reason: 'terminal-not-registered' };
    if (fields[42]?.padEnd(15) !== terminal.merchant)
      return { responseCode: '03', reason: 'not-the-terminals-merchant' };
    if (!row.hasMac) return undefined;
    if (terminal.keys === undefined) return { responseCode: '77', reason: 'not-signed-in' };
    if (fields[64] === undefined || fields[64] !== macOf(bytes, terminal.keys)) {
      return { responseCode: 'A0', reason: fields[64] === undefined ? 'mac-missing' : 'mac-wrong' };
    }
    return undefined;
  }

  readonly #handlers: Readonly<Record<RequestKind, (request: Request) => Verdict>> = {
    'sign-in': (request) => {
      const terminal = terminalOf(request);
      const [type, code] = [
        request.message.fields[60]?.slice(0, 2) ?? '',
        request.message.fields[60]?.slice(8, 11) ?? '',
      ];
      const keyBlock = terminal.signIn(this.#setup.entropy, code === '004');
      return { responseCode: '00', fields: { 60: type + sixDigits(terminal.batch) + code, 62: keyBlock } };
    },
    'sign-off': (request) => {
      terminalOf(request).signOff();
      return { responseCode: '00' };
    },
    echo: () => ({ responseCode: '00' }),
    unsupported: () => ({ responseCode: '40', reason: 'not-offered-by-this-host' }),
    sale: (request) => this.#sale(request),
    reversal: (request) => this.#reversal(request),
  };

  #sale(request: Request): Verdict {
    const { message, card } = request;
    const terminal = terminalOf(request);
    const key = keyOf(message);
    if (key.batch !== terminal.batch) return { responseCode: '77', reason: 'not-the-current-batch' };
    const earlier = this.#setup.ledger.entry(key);
    if (earlier !== undefined) {
      return { responseCode: '94', reason: earlier.state === 'forestalled' ? 'reversed-before-it-came' : 'duplicate' };
    }
    const keys = keysOf(terminal);
    const fault = cardDataFault(message.fields, keys);
    const verdict: Verdict =
      fault === undefined ? this.#pay(key, message, card, keys) : { responseCode: '30', reason: fault };
    if (verdict.responseCode !== '00') this.#bookRefusal(request, verdict.responseCode);
    return verdict;
  }

  #pay(key: EntryKey, { fields }: Message, reading: CardReading | undefined, keys: WorkingKeys): Verdict {
    if (reading?.type !== 'card') {
      const reason = reading?.type === 'unreadable' ? reading.problem : 'no-card';
      return { responseCode: reading?.type === 'unreadable' ? '14' : '40', reason };
    }
    const amountMinor = BigInt(fields[4] ?? '0');
    if (amountMinor === 0n) return { responseCode: '13', reason: 'amount-zero' };
    if (fields[49] !== '156') return { responseCode: '12', reason: 'currency-not-offered' };
    if (amountMinor > this.#setup.amountLimitMinor) return { responseCode: '61' };
    const { card } = reading;
    const responseCode = this.#setup.issuer.verdict({ ...presented(card, fields, keys), now: this.#setup.now() });
    if (responseCode !== '00') return { responseCode };
    const outcome = this.#setup.ledger.hold(key, { pan: card.pan, amountMinor, processingCode: fields[3] ?? '' });
    return outcome === 'held' ? this.#approved(card) : { responseCode: refusalOf[outcome], reason: outcome };
  }

  #approved(card: CardInRequest): Verdict {
    const expiry = this.#setup.issuer.expiry(card.pan);
    return {
      responseCode: '00',
      fields: {
        ...(expiry !== undefined && { 14: expiry }),
        38: sixDigits((this.#answers + 1) % 1_000_000),
        ...remarksField(this.#setup.identity),
      },
    };
  }

  #reversal({ message }: Request): Verdict {
    const { fields } = message;
    if (!['06', '96', '98', 'A0'].includes(fields[39] ?? ''))
      return { responseCode: '30', reason: 'F39 is no reversal reason' };
    const outcome = this.#setup.ledger.reverse(keyOf(message), {
      amountMinor: BigInt(fields[4] ?? '0'),
      processingCode: fields[3] ?? '',
      ...(fields[2] !== undefined && { pan: fields[2] }),
    });
    return { ...reversalVerdicts[outcome], reason: outcome };
  }

  /** A scripted refusal of a request that the host could have booked is a declined entry like any other. */
  #refuse(request: Request, responseCode: string): Verdict {
    if (request.row.kind === 'sale' && formatFault(request.row, request.message.fields) === undefined) {
      this.#bookRefusal(request, responseCode);
    }
    return { responseCode, reason: 'scripted' };
  }

  #bookRefusal({ message, card }: Request, responseCode: string): void {
    this.#setup.ledger.decline(keyOf(message), {
      responseCode,
      amountMinor: BigInt(message.fields[4] ?? '0'),
      processingCode: message.fields[3] ?? '',
      ...(card?.type === 'card' && { pan: card.card.pan }),
    });
  }

  #reply({ message, row, terminal }: Request, verdict: Verdict, spoil: Mischief['spoil']): Answer {
    const { now, identity } = this.#setup;
    this.#answers += 1;
    const time = now();
    const keys = row.hasMac ? terminal?.keys : undefined;
    const fields: Fields = {
      ...echoOf(message),
      ...timeFields(time),
      32: identity.acquirerId,
      // Month and day, then a number that this host never gives twice.
      37: time.slice(4, 8) + this.#answers.toString().padStart(8, '0'),
      39: verdict.responseCode,
      ...(row.hasMac && { ...settlementField(time), ...institutionsField(identity) }),
      ...verdict.fields,
      ...(spoil === 'stan' &&
        message.fields[11] !== undefined && { 11: sixDigits(nextStan(Number(message.fields[11]))) }),
      ...(keys !== undefined && { 64: '0'.repeat(MAC_LENGTH) }),
    };
    const bytes = packed({ ...replyHead(message), fields });
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

const refusalOf: Readonly<Record<Exclude<HoldOutcome, 'held'>, string>> = {
  'insufficient-funds': '51',
  'no-such-account': '14',
  'already-decided': '94',
  full: '96',
};

/** 12 says that there was nothing to take back, 25 that there was no original: both end a reversal (dialect sheet 8.2). */
const reversalVerdicts: Readonly<Record<ReversalOutcome, Verdict>> = {
  reversed: { responseCode: '00' },
  'nothing-held': { responseCode: '12' },
  unknown: { responseCode: '25' },
  'amount-differs': { responseCode: '64' },
  'not-the-original': { responseCode: '22' },
  full: { responseCode: '96' },
};

const presented = (card: CardInRequest, fields: Fields, keys: WorkingKeys) => {
  const pin = readPin(fields, card.pan, keys);
  return { ...card, ...(pin !== undefined && { pin }) };
};

const macOf = (bytes: Uint8Array, keys: WorkingKeys): string => unionPayMacText(keys.mac, macInput(bytes));

/** Another first digit: wrong whatever the MAC was. */
const spoilt = (mac: string): string => (mac.startsWith('0') ? '1' : '0') + mac.slice(1);

const replyHead = ({
  tpdu,
  header,
  mti,
}: {
  readonly tpdu: string;
  readonly header: string;
  readonly mti: string;
}) => ({
  tpdu: swappedTpdu(tpdu),
  header: echoedHeader(header),
  mti: replyMti(mti),
});

/** 60.2 is the batch of the request, and in a reversal that of the original (dialect sheet 8.3). */
const keyOf = ({ fields }: Message): EntryKey => ({
  terminal: (fields[41] ?? '').trimEnd(),
  batch: Number(fields[60]?.slice(2, 8)),
  stan: Number(fields[11]),
});

const sixDigits = (value: number): string => value.toString().padStart(6, '0');
const nextStan = (stan: number): number => (stan >= STAN_MAX ? 1 : stan + 1);

function packed(message: Message): Uint8Array {
  const encoded = encode(unionpay, message);
  if (!encoded.ok)
    throw new Bug(`The host built a bad ${message.mti}: ${encoded.error.field}, ${encoded.error.problem}.`);
  return encoded.value;
}

function terminalOf({ terminal }: Request): Terminal {
  if (terminal === undefined) throw new Bug('Only a registered terminal gets this far.');
  return terminal;
}

function keysOf({ keys }: Terminal): WorkingKeys {
  if (keys === undefined) throw new Bug('Only a terminal that has signed in gets this far.');
  return keys;
}
