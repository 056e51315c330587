/** The commands of a contact transaction and the answers to them (EMV Book 1, 11.3; Book 3, 6.5). */
import { Secret } from '../domain/secret.ts';
import { concat } from './bytes.ts';
import { type Answer, ask, type Need, type Step } from './needs.ts';
import { Terminated } from './termination.ts';

export interface CardResponse {
  readonly data: Uint8Array;
  /** SW1 SW2. */
  readonly status: number;
}

export const SUCCESS = 0x9000;

/** Of a short APDU. */
const DATA_BYTES_MAX = 255;

/** Case 4. How much data there are is the card's doing, by its data object lists. */
function withData(head: readonly number[], data: Uint8Array): Uint8Array {
  if (data.length > DATA_BYTES_MAX) throw new Terminated('data-object-list-malformed');
  return concat(Uint8Array.from(head), Uint8Array.of(data.length), data, Uint8Array.of(0));
}

/** @param next the next application of that partial name (Book 1, 11.3.2). */
export const selectCommand = (name: Uint8Array, next = false): Uint8Array =>
  withData([0x00, 0xa4, 0x04, next ? 0x02 : 0x00], name);

export const readRecordCommand = (file: number, record: number): Uint8Array =>
  Uint8Array.of(0x00, 0xb2, record, (file << 3) | 4, 0x00);

/** @param data with its template 83. */
export const getProcessingOptionsCommand = (data: Uint8Array): Uint8Array => withData([0x80, 0xa8, 0x00, 0x00], data);

export const internalAuthenticateCommand = (data: Uint8Array): Uint8Array => withData([0x00, 0x88, 0x00, 0x00], data);

/** Case 3: no answer but its status. */
export const externalAuthenticateCommand = (data: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(0x00, 0x82, 0x00, 0x00, data.length), data);

export const getDataCommand = (tag: string): Uint8Array =>
  Uint8Array.of(0x80, 0xca, Number.parseInt(tag.slice(0, 2), 16), Number.parseInt(tag.slice(2), 16), 0x00);

export const getChallengeCommand = (): Uint8Array => Uint8Array.of(0x00, 0x84, 0x00, 0x00, 0x00);

/** @param data enciphered for the card (Book 3, 6.5.12). */
export const verifyCommand = (data: Secret<Uint8Array>): Secret<Uint8Array> => {
  const bytes = data.reveal();
  return Secret.of(concat(Uint8Array.of(0x00, 0x20, 0x00, 0x88, bytes.length), bytes), 'VERIFY');
};

/** A plaintext PIN, which is not in it yet: format 2, with room for the length and seven bytes (Book 3, 6.5.12.2). */
export const verifyTemplate = (): Uint8Array =>
  Uint8Array.of(0x00, 0x20, 0x00, 0x80, 0x08, 0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** @param control bits 8 and 7: 00 AAC, 40 TC, 80 ARQC; bit 5: with a CDA signature (Book 3, 6.5.5.2). */
export const generateAcCommand = (control: number, data: Uint8Array): Uint8Array =>
  withData([0x80, 0xae, control, 0x00], data);

/** Sends and waits. Ends the transaction when the card is gone or says less than a status. */
export function* transmit(apdu: Uint8Array | Secret<Uint8Array>): Step<CardResponse> {
  const need: Need = apdu instanceof Secret ? { type: 'transmit-secret', apdu } : { type: 'transmit', apdu };
  return responseOf(yield* ask(need, ['response', 'card-gone']));
}

/** What the card said. @throws Terminated when it is gone or says less than a status. */
export function responseOf(answer: Extract<Answer, { readonly type: 'response' | 'card-gone' }>): CardResponse {
  if (answer.type === 'card-gone') throw new Terminated('card-gone');
  const { bytes } = answer;
  if (bytes.length < 2) throw new Terminated('response-without-status');
  const [high = 0, low = 0] = bytes.subarray(-2);
  return { data: bytes.subarray(0, -2), status: high * 256 + low };
}
