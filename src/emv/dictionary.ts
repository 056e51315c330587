/** The data elements of a contact transaction: one table (EMV Book 3, annex A; UnionPay's own from dialect sheet 7.2). */

/** EMV Book 3, 4.3. `t`: a template; `var`: no format of its own. */
type Format = 'a' | 'an' | 'ans' | 'b' | 'cn' | 'n' | 't' | 'var';

type Source = 'card' | 'terminal' | 'issuer' | 'host';

/** How much of a value may be shown. `whole`: nothing of it. `pan`: first six and last four digits. */
type Sensitivity = 'open' | 'pan' | 'whole';

export interface DictionaryRow {
  readonly tag: string;
  readonly name: string;
  readonly format: Format;
  /** In bytes; both ends included. */
  readonly length: readonly [min: number, max: number];
  readonly source: Source;
  /** Templates in which it may stand; none for what never travels in one. */
  readonly templates: readonly string[];
  readonly sensitivity: Sensitivity;
}

type Row = readonly [
  tag: string,
  name: string,
  format: Format,
  length: number | readonly [number, number],
  source: Source,
  templates?: string,
  sensitivity?: Sensitivity,
];

const ANY: readonly [number, number] = [0, 0xffff];
/** What a data object list or a record can carry. */
const UP_TO_252: readonly [number, number] = [0, 252];

