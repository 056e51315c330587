/**
 * What people read while a transaction runs, and at its end.
 *
 * Mutations that these tests caught: a code without its number; an action left out; a balance without its sign; a void
 * that was taken back as "not charged"; a receiving card that nobody confirms; a limit that is none.
 */
import { describe, expect, test } from 'vitest';
import { AMOUNT_MINOR_MAX, type AmountMinor } from '../../domain/money.ts';
import type { Bilingual } from '../../domain/bilingual.ts';
import type { Screen } from '../../domain/screen.ts';
import { PARAMETERS } from '../desk/kit.testing.ts';
import { begun, type TransactionContext } from './context.ts';
import type { CardFacts, ReplyFacts } from './events.ts';
import { transactionScreen } from './screens.ts';
import { TRANSACTION_TYPES, type TransactionKind } from './types.ts';

const card: CardFacts = {
  maskedPan: '622202*********1117',
  sealedPan: 'sealed',
  expiry: '3012',
  entryMode: 'swiped',
};
const amount = '1234' as AmountMinor;

function contextOf(kind: TransactionKind, more: Partial<TransactionContext> = {}): TransactionContext {
  const input = {
    kind,
    localTime: '2026-03-02 10:00:00',
    operatorNumber: '01',
    terminalNumber: '11115007',
    merchantNumber: '123456789111115',
    rules: { asksCard: true, asksPin: true, pinTriesMax: 3, takesPart: true, storesNotice: false },
  };
  return { ...begun(input), amount, card, trace: { stan: 7, batch: 1437 }, ...more };
}

const replied = (responseCode: string, more: Partial<ReplyFacts> = {}): Partial<TransactionContext> => ({
  reply: { responseCode, remarks: [], processingRequirement: 0, ...more },
});

const shown = (path: string, kind: TransactionKind, more: Partial<TransactionContext> = {}): Screen =>
  transactionScreen(path, contextOf(kind, more), [], PARAMETERS);
const both = (lines: readonly Bilingual[]): readonly string[] => lines.map(({ en, zh }) => `${zh} | ${en}`);
const english = ({ lines }: Screen): string => lines.map(({ en }) => en).join('\n');

describe('at the end', () => {
  test('an approval says by what it is found again', () => {
    const screen = shown(
      'approved',
      'sale',
      replied('00', { authorizationCode: '012345', referenceNumber: '112300000002' }),
    );
    expect(both([screen.title, ...screen.lines])).toEqual([
      '交易成功 | APPROVED',
      '消费 RMB 12.34 | SALE RMB 12.34',
      '卡号 622202*********1117 有效期 30/12 | CARD 622202*********1117 EXP 30/12',
      '凭证号 000007 授权码 012345 参考号 112300000002 | VOUCHER 000007 AUTH 012345 REF 112300000002',
    ]);
  });

  test.each([
    ['51', ['51 可用余额不足 | 51 Insufficient funds']],
    [
      '41',
      ['41 挂失卡,请没收 | 41 Lost card, keep it', '请收回此卡并联系收单机构 | Keep the card and call the acquirer'],
    ],
    [
      'A0',
      [
        'A0 MAC校验错,请重新签到 | A0 MAC error, sign in again',
        '下一笔交易前将自动签到 | The terminal signs in before the next transaction',
      ],
    ],
    ['ZZ', ['ZZ 交易失败 | ZZ Transaction failed']],
  ])('a refusal with %s says the code, what it means and what to do', (code, said) => {
    const { lines, title } = shown('declined', 'sale', replied(code));
    expect([title.en, ...both(lines.slice(2))]).toEqual(['DECLINED', ...said]);
  });

  test('an approval that is not all that is to be done says so', () => {
    expect(english(shown('approved', 'transfer', replied('A5')))).toContain('The cardholder should call the bank');
  });

  test.each([
    [false, '可用余额 RMB 12.34 | AVAILABLE BALANCE RMB 12.34'],
    [true, '可用余额 RMB -12.34 | AVAILABLE BALANCE RMB -12.34'],
  ])('a balance has its sign: overdrawn %s', (negative, line) => {
    const balance = { currencyCode: '156', negative, amount };
    const { lines } = shown('approved', 'balance', { ...replied('00', { balance }), amount: undefined });
    expect(both(lines)).toContain(line);
  });

  test.each<[TransactionKind, string, string]>([
    ['sale', 'reversed', 'Not charged'],
    ['void', 'reversed', 'The original still stands'],
    ['pre-authorization-void', 'reversed', 'The original still stands'],
    ['sale', 'failed', 'Not charged'],
    ['refund', 'failed', 'The original still stands'],
  ])('a %s that is %s says what became of the money', (kind, path, said) => {
    expect(
      english(shown(path, kind, { endReason: 'host-silent' }))
        .split('\n')
        .at(-1),
    ).toBe(said);
  });

  test.each(['approved', 'declined', 'cancelled', 'unanswered'])('one that is %s does not', (path) => {
    expect(english(shown(path, 'sale', replied('00')))).not.toMatch(/Not charged|still stands/);
  });

  test('nobody is told that a balance inquiry was not charged', () => {
    expect(english(shown('failed', 'balance', { endReason: 'host-unreachable' }))).not.toContain('charged');
  });
});

