/**
 * The `emv` tool with recorded, broken and mute cards.
 *
 * Mutations that these tests noticed: the PAN not searched for in what is shown; the configured CA keys not used; the
 * unpredictable number not passed on; the ARPC left out; GET RESPONSE not sent; the second cryptogram taken for the
 * first; a mute card run all the same; a refusal taken for an AAC; CDOL1 for the second cryptogram; data of commands shown.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { toAmountMinor } from '../../src/domain/money.ts';
import published from '../../fixtures/emv/published.json' with { type: 'json' };
import ddaCard from '../../fixtures/cards-replay/unionpay-dda.json' with { type: 'json' };
import { encodeTlv } from '../../src/emv/tlv.ts';
import { loadChipCard } from '../chip-cards.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import type { EmulatedCard } from '../models/chip-reader/emulated-card.ts';
import { T0Contacts } from '../models/chip-reader/t0-contacts.ts';
import { parseEmvConfig } from './emv-config.ts';
import { type EmvRun, runEmv } from './emv-run.ts';
import { emvTool } from './tool-emv.ts';

const CONFIG = 'fixtures/emv/tool-config.json';
const DDA = 'fixtures/cards-replay/unionpay-dda.json';
const SDA = 'fixtures/cards-replay/unionpay-sda.json';
const PAN = '6222021234567890128';
const TODAY = '2026-06-01';

const folder = mkdtempSync(join(tmpdir(), 'slipway-emv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const tool = (card: string, ...more: readonly string[]) =>
  emvTool(['--card', card, '--amount', '1.00', '--config', CONFIG, ...more], TODAY);
const json = (card: string, ...more: readonly string[]) => JSON.parse(tool(card, '--json', ...more).stdout);

/** With the configuration of the recordings, and more. */
function run(card: EmulatedCard, more: object = {}): EmvRun {
  const config = parseEmvConfig({ ...JSON.parse(readFileSync(CONFIG, 'utf8')), ...more });
  if (!config.ok) throw new Error(config.error);
  const unpredictableNumber = fromHex('11223344');
  return runEmv(card, config.value, { amount: toAmountMinor(100n), date: '20260601', unpredictableNumber });
}

/** The recording, by the heads of commands with other answers. Undefined: no answer at all. */
function cardWith(answers: Readonly<Record<string, string | undefined>>): EmulatedCard & { readonly asked: string[] } {
  const card = loadChipCard(DDA);
  const asked: string[] = [];
  return {
    asked,
    reset: () => card.reset(),
    transmit: (command) => {
      const hex = toHex(command);
      asked.push(hex);
      const head = Object.keys(answers).find((each) => hex.startsWith(each));
      return head === undefined ? card.transmit(command) : { bytes: fromHex(answers[head] ?? ''), delayMs: 0 };
    },
    removed: () => card.removed(),
  };
}

const exchangesOf = ({ steps }: EmvRun) => steps.filter((step) => typeof step !== 'string');
const namedExchange = (result: EmvRun, name: string, index = 0) =>
  exchangesOf(result).filter(({ command }) => command === name)[index];

