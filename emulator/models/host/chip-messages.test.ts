/**
 * What follows a chip transaction: its reversal, the notice of its scripts, its certificate in the batch upload; and the
 * stripe of a card that has a chip (dialect sheet 3.1, 7.2, 8.3, 9.1, 9.5).
 */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { TC } from '../card/reader.testing.ts';
import { ChipCounter, codes, objectsOf } from './chip-counter.testing.ts';
import type { IssuerAnswer } from './chips.ts';
import { account, hostOf, sixDigits, TestTerminal, type Changes } from './terminal.testing.ts';
import { hexOf } from './transfers.ts';

const TRACE = 11;

/** A sale with a chip, to the card's last word. */
function sold(answer?: IssuerAnswer, values: Readonly<Record<string, string>> = {}) {
  const counter = new ChipCounter('chip-cda', answer === undefined ? {} : { answer });
  const asked = counter.asked();
  const reply = counter.send(asked);
  const authentication = objectsOf(reply).get('91') ?? '';
  const second = asked.reader.second(TC, { '91': authentication, '8A': '3030', ...values });
  return { counter, asked, reply, second, field55: asked.reader.field55(second) };
}

describe('the reversal of a chip sale', () => {
  const FIELD_55 = '950500000080009F100807010103A03000019F36020001';
  const reverse = (changes: Changes) => {
    const { counter, reply } = sold();
    const { account: card, host, terminal } = counter;
    const chip = { 2: card.pan, 14: card.expiry, 22: '052', 23: '001', 39: '06', 55: FIELD_55 };
    const answer = terminal.ask(terminal.reversal({ stan: TRACE }, { ...chip, ...changes }));
    return [reply.fields[39], answer.fields[39], host.balanceMinor(card.pan)];
  };

  test('that the card declined gives the money back', () => {
    expect(reverse({})).toEqual(['00', '00', 100_000n]);
  });

  test.each<[string, Changes, string]>([
    ['without F55', { 55: undefined }, '30'],
    ['whose F55 is no data objects', { 55: '9F36' }, '30'],
    ['whose F55 is short of an object', { 55: '9F36020001' }, '30'],
    ['without F23', { 23: undefined }, '30'],
    ['without F2', { 2: undefined }, '30'],
    ['of a card that was swiped', { 22: '022', 55: undefined, 23: undefined }, '22'],
    ['with chip data of a card that was swiped', { 22: '022' }, '30'],
    ['of another transaction of the card', { 55: FIELD_55.replace(/0001$/, '0002') }, '22'],
    ['with another F60', { 60: '22000007000501' }, '22'],
  ])('%s does not', (_, changes, code) => {
    expect(reverse(changes)).toEqual(['00', code, 98_500n]);
  });
});

test.each<[string, Changes, string]>([
  ['without chip data', {}, '00'],
  ['with chip data', { 55: '950500000080009F100807010103A03000019F36020001' }, '30'],
])('the reversal of a void with a chip, %s', (_, changes, code) => {
  const { counter, reply } = sold();
  const { account: card, terminal } = counter;
  const chip = { 2: card.pan, 22: '052', 23: '001' };
  terminal.ask(terminal.followUp('void', { stan: 60, account: card, original: reply }, chip));
  const reversal = terminal.reversalOf('void', { stan: 60 }, { ...chip, ...changes });
  expect(codes(terminal.ask(reversal))).toEqual({ 39: code });
});

