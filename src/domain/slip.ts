import type { Bilingual } from './bilingual.ts';
import type { AmountMinor, Currency } from './money.ts';

export type SlipCopy = 'merchant' | 'cardholder';

/** How the card number got into the terminal: the letter after it on the slip (dialect sheet 11.3). */
export type EntryMode = 'keyed' | 'swiped' | 'inserted' | 'contactless' | 'none';

export interface SlipOriginal {
  /** Six digits. */
  readonly voucher?: string;
  readonly authorizationCode?: string;
  readonly referenceNumber?: string;
  /** MMDD. */
  readonly date?: string;
}

/**
 * What a 签购单 says, before any thought of columns, fonts or bytes. In the order of dialect sheet 11.2.
 * Holds nothing secret: the PAN is masked before it gets here.
 */
export interface Slip {
  readonly type: 'slip';
  readonly copy: SlipCopy;
  /** True prints 重打印: every print of a copy but its first. */
  readonly reprint: boolean;
  /** No money moved: the slip says so (dialect sheet 11.2, row 19). */
  readonly training?: boolean;
  readonly merchantName: string;
  readonly merchantNumber: string;
  readonly terminalNumber: string;
  readonly operatorNumber: string;
  /** From field 44: 11 characters each, trimmed. */
  readonly issuer?: string;
  readonly acquirer?: string;
  readonly maskedPan: string;
  readonly entryMode: EntryMode;
  readonly transactionType: Bilingual;
  /** Of a transfer. */
  readonly receiverMaskedPan?: string;
  /** YYMM, printed as YY/MM. */
  readonly expiry?: string;
  /** 63.1, e.g. `CUP`. */
  readonly cardOrganisation: string;
  readonly batch: number;
  /** 凭证号: the STAN. */
  readonly voucher: number;
  readonly authorizationCode?: string;
  readonly referenceNumber?: string;
  /** `YYYY-MM-DD HH:MM:SS`, from fields 13 and 12 with the local year. */
  readonly dateTime: string;
  /** Absent where no money moves. */
  readonly amount?: AmountMinor;
  /** Of a balance inquiry: what is available. */
  readonly balance?: { readonly negative: boolean; readonly amount: AmountMinor };
  readonly currency: Currency;
  /** The money goes back to the cardholder: the amount is printed with a minus sign. */
  readonly givesBack?: boolean;
  /** What this transaction follows up, as far as it is known (dialect sheet 11.2, row 16). */
  readonly original?: SlipOriginal;
  /** 63.2 to 63.4: issuer's, centre's and acquirer's remarks. */
  readonly remarks: readonly string[];
  /** Whether the cardholder signs (merchant copy only, dialect sheet 11.5). */
  readonly signatureLine: boolean;
  readonly applicationVersion: string;
}