describe('the fields of --json', () => {
  test('are those of a good transaction', () => {
    const { exchanges, ...summary } = json(DDA);
    expect(summary).toEqual({
      aid: 'A000000333010101',
      pan: '622202*********0128',
      oda: { method: 'DDA', result: 'performed', problem: null },
      cvmResults: '1F0002',
      tvr: '0000008000',
      tsi: 'E800',
      ac1: 'ARQC',
      ac2: 'TC',
      decision: 'approved',
      problem: null,
    });
    expect(exchanges.map(({ command, detail }: { command: string; detail: string }) => `${command} ${detail}`)).toEqual(
      [
        'SELECT 1PAY.SYS.DDF01',
        ...['010101', '010102', '010103', '010106'].map((aid) => `SELECT A000000333${aid}`),
        ...['0031010', '0032010', '0041010', '0043060'].map((aid) => `SELECT A000000${aid}`),
        'SELECT A000000333010101',
        'GET PROCESSING OPTIONS ',
        ...[1, 2, 3].map((number) => `READ RECORD file 1, record ${number}`),
        'READ RECORD file 2, record 1',
        'INTERNAL AUTHENTICATE ',
        'GENERATE AC ARQC',
        'GENERATE AC TC',
      ],
    );
  });

  test.each<[string, string, readonly string[], object]>([
    [
      'SDA with any unpredictable number',
      SDA,
      ['--un', '55667788'],
      { method: 'SDA', result: 'performed', problem: null },
    ],
    [
      'DDA with another than the recorded one',
      DDA,
      ['--un', '55667788'],
      { method: 'DDA', result: 'failed', problem: 'hash-wrong' },
    ],
    [
      'a key that is over',
      DDA,
      ['--date', '2031-01-01'],
      { method: 'DDA', result: 'failed', problem: 'ca-key-expired' },
    ],
  ])('tell of %s', (_, card, options, oda) => {
    expect(json(card, ...options).oda).toEqual(oda);
  });

  test('tell of the CA keys that are shipped, which are not those of the card', () => {
    const { stdout } = emvTool(['--card', SDA, '--amount', '1', '--json'], TODAY);
    // UnionPay has a key 80 of its own, of the same size.
    expect(JSON.parse(stdout).oda).toEqual({ method: 'SDA', result: 'failed', problem: 'not-a-certificate' });
  });

  test.each<[string, object, object]>([
    ['a host that declines', { online: { answer: 'decline' } }, { ac1: 'ARQC', ac2: 'AAC', decision: 'declined' }],
    ['a host that is not reached', { online: { answer: 'unable' } }, { ac1: 'ARQC', ac2: 'TC', decision: 'approved' }],
    [
      'a terminal without data authentication',
      { terminal: { '9F33': 'E0F800' } },
      { oda: { method: 'none', result: 'not-performed', problem: null }, tvr: '8000008000', tsi: '6800' },
    ],
    [
      'action codes that deny',
      { application: { actionCodes: { denial: '0000008000' } } },
      { ac1: 'AAC', ac2: null, decision: 'declined', problem: null },
    ],
  ])('tell of %s', (_, more, summary) => {
    expect(run(cardWith({ '80AE00': '800B00004211223344556677889000' }), more).summary).toMatchObject(summary);
  });

  test.each([
    ['format 1', '800B 00 0042 1122334455667788 9000', 'AAC', 'declined'],
    ['format 2', '7714 9F270100 9F36020042 9F26081122334455667788 9000', 'AAC', 'declined'],
    ['a refusal', '6985', null, 'terminated'],
  ])('know the first cryptogram in %s', (_, answer, ac1, decision) => {
    const { summary } = run(cardWith({ '80AE': answer.replaceAll(' ', '') }));
    expect(summary).toMatchObject({ ac1, ac2: null, decision });
  });
});

/** Record, FCI or answer as a card gives it. */
const answered = (tag: string, objects: Readonly<Record<string, string>>): string =>
  `${toHex(encodeTlv(tag, fromHex(inside(objects))))}9000`;
const inside = (objects: Readonly<Record<string, string>>): string =>
  Object.entries(objects)
    .map(([tag, value]) => toHex(encodeTlv(tag, fromHex(value))))
    .join('');

describe('a published Visa test card, by the CA key that is shipped', () => {
  const aid = 'A0000000031010';
  const exchanges = [
    [`00A4040007${aid}00`, answered('6F', { '84': aid, A5: inside({ '50': '56495341' }) })],
    ['80A8000002830000', '800A4000 08010300 10010101 9000'],
    [
      '00B2010C00',
      answered('70', {
        '8C': '9F3704',
        '8D': '8A02',
        '5F24': '301231',
        '8F': '95',
        '9F32': '03',
        '9F0F': '0000000000',
      }),
    ],
    ['00B2020C00', answered('70', { '90': published.issuerCertificate, '92': published.issuerRemainder })],
    ['00B2030C00', answered('70', { '93': published.staticSignature })],
    ['00B2011400', answered('70', { '5A': published.pan, '5F34': '01' })],
    ['80AE4000041122334400', '800B 40 0001 1122334455667788 9000'],
    ['80AE8000041122334400', '800B 80 0001 1122334455667788 9000'],
    ['80AE4000023030', '800B 40 0001 1122334455667788 9000'],
  ].map(([command, response]) => ({ command, response }));
  const card = () => fileOf('visa.json', { atr: '3B600000', exchanges, match: 'exact' });
  const visa = (date: string) =>
    JSON.parse(emvTool(['--card', card(), '--amount', '1.00', '--json', '--date', date], TODAY).stdout);

  test('is good in its time, and needs nobody online', () => {
    expect(visa('2014-06-01')).toMatchObject({
      aid,
      pan: '476173******0010',
      oda: { method: 'SDA', result: 'performed', problem: null },
      tvr: '0200000000',
      ac1: 'TC',
      ac2: null,
      decision: 'approved',
    });
  });

  test('is over after it', () => {
    expect(visa('2016-01-01')).toMatchObject({
      oda: { result: 'failed', problem: 'certificate-expired' },
      tvr: '4200000000',
      ac1: 'ARQC',
      ac2: 'TC',
    });
  });
});