describe('a script notice', () => {
  const told = () => {
    const counter = new ChipCounter();
    counter.script({ when: 'after', commands: [{ type: 'pin-unblock' }] });
    const asked = counter.asked();
    return { counter, reply: counter.send(asked), asked };
  };

  const fieldsOf = ({ fields }: Message, changes: Changes): Changes => ({
    2: '6222021234569001005',
    3: '000000',
    4: '000000001500',
    11: '000040',
    22: '052',
    23: '001',
    25: '00',
    32: fields[32],
    37: fields[37],
    38: fields[38],
    49: '156',
    55:
      '9F3303E0F8C8950500000080009F3704112233449F1E08534C4950574159319F100807010103A03000019F2608568AD7BCE66B718B' +
      '9F3602000182027C00DF310520000000019F1A0201569A03260315',
    60: '0000000795150',
    61: `000007${fields[11]}${fields[13]}`,
    64: '????????',
    ...changes,
  });

  const notices = ({ counter }: { readonly counter: ChipCounter }) => counter.host.ledgerJson().scriptNotices;

  test('is owed from the answer with the script on', () => {
    const { counter } = told();
    expect(counter.host.ledgerJson().scriptsUntold).toEqual([{ terminal: '10000001', batch: 7, stan: TRACE }]);
  });

  test('is kept, once', () => {
    const all = told();
    const { host, terminal } = all.counter;
    const replies = [1, 2].map(() => terminal.ask(terminal.message('0620', fieldsOf(all.reply, {}))));
    expect(replies.map(({ fields, mti }) => [mti, fields[39]])).toEqual([
      ['0630', '00'],
      ['0630', '00'],
    ]);
    expect(notices(all)).toEqual([
      {
        terminal: '10000001',
        batch: 7,
        stan: 40,
        original: '0000070000110315',
        results: '2000000001',
        maskedPan: '622202*********1005',
      },
    ]);
    expect(host.ledgerJson().scriptsUntold).toEqual([]);
  });

  test('that comes under another trace number was told before', () => {
    const all = told();
    const { terminal } = all.counter;
    const send = (stan: string) => terminal.ask(terminal.message('0620', fieldsOf(all.reply, { 11: stan }))).fields[39];
    expect([send('000040'), send('000041'), notices(all).length]).toEqual(['00', '94', 1]);
  });

  test.each<[string, Changes, string]>([
    ['without results', { 55: '9F3303E0F8C8' }, '30'],
    ['of nothing', { 61: undefined }, '30'],
    ['of something odd', { 61: '12' }, '30'],
    ['without the date of its original', { 61: '000007000011' }, '30'],
    ['without F23', { 23: undefined }, '30'],
    ['of a swiped card', { 22: '022' }, '30'],
    ['without the acquirer of the answer', { 32: undefined }, '30'],
    ['with an expiry', { 14: '2812' }, '30'],
    ['with a wrong MAC', { 64: '00000000' }, 'A0'],
    ['of a transaction without a script', { 61: '0000070000120315' }, '25'],
    ['of another day', { 61: '0000070000110316' }, '25'],
    ['of another card', { 2: '6222021234567800010' }, '25'],
    ['with another acquirer', { 32: '48020000' }, '25'],
    ['with another reference number', { 37: '031500000099' }, '25'],
    ['with another authorization code', { 38: '999999' }, '25'],
    ['without the authorization code', { 38: undefined }, '25'],
  ])('%s is refused', (_, changes, code) => {
    const all = told();
    const { terminal } = all.counter;
    const answer = terminal.ask(terminal.message('0620', fieldsOf(all.reply, changes)));
    expect(codes(answer)).toEqual({ 39: code });
    expect(notices(all)).toEqual([]);
  });

  test.each([
    ['cut off', 'DF310420000000', '30'],
    ['none', 'DF3100', '30'],
    ['more than scripts were sent', 'DF310A20000000012000000001', '30'],
  ])('whose results are %s is refused', (_, results, code) => {
    const all = told();
    const { terminal } = all.counter;
    const field55 = fieldsOf(all.reply, {})[55]?.replace('DF31052000000001', results);
    expect(codes(terminal.ask(terminal.message('0620', fieldsOf(all.reply, { 55: field55 }))))).toEqual({ 39: code });
  });

  test('of another transaction of the card is refused', () => {
    const all = told();
    const { terminal } = all.counter;
    const field55 = fieldsOf(all.reply, {})[55]?.replace('9F36020001', '9F36020002');
    expect(codes(terminal.ask(terminal.message('0620', fieldsOf(all.reply, { 55: field55 }))))).toEqual({ 39: '25' });
  });

  test('is not owed from an exercise: the script waits for the card to be used', () => {
    const { counter } = told();
    counter.script({ when: 'before', commands: [{ type: 'pin-unblock' }] });
    counter.terminal.isInTraining = true;
    const exercise = counter.send(counter.asked());
    counter.terminal.isInTraining = false;
    const sale = counter.send(counter.asked());
    expect([exercise, sale].map((reply) => objectsOf(reply).has('71'))).toEqual([false, true]);
    expect(counter.host.ledgerJson().scriptsUntold.map(({ stan }) => stan)).toEqual([TRACE, TRACE + 2]);
  });

  test('in training leaves nothing', () => {
    const all = told();
    const { terminal } = all.counter;
    terminal.isInTraining = true;
    expect(codes(terminal.ask(terminal.message('0620', fieldsOf(all.reply, {}))))).toEqual({ 39: '00' });
    expect(notices(all)).toEqual([]);
  });
});

