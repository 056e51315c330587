/**
 * The end of a batch: totals, upload, and what the host then says that either side is missing (dialect sheet 9.4, 9.5).
 *
 * Mutations tried: reversed sales counted, the batch not closed or the next one closed, sales in a closed batch, a batch
 * number at every sign-in, uploads counted twice, matched by trace number alone or card apart, failed chip transactions
 * as claims, everything missing where the totals agree, zeros kept before a card number; uploads forgotten when a batch is
 * settled again, or taken for the current batch only, or a batch settled again only while it is the current one, or its
 * settlement closing the next one. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { hexOf } from './transfers.ts';
import { account, hostOf, sixDigits, TestTerminal, type Changes } from './terminal.testing.ts';

const foreign = account({ pan: '4000001234567899', organisation: 'VIS' });

const SIDE_OF_NOTHING = '0'.repeat(30);
const side = (debitMinor: number, debits: number, creditMinor: number, credits: number): string =>
  String(debitMinor).padStart(12, '0') +
  String(debits).padStart(3, '0') +
  String(creditMinor).padStart(12, '0') +
  String(credits).padStart(3, '0');

const world = () => {
  const host = hostOf({ accounts: [account(), foreign] });
  const terminal = new TestTerminal(host);
  terminal.signIn();
  const settle = (domestic: string, abroad = SIDE_OF_NOTHING, changes: Changes = {}) =>
    terminal.ask(
      terminal.message('0500', {
        11: '000900',
        48: `${domestic}0${abroad}0`,
        49: '156',
        60: `00${terminal.batch}201`,
        63: '01 ',
        ...changes,
      }),
    );
  const upload = (code: string, changes: Changes) =>
    terminal.ask(terminal.message('0320', { 11: '000901', 60: `00${terminal.batch}${code}`, ...changes }));
  const report = () => host.batchReport('10000001', 7);
  return { host, terminal, settle, upload, report };
};

/** A batch of everything that counts, and of things that do not. Domestic: 3000 + 20000 debit, 1500 + 400 credit. */
const busy = () => {
  const all = world();
  const { terminal } = all;
  const sales = [1, 2].map((stan) => terminal.ask(terminal.sale({ stan })));
  const [first, second] = sales;
  if (first === undefined || second === undefined) throw new Error('Two sales were wanted.');
  terminal.ask(terminal.followUp('void', { stan: 3, original: first }));
  terminal.ask(terminal.followUp('refund', { stan: 4, original: second, amountMinor: '400' }));
  terminal.ask(terminal.sale({ stan: 5 }));
  terminal.ask(terminal.reversal({ stan: 5 }));
  terminal.ask(terminal.sale({ stan: 6, pin: '000000' }));
  const held = terminal.ask(terminal.financial('pre-authorization', { stan: 7, amountMinor: '25000' }));
  terminal.ask(terminal.followUp('completion', { stan: 8, amountMinor: '20000', original: held }));
  terminal.ask(terminal.reversal({ stan: 9 }));
  return all;
};
const BUSY = side(23_000, 3, 1900, 2);

const detail = (stan: number, amountMinor: string, pan = account().pan, abroad = '00'): string =>
  abroad + sixDigits(stan) + pan.padStart(20, '0') + amountMinor.padStart(12, '0');

const codeOf = ({ fields }: Message): string | undefined => fields[39];
const stansOf = (items: readonly { readonly stan: number }[]) => items.map(({ stan }) => stan);

