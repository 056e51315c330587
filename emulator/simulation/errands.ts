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
export const balance: Errand = { item: 'balance', card };