const ROWS: readonly Row[] = [
  ['42', 'Issuer Identification Number (IIN)', 'n', 3, 'card', 'BF0C 73'],
  ['4F', 'Application Dedicated File (ADF) Name', 'b', [5, 16], 'card', '61'],
  ['50', 'Application Label', 'ans', [1, 16], 'card', '61 A5'],
  ['56', 'Track 1 Data', 'ans', [0, 76], 'card', '70 77', 'whole'],
  ['57', 'Track 2 Equivalent Data', 'b', [0, 19], 'card', '70 77', 'whole'],
  ['5A', 'Application Primary Account Number (PAN)', 'cn', [0, 10], 'card', '70 77', 'pan'],
  ['5F20', 'Cardholder Name', 'ans', [2, 26], 'card', '70 77', 'whole'],
  ['5F24', 'Application Expiration Date', 'n', 3, 'card', '70 77'],
  ['5F25', 'Application Effective Date', 'n', 3, 'card', '70 77'],
  ['5F28', 'Issuer Country Code', 'n', 2, 'card', '70 77'],
  ['5F2A', 'Transaction Currency Code', 'n', 2, 'terminal'],
  ['5F2D', 'Language Preference', 'an', [2, 8], 'card', 'A5'],
  ['5F30', 'Service Code', 'n', 2, 'card', '70 77'],
  ['5F34', 'Application PAN Sequence Number', 'n', 1, 'card', '70 77'],
  ['5F36', 'Transaction Currency Exponent', 'n', 1, 'terminal'],
  ['5F50', 'Issuer URL', 'ans', ANY, 'card', 'BF0C 73'],
  ['5F53', 'International Bank Account Number (IBAN)', 'var', [0, 34], 'card', 'BF0C 73', 'whole'],
  ['5F54', 'Bank Identifier Code (BIC)', 'var', [8, 11], 'card', 'BF0C 73'],
  ['5F55', 'Issuer Country Code (alpha2)', 'a', 2, 'card', 'BF0C 73'],
  ['5F56', 'Issuer Country Code (alpha3)', 'a', 3, 'card', 'BF0C 73'],
  ['5F57', 'Account Type', 'n', 1, 'terminal'],
  ['61', 'Application Template', 't', UP_TO_252, 'card', '70'],
  ['6F', 'File Control Information (FCI) Template', 't', UP_TO_252, 'card'],
  ['70', 'READ RECORD Response Message Template', 't', UP_TO_252, 'card'],
  ['71', 'Issuer Script Template 1', 't', ANY, 'issuer'],
  ['72', 'Issuer Script Template 2', 't', ANY, 'issuer'],
  ['73', 'Directory Discretionary Template', 't', UP_TO_252, 'card', '61'],
  ['77', 'Response Message Template Format 2', 't', ANY, 'card'],
  ['80', 'Response Message Template Format 1', 'b', ANY, 'card'],
  ['81', 'Amount, Authorised (Binary)', 'b', 4, 'terminal'],
  ['82', 'Application Interchange Profile', 'b', 2, 'card', '77 80'],
  ['83', 'Command Template', 'b', ANY, 'terminal'],
  ['84', 'Dedicated File (DF) Name', 'b', [5, 16], 'card', '6F'],
  ['86', 'Issuer Script Command', 'b', [0, 261], 'issuer', '71 72'],
  ['87', 'Application Priority Indicator', 'b', 1, 'card', '61 A5'],
  ['88', 'Short File Identifier (SFI)', 'b', 1, 'card', 'A5'],
  ['89', 'Authorisation Code', 'an', 6, 'issuer'],
  ['8A', 'Authorisation Response Code', 'an', 2, 'issuer'],
  ['8C', 'Card Risk Management Data Object List 1 (CDOL1)', 'b', [0, 252], 'card', '70 77'],
  ['8D', 'Card Risk Management Data Object List 2 (CDOL2)', 'b', [0, 252], 'card', '70 77'],
  ['8E', 'Cardholder Verification Method (CVM) List', 'b', [8, 252], 'card', '70 77'],
  ['8F', 'Certification Authority Public Key Index', 'b', 1, 'card', '70 77'],
  ['90', 'Issuer Public Key Certificate', 'b', ANY, 'card', '70 77'],
  ['91', 'Issuer Authentication Data', 'b', [8, 16], 'issuer'],
  ['92', 'Issuer Public Key Remainder', 'b', ANY, 'card', '70 77'],
  ['93', 'Signed Static Application Data', 'b', ANY, 'card', '70 77'],
  ['94', 'Application File Locator (AFL)', 'b', [0, 252], 'card', '77 80'],
  ['95', 'Terminal Verification Results', 'b', 5, 'terminal'],
  ['97', 'Transaction Certificate Data Object List (TDOL)', 'b', [0, 252], 'card', '70 77'],
  ['98', 'Transaction Certificate (TC) Hash Value', 'b', 20, 'terminal'],
  ['99', 'Transaction Personal Identification Number (PIN) Data', 'b', ANY, 'terminal', '', 'whole'],
  ['9A', 'Transaction Date', 'n', 3, 'terminal'],
  ['9B', 'Transaction Status Information', 'b', 2, 'terminal'],
  ['9C', 'Transaction Type', 'n', 1, 'terminal'],
  ['9D', 'Directory Definition File (DDF) Name', 'b', [5, 16], 'card', '61'],
  ['9F01', 'Acquirer Identifier', 'n', 6, 'terminal'],
  ['9F02', 'Amount, Authorised (Numeric)', 'n', 6, 'terminal'],
  ['9F03', 'Amount, Other (Numeric)', 'n', 6, 'terminal'],
  ['9F04', 'Amount, Other (Binary)', 'b', 4, 'terminal'],
  ['9F05', 'Application Discretionary Data', 'b', [1, 32], 'card', '70 77'],
  ['9F06', 'Application Identifier (AID) - terminal', 'b', [5, 16], 'terminal'],
  ['9F07', 'Application Usage Control', 'b', 2, 'card', '70 77'],
  ['9F08', 'Application Version Number', 'b', 2, 'card', '70 77'],
  ['9F09', 'Application Version Number', 'b', 2, 'terminal'],
  ['9F0B', 'Cardholder Name Extended', 'ans', [27, 45], 'card', '70 77', 'whole'],
  ['9F0D', 'Issuer Action Code - Default', 'b', 5, 'card', '70 77'],
  ['9F0E', 'Issuer Action Code - Denial', 'b', 5, 'card', '70 77'],
  ['9F0F', 'Issuer Action Code - Online', 'b', 5, 'card', '70 77'],
  ['9F10', 'Issuer Application Data', 'b', [0, 32], 'card', '77 80'],
  ['9F11', 'Issuer Code Table Index', 'n', 1, 'card', 'A5'],
  ['9F12', 'Application Preferred Name', 'ans', [1, 16], 'card', '61 A5'],
  ['9F13', 'Last Online Application Transaction Counter (ATC) Register', 'b', 2, 'card'],
  ['9F14', 'Lower Consecutive Offline Limit', 'b', 1, 'card', '70 77'],
  ['9F15', 'Merchant Category Code', 'n', 2, 'terminal'],
  ['9F16', 'Merchant Identifier', 'ans', 15, 'terminal'],
  ['9F17', 'Personal Identification Number (PIN) Try Counter', 'b', 1, 'card'],
  ['9F18', 'Issuer Script Identifier', 'b', 4, 'issuer', '71 72'],
  ['9F1A', 'Terminal Country Code', 'n', 2, 'terminal'],
  ['9F1B', 'Terminal Floor Limit', 'b', 4, 'terminal'],
  ['9F1C', 'Terminal Identification', 'an', 8, 'terminal'],
  ['9F1D', 'Terminal Risk Management Data', 'b', [1, 8], 'terminal'],
  ['9F1E', 'Interface Device (IFD) Serial Number', 'an', 8, 'terminal'],
  ['9F1F', 'Track 1 Discretionary Data', 'ans', ANY, 'card', '70 77', 'whole'],
  ['9F20', 'Track 2 Discretionary Data', 'cn', ANY, 'card', '70 77', 'whole'],
  ['9F21', 'Transaction Time', 'n', 3, 'terminal'],
  ['9F22', 'Certification Authority Public Key Index', 'b', 1, 'terminal'],
  ['9F23', 'Upper Consecutive Offline Limit', 'b', 1, 'card', '70 77'],
  ['9F24', 'Payment Account Reference (PAR)', 'an', 29, 'card', '70 77'],
  ['9F26', 'Application Cryptogram', 'b', 8, 'card', '77 80'],
  ['9F27', 'Cryptogram Information Data', 'b', 1, 'card', '77 80'],
  ['9F2D', 'ICC PIN Encipherment Public Key Certificate', 'b', ANY, 'card', '70 77', 'whole'],
  ['9F2E', 'ICC PIN Encipherment Public Key Exponent', 'b', [1, 3], 'card', '70 77'],
  ['9F2F', 'ICC PIN Encipherment Public Key Remainder', 'b', ANY, 'card', '70 77'],
  ['9F32', 'Issuer Public Key Exponent', 'b', [1, 3], 'card', '70 77'],
  ['9F33', 'Terminal Capabilities', 'b', 3, 'terminal'],
  ['9F34', 'Cardholder Verification Method (CVM) Results', 'b', 3, 'terminal'],
  ['9F35', 'Terminal Type', 'n', 1, 'terminal'],
  ['9F36', 'Application Transaction Counter (ATC)', 'b', 2, 'card', '77 80'],
  ['9F37', 'Unpredictable Number', 'b', 4, 'terminal'],
  ['9F38', 'Processing Options Data Object List (PDOL)', 'b', UP_TO_252, 'card', 'A5'],
  ['9F39', 'Point-of-Service (POS) Entry Mode', 'n', 1, 'terminal'],
  ['9F3A', 'Amount, Reference Currency', 'b', 4, 'terminal'],
  ['9F3B', 'Application Reference Currency', 'n', [2, 8], 'card', '70 77'],
  ['9F3C', 'Transaction Reference Currency Code', 'n', 2, 'terminal'],
  ['9F3D', 'Transaction Reference Currency Exponent', 'n', 1, 'terminal'],
  ['9F40', 'Additional Terminal Capabilities', 'b', 5, 'terminal'],
  ['9F41', 'Transaction Sequence Counter', 'n', [2, 4], 'terminal'],
  ['9F42', 'Application Currency Code', 'n', 2, 'card', '70 77'],
  ['9F43', 'Application Reference Currency Exponent', 'n', [1, 4], 'card', '70 77'],
  ['9F44', 'Application Currency Exponent', 'n', 1, 'card', '70 77'],
  ['9F45', 'Data Authentication Code', 'b', 2, 'card'],
  ['9F46', 'ICC Public Key Certificate', 'b', ANY, 'card', '70 77', 'whole'],
  ['9F47', 'ICC Public Key Exponent', 'b', [1, 3], 'card', '70 77'],
  ['9F48', 'ICC Public Key Remainder', 'b', ANY, 'card', '70 77'],
  ['9F49', 'Dynamic Data Authentication Data Object List (DDOL)', 'b', [0, 252], 'card', '70 77'],
  ['9F4A', 'Static Data Authentication Tag List', 'b', ANY, 'card', '70 77'],
  ['9F4B', 'Signed Dynamic Application Data', 'b', ANY, 'card', '77 80'],
  ['9F4C', 'ICC Dynamic Number', 'b', [2, 8], 'card'],
  ['9F4D', 'Log Entry', 'b', 2, 'card', 'BF0C 73'],
  ['9F4E', 'Merchant Name and Location', 'ans', ANY, 'terminal'],
  ['9F4F', 'Log Format', 'b', ANY, 'card'],
  ['9F53', 'Transaction Category Code', 'an', 1, 'terminal'],
  ['9F5B', 'Issuer Script Results', 'b', ANY, 'terminal'],
  ['9F63', 'Card Product Identification (UnionPay)', 'b', [1, 16], 'card', '70 77'],
  ['9F66', 'Terminal Transaction Qualifiers', 'b', 4, 'terminal'],
  ['9F74', 'Electronic Cash Issuer Authorisation Code (UnionPay)', 'an', 6, 'card', '70 77'],
  ['9F77', 'Electronic Cash Balance Limit (UnionPay)', 'n', 6, 'card'],
  ['9F78', 'Electronic Cash Single Transaction Limit (UnionPay)', 'n', 6, 'card'],
  ['9F79', 'Electronic Cash Balance (UnionPay)', 'n', 6, 'card'],
  ['9F7A', 'Electronic Cash Terminal Support Indicator (UnionPay)', 'b', 1, 'terminal'],
  ['9F7B', 'Electronic Cash Terminal Transaction Limit (UnionPay)', 'n', 6, 'terminal'],
  ['A5', 'File Control Information (FCI) Proprietary Template', 't', ANY, 'card', '6F'],
  ['BF0C', 'File Control Information (FCI) Issuer Discretionary Data', 't', [0, 222], 'card', 'A5'],
  ['DF01', 'Application Selection Indicator (UnionPay download)', 'b', 1, 'host'],
  ['DF02', 'CA Public Key Modulus (UnionPay download)', 'b', ANY, 'host'],
  ['DF03', 'CA Public Key Check Value (UnionPay download)', 'b', [20, 32], 'host'],
  ['DF04', 'CA Public Key Exponent (UnionPay download)', 'b', [1, 3], 'host'],
  ['DF05', 'CA Public Key Expiry, YYYYMMDD (UnionPay download)', 'an', 8, 'host'],
  ['DF06', 'CA Public Key Hash Algorithm (UnionPay download)', 'b', 1, 'host'],
  ['DF07', 'CA Public Key Algorithm (UnionPay download)', 'b', 1, 'host'],
  ['DF11', 'Terminal Action Code - Default (UnionPay download)', 'b', 5, 'host'],
  ['DF12', 'Terminal Action Code - Online (UnionPay download)', 'b', 5, 'host'],
  ['DF13', 'Terminal Action Code - Denial (UnionPay download)', 'b', 5, 'host'],
  ['DF14', 'Default DDOL (UnionPay download)', 'b', UP_TO_252, 'host'],
  ['DF15', 'Threshold Value for Biased Random Selection (UnionPay download)', 'b', 4, 'host'],
  ['DF16', 'Maximum Target Percentage for Biased Random Selection (UnionPay download)', 'n', 1, 'host'],
  ['DF17', 'Target Percentage for Random Selection (UnionPay download)', 'n', 1, 'host'],
  ['DF18', 'Online PIN Capability (UnionPay download)', 'b', 1, 'host'],
  ['DF19', 'Contactless Floor Limit (UnionPay download)', 'n', 6, 'host'],
  ['DF20', 'Contactless Transaction Limit (UnionPay download)', 'n', 6, 'host'],
  ['DF21', 'Contactless CVM Limit (UnionPay download)', 'n', 6, 'host'],
  ['DF31', 'Issuer Script Results (UnionPay)', 'b', ANY, 'terminal'],
];

