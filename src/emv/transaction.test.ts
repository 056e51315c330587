/**
 * Whole transactions against a card with real keys.
 * Mutations that these tests and their neighbours caught: a card that writes the terminal's objects, a TC taken for an
 * ARQC, no reversal for a card that is gone, the same application offered again, scripts stopped by a warning.
 */
import { describe, expect, test } from 'vitest';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { fromHex, toHex } from './bytes.ts';
import type { Answer, Need } from './needs.ts';
import { testCrypto } from './testing/crypto.ts';
import { ON_READER, ONLINE, end, noCvm, PIN, replied, run, type Situation, UNABLE } from './testing/run.ts';
import { testApplication, testInput, testSettings } from './testing/settings.ts';
import { insert, listed, record, tags, TEST_PAN, testCaKey, testCard, type TestCard } from './testing/test-card.ts';
import { transaction } from './transaction.ts';

describe('offline', () => {
  test.each<[string, Situation, readonly string[]]>([
    ['DDA, no CVM, approved', { objects: noCvm }, ['approved', '0000000000', 'E800', '1F0002']],
    ['SDA, approved', { objects: noCvm, card: { profile: '5800' } }, ['approved', '0200000000', 'E800', '1F0002']],
    ['CDA, approved', { objects: noCvm, card: { profile: '7900' } }, ['approved', '0000000000', 'E800', '1F0002']],
    [
      'nothing to authenticate',
      { objects: noCvm, card: { profile: '1800' } },
      ['approved', '8000000000', '6800', '1F0002'],
    ],
    ['the card declines', { objects: noCvm, card: { first: 0x00 } }, ['declined', '0000000000', 'E800', '1F0002']],
    [
      'the terminal declines',
      { objects: { ...noCvm, '9F0E': '0000008000' }, application: { floorLimitMinor: 1 } },
      ['declined', '0000008000', 'E800', '1F0002'],
    ],
    ['no profile bits', { card: { profile: '0000' } }, ['approved', '8000000000', '2000', '3F0000']],
  ])('%s', (_, situation, wanted) => {
    expect(end(situation)).toEqual(wanted);
  });
});

test('says whose card it is before anything is decided, and ends there if that is not wanted', () => {
  const { outcome, needs, log } = run({ world: [['card-read', { type: 'cancelled' }]] });
  expect(needs).toMatchObject([{ type: 'card-read', card: { aid: 'A000000333010101', expiry: '3012' } }]);
  expect(outcome).toMatchObject({ type: 'terminated', code: 'cancelled', card: { expiry: '3012' } });
  expect(log.at(-1)?.slice(0, 4)).toBe('00B2');
});

