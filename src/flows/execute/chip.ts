/** A chip card's steps as events, and what a transaction asks of the card as answers (see `chip-port.ts`). */
import { fromHex, toHex } from '../../domain/hex.ts';
import { toAmountMinor } from '../../domain/money.ts';
import type { Secret } from '../../domain/secret.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { ChipAnswer, ChipCard, ChipEnd, ChipRequest, ChipStep } from '../chip-port.ts';
import type { ChipEndFacts } from '../transaction/chip-facts.ts';
import { isPartTaken } from '../transaction/chart.ts';
import type { CommandOf } from '../transaction/commands.ts';
import type { TransactionContext } from '../transaction/context.ts';
import type { CardFacts, ReplyFacts, TransactionEvent } from '../transaction/events.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';

/** What the host has sent for chips (dialect sheet 7.3): whole entries as TLV in hex. */
export interface ChipDownloads {
  readonly applications: readonly string[];
  readonly caKeys: readonly string[];
}

/** @param localTime `YYYY-MM-DD HH:MM:SS`. */
export function chipRequestOf(
  { amount, kind, localTime }: CommandOf<'startChip'>['params'],
  stan: number,
  downloads: ChipDownloads,
  isOnBlacklist: (pan: Secret<string>) => boolean,
): ChipRequest {
  const { chip, wire } = TRANSACTION_TYPES[kind];
  const isWhole = chip === 'payment';
  return {
    extent: isWhole ? 'payment' : 'reading',
    amount: (isWhole ? amount : undefined) ?? toAmountMinor(0n),
    // 9C is the beginning of field 3 (EMV Book 3, annex A).
    transactionType: wire.processingCode.slice(0, 2),
    date: localTime.slice(0, 10).replaceAll('-', ''),
    time: localTime.slice(11).replaceAll(':', ''),
    stan,
    forcedOnline: false,
    ...downloads,
    isOnBlacklist,
  };
}

/** @param read what becomes of a card that has said whose it is. */
export function chipEvent(step: ChipStep, read: (card: ChipCard) => TransactionEvent): TransactionEvent {
  switch (step.type) {
    case 'choose-application': {
      const choices = step.choices.map(({ aid, label }) => ({ aid, label }));
      return { type: 'ApplicationsOffered', choices, isSecondTry: step.isSecondTry };
    }
    case 'confirm-application': {
      const { aid, label } = step.choice;
      return { type: 'ApplicationOffered', choice: { aid, label } };
    }
    case 'card-read':
      return read(step.card);
    case 'ask-pin': {
      const { form, isSecondTry, triesLeft } = step;
      return {
        type: 'PinAsked',
        form: form.type,
        isSecondTry,
        ...(triesLeft !== undefined && { triesLeft }),
      };
    }
    case 'go-online':
      return {
        type: 'ChipAskedHost',
        field55: toHex(step.field55),
        reversalField55: toHex(step.reversalField55),
      };
    case 'ended':
      return step.end.type === 'read' ? read(step.end.card) : { type: 'ChipEnded', end: endFacts(step.end) };
  }
}

function endFacts(end: Exclude<ChipEnd, { readonly type: 'read' }>): ChipEndFacts {
  const { arqc, fields55, hasScriptResults, needsSignature, registers, slip, type } = end;
  return {
    type,
    ...(end.type === 'failed' && { reason: end.reason }),
    fallbackAllowed: end.type === 'failed' && end.fallbackAllowed,
    needsSignature,
    ...(registers !== undefined && { registers }),
    ...(arqc !== undefined && { arqc }),
    slip,
    ...(fields55 !== undefined && {
      fields55: {
        financial: toHex(fields55.financial),
        reversal: toHex(fields55.reversal),
        ...(hasScriptResults && { scriptNotification: toHex(fields55.scriptNotification) }),
      },
    }),
  };
}

export const chipFacts = (
  { aid, expiry, label, sequenceNumber }: ChipCard,
  pan: Pick<CardFacts, 'maskedPan' | 'sealedPan'>,
): CardFacts => ({ ...pan, expiry, entryMode: 'inserted', chip: { aid, label, sequenceNumber } });

/** A part that the cashier may take is an approval to the card; one that goes back to the host is none. */
export function hostAnswer(context: TransactionContext, reply: ReplyFacts): ChipAnswer {
  const { authorizationCode, field55, responseCode } = reply;
  const { category } = responseMeaning(responseCode);
  return {
    type: 'host-replied',
    responseCode,
    isApproved: category === 'approved' || (category === 'partial' && isPartTaken(context)),
    ...(authorizationCode !== undefined && { authorizationCode }),
    ...(field55 !== undefined && { field55: fromHex(field55) }),
  };
}