const BY_TAG: ReadonlyMap<string, DictionaryRow> = new Map(
  ROWS.map(([tag, name, format, length, source, templates = '', sensitivity = 'open']) => [
    tag,
    {
      tag,
      name,
      format,
      length: typeof length === 'number' ? ([length, length] as const) : length,
      source,
      templates: templates === '' ? [] : templates.split(' '),
      sensitivity,
    },
  ]),
);

export const dictionaryRow = (tag: string): DictionaryRow | undefined => BY_TAG.get(tag);

export const dictionary = (): readonly DictionaryRow[] => [...BY_TAG.values()];

/** Whether a value has the length and the digits that its row asks for. An unknown tag has none to break. */
export function isWellFormed(tag: string, value: Uint8Array): boolean {
  const row = BY_TAG.get(tag);
  if (row === undefined) return true;
  const [min, max] = row.length;
  if (value.length < min || value.length > max) return false;
  if (row.format === 'n') return value.every((byte) => byte >> 4 < 10 && (byte & 15) < 10);
  return row.format !== 'cn' || isCompressedNumeric(value);
}

/** Digits, then F to the end (EMV Book 3, 4.3). */
function isCompressedNumeric(value: Uint8Array): boolean {
  const nibbles = Array.from(value).flatMap((byte) => [byte >> 4, byte & 15]);
  const end = nibbles.indexOf(15);
  const digits = end < 0 ? nibbles : nibbles.slice(0, end);
  return digits.every((nibble) => nibble < 10) && nibbles.slice(digits.length).every((nibble) => nibble === 15);
}