describe('the certificate of a chip sale', () => {
  const NOTHING = '0'.repeat(30);
  const ONE_SALE = `000000001500001${'0'.repeat(15)}`;

  const settled = (world = sold(), totals = ONE_SALE) => {
    const { terminal, host, account: card } = world.counter;
    terminal.ask(
      terminal.message('0500', { 11: '000900', 48: `${totals}0${NOTHING}0`, 49: '156', 60: '00000007201', 63: '01 ' }),
    );
    const upload = (changes: Changes = {}, code = totals === ONE_SALE ? '203' : '205') =>
      terminal.ask(
        terminal.message('0320', {
          2: card.pan,
          4: '000000001500',
          11: sixDigits(TRACE),
          22: '052',
          23: '001',
          55: world.field55,
          60: `00000007${code}50`,
          62: hexOf('610000000000001500156'),
          ...changes,
        }),
      ).fields[39];
    const findings = () =>
      host.batchReport('10000001', 7).certificateFindings.map(({ problem, stan }) => [stan, problem]);
    return { upload, findings, terminal, host, card, world };
  };

  test('is right, and nothing is missing then', () => {
    const { upload, findings } = settled();
    expect([findings(), upload(), findings()]).toEqual([[[TRACE, 'missing']], '00', []]);
  });

  test('matches where the batch is not balanced', () => {
    const { upload, findings, host } = settled(sold(), NOTHING);
    upload();
    const { matched, missingAtHost, missingAtTerminal } = host.batchReport('10000001', 7);
    expect([findings(), matched.length, missingAtHost, missingAtTerminal]).toEqual([[], 1, [], []]);
  });

  test('that is sent again is taken once', () => {
    const { upload, findings } = settled();
    expect([upload(), upload(), findings()]).toEqual(['00', '94', []]);
  });

  test('is right although a script failed after it, which the TVR says', () => {
    const { upload, findings } = settled();
    upload({ 55: sold().field55.replace('95050000008000', '95050000008010') });
    expect(findings()).toEqual([]);
  });

  const wrong = 'the cryptogram is wrong';
  const surplus = 'surplus: no approved chip transaction is like this';
  test.each<[string, Changes, readonly (readonly [number, string])[]]>([
    [
      'with a wrong cryptogram',
      { 55: sold().field55.replace(/9F2608.{16}/, '9F26081122334455667788') },
      [[TRACE, wrong]],
    ],
    ['over other data', { 55: sold().field55.replace('9F370411223344', '9F370411223345') }, [[TRACE, wrong]]],
    ['with another sequence number', { 23: '002' }, [[TRACE, 'F23 is not of this card']]],
    [
      'of a card that did not believe its issuer',
      { 55: sold().field55.replace('95050000008000', '95050000008040') },
      [[TRACE, 'F62 and the TVR disagree about the issuer']],
    ],
    [
      'under another trace',
      { 11: '000099' },
      [
        [TRACE, 'missing'],
        [99, surplus],
      ],
    ],
    [
      'of another amount',
      { 4: '000000001600', 62: hexOf('610000000000001600156') },
      [
        [TRACE, 'missing'],
        [TRACE, surplus],
      ],
    ],
    [
      'of another transaction of the card',
      { 55: sold().field55.replace('9F36020001', '9F36020002') },
      [
        [TRACE, 'missing'],
        [TRACE, surplus],
      ],
    ],
  ])('%s is found', (_, changes, found) => {
    const { upload, findings } = settled();
    expect([upload(changes), findings()]).toEqual(['00', found]);
  });

  test('that says that the batch is not balanced is found', () => {
    const { upload, findings } = settled();
    expect([upload({}, '205'), findings()]).toEqual(['00', [[TRACE, '60.3 says otherwise than the settlement']]]);
  });

  test('of a sale that was reversed is one too many', () => {
    const world = sold();
    const { terminal, account: card } = world.counter;
    const chip = { 2: card.pan, 22: '052', 23: '001', 55: '950500000080009F100807010103A03000019F36020001' };
    terminal.ask(terminal.reversal({ stan: TRACE }, chip));
    const { upload, findings } = settled(world);
    expect([findings(), upload({}, '205'), findings()]).toEqual([[], '00', [[TRACE, surplus]]]);
  });

  test('besides one that says that the issuer was not believed is one too many', () => {
    const { upload, findings } = settled();
    const unproven = {
      55: sold().field55.replace('95050000008000', '95050000008040'),
      62: hexOf('71000500000000150015622'),
    };
    expect([upload(), upload(unproven, '204'), findings()]).toEqual([
      '00',
      '00',
      [[TRACE, 'surplus: it has a certificate already']],
    ]);
  });

  test('of a card that does not believe its issuer goes up as such', () => {
    const { upload, findings } = settled(sold('none', { '95': '0000008040' }));
    expect([upload({ 62: hexOf('71000500000000150015622') }, '204'), findings()]).toEqual(['00', []]);
  });

  test('of a pre-authorization may come or not', () => {
    const counter = new ChipCounter('chip-cda');
    const { reader, request } = counter.asked();
    const { account: card, terminal } = counter;
    const chip = { 2: card.pan, 22: '052', 23: '001', 55: reader.field55(request) };
    const reply = terminal.ask(terminal.financial('pre-authorization', { stan: TRACE, account: card }, chip));
    const second = reader.second(TC, { '91': objectsOf(reply).get('91') ?? '' });
    const world = { ...sold(), counter, field55: reader.field55(second) };
    const { upload, findings, host } = settled(world, NOTHING);
    expect([findings(), upload({}, '203'), findings()]).toEqual([[], '00', []]);
    expect(host.batchReport('10000001', 7).missingAtHost).toEqual([]);
  });
});

