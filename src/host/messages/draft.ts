/** Everything that a request may say, before any thought of which fields say it. */
import type { EntryMode } from '../../domain/slip.ts';
import type { AmountMinor } from '../../domain/money.ts';
import { Bug } from '../../domain/result.ts';
import type { Secret } from '../../domain/secret.ts';
import type { HostRequest, OriginalReference } from '../host-port.ts';
import type { DialectParameters } from './setup.ts';

export interface Draft {
  /** Which row of the composition table it follows. */
  readonly row: 'sign-in' | 'authorization' | 'reversal';
  readonly mti: string;
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
  readonly pinEntered?: boolean;
  readonly pinBlock?: Secret<string>;
  /** Of the PIN key, where the PIN pad was asked; otherwise the sign-in's key form tells what it should be. */
  readonly pinAlgorithm?: 'D' | 'T' | 'S';
  readonly pan?: Secret<string>;
  /** YYMM; not for swiped cards, whose track says it. */
  readonly expiry?: string;
  /** As it goes on the wire: already encrypted where it has to be. */
  readonly track2?: Secret<string>;
  readonly referenceNumber?: string;
  readonly authorizationCode?: string;
  /** Field 39 of a reversal. */
  readonly reason?: string;
  readonly cardOrganisation?: string;
  /** The transaction that this one follows up. */
  readonly original?: OriginalReference;
  /** Field 13 of the answer to the request that is reversed; absent when there was none. */
  readonly answeredDate?: string;
}

/** Turns a request of the port into a draft. `track2` is the track as it is to be sent. */
export function draftOf(request: HostRequest, parameters: DialectParameters, track2?: Secret<string>): Draft {
  const { stan, batch } = request;
  if (request.kind === 'sign-in') {
    return {
      row: 'sign-in',
      mti: '0800',
      stan,
      batch,
      messageTypeCode: '00',
      networkCode: parameters.signInKeys,
      operatorNumber: request.operatorNumber,
    };
  }
  const common = {
    stan,
    batch,
    messageTypeCode: request.wire.messageTypeCode,
    networkCode: '000',
    processingCode: request.wire.processingCode,
    conditionCode: request.wire.conditionCode,
    ...(request.amount !== undefined && { amount: request.amount }),
    ...(request.original !== undefined && { original: request.original }),
    ...(request.authorizationCode !== undefined && { authorizationCode: request.authorizationCode }),
    currencyCode: request.currencyCode,
    entryMode: request.entryMode,
  };
  if (request.kind === 'authorization') {
    if (track2 === undefined) throw new Bug('A swiped authorization needs its track.');
    return {
      ...common,
      row: 'authorization',
      mti: request.wire.requestMti,
      pinEntered: request.pinBlock !== undefined,
      pan: request.track2.pan,
      track2,
      ...(request.referenceNumber !== undefined && { referenceNumber: request.referenceNumber }),
      ...(request.pinBlock !== undefined && { pinBlock: request.pinBlock }),
    };
  }
  return {
    ...common,
    row: 'reversal',
    mti: '0400',
    pinEntered: request.pinEntered,
    expiry: request.expiry,
    reason: request.reason,
    ...(request.pan !== undefined && { pan: request.pan }),
    ...(request.answeredDate !== undefined && { answeredDate: request.answeredDate }),
  };
}
