import type { Bilingual } from './bilingual.ts';
import type { AmountMinor, Currency } from './money.ts';
import type { Slip } from './slip.ts';

/** Everything that the terminal prints. */
export type Paper = Slip | SettlementReport | DetailList | FailureList | ParameterReport | ReversalNotice | TestStrip;

/** What stands at the head of every report (dialect sheet 11.6). */
interface ReportHead {
  /** True prints 重打印; a number from 1 says which reprint it is. */
  readonly reprint: boolean | number;
  readonly training?: boolean;
  readonly merchantName: string;
  readonly merchantNumber: string;
  readonly terminalNumber: string;
  readonly operatorNumber: string;
  readonly batch: number;
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly dateTime: string;
  readonly currency: Currency;
  readonly applicationVersion: string;
}

export interface SettlementRow {
  readonly label: Bilingual;
  readonly count: number;
  readonly amount: AmountMinor;
}

/** One side of the settlement, domestic or foreign cards. */
export interface SettlementSide {
  readonly verdict: 'balanced' | 'not-balanced' | 'error';
  /** By kind of transaction: 消费 SALE, 退货 REFUND, …; without those of which there were none. */
  readonly rows: readonly SettlementRow[];
  /** What the host has, where it is not balanced: debits, credits. */
  readonly host?: readonly SettlementRow[];
}

/** 结算单. */
export interface SettlementReport extends ReportHead {
  readonly type: 'settlement';
  readonly domestic: SettlementSide;
  readonly foreign: SettlementSide;
}

export interface ListedTransaction {
  /** 凭证号: the STAN. */
  readonly voucher: number;
  /** S sale, R refund, P completion (dialect sheet 11.6). */
  readonly letter: string;
  readonly maskedPan: string;
  readonly amount: AmountMinor;
  readonly authorizationCode?: string;
}

/** 交易明细: without voided pairs. */
export interface DetailList extends ReportHead {
  readonly type: 'details';
  readonly items: readonly ListedTransaction[];
}

/** What could not be uploaded: unanswered, or refused with a response code. */
export interface FailureList extends ReportHead {
  readonly type: 'failures';
  readonly unanswered: readonly ListedTransaction[];
  readonly refused: readonly (ListedTransaction & { readonly responseCode: string })[];
}

/** A group of parameters, each as its name and its value. No keys: they are in the PIN pad. */
interface ParameterGroup {
  readonly title: Bilingual;
  readonly rows: readonly { readonly label: Bilingual; readonly value: Bilingual | string }[];
}

/** 参数单: how this terminal is set up. */
export interface ParameterReport extends ReportHead {
  readonly type: 'parameters';
  readonly groups: readonly ParameterGroup[];
}

/** 冲正失败通知: a reversal that the host did not take, so that people settle it with the acquirer (dialect sheet 11.6). */
export interface ReversalNotice extends ReportHead {
  readonly type: 'notice';
  readonly transactionType: Bilingual;
  /** 凭证号 of the transaction that was to be reversed: its STAN. */
  readonly voucher: number;
  readonly maskedPan?: string;
  readonly amount?: AmountMinor;
  /** Of the host's last refusal. Absent: it did not answer. */
  readonly responseCode?: string;
  /** How often it was sent. */
  readonly attempts: number;
}

/** 打印头测试条: shows every element of the print head, for a person to judge. */
export interface TestStrip {
  readonly type: 'test-strip';
  readonly reprint: boolean | number;
  readonly training?: boolean;
  readonly terminalNumber: string;
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly dateTime: string;
  /** Energised dot rows since the head was cleaned, as far as the terminal knows. */
  readonly headLines: number;
  readonly density: 'normal' | 'raised';
  readonly applicationVersion: string;
}
