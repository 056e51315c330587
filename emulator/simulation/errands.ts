/** Errands of every transaction type, as a person does them with the slips of the day at hand. */
import { sixDigits } from '../../src/domain/stan.ts';
import type { Errand } from './person.ts';

export const card = 'approved';
export const sale: Errand = { item: 'sale', amount: '1234', card };
export const preAuthorization: Errand = { item: 'pre-authorization', amount: '1000', card };

const voucher = [(result: { readonly stan?: number }) => sixDigits(result.stan ?? 0)];
const code = [(result: { readonly authorizationCode?: string }) => result.authorizationCode, '0302'];
const reference = [(result: { readonly referenceNumber?: string }) => result.referenceNumber, '0302'];

export const completion: Errand = { item: 'completion', amount: '1000', card, original: code };

export const voidOfLast: Errand = { item: 'void', card, original: voucher };
export const refundOfPart: Errand = { item: 'refund', amount: '234', card, original: reference };
export const preAuthorizationVoid: Errand = { item: 'pre-authorization-void', amount: '1000', card, original: code };
export const completionVoid: Errand = { item: 'completion-void', card, original: voucher };
export const completionAdvice: Errand = { ...completion, item: 'completion-advice' };
/** From the card to the second one. */
export const transfer: Errand = {
  item: 'transfer',
  amount: '500',
  card,
  receiver: 'second',
  original: ['01110101199001011237'],
};
export const singleMessageTransfer: Errand = {
  item: 'single-message-transfer',
  amount: '500',
  card,
  receiver: 'second',
};

/** Something that is no transaction: a service, or a matter of people. */
export const service = (item: string, more: Partial<Errand> = {}): Errand => ({ item, card, ...more });
export const settlement = service('settlement');
export const balance: Errand = { item: 'balance', card };
