/** What one request of the port takes: messages and what to make of each reply, as data that the port walks through. */
import { Bug, fail, ok, type Result } from '../../domain/result.ts';
import { MESSAGE_DATA_MAX } from './frame.ts';
import { describeError, MESSAGES, type Reply, type Request } from './message-table.ts';
import type { CardProtocol, ChipReaderFailure } from './port-types.ts';

export interface Script<Value> {
  readonly request: Request;
  readonly onReply: (reply: Reply) => Step<Value>;
}

export type Step<Value> =
  | { readonly type: 'next'; readonly script: Script<Value> }
  | { readonly type: 'done'; readonly result: Result<Value, ChipReaderFailure> };

export const done = <Value>(value: Value): Step<Value> => ({ type: 'done', result: ok(value) });
const failed = <Value>(reason: ChipReaderFailure['reason'], detail: string): Step<Value> => ({
  type: 'done',
  result: fail({ reason, detail }),
});
const proceed = <Value>(script: Script<Value>): Step<Value> => ({ type: 'next', script });

/** A script of one message. */
const single = <Value>(request: Request, valueOf: (reply: Reply) => Value): Script<Value> => ({
  request,
  onReply: (reply) => (reply.status === 'ok' ? done(valueOf(reply)) : refused(reply)),
});

export function refused<Value>({ card, error }: Reply): Step<Value> {
  const detail = describeError(error);
  if (card === 'absent') return failed('no-card', detail);
  if (error === 0xfe) return failed('card-mute', detail);
  return failed(error < 0x80 || error === 0xf6 || error === 0xf5 ? 'unsupported' : 'card-error', detail);
}

/** bPowerSelect. */
const FIVE_VOLT = 0x01;

export const POWER_ON: Script<Uint8Array> = single(
  { row: MESSAGES.powerOn, own: [FIVE_VOLT, 0, 0] },
  ({ data }) => data,
);
export const POWER_OFF: Script<undefined> = single({ row: MESSAGES.powerOff }, () => undefined);
export const SLOT_STATUS: Script<undefined> = single({ row: MESSAGES.slotStatus }, () => undefined);

/** Escape commands of the GemPC Twin (CCID serial sheet, what the daemon sends). */
const FIRMWARE = Uint8Array.of(0x02);
const SYNCHRONOUS_NOTIFICATION = Uint8Array.of(0x01, 0x01, 0x01);

/** Is there a reader, which, and is there a card in it. A reader that does not know the escapes is one all the same. */
export const DISCOVERY: Script<string> = {
  request: { row: MESSAGES.escape, data: FIRMWARE },
  onReply: ({ data, status }) => {
    const firmware = status === 'ok' ? printable(data) : '';
    const look = single({ row: MESSAGES.slotStatus }, () => firmware);
    return proceed({
      request: { row: MESSAGES.escape, data: SYNCHRONOUS_NOTIFICATION },
      onReply: () => proceed(look),
    });
  },
};

const printable = (data: Uint8Array): string => String.fromCharCode(...data).replaceAll(/[^\u0020-\u007e]/g, '.');

/** wLevelParameter of a command, bChainParameter of a reply (CCID 6.1.4, 6.2.1). */
const CHAIN = { whole: 0x00, begins: 0x01, ends: 0x02, continues: 0x03, next: 0x10 } as const;

/** The longest extended APDU. */
const UNIT_LENGTH_MAX = 65_544;

/** @throws Bug when the unit is empty, or longer than the reader takes, or the waiting times are no byte. */
export function transfer(unit: Uint8Array, level: 'tpdu' | 'extended-apdu', waitingTimes = 0): Script<Uint8Array> {
  const longest = level === 'tpdu' ? MESSAGE_DATA_MAX : UNIT_LENGTH_MAX;
  if (unit.length === 0 || unit.length > longest) throw new Bug(`A unit of ${unit.length} bytes cannot go to a card.`);
  if (!(waitingTimes >= 0 && waitingTimes <= 0xff))
    throw new Bug(`A card cannot be given ${waitingTimes} waiting times.`);
  return sendPart(unit, true, waitingTimes);
}

