/** Standing orders: requests of this card, this amount or this type get this F39. */
import { Bug } from '../../../src/domain/result.ts';

/** More standing orders than this are a mistake. */
export const RULES_MAX = 100;

export interface F39Rule {
  /** Digits in which the card number ends, at least four; any card without it. */
  readonly card?: string;
  /** F4, in minor units. */
  readonly amountMinor?: string | bigint;
  /** Digits in which the amount in minor units ends, e.g. `51`. */
  readonly amountEndsWith?: string;
  /** Of the request; without it any financial request but a reversal. */
  readonly mti?: string;
  /** So many requests; without it all. */
  readonly times?: number;
  /** F39. One of an approval is what an approval is answered with; any other refuses. Not 10, which short funds bring about. */
  readonly responseCode: string;
}

/** What a rule may look at. */
export interface RuledRequest {
  readonly mti: string;
  readonly isTransaction: boolean;
  readonly pan?: string;
  readonly amountMinor?: bigint;
}

export class F39Rules {
  /** Oldest first. */
  #rules: { readonly rule: F39Rule; left: number }[] = [];

  /** @throws Bug for a rule that can never be followed, or too many of them. */
  add(rule: F39Rule): void {
    const { amountEndsWith, amountMinor, card, mti, responseCode, times } = rule;
    if (this.#rules.length >= RULES_MAX) throw new Bug(`More than ${RULES_MAX} F39 rules.`);
    if (!/^(?!10)[0-9A-Z]{2}$/.test(responseCode)) throw new Bug(`"${responseCode}" is no F39 for a rule.`);
    if (card !== undefined && !/^\d{4,19}$/.test(card)) throw new Bug('A rule names a card by 4 to 19 digits.');
    if (amountEndsWith !== undefined && !/^\d{1,12}$/.test(amountEndsWith)) throw new Bug('An amount ends in digits.');
    if (amountMinor !== undefined && !/^\d{1,12}$/.test(amountMinor.toString())) throw new Bug('An amount is digits.');
    if (mti !== undefined && !/^\d{4}$/.test(mti)) throw new Bug('A message type has four digits.');
    if (times !== undefined && (!Number.isInteger(times) || times < 1)) throw new Bug('A rule is for at least one.');
    this.#rules.push({ rule, left: times ?? Number.POSITIVE_INFINITY });
  }

  forget(): void {
    this.#rules = [];
  }

  /** F39 by the newest rule that fits, or `undefined`. Uses the rule up where it is for so many requests. */
  decide(request: RuledRequest): string | undefined {
    const found = this.#rules.findLast(({ rule }) => isFor(rule, request));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left === 0) this.#rules = this.#rules.filter((other) => other !== found);
    return found.rule.responseCode;
  }
}

function isFor(rule: F39Rule, { amountMinor, isTransaction, mti, pan }: RuledRequest): boolean {
  if (rule.mti === undefined ? !isTransaction : rule.mti !== mti) return false;
  if (rule.card !== undefined && pan?.endsWith(rule.card) !== true) return false;
  if (rule.amountMinor !== undefined && amountMinor !== BigInt(rule.amountMinor)) return false;
  return rule.amountEndsWith === undefined || amountMinor?.toString().endsWith(rule.amountEndsWith) === true;
}