describe('on the way', () => {
  test.each<[string, TransactionKind, Partial<TransactionContext>, string]>([
    ['initiate.confirming', 'sale', {}, '请确认金额和卡号'],
    ['initiate.confirming', 'balance', {}, '请确认卡号'],
    ['initiate.confirming', 'transfer', { receiver: card }, '请确认金额和两张卡号'],
    ['initiate.presentingCard', 'sale', {}, '请刷卡'],
    ['initiate.presentingCard', 'transfer', { receiver: card }, '请刷转出卡'],
    ['initiate.findingOriginal', 'void', {}, '正在查找原交易'],
  ])('%s of a %s asks for %j', (path, kind, more, title) => {
    expect(shown(path, kind, more).title.zh).toBe(title);
  });

  test('what is wrong can be changed or left before anything is sent', () => {
    expect(shown('initiate.confirming', 'sale').accepts).toEqual(['confirm', 'reject', 'cancel']);
  });

  test('a transfer names both cards before it is sent', () => {
    const receiver = { ...card, maskedPan: '622202*********2222' };
    expect(english(shown('initiate.confirming', 'transfer', { receiver }))).toBe(
      'TRANSFER RMB 12.34\nTO CARD 622202*********2222\nFROM CARD 622202*********1117 EXP 30/12',
    );
  });

  test('a void names its original by the voucher, and one from elsewhere is not made up', () => {
    expect(english(shown('initiate.confirming', 'void', { original: { batch: 1437, stan: 3 } }))).toContain(
      'ORIGINAL VOUCHER 000003',
    );
    expect(english(shown('initiate.confirming', 'refund', { original: { batch: 0, stan: 0 } }))).not.toContain(
      'VOUCHER',
    );
  });

  test.each([
    ['500', 'At most RMB 5.00'],
    [AMOUNT_MINOR_MAX, ''],
    [undefined, ''],
  ])('a receiver that takes %s', (max, said) => {
    const transferMax = max as AmountMinor | undefined;
    expect(english(shown('initiate.enteringAmount', 'transfer', { transferMax, card: undefined }))).toBe(
      ['TRANSFER RMB 12.34', ...(said === '' ? [] : [said])].join('\n'),
    );
  });

  test.each<[string, Partial<TransactionContext>, string]>([
    ['initiate.supervising', { wrongPasswords: 2 }, 'Wrong password (2): try again'],
    ['initiate.enteringPin', { wrongPins: 1 }, 'Wrong PIN (1): try again'],
    ['initiate.presentingCard', { unreadableSwipes: 1 }, 'The card could not be read (1): try again'],
    ['initiate.presentingReceiver', { unreadableSwipes: 1 }, 'The card could not be read (1): try again'],
    ['initiate.presentingCard', { cardDiffers: true }, 'Not the card of the original: take that one'],
    ['print.merchantCopy.stopped', { trouble: 'paper-out' }, 'Out of paper: load a roll'],
  ])('%s says what went wrong', (path, more, said) => {
    expect(english(shown(path, 'sale', more))).toContain(said);
    expect(english(shown(path, 'sale'))).not.toContain(said);
  });

  test.each(['voucher', 'reference', 'code', 'date', 'document'] as const)(
    'the %s is asked for with an example that fits',
    (entry) => {
      const kinds: Readonly<Record<typeof entry, readonly [TransactionKind, TransactionContext['entries']]>> = {
        voucher: ['void', {}],
        reference: ['refund', {}],
        code: ['completion', {}],
        date: ['completion', { code: '012345' }],
        document: ['transfer', {}],
      };
      const [kind, entries] = kinds[entry];
      const screen = shown('initiate.namingOriginal', kind, { entries });
      const { example = '', pattern = '' } = screen.entry ?? {};
      expect(example).toMatch(new RegExp(`^(?:${pattern})$`));
      expect(screen.lines.length).toBeGreaterThan(1);
    },
  );
});

test('no line of any kind at any end is without its English or its Chinese', () => {
  const kinds = Object.keys(TRANSACTION_TYPES) as TransactionKind[];
  const ends = [
    'approved',
    'declined',
    'cancelled',
    'failed',
    'reversed',
    'unanswered',
    'reversal.owed',
    'repetition.owed',
  ];
  for (const kind of kinds) {
    for (const path of ends) {
      const { lines, title } = shown(path, kind, { ...replied('00'), endReason: 'host-silent' });
      for (const { en, zh } of [title, ...lines]) {
        expect(zh).toMatch(/[\u4e00-\u9fff]/);
        expect(en).toMatch(/^[\x20-\x7e]+$/);
      }
    }
  }
});
