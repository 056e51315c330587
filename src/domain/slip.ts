import type { Bilingual } from './bilingual.ts';
import type { AmountMinor, Currency } from './money.ts';

/** What the terminal prints by itself. */
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

/** What the card said, in hex (dialect sheet 11.4): as much as the case asks for, ARQC online and TC offline. */
export interface SlipEmv {
  readonly cryptogram: { readonly name: 'ARQC' | 'TC' | 'AAC'; readonly value: string };
  readonly aid: string;
  readonly tvr: string;
  readonly tsi: string;
  readonly atc: string;
  readonly terminalCapabilities?: string;
  /** Tag 50, in its characters. */
  readonly label?: string;
  /** Tag 9F12 in its characters, where the terminal has its code table. */
  readonly preferredName?: string;
  readonly panSequence?: string;
  readonly aip?: string;
  readonly unpredictableNumber?: string;
  readonly issuerApplicationData?: string;
}

/**
 * Why the cardholder need not do what is otherwise done, in the words of dialect sheet 11.5. A limit that applied is
 * given; of two, the smaller one is printed.
 */
export type SlipWaiver =
  | { readonly by: 'device' }
  | { readonly by: 'limit'; readonly noPinUpTo?: AmountMinor; readonly noSignatureUpTo?: AmountMinor }
  | { readonly by: 'electronic-cash' }
  | { readonly by: 'payment-code' };

interface ReceiptCode {
  readonly text: string;
  /** Printer dots along the side of a module, 1 to 16. */
  readonly moduleDots: number;
  readonly errorCorrection: 'medium' | 'low';
}

/**
 * What a 签购单 says, before any thought of columns, fonts or bytes. In the order of dialect sheet 11.2.
 * Holds nothing secret: the PAN is masked before it gets here.
 */
export interface Slip {
  readonly type: 'slip';
  readonly copy: SlipCopy | 'bank';
  /** How many copies there are: of three the second is the bank's (dialect sheet 11.2). Absent: two. */
  readonly copies?: 1 | 2 | 3;
  /** True prints 重打印: every print of a copy but its first. A number from 1 says which reprint it is. */
  readonly reprint: boolean | number;
  /** No money moved: the slip says so (dialect sheet 11.2, row 19). */
  readonly training?: boolean;
  readonly merchantName: string;
  readonly merchantNumber: string;
  readonly terminalNumber: string;
  readonly operatorNumber: string;
  /** From field 44: 11 characters each, trimmed. */
  readonly issuer?: string;
  readonly acquirer?: string;
  /** Of a payment by code: the code, masked likewise. */
  readonly maskedPan: string;
  /** What was presented. Absent: a card. */
  readonly presented?: 'card' | 'payment-code';
  /** 付款凭证号 of a payment by code. */
  readonly paymentVoucher?: string;
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
  /** What a chip card said. */
  readonly emv?: SlipEmv;
  /** Whether the cardholder signs (merchant copy only, dialect sheet 11.5); never where a waiver says otherwise. */
  readonly signatureLine: boolean;
  readonly waiver?: SlipWaiver;
  /** The e-receipt as a QR code (cardholder's copy only). Not of the record that it leads to. */
  readonly receiptCode?: ReceiptCode;
  readonly applicationVersion: string;
}

/**
 * How a printer has said that a slip is printed. `process-id`: its last dot was burnt. `status-fence`, of printers that
 * cannot say more: its last command was taken from the buffer, and no stop was seen (printer sheet 6).
 */
export type PrintProof = 'process-id' | 'status-fence';
