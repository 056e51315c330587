/** Field 55 as the host wants it, by the kind of message (dialect sheet 7.2). */
import { concat } from './bytes.ts';
import type { Session } from './session.ts';
import { encodeTlv } from './tlv.ts';

const FINANCIAL = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '9F1A',
  '9F03',
  '9F33',
];
const FINANCIAL_OPTIONAL = ['9F34', '9F35', '9F1E', '84', '9F09', '9F41', '9F63'];

const LISTS = {
  financial: [...FINANCIAL, ...FINANCIAL_OPTIONAL],
  /** An approval without the host goes up with what stood for its answer. */
  offline: [...FINANCIAL, ...FINANCIAL_OPTIONAL, '9F74', '8A'],
  reversal: ['95', '9F1E', '9F10', '9F36', 'DF31'],
  scriptNotification: ['9F33', '95', '9F37', '9F1E', '9F10', '9F26', '9F36', '82', 'DF31', '9F1A', '9A'],
} as const;

export type Field55List = keyof typeof LISTS;

const isInquiry = (session: Session): boolean => session.input.transactionType.startsWith('3');

export function field55(session: Session, list: Field55List): Uint8Array {
  const objects = LISTS[list].flatMap((tag) => {
    // A balance inquiry does not name the application.
    const value = tag === '84' && isInquiry(session) ? undefined : session.get(tag);
    return value === undefined ? [] : [encodeTlv(tag, value)];
  });
  return concat(...objects);
}
