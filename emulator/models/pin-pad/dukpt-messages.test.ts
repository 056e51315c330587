/**
 * DUKPT in the PIN pad (PIN pad sheet 4.5), against the sequence of ANSI X9.24-1 annex A.4 and against the receiver.
 *
 * Mutations tried: a key spent by a cancelled entry, the same key twice, the key set stored before the ACK, the counter
 * of message 90 taken over, every F of the serial number cut, keys lost with the mains, the limit not looked at before
 * the entry. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import tdes from '../../../fixtures/crypto/dukpt-tdes.json' with { type: 'json' };
import { fromHex } from '../crypto/hex.ts';
import { parsePinBlock } from '../crypto/pin-block.ts';
import { TdesDukpt, tdesInitialKey, tdesTransactionKey, tdesUsageKey } from '../crypto/tdes-dukpt.ts';
import { ACK, Bench, EOT, PAN, saw, wrote } from './bench.testing.ts';

const LOAD = `90${tdes.initialKey}${tdes.initialKsn}`;
const TEST_REQUEST = `76${tdes.pan}<FS>D10.00`;

const loaded = (): Bench => {
  const bench = new Bench();
  bench.ask(LOAD);
  return bench;
};
const goingOnFrom = (ksn: string): Bench => new Bench({ dukpt: new TdesDukpt(fromHex(tdes.initialKey), fromHex(ksn)) });

/** What a host reads in a 71: splits it from the right and fills the serial number with F (PIN pad sheet 4.5). */
function readPin(answer: string | undefined, pan: string): unknown {
  const [, short = '', block = ''] = /^710([\dA-F]{10,20})([\dA-F]{16})$/.exec(answer ?? '') ?? [];
  const ksn = fromHex(short.padStart(20, 'F'));
  const key = tdesTransactionKey(tdesInitialKey(fromHex(tdes.baseKey), ksn), ksn);
  return key.ok ? parsePinBlock(tdesUsageKey(key.value, 'pin').decrypt(fromHex(block)), pan) : key;
}

describe('90', () => {
  test('answers 91 with a 0, and loads when that is acknowledged', () => {
    const bench = new Bench();
    expect(wrote(bench.send(LOAD))).toEqual([ACK, '910']);
    bench.raw('06');
    expect(bench.ask(TEST_REQUEST)).toMatch(/^710/);
  });

  test('does not load when the terminal drops the answer', () => {
    const bench = new Bench();
    bench.send(LOAD);
    bench.raw('04');
    expect(bench.ask(TEST_REQUEST)).toBe('711');
  });

  test('begins the counter anew', () => {
    const bench = loaded();
    bench.ask(TEST_REQUEST);
    bench.ask(`90${tdes.initialKey}FFFF9876543210E01234`);
    expect(bench.ask(TEST_REQUEST)).toBe(`710${tdes.transactions[0]?.ksn.slice(4)}${tdes.transactions[0]?.pinBlock}`);
  });

  test.each([
    ['a key of sixteen digits', `90${tdes.initialKey.slice(0, 16)}${tdes.initialKsn}`],
    ['lower-case hex', LOAD.toLowerCase()],
    ['a short serial number', LOAD.slice(0, -1)],
    ['nothing', '90'],
  ])('%s is a format error and leaves the set before', (_, text) => {
    const bench = loaded();
    expect([bench.ask(text), bench.ask(TEST_REQUEST)?.slice(0, 19)]).toEqual(['9112', '7109876543210E00001']);
  });
});