describe('a settlement', () => {
  test('of equal totals is balanced, and comes back', () => {
    const { settle } = busy();
    const reply = settle(BUSY);
    expect(reply).toMatchObject({ mti: '0510', fields: { 11: '000900', 15: '0315', 39: '00', 49: '156' } });
    expect(reply.fields[48]).toBe(`${BUSY}1${SIDE_OF_NOTHING}1`);
    expect(reply.fields[64]).toBeUndefined();
  });

  test.each([
    ['an amount of debit', side(23_001, 3, 1900, 2)],
    ['a number of debits', side(23_000, 2, 1900, 2)],
    ['an amount of credit', side(23_000, 3, 1899, 2)],
    ['a number of credits', side(23_000, 3, 1900, 3)],
  ])("that differs in %s is not, and comes back with the host's own", (_, totals) => {
    expect(busy().settle(totals).fields[48]).toBe(`${BUSY}2${SIDE_OF_NOTHING}1`);
  });

  test('counts foreign cards by themselves', () => {
    const { terminal, settle, report } = world();
    terminal.ask(terminal.sale({ stan: 1, account: foreign }));
    expect(settle(side(1500, 1, 0, 0)).fields[48]).toBe(`${SIDE_OF_NOTHING}2${side(1500, 1, 0, 0)}2`);
    expect(settle(SIDE_OF_NOTHING, side(1500, 1, 0, 0)).fields[48]?.match(/1$/)).not.toBeNull();
    expect(report().balanced).toEqual({ domestic: true, foreign: true });
  });

  test.each<[string, Changes, string]>([
    ['too short', { 48: '0'.repeat(60) }, '30'],
    ['already answered', { 48: `${SIDE_OF_NOTHING}1${SIDE_OF_NOTHING}0` }, '30'],
    ['absent', { 48: undefined }, '30'],
    ['of another batch', { 60: '00000006201' }, '77'],
  ])('whose field 48 is %s is refused and closes nothing', (_, changes, code) => {
    const { terminal, settle } = world();
    expect(codeOf(settle(SIDE_OF_NOTHING, SIDE_OF_NOTHING, changes))).toBe(code);
    expect(codeOf(terminal.ask(terminal.sale({ stan: 1 })))).toBe('00');
  });

  test('closes the batch: no sale until the next sign-in, which opens the next one', () => {
    const { terminal, settle } = busy();
    settle(BUSY);
    expect(codeOf(terminal.ask(terminal.sale({ stan: 20 })))).toBe('77');
    expect(terminal.signIn().fields[60]).toBe('00000008004');
    expect(codeOf(terminal.ask(terminal.sale({ stan: 20 })))).toBe('00');
  });

  test('with a sign-off after it opens only one batch', () => {
    const { terminal, settle } = busy();
    settle(BUSY);
    terminal.ask(terminal.message('0820', { 11: '000901', 60: '00000007002' }));
    terminal.signIn();
    expect(terminal.batch).toBe('000008');
  });

  test('that is repeated is answered alike, also after the next sign-in', () => {
    const { terminal, settle } = busy();
    const first = settle(BUSY).fields[48];
    expect(settle(BUSY).fields[48]).toBe(first);
    terminal.signIn();
    expect(settle(BUSY, SIDE_OF_NOTHING, { 60: '00000007201' }).fields[48]).toBe(first);
    expect(codeOf(terminal.ask(terminal.sale({ stan: 20 })))).toBe('00');
  });

  test.each<[string, number, (terminal: TestTerminal) => void]>([
    ['signed in', 8, (terminal) => terminal.signIn()],
    ['signed in twice', 8, (terminal) => [1, 2].forEach(() => terminal.signIn())],
    [
      'signed off and in, sold, settled that too and signed in again',
      9,
      (terminal) => {
        terminal.ask(terminal.message('0820', { 11: '000901', 60: '00000007002' }));
        terminal.signIn();
        terminal.ask(terminal.sale({ stan: 20 }));
        const totals = `${side(1500, 1, 0, 0)}0${SIDE_OF_NOTHING}0`;
        terminal.ask(terminal.message('0500', { 11: '000902', 48: totals, 49: '156', 60: '00000008201' }));
        terminal.signIn();
      },
    ],
  ])('is answered alike after the terminal has %s, and keeps its uploads', (_, batch, meanwhile) => {
    const { terminal, settle, upload, report } = busy();
    const wrong = side(24_500, 4, 1900, 2);
    const first = settle(wrong).fields[48];
    const of7 = (type = '00', code = '201'): Changes => ({ 60: `${type}000007${code}` });
    upload('201', { 48: `01${detail(1, '1500')}` });
    meanwhile(terminal);
    expect(settle(wrong, SIDE_OF_NOTHING, of7()).fields).toMatchObject({ 39: '00', 48: first });
    const notice: Changes = { 3: '200000', 4: '000000000400', 11: '000004', ...of7('25', '000') };
    expect(codeOf(upload('201', { 48: `01${detail(1, '1500')}`, ...of7() }))).toBe('94');
    expect(
      codeOf(upload('201', { 48: `03${detail(2, '1500')}${detail(3, '1500')}${detail(8, '20000')}`, ...of7() })),
    ).toBe('00');
    expect([1, 2].map(() => codeOf(upload('000', notice)))).toEqual(['00', '94']);
    expect(codeOf(upload('202', { 48: '0005', ...of7('00', '202') }))).toBe('00');
    const found = report();
    expect([stansOf(found.matched), found.missingAtHost, found.missingAtTerminal]).toEqual([[1, 2, 3, 4, 8], [], []]);
    expect(found).toMatchObject({ uploads: 5, end: { announced: 5 }, balanced: { domestic: false } });
    expect([Number(terminal.batch), codeOf(terminal.ask(terminal.sale({ stan: 30 })))]).toEqual([batch, '00']);
  });

  test('in another terminal does not count', () => {
    const { host, settle } = world();
    const second = new TestTerminal(host, '10000002');
    second.signIn();
    second.ask(second.sale({ stan: 1 }));
    expect(settle(SIDE_OF_NOTHING).fields[48]).toBe(`${SIDE_OF_NOTHING}1${SIDE_OF_NOTHING}1`);
  });
});

