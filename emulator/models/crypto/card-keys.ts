/** The secret keys that a chip card shares with its issuer, and what both make of them (EMV Book 2, annex A1). */
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from './des-key.ts';
import { fromHex, xor } from './hex.ts';
import { x919Mac } from './mac.ts';

/**
 * How session keys, cryptograms and answers are made. `pboc`: session keys from the ATC and its complement, the
 * cryptogram over the card verification results, ARPC method 1, script MACs of four bytes. `emv-common`: the common
 * session key of A1.3, the cryptogram over the whole of 9F10, ARPC method 2, script MACs of eight bytes.
 */
export type CryptogramScheme = 'pboc' | 'emv-common';

/** A key of the issuer, or of one card: sixteen bytes in hex. */
export interface KeySet {
  readonly cryptogram: string;
  readonly integrity: string;
  readonly confidentiality: string;
}

const BLOCK = 8;

/**
 * A card's own key, option A of A1.4.1. The 16 rightmost digits of PAN and sequence number are diversified.
 *
 * @param sequenceNumber two digits.
 */
export function cardKey(issuerKey: Uint8Array, pan: string, sequenceNumber: string): Uint8Array {
  const digits = fromHex(`${pan}${sequenceNumber}`.slice(-2 * BLOCK).padStart(2 * BLOCK, '0'));
  return oddParity(new DesKey(issuerKey).encrypt(Uint8Array.of(...digits, ...inverted(digits))));
}

/** A1.3.1: the diversifier twice, its third byte F0 and 0F. @param diversifier eight bytes. */
export function commonSessionKey(key: Uint8Array, diversifier: Uint8Array): Uint8Array {
  if (diversifier.length !== BLOCK) throw new Bug('A session key is diversified by eight bytes.');
  return oddParity(new DesKey(key).encrypt(Uint8Array.of(...diversifier.with(2, 0xf0), ...diversifier.with(2, 0x0f))));
}

/** Of PBOC: the ATC and its complement, each at the end of a block of zeros. @param atc two bytes. */
function pbocSessionKey(key: Uint8Array, atc: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(BLOCK - 2);
  return new DesKey(key).encrypt(Uint8Array.of(...zeros, ...atc, ...zeros, ...inverted(atc)));
}

/** Everything that one transaction of one card is protected with. */
export class TransactionKeys {
  readonly scheme: CryptogramScheme;
  readonly #cryptogram: DesKey;
  readonly #cardKeys: readonly [integrity: Uint8Array, confidentiality: Uint8Array];
  readonly #atc: Uint8Array;
  /** Of the card, before it becomes a session's: what a new PIN is masked with. */
  readonly #mask: Uint8Array;

