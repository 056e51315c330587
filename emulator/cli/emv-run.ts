/** Runs the EMV kernel against a card in memory: no line, no process, no clock, so that every run is the same. */
import { Secret } from '../../src/domain/secret.ts';
import { toAmountMinor, type AmountMinor } from '../../src/domain/money.ts';
import { maskPan } from '../../src/domain/pan.ts';
import { nodeCrypto } from '../../src/emv/crypto/node-crypto.ts';
import { receiveT0, startT0, type T0Effect, type T0State } from '../../src/emv/link/t0.ts';
import type { Answer, Need, PinForm } from '../../src/emv/needs.ts';
import type { TerminationCode } from '../../src/emv/termination.ts';
import { type Outcome, transaction } from '../../src/emv/transaction.ts';
import { encodeTlv } from '../../src/emv/tlv.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import type { EmulatedCard } from '../models/chip-reader/emulated-card.ts';
import type { EmvToolConfig } from './emv-config.ts';
import { type CryptogramKind, type Exchange, ExchangeReader } from './emv-exchanges.ts';

export interface EmvRunOptions {
  readonly amount: AmountMinor;
  /** YYYYMMDD. */
  readonly date: string;
  readonly unpredictableNumber: Uint8Array;
}

/** The fields and their names are what `--json` prints. Null: it did not come that far. */
export interface EmvSummary {
  readonly aid: string | null;
  /** Masked. */
  readonly pan: string | null;
  readonly oda: {
    readonly method: 'none' | 'SDA' | 'DDA' | 'CDA';
    readonly result: 'performed' | 'failed' | 'not-performed';
    readonly problem: string | null;
  };
  readonly cvmResults: string | null;
  readonly tvr: string | null;
  readonly tsi: string | null;
  readonly ac1: CryptogramKind | null;
  readonly ac2: CryptogramKind | null;
  readonly decision: 'approved' | 'declined' | 'terminated';
  /** Why it was terminated. */
  readonly problem: TerminationCode | 'card-mute' | null;
}

export interface EmvRun {
  readonly summary: EmvSummary;
  /** Exchanges, and what people and the host were asked between them. */
  readonly steps: readonly (Exchange | string)[];
}

const NOTHING: EmvSummary = {
  aid: null,
  pan: null,
  oda: { method: 'none', result: 'not-performed', problem: null },
  cvmResults: null,
  tvr: null,
  tsi: null,
  ac1: null,
  ac2: null,
  decision: 'terminated',
  problem: 'card-mute',
};

export function runEmv(card: EmulatedCard, config: EmvToolConfig, options: EmvRunOptions): EmvRun {
  if (card.reset().length === 0) return { summary: NOTHING, steps: [] };
  const kernel = start(config, options);
  const reader = new ExchangeReader(config.settings.applications[0]?.defaultDdol ?? '');
  const steps: (Exchange | string)[] = [];
  let next = kernel.next();
  while (next.done !== true) {
    const need = next.value;
    const command = commandOf(need, config);
    if (command !== undefined) {
      const bytes = exchange(card, command);
      steps.push(reader.read(command, bytes));
      next = kernel.next(bytes === undefined ? { type: 'card-gone' } : { type: 'response', bytes });
    } else {
      const [note, answer] = answerOf(need, config);
      steps.push(note);
      next = kernel.next(answer);
    }
  }
  card.removed();
  return { summary: summaryOf(next.value, reader), steps: steps.map((step) => mask(step, reader)) };
}

/** What goes to the card; undefined: the need is not for it. A PIN for the reader's keypad is filled in, as a reader does. */
function commandOf(need: Need, { pin }: EmvToolConfig): Uint8Array | undefined {
  switch (need.type) {
    case 'transmit':
      return need.apdu;
    case 'transmit-secret':
      return need.apdu.reveal();
    case 'verify-on-reader':
      return Uint8Array.of(...need.template.subarray(0, -PIN_BLOCK_BYTES), ...pinBlock(pin));
    default:
      return undefined;
  }
}

function start({ settings, transaction: more, ...config }: EmvToolConfig, options: EmvRunOptions) {
  const input = {
    amount: options.amount,
    amountOther: toAmountMinor(BigInt(more.amountOtherMinor)),
    transactionType: more.type,
    currencyCode: config.currencyCode,
    currencyExponent: config.currencyExponent,
    date: options.date,
    time: more.time,
    sequenceCounter: more.sequenceCounter,
    unpredictableNumber: options.unpredictableNumber,
    randomPercent: more.randomPercent,
    forcedOnline: more.forcedOnline,
  };
  return transaction(settings, input, {
    crypto: nodeCrypto,
    isOnExceptionFile: () => false,
    earlierAmountMinor: () => 0,
  });
}

