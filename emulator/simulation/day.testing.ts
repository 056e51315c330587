/** For tests: a day on which the terminal sends every kind of request that it has, and what it was answered. */
import { toAmountMinor, type AmountMinor } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { HostReply, HostRequest } from '../../src/host/host-port.ts';
import type { HostAccount } from '../models/host/issuer.ts';
import { Conversation, type Exchange } from './conversation.testing.ts';

type Of<Kind extends HostRequest['kind']> = Extract<HostRequest, { readonly kind: Kind }>;
type Card = Of<'authorization'>['card'];
type Wire = Of<'authorization'>['wire'];

const account = (pan: string, changes: Partial<HostAccount> = {}): HostAccount => ({
  pan,
  pin: '123456',
  expiry: '2812',
  balanceMinor: '1000000',
  state: 'active',
  behaviour: 'answer',
  ...changes,
});

export const PAYER = account('6222021234567800010');
const RECEIVER = account('6222021234567800028');
const VISITOR = account('4111111234567892', { organisation: 'VIS' });

const pan = ({ pan }: HostAccount): Secret<string> => Secret.of(pan, 'PAN');

export const swiped = ({ pan, expiry }: HostAccount): Card => ({
  entryMode: 'swiped',
  track2: {
    data: Secret.of(`${pan}D${expiry}1010000012345`.slice(0, 37), 'TRACK2'),
    pan: Secret.of(pan, 'PAN'),
    expiry,
    serviceCode: '101',
  },
});

const keyed = ({ pan, expiry }: HostAccount): Extract<Card, { readonly entryMode: 'keyed' }> => ({
  entryMode: 'keyed',
  pan: Secret.of(pan, 'PAN'),
  expiry,
});

const wire = (requestMti: string, processingCode: string, conditionCode: string, messageTypeCode: string): Wire => ({
  requestMti,
  processingCode,
  conditionCode,
  messageTypeCode,
});

/** Dialect sheet 4.1, written down apart from the terminal's own table. */
export const WIRE = {
  balanceInquiry: wire('0200', '310000', '00', '01'),
  sale: wire('0200', '000000', '00', '22'),
  void: wire('0200', '200000', '00', '23'),
  refund: wire('0220', '200000', '00', '25'),
  preAuthorization: wire('0100', '030000', '06', '10'),
  preAuthorizationVoid: wire('0100', '200000', '06', '11'),
  completion: wire('0200', '000000', '06', '20'),
  completionAdvice: wire('0220', '000000', '06', '24'),
  completionVoid: wire('0200', '200000', '06', '21'),
  transfer: wire('0200', '400000', '00', '47'),
  twoCardTransfer: wire('0200', '400000', '66', '49'),
} as const;

/** One yuan for every trace number: no two amounts of the day are the same. */
export const amountOf = (stan: number): AmountMinor => toAmountMinor(BigInt(stan) * 100n);

export const BATCH = 1437;
const CURRENCY = '156';
export const NOTHING = { debitCount: 0, debitAmount: amountOf(0), creditCount: 0, creditAmount: amountOf(0) };

/** An answer with the trace number that it answers. */
export type Told = HostReply & { readonly stan: number };

class Day extends Conversation {
  /** A transaction of one yuan for every trace number, unless it says otherwise. */
  pays(
    name: string,
    stan: number,
    facts: Wire,
    { card = swiped(PAYER), ...more }: Partial<Omit<Of<'authorization'>, 'kind' | 'stan' | 'wire'>> = {},
  ): Told {
    const amount = amountOf(stan);
    const request = { kind: 'authorization', stan, batch: BATCH, currencyCode: CURRENCY, amount, card } as const;
    return { ...this.says(name, { ...request, wire: facts, ...more }), stan };
  }

  reverses(name: string, stan: number, facts: Wire, more: Partial<Of<'reversal'>> = {}): HostReply {
    const request = { kind: 'reversal', stan, batch: BATCH, currencyCode: CURRENCY, amount: amountOf(stan) } as const;
    const rest = { wire: facts, entryMode: 'swiped', pinEntered: false, expiry: PAYER.expiry, reason: '98' } as const;
    return this.says(name, { ...request, ...rest, ...more });
  }