  /** @param issuerKeys master keys. @param atc two bytes. */
  constructor(
    scheme: CryptogramScheme,
    issuerKeys: KeySet,
    holder: { readonly pan: string; readonly sequenceNumber: string },
    atc: Uint8Array,
  ) {
    const own = (key: string): Uint8Array => cardKey(fromHex(key), holder.pan, holder.sequenceNumber);
    const cryptogram = own(issuerKeys.cryptogram);
    this.scheme = scheme;
    this.#atc = atc;
    this.#cryptogram = new DesKey(
      scheme === 'pboc' ? pbocSessionKey(cryptogram, atc) : commonSessionKey(cryptogram, filled(atc)),
    );
    this.#cardKeys = [own(issuerKeys.integrity), own(issuerKeys.confidentiality)];
    this.#mask = filled(Uint8Array.of(0, 0, 0, 0, ...cryptogram.slice(4, BLOCK)));
  }

  /** TC, ARQC or AAC (8.1.2). */
  cryptogram(data: Uint8Array): Uint8Array {
    return x919Mac(this.#cryptogram, data, 2);
  }

  /** 8.2.1. @param responseCode two bytes. */
  arpcMethod1(arqc: Uint8Array, responseCode: Uint8Array): Uint8Array {
    return this.#cryptogram.encrypt(xor(arqc, filled(responseCode)));
  }

  /** 8.2.2: four bytes. @param status of the card: what it is to do (CSU). */
  arpcMethod2(arqc: Uint8Array, status: Uint8Array): Uint8Array {
    return x919Mac(this.#cryptogram, Uint8Array.of(...arqc, ...status), 2).slice(0, 4);
  }

  /** 9.2.1, over the header, the ATC, the ARQC and the data. @param header five bytes, Lc counting the MAC. */
  scriptMac(header: Uint8Array, arqc: Uint8Array, data: Uint8Array): Uint8Array {
    const key = new DesKey(this.#session(this.#cardKeys[0], arqc));
    return x919Mac(key, Uint8Array.of(...header, ...this.#atc, ...arqc, ...data), 2).slice(0, this.scriptMacLength);
  }

  get scriptMacLength(): number {
    return this.scheme === 'pboc' ? 4 : BLOCK;
  }

  /** Its length before it, filled with a one bit and zeros. */
  encipherScriptData(data: Uint8Array, arqc: Uint8Array): Uint8Array {
    const marked = Uint8Array.of(data.length, ...data, 0x80);
    const whole = new Uint8Array(Math.ceil(marked.length / BLOCK) * BLOCK);
    whole.set(marked);
    return this.#confidentiality(arqc).encrypt(whole);
  }

  /** `undefined`: not what {@link encipherScriptData} makes. */
  decipherScriptData(data: Uint8Array, arqc: Uint8Array): Uint8Array | undefined {
    if (data.length === 0 || data.length % BLOCK !== 0) return undefined;
    const [length = 0, ...rest] = this.#confidentiality(arqc).decrypt(data);
    const isFilled = rest[length] === 0x80 && rest.slice(length + 1).every((byte) => byte === 0);
    return isFilled ? Uint8Array.from(rest.slice(0, length)) : undefined;
  }

  /** A new PIN for a card, or back: format 2's digits masked with half a key, and with the PIN so far if that is asked for. */
  maskedPin(block: Uint8Array, currentPin?: string): Uint8Array {
    const masked = xor(block, this.#mask);
    return currentPin === undefined ? masked : xor(masked, fromHex(currentPin.padEnd(2 * BLOCK, '0')));
  }

  #confidentiality(arqc: Uint8Array): DesKey {
    return new DesKey(this.#session(this.#cardKeys[1], arqc));
  }

  #session(key: Uint8Array, arqc: Uint8Array): Uint8Array {
    return this.scheme === 'pboc' ? pbocSessionKey(key, this.#atc) : commonSessionKey(key, arqc);
  }
}

/** A clear PIN for {@link TransactionKeys.maskedPin}: its length, its digits, F. */
export const pinDigits = (pin: string): Uint8Array => fromHex(`0${pin.length.toString(16)}${pin}`.padEnd(16, 'F'));

/** DES does not look at the last bit, but a masked PIN shows it. */
const oddParity = (key: Uint8Array): Uint8Array =>
  key.map((byte) => {
    const ones = byte.toString(2).replaceAll('0', '').length;
    return ones % 2 === 1 ? byte : byte ^ 1;
  });

const inverted = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);

function filled(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(bytes);
  return block;
}

/** What a cryptogram is made over, in this order (PBOC part 5, EMV Book 2 table 26), before what the card adds. */
export const CRYPTOGRAM_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'] as const;

/** What of 9F10 goes into the cryptogram. `undefined`: it is no issuer application data of that scheme. */
export function cryptogramTail(scheme: CryptogramScheme, issuerData: Uint8Array): Uint8Array | undefined {
  if (scheme === 'emv-common') return issuerData;
  // Its length, key index, version, then the results with their own length.
  const length = issuerData[3];
  if (length === undefined || issuerData.length < 4 + length) return undefined;
  return issuerData.slice(3, 4 + length);
}