test('format 1 is decoded by its command', () => {
  const result = run(cardWith({ '80AE80': '801280 0042 1122334455667788 07010103A00000 9000'.replaceAll(' ', '') }));
  expect(namedExchange(result, 'GENERATE AC')?.response).toEqual([
    '80 Response Message Template Format 1 [18]',
    '  9F27 Cryptogram Information Data [1]: 80',
    '  9F36 Application Transaction Counter (ATC) [2]: 0042',
    '  9F26 Application Cryptogram [8]: 1122334455667788',
    '  9F10 Issuer Application Data [7]: 07010103A00000',
  ]);
});

describe('nobody sees', () => {
  const track = `${PAN}D3012`;
  test.each([[['--json']], [[]]])('number, track and name with %j', (options) => {
    const { stdout, exitCode } = tool(DDA, ...options);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('5A Application Primary Account Number (PAN) [10]: 622202*********0128');
    expect(stdout).toContain('57 Track 2 Equivalent Data [19]: (not shown)');
    for (const secret of [PAN, track, '544553542F43415244', 'TEST/CARD']) expect(stdout).not.toContain(secret);
  });

  test('a number where none belongs', () => {
    // In the issuer's own data, which is open.
    const spoilt = cardWith({ '80AE80': `77219F2701809F360200429F100A${PAN}F9F260811223344556677889000` });
    const text = JSON.stringify(run(spoilt).steps);
    expect(text).toContain(`9F10 Issuer Application Data [10]: ${'*'.repeat(19)}F`);
    expect(text).not.toContain(PAN);
  });

  test('a PIN', () => {
    const pin = cardWith({
      '00B2020C': ddaCard.exchanges
        .find(({ command }) => command.startsWith('00B2020C'))
        ?.response.replace('8E0A00000000000000001F00', '8E0A00000000000000000100'),
      '80CA9F17': '9F1701039000',
      '0020': '9000',
    });
    const result = run(pin, { cardholder: { pin: '8642' } });
    expect(pin.asked).toContain('0020008008248642FFFFFFFFFF');
    expect(result.steps).toContain('PIN asked for, offline-plaintext: on the reader');
    expect(namedExchange(result, 'VERIFY')).toMatchObject({ detail: 'plaintext PIN', data: ['(8 bytes, not shown)'] });
    expect(JSON.stringify(result)).not.toContain('8642');
  });
});

describe('a run', () => {
  test('is the same every time', () => {
    expect(tool(DDA)).toEqual(tool(DDA));
  });

  test('has the date, the amount and the number that it is told, and nothing of the clock', () => {
    const { exchanges } = json(DDA, '--date', '2014-06-01', '--un', '0A0B0C0D', '--amount', '12.3');
    const { data } = exchanges.find(({ command }: { command: string }) => command === 'GENERATE AC');
    expect(data).toEqual(
      expect.arrayContaining([
        '9F02 Amount, Authorised (Numeric) [6]: 000000001230',
        '9A Transaction Date [3]: 140601',
        '9F37 Unpredictable Number [4]: 0A0B0C0D',
      ]),
    );
  });

  test('gives the card what the host answers', () => {
    const card = cardWith({ '8424': '9000' });
    const result = run(card, { online: { arpc: '11223344556677880010', scripts: '7209860784240000020102' } });
    expect(namedExchange(result, 'GENERATE AC', 1)?.data).toContain(
      '91 Issuer Authentication Data [10]: 11223344556677880010',
    );
    expect(card.asked.at(-1)).toBe('84240000020102');
    expect(namedExchange(result, 'PIN CHANGE/UNBLOCK')?.data).toEqual(['(2 bytes, not shown)']);
    expect(result.steps).toContain('Host asked: approve');
  });

  test('fetches what a recording of T=0 leaves to fetch', () => {
    const card = loadChipCard(DDA);
    const asked: string[] = [];
    const contacts = new T0Contacts(card);
    const overT0: EmulatedCard = {
      reset: () => card.reset(),
      transmit: (command) => {
        asked.push(toHex(command));
        return contacts.exchange(command) ?? { bytes: new Uint8Array(), delayMs: 0 };
      },
      removed: () => undefined,
    };
    expect(run(overT0)).toEqual(run(loadChipCard(DDA)));
    expect(asked).toContain('00C0000022');
    expect(asked.some((command) => command.startsWith('00B2010C') && !command.endsWith('00'))).toBe(true);
  });
});

