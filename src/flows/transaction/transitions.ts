/** What follows from an answer, wherever it comes: the transitions that several states share. */
import { NO_CHIP, type EndReason } from './context.ts';
import type { ReversalReason } from '../ports.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/money.ts';
import { and } from 'xstate';
import { chart } from './chart.ts';

const takeReply = chart.assign(({ event }) => (event.type === 'HostReplied' ? { reply: event.reply } : {}));

/** In doubt: reversed, repeated or forwarded, as its type says; else the operator is told that nobody knows. */
const inDoubt = (because: ReversalReason, reason: EndReason) =>
  [
    {
      guard: 'isReversible',
      target: '#transaction.reversal',
      actions: { type: 'owe', params: { because, reason } },
    },
    { guard: 'isRepeatable', target: '#transaction.repetition', actions: { type: 'end', params: { reason } } },
    { guard: 'isForwarded', target: '#transaction.print', actions: 'store' },
    { target: '#transaction.unanswered', actions: { type: 'end', params: { reason } } },
  ] as const;

export const takenBack = (because: ReversalReason, reason: EndReason) =>
  ({ target: '#transaction.reversal', actions: { type: 'owe', params: { because, reason } } }) as const;

/** What the card says after the host: it decides last, and what it will not have is taken back (dialect sheet 8.1). */
export const cardAnswers = {
  ChipEnded: [
    { guard: 'hostHasDeclined', target: '#transaction.declined', actions: 'takeChip' },
    {
      guard: 'hostHasApprovedPart',
      target: '#transaction.reversal',
      actions: ['takeChip', { type: 'owe', params: { because: '06', reason: 'partial-approval-refused' } }],
    },
    { guard: and(['chipAgrees', 'hostOffersPart']), target: '#transaction.authorize.partial', actions: 'takeChip' },
    { guard: and(['chipAgrees', 'isShownOnly']), target: '#transaction.approved', actions: 'takeChip' },
    { guard: 'chipAgrees', target: '#transaction.print', actions: 'takeChip' },
    { guard: 'isReversible', target: '#transaction.reversal', actions: ['endWithChip', 'oweForChip'] },
    { target: '#transaction.declined', actions: 'endWithChip' },
  ],
  PowerRestored: [
    { guard: 'hostHasDeclined', target: '#transaction.declined' },
    { guard: 'isReversible', ...takenBack('06', 'power-lost') },
    { target: '#transaction.unanswered', actions: { type: 'end', params: { reason: 'power-lost' } } },
  ],
} as const;

export const hostAnswers = {
  HostReplied: [
    {
      guard: 'chipIsOpen',
      target: '#transaction.authorize.tellingCard',
      actions: takeReply,
    },
    { guard: 'isApprovedOnScreen', target: '#transaction.approved', actions: takeReply },
    { guard: 'isApproved', target: '#transaction.print', actions: takeReply },
    { guard: 'isPartToTake', target: '#transaction.authorize.partial', actions: takeReply },
    {
      guard: 'isPartial',
      target: '#transaction.reversal',
      actions: [takeReply, takenBack('06', 'partial-approval-refused').actions],
    },
    {
      guard: 'mayEnterPinAgain',
      target: '#transaction.initiate.enteringPin',
      actions: 'notePinWrong',
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: inDoubt('98', 'host-silent'),
  ReplyMacWrong: inDoubt('A0', 'reply-mac-wrong'),
  PowerRestored: inDoubt('98', 'power-lost'),
} as const;

export const reversalAnswers = {
  HostReplied: [
    { guard: 'endsReversal', target: '#transaction.reversed' },
    { target: '#transaction.reversal.owed', actions: 'noteRefusal' },
  ],
  HostSilent: '#transaction.reversal.unanswered',
  // Dialect sheet 8.2: stop for now and keep the record.
  ReplyMacWrong: '#transaction.reversal.owed',
} as const;

export const repetitionAnswers = {
  HostReplied: [
    { guard: 'isApproved', target: '#transaction.print', actions: [takeReply, 'clearReason'] },
    { guard: 'isDuplicate', target: '#transaction.print', actions: [takeReply, 'clearReason'] },
    // The host has not looked whether it has the first one.
    { guard: 'asksForSignIn', target: '#transaction.repetition.owed' },
    { target: '#transaction.declined', actions: [takeReply, 'clearReason'] },
  ],
  HostSilent: '#transaction.repetition.unanswered',
  ReplyMacWrong: '#transaction.repetition.owed',
} as const;

/** A card that ends before anything was sent. */
export const cardGivesUp = {
  ChipEnded: [
    {
      guard: 'fallsBack',
      target: '#transaction.initiate.presentingCard',
      actions: chart.assign({ ...NO_CHIP, card: undefined, fallback: true }),
    },
    { guard: 'chipHasDeclined', target: '#transaction.declined', actions: 'endWithChip' },
    { guard: 'chipWasTakenAway', target: '#transaction.cancelled', actions: 'endWithChip' },
    { target: '#transaction.failed', actions: 'endWithChip' },
  ],
} as const;

export const cancelled = (reason: EndReason) =>
  ({ target: '#transaction.cancelled', actions: { type: 'end', params: { reason } } }) as const;

export const failed = (reason: EndReason) =>
  ({ target: '#transaction.failed', actions: { type: 'end', params: { reason } } }) as const;

export const pinPadFailures = [{ guard: 'isRefusal', ...failed('pin-pad-refused') }, failed('pin-pad-failed')] as const;

export const insisting = {
  RequestReady: 'sending',
  HostUnreachable: 'unanswered',
  PinPadFailed: 'unanswered',
} as const;

export const triedAgain = { always: [{ guard: 'mayTryAgain', target: 'preparing' }, { target: 'owed' }] } as const;

export const takeTrace = chart.assign(({ event }) =>
  event.type === 'TraceAllotted' ? { trace: { stan: event.stan, batch: event.batch } } : {},
);

/** No money is asked for yet, so nothing is in doubt. */
export const verificationAnswers = {
  HostReplied: [
    {
      guard: 'isApproved',
      target: '#transaction.initiate.beginning',
      actions: chart.assign(({ event }) =>
        event.type === 'HostReplied' ? { transferMax: event.reply.transferMax ?? AMOUNT_MINOR_MAX } : {},
      ),
    },
    { target: '#transaction.declined', actions: takeReply },
  ],
  HostSilent: failed('verification-unanswered'),
  ReplyMacWrong: failed('verification-unanswered'),
} as const;
