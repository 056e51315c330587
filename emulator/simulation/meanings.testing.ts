/** For tests and for people: what stands in each part of a UnionPay message, one line each. */
import { objectsIn } from '../models/card/reader.testing.ts';
import type { ListedPart } from '../../src/host/iso8583/listing.testing.ts';

/** The parts of a message by name: `mti`, or the field number. */
type Parts = Readonly<Record<string, string | undefined>>;

type Meaning = string | ((value: string, parts: Parts, direction: Direction) => string);

export type Direction = 'request' | 'response';

const yuan = (minor: string): string => `${BigInt(minor) / 100n}.${minor.slice(-2)} yuan`;
const text = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

const processingCodes: Readonly<Record<string, string>> = {
  '000000': 'goods and services',
  '030000': 'hold for a pre-authorization',
  '200000': 'give back',
  '310000': 'balance inquiry',
  '330000': 'account verification',
  '400000': 'transfer',
};

const entries: Readonly<Record<string, string>> = { '01': 'keyed', '02': 'swiped', '05': 'inserted' };

const conditions: Readonly<Record<string, string>> = {
  '00': 'normal',
  '06': 'pre-authorization family',
  '66': 'transfer between two cards',
};

const reversalReasons: Readonly<Record<string, string>> = {
  '98': 'no valid answer came',
  A0: 'the MAC of the answer was wrong',
  '06': 'the card declined, or another cause',
};

const networkCodes: Readonly<Record<string, string>> = {
  '000': 'financial message',
  '002': 'sign-off',
  '004': 'sign-in for PIN, MAC and track key',
  '201': 'settlement or batch detail',
  '202': 'end of the upload, not balanced',
  '203': 'certificate of a chip transaction, balanced',
  '204': 'chip transaction that is not proven, balanced',
  '207': 'end of the upload, balanced',
  '301': 'echo test',
  '360': 'terminal parameters',
  '370': 'one CA key',
  '371': 'end of the CA keys',
  '372': 'list of CA keys',
  '373': 'list of SM2 keys',
  '380': 'one application',
  '381': 'end of the applications',
  '382': 'list of applications',
  '951': 'results of scripts',
  '390': 'card blacklist',
  '391': 'end of the card blacklist',
};

/** Dialect sheet 3.1. */
function customField(value: string): string {
  const [type, batch, code] = [value.slice(0, 2), value.slice(2, 8), value.slice(8, 11)];
  const rest = [
    ...(code === '' ? [] : [`60.3 ${code}: ${networkCodes[code] ?? 'unknown'}`]),
    ...(value.length > 11 ? [`60.4 terminal reads ${value[11]}`, `60.5 chip condition ${value[12]}`] : []),
    ...(value.length > 13 ? [`60.6 partial approval ${value[13]}`] : []),
  ];
  return [`60.1 type ${type}`, `60.2 batch ${batch}`, ...rest].join(', ');
}

/** Dialect sheet 3.4: in a reversal, the numbers of what is reversed. */
const originalField = (value: string, { mti }: Parts): string =>
  [
    `${mti === '0400' ? 'reversed request' : 'original'}: batch ${value.slice(0, 6)}, trace ${value.slice(6, 12)}`,
    ...(value.length > 12 ? [`date ${value.slice(12)} (MMDD)`] : []),
  ].join(', ');

const privateFields: Readonly<Record<string, string>> = {
  '0500': 'totals: debits and credits, amount and count, domestic then foreign, each with verdict 0',
  '0510': 'the totals as the host has them, each side with its verdict: 1 balanced, 2 not, 3 error',
};

function privateField(value: string, { mti = '' }: Parts): string {
  if (mti !== '0320') return privateFields[mti] ?? 'private data';
  if (value.length === 4) return `${Number(value)} items were uploaded`;
  return `${Number(value.slice(0, 2))} details: side 2, trace 6, card 20 filled with zeros, amount 12 each`;
}

const CERTIFICATE = {
  request: 'result: 61, side 2, 00, amount 12, currency 3',
  response: 'nothing',
};
const NOT_PROVEN = {
  request: 'result: 71, side 2, 05 the issuer was not believed and the card approved, amount 12, currency 3, 22',
  response: 'nothing',
};

