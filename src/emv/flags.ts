/** The bit fields of a transaction as named flags, and the two registers that the kernel writes. */

/** Byte from 1, bit from 8 (most significant) to 1, as the specification counts. */
type FlagTable = Readonly<Record<string, readonly [byte: number, bit: number]>>;

/** EMV Book 3, annex C5. */
export const TVR_FLAGS = {
  offlineDataAuthenticationNotPerformed: [1, 8],
  sdaFailed: [1, 7],
  cardDataMissing: [1, 6],
  cardOnExceptionFile: [1, 5],
  ddaFailed: [1, 4],
  cdaFailed: [1, 3],
  sdaSelected: [1, 2],
  applicationVersionsDiffer: [2, 8],
  applicationExpired: [2, 7],
  applicationNotYetEffective: [2, 6],
  serviceNotAllowed: [2, 5],
  newCard: [2, 4],
  cardholderVerificationFailed: [3, 8],
  unrecognisedCvm: [3, 7],
  pinTryLimitExceeded: [3, 6],
  pinPadNotWorking: [3, 5],
  pinNotEntered: [3, 4],
  onlinePinEntered: [3, 3],
  floorLimitExceeded: [4, 8],
  lowerOfflineLimitExceeded: [4, 7],
  upperOfflineLimitExceeded: [4, 6],
  selectedRandomly: [4, 5],
  merchantForcedOnline: [4, 4],
  defaultTdolUsed: [5, 8],
  issuerAuthenticationFailed: [5, 7],
  scriptFailedBeforeFinalGenerateAc: [5, 6],
  scriptFailedAfterFinalGenerateAc: [5, 5],
} as const satisfies FlagTable;

/** EMV Book 3, annex C6. */
export const TSI_FLAGS = {
  offlineDataAuthenticationPerformed: [1, 8],
  cardholderVerificationPerformed: [1, 7],
  cardRiskManagementPerformed: [1, 6],
  issuerAuthenticationPerformed: [1, 5],
  terminalRiskManagementPerformed: [1, 4],
  scriptProcessingPerformed: [1, 3],
} as const satisfies FlagTable;

/** EMV Book 3, annex C1. */
export const AIP_FLAGS = {
  sda: [1, 7],
  dda: [1, 6],
  cardholderVerification: [1, 5],
  terminalRiskManagement: [1, 4],
  issuerAuthentication: [1, 3],
  cda: [1, 1],
} as const satisfies FlagTable;

/** EMV Book 3, annex C2. */
export const USAGE_FLAGS = {
  domesticCash: [1, 8],
  internationalCash: [1, 7],
  domesticGoods: [1, 6],
  internationalGoods: [1, 5],
  domesticServices: [1, 4],
  internationalServices: [1, 3],
  atAtms: [1, 2],
  atOtherTerminals: [1, 1],
  domesticCashback: [2, 8],
  internationalCashback: [2, 7],
} as const satisfies FlagTable;

/** EMV Book 4, annex A2: 9F33. */
export const CAPABILITY_FLAGS = {
  manualEntry: [1, 8],
  magneticStripe: [1, 7],
  contactChip: [1, 6],
  plaintextPinByCard: [2, 8],
  encipheredPinOnline: [2, 7],
  signature: [2, 6],
  encipheredPinByCard: [2, 5],
  noCvm: [2, 4],
  sda: [3, 8],
  dda: [3, 7],
  cardCapture: [3, 6],
  cda: [3, 4],
} as const satisfies FlagTable;

/** Whether the flag is up. Bytes that are not there have none. */
export function hasFlag<Table extends FlagTable>(table: Table, name: keyof Table & string, bytes: Uint8Array): boolean {
  const [byte, bit] = table[name] ?? [0, 0];
  return ((bytes[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
}

/** The names of the flags that are up, in the order of the table. */
export const flagsOf = (table: FlagTable, bytes: Uint8Array): readonly string[] =>
  Object.keys(table).filter((name) => hasFlag(table, name, bytes));

/** A register of named flags; only the kernel writes it. */
export class Register<Name extends string> {
  readonly #table: Readonly<Record<Name, readonly [number, number]>>;
  readonly #bytes: Uint8Array;

  constructor(table: Readonly<Record<Name, readonly [number, number]>>, length: number) {
    this.#table = table;
    this.#bytes = new Uint8Array(length);
  }

  set(name: Name, up = true): void {
    const [byte, bit] = this.#table[name];
    const mask = 1 << (bit - 1);
    const old = this.#bytes[byte - 1] ?? 0;
    this.#bytes[byte - 1] = up ? old | mask : old & ~mask;
  }

  has(name: Name): boolean {
    return hasFlag(this.#table, name, this.#bytes);
  }

  /** A copy. */
  bytes(): Uint8Array {
    return this.#bytes.slice();
  }
}
