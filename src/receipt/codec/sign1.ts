/** COSE_Sign1 with Ed25519 (RFC 9052 4.2 and 4.4, RFC 9053 2.2), untagged: the one form that receipts have. */
import { decodeCbor, encodeCbor, isBytes, isList, isMap, type Cbor } from './cbor.ts';
import { KID_BYTES, SIGNATURE_BYTES, type ReceiptSigner } from './crypto.ts';

const HEADER = { algorithm: 1, kid: 4 } as const;
const ALGORITHM_EDDSA = -8;

export interface Sign1 {
  readonly kid: Uint8Array;
  readonly payload: Uint8Array;
  /** The Sig_structure, over which the signature goes. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export function sealSign1(payload: Uint8Array, signer: ReceiptSigner): Uint8Array {
  const protectedHeader = encodeCbor(
    new Map<number, Cbor>([
      [HEADER.algorithm, ALGORITHM_EDDSA],
      [HEADER.kid, signer.kid],
    ]),
  );
  const signature = signer.sign(sigStructure(protectedHeader, payload));
  return encodeCbor([protectedHeader, new Map<number, Cbor>(), payload, signature]);
}

/** Undefined for any other COSE message, however good. The signature is not looked at. */
export function openSign1(bytes: Uint8Array): Sign1 | undefined {
  const parts = decodeCbor(bytes);
  if (!isList(parts) || parts.length !== 4) return undefined;
  const [protectedHeader, unprotected, payload, signature] = parts;
  if (!(protectedHeader instanceof Uint8Array) || !(payload instanceof Uint8Array)) return undefined;
  if (!isMap(unprotected) || unprotected.size !== 0 || !isBytes(signature, SIGNATURE_BYTES)) return undefined;
  const header = decodeCbor(protectedHeader);
  if (!isMap(header) || header.size !== 2 || header.get(HEADER.algorithm) !== ALGORITHM_EDDSA) return undefined;
  const kid = header.get(HEADER.kid);
  if (!isBytes(kid, KID_BYTES)) return undefined;
  return { kid, payload, signature, signed: sigStructure(protectedHeader, payload) };
}

const sigStructure = (protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array =>
  encodeCbor(['Signature1', protectedHeader, new Uint8Array(), payload]);
