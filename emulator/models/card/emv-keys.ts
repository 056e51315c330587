/** The keys of the fictitious payment system: authority, issuer and card, and the issuer's master keys. */
import type { KeySet } from '../crypto/card-keys.ts';
import { RsaKey, type RsaJwk } from '../crypto/rsa-key.ts';

/** As `fixtures/emv/keys.json` has them. */
export interface EmvKeysFile {
  /** Registered application provider, hex. */
  readonly rid: string;
  readonly authority: { readonly index: string; readonly key: RsaJwk };
  /** Serial numbers of certificates are three bytes of hex, expiries MMYY. */
  readonly issuer: {
    readonly expiry: string;
    readonly serial: string;
    readonly revokedSerial: string;
    readonly key: RsaJwk;
  };
  readonly card: { readonly expiry: string; readonly serial: string; readonly key: RsaJwk };
  readonly masterKeys: KeySet;
}

export interface EmvKeys {
  readonly file: EmvKeysFile;
  readonly authority: RsaKey;
  readonly issuer: RsaKey;
  readonly card: RsaKey;
}

export const emvKeys = (file: EmvKeysFile): EmvKeys => ({
  file,
  authority: new RsaKey(file.authority.key),
  issuer: new RsaKey(file.issuer.key),
  card: new RsaKey(file.card.key),
});
