/** What the chip card kernel is told about this terminal, where a file says it; every key has a default. */
import * as v from 'valibot';

const LANGUAGES_MAX = 4;
const LANGUAGES_WANTED = `must list 1 to ${LANGUAGES_MAX} languages as "zh" (ISO 639-1)`;
/** More than any payment system has ever published. */
const REVOKED_CERTIFICATES_MAX = 1000;
const REVOKED_WANTED = `must list at most ${REVOKED_CERTIFICATES_MAX} certificates`;

export const kernel = v.strictObject({
  /** Tag 9F35. An approval by the card alone would have to be uploaded later, which this terminal does not do. */
  terminalType: v.optional(
    v.picklist(['21'], 'must be "21": attended and online only, the one type that this terminal is'),
    '21',
  ),
  /** Tag 9F01, where the acquirer has one: 1 to 11 digits. */
  acquirerNumber: v.optional(v.pipe(v.string(), v.regex(/^\d{1,11}$/, 'must be 1 to 11 digits')), '0'),
  /** Tag 9F4E. Absent: `merchant.name` if that is ASCII, else the merchant number. */
  merchantName: v.optional(
    v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,40}$/, 'must be 1 to 40 printable ASCII characters')),
  ),
  /** Which a cardholder can be spoken to in, the shop's own first. */
  languages: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'must be two small letters (ISO 639-1)')), LANGUAGES_WANTED),
      v.minLength(1, LANGUAGES_WANTED),
      v.maxLength(LANGUAGES_MAX, LANGUAGES_WANTED),
    ),
    ['zh', 'en'],
  ),
  /** Issuer certificates that no longer count: RID, key index and serial number (EMV Book 2, 5.1). */
  revokedCertificates: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(
            /^[\dA-F]{10} [\dA-F]{2} [\dA-F]{6}$/,
            'must be RID, index and serial number as "A000000333 E2 001234"',
          ),
          v.transform((text) => text.replaceAll(' ', '')),
        ),
        REVOKED_WANTED,
      ),
      v.maxLength(REVOKED_CERTIFICATES_MAX, REVOKED_WANTED),
    ),
    [],
  ),
});