describe('the stripe of a card with a chip', () => {
  const swipe = (stripe: 'allowed' | 'fallback-only' | 'refused', condition: string) => {
    const card = account({ stripe });
    const terminal = new TestTerminal(hostOf({ accounts: [card] }));
    terminal.signIn();
    return terminal.ask(terminal.sale({ stan: 12, account: card }, { 60: `220000070005${condition}0` })).fields[39];
  };

  test.each([
    ['allowed', '0', '00'],
    ['allowed', '2', '00'],
    ['fallback-only', '0', '45'],
    ['fallback-only', '1', '00'],
    ['fallback-only', '2', '00'],
    ['refused', '0', '45'],
    ['refused', '2', '45'],
  ] as const)('which is %s, with 60.5 = %s, is answered %s', (stripe, condition, code) => {
    expect(swipe(stripe, condition)).toBe(code);
  });

  test('will do for a refund', () => {
    const card = account({ stripe: 'refused' });
    const host = hostOf({ accounts: [card], refundsWithoutOriginal: true });
    const terminal = new TestTerminal(host);
    terminal.signIn();
    const original = { tpdu: '', header: '', mti: '', fields: { 11: '000001', 13: '0314', 37: '9', 60: '00000007' } };
    expect(terminal.ask(terminal.followUp('refund', { stan: 12, account: card, original })).fields[39]).toBe('00');
  });

  test('cannot stand for a chip that could not be read when the card is keyed', () => {
    const terminal = new TestTerminal(hostOf());
    terminal.signIn();
    const keyed = { 2: account().pan, 22: '012', 35: undefined, 53: undefined, 60: '22000007000520' };
    expect(terminal.ask(terminal.sale({ stan: 12 }, keyed)).fields[39]).toBe('30');
  });
});
