import { describe, expect, test } from 'vitest';
import { Bug } from '../../../src/domain/result.ts';
import type { Message } from '../../../src/host/iso8583/message.ts';
import { AAC, CREDIT, expected, KEYS, TC, TestReader } from '../card/reader.testing.ts';
import { ChipCounter, codes, objectsOf } from './chip-counter.testing.ts';
import type { IssuerScript } from './chips.ts';
import { defaultDownloads } from './download-data.ts';
import { account } from './terminal.testing.ts';
import { toHex } from '../crypto/hex.ts';

/** Script commands in an answer, in their order. */
function commandsIn(answer: Message, template: '71' | '72'): readonly string[] {
  let rest = objectsOf(answer).get(template) ?? '';
  const commands: string[] = [];
  while (rest !== '') {
    const length = Number.parseInt(rest.slice(rest.startsWith('9F') ? 4 : 2).slice(0, 2), 16) * 2;
    const head = rest.startsWith('9F') ? 6 : 4;
    if (rest.startsWith('86')) commands.push(rest.slice(head, head + length));
    rest = rest.slice(head + length);
  }
  return commands;
}

describe('a chip sale', () => {
  test.each(['chip-credit', 'chip-cda'])('of %s is approved, and the card believes it', (name) => {
    const counter = new ChipCounter(name);
    const asked = counter.asked();
    const answer = counter.send(asked);
    expect(codes(answer)).toEqual({ 39: '00' });
    const authentication = objectsOf(answer).get('91') ?? '';
    if (name === 'chip-credit') expected(asked.reader.externalAuthenticate(authentication));
    const { issuerData, type } = asked.reader.second(TC, { '91': authentication });
    expect([type, issuerData.slice(8, 9)]).toEqual(['40', '6']);
    expect(counter.card.state().applications[0]).toMatchObject({ atc: 1, lastOnlineAtc: 1, consecutiveOffline: 0 });
    expect(counter.host.balanceMinor(counter.account.pan)).toBe(98_500n);
  });

  test('is declined with a cryptogram of the issuer too, when there is no money', () => {
    const counter = new ChipCounter();
    const asked = counter.asked({ '9F02': '000000200000' });
    const answer = counter.send(asked, { 4: '000000200000' });
    expect(codes(answer)).toEqual({ 39: '51' });
    const authentication = objectsOf(answer).get('91') ?? '';
    expect(authentication.slice(-4)).toBe('3531');
    expected(asked.reader.externalAuthenticate(authentication));
    expect(asked.reader.second(AAC, { '8A': '3531' }).type).toBe('00');
  });

  test('goes on the ledger as a swiped one does', () => {
    const counter = new ChipCounter();
    counter.send(counter.asked());
    expect(counter.host.entryJson('10000001', 7, 11)).toMatchObject({
      state: 'held',
      amountMinor: '1500',
      entryMode: 'inserted',
    });
    expect(counter.host.discrepancies()).toEqual([]);
  });

  test('may be of a chip that is read without contact', () => {
    const counter = new ChipCounter();
    expect(codes(counter.send(counter.asked(), { 22: '072' }))).toEqual({ 39: '00' });
  });

  test('can be a balance inquiry, with an amount of zero', () => {
    const counter = new ChipCounter();
    const { reader, request } = counter.asked({ '9F02': '000000000000' });
    const chip = { 2: counter.account.pan, 22: '052', 23: '001', 55: reader.field55(request) };
    const inquiry = counter.terminal.financial('balance-inquiry', { stan: 90, account: counter.account }, chip);
    const answer = counter.terminal.ask(inquiry);
    expect([answer.fields[39], objectsOf(answer).has('91')]).toEqual(['00', true]);
  });
});