describe('a card that', () => {
  test('is mute is said to be', () => {
    const mute = { ...cardWith({}), reset: () => new Uint8Array() };
    expect(run(mute)).toMatchObject({ summary: { decision: 'terminated', problem: 'card-mute' }, steps: [] });
    expect(mute.asked).toEqual([]);
  });

  test('falls mute in between ends the transaction', () => {
    const result = run(cardWith({ '80A8': undefined }));
    expect(result.summary).toMatchObject({
      aid: 'A000000333010101',
      pan: null,
      ac1: null,
      problem: 'card-gone',
    });
    expect(exchangesOf(result).at(-1)).toMatchObject({ command: 'GET PROCESSING OPTIONS', status: null });
  });

  test.each([
    ['an application that the terminal has not', '6A82', 'no-common-application'],
    ['garbage', 'DEADBEEF9000', 'no-common-application'],
  ])('answers with %s ends it too', (_, answer, problem) => {
    const result = run(cardWith({ '00A4': answer }));
    expect(result.summary).toMatchObject({ decision: 'terminated', problem });
  });

  test('answers with anything at all ends it without an accident', () => {
    const answer = fc.oneof(
      fc.uint8Array({ maxLength: 258 }),
      fc.constantFrom('9000', '6C00', '6110', '6283', '63C1', '70009000', '80009000', '77009000').map(fromHex),
    );
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 8 }), fc.nat(16), (answers, from) => {
        const card = loadChipCard(DDA);
        let count = 0;
        const transmit = (command: Uint8Array) => {
          const bytes = count++ < from ? undefined : answers[count % answers.length];
          return bytes === undefined ? card.transmit(command) : { bytes, delayMs: 0 };
        };
        const { summary } = run({ reset: () => card.reset(), transmit, removed: () => undefined });
        expect(['approved', 'declined', 'terminated']).toContain(summary.decision);
      }),
      { numRuns: 300 },
    );
  });

  test('answers with garbage is not shown', () => {
    const result = run(cardWith({ '80A8': 'FFFFFFFF9000' }));
    expect(exchangesOf(result).at(-1)).toMatchObject({ response: ['(4 bytes that are no TLV, not shown)'] });
  });
});

describe('the tool says in one sentence', () => {
  const wrong = (name: string, change: object): string => fileOf(name, { ...ddaCard, ...change });
  test.each<[string, () => readonly string[], 1 | 3, string]>([
    ['that there is no such file', () => ['--card', 'nowhere.json'], 1, 'nowhere.json cannot be read as JSON'],
    ['that it is no JSON', () => ['--card', fileOf('a.json', `{"pan": "${PAN}"`)], 1, 'cannot be read as JSON'],
    ['that it is no card', () => ['--card', CONFIG], 1, 'atr is missing'],
    [
      'which hex is bad',
      () => ['--card', wrong('b.json', { exchanges: [{ command: '00A40400', response: `${PAN}X` }] })],
      1,
      'exchanges.0.response must be whole bytes of hex',
    ],
    [
      'that the answer to reset is none',
      () => ['--card', wrong('c.json', { atr: 'FF00' })],
      1,
      'atr must begin with 3B or 3F',
    ],
    [
      'that the card has nothing',
      () => ['--card', wrong('d.json', { exchanges: [] })],
      3,
      'no application that the terminal has',
    ],
    [
      'what is wrong with the amount',
      () => ['--card', DDA, '--amount', '1,00'],
      1,
      '--amount must be an amount like 1.00',
    ],
    ['that nothing is no amount', () => ['--card', DDA, '--amount', '0'], 1, '--amount must be'],
    [
      'what is wrong with the date',
      () => ['--card', DDA, '--date', '2014-02-30'],
      1,
      '--date must be a date as YYYY-MM-DD.',
    ],
    ['what is wrong with the number', () => ['--card', DDA, '--un', '1122'], 1, '--un must be four bytes of hex.'],
    [
      'which configuration is not there',
      () => ['--card', DDA, '--config', 'nowhere.json'],
      1,
      'nowhere.json cannot be read as JSON',
    ],
  ])('%s', (_, args, exitCode, sentence) => {
    const said = args();
    const amount = said.includes('--amount') ? [] : ['--amount', '1.00'];
    const result = emvTool([...said, ...amount], TODAY);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).toMatch(/^[^\n]+\.$/);
    expect(result.stderr).not.toContain(PAN);
  });

  test.each([[[]], [['--card', DDA]], [['--amount', '1']], [['--card', DDA, '--amount', '1', '--pan', PAN]]])(
    'how it is used, for %j',
    (args) => {
      const { stdout, stderr, exitCode } = emvTool(args, TODAY);
      expect([stdout, stderr.slice(0, 17), exitCode]).toEqual(['', 'Usage: emv --card', 2]);
    },
  );
});