describe('online', () => {
  const objects = { ...noCvm, ...ONLINE.objects };
  const base: Situation = { ...ONLINE, objects };
  test('says in field 55 what the host needs, and completes', () => {
    const { outcome, needs, log } = run({ ...base, world: [replied()] });
    const [need] = needs as readonly Extract<Need, { type: 'go-online' }>[];
    expect(tags(need?.field55 ?? fromHex(''))).toEqual(
      '9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 9F1E 84 9F09 9F41'.split(' '),
    );
    expect(need?.card).toMatchObject({
      aid: 'A000000333010101',
      label: 'TEST CARD',
      expiry: '3012',
      sequenceNumber: '001',
    });
    expect(need?.card.pan.reveal()).toBe(TEST_PAN);
    expect(outcome).toMatchObject({ decision: 'approved', online: 'approved', needsReversal: false });
    expect(log.at(-1)?.slice(0, 14)).toBe('80AE4000293030');
  });

  test('a balance inquiry does not name the application', () => {
    const { needs } = run({ ...base, input: { transactionType: '30' }, world: [replied()] });
    expect(needs[0]?.type === 'go-online' && tags(needs[0].field55)).not.toContain('84');
  });

  test.each<[string, Situation, readonly string[], boolean]>([
    ['the host approves', { world: [replied()] }, ['approved', '0000008000', 'E800', '1F0002'], false],
    ['the host declines', { world: [replied('', false)] }, ['declined', '0000008000', 'E800', '1F0002'], false],
    [
      'the card says no afterwards',
      { card: { first: 0x80, second: 0x00 }, world: [replied()] },
      ['declined', '0000008000', 'E800', '1F0002'],
      true,
    ],
    [
      'issuer authentication, good',
      { card: { first: 0x80, profile: '7C00' }, world: [replied('910A0102030405060708 3030')] },
      ['approved', '0000008000', 'F800', '1F0002'],
      false,
    ],
    [
      'issuer authentication, bad',
      {
        card: { first: 0x80, profile: '7C00', instead: { '0082': '6300' } },
        world: [replied('910A0102030405060708 3030')],
      },
      ['approved', '0000008040', 'F800', '1F0002'],
      false,
    ],
    [
      'issuer authentication in the cryptogram',
      { world: [replied('910A0102030405060708 3030')] },
      ['approved', '0000008000', 'E800', '1F0002'],
      false,
    ],
    [
      'a script before',
      { world: [replied('71 0F 9F1804AABBCCDD 86 06 8424000001AA')] },
      ['approved', '0000008000', 'EC00', '1F0002'],
      false,
    ],
    [
      'a script before, failed',
      { card: { first: 0x80, instead: { '8424': '6982' } }, world: [replied('710F9F1804AABBCCDD86068424000001AA')] },
      ['approved', '0000008020', 'EC00', '1F0002'],
      false,
    ],
    [
      'a script after, failed',
      { card: { first: 0x80, instead: { '8424': '6982' } }, world: [replied('720F9F1804AABBCCDD86068424000001AA')] },
      ['approved', '0000008010', 'EC00', '1F0002'],
      false,
    ],
    ['unable, by default approved', { world: [UNABLE] }, ['approved', '0000008000', 'E800', '1F0002'], false],
    [
      'unable, by default declined',
      { objects: { '9F0D': '0000008000' }, world: [UNABLE] },
      ['declined', '0000008000', 'E800', '1F0002'],
      false,
    ],
    [
      'unable where it must',
      { settings: { caKeys: [testCaKey], terminalType: '21' }, world: [UNABLE] },
      ['declined', '0000008000', 'E800', '1F0002'],
      false,
    ],
    [
      'a field 55 that cannot be read',
      { world: [replied('91FF')] },
      ['approved', '0000008000', 'E800', '1F0002'],
      false,
    ],
    [
      'the card gone after the approval',
      { card: { first: 0x80, instead: { '80AE40': 'gone' } }, world: [replied()] },
      ['card-gone', '0000008000', 'E800', '1F0002'],
      true,
    ],
    [
      'the card gone after the refusal',
      { card: { first: 0x80, instead: { '80AE00': 'gone' } }, world: [replied('', false)] },
      ['card-gone', '0000008000', 'E800', '1F0002'],
      false,
    ],
  ])('%s', (_, situation, wanted, needsReversal) => {
    const whole = { ...base, ...situation, objects: { ...objects, ...situation.objects } };
    expect(end(whole)).toEqual(wanted);
    expect(run(whole).outcome.needsReversal).toBe(needsReversal);
  });

  test.each([
    ['its own list', { '97': '9F0206' }, undefined, '0000008000', '000000001234'],
    ['the default list', {}, '9A03', '0000008080', '261123'],
    ['no list at all', {}, undefined, '0000008000', ''],
  ])('hashes by %s where the card asks for the hash', (_, own, defaultTdol, tvr, hashed) => {
    const { log, outcome } = run({
      ...base,
      application: { floorLimitMinor: 0, ...(defaultTdol === undefined ? {} : { defaultTdol }) },
      objects: { ...objects, ...own, '8C': '98149505' },
      world: [replied()],
    });
    const data = log.find((each) => each.startsWith('80AE80'))?.slice(10) ?? '';
    expect([outcome.registers?.tvr, data.slice(0, 50)]).toEqual([tvr, toHex(testCrypto.sha1(fromHex(hashed))) + tvr]);
  });

  test('tells the card what the host said', () => {
    const { log } = run({ ...base, world: [replied('910A0102030405060708 3030')] });
    const data = listed('8A029F02069F03069F1A0295055F2A029A039C019F3704910A', log.at(-1)?.slice(10) ?? '');
    expect(data).toMatchObject({
      '8A': '3030',
      '91': '01020304050607083030',
      '9F02': '000000001234',
      '9F37': '11223344',
    });
  });

  test.each([
    [UNABLE, {}, '5933'],
    [UNABLE, { '9F0D': '0000008000' }, '5A33'],
  ])('tells the card how it was decided without the host: %#', (answer, codes, responseCode) => {
    const { log } = run({ ...base, objects: { ...objects, ...codes }, world: [answer] });
    expect(log.at(-1)?.slice(10, 14)).toBe(responseCode);
  });

  const script = (...commands: readonly string[]): string =>
    record({ '9F18': 'AABBCCDD' }) + commands.map((each) => record({ '86': each })).join('');
  test.each<[string, string, Readonly<Record<string, string | readonly string[]>>, string]>([
    ['done', record({ '71': script('8424000001AA') }), {}, '20AABBCCDD'],
    ['done with a warning', record({ '71': script('8424000001AA') }), { '8424': '6300' }, '20AABBCCDD'],
    [
      'failed at the second command',
      record({ '71': script('8424000001AA', '8424000001BB', '8424000001CC') }),
      { '8424000001BB': '6A80' },
      '12AABBCCDD',
    ],
    ['without an identifier', record({ '72': record({ '86': '8424000001AA' }) }), {}, '2000000000'],
    ['malformed', '7105 9F1804AABB', {}, '0000000000'],
    ['without a command', record({ '72': record({ '9F18': 'AABBCCDD' }) }), {}, '00AABBCCDD'],
    ['with a command that is too long', record({ '72': script(`8424${'00'.repeat(260)}`) }), {}, '00AABBCCDD'],
    ['with a command that is none', record({ '72': script('8424') }), {}, '00AABBCCDD'],
    [
      'two of them, the one after the other',
      record({ '71': script('8424000001AA') }) + record({ '72': script('8424000001BB') }),
      { '8424000001BB': '6A80' },
      '20AABBCCDD11AABBCCDD',
    ],
  ])('a script %s', (_, field55, instead, results) => {
    const { outcome } = run({ ...base, card: { first: 0x80, instead }, world: [replied(field55)] });
    expect(toHex(outcome.scriptResults)).toBe(results);
    expect(toHex(outcome.fields55?.reversal ?? fromHex(''))).toContain(
      `DF31${toHex(Uint8Array.of(results.length / 2))}${results}`,
    );
    expect(tags(outcome.fields55?.scriptNotification ?? fromHex(''))).toEqual(
      '9F33 95 9F37 9F1E 9F10 9F26 9F36 82 DF31 9F1A 9A'.split(' '),
    );
  });

  test.each([
    ['71', 'terminated', true, ''],
    ['72', 'completed', false, '11AABBCCDD'],
  ])('a card that is gone at a script %s has %s', (template, type, needsReversal, results) => {
    const { outcome } = run({
      ...base,
      card: { ...base.card, instead: { '8424': 'gone' } },
      world: [replied(record({ [template]: script('8424000001AA') }))],
    });
    expect(outcome).toMatchObject({ type, needsReversal });
    expect(toHex(outcome.scriptResults)).toBe(results);
  });

  test('runs scripts 71 before the second cryptogram and 72 after it', () => {
    const { log } = run({
      ...base,
      world: [replied(record({ '72': script('8424000001BB') }) + record({ '71': script('8424000001AA') }))],
    });
    expect(log.slice(-3).map((each) => (each.startsWith('80AE') ? 'cryptogram' : each))).toEqual([
      '8424000001AA',
      'cryptogram',
      '8424000001BB',
    ]);
  });
});