describe('a cryptogram is wrong', () => {
  test.each([
    ['9F26', '0000000000000000'],
    ['9F37', '11223345'],
    ['9F36', '0002'],
    ['95', '0000008001'],
    ['9A', '260316'],
    ['9C', '20'],
    ['9F03', '000000000001'],
    ['9F1A', '0840'],
    ['5F2A', '0840'],
    ['82', '7C01'],
    ['9F10', '07010103A0B00001'],
    ['9F10', '07010903A0300001'],
    ['9F10', '070101'],
    ['9F27', '40'],
  ])('when %s is %s', (tag, value) => {
    const counter = new ChipCounter();
    const answer = counter.send(counter.asked(), {}, { [tag]: value });
    expect([answer.fields[39], answer.fields[55]]).toEqual(['05', undefined]);
    expect(counter.host.balanceMinor(counter.account.pan)).toBe(100_000n);
  });

  test('when the sequence number is another card’s', () => {
    const counter = new ChipCounter();
    expect(codes(counter.send(counter.asked(), { 23: '002' }))).toEqual({ 39: '05' });
  });

  test('when the bank knows no chip of the card', () => {
    const counter = new ChipCounter();
    const swiped = account();
    const { reader, request } = counter.asked();
    const chip = { 2: swiped.pan, 22: '052', 23: '001', 55: reader.field55(request) };
    expect(codes(counter.terminal.ask(counter.terminal.sale({ stan: 50, account: swiped }, chip)))).toEqual({
      39: '05',
    });
  });

  test('is said in another way when the host is told to', () => {
    const counter = new ChipCounter('chip-credit', {}, { wrongCryptogramCode: '88' });
    expect(codes(counter.send(counter.asked(), {}, { '9F37': '00000000' }))).toEqual({ 39: '88' });
  });
});

describe('a chip request is a format error', () => {
  test.each([
    ['without F55', { 55: undefined }, {}],
    ['without a track', { 35: undefined }, {}],
    ['without a sequence number', { 23: undefined }, {}],
    ['without the number of the card', { 2: undefined }, {}],
    ['when the terminal reads stripes only', { 60: '22000007000200' }, {}],
    ['when it is said to have failed', { 60: '22000007000520' }, {}],
    ['when F22 says swiped', { 22: '022' }, {}],
    ['when F55 is no data objects', { 55: '9F26FF' }, {}],
    ['when F55 is short of an object', { 55: '9F2608568AD7BCE66B718B' }, {}],
    ['when its amounts differ', {}, { '9F02': '000000001501' }],
  ])('%s', (_, changes, objects) => {
    const counter = new ChipCounter();
    expect(codes(counter.send(counter.asked(), changes, objects))).toEqual({ 39: '30' });
  });

  test('but not when it is a void, which has no cryptogram', () => {
    const counter = new ChipCounter();
    const original = counter.send(counter.asked());
    const { account: card } = counter;
    const chip = { 2: card.pan, 22: '052', 23: '001' };
    const request = counter.terminal.followUp('void', { stan: 60, account: card, original }, chip);
    expect(codes(counter.terminal.ask(request))).toEqual({ 39: '00' });
  });
});

describe('the issuer', () => {
  test.each([
    ['wrong', '6300', '00'],
    ['right', '9000', '40'],
  ] as const)('whose answer is %s', (answer, status, type) => {
    const counter = new ChipCounter('chip-credit', { answer });
    const asked = counter.asked();
    const authentication = objectsOf(counter.send(asked)).get('91') ?? '';
    expect(asked.reader.externalAuthenticate(authentication).status).toBe(status);
    expect(asked.reader.second(TC).type).toBe(type);
  });

  test('that says nothing leaves F55 out', () => {
    const counter = new ChipCounter('chip-credit', { answer: 'none' });
    expect(counter.send(counter.asked()).fields[55]).toBeUndefined();
  });

  test('can be told to answer in another way', () => {
    const counter = new ChipCounter();
    counter.host.does({ type: 'issuer-answer', card: counter.account.pan.slice(-6), answer: 'none' });
    expect(counter.send(counter.asked()).fields[55]).toBeUndefined();
  });

  test('is refused by the card that refuses every issuer', () => {
    const counter = new ChipCounter('chip-refuses-issuer');
    const asked = counter.asked();
    const answer = counter.send(asked);
    expect(codes(answer)).toEqual({ 39: '00' });
    expect(asked.reader.externalAuthenticate(objectsOf(answer).get('91') ?? '').status).toBe('6300');
    const { issuerData, type } = asked.reader.second(TC);
    expect([type, issuerData.slice(8, 10)]).toEqual(['00', '28']);
  });

  test('whose status does not approve is obeyed, whatever the terminal says', () => {
    const counter = new ChipCounter('chip-cda');
    const asked = counter.asked({ '9F02': '000000200000' });
    const authentication = objectsOf(counter.send(asked, { 4: '000000200000' })).get('91') ?? '';
    expect(authentication.slice(8)).toBe('00000000');
    expect(asked.reader.second(TC, { '91': authentication, '8A': '3030' }).type).toBe('00');
  });
});

