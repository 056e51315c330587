/** How many messages a second the codec encodes and decodes, beside two npm packages in the same run. */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { ascii87 } from '../../src/host/iso8583/ascii87.ts';
import { decode, type Dialect, encode } from '../../src/host/iso8583/codec.ts';
import type { Message } from '../../src/host/iso8583/message.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';

export interface Iso8583Bench {
  /** Encode and decode of one chip sale with PIN and MAC, messages per second: medians over the rounds. */
  readonly messagesPerSecond: {
    readonly unionpay: number;
    readonly ascii87: number;
    /** npm `iso_8583`, the same ASCII message. */
    readonly iso_8583: number;
  };
  /** Decode only, of a message that npm `iso8583` can read: it cannot pack, and loses fields above 54. */
  readonly unpackedPerSecond: { readonly ascii87: number; readonly iso8583: number };
  /** Medians of the ratios within one round, so that a slow moment of the machine weighs on both sides. */
  readonly ratios: {
    readonly 'unionpay to iso_8583': number;
    readonly 'ascii87 to iso_8583': number;
    readonly 'ascii87 to iso8583, unpack only': number;
  };
  readonly rounds: number;
}

const ROUNDS = 9;
/** Of each contender in each round. */
const ROUND_MS = 150;

const fields = {
  2: '6222021234567890123',
  3: '000000',
  4: '000000012300',
  11: '000101',
  14: '3012',
  22: '051',
  23: '001',
  25: '00',
  26: '12',
  35: '6222021234567890123D30121010000012345',
  41: '11115007',
  42: '123456789111115',
  49: '156',
  52: 'C6AE31D179922380',
  53: '2600000000000000',
  55:
    '9F2608568AD7BCE66B718B9F2701809F101307000103A0000001083030303030303030319F37042260488E9F36021122950500000000009A03' +
    '2510129C01009F02060000000123005F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F1E08' +
    '31323334353637388408A0000003330101029F090200209F410400000001',
  60: '22001437000601',
  64: 'A5275105',
} as const;

const saleUnionPay: Message = { tpdu: '6000030000', header: '603100311312', mti: '0200', fields };
const saleAscii: Message = { tpdu: '', header: '', mti: '0200', fields: { ...fields, 64: 'A527510500000000' } };
/** The longest part of the sale that `iso8583` reads without loss: parseInt of a bitmap keeps 53 bits. */
const readable: Message = {
  tpdu: '',
  header: '',
  mti: '0200',
  fields: Object.fromEntries(Object.entries(fields).filter(([field]) => Number(field) <= 54)),
};

const require = createRequire(import.meta.url);

type Json = Readonly<Partial<Record<string, string>>>;
type ZemuldoCodec = new (
  message: Json,
  formats: unknown,
) => { getBufferMessage(): Buffer | { error: string }; getIsoJSON(bytes: Buffer, config: unknown): Json };
type ReekoheekCodec = new (packager: unknown) => { unpack(text: string): Json };

const format = (ContentType: string, MaxLen: number): unknown => ({
  ContentType,
  Label: '-',
  LenType: 'fixed',
  MaxLen,
});

/** `iso_8583` with our ASCII formats where its own differ. */
function zemuldo(message: Message): () => void {
  const Codec: ZemuldoCodec = require('iso_8583');
  const formats = { 1: format('an', 32), 52: format('an', 16), 53: format('n', 16), 64: format('an', 16) };
  return () => {
    const bytes = new Codec({ 0: message.mti, ...message.fields }, formats).getBufferMessage();
    if (!Buffer.isBuffer(bytes)) throw new Error(`iso_8583 refuses the sale: ${bytes.error}`);
    const json = new Codec({}, formats).getIsoJSON(bytes, { bitmapEncoding: 'utf8' });
    if (json['49'] !== message.fields[49]) throw new Error('iso_8583 misreads the sale');
  };
}

/** `iso8583` with a packager made from our table. */
function reekoheek(text: string): () => void {
  const { ISO8583 }: { readonly ISO8583: ReekoheekCodec } = require('iso8583');
  const packager: Record<string, unknown> = { 0: { type: 'n', length: 4 }, 1: { type: 'b', length: 16 } };
  for (const [field, row] of Object.entries(ascii87.table.rows)) {
    if (row === undefined) continue;
    const { size } = row;
    packager[field] =
      size.kind === 'fixed'
        ? { type: 'an', length: size.length }
        : { type: size.prefixDigits === 2 ? 'lln' : 'lllan', length: size.lengthMax };
  }
  return () => {
    if (new ISO8583(packager).unpack(text)['49'] !== fields[49]) throw new Error('iso8583 misreads the sale');
  };
}

function ours(dialect: Dialect, message: Message): () => void {
  return () => {
    const encoded = encode(dialect, message);
    const decoded = encoded.ok ? decode(dialect, encoded.value) : encoded;
    if (!decoded.ok || decoded.value.fields[49] !== fields[49]) throw new Error('our codec misreads the sale');
  };
}

function oursUnpack(bytes: Uint8Array): () => void {
  return () => {
    const decoded = decode(ascii87, bytes);
    if (!decoded.ok || decoded.value.fields[49] !== fields[49]) throw new Error('our codec misreads the sale');
  };
}

/** Runs per second over about `ROUND_MS`. */
function rate(run: () => void): number {
  const start = performance.now();
  let runs = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    for (let index = 0; index < 100; index++) run();
    runs += 100;
    elapsedMs = performance.now() - start;
  }
  return (runs / elapsedMs) * 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Takes about eight seconds. */
export function benchIso8583(): Iso8583Bench {
  const encoded = encode(ascii87, readable);
  if (!encoded.ok) throw new Error(`our codec refuses the sale: field ${encoded.error.field}`);
  const contenders = [
    ours(unionpay, saleUnionPay),
    ours(ascii87, saleAscii),
    zemuldo(saleAscii),
    oursUnpack(encoded.value),
    reekoheek(Buffer.from(encoded.value).toString('latin1')),
  ];
  for (const run of contenders) rate(run);
  const rounds = Array.from({ length: ROUNDS }, () => contenders.map(rate));
  const middle = (contender: number): number => Math.round(median(rounds.map((rates) => rates[contender] ?? 0)));
  const ratio = (one: number, other: number): number =>
    Math.round(median(rounds.map((rates) => (rates[one] ?? 0) / (rates[other] ?? 0))) * 10) / 10;
  return {
    messagesPerSecond: { unionpay: middle(0), ascii87: middle(1), iso_8583: middle(2) },
    unpackedPerSecond: { ascii87: middle(3), iso8583: middle(4) },
    ratios: {
      'unionpay to iso_8583': ratio(0, 2),
      'ascii87 to iso_8583': ratio(1, 2),
      'ascii87 to iso8583, unpack only': ratio(3, 4),
    },
    rounds: ROUNDS,
  };
}
