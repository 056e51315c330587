/** Z66, U66 and U64: MACs and encryption of data, in one packet or many (PIN pad sheet 7 and 11). */
import { BLOCK_LENGTH, DesKey } from '../crypto/des-key.ts';
import { fromAscii, fromHex } from '../crypto/hex.ts';
import { startCbcMac, startX919Mac } from '../crypto/mac.ts';
import { unwrapKey } from '../crypto/working-key.ts';
import {
  admitPacket,
  cbcRunning,
  ecbRunning,
  type MacAlgorithm,
  macRunning,
  type Packet,
  type Running,
  startMac,
} from './data-job.ts';
import { FS } from './frame.ts';
import type { PadKey } from './key-store.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';

/** Statuses of Z67, which U65 and U67 share: the table of PIN pad sheet 7. */
type Refusal = '2' | '3' | '4' | '6' | '7' | '8' | '9';

const Z66_CHARACTERS_MAX = 224;
const U64_DIGITS_MAX = 192;

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({ envelope: 'transaction', handle });

export const dataMessages: Messages = {
  Z66: message(classicMac),
  U64: message(encryptWithStoredKey),
  U66: message(macWithStoredKey),
};

/** An error ends the job: the terminal starts again at 00. */
function refuse(pad: Pad, answerId: string, status: Refusal): Outcome {
  pad.job = undefined;
  return reply(answerId + status);
}

function work(pad: Pad, packet: Packet, last: boolean, data: Uint8Array, begin: () => Running): Outcome {
  const answerId = ANSWERS[packet.id] ?? '';
  const job = admitPacket(pad.job, packet, begin);
  if (typeof job === 'string') return refuse(pad, answerId, job);
  const text = job.running.add(data);
  pad.job = last ? undefined : job;
  return reply(last ? `${answerId}0${text}${job.running.end()}` : `${answerId}1${text}`);
}

const ANSWERS: Readonly<Record<string, string>> = { Z66: 'Z67', U64: 'U65', U66: 'U67' };

/** Z66: 4 last and 5 more in ASCII, 6 last and 7 more in hex. Flags 0 to 3 exist and nobody says what they are. */
function classicMac(body: string, pad: Pad): Outcome {
  const [head = '', wrapped = '', secondKey = '', text = '', ...more] = body.split(FS);
  const [, flag = '', sequence = '', slot = ''] = /^(.)(\d\d)(\d?)$/.exec(head) ?? [];
  if (sequence === '' || body.split(FS).length < 4 || more.length > 0) return silence;
  if (!'4567'.includes(flag)) return refuse(pad, 'Z67', '6');
  const master = pad.keys.desMaster(slot === '' ? pad.keys.selected : slot);
  if (!master) return refuse(pad, 'Z67', '3');
  // A second key slot asks for X9.19 with two masters, which no source describes fully.
  if (secondKey !== '') return refuse(pad, 'Z67', '4');
  const key = sessionKey(master, wrapped);
  if (!key) return refuse(pad, 'Z67', '8');
  const [last, inHex] = [flag === '4' || flag === '6', flag === '6' || flag === '7'];
  const data = text.length <= Z66_CHARACTERS_MAX ? classicData(text, inHex, last) : undefined;
  if (!data) return refuse(pad, 'Z67', '7');
  const header = [slot, wrapped, secondKey].join(FS);
  return work(pad, { id: 'Z66', sequence, header }, last, data, () =>
    macRunning(key.length === 16 ? startX919Mac(key) : startCbcMac(key)),
  );
}

/** The key of the request, or the master key itself when it carries none. */
function sessionKey(master: DesKey, wrapped: string): DesKey | undefined {
  if (wrapped === '') return master;
  const fits = isUpperHex(wrapped) && [16, 32].includes(wrapped.length) && wrapped.length / 2 <= master.length;
  return fits ? new DesKey(unwrapKey(master, fromHex(wrapped))) : undefined;
}