function sendPart(rest: Uint8Array, isFirst: boolean, waitingTimes: number): Script<Uint8Array> {
  const part = rest.slice(0, MESSAGE_DATA_MAX);
  const isLast = part.length === rest.length;
  const begun = isFirst ? CHAIN.begins : CHAIN.continues;
  const ended = isFirst ? CHAIN.whole : CHAIN.ends;
  const request: Request = { row: MESSAGES.transfer, own: [waitingTimes, isLast ? ended : begun, 0], data: part };
  if (isLast) return { request, onReply: (reply) => takePart(reply, new Uint8Array(0)) };
  return {
    request,
    onReply: (reply) => {
      if (reply.status !== 'ok') return refused(reply);
      if (reply.own !== CHAIN.next) return failed('unsupported', 'the reader does not chain');
      return proceed(sendPart(rest.slice(part.length), false, waitingTimes));
    },
  };
}

function takePart(reply: Reply, before: Uint8Array): Step<Uint8Array> {
  if (reply.status !== 'ok') return refused(reply);
  const whole = Uint8Array.of(...before, ...reply.data);
  if (reply.own === CHAIN.whole || reply.own === CHAIN.ends) return done(whole);
  if (reply.own !== CHAIN.begins && reply.own !== CHAIN.continues)
    return failed('card-error', 'unknown chain parameter');
  // An empty part would let a broken reader chain for ever.
  if (whole.length > UNIT_LENGTH_MAX || reply.data.length === 0) return failed('card-error', 'endless chain');
  return proceed({
    request: { row: MESSAGES.transfer, own: [0, CHAIN.next, 0] },
    onReply: (following) => takePart(following, whole),
  });
}

export function useProtocol(protocol: CardProtocol, pps: boolean): Script<undefined> {
  const number = protocol.protocol === 'T=0' ? 0 : 1;
  const set: Script<undefined> = {
    request: { row: MESSAGES.setParameters, own: [number, 0, 0], data: parametersOf(protocol) },
    onReply: (reply) => {
      if (reply.status !== 'ok') return refused(reply);
      return reply.own === number ? done(undefined) : failed('unsupported', `the reader stays with T=${reply.own}`);
    },
  };
  return pps ? askCard(ppsOf(number, protocol.fiDi), set) : set;
}

/** ISO/IEC 7816-3 clause 9: the card agrees by repeating the request. */
function askCard(pps: Uint8Array, set: Script<undefined>): Script<undefined> {
  return {
    request: { row: MESSAGES.transfer, data: pps },
    onReply: (reply) => {
      if (reply.status !== 'ok') return refused(reply);
      const agrees = reply.data.length === pps.length && reply.data.every((byte, index) => byte === pps[index]);
      return agrees ? proceed(set) : failed('card-error', 'the card does not agree to the PPS');
    },
  };
}

const DEFAULT_SPEEDS = 0x11;

function ppsOf(protocol: number, fiDi: number): Uint8Array {
  const body = fiDi === DEFAULT_SPEEDS ? [0xff, protocol] : [0xff, 0x10 | protocol, fiDi];
  return Uint8Array.of(
    ...body,
    body.reduce((sum, byte) => sum ^ byte, 0),
  );
}

/** CCID 6.1.7: abProtocolDataStructure. Clock stop: never. */
export function parametersOf(protocol: CardProtocol): Uint8Array {
  const inverse = protocol.inverse === true ? 0x02 : 0x00;
  const { fiDi, guardTime } = protocol;
  if (protocol.protocol === 'T=0') return Uint8Array.of(fiDi, inverse, guardTime, protocol.waitingInteger, 0);
  // The check of a block is an LRC: payment cards know no CRC (EMV Book 1, TC3).
  return Uint8Array.of(fiDi, 0x10 | inverse, guardTime, protocol.waitingIntegers, 0, protocol.cardFieldMax, 0);
}
