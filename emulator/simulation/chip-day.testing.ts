/** For tests: a day of a terminal that reads chips, with every request in which a chip has a part. */
import { toAmountMinor } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { HostRequest } from '../../src/host/host-port.ts';
import { chipAccount } from '../chip-cards.ts';
import { AAC, ARQC, chipCard, fileOf, KEYS, TC, TestReader, type Generated } from '../models/card/reader.testing.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { after, amountOf, BATCH, NOTHING, RecordedDay, WIRE, type DayReport, type Told } from './day.testing.ts';

const FILE = fileOf('chip-credit');
/** Its stripe will do only where the chip could not be read. */
const HOLDER = { ...chipAccount(FILE, KEYS), stripe: 'fallback-only' } as const;
const CARD_END = FILE.pan.slice(-6);

const pan = Secret.of(FILE.pan, 'PAN');
const track2 = {
  data: Secret.of(FILE.track2, 'TRACK2'),
  pan,
  expiry: FILE.expiry,
  serviceCode: FILE.serviceCode,
};
const sequenceNumber = FILE.sequenceNumber.padStart(3, '0');
const inserted = { entryMode: 'inserted', pan, expiry: FILE.expiry, sequenceNumber, track2 } as const;
const common = { batch: BATCH, currencyCode: '156' } as const;

const tlv = (tag: string, hex: string): string => `${tag}${toHex(Uint8Array.of(hex.length / 2))}${hex}`;
const DEVICE = tlv('9F1E', '534C495057415931');

/** A card in the slot, as far as the request cryptogram, and the answer to it. */
interface Paid {
  readonly told: Told;
  readonly stan: number;
  readonly reader: TestReader;
  readonly request: Generated;
}

class ChipDay extends RecordedDay {
  readonly #card = chipCard('chip-credit');

  constructor() {
    super({ accounts: [HOLDER], parameters: { readingCapability: '5' } });
  }

