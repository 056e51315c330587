/** What the end of a transaction means to the flows. */
import { parseTrack2 } from '../domain/track2.ts';
import { toHex } from '../emv/bytes.ts';
import type { CardData } from '../emv/needs.ts';
import type { TerminationCode } from '../emv/termination.ts';
import { childOf, parseOutside } from '../emv/tlv.ts';
import type { Outcome } from '../emv/transaction.ts';
import type { LinkFailure } from './card-link.ts';
import type { ChipCard, ChipEnd, ChipEvidence, ChipFailure } from './port-types.ts';

export function cardOf({ track2, ...card }: CardData): ChipCard {
  const parsed = track2 === undefined ? undefined : parseTrack2(track2.reveal());
  return { ...card, ...(parsed?.ok === true ? { track2: parsed.value } : {}) };
}

/** @param field55 of the financial request. */
export function arqcIn(field55: Uint8Array): string | undefined {
  const objects = parseOutside(field55);
  const value = objects.ok ? childOf(objects.value, '9F26')?.value : undefined;
  return value === undefined ? undefined : toHex(value);
}

const REASONS: Readonly<Record<Exclude<TerminationCode, 'card-gone'>, ChipFailure>> = {
  'response-without-status': 'card-error',
  'card-blocked': 'card-blocked',
  'no-common-application': 'no-common-application',
  'no-usable-application': 'no-usable-application',
  cancelled: 'cancelled',
  'pin-timed-out': 'cancelled',
  'processing-options-refused': 'card-data-wrong',
  'processing-options-malformed': 'card-data-wrong',
  'file-locator-malformed': 'card-data-wrong',
  'record-not-read': 'card-data-wrong',
  'record-malformed': 'card-data-wrong',
  'data-object-duplicate': 'card-data-wrong',
  'data-object-malformed': 'card-data-wrong',
  'mandatory-data-missing': 'card-data-wrong',
  'data-object-list-malformed': 'card-data-wrong',
  'cryptogram-refused': 'cryptogram-wrong',
  'cryptogram-malformed': 'cryptogram-wrong',
  'cryptogram-of-wrong-kind': 'cryptogram-wrong',
};

/** Chip faults that a stripe may stand in for; not a block, nor what people have done. */
const FALLS_BACK: Readonly<Record<ChipFailure, boolean>> = {
  cancelled: false,
  'card-removed': false,
  'card-mute': true,
  'card-error': true,
  'answer-to-reset-refused': true,
  'reader-failed': true,
  'no-common-application': true,
  'no-usable-application': false,
  'card-blocked': false,
  'card-data-wrong': true,
  'cryptogram-wrong': false,
};

/** What the adapter knows and the kernel does not. */
export interface Course {
  readonly arqc: string | undefined;
  /** GENERATE AC has been sent: whatever comes then, no stripe stands in for it. */
  readonly isCryptogramAsked: boolean;
  /** Why the card is gone, when it is. */
  readonly gone: LinkFailure | undefined;
}

export function failedEnd(
  failure: { readonly reason: ChipFailure; readonly detail: string },
  { isCryptogramAsked }: Pick<Course, 'isCryptogramAsked'>,
  evidence: ChipEvidence = NO_EVIDENCE,
  needsReversal = false,
): ChipEnd {
  const fallbackAllowed = FALLS_BACK[failure.reason] && !isCryptogramAsked;
  return { ...evidence, type: 'failed', ...failure, fallbackAllowed, needsReversal };
}

export const NO_EVIDENCE: ChipEvidence = {
  online: 'not-tried',
  needsSignature: false,
  hasScriptResults: false,
  slip: {},
};

export function endOf(outcome: Outcome, course: Course): ChipEnd {
  const evidence = evidenceOf(outcome, course);
  const { online } = outcome;
  const by = online === 'declined' ? 'host' : 'card';
  if (outcome.type === 'completed') {
    if (outcome.decision === 'approved') return { ...evidence, type: 'approved' };
    return { ...evidence, type: 'declined', by, needsReversal: outcome.needsReversal };
  }
  // The host's no stands, whatever became of the card that was to be told.
  if (by === 'host') return { ...evidence, type: 'declined', by, needsReversal: false };
  const { code, needsReversal } = outcome;
  const failure: LinkFailure | { readonly reason: ChipFailure; readonly detail: string } =
    code === 'card-gone'
      ? (course.gone ?? { reason: 'card-error', detail: code })
      : { reason: REASONS[code], detail: code };
  return failedEnd(failure, course, evidence, needsReversal);
}

function evidenceOf(outcome: Outcome, { arqc }: Course): ChipEvidence {
  const { card, fields55, needsSignature, online, registers, scriptResults, slip } = outcome;
  return {
    online,
    needsSignature,
    hasScriptResults: scriptResults.length > 0,
    slip,
    ...(card === undefined ? {} : { card: cardOf(card) }),
    ...(registers === undefined ? {} : { registers }),
    ...(fields55 === undefined ? {} : { fields55 }),
    ...(arqc === undefined ? {} : { arqc }),
  };
}
