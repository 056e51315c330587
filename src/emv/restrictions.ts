/** Processing restrictions (EMV Book 3, 10.4). */
import { equal, toHex } from './bytes.ts';
import { hasFlag, USAGE_FLAGS } from './flags.ts';
import { fullYear } from './oda/certificates.ts';
import type { Session } from './session.ts';

export function checkRestrictions(session: Session): void {
  const { tvr, input } = session;
  const version = session.get('9F08');
  const own = session.get('9F09');
  // 10.4.1: a card without a version agrees with any.
  if (version !== undefined && own !== undefined && !equal(version, own)) tvr.set('applicationVersionsDiffer');
  if (!isUsable(session)) tvr.set('serviceNotAllowed');
  const effective = session.get('5F25');
  if (effective !== undefined && fullDate(effective) > input.date) tvr.set('applicationNotYetEffective');
  const expiry = session.get('5F24');
  if (expiry !== undefined && fullDate(expiry) < input.date) tvr.set('applicationExpired');
}

const fullDate = (date: Uint8Array): string => {
  const digits = toHex(date);
  return `${fullYear(digits.slice(0, 2))}${digits.slice(2)}`;
};

/** 10.4.2. */
function isUsable(session: Session): boolean {
  const usage = session.get('9F07');
  if (usage === undefined) return true;
  const allows = (flag: keyof typeof USAGE_FLAGS): boolean => hasFlag(USAGE_FLAGS, flag, usage);
  if (!allows(isCashMachine(session) ? 'atAtms' : 'atOtherTerminals')) return false;
  const issuer = session.get('5F28');
  const country = session.get('9F1A');
  if (issuer === undefined || country === undefined) return true;
  const isDomestic = equal(issuer, country);
  const purchase = isDomestic
    ? allows('domesticGoods') || allows('domesticServices')
    : allows('internationalGoods') || allows('internationalServices');
  const cashback = allows(isDomestic ? 'domesticCashback' : 'internationalCashback');
  switch (session.input.transactionType) {
    case '01':
      return allows(isDomestic ? 'domesticCash' : 'internationalCash');
    case '00':
      return purchase && (Number(session.input.amountOther) === 0 || cashback);
    case '09':
      return purchase && cashback;
    default:
      return true;
  }
}

/** Book 4, annex A1: types 14, 15 and 16 that give out cash (9F40). */
const isCashMachine = ({ settings }: Session): boolean =>
  /^1[456]$/.test(settings.terminalType) &&
  (Number.parseInt(settings.additionalCapabilities.slice(0, 2), 16) & 0x80) !== 0;
