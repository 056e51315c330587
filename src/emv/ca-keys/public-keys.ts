/** The CA public keys that are public knowledge, for looking at cards; a terminal at work has those of its host. */
import { fromHex } from '../bytes.ts';
import type { CaKey } from '../terminal.ts';
import mastercard from './mastercard.json' with { type: 'json' };
import unionpay from './unionpay.json' with { type: 'json' };
import visa from './visa.json' with { type: 'json' };

const NEVER = '99991231';

/** @property expiry of a test key, which has none, in the year 9999. */
export const publicCaKeys = (): readonly CaKey[] =>
  [unionpay, visa, mastercard].flatMap(({ rid, keys }) =>
    keys.map(({ index, expiry, modulus, exponent, checksum }) => ({
      rid,
      index,
      algorithm: 'rsa' as const,
      hash: 'sha-1' as const,
      modulus: fromHex(modulus),
      exponent: fromHex(exponent),
      checksum: fromHex(checksum),
      expiry: expiry ?? NEVER,
    })),
  );
