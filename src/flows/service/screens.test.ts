/**
 * What people read while a service runs, and what is left of it on the idle screen.
 *
 * Mutations that these tests caught: progress that stands still; a verdict that waits for the end; nothing said of what
 * was not taken; a code without its meaning.
 */
import { describe, expect, test } from 'vitest';
import type { AmountMinor } from '../../domain/money.ts';
import type { SettlementAnswer } from '../ports.ts';
import { begun, type ServiceContext } from './context.ts';
import type { ServiceRequest } from './events.ts';
import { serviceNotice, serviceScreen } from './screens.ts';
import type { ServiceKind } from './types.ts';

const side = { debitCount: 0, debitAmount: '0' as AmountMinor, creditCount: 0, creditAmount: '0' as AmountMinor };
const answerOf = (domestic: SettlementAnswer['domestic']): SettlementAnswer => ({
  domestic,
  foreign: 'balanced',
  totals: { domestic: side, foreign: side },
});

const contextOf = (kind: ServiceKind, more: Partial<ServiceContext> = {}): ServiceContext => ({
  ...begun({
    kind,
    localTime: '2026-03-02 22:00:00',
    operatorNumber: '01',
    terminalNumber: '11115007',
    merchantNumber: '123456789111115',
    batch: 1437,
    items: [],
    asks: { details: false, resends: 1 },
  }),
  ...more,
});

const details = (...stans: readonly number[]): ServiceRequest => ({ type: 'details', stans });
const entry: ServiceRequest = { type: 'download', set: 'ca-keys', what: { step: 'entry', name: '9F06' } };
const list: ServiceRequest = { type: 'download', set: 'ca-keys', what: { step: 'list', received: 0 } };

describe('at work', () => {
  test.each<[string, ServiceKind, Partial<ServiceContext>, readonly string[]]>([
    ['the totals', 'settlement', { todo: [{ type: 'totals' }] }, ['Comparing totals with the host']],
    [
      'uploads',
      'settlement',
      {
        settlement: answerOf('not-balanced'),
        todo: [details(3, 4), { type: 'batch-notice', stan: 5 }],
        again: [details(6)],
        uploaded: [1],
        refused: [{ stan: 2, responseCode: '30' }],
      },
      ['NOT BALANCED', 'Uploading 2 of 6'],
    ],
    [
      'the end',
      'settlement',
      { settlement: answerOf('balanced'), isClosing: true, todo: [{ type: 'end' }] },
      ['BALANCED', 'Closing the batch'],
    ],
    ['a notice', 'forwarding', { todo: [{ type: 'notice', stan: 2 }], uploaded: [1] }, ['Uploading 1 of 2']],
    ['a list', 'ca-keys', { todo: [list], received: 2 }, ['Received 2']],
    ['entries', 'ca-keys', { todo: [entry, entry], received: 3 }, ['3 in all, 2 to go']],
    ['an echo', 'echo', { todo: [{ type: 'echo' }] }, ['Waiting for the host']],
  ])('it shows how far it is: %s', (_, kind, more, said) => {
    const screen = serviceScreen('asking.awaitingHost', contextOf(kind, more));
    expect(screen?.lines.map(({ en }) => en)).toEqual(said);
  });

  test('a voucher that is looked for keeps nobody waiting for the host', () => {
    expect(serviceScreen('finding', contextOf('reprint-voucher'))?.lines).toEqual([
      { zh: '正在查找', en: 'Looking for it' },
    ]);
  });
});

describe('afterwards', () => {
  test.each<[ServiceKind, Partial<ServiceContext>, string, string]>([
    ['settlement', { settlement: answerOf('balanced') }, '批结算:对账平', 'SETTLEMENT: BALANCED'],
    [
      'settlement',
      { settlement: answerOf('error'), unuploaded: [1], refused: [{ stan: 2, responseCode: '30' }] },
      '批结算:对账不平,2笔未上送成功',
      'SETTLEMENT: NOT BALANCED, 2 not taken by the host',
    ],
    ['echo', {}, '回响测试:完成', 'ECHO TEST: done'],
    ['echo', { failure: 'host-silent' }, '回响测试失败:主机无应答', 'ECHO TEST failed: no answer from the host'],
    [
      'parameters',
      { failure: 'refused-by-host', reply: { responseCode: '97', remarks: [], processingRequirement: 0 } },
      '参数下载失败:97 终端未登记',
      'DOWNLOAD PARAMETERS failed: 97 Terminal not registered',
    ],
  ])('%s %j says %s', (kind, more, zh, en) => {
    expect(serviceNotice(contextOf(kind, more))).toEqual({ zh, en });
  });
});
