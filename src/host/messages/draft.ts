/** Everything that a request may say, before any thought of which fields say it. */
import type { EntryMode } from '../../domain/slip.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { Bug } from '../../domain/result.ts';
import type { Secret } from '../../domain/secret.ts';
import type { BatchDetail, BatchTotals, DownloadStep, HostRequest, OriginalReference } from '../host-port.ts';
import type { Composition } from './composition.ts';
import { rowOf } from './rows.ts';
import type { DialectParameters } from './setup.ts';

export interface Draft {
  readonly row: HostRequest['kind'];
  readonly composition: Composition;
  readonly mti: string;
  readonly training?: boolean;
  readonly stan: number;
  readonly batch: number;
  /** 60.1. */
  readonly messageTypeCode: string;
  /** 60.3. */
  readonly networkCode: string;
  readonly operatorNumber?: string;
  readonly processingCode?: string;
  readonly conditionCode?: string;
  readonly amount?: AmountMinor;
  readonly currencyCode?: string;
  readonly entryMode?: EntryMode;
  /** Of a swiped card: its chip could not be read. */
  readonly fallback?: boolean;
  readonly pinEntered?: boolean;
  readonly pinBlock?: Secret<string>;
  /** Of the PIN key, where the PIN pad was asked; otherwise the sign-in's key form tells what it should be. */
  readonly pinAlgorithm?: 'D' | 'T' | 'S';
  readonly pan?: Secret<string>;
  /** YYMM; not for swiped cards, whose track says it. */
  readonly expiry?: string;
  /** Of a chip card: tag 5F34, and what the card said, as data objects. */
  readonly sequenceNumber?: string;
  readonly field55?: Uint8Array;
  /** As it goes on the wire: already encrypted where it has to be. */
  readonly track2?: Secret<string>;
  /** Field 32 of the answer that brought a script. */
  readonly acquirerCode?: string;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  /** Field 39 of a reversal. */
  readonly reason?: string;
  /** The transaction that this one follows up. */
  readonly original?: OriginalReference;
  /** Field 13 of the answer to the request that is reversed; absent when there was none. */
  readonly answeredDate?: string;
  /** Which of the following is field 48. */
  readonly field48?: 'totals' | 'details' | 'count';
  readonly totals?: BatchTotals;
  readonly details?: readonly BatchDetail[];
  readonly count?: number;
  /** Which of the following, or what of the terminal, is field 62. */
  readonly field62?:
    | 'hardware'
    | 'list-position'
    | 'entry-name'
    | 'next-index'
    | 'receiver'
    | 'document'
    | 'chip-result';
  readonly what?: DownloadStep;
  readonly receiver?: Secret<string>;
  readonly document?: string;
  readonly foreign?: boolean;
  readonly outcome?: 'approved' | 'issuer-not-authenticated';
}

/** Turns a request of the port into a draft. `track2` is the track as it is to be sent. */
export function draftOf(request: HostRequest, parameters: DialectParameters, track2?: Secret<string>): Draft {
  const { kind, ...content } = request;
  return { networkCode: parameters.signInKeys, ...content, ...cardOf(request, track2), row: kind, ...rowOf(request) };
}

type CardContent = Pick<
  Draft,
  'entryMode' | 'fallback' | 'pinEntered' | 'pan' | 'expiry' | 'sequenceNumber' | 'field55' | 'track2'
>;

/** A reversal names what is left of its card by itself. */
function cardOf(request: HostRequest, track2: Secret<string> | undefined): CardContent {
  if (!('card' in request)) return {};
  const { card } = request;
  const pinEntered = 'pinBlock' in request && request.pinBlock !== undefined;
  if (card.entryMode === 'keyed') return { ...card, pinEntered };
  const { track2: read, ...rest } = card;
  if (read !== undefined && track2 === undefined)
    throw new Bug(`A request for a card ${card.entryMode} needs its track.`);
  return { ...(read !== undefined && { pan: read.pan }), ...rest, pinEntered, ...(track2 !== undefined && { track2 }) };
}