describe('the kernel', () => {
  test('says a PIN only in secret, and no card number in what it hands out', () => {
    const { outcome, needs, log } = run({
      ...ONLINE,
      objects: { ...ONLINE.objects, '8E': '00000000000000000400', '57': `${TEST_PAN}D30122010000000000F` },
      world: [PIN, replied()],
    });
    expect(log.some((each) => each.startsWith('0020'))).toBe(true);
    expect(outcome.card?.track2?.reveal()).toBe(`${TEST_PAN}D30122010000000000`);
    const bytes = Object.values(outcome.fields55 ?? {})
      .map(toHex)
      .join(' ');
    const seen = `${JSON.stringify([outcome, needs])}${inspect([outcome, needs], { depth: 9 })}${bytes}`;
    expect([seen.includes(TEST_PAN), seen.includes('241234')]).toEqual([false, false]);
  });

  test('is deterministic: the recorded answers lead a new one to the same end', () => {
    const situation: Situation = { ...ONLINE, objects: { ...noCvm, ...ONLINE.objects }, world: [replied()] };
    expect(run(situation)).toEqual(run(situation));
  });

  test('takes an answer to something else for a bug', () => {
    expect(() =>
      run({ ...ONLINE, objects: { ...noCvm, ...ONLINE.objects }, world: [['go-online', { type: 'confirmed' }]] }),
    ).toThrow('"confirmed" is no answer to "go-online".');
  });
});