  downloads(name: string, stan: number, set: Of<'download'>['set'], what: Of<'download'>['what']): HostReply {
    return this.says(name, { kind: 'download', stan, batch: BATCH, set, what });
  }
}

/** How a follower names what it follows. */
export const after = ({ stan, referenceNumber, authorizationCode, hostDate }: Told) => ({
  ...(referenceNumber !== undefined && { referenceNumber }),
  ...(authorizationCode !== undefined && { authorizationCode }),
  original: { batch: BATCH, stan, ...(hostDate !== undefined && { date: hostDate }) },
});

/** As {@link after}, without the reference number, which only some followers may send. */
function afterHold(told: Told) {
  const { referenceNumber: _, ...rest } = after(told);
  return rest;
}

export interface DayReport {
  readonly exchanges: readonly Exchange[];
  /** By name of the exchange. */
  readonly replies: ReadonlyMap<string, HostReply>;
  readonly conversation: Conversation;
}

/** Remembers what it was told. */
export class RecordedDay extends Day {
  readonly replies = new Map<string, HostReply>();

  override says(name: string, request: HostRequest): HostReply {
    const reply = super.says(name, request);
    this.replies.set(name, reply);
    return reply;
  }

  report(): DayReport {
    return { exchanges: this.exchanges, replies: this.replies, conversation: this };
  }
}

export function runDay(): DayReport {
  const day = new RecordedDay({ accounts: [PAYER, RECEIVER, VISITOR] });
  day.says('echo', { kind: 'echo', stan: 1, batch: 1 });
  day.says('sign-in', { kind: 'sign-in', stan: 1, batch: 1, operatorNumber: '01' });
  sell(day);
  authorizeAhead(day);
  transfer(day);
  download(day);
  settle(day);
  return day.report();
}

function sell(day: Day): void {
  const pinBlock = day.pinPad.pinBlock(PAYER.pin, PAYER.pan);
  const inquiry = {
    kind: 'authorization',
    batch: BATCH,
    currencyCode: CURRENCY,
    card: swiped(PAYER),
    pinBlock,
  } as const;
  day.says('balance inquiry', { ...inquiry, stan: 1, wire: WIRE.balanceInquiry });
  day.says('balance inquiry, training', { ...inquiry, stan: 2, wire: WIRE.balanceInquiry, training: true });
  const sale = day.pays('sale, swiped, with PIN', 3, WIRE.sale, { pinBlock });
  day.pays('sale, keyed, foreign card', 4, WIRE.sale, { card: keyed(VISITOR) });
  day.pays('sale to be reversed', 5, WIRE.sale);
  day.reverses('reversal of a sale', 5, WIRE.sale);
  const second = day.pays('sale to be voided', 6, WIRE.sale);
  const { original } = after(second);
  day.pays('void, card from the log', 7, WIRE.void, { card: keyed(PAYER), amount: amountOf(6), ...after(second) });
  day.reverses('reversal of a void', 7, WIRE.void, {
    entryMode: 'keyed',
    pan: pan(PAYER),
    amount: amountOf(6),
    original,
    ...(second.authorizationCode !== undefined && { authorizationCode: second.authorizationCode }),
  });
  day.pays('refund', 8, WIRE.refund, { amount: amountOf(1), ...after(sale) });
}

function authorizeAhead(day: Day): void {
  const held = day.pays('pre-authorization', 20, WIRE.preAuthorization);
  day.pays('pre-authorization void', 21, WIRE.preAuthorizationVoid, { amount: amountOf(20), ...afterHold(held) });
  const captured = day.pays('pre-authorization to be completed', 22, WIRE.preAuthorization);
  const completion = day.pays('completion', 23, WIRE.completion, { amount: amountOf(22), ...afterHold(captured) });
  day.pays('completion void', 24, WIRE.completionVoid, { amount: amountOf(22), ...after(completion) });
  day.reverses('reversal of a completion void', 24, WIRE.completionVoid, {
    amount: amountOf(22),
    ...afterHold(completion),
    ...(completion.hostDate !== undefined && { answeredDate: completion.hostDate }),
  });
  const advised = day.pays('pre-authorization to be completed by advice', 25, WIRE.preAuthorization);
  const notice = { card: keyed(PAYER), amount: amountOf(25), ...afterHold(advised) };
  day.pays('completion advice', 26, WIRE.completionAdvice, notice);
}

