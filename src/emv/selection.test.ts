/** Mutations that these tests caught: the blocked taken, the partial name taken though exact is wanted, the priority ignored. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import type { Answer } from './needs.ts';
import { findCandidates, selectFinally } from './selection.ts';
import type { TerminalSettings } from './terminal.ts';
import { Terminated } from './termination.ts';
import { type CardScript, drive, type WorldScript } from './testing/drive.ts';
import { testApplication, testSettings } from './testing/settings.ts';
import { encodeTlv } from './tlv.ts';

const tlv = (tag: string, ...hex: readonly string[]): string => toHex(encodeTlv(tag, fromHex(hex.join(''))));
const text = (words: string): string => Buffer.from(words, 'latin1').toString('hex');

const DEBIT = 'A000000333010101';
const CREDIT = 'A000000333010102';
const SELECT_DIRECTORY = '00A404000E315041592E5359532E444446303100';
const select = (name: string, next = false): string =>
  `00A404${next ? '02' : '00'}${(name.length / 2).toString(16).padStart(2, '0')}${name}00`;
const fci = (name: string, ...objects: readonly string[]): string =>
  `${tlv('6F', tlv('84', name), tlv('A5', ...objects))}9000`;
const blocked = (response: string): string => `${response.slice(0, -4)}6283`;
const directory = fci(text('1PAY.SYS.DDF01'), '880101', tlv('5F2D', text('enzh')));
const entry = (name: string, label: string, ...objects: readonly string[]): string =>
  tlv('61', tlv('4F', name), tlv('50', text(label)), ...objects);
const record = (...entries: readonly string[]): string => `${tlv('70', ...entries)}9000`;
const read = (number: number): string => `00B20${number}0C00`;

const both = [testApplication({ aid: DEBIT }), testApplication({ aid: CREDIT })];

function run(settings: Partial<TerminalSettings>, card: CardScript, world: WorldScript = []) {
  const terminal = testSettings(settings);
  function* whole() {
    const candidates = yield* findCandidates(terminal);
    return (yield* selectFinally(candidates, terminal)).selected;
  }
  try {
    const { value, needs } = drive(whole(), card, world);
    return { aid: toHex(value.name), label: value.choice.label, language: value.language, needs };
  } catch (error) {
    if (error instanceof Terminated) return error.code;
    throw error;
  }
}

const chosen = (index: number): readonly ['choose-application', Answer] => [
  'choose-application',
  { type: 'chosen', index },
];

describe('with a directory', () => {
  test('one application in common is selected without a question', () => {
    const card: CardScript = [
      [SELECT_DIRECTORY, directory],
      [read(1), record(entry(DEBIT, 'DEBIT'), entry('A0000000031010', 'OTHER'))],
      [read(2), '6A83'],
      [select(DEBIT), fci(DEBIT, tlv('50', text('UNIONPAY DEBIT')))],
    ];
    expect(run({}, card)).toEqual({ aid: DEBIT, label: 'UNIONPAY DEBIT', language: 'en', needs: [] });
  });

  test('several are offered in the order of their priority, those without one last', () => {
    const card: CardScript = [
      [SELECT_DIRECTORY, directory],
      [read(1), record(entry('A00000033301010199', 'NONE'), entry(DEBIT, 'SECOND', '870102'))],
      [read(2), record(entry(CREDIT, 'FIRST', '870101'))],
      [read(3), '6A83'],
      [select(DEBIT), fci(DEBIT)],
    ];
    const answer = run({ applications: both }, card, [chosen(1)]);
    expect(answer).toMatchObject({
      aid: DEBIT,
      label: 'SECOND',
      needs: [
        { choices: [{ label: 'FIRST' }, { label: 'SECOND' }, { label: 'NONE' }], isSecondTry: false, language: 'en' },
      ],
    });
  });

  test('a preferred name is offered where its code table is known', () => {
    const named = entry(DEBIT, 'DEBIT', tlv('9F12', 'C4E9'), '870181');
    const offered = (codeTable: string) =>
      run(
        {},
        [
          [SELECT_DIRECTORY, fci(text('1PAY.SYS.DDF01'), '880101', tlv('9F11', codeTable))],
          [read(1), record(named)],
          [read(2), '6A83'],
          [select(DEBIT), fci(DEBIT)],
        ],
        [['confirm-application', { type: 'confirmed' }]],
      );
    expect(offered('01')).toMatchObject({
      needs: [{ choice: { preferredName: { codeTable: 1, bytes: fromHex('C4E9') } } }],
    });
    expect(offered('05')).toMatchObject({ needs: [{ choice: { aid: DEBIT, label: 'DEBIT' } }] });
    expect(offered('05')).not.toMatchObject({ needs: [{ choice: { preferredName: {} } }] });
  });

  test.each([
    ['is not there', '6A82', []],
    ['is blocked', blocked(directory), []],
    ['is malformed', '6F0584039000', []],
    ['has no file', fci(text('1PAY.SYS.DDF01')), []],
    ['has file 11', fci(text('1PAY.SYS.DDF01'), '88010B'), []],
    ['cannot be read', directory, [[read(1), '6985']]],
    ['has a malformed record', directory, [[read(1), '7003619000']]],
    ['has a record without its template', directory, [[read(1), '6101009000']]],
    [
      'has nothing in common',
      directory,
      [
        [read(1), record(entry('A0000000031010', 'OTHER'))],
        [read(2), '6A83'],
      ],
    ],
  ] as const)('that %s the list is tried', (_, response, records) => {
    const card: CardScript = [
      [SELECT_DIRECTORY, response],
      ...records,
      [select(DEBIT), fci(DEBIT)],
      [select(DEBIT), fci(DEBIT)],
    ];
    expect(run({}, card)).toMatchObject({ aid: DEBIT });
  });

  test('a record that comes twice makes one candidate', () => {
    const card: CardScript = [
      [SELECT_DIRECTORY, directory],
      [read(1), record(entry(DEBIT, 'A'))],
      [read(2), record(entry(DEBIT, 'B'))],
      [read(3), '6A83'],
      [select(DEBIT), fci(DEBIT)],
    ];
    expect(run({}, card)).toMatchObject({ label: 'A', needs: [] });
  });
});

describe('with the list of applications', () => {
  const list = { usesDirectory: false };

  test('a partial name goes on to the next occurrence, past the blocked', () => {
    const [one, two, three] = [`${DEBIT}01`, `${DEBIT}02`, `${DEBIT}03`];
    const card: CardScript = [
      [select(DEBIT), fci(one)],
      [select(DEBIT, true), blocked(fci(two))],
      [select(DEBIT, true), fci(three)],
      [select(DEBIT, true), '6A82'],
      [select(three), fci(three)],
    ];
    expect(run(list, card, [chosen(1)])).toMatchObject({
      aid: three,
      needs: [{ choices: [{ aid: one }, { aid: three }] }],
    });
  });

  test('where the exact name is wanted, longer ones are passed over', () => {
    const card: CardScript = [
      [select(DEBIT), fci(`${DEBIT}01`)],
      [select(DEBIT, true), fci(DEBIT)],
      [select(DEBIT), fci(DEBIT)],
    ];
    expect(run({ ...list, applications: [testApplication({ partialName: false })] }, card)).toMatchObject({
      aid: DEBIT,
    });
  });

  test.each([
    ['nothing in common', [[select(DEBIT), '6A82']], 'no-common-application'],
    ['only a blocked application', [[select(DEBIT), blocked(fci(DEBIT))]], 'no-common-application'],
    ['another name than it was asked for', [[select(DEBIT), fci(CREDIT)]], 'no-common-application'],
    ['an FCI without a name', [[select(DEBIT), '6F02A5009000']], 'no-common-application'],
    ['an FCI that is cut off', [[select(DEBIT), '6F0A84079000']], 'no-common-application'],
    ['no SELECT', [[select(DEBIT), '6A81']], 'card-blocked'],
    ['half a status', [[select(DEBIT), '90']], 'response-without-status'],
    ['gone', [[select(DEBIT), 'gone']], 'card-gone'],
    [
      'that refuses the final SELECT',
      [
        [select(DEBIT), fci(DEBIT)],
        [select(DEBIT), '6283'],
      ],
      'no-usable-application',
    ],
    [
      'with another name in the end',
      [
        [select(DEBIT), fci(DEBIT)],
        [select(DEBIT), fci(CREDIT)],
      ],
      'no-usable-application',
    ],
  ] as const)('a card: %s', (_, card, code) => {
    expect(run(list, card)).toBe(code);
  });

  test('a card that is always followed by another comes to an end', () => {
    const card: CardScript = [
      [select(DEBIT), fci(`${DEBIT}01`)],
      ...Array.from({ length: 31 }, () => [select(DEBIT, true), fci(`${DEBIT}01`)] as const),
      [select(`${DEBIT}01`), fci(`${DEBIT}01`)],
    ];
    expect(run(list, card)).toMatchObject({ aid: `${DEBIT}01` });
  });
});

describe('in the end', () => {
  const found = (...entries: readonly string[]): CardScript => [
    [SELECT_DIRECTORY, directory],
    [read(1), record(...entries)],
    [read(2), '6A83'],
  ];

  test('what cannot be selected is taken off the list and the rest offered again', () => {
    const three = [...both, testApplication({ aid: 'A0000000031010' })];
    const card: CardScript = [
      ...found(entry(DEBIT, 'A'), entry(CREDIT, 'B'), entry('A0000000031010', 'C')),
      [select(DEBIT), '6283'],
      [select('A0000000031010'), fci('A0000000031010')],
    ];
    const answer = run({ applications: three }, card, [chosen(0), chosen(1)]);
    expect(answer).toMatchObject({
      aid: 'A0000000031010',
      needs: [{ isSecondTry: false }, { isSecondTry: true, choices: [{ label: 'B' }, { label: 'C' }] }],
    });
  });

  test.each([
    ['choose', found(entry(DEBIT, 'A'), entry(CREDIT, 'B')), ['choose-application', { type: 'cancelled' }]],
    ['choose one that is not there', found(entry(DEBIT, 'A'), entry(CREDIT, 'B')), chosen(2)],
    ['confirm', found(entry(DEBIT, 'A', '870180')), ['confirm-application', { type: 'cancelled' }]],
  ] as const)('a cardholder who does not %s ends it', (_, card, answer) => {
    expect(run({ applications: both }, card, [answer])).toBe('cancelled');
  });

  test('without a cardholder to ask, the first that needs no confirmation is taken', () => {
    const card: CardScript = [
      ...found(entry(DEBIT, 'A', '870181'), entry(CREDIT, 'B', '870102')),
      [select(CREDIT), fci(CREDIT)],
    ];
    expect(run({ applications: both, asksCardholder: false }, card)).toMatchObject({ aid: CREDIT });
  });

  test('without a cardholder to ask, one that needs confirmation cannot be had', () => {
    const card = found(entry(DEBIT, 'A', '870181'));
    expect(run({ asksCardholder: false }, card)).toBe('no-usable-application');
  });

  test.each([
    ['frzh', 'zh'],
    ['EN', 'en'],
    ['fr', undefined],
    ['', undefined],
  ])('of the languages %s it speaks %s', (preference, language) => {
    const card: CardScript = [
      [select(DEBIT), fci(DEBIT)],
      [select(DEBIT), fci(DEBIT, tlv('5F2D', text(preference)))],
    ];
    expect(run({ usesDirectory: false }, card)).toMatchObject({ language });
  });
});