/** Undefined: the card says nothing, or too little. What a recording of T=0 leaves to fetch is fetched. */
function exchange(card: EmulatedCard, command: Uint8Array): Uint8Array | undefined {
  let response = card.transmit(command).bytes;
  // A whole answer needs no link layer.
  const isWhole = response.length > 2 && response.at(-2) !== 0x61;
  let [state, effect]: readonly [T0State, T0Effect] = startT0(command);
  if (effect.type === 'failed' || isWhole) return response;
  while (effect.type === 'send') {
    [state, effect] = receiveT0(state, response);
    if (effect.type === 'send') response = card.transmit(effect.tpdu).bytes;
  }
  return effect.type === 'done' ? effect.response : undefined;
}

function answerOf(need: Need, { pin, online }: EmvToolConfig): readonly [note: string, answer: Answer] {
  switch (need.type) {
    case 'choose-application': {
      const [first] = need.choices;
      return [`Application chosen: ${first?.aid ?? 'none'}, of ${need.choices.length}`, { type: 'chosen', index: 0 }];
    }
    case 'confirm-application':
      return [`Application confirmed: ${need.choice.aid}`, { type: 'confirmed' }];
    case 'card-read':
      return ['Card read', { type: 'confirmed' }];
    case 'ask-pin': {
      const asked = `PIN asked for, ${need.form.type}`;
      if (pin === 'bypass') return [`${asked}: bypassed`, { type: 'pin-bypassed' }];
      if (pin === 'no-pad') return [`${asked}: no PIN pad`, { type: 'pin-pad-not-working' }];
      if (need.form.type === 'offline-plaintext') return [`${asked}: on the reader`, { type: 'pin-on-reader' }];
      return [`${asked}: entered`, { type: 'pin-entered', ...pinData(need.form, pin) }];
    }
    case 'go-online':
      return [`Host asked: ${online.answer}`, hostAnswer(online)];
    default:
      return ['', { type: 'cancelled' }];
  }
}

function hostAnswer({
  answer,
  responseCode,
  authorizationCode = '123456',
  arpc,
  scripts,
}: EmvToolConfig['online']): Answer {
  if (answer === 'unable') return { type: 'unable-to-go-online' };
  const isApproved = answer === 'approve';
  const authentication = arpc === undefined ? '' : toHex(encodeTlv('91', fromHex(arpc)));
  return {
    type: 'host-replied',
    responseCode: responseCode ?? (isApproved ? '00' : '05'),
    isApproved,
    authorizationCode,
    field55: fromHex(authentication + (scripts ?? '')),
  };
}

const FILLER = 0xbb;

const PIN_BLOCK_BYTES = 8;

/** EMV Book 3, 6.5.12.2. */
const pinBlock = (pin: string): Uint8Array => fromHex(`2${pin.length.toString(16)}${pin.padEnd(14, 'F')}`);

/** EMV Book 2, 7.2, with a filler that is always the same. */
function pinData(form: PinForm, pin: string): { readonly data?: Secret<Uint8Array> } {
  if (form.type !== 'offline-enciphered') return {};
  const plain = new Uint8Array(form.modulus.length).fill(FILLER);
  plain.set([0x7f, ...pinBlock(pin), ...form.challenge]);
  return { data: Secret.of(nodeCrypto.rsaRecover(form.modulus, form.exponent, plain), 'PIN') };
}

const ODA_PERFORMED = 0x80;
const METHODS = { none: 'none', sda: 'SDA', dda: 'DDA', cda: 'CDA' } as const;

function summaryOf(outcome: Outcome, reader: ExchangeReader): EmvSummary {
  const { registers, authentication, card } = outcome;
  const [ac1 = null, ac2 = null] = reader.cryptograms;
  const isPerformed = (Number.parseInt(registers?.tsi.slice(0, 2) ?? '00', 16) & ODA_PERFORMED) !== 0;
  const problem = authentication?.problem;
  return {
    aid: reader.aid ?? null,
    pan: card === undefined ? null : maskPan(card.pan.reveal()),
    oda: {
      method: METHODS[authentication?.method ?? 'none'],
      result: problem !== undefined ? 'failed' : isPerformed ? 'performed' : 'not-performed',
      problem: problem ?? null,
    },
    cvmResults: registers?.cvmResults ?? null,
    tvr: registers?.tvr ?? null,
    tsi: registers?.tsi ?? null,
    ac1,
    ac2,
    decision: outcome.type === 'completed' ? outcome.decision : 'terminated',
    problem: outcome.type === 'terminated' ? outcome.code : null,
  };
}

function mask(step: Exchange | string, reader: ExchangeReader): Exchange | string {
  if (typeof step === 'string') return step;
  const lines = (all: readonly string[]): readonly string[] => all.map((line) => reader.masked(line));
  return { ...step, detail: reader.masked(step.detail), data: lines(step.data), response: lines(step.response) };
}