function transfer(day: Day): void {
  const pinBlock = day.pinPad.pinBlock(PAYER.pin, PAYER.pan);
  const receiver = pan(RECEIVER);
  day.pays('transfer in one message', 30, WIRE.transfer, { pinBlock, receiver });
  day.reverses('reversal of a transfer', 30, WIRE.transfer, { pinEntered: true });
  const verification = { kind: 'account-verification', batch: BATCH, card: swiped(RECEIVER) } as const;
  day.says('account verification', { ...verification, stan: 31, document: '01110101199001011234' });
  day.pays('transfer between two cards', 31, WIRE.twoCardTransfer, { pinBlock, receiver });
}

/** The names by which the list, as it was told, has its entries. */
function namesIn({ download }: HostReply): readonly string[] {
  return download?.type === 'list' ? download.entries : [];
}

function download(day: Day): void {
  const list = { step: 'list', received: 0 } as const;
  const end = { step: 'end' } as const;
  const [key = ''] = namesIn(day.downloads('CA keys, first part of the list', 41, 'ca-keys', list));
  day.downloads('CA keys, rest of the list', 42, 'ca-keys', { step: 'list', received: 2 });
  day.downloads('CA key', 43, 'ca-keys', { step: 'entry', name: key });
  day.downloads('CA key that nobody has', 44, 'ca-keys', { step: 'entry', name: '9F0605A0000003339F2201EE' });
  day.downloads('CA keys, end', 45, 'ca-keys', end);
  day.downloads('SM2 keys, list', 46, 'sm2-keys', list);
  const [application = ''] = namesIn(day.downloads('applications, first part of the list', 47, 'applications', list));
  day.downloads('application', 48, 'applications', { step: 'entry', name: application });
  day.downloads('applications, end', 49, 'applications', end);
  day.downloads('blacklist, first part', 50, 'blacklist', list);
  day.downloads('blacklist, rest', 51, 'blacklist', { step: 'list', received: 2 });
  day.downloads('blacklist, end', 52, 'blacklist', end);
  day.downloads('terminal parameters', 53, 'parameters', list);
}

/** The sale of the visitor is not among what the terminal says: the foreign side does not balance, and is uploaded. */
function settle(day: RecordedDay): void {
  const of = (name: string) => {
    const { referenceNumber = '', authorizationCode = '' } = day.replies.get(name) ?? {};
    return { referenceNumber, authorizationCode };
  };
  const debits = [3, 6, 22, 25];
  const totals = {
    domestic: {
      debitCount: debits.length,
      debitAmount: toAmountMinor(debits.reduce((sum, stan) => sum + BigInt(amountOf(stan)), 0n)),
      creditCount: 1,
      creditAmount: amountOf(1),
    },
    foreign: NOTHING,
  };
  const common = { batch: BATCH, currencyCode: CURRENCY } as const;
  day.says('settlement', { kind: 'settlement', stan: 60, operatorNumber: '01', totals, ...common });
  day.says('batch details', {
    kind: 'batch-details',
    stan: 61,
    batch: BATCH,
    details: [
      { foreign: false, stan: 3, pan: pan(PAYER), amount: amountOf(3) },
      { foreign: true, stan: 4, pan: pan(VISITOR), amount: amountOf(4) },
    ],
  });
  const date = '0315';
  day.says('batch notice of a refund', {
    kind: 'batch-notice',
    stan: 8,
    wire: WIRE.refund,
    amount: amountOf(1),
    card: keyed(PAYER),
    original: { batch: BATCH, stan: 3, date },
    ...of('sale, swiped, with PIN'),
    ...common,
  });
  day.says('batch notice of a completion', {
    kind: 'batch-notice',
    stan: 26,
    wire: WIRE.completionAdvice,
    amount: amountOf(25),
    card: keyed(PAYER),
    original: { batch: BATCH, stan: 25, date },
    authorizationCode: of('pre-authorization to be completed by advice').authorizationCode,
    ...common,
  });
  day.says('batch end, not balanced', { kind: 'batch-end', stan: 62, batch: BATCH, balanced: false, count: 4 });
  day.says('batch end, balanced', { kind: 'batch-end', stan: 63, batch: BATCH, balanced: true, count: 4 });
  day.says('sign-off', { kind: 'sign-off', stan: 64, batch: BATCH });
}