describe('a configuration', () => {
  test.each<[object, string]>([
    [{ termnal: {} }, 'termnal is no key that is known'],
    [{ terminal: { '9F1A': '156' } }, 'terminal.9F1A must be 4 digits'],
    [{ terminal: { '5F36': '0A' } }, 'terminal.5F36 must be 00 to 04'],
    [{ terminal: { '9F33': 'E0F8G8' } }, 'terminal.9F33 must be whole bytes of hex'],
    [{ terminal: { '9F33': 'E0F8' } }, 'terminal.9F33 must be 3 bytes'],
    [{ terminal: { '5A': PAN } }, 'terminal.5A is no key that is known'],
    [
      { caKeys: [{ rid: 'A000000333' }] },
      'caKeys.0.index is missing; caKeys.0.modulus is missing; caKeys.0.exponent is missing',
    ],
    [
      { caKeys: [{ rid: 'A000000333', index: '80', modulus: '10'.repeat(128), exponent: '03' }] },
      'caKeys.0.modulus must be odd, as every product of two primes',
    ],
    [{ aids: [] }, 'aids must have at least one application'],
    [{ aids: [{ aid: 'A0' }] }, 'aids.0.aid must be 5 to 16 bytes'],
    [
      { application: { floorLimitMinor: -1 } },
      'application.floorLimitMinor must be a whole number from 0 to 4294967295',
    ],
    [{ application: { actionCodes: { online: '00' } } }, 'application.actionCodes.online must be 5 bytes'],
    [{ online: { answer: 'maybe' } }, 'online.answer must be "approve", "decline" or "unable"'],
    [{ cardholder: { pin: '12' } }, 'cardholder.pin must be 4 to 12 digits, "bypass" or "no-pad"'],
  ])('%j is refused', (file, error) => {
    expect(parseEmvConfig(file)).toEqual({ ok: false, error });
  });

  test('is UnionPay’s where nothing is said, with every CA key that is shipped', () => {
    const config = parseEmvConfig({});
    expect(config.ok && config.value).toMatchObject({
      currencyCode: '0156',
      settings: {
        countryCode: '0156',
        terminalType: '22',
        applications: { 0: { aid: 'A000000333010101', floorLimitMinor: 0 } },
      },
    });
    expect(config.ok && config.value.settings.caKeys.length).toBe(32);
  });

  test('says of one application what differs from all', () => {
    const config = parseEmvConfig({
      application: { floorLimitMinor: 500, actionCodes: { online: '0000008000' } },
      aids: [{ aid: 'A000000333010101' }, { aid: 'a0000000031010', floorLimitMinor: 7 }],
    });
    const codes = { denial: '0010000000', online: '0000008000', default: 'D84000A800' };
    expect(config.ok && config.value.settings.applications).toMatchObject([
      { aid: 'A000000333010101', floorLimitMinor: 500, actionCodes: codes },
      { aid: 'A0000000031010', floorLimitMinor: 7, actionCodes: codes },
    ]);
  });

  test.each(['bypass', 'no-pad'])('knows a cardholder who says %s', (pin) => {
    const record = ddaCard.exchanges
      .find(({ command }) => command.startsWith('00B2020C'))
      ?.response.replace('8E0A00000000000000001F00', '8E0A00000000000000000200');
    const { tvr } = run(cardWith({ '00B2020C': record }), { cardholder: { pin } }).summary;
    // PIN not entered; PIN pad not working.
    expect(tvr).toBe(pin === 'bypass' ? '0000888000' : '0000908000');
  });
});