/** A short last packet is filled with ASCII zeros, as VeriFone has it; others must be whole blocks. */
function classicData(text: string, inHex: boolean, last: boolean): Uint8Array | undefined {
  if (inHex && !(isUpperHex(text) && text.length % 2 === 0)) return undefined;
  const data = inHex ? fromHex(text) : fromAscii(text);
  const missing = (BLOCK_LENGTH - (data.length % BLOCK_LENGTH)) % BLOCK_LENGTH;
  if (data.length === 0 || (missing > 0 && !last)) return undefined;
  return Uint8Array.of(...data, ...fromAscii('0'.repeat(missing)));
}

interface StoredKeyRequest {
  readonly last: boolean;
  readonly sequence: string;
  readonly slot: string;
  readonly fields: readonly string[];
}

/** `[flag 6/7][seq 2][slot]<FS>…`: what U64 and U66 have in common. */
function storedKeyRequest(body: string, fieldCount: number): StoredKeyRequest | Refusal | undefined {
  const [head = '', ...fields] = body.split(FS);
  const [, flag = '', sequence = '', slot = ''] = /^(.)(\d\d)(\d)$/.exec(head) ?? [];
  if (sequence === '' || fields.length !== fieldCount) return undefined;
  return flag === '6' || flag === '7' ? { last: flag === '6', sequence, slot, fields } : '6';
}

/** Whole blocks: the caller fills, so that nobody has to agree on a filler (PIN pad sheet 11). */
const blocksOf = (hex: string, key: PadKey): Uint8Array | undefined =>
  isUpperHex(hex) && hex.length % (2 * key.blockLength) === 0 ? fromHex(hex) : undefined;

const isMacAlgorithm = (text: string): text is MacAlgorithm => ['1', '3', 'X', 'S'].includes(text);

/** U66. Status 3 no key in the slot, 9 an algorithm that this key or this pad does not do. */
function macWithStoredKey(body: string, pad: Pad): Outcome {
  const request = storedKeyRequest(body, 2);
  if (request === undefined) return silence;
  if (typeof request === 'string') return refuse(pad, 'U67', request);
  const [algorithm = '', hex = ''] = request.fields;
  const key = pad.keys.working('M', request.slot);
  if (!key) return refuse(pad, 'U67', '3');
  const mac = isMacAlgorithm(algorithm) ? startMac(algorithm, key) : 'unknown';
  if (typeof mac === 'string') return refuse(pad, 'U67', '9');
  const data = blocksOf(hex, key);
  if (!data) return refuse(pad, 'U67', '7');
  const packet = { id: 'U66', sequence: request.sequence, header: request.slot + algorithm };
  return work(pad, packet, request.last, data, () => macRunning(mac));
}

/** U64. E is ECB, without a start value; C is CBC, from the given one or zeros. */
function encryptWithStoredKey(body: string, pad: Pad): Outcome {
  const request = storedKeyRequest(body, 3);
  if (request === undefined) return silence;
  if (typeof request === 'string') return refuse(pad, 'U65', request);
  const [mode = '', start = '', hex = ''] = request.fields;
  const key = pad.keys.working('D', request.slot);
  if (!key) return refuse(pad, 'U65', '3');
  const startFits = start === '' || (mode === 'C' && isUpperHex(start) && start.length === 2 * key.blockLength);
  if (!/^[EC]$/.test(mode) || !startFits) return refuse(pad, 'U65', '9');
  const data = hex.length <= U64_DIGITS_MAX ? blocksOf(hex, key) : undefined;
  if (!data) return refuse(pad, 'U65', '7');
  const packet = { id: 'U64', sequence: request.sequence, header: [request.slot, mode, start].join(FS) };
  return work(pad, packet, request.last, data, () =>
    mode === 'E' ? ecbRunning(key) : cbcRunning(key, start === '' ? new Uint8Array(key.blockLength) : fromHex(start)),
  );
}
