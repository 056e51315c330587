import type { Outcome, SlipFate, StepDuration, StepName, TransactionResult } from '../../domain/outcome.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { ChipEndFacts } from './chip-facts.ts';
import type { TransactionContext } from './context.ts';
import type { ReceiptFacts } from './events.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  approved: 'approved',
  declined: 'declined',
  cancelled: 'cancelled',
  failed: 'failed',
  reversed: 'reversed',
  unanswered: 'unanswered',
  'reversal.owed': 'reversal-pending',
  'repetition.owed': 'repeat-pending',
};

const STEPS: ReadonlySet<string> = new Set<StepName>([
  'initiate',
  'transmit',
  'authorize',
  'print',
  'reversal',
  'repetition',
]);

function chipParts(aid: string | undefined, end: ChipEndFacts | undefined): Pick<TransactionResult, 'chip'> {
  if (aid === undefined || end?.registers === undefined) return {};
  return { chip: { aid, ...end.registers, ...(end.arqc !== undefined && { arqc: end.arqc }) } };
}

const receiptOf = ({ shortUrl, url }: ReceiptFacts) => ({ url, shortUrl });

const isStep = (entry: { readonly step: string; readonly durationMs: number }): entry is StepDuration =>
  STEPS.has(entry.step);

const COPIES: readonly SlipCopy[] = ['merchant', 'cardholder'];

const slipsOf = ({ printed }: TransactionContext): readonly SlipFate[] =>
  COPIES.map((copy) => printed.find((each) => each.copy === copy) ?? { copy, state: 'owed' });

/** What people and scripts are told of a transaction, or undefined while it is under way. */
export function resultOf(
  context: TransactionContext,
  path: string,
  durations: readonly { readonly step: string; readonly durationMs: number }[],
  parameters: TerminalParameters,
): TransactionResult | undefined {
  const outcome = OUTCOMES[path];
  if (outcome === undefined) return undefined;
  const {
    amount,
    card,
    chipEnd,
    endReason,
    kind,
    owesPaper,
    printed,
    receipt,
    receiptTaken,
    reply,
    stored,
    trace,
    training,
  } = context;
  const meaning = reply === undefined ? undefined : responseMeaning(reply.responseCode);
  return {
    kind,
    outcome,
    ...(endReason !== undefined && { reason: endReason }),
    ...(reply !== undefined && { responseCode: reply.responseCode }),
    ...(meaning !== undefined && { responseText: meaning.text }),
    ...(meaning?.action !== undefined && { action: meaning.action }),
    ...trace,
    ...(reply?.referenceNumber !== undefined && { referenceNumber: reply.referenceNumber }),
    ...(reply?.authorizationCode !== undefined && { authorizationCode: reply.authorizationCode }),
    ...(card !== undefined && { maskedPan: card.maskedPan }),
    ...(amount !== undefined && { amountMinor: amount }),
    ...(reply?.balance !== undefined && { balance: reply.balance }),
    currencyCode: parameters.currency.numericCode,
    ...(stored && { stored: true }),
    ...chipParts(card?.chip?.aid, chipEnd),
    ...(receipt !== undefined && { receipt: { ...receiptOf(receipt), taken: receiptTaken } }),
    ...((owesPaper || printed.length > 0) && { slips: slipsOf(context) }),
    ...(owesPaper && { slipOwed: true }),
    ...(training && { training: true }),
    steps: durations.filter(isStep),
  };
}
