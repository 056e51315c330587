/** What is signed for a chip card and by it: certificates, static and dynamic application data (EMV Book 2, 5 and 6). */
import { Bug } from '../../../src/domain/result.ts';
import { fromHex } from '../crypto/hex.ts';
import { sha1, type RsaKey } from '../crypto/rsa-key.ts';
import { concat } from './tlv.ts';

const HEADER = 0x6a;
const TRAILER = 0xbc;
const FILLER = 0xbb;
const SHA_1 = 0x01;
const RSA = 0x01;
const HASH_LENGTH = 20;
/** Header, hash and trailer, which every signed block has. */
const FRAME_LENGTH = HASH_LENGTH + 2;

/** A certified public key: what fits into the certificate, and the rest of the modulus. */
export interface Certified {
  readonly certificate: Uint8Array;
  /** Empty when all of it fits. */
  readonly remainder: Uint8Array;
}

interface Validity {
  /** MMYY. */
  readonly expiry: string;
  /** Three bytes, hex. */
  readonly serial: string;
}

/** Table 1 of Book 2, 5.1, signed with the authority's key: tags 90 and 92. */
export const issuerCertificate = (authority: RsaKey, issuer: RsaKey, pan: string, validity: Validity): Certified =>
  certified(authority, issuer, concat([Uint8Array.of(0x02), digits(pan.slice(0, 8), 4), ofValidity(validity)]));

/** Table 8 of Book 2, 6.1, signed with the issuer's key over the static data too: tags 9F46 and 9F48. */
export const cardCertificate = (
  issuer: RsaKey,
  card: RsaKey,
  pan: string,
  validity: Validity,
  staticData: Uint8Array,
): Certified =>
  certified(issuer, card, concat([Uint8Array.of(0x04), digits(pan, 10), ofValidity(validity)]), staticData);

/** Table 3 of Book 2, 5.1: tag 93. @param authenticationCode two bytes, tag 9F45. */
export function signedStaticData(issuer: RsaKey, authenticationCode: Uint8Array, staticData: Uint8Array): Uint8Array {
  const head = Uint8Array.of(0x03, SHA_1, ...authenticationCode);
  return signed(issuer, filledTo(issuer, head), staticData);
}

/**
 * Table 15 of Book 2, 6.5: tag 9F4B.
 *
 * @param dynamicData with the card's dynamic number in front. @param terminalData what the terminal has sent for it.
 * @param isWrong signs another hash than the right one.
 */
export function signedDynamicData(
  card: RsaKey,
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
  isWrong = false,
): Uint8Array {
  const head = filledTo(card, Uint8Array.of(0x05, SHA_1, dynamicData.length, ...dynamicData));
  return signed(card, head, isWrong ? Uint8Array.of(...terminalData, 0) : terminalData);
}

function certified(by: RsaKey, key: RsaKey, head: Uint8Array, staticData: Uint8Array = new Uint8Array()): Certified {
  const lengths = Uint8Array.of(SHA_1, RSA, key.modulus.length, key.exponent.length);
  const start = concat([head, lengths]);
  const room = by.modulus.length - FRAME_LENGTH - start.length;
  const remainder = key.modulus.slice(room);
  const leftmost = filledTo(by, concat([start, key.modulus.slice(0, room)]));
  return { certificate: signed(by, leftmost, concat([remainder, key.exponent, staticData])), remainder };
}

/** @param content what can be recovered from the signature. @param rest what the verifier has from elsewhere. */
function signed(by: RsaKey, content: Uint8Array, rest: Uint8Array): Uint8Array {
  const hash = sha1(concat([content, rest]));
  return by.sign(Uint8Array.of(HEADER, ...content, ...hash, TRAILER));
}

function filledTo(by: RsaKey, content: Uint8Array): Uint8Array {
  const room = by.modulus.length - FRAME_LENGTH;
  if (content.length > room) throw new Bug(`A key of ${by.modulus.length} bytes cannot sign ${content.length}.`);
  const filled = new Uint8Array(room).fill(FILLER);
  filled.set(content);
  return filled;
}

const digits = (text: string, bytes: number): Uint8Array => fromHex(text.padEnd(2 * bytes, 'F'));
const ofValidity = ({ expiry, serial }: Validity): Uint8Array => fromHex(expiry + serial);
