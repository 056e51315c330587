/** What a slip says, read off its text as a person does. The labels are written here again, like all that is compared with the terminal's own words. */
import type { SlipCopy } from '../../../src/domain/slip.ts';

/** The English name, as it stands on the paper. */
const TYPES = {
  SALE: { sign: 1n, totals: 'debit' },
  VOID: { sign: -1n, totals: 'credit' },
  REFUND: { sign: -1n, totals: 'credit' },
  AUTH: { sign: 1n, totals: 'none' },
  'AUTH VOID': { sign: -1n, totals: 'none' },
  'AUTH COMPLETE': { sign: 1n, totals: 'debit' },
  'AUTH SETTLEMENT': { sign: 1n, totals: 'debit' },
  'COMPLETE VOID': { sign: -1n, totals: 'credit' },
  TRANSFER: { sign: 1n, totals: 'none' },
} as const satisfies Readonly<Record<string, { sign: 1n | -1n; totals: 'debit' | 'credit' | 'none' }>>;

export type SlipType = keyof typeof TYPES;

export const isSlipType = (text: string): text is SlipType => Object.hasOwn(TYPES, text);

/** Dialect sheet 9.4. */
export const totalsOf = (type: SlipType): 'debit' | 'credit' | 'none' => TYPES[type].totals;

export interface SlipFacts {
  readonly batch: number;
  readonly voucher: number;
  readonly copy: SlipCopy;
  readonly type: SlipType;
  /** Minor units, without the sign. */
  readonly amountMinor: bigint;
  readonly maskedPan: string;
  readonly receiverMaskedPan?: string;
  /** 63.1. */
  readonly organisation: string;
  readonly authorizationCode?: string;
  readonly referenceNumber?: string;
  /** MMDD. */
  readonly date: string;
  readonly originalVoucher?: number;
  readonly originalAuthorizationCode?: string;
  readonly originalReferenceNumber?: string;
}

const LABELS = {
  pan: '卡号(',
  receiverPan: '转入卡号(',
  type: '交易类型(',
  organisation: '卡组织(',
  authorizationCode: '授权码(',
  referenceNumber: '参考号(',
  dateTime: '日期/时间(',
  amount: '金额(',
  originalVoucher: '原凭证号(',
  originalAuthorizationCode: '原授权码(',
  originalReferenceNumber: '原参考号(',
} as const;

const INDENT = '  ';

/** Of a whole print. Undefined: it does not say what a slip must say. @param id `batch-voucher-copy`. */
export function slipFacts(id: string, lines: readonly string[]): SlipFacts | undefined {
  const values = valuesIn(lines);
  const [batch = '', voucher = '', letter] = id.split('-');
  const type = /[A-Z]+(?: [A-Z]+)*$/.exec(values.type ?? '')?.[0] ?? '';
  const [, minus, yuan, fen] = /^RMB (-?)(\d+)\.(\d\d)$/.exec(values.amount ?? '') ?? [];
  const [, month, day] = /^\d{4}\/(\d\d)\/(\d\d) /.exec(values.dateTime ?? '') ?? [];
  const [maskedPan] = /^[\d*]+/.exec(values.pan ?? '') ?? [];
  const [receiverMaskedPan] = /^[\d*]+/.exec(values.receiverPan ?? '') ?? [];
  const { authorizationCode, organisation, originalAuthorizationCode, originalReferenceNumber } = values;
  if (!isSlipType(type) || yuan === undefined || fen === undefined || month === undefined || day === undefined)
    return undefined;
  if (maskedPan === undefined || organisation === undefined) return undefined;
  if ((minus === '-') !== TYPES[type].sign < 0n) return undefined;
  return {
    batch: Number(batch),
    voucher: Number(voucher),
    copy: letter === 'M' ? 'merchant' : 'cardholder',
    type,
    amountMinor: BigInt(yuan + fen),
    maskedPan,
    organisation,
    date: month + day,
    ...(receiverMaskedPan !== undefined && { receiverMaskedPan }),
    ...(authorizationCode !== undefined && { authorizationCode }),
    ...(values.referenceNumber !== undefined && { referenceNumber: values.referenceNumber }),
    ...(values.originalVoucher !== undefined && { originalVoucher: Number(values.originalVoucher) }),
    ...(originalAuthorizationCode !== undefined && { originalAuthorizationCode }),
    ...(originalReferenceNumber !== undefined && { originalReferenceNumber }),
  };
}

/** A value stands behind its label; where there is no room, on the next line, and goes on in those that are indented. */
function valuesIn(lines: readonly string[]): Readonly<Partial<Record<keyof typeof LABELS, string>>> {
  return Object.fromEntries(
    Object.entries(LABELS).flatMap(([name, label]) => {
      const index = lines.findIndex((line) => line.startsWith(label));
      if (index < 0) return [];
      const line = lines[index] ?? '';
      const beside = line.slice(line.indexOf('):') + 2).trim();
      if (beside !== '') return [[name, beside]];
      const [first = '', ...rest] = lines.slice(index + 1);
      const end = rest.findIndex((each) => !each.startsWith(INDENT));
      return [[name, [first, ...rest.slice(0, Math.max(0, end))].map((each) => each.trim()).join(' ')]];
    }),
  );
}
