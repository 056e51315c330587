/** What a terminal uploads of a settled batch, as it stands in the messages 0320 (dialect sheet 9.5). */
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import { counterIn, isCertificate, isChipEntry, readField55, type Chips } from './chips.ts';
import type { Balanced, Side, Totals } from './settlement.ts';
import { textOf } from './transfers.ts';

export interface Upload {
  /** `detail`: one of those in field 48; the others have a message of their own (dialect sheet 9.5). */
  readonly kind: 'detail' | 'notice' | ChipKind;
  readonly stan: number;
  readonly amountMinor: bigint;
  readonly side: Side;
  /** Absent in the notice of a swiped card. */
  readonly pan?: string;
  readonly chip?: ChipProof;
}

/** `chip-unproven`: the card has approved although the issuer's cryptogram was wrong. */
type ChipKind = 'chip-approved' | 'chip-unproven' | 'chip-failed';

/** What an upload of a chip transaction says besides. */
interface ChipProof {
  /** 9F36, hex. */
  readonly counter: string;
  /** 60.3 = 203 or 204. */
  readonly saysBalanced: boolean;
  /** In words without content. */
  readonly fault?: string;
}

interface Settled {
  readonly terminalTotals: Totals;
  readonly hostTotals: Totals;
  readonly balanced: Balanced;
}

interface BatchEnd {
  /** 60.3 = 207 says so, 202 the contrary. */
  readonly saidBalanced: boolean;
  /** F48: how many items the terminal has uploaded. */
  readonly announced: number;
}

export interface Batch {
  settled?: Settled;
  end?: BatchEnd;
  readonly uploads: Upload[];
}

/** 60.3. */
export const codeOf = (fields: Fields): string => (fields[60] ?? '').slice(8, 11);

const DETAIL_DIGITS = 40;
const DETAILS_MAX = 8;

/** Field 48 of step 4: a count, then side 2, trace number 6, card 20 and amount 12 of each. Or what is wrong with it. */
export function detailsIn({ fields }: Message): readonly Upload[] | string {
  const digits = fields[48] ?? '';
  const count = Number(digits.slice(0, 2));
  if (count < 1 || count > DETAILS_MAX) return `F48 counts ${count} details, 1 to ${DETAILS_MAX} are possible`;
  if (digits.length !== 2 + count * DETAIL_DIGITS) return 'F48 is not as long as its count says';
  const details: Upload[] = [];
  for (let at = 2; at < digits.length; at += DETAIL_DIGITS) {
    const [side, stan] = [digits.slice(at, at + 2), digits.slice(at + 2, at + 8)];
    if (side !== '00' && side !== '01') return 'F48 has a detail that is neither domestic nor foreign';
    details.push({
      kind: 'detail',
      stan: Number(stan),
      pan: digits.slice(at + 8, at + 28).replace(/^0+/, ''),
      amountMinor: BigInt(digits.slice(at + 28, at + DETAIL_DIGITS)),
      side: side === '01' ? 'foreign' : 'domestic',
    });
  }
  return details;
}

/** Field 62 of steps 6 to 8 (dialect sheet 9.5): of what was approved, and of what was not, or not proven. */
const CERTIFICATE = /^61(00|01)00(\d{12})156$/;
const FAILURE = /^71(00|01)(05|11)(\d{12})156(22|10)$/;

export function chipUpload({ fields }: Message, chips: Chips): readonly Upload[] | string {
  const code = codeOf(fields);
  const result = resultIn(fields, ['204', '206'].includes(code));
  if (result === undefined) return 'F62 is not the result of a chip transaction';
  const { amount, kind, side } = result;
  if (fields[4] !== amount) return 'F4 and F62 are different amounts';
  if (!isChipEntry(fields)) return 'F22 says no chip';
  const values = readField55(fields[55], 'request');
  if (typeof values === 'string') return values;
  if (kind === 'chip-approved' && !isCertificate(values)) return 'F55 has no certificate';
  const pan = fields[2] ?? '';
  const fault = isCertificate(values)
    ? chips.certificateFault(values, fields, pan, kind !== 'chip-unproven')
    : undefined;
  return [
    {
      kind,
      stan: Number(fields[11]),
      amountMinor: BigInt(amount),
      side,
      pan,
      chip: {
        counter: counterIn(values),
        saysBalanced: code === '203' || code === '204',
        ...(fault !== undefined && { fault }),
      },
    },
  ];
}

function resultIn(fields: Fields, failed: boolean) {
  const [, side, ...rest] = (failed ? FAILURE : CERTIFICATE).exec(textOf(fields[62] ?? '')) ?? [];
  const amount = failed ? rest[1] : rest[0];
  if (side === undefined || amount === undefined) return undefined;
  const failure = rest[0] === '05' ? 'chip-unproven' : 'chip-failed';
  return {
    amount,
    side: side === '01' ? 'foreign' : 'domestic',
    kind: failed ? failure : 'chip-approved',
  } as const;
}
