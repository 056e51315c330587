/** What the kernel is given: the terminal's settings, the transaction, and the few things that it must be lent. */
import type { AmountMinor } from '../domain/money.ts';
import type { Secret } from '../domain/secret.ts';

/** Values are hex unless something else is said. */
export interface TerminalSettings {
  /** 9F35. */
  readonly terminalType: string;
  /** 9F33. */
  readonly capabilities: string;
  /** 9F40. */
  readonly additionalCapabilities: string;
  /** 9F1A, four digits. */
  readonly countryCode: string;
  /** 9F1E, eight characters. */
  readonly interfaceDeviceSerial: string;
  /** 9F1C, eight characters. */
  readonly terminalNumber: string;
  /** 9F16, fifteen characters. */
  readonly merchantNumber: string;
  /** 9F15, four digits. */
  readonly merchantCategoryCode: string;
  readonly merchantName: string;
  /** 9F01, up to eleven digits. */
  readonly acquirerNumber: string;
  /** ISO 639-1, the terminal's own order. */
  readonly languages: readonly string[];
  /** Of ISO/IEC 8859: 1 to 10 (9F40). */
  readonly codeTables: readonly number[];
  /** Whether a cardholder can choose and confirm an application here. */
  readonly asksCardholder: boolean;
  readonly usesDirectory: boolean;
  /** Whether a CDA signature is asked for with an ARQC too, and with the second cryptogram after going online (Book 2, 6.6). */
  readonly cdaWithOnline: boolean;
  readonly pinBypassAllowed: boolean;
  readonly applications: readonly TerminalApplication[];
  readonly caKeys: readonly CaKey[];
  /** RID, index and serial number of certificates that no longer count, as one string of hex (Book 2, 5.1). */
  readonly revokedCertificates: readonly string[];
}

export interface TerminalApplication {
  readonly aid: string;
  /** Whether an application whose name only begins with this one is meant too (Book 1, 12.3.1). */
  readonly partialName: boolean;
  /** 9F09. */
  readonly version: string;
  readonly floorLimitMinor: number;
  readonly actionCodes: ActionCodes;
  readonly randomSelection: {
    readonly thresholdMinor: number;
    readonly targetPercent: number;
    readonly maximumPercent: number;
  };
  readonly defaultDdol?: string;
  readonly defaultTdol?: string;
  /** False takes the online PIN away from the terminal's capabilities (dialect sheet 7.3, DF18). */
  readonly onlinePin: boolean;
}

/** Five bytes each, bit by bit like the TVR (Book 4, 12.1). */
interface ActionCodes {
  readonly denial: string;
  readonly online: string;
  readonly default: string;
}

export interface CaKey {
  readonly rid: string;
  readonly index: string;
  readonly algorithm: 'rsa' | 'sm2';
  readonly hash: 'sha-1' | 'sm3';
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  /** Of RID, index, modulus and exponent (Book 2, 11.2.2). */
  readonly checksum: Uint8Array;
  /** The last day on which it counts, YYYYMMDD. */
  readonly expiry: string;
}

/** UnionPay's own: debit, credit, quasi-credit, electronic cash. */
export const UNIONPAY_AIDS = {
  debit: 'A000000333010101',
  credit: 'A000000333010102',
  quasiCredit: 'A000000333010103',
  electronicCash: 'A000000333010106',
} as const;

export interface TransactionInput {
  /** With the cashback in it. */
  readonly amount: AmountMinor;
  readonly amountOther: AmountMinor;
  /** 9C: 00 goods and services, 01 cash, 09 cashback, 20 refund, 30 balance. */
  readonly transactionType: string;
  /** ISO 4217 numeric, three digits. */
  readonly currencyCode: string;
  readonly currencyExponent: number;
  /** YYYYMMDD. */
  readonly date: string;
  /** HHMMSS. */
  readonly time: string;
  readonly sequenceCounter: number;
  /** 9F37: four bytes, new for every transaction. */
  readonly unpredictableNumber: Uint8Array;
  /** 1 to 99, for random transaction selection (Book 3, 10.6.2). */
  readonly randomPercent: number;
  /** Whether a person at the terminal wants it online. */
  readonly forcedOnline: boolean;
}

export interface Crypto {
  /** `data` to the power of `exponent` modulo `modulus`, as long as the modulus. */
  rsaRecover(modulus: Uint8Array, exponent: Uint8Array, data: Uint8Array): Uint8Array;
  sha1(data: Uint8Array): Uint8Array;
}

/** What the kernel looks up while it runs: pure functions, answered on the spot. */
export interface KernelPorts {
  readonly crypto: Crypto;
  /** Hot list (Book 4, 6.5.2). */
  isOnExceptionFile(pan: Secret<string>): boolean;
  /** What this card has bought here already and offline, against split sales (Book 3, 10.6.1). */
  earlierAmountMinor(pan: Secret<string>): number;
}