describe('the card ends it', () => {
  test.each<[string, Partial<TestCard>, string]>([
    [
      'GET PROCESSING OPTIONS turned down, with no other application',
      { instead: { '80A8': '6985' } },
      'no-usable-application',
    ],
    ['GET PROCESSING OPTIONS refused', { instead: { '80A8': '6A81' } }, 'processing-options-refused'],
    ['options of another kind', { instead: { '80A8': '70009000' } }, 'processing-options-malformed'],
    ['options that are cut off', { instead: { '80A8': '80019000' } }, 'processing-options-malformed'],
    ['options without a locator', { instead: { '80A8': '7704820278009000' } }, 'processing-options-malformed'],
    ['no files', { instead: { '80A8': '800278009000' } }, 'file-locator-malformed'],
    ['half a file', { instead: { '80A8': '8004780008019000' } }, 'file-locator-malformed'],
    ['file 0', { instead: { '80A8': '80067800000101009000' } }, 'file-locator-malformed'],
    ['file 31', { instead: { '80A8': '80067800F80101009000' } }, 'file-locator-malformed'],
    ['record 0', { instead: { '80A8': '80067800080001009000' } }, 'file-locator-malformed'],
    ['records backwards', { instead: { '80A8': '80067800080201009000' } }, 'file-locator-malformed'],
    ['more authenticated than there are', { instead: { '80A8': '80067800080101029000' } }, 'file-locator-malformed'],
    ['a record that is not there', { instead: { '00B2': '6A83' } }, 'record-not-read'],
    ['a record without its template', { instead: { '00B2': '5F340101 9000' } }, 'record-malformed'],
    ['a record that is cut off', { instead: { '00B2': '70055A01 9000' } }, 'record-malformed'],
    ['the same record twice', { instead: { '80A8': '800A78000801010008010100 9000' } }, 'data-object-duplicate'],
    ['a malformed object', { authenticated: { '5A': '62220212345678AB', '5F24': '301231' } }, 'data-object-malformed'],
    ['no PAN', { authenticated: { '5F24': '301231' } }, 'mandatory-data-missing'],
    ['no expiry', { authenticated: { '5A': `${TEST_PAN}F` } }, 'mandatory-data-missing'],
    ['a cryptogram refused', { instead: { '80AE': '6985' } }, 'cryptogram-refused'],
    ['a cryptogram that is cut off', { instead: { '80AE': '8003400042 9000' } }, 'cryptogram-malformed'],
    [
      'a cryptogram without its counter',
      { instead: { '80AE': `770F9F2701409F2608${'11'.repeat(8)}9000` } },
      'cryptogram-malformed',
    ],
    ['a reserved cryptogram', { instead: { '80AE': `800BC00042${'11'.repeat(8)}9000` } }, 'cryptogram-of-wrong-kind'],
    [
      'the same object twice in an answer',
      { instead: { '80AE': `77189F2701409F2701809F3602 00429F2608${'11'.repeat(8)}9000` } },
      'cryptogram-malformed',
    ],
    ['gone while it is read', { instead: { '00B2': 'gone' } }, 'card-gone'],
  ])('%s', (_, card, code) => {
    const { outcome } = run({ card, objects: noCvm });
    expect(outcome).toMatchObject({ type: 'terminated', code, needsReversal: false });
  });

  test('with an application that turns itself down gives way to the next', () => {
    const other = 'A000000333010102';
    const fci = `${record({ '6F': record({ '84': other, A5: '' }) })}9000`;
    const { outcome, log } = run({
      objects: noCvm,
      card: { instead: { [`00A4040008${other}`]: fci, '80A8': ['6985', 'usual'] } },
      settings: { caKeys: [testCaKey], applications: [testApplication(), testApplication({ aid: other })] },
      world: [['choose-application', { type: 'chosen', index: 0 }]],
    });
    expect(outcome).toMatchObject({ type: 'completed', card: { aid: other } });
    expect(log.filter((each) => each.startsWith('80A8'))).toHaveLength(2);
  });

  test('with a list that asks for more than a command can carry', () => {
    expect(end({ objects: { ...noCvm, '8C': 'DF017FDF027FDF037F' } })[0]).toBe('data-object-list-malformed');
  });

  test('with a TC for an ARQC', () => {
    expect(end({ ...ONLINE, objects: { ...noCvm, ...ONLINE.objects }, card: { first: 0x40 } })[0]).toBe(
      'cryptogram-of-wrong-kind',
    );
  });

  test('with an ARQC for the second cryptogram', () => {
    expect(
      end({
        ...ONLINE,
        objects: { ...noCvm, ...ONLINE.objects },
        card: { first: 0x80, second: 0x80 },
        world: [replied()],
      })[0],
    ).toBe('cryptogram-of-wrong-kind');
  });

  test('without the objects that it may not write', () => {
    const { needs } = run({
      ...ONLINE,
      objects: { ...noCvm, ...ONLINE.objects, '9F33': 'FFFFFF', '9F26': '0000000000000000' },
      world: [replied()],
    });
    expect(needs[0]?.type === 'go-online' && toHex(needs[0].field55)).toContain('9F3303E0F8C8');
  });

  test.each([
    ['its options', { '82': '0000' }],
    ['its file locator', { '94': '08010100' }],
    ['a cryptogram', { '9F26': '0000000000000000', '9F27': '40', '9F36': '0001' }],
  ])('without %s out of a record', (_, objects) => {
    expect(end({ objects: { ...noCvm, ...objects } })).toEqual(['approved', '0000000000', 'E800', '1F0002']);
  });

  const withFile11 = (content: string, authenticated: '00' | '01'): Situation => ({
    objects: noCvm,
    card: {
      instead: { '80A8': `800E7800 08010100 10010101 580101${authenticated} 9000`, '00B2015C': `${content}9000` },
    },
  });
  test.each<[string, Situation, string | undefined]>([
    ['and is left alone', withFile11('FFFFFFFF', '00'), undefined],
    ['and brings nothing that counts', withFile11('70025A00', '00'), undefined],
    ['and cannot be authenticated', withFile11('FFFFFFFF', '01'), 'static-data-malformed'],
    ['and is authenticated all the same', withFile11('7004DF010101', '01'), 'hash-wrong'],
  ])("file 11 is the issuer's %s", (_, situation, problem) => {
    expect(run(situation).outcome.authentication?.problem).toBe(problem);
  });

  test('but never throws, whatever it answers', () => {
    const spoil = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => () => bytes),
      fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
        ([at, mask]) =>
          (usual: Uint8Array) =>
            usual.map((byte, index) => (index === at % usual.length ? byte ^ mask : byte)),
      ),
      fc.nat().map((at) => (usual: Uint8Array) => usual.slice(0, at % usual.length)),
      fc.constantFrom('9000', '6985', '6283', '6A81', '').map((hex) => () => fromHex(hex)),
    );
    const answers: Readonly<Record<string, Answer>> = {
      'ask-pin': PIN[1],
      'go-online': replied('910A0102030405060708 3030')[1],
      'choose-application': { type: 'chosen', index: 0 },
      'confirm-application': { type: 'confirmed' },
    };
    fc.assert(
      fc.property(fc.constantFrom('7800', '5C00', '7D00'), fc.nat({ max: 12 }), spoil, (profile, at, change) => {
        const { answer } = insert(testCard({ profile, first: 0x80 }));
        const ports = { crypto: testCrypto, isOnExceptionFile: () => false, earlierAmountMinor: () => 0 };
        const kernel = transaction(testSettings({ caKeys: [testCaKey], terminalType: '21' }), testInput(), ports);
        let next = kernel.next();
        for (let count = 0; next.done !== true && count < 500; count++) {
          const need = next.value;
          if (need.type === 'ask-pin' && need.form.type === 'offline-plaintext') next = kernel.next(ON_READER[1]);
          else if (need.type === 'verify-on-reader' && at % 2 === 0) {
            next = kernel.next({ type: 'response', bytes: change(fromHex('9000')) });
          } else if (need.type === 'transmit' || need.type === 'transmit-secret') {
            const usual = answer(need.type === 'transmit' ? need.apdu : need.apdu.reveal()) ?? fromHex('');
            next = kernel.next({ type: 'response', bytes: count === at ? change(usual) : usual });
          } else next = kernel.next(answers[need.type] ?? { type: 'cancelled' });
        }
        expect(next.done).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
