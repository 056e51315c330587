import type { PrinterTrouble, SettlementAnswer } from '../ports.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import type { OwedPaper } from '../facts/owed-papers.ts';
import type { ScriptNotice } from '../facts/script-notices.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import type { ServiceAsks, ServiceEvent, ServiceRequest } from './events.ts';
import type { ServiceKind } from './types.ts';

/** Why a service ended before its end. Stable codes. */
export type ServiceFailure =
  | 'operator-cancelled'
  | 'nobody-answered'
  | 'power-lost'
  | 'host-unreachable'
  | 'host-silent'
  | 'refused-by-host'
  | 'pin-pad-failed'
  | 'nothing-to-print';

/** An item that the host would not take, and why. */
interface RefusedItem {
  readonly stan: number;
  readonly responseCode: string;
}

export interface ServiceContext {
  readonly kind: ServiceKind;
  readonly localTime: string;
  readonly operatorNumber: string;
  readonly terminalNumber: string;
  readonly merchantNumber: string;
  readonly batch: number;
  readonly items: readonly BatchEntry[];
  readonly scripts: readonly ScriptNotice[];
  readonly owed: readonly OwedPaper[];
  readonly printsAgain: number | undefined;
  readonly asks: ServiceAsks;
  readonly voucher: number | undefined;
  readonly slipMissing: boolean;
  /** In order; the first is under way. */
  readonly todo: readonly ServiceRequest[];
  /** Without an answer in this pass. */
  readonly again: readonly ServiceRequest[];
  /** Passes over what was not answered. */
  readonly passes: number;
  /** Whether the message that closes the service stands in `todo`, or has stood there. */
  readonly isClosing: boolean;
  readonly trace: { readonly stan: number; readonly batch: number } | undefined;
  /** The answer to the message before. */
  readonly reply: ReplyFacts | undefined;
  /** Entries of a list that are still to be fetched, or are counted. */
  readonly listed: readonly string[];
  readonly received: number;
  readonly settlement: SettlementAnswer | undefined;
  /** A 0500 has left and its answer is not known. */
  readonly inDoubt: boolean;
  readonly uploaded: readonly number[];
  readonly refused: readonly RefusedItem[];
  /** Given up after the last pass. */
  readonly unuploaded: readonly number[];
  /** Papers that are printed. */
  readonly printed: number;
  /** How often the one under way may be on paper already. */
  readonly prints: number;
  readonly trouble: PrinterTrouble | undefined;
  readonly failure: ServiceFailure | undefined;
}

export type ServiceInput = Omit<Extract<ServiceEvent, { readonly type: 'ServiceStarted' }>, 'type'>;

/** XState asks for a context without an input at every transition; thrown away, but an exception would cost more. */
const NOTHING_BEGUN: ServiceInput = {
  kind: 'echo',
  localTime: '',
  operatorNumber: '',
  terminalNumber: '',
  merchantNumber: '',
  batch: 0,
  items: [],
  asks: { details: false, resends: 0 },
};

/** A service that has just begun, without the messages that its row says. */
export const begun = ({
  owed = [],
  printsAgain,
  scripts = [],
  ...input
}: ServiceInput = NOTHING_BEGUN): ServiceContext => ({
  ...input,
  owed,
  scripts,
  printsAgain,
  voucher: undefined,
  slipMissing: false,
  todo: [],
  again: [],
  passes: 0,
  isClosing: false,
  trace: undefined,
  reply: undefined,
  listed: [],
  received: 0,
  settlement: undefined,
  inDoubt: false,
  uploaded: [],
  refused: [],
  unuploaded: [],
  printed: 0,
  prints: 0,
  trouble: undefined,
  failure: undefined,
});

/** The items that a message is about. */
export function stansOf(request: ServiceRequest | undefined): readonly number[] {
  switch (request?.type) {
    case 'details':
      return request.stans;
    case 'notice':
    case 'batch-notice':
    case 'batch-chip':
      return [request.stan];
    default:
      return [];
  }
}