describe('76', () => {
  test('answers the sequence of the annex, one key after the other', () => {
    const bench = loaded();
    const published = [...tdes.transactions, ...tdes.pinBlocks];
    expect(published.map(() => bench.ask(TEST_REQUEST))).toEqual(
      published.map(({ ksn, pinBlock }) => `710${ksn.slice(4)}${pinBlock}`),
    );
  });

  test('skips counters as the annex does', () => {
    expect(goingOnFrom('FFFF9876543210EFFC00').ask(TEST_REQUEST)).toBe('7109876543210EFFC00DEFC6F09F8927B71');
    const bench = goingOnFrom('FFFF9876543210EFFC00');
    bench.ask(TEST_REQUEST);
    expect(bench.ask(TEST_REQUEST)).toBe('7109876543210F0000073EC88AD0AC5830E');
  });

  test('a serial number keeps ten digits, of F if need be', () => {
    expect(goingOnFrom('FFFFFFFFFFFFFFE00001').ask(TEST_REQUEST)).toMatch(/^710FFFFE00001[\dA-F]{16}$/);
  });

  test('the counter outlasts the mains', () => {
    const bench = loaded();
    bench.ask(TEST_REQUEST);
    bench.powerCycle();
    expect(bench.ask(TEST_REQUEST)?.slice(0, 19)).toBe('7109876543210E00002');
  });

  test('an answer that is lost comes again with the same key', () => {
    const bench = loaded();
    const [, answer] = wrote(bench.send(TEST_REQUEST));
    expect(wrote(bench.raw('15'))).toEqual([answer]);
  });

  test.each([
    ['712', 'a short account', '766212345<FS>D1.00'],
    ['712', 'letters in the account', '7662123456D8901232<FS>D1.00'],
    ['715', 'neither debit nor credit', `76${PAN}<FS>X1.00`],
    ['715', 'no indicator', `76${PAN}<FS>1.00`],
  ])('%s for %s', (answer, _, text) => {
    expect(loaded().ask(text)).toBe(answer);
  });

  test('711 without a key', () => {
    expect(new Bench().ask(TEST_REQUEST)).toBe('711');
  });

  test.each([
    `76${PAN}`,
    `76${PAN}<FS>D100`,
    `76${PAN}<FS>D.99`,
    `76${PAN}<FS>D123456.00`,
    `76${PAN}<FS>D1.00<FS>1`,
    `76.${PAN}`,
  ])('%s is passed over', (text) => {
    expect(loaded().send(text)).toEqual([ACK]);
  });
});

describe('70 and Z60', () => {
  test.each([
    ['70', `70${PAN}<FS>D88.00`, 'arm entry 270000', 'prompt "88.00" [] 4 12 false'],
    ['70 with a time', `70${PAN}<FS>C88.00<FS>1`, 'arm entry 30000', 'prompt "88.00" [] 4 12 false'],
    ['Z60', `Z60.${PAN}`, 'arm entry 270000', 'prompt "" [] 4 12 false'],
    ['Z60 with a time', `Z60.${PAN}<FS>2`, 'arm entry 60000', 'prompt "" [] 4 12 false'],
  ])('%s asks for a PIN', (_, text, timer, prompt) => {
    expect(loaded().send(text)).toEqual([ACK, timer, `sees ${prompt}`]);
  });

  test.each([`70${PAN}<FS>D88.00`, `Z60.${PAN}`])('%s gives the receiver the PIN', (text) => {
    const bench = loaded();
    bench.send(text);
    const [answer] = wrote(bench.press('9', '8', '7', '6', '5', 'enter'));
    expect(readPin(answer, PAN)).toEqual({ ok: true, value: '98765' });
  });

  test('each PIN has a key of its own', () => {
    const bench = loaded();
    const answers = [1, 2, 3].map(() => {
      bench.send(`70${PAN}<FS>D88.00`);
      return wrote(bench.press('1', '2', '3', '4', 'enter'))[0]?.slice(13, 19);
    });
    expect(answers).toEqual(['E00001', 'E00002', 'E00003']);
  });

  test('a cancelled entry ends in EOT and spends no key', () => {
    const bench = loaded();
    bench.send(`70${PAN}<FS>D88.00`);
    expect(wrote(bench.press('1', 'cancel'))).toEqual([EOT]);
    expect(bench.ask(TEST_REQUEST)?.slice(0, 19)).toBe('7109876543210E00001');
  });

  test.each([
    ['711', 'no key', new Bench(), `Z60.${PAN}`],
    ['711', 'no key', new Bench(), `70${PAN}<FS>D88.00`],
    ['712', 'a long account', loaded(), 'Z60.62123456789012345678'],
    ['715', 'no indicator', loaded(), `70${PAN}<FS>88.00`],
  ])('%s for %s', (answer, _, bench, text) => {
    expect(bench.ask(text)).toBe(answer);
  });

  test.each([`70.${PAN}<FS>3EB3B72576BBBE8388.00`, `70${PAN}<FS>D88.00<FS>0`, `Z60.${PAN}<FS>0`, `Z60${PAN}<FS>1`])(
    '%s is passed over',
    (text) => {
      expect(loaded().send(text)).toEqual([ACK]);
    },
  );
});

test('after the last of its million keys the pad asks for no PIN any more', () => {
  const bench = goingOnFrom('FFFF9876543210FFF800');
  bench.send(`Z60.${PAN}`);
  const [last] = wrote(bench.press('1', '2', '3', '4', 'enter'));
  bench.raw('06');
  expect(readPin(last, PAN)).toEqual({ ok: true, value: '1234' });
  expect([`Z60.${PAN}`, `70${PAN}<FS>D1.00`, TEST_REQUEST].map((text) => bench.ask(text))).toEqual([
    '716',
    '716',
    '716',
  ]);
  expect(saw(bench.send(`Z60.${PAN}`))).toEqual([]);
});