/** Dialect sheet 3.5, by 60.3. */
const contents: Readonly<Record<string, Readonly<Record<Direction, string>>>> = {
  '004': { request: 'hardware id', response: 'working keys under the master key: PIN, MAC, track; check values' },
  '203': CERTIFICATE,
  '204': NOT_PROVEN,
  '360': { request: 'nothing', response: 'parameters: tag of two digits and value of fixed length each, ASCII' },
  '370': { request: 'name of the key: 9F06 RID, 9F22 index', response: 'status 1 and the key as TLV, or 0' },
  '372': {
    request: 'how many keys are here already: 1 and two digits',
    response: 'status and a list of RID, index, expiry',
  },
  '373': {
    request: 'how many keys are here already: 1 and two digits',
    response: 'status and a list of RID, index, expiry',
  },
  '380': { request: 'name of the application: 9F06 AID', response: 'status 1 and the application as TLV, or 0' },
  '382': { request: 'how many are here already: 1 and two digits', response: 'status and a list of AIDs' },
  '390': { request: 'index of the next card', response: 'status, index after the last card, cards with their lengths' },
};

function contentField(value: string, { '3': processingCode, '60': field60 = '' }: Parts, direction: Direction): string {
  if (processingCode === '330000') {
    return direction === 'request' ? 'id document: type 2, number 20' : 'the most that can be transferred, fen';
  }
  if (processingCode === '400000') return 'the number of the receiving card, ASCII';
  const what = contents[field60.slice(8, 11)]?.[direction] ?? 'content';
  return direction === 'request' ? `${what} (${shown(text(value))})` : what;
}

const shown = (characters: string): string => (/^[ -~]+$/.test(characters) ? `"${characters}"` : 'binary');

function remarksField(value: string, { '3': processingCode, mti }: Parts, direction: Direction): string {
  if (processingCode === undefined || mti === '0330') return 'operator';
  return direction === 'request'
    ? 'card organisation, 000 for any'
    : `card organisation ${value.slice(0, 3)}, then three remarks of 20 bytes`;
}

const securityField = (value: string): string =>
  [
    value.startsWith('2') ? '2 PIN block with the card number' : '0 no PIN',
    '6 triple DES',
    value[2] === '1' ? '1 track encrypted' : '0 no encrypted track',
  ].join(', ');

const meanings: Readonly<Record<string, Meaning>> = {
  tpdu: 'transport: id 60, destination, source; the answer has them swapped',
  header: (value) =>
    `category 2, version 2, terminal status ${value[4] === '1' ? '1 training' : '0 normal'}, host wants ${value[5]}, sub-version 6`,
  mti: 'message type; an answer is ten more than its request',
  '2': 'card number, of a card that was not swiped',
  '3': (value) => `processing code: ${processingCodes[value] ?? 'unknown'}`,
  '4': (value) => `amount: ${yuan(value)}`,
  '11': 'trace number, also the voucher number; a reversal has that of what it reverses',
  '12': 'time at the host, hhmmss',
  '13': 'date at the host, MMDD',
  '14': 'expiry of the card, YYMM',
  '15': 'settlement date, MMDD',
  '22': (value) => `entry: ${entries[value.slice(0, 2)] ?? 'unknown'}, ${value[2] === '1' ? 'with' : 'without'} PIN`,
  '23': 'sequence number of the card',
  '25': (value) => `condition: ${conditions[value] ?? 'unknown'}`,
  '26': 'longest PIN',
  '32': 'acquirer',
  '35': 'track 2: the 16 digits before its last byte are encrypted under the track key',
  '37': (_, __, direction) => (direction === 'request' ? 'reference number of the original' : 'reference number'),
  '38': 'authorization code; a follower has that of its original',
  '39': (value, { mti }) =>
    mti === '0400' ? `reason of the reversal: ${reversalReasons[value] ?? 'other'}` : `response code ${value}`,
  '41': 'terminal',
  '42': 'merchant',
  '44': 'issuer 11, acquirer 11',
  '48': privateField,
  '49': 'currency: 156 is CNY',
  '52': 'PIN block, encrypted under the PIN key',
  '53': securityField,
  '54': (value) =>
    `account type, amount type, currency, ${value[7] === 'D' ? 'overdrawn' : 'credit'}: ${yuan(value.slice(8, 20))}`,
  '55': (value) => `chip data: ${[...objectsIn(value).keys()].join(', ')}`,
  '60': customField,
  '61': originalField,
  '62': contentField,
  '63': remarksField,
  '64': 'MAC from the message type to field 63, under the MAC key',
};

/** @throws Error for a part that nobody has explained yet. */
export function meaningOf({ part, value }: ListedPart, parts: Parts, direction: Direction): string {
  const meaning = meanings[part];
  if (meaning === undefined) throw new Error(`Explain field ${part} in meanings.testing.ts.`);
  return typeof meaning === 'string' ? meaning : meaning(value, parts, direction);
}
