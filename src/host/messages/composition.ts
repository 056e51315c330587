/** Which request carries which field: dialect sheet 4.2 as data. A further transaction type is one more row. */
import { Bug } from '../../domain/result.ts';
import type { Draft } from './draft.ts';

/**
 * One column of the sheet's table, without chip and code payments (fields 23, 55, and 59 but for A1) and track 3.
 * A field in none of the three lists is absent.
 */
export interface Composition {
  /** M: to build one without it is a mistake of ours. */
  readonly must: readonly number[];
  /** Sent when the terminal knows it (marks C2 to C9). */
  readonly known: readonly number[];
  /** Mark C1: sent when known, but not for a swiped card or a code. */
  readonly unlessSwiped: readonly number[];
  /** How much of field 60 is sent (dialect sheet 3.1): 11 ends with 60.3, 13 with 60.5, 14 with 60.6. */
  readonly field60Digits: 11 | 13 | 14;
  /** What field 61 holds (dialect sheet 3.4): the original's batch and trace, for some also its date. */
  readonly original?: 'batch-and-trace' | 'with-date';
}

const financial = [3, 11, 22, 25, 41, 42, 49, 60, 64];
/** 59 has the PIN block of SM4. */
const withPin = [26, 52, 53, 59];

const signIn: Composition = { must: [11, 41, 42, 60], known: [62, 63], unlessSwiped: [], field60Digits: 11 };

const sale: Composition = {
  must: [...financial, 4],
  known: [14, 35, ...withPin],
  unlessSwiped: [2],
  field60Digits: 14,
};

const preAuthorizationFollower: Composition = {
  must: [...financial, 4, 38, 61],
  known: [2, 14, 35, ...withPin],
  unlessSwiped: [],
  field60Digits: 14,
  original: 'with-date',
};

/** Keyed by 60.1. */
const transactions: Readonly<Record<string, Composition>> = {
  // 余额查询
  '01': { ...sale, must: financial, field60Digits: 13 },
  // 消费
  '22': sale,
  // 消费撤销
  '23': {
    must: [...financial, 4, 37, 61],
    known: [2, 14, 35, 38, ...withPin],
    unlessSwiped: [],
    field60Digits: 14,
    original: 'batch-and-trace',
  },
  // 退货: never with a PIN
  '25': {
    must: [...financial, 4, 37, 61, 63],
    known: [14, 35, 38, 53],
    unlessSwiped: [2],
    field60Digits: 14,
    original: 'with-date',
  },
  // 预授权
  '10': sale,
  // 预授权撤销
  '11': preAuthorizationFollower,
  // 预授权完成, request and notice
  '20': preAuthorizationFollower,
  '24': preAuthorizationFollower,
  // 预授权完成撤销
  '21': { ...preAuthorizationFollower, must: [...preAuthorizationFollower.must, 37] },
};

/**
 * The row for a draft. A reversal keeps fields 60 and 61 in the shape of the request that it takes back, and carries
 * no track and no PIN (dialect sheet 8.3).
 *
 * @throws Bug for a 60.1 without a row.
 */
export function compositionOf(draft: Draft): Composition {
  if (draft.row === 'sign-in') return signIn;
  const transaction = transactions[draft.messageTypeCode];
  if (transaction === undefined) {
    throw new Bug(`No field composition for 60.1 = ${draft.messageTypeCode}: add its row to messages/composition.ts.`);
  }
  if (draft.row === 'authorization') return transaction;
  return {
    must: [...financial, 4, 39, ...(transaction.original === undefined ? [] : [61])],
    known: [14, 38, 53],
    unlessSwiped: [2],
    field60Digits: transaction.field60Digits,
    ...(transaction.original !== undefined && { original: transaction.original }),
  };
}
