/** Which transaction carries which field: dialect sheet 4.2 as data. A further transaction type is one more row. */
import { Bug } from '../../domain/result.ts';

/**
 * One column of the sheet's table, without code payments (field 59 but for A1) and track 3.
 * A field in none of the three lists is absent.
 */
export interface Composition {
  /** M: to build one without it is a mistake of ours. */
  readonly must: readonly number[];
  /** Sent when the terminal knows it (marks C2 to C10). */
  readonly known: readonly number[];
  /** Mark C1: sent when known, but not for a swiped card or a code. */
  readonly unlessSwiped: readonly number[];
  /** How much of field 60 is sent (dialect sheet 3.1): 8 ends with 60.2, 11 with 60.3, 13 with 60.5, 14 with 60.6. */
  readonly field60Digits: 8 | 11 | 13 | 14;
  /** What field 61 holds (dialect sheet 3.4): the original's batch and trace, for some also its date. */
  readonly original?: 'batch-and-trace' | 'with-date';
}

const financial = [3, 11, 22, 25, 41, 42, 49, 60, 64];
/** 59 has the PIN block of SM4. */
const withPin = [26, 52, 53, 59];
/** 23 and 35 of an inserted card too. */
const cardData = [14, 23, 35];

/** With the full flow of a chip: field 55. */
const sale: Composition = {
  must: [...financial, 4],
  known: [...cardData, 55, ...withPin],
  unlessSwiped: [2],
  field60Digits: 14,
};

/** Chips follow up in the simplified flow, without field 55. */
const preAuthorizationFollower: Composition = {
  must: [...financial, 4, 38, 61],
  known: [2, ...cardData, ...withPin],
  unlessSwiped: [],
  field60Digits: 14,
  original: 'with-date',
};

/** In the transfers of dialect sheet 4.1, field 62 is the receiving card. */
const transfer: Composition = { ...sale, must: [...sale.must, 62] };

/** Keyed by 60.1. */
const transactions: Readonly<Record<string, Composition>> = {
  // 余额查询
  '01': { ...sale, must: financial, field60Digits: 13 },
  // 消费
  '22': sale,
  // 消费撤销
  '23': {
    must: [...financial, 4, 37, 61],
    known: [2, ...cardData, 38, ...withPin],
    unlessSwiped: [],
    field60Digits: 14,
    original: 'batch-and-trace',
  },
  // 退货: never with a PIN
  '25': {
    must: [...financial, 4, 37, 61, 63],
    known: [...cardData, 38, 53],
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
  // 转账 in one message
  '47': transfer,
  // 磁条卡账户充值: the second of the two messages of a two-card transfer
  '49': { ...transfer, field60Digits: 8 },
};

/** 账户验证, the first of the two: of the receiving card, whose holder's id document is field 62; no PIN, no money. */
export const accountVerification: Composition = {
  must: [3, 11, 22, 25, 41, 42, 60, 62, 64],
  known: [...cardData, 53],
  unlessSwiped: [2],
  field60Digits: 8,
};

/**
 * 脚本结果通知. Field 25 and the others are as in the original. Fields 32, 37 and 38 are M there, and are what the host had
 * answered: one that has left them out gets the notice without.
 */
export const scriptNotification: Composition = {
  must: [...financial, 2, 55, 61],
  known: [4, 23, 32, 37, 38, 53],
  unlessSwiped: [],
  field60Digits: 13,
  original: 'with-date',
};

/** 0320 of a chip transaction (dialect sheet 9.5); what has failed goes up with less of field 60 (3.1). */
export const chipUpload = (field60Digits: 13 | 11): Composition => ({
  must: [2, 4, 11, 22, 23, 41, 42, 55, 60, 62],
  known: [],
  unlessSwiped: [],
  field60Digits,
});

/** @throws Bug for a 60.1 without a row. */
export function transactionComposition(messageTypeCode: string): Composition {
  const transaction = transactions[messageTypeCode];
  if (transaction !== undefined) return transaction;
  throw new Bug(`No field composition for 60.1 = ${messageTypeCode}: add its row to messages/composition.ts.`);
}

/**
 * A reversal keeps fields 60 and 61 in the shape of the request that it takes back, and carries no track, no PIN
 * (dialect sheet 8.3) and nothing of field 62. Field 55 is a list of its own (7.2), of a card that was asked for one.
 */
export const reversalOf = ({ field60Digits, original }: Composition): Composition => ({
  must: [...financial, 4, 39, ...(original === undefined ? [] : [61])],
  known: [14, 23, 38, 53, 55],
  unlessSwiped: [2],
  field60Digits,
  ...(original !== undefined && { original }),
});

/** The body of a notice as a batch upload repeats it (dialect sheet 9.5): of a card long gone, and without a MAC. */
export const uploadOf = (notice: Composition): Composition => {
  const gone = (field: number): boolean => [23, 26, 35, 52, 53, 59, 64].includes(field);
  return {
    ...notice,
    must: notice.must.filter((field) => !gone(field)),
    known: notice.known.filter((field) => !gone(field)),
    field60Digits: 11,
  };
};