  paysByChip(name: string, stan: number, wire: (typeof WIRE)['sale' | 'preAuthorization'], pin?: string): Paid {
    const reader = new TestReader(this.#card, { '9F02': amountOf(stan).padStart(12, '0') }).begin();
    const request = reader.first(ARQC);
    const card = { ...inserted, field55: fromHex(reader.field55(request)) };
    const pinBlock = pin === undefined ? {} : { pinBlock: this.pinPad.pinBlock(pin, FILE.pan) };
    return { told: this.pays(name, stan, wire, { card, ...pinBlock }), stan, reader, request };
  }
}

/** The card's last word, with the issuer's as the answer had it. */
function finished({ reader, told }: Paid, type: number, verification?: string): Generated {
  const answer = toHex(told.field55 ?? new Uint8Array());
  if (answer.startsWith('910A')) reader.externalAuthenticate(answer.slice(4, 24));
  return reader.second(type, { '8A': '3030', ...(verification !== undefined && { '95': verification }) });
}

export function runChipDay(): DayReport {
  const day = new ChipDay();
  day.says('sign-in of a terminal that reads chips', { kind: 'sign-in', stan: 1, batch: 1, operatorNumber: '01' });
  const first = day.paysByChip('sale, chip, with PIN', 3, WIRE.sale, FILE.pin);
  const firstEnd = finished(first, TC);
  const scripted = payAndTell(day);
  day.paysByChip('pre-authorization, chip', 6, WIRE.preAuthorization);
  day.pays('void, chip, simplified flow', 7, WIRE.void, {
    card: inserted,
    amount: amountOf(3),
    ...after(first.told),
  });
  declines(day);
  day.pays('sale, stripe of a chip that could not be read', 9, WIRE.sale, {
    card: { entryMode: 'swiped', track2, fallback: true },
  });
  day.reverses('reversal of a sale by stripe instead of chip', 9, WIRE.sale, { expiry: FILE.expiry, fallback: true });
  day.hostModel.does({ type: 'issuer-answer', card: CARD_END, answer: 'none' });
  const doubted = day.paysByChip('sale, chip, whose issuer is not believed', 10, WIRE.sale);
  const doubtedEnd = finished(doubted, TC, '0000008040');
  settle(day, [
    uploadOf(first, firstEnd, 'approved'),
    scripted,
    uploadOf(doubted, doubtedEnd, 'issuer-not-authenticated'),
  ]);
  return day.report();
}

/** @returns the upload of the sale. */
function payAndTell(day: ChipDay): ChipUpload {
  const script = { when: 'after', commands: [{ type: 'pin-unblock' }] } as const;
  day.hostModel.does({ type: 'script', card: CARD_END, script });
  const paid = day.paysByChip('sale, chip, that brings a script', 4, WIRE.sale);
  const end = finished(paid, TC);
  const { acquirerCode, authorizationCode, hostDate, referenceNumber } = paid.told;
  const values: Readonly<Record<string, string>> = { ...paid.reader.values, '82': paid.reader.seen.get('82') ?? '' };
  const list = (...tags: string[]): string => tags.map((tag) => tlv(tag, values[tag] ?? '')).join('');
  const ofCard = tlv('9F10', end.issuerData) + tlv('9F26', end.cryptogram) + tlv('9F36', end.atc);
  day.says('script notification', {
    kind: 'script-notification',
    stan: 5,
    ...common,
    wire: WIRE.sale,
    amount: amountOf(4),
    pan,
    sequenceNumber,
    field55: fromHex(
      `${list('9F33', '95', '9F37')}${DEVICE}${ofCard}${list('82')}${tlv('DF31', '2000000001')}${list('9F1A', '9A')}`,
    ),
    original: { batch: BATCH, stan: 4, ...(hostDate !== undefined && { date: hostDate }) },
    ...(acquirerCode !== undefined && { acquirerCode }),
    ...(referenceNumber !== undefined && { referenceNumber }),
    ...(authorizationCode !== undefined && { authorizationCode }),
  });
  return uploadOf(paid, end, 'approved');
}

/** The host approves, and then the card does not. */
function declines(day: ChipDay): void {
  const paid = day.paysByChip('sale, chip, that the card declines', 8, WIRE.sale);
  const { atc, issuerData } = finished(paid, AAC);
  const { authorizationCode } = paid.told;
  day.reverses('reversal of a sale that the card declined', 8, WIRE.sale, {
    entryMode: 'inserted',
    pan,
    expiry: FILE.expiry,
    sequenceNumber,
    field55: fromHex(`${tlv('95', '0000008000')}${DEVICE}${tlv('9F10', issuerData)}${tlv('9F36', atc)}`),
    reason: '06',
    ...(authorizationCode !== undefined && { authorizationCode }),
  });
}

type ChipUpload = Extract<HostRequest, { readonly kind: 'batch-chip' }>;

const uploadOf = ({ reader, stan }: Paid, end: Generated, outcome: ChipUpload['outcome']): ChipUpload => ({
  kind: 'batch-chip',
  stan,
  ...common,
  balanced: true,
  foreign: false,
  outcome,
  amount: amountOf(stan),
  pan,
  sequenceNumber,
  field55: fromHex(reader.field55(end)),
});

function settle(day: ChipDay, [first, second, third]: readonly [ChipUpload, ChipUpload, ChipUpload]): void {
  const debits = [3, 4, 10];
  const domestic = {
    debitCount: debits.length,
    debitAmount: toAmountMinor(debits.reduce((sum, stan) => sum + BigInt(amountOf(stan)), 0n)),
    creditCount: 1,
    creditAmount: amountOf(3),
  };
  const totals = { domestic, foreign: NOTHING };
  day.says('settlement of chip transactions', {
    kind: 'settlement',
    stan: 60,
    operatorNumber: '01',
    totals,
    ...common,
  });
  day.says('batch chip, approved', first);
  day.says('batch chip, approved, after a script', second);
  day.says('batch chip, issuer not believed', third);
  day.says('batch end of chip transactions', { kind: 'batch-end', stan: 61, batch: BATCH, balanced: true, count: 3 });
}
