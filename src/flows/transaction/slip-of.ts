import { Bug } from '../../domain/result.ts';
import type { Slip, SlipCopy, SlipEmv, SlipOriginal } from '../../domain/slip.ts';
import { sixDigits } from '../../domain/stan.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { OriginalFacts } from './events.ts';
import type { TransactionContext } from './context.ts';
import { TRANSACTION_TYPES } from './types.ts';

/** The slip of an approved transaction: a function of the journal, so that any print of it is the same. */
export function slipOf(
  context: TransactionContext,
  print: { readonly copy: SlipCopy; readonly reprint: boolean | number },
  parameters: TerminalParameters,
): Slip {
  const { amount, card, original, receipt, receiver, reply, stored, trace } = context;
  const { balance } = reply ?? {};
  if (card === undefined || trace === undefined || (reply === undefined && !stored)) {
    throw new Bug('A slip was asked for before the host had answered.');
  }
  if (amount === undefined && balance === undefined) throw new Bug('A slip says nothing of money.');
  return {
    type: 'slip',
    ...print,
    ...(context.training && { training: true }),
    merchantName: parameters.merchantName,
    merchantNumber: parameters.merchantNumber,
    terminalNumber: parameters.terminalNumber,
    operatorNumber: context.operatorNumber,
    ...present({ issuer: reply?.issuer, acquirer: reply?.acquirer }),
    maskedPan: card.maskedPan,
    entryMode: card.entryMode,
    transactionType: TRANSACTION_TYPES[context.kind].name,
    ...present({ receiverMaskedPan: receiver?.maskedPan }),
    expiry: card.expiry,
    cardOrganisation: reply?.cardOrganisation ?? original?.cardOrganisation ?? 'CUP',
    batch: trace.batch,
    voucher: trace.stan,
    ...present({ authorizationCode: reply?.authorizationCode, referenceNumber: reply?.referenceNumber }),
    dateTime: slipDateTime(reply?.hostDate, reply?.hostTime, context.localTime),
    ...(amount !== undefined && { amount }),
    ...(balance !== undefined && { balance: { negative: balance.negative, amount: balance.amount } }),
    currency: parameters.currency,
    givesBack: TRANSACTION_TYPES[context.kind].givesBack,
    ...(original !== undefined && { original: slipOriginal(original) }),
    remarks: reply?.remarks ?? [],
    ...emvOf(context),
    ...(receipt?.qr !== undefined && print.copy === 'cardholder' && { receiptCode: receipt.qr }),
    // Dialect sheet 11.5: without the no-sign rules, which need parameters from the host, the cardholder signs.
    signatureLine: true,
    applicationVersion: parameters.applicationVersion,
  };
}

/** Dialect sheet 11.4, an online transaction: what the card has sent to the host, and how it found the terminal. */
function emvOf({ card, chipEnd }: TransactionContext): { readonly emv?: SlipEmv } {
  const { arqc, registers, slip = {} } = chipEnd ?? {};
  const { '5F34': panSequence, '9F36': atc } = slip;
  if (card?.chip === undefined || arqc === undefined || registers === undefined || atc === undefined) return {};
  const { aid, label } = card.chip;
  return {
    emv: {
      cryptogram: { name: 'ARQC', value: arqc },
      aid,
      tvr: registers.tvr,
      tsi: registers.tsi,
      atc,
      label,
      ...(panSequence !== undefined && { panSequence }),
    },
  };
}

/** Batch and trace are 0 where the original is not this terminal's. */
const slipOriginal = ({ authorizationCode, date, referenceNumber, stan }: OriginalFacts): SlipOriginal => ({
  ...present({ authorizationCode, date, referenceNumber }),
  ...(stan > 0 && { voucher: sixDigits(stan) }),
});

/**
 * The host gives MMDD and hhmmss, the year stays local (dialect sheet 5.3, 11.2). Around New Year the two sides may
 * stand in different years: a host in January with a local December is a year ahead, and the other way round.
 */
export function slipDateTime(hostDate: string | undefined, hostTime: string | undefined, localTime: string): string {
  if (hostDate === undefined || hostTime === undefined) return localTime;
  const year = Number(localTime.slice(0, 4));
  const months = Number(hostDate.slice(0, 2)) - Number(localTime.slice(5, 7));
  const shift = months === -11 ? 1 : months === 11 ? -1 : 0;
  const date = `${year + shift}-${hostDate.slice(0, 2)}-${hostDate.slice(2)}`;
  return `${date} ${hostTime.slice(0, 2)}:${hostTime.slice(2, 4)}:${hostTime.slice(4)}`;
}

function present<Fields extends Readonly<Record<string, string | undefined>>>(
  fields: Fields,
): { [Key in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: string;
  };
}