describe('an upload', () => {
  test('before the settlement is refused', () => {
    const { upload } = busy();
    expect(codeOf(upload('201', { 48: `01${detail(1, '1500')}` }))).toBe('77');
    expect(codeOf(upload('207', { 48: '0000' }))).toBe('77');
  });

  test('shows what matches, what the host lacks and what the terminal lacks', () => {
    const { settle, upload, report } = busy();
    settle(side(24_500, 4, 1900, 2));
    const [matched, unknown, amountDiffers] = [detail(1, '1500'), detail(5, '1500'), detail(8, '15000')];
    expect(codeOf(upload('201', { 48: `03${matched}${unknown}${amountDiffers}` }))).toBe('00');
    const notice: Changes = { 3: '200000', 4: '000000000400', 11: '000004', 60: '25000007000' };
    expect(upload('000', notice).fields).toMatchObject({ 39: '00', 60: '25000007000' });
    expect(codeOf(upload('202', { 48: '0004' }))).toBe('00');
    const found = report();
    expect([stansOf(found.matched), stansOf(found.missingAtHost), stansOf(found.missingAtTerminal)]).toEqual([
      [1, 4],
      [5, 8],
      [2, 3, 8],
    ]);
    expect(found).toMatchObject({
      balanced: { domestic: false, foreign: true },
      uploads: 4,
      end: { saidBalanced: false, announced: 4 },
      hostTotals: { domestic: { debitMinor: '23000', debitCount: 3, creditMinor: '1900', creditCount: 2 } },
      terminalTotals: { domestic: { debitMinor: '24500', debitCount: 4 } },
    });
    expect(JSON.stringify(found)).not.toContain(account().pan);
  });

  test('of another card at the same trace number does not match', () => {
    const { settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    upload('201', { 48: `01${detail(1, '1500', '6222021234567800028')}` });
    expect([stansOf(report().matched), stansOf(report().missingAtHost)]).toEqual([[], [1]]);
  });

  test('is not needed where the totals agree', () => {
    const { settle, upload, report } = busy();
    settle(BUSY);
    expect(codeOf(upload('207', { 48: '0000' }))).toBe('00');
    expect(report()).toMatchObject({ missingAtTerminal: [], missingAtHost: [], end: { saidBalanced: true } });
  });

  test('that comes again is answered 94 and counted once', () => {
    const { settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    const codes = [1, 2].map(() => codeOf(upload('201', { 48: `01${detail(1, '1500')}` })));
    expect([codes, report().uploads]).toEqual([['00', '94'], 1]);
  });

  const chipData =
    '9F2608568AD7BCE66B718B9F2701409F100807010103A03000019F3704112233449F36020001950500000080009A032603159C01009F0206000000001500' +
    '5F2A02015682027C009F1A0201569F03060000000000009F3303E0F8C8';
  const certificate: Changes = {
    2: account().pan,
    4: '000000001500',
    11: '000001',
    22: '051',
    23: '000',
    55: chipData,
    62: hexOf('610000000000001500156'),
  };

  test.each(['203', '205'])('of a chip transaction with its certificate (%s) matches', (code) => {
    const { settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    expect(codeOf(upload(code, certificate))).toBe('00');
    expect(stansOf(report().matched)).toEqual([1]);
  });

  test.each(['204', '206'])('of a failed chip transaction (%s) claims no money', (code) => {
    const { settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    const failed: Changes = { ...certificate, 11: '000050', 62: hexOf('71001100000000150015610') };
    expect(codeOf(upload(code, failed))).toBe('00');
    expect(report()).toMatchObject({ uploads: 1, matched: [], missingAtHost: [] });
  });

  test('of one batch survives the sign-in that opens the next', () => {
    const { terminal, settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    terminal.signIn();
    expect(codeOf(upload('201', { 48: `01${detail(1, '1500')}`, 60: '00000007201' }))).toBe('00');
    expect(stansOf(report().matched)).toEqual([1]);
  });

  test.each<[string, string, Changes]>([
    ['counts none', '201', { 48: '00' }],
    ['counts nine', '201', { 48: `09${detail(1, '1500').repeat(8)}` }],
    ['is shorter than its count', '201', { 48: `02${detail(1, '1500')}` }],
    ['is of neither side', '201', { 48: `01${detail(1, '1500', account().pan, '02')}` }],
    ['has no result', '203', { ...certificate, 62: hexOf('nothing') }],
    ['has the result of a failure', '203', { ...certificate, 62: hexOf('71000500000000150015622') }],
    ['has no chip data', '203', { ...certificate, 55: undefined }],
    ['has too little chip data', '203', { ...certificate, 55: '9F2608568AD7BCE66B718B' }],
    ['has no certificate', '205', { ...certificate, 55: chipData.replace('9F270140', '9F270180') }],
    ['has two amounts', '205', { ...certificate, 4: '000000001501' }],
    ['is of no chip', '205', { ...certificate, 22: '021' }],
    ['ends without a count', '207', { 48: '00' }],
  ])('that %s is a format error', (_, code, changes) => {
    const { settle, upload, report } = busy();
    settle(SIDE_OF_NOTHING);
    expect([codeOf(upload(code, changes)), report().uploads]).toEqual(['30', 0]);
  });
});

test('the report of a batch that was never settled has the host totals alone', () => {
  const { report } = busy();
  expect(report()).toMatchObject({ uploads: 0, matched: [] });
  expect(report().terminalTotals).toBeUndefined();
});