describe('a script', () => {
  /** Runs the commands of a script between the cryptograms, or after them, and gives their status words. */
  function run(counter: ChipCounter, script: IssuerScript, spoil = ''): readonly string[] {
    counter.script(script);
    const asked = counter.asked();
    const answer = counter.send(asked);
    const send = (template: '71' | '72'): readonly string[] =>
      commandsIn(answer, template).map((command) => asked.reader.send(command + spoil).status);
    const before = send('71');
    expected(asked.reader.externalAuthenticate(objectsOf(answer).get('91') ?? ''));
    asked.reader.second(TC);
    return [...before, ...send('72')];
  }

  test.each(['before', 'after'] as const)('blocks and unblocks the application, %s the last cryptogram', (when) => {
    const counter = new ChipCounter();
    expect(run(counter, { when, commands: [{ type: 'application-block' }] })).toEqual(['9000']);
    expect(new TestReader(counter.card).select(CREDIT).status).toBe('6283');
  });

  test('may be any command, to which the issuer puts its MAC', () => {
    const counter = new ChipCounter();
    const commands = [{ type: 'any', header: '841E0000', data: '' }] as const;
    expect(run(counter, { when: 'after', commands })).toEqual(['9000']);
    expect(counter.card.state().applications[0]?.isBlocked).toBe(true);
  });

  test('can undo what it did', () => {
    const counter = new ChipCounter();
    const commands = [{ type: 'application-block' }, { type: 'application-unblock' }] as const;
    expect(run(counter, { when: 'after', commands })).toEqual(['9000', '9000']);
    expect(counter.card.state().applications[0]?.isBlocked).toBe(false);
  });

  test('blocks the card, which then selects nothing', () => {
    const counter = new ChipCounter();
    expect(run(counter, { when: 'after', commands: [{ type: 'card-block' }] })).toEqual(['9000']);
    expect(new TestReader(counter.card).select(CREDIT).status).toBe('6A81');
  });

  test.each(['chip-credit'])('gives the PIN tries of %s back', (name) => {
    const counter = new ChipCounter(name);
    const reader = new TestReader(counter.card).begin();
    for (const pin of ['1111', '2222', '3333']) reader.verify(pin);
    expect(counter.card.state().pinTriesLeft).toBe(0);
    expect(run(counter, { when: 'after', commands: [{ type: 'pin-unblock' }] })).toEqual(['9000']);
    expect(counter.card.state().pinTriesLeft).toBe(3);
  });

  test('changes the PIN', () => {
    const counter = new ChipCounter();
    expect(run(counter, { when: 'after', commands: [{ type: 'pin-change', pin: '8888' }] })).toEqual(['9000']);
    const reader = new TestReader(counter.card).begin();
    expect([reader.verify('123456').status, reader.verify('8888').status]).toEqual(['63C2', '9000']);
  });

  test('changes the limits of the card', () => {
    const counter = new ChipCounter();
    const commands = [
      { type: 'put-data', tag: '9F58', value: '05' },
      { type: 'put-data', tag: '9F54', value: '000000005000' },
    ] as const;
    expect(run(counter, { when: 'before', commands })).toEqual(['9000', '9000']);
    expect(new TestReader(counter.card).begin().first(TC).type).toBe('40');
  });

  test('changes a record', () => {
    const counter = new ChipCounter();
    const value = '70055F200258 58'.replaceAll(' ', '');
    const commands = [{ type: 'update-record', file: 1, record: 1, value }] as const;
    expect(run(counter, { when: 'after', commands })).toEqual(['9000']);
    expect(new TestReader(counter.card).begin().record(1, 1).data).toBe(value);
  });

  test.each([
    [{ type: 'put-data', tag: '9F70', value: '00' }, '6A88'],
    [{ type: 'update-record', file: 9, record: 1, value: '7000' }, '6A83'],
  ] as const)('that the card cannot do, %j, is refused', (command, status) => {
    expect(run(new ChipCounter(), { when: 'after', commands: [command] })).toEqual([status]);
  });

  test('of another transaction is refused, and the next transaction says so', () => {
    const counter = new ChipCounter();
    counter.script({ when: 'before', commands: [{ type: 'application-block' }] });
    const [command = ''] = commandsIn(counter.send(counter.asked()), '71');
    const { reader } = counter.asked();
    expect(reader.send(command).status).toBe('6988');
    expect(counter.card.state().applications[0]?.isBlocked).toBe(false);
    expect(counter.asked().request.issuerData.slice(12, 14)).toBe('18');
  });

  test('that failed before the last cryptogram is told of in the next transaction', () => {
    const counter = new ChipCounter();
    const commands = [{ type: 'put-data', tag: '9F70', value: '00' }] as const;
    expect(run(counter, { when: 'before', commands })).toEqual(['6A88']);
    const next = [1, 2].map(() => {
      const asked = counter.asked();
      const { issuerData } = asked.request;
      expected(asked.reader.externalAuthenticate(objectsOf(counter.send(asked)).get('91') ?? ''));
      asked.reader.second(TC);
      return issuerData.slice(12, 14);
    });
    expect(next).toEqual(['18', '00']);
  });

  test('is counted with those of its own transaction', () => {
    const counter = new ChipCounter();
    for (const commands of [[{ type: 'pin-unblock' }, { type: 'pin-unblock' }], [{ type: 'pin-unblock' }]] as const)
      run(counter, { when: 'before', commands });
    expect(counter.asked().request.issuerData.slice(12, 14)).toBe('10');
  });

  test('with a wrong MAC is refused', () => {
    const counter = new ChipCounter();
    counter.script({ when: 'before', commands: [{ type: 'card-block' }] });
    const asked = counter.asked();
    const [command = ''] = commandsIn(counter.send(asked), '71');
    const spoilt = command.slice(0, -1) + (command.endsWith('0') ? '1' : '0');
    expect(asked.reader.send(spoilt).status).toBe('6988');
    expect(counter.card.state().isBlocked).toBe(false);
  });

  test('goes out once', () => {
    const counter = new ChipCounter();
    counter.script({ when: 'after', commands: [{ type: 'pin-unblock' }] });
    const answers = [1, 2].map(() => counter.send(counter.asked()));
    expect(answers.map((answer) => objectsOf(answer).has('72'))).toEqual([true, false]);
  });

  test.each([
    ['empty', [{ when: 'after', commands: [] }]],
    ['one too many', Array.from({ length: 9 }, () => ({ when: 'after', commands: [{ type: 'pin-unblock' }] }))],
    [
      'too long for F55',
      ['before', 'after'].map((when) => ({
        when,
        commands: [{ type: 'any', header: '04DC010C', data: '70'.repeat(110) }],
      })),
    ],
  ])('that is %s is a mistake', (_, scripts) => {
    const counter = new ChipCounter();
    expect(() => {
      for (const script of scripts) counter.script(script as IssuerScript);
    }).toThrow(Bug);
  });

  test('for the common scheme has a MAC of eight bytes, which the card finds right', () => {
    const counter = new ChipCounter('chip-cda');
    counter.script({ when: 'before', commands: [{ type: 'pin-change', pin: '777777' }] });
    const asked = counter.asked();
    const [command = ''] = commandsIn(counter.send(asked), '71');
    expect([command.length, asked.reader.send(command).status]).toEqual([2 * (5 + 16 + 8), '9000']);
  });
});

test('the host offers the key that certifies the cards', () => {
  const { authority } = KEYS.file;
  const key = defaultDownloads.caKeys.find(({ index }) => index === authority.index);
  expect(key?.modulus).toBe(toHex(KEYS.authority.modulus));
});
