import type { PrintProof } from '../../domain/slip.ts';
import type { PrinterTrouble } from '../ports.ts';
import type { DownloadSet, DownloadStep } from '../ports.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import type { OwedPaper } from '../facts/owed-papers.ts';
import type { ScriptNotice } from '../facts/script-notices.ts';
import type { ServiceKind } from './types.ts';
import type { ExchangeEvent } from '../kernel/exchange.ts';

/** A message of a service, without anything that must not be written down. */
export type ServiceRequest =
  | { readonly type: 'sign-off' }
  | { readonly type: 'echo' }
  | { readonly type: 'download'; readonly set: DownloadSet; readonly what: DownloadStep }
  /** 0220 of a stored notice: the item of that trace number. */
  | { readonly type: 'notice'; readonly stan: number }
  /** 0500. */
  | { readonly type: 'totals' }
  /** 0320 with up to eight items in field 48. */
  | { readonly type: 'details'; readonly stans: readonly number[] }
  /** 0320 with the body of a notice. */
  | { readonly type: 'batch-notice'; readonly stan: number }
  /** 0320 of a chip's last cryptogram. */
  | { readonly type: 'batch-chip'; readonly stan: number }
  /** 0620: the first of what the host has not heard yet, or the next. */
  | { readonly type: 'script-notice'; readonly index: number }
  /** 0320: nothing more comes. */
  | { readonly type: 'end' };

/** What a service prints: a slip's copy, or a report. */
export type PaperName = 'merchant' | 'cardholder' | 'balance' | 'settlement' | 'details' | 'failures' | 'parameters';

/** What the parameters ask of a service when it begins. */
export interface ServiceAsks {
  /** The detail list after a settlement. */
  readonly details: boolean;
  /** Passes over what was not answered, besides the first (dialect sheet 9.5). */
  readonly resends: number;
}

/** What the world can tell a service. */
export type ServiceEvent =
  | ExchangeEvent
  | {
      readonly type: 'ServiceStarted';
      readonly kind: ServiceKind;
      /** `YYYY-MM-DD HH:MM:SS`, the terminal's own clock. */
      readonly localTime: string;
      readonly operatorNumber: string;
      readonly terminalNumber: string;
      readonly merchantNumber: string;
      readonly batch: number;
      /** What it is about: the batch to be settled, the notices to be forwarded. */
      readonly items: readonly BatchEntry[];
      readonly scripts?: readonly ScriptNotice[];
      /** What is printed of what was put off. */
      readonly owed?: readonly OwedPaper[];
      /** The flow whose paper is printed again. */
      readonly printsAgain?: number;
      readonly asks: ServiceAsks;
    }
  | { readonly type: 'VoucherKeyed'; readonly voucher: number }
  | { readonly type: 'SlipFound'; readonly flowId: number }
  | { readonly type: 'SlipMissing' }
  /** The request goes out under the trace that its item has had all along. */
  | { readonly type: 'TraceKept'; readonly stan: number; readonly batch: number }
  | { readonly type: 'ReplyMacWrong' }
  /** `proof` is absent in what older programs wrote. */
  | { readonly type: 'SlipPrinted'; readonly proof?: PrintProof; readonly headLines?: number }
  | { readonly type: 'PrinterStopped'; readonly trouble: PrinterTrouble; readonly torn: boolean }
  | { readonly type: 'PrinterReady' }
  | { readonly type: 'PrintDeferred' }
  | { readonly type: 'PrintDue' }
  /** An occasion to go on with a settlement that the host left unanswered. */
  | { readonly type: 'SettlementDue' }
  | { readonly type: 'CancelPressed' }
  | { readonly type: 'DeadlinePassed' }
  | { readonly type: 'PowerRestored' };

/** What a service can ask of the world. */
export type ServiceCommand =
  | { readonly type: 'findSlip'; readonly params: { readonly voucher: number } }
  /** `kept`: the item's own; absent: the next one. */
  | { readonly type: 'numberRequest'; readonly params: { readonly kept: number | undefined; readonly batch: number } }
  | { readonly type: 'prepareService'; readonly params: { readonly request: ServiceRequest } }
  | { readonly type: 'sendRequest'; readonly params: undefined }
  | {
      readonly type: 'printPaper';
      readonly params: {
        readonly paper: PaperName;
        /** A number says which reprint it is, where that is known. */
        readonly reprint: boolean | number;
        /** The flow that it is of, where that is another. */
        readonly of: number | undefined;
      };
    };
