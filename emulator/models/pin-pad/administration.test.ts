/**
 * Diagnostics, serial number and keys (PIN pad sheet 3 and 11).
 *
 * Mutations tried: working keys stored in spite of a wrong check value, the usage left out of the slot, a long key under
 * a short master accepted, master keys not wiped by a new loading session, stored before the ACK. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import { Bug } from '../../../src/domain/result.ts';
import { PinPadModel } from './pin-pad.ts';
import {
  ACK,
  Bench,
  DOUBLE_CLEAR,
  DOUBLE_MASTER,
  DOUBLE_WRAPPED,
  EOT,
  SINGLE_MASTER,
  SINGLE_WRAPPED,
  wrote,
} from './bench.testing.ts';

describe('UK', () => {
  test('stores a key whose check value agrees, and says which it computed', () => {
    expect(new Bench().ask(`UK01PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`)).toBe('[UK0<FS>5ED7EA43]');
  });

  test('a single-length key goes under a single-length master', () => {
    expect(new Bench().ask(`UK11MD1<FS>${SINGLE_WRAPPED}<FS>6FB23EAD`)).toBe('[UK0<FS>6FB23EAD]');
  });

  test.each([
    ['1', 'another check value', `01PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA44`],
    ['2', 'no master', `51PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['3', 'a length that is not said', `01PT2<FS>${SINGLE_WRAPPED}<FS>6FB23EAD`],
    ['3', 'single DES of double length', `01PD2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['3', 'an SM4 key under a DES master', `01PS2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['3', 'a key longer than its master', `11PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['4', 'no separator', `01PT2${DOUBLE_WRAPPED}5ED7EA43`],
    ['4', 'a short check value', `01PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA`],
    ['4', 'lower-case hex', `01PT2<FS>${DOUBLE_WRAPPED.toLowerCase()}<FS>5ED7EA43`],
    ['4', 'a slot that is none', `0APT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
    ['4', 'one field more', `01PT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43<FS>`],
    ['5', 'an unknown usage', `01XT2<FS>${DOUBLE_WRAPPED}<FS>5ED7EA43`],
  ])('status %s for %s', (status, _, fields) => {
    const bench = new Bench();
    expect([bench.ask(`UK${fields}`), bench.ask('UVP1')]).toEqual([`[UK${status}]`, '[UV2]']);
  });

  test('a refused key leaves the one before', () => {
    const bench = new Bench();
    bench.load('P', '1', DOUBLE_CLEAR);
    bench.ask(`UK01PT2<FS>${DOUBLE_WRAPPED}<FS>00000000`);
    expect(bench.ask('UVP1')).toBe('[UV0T2<FS>5ED7EA43]');
  });
});

describe('UV', () => {
  test.each([
    ['K0', '[UV0T2<FS>08D7B4FB]'],
    ['K1', '[UV0D1<FS>D5D44FF7]'],
    ['K2', '[UV2]'],
    ['P1', '[UV0T2<FS>5ED7EA43]'],
    ['M1', '[UV2]'],
    ['P2', '[UV2]'],
    ['X1', '[UV5]'],
    ['P', '[UV4]'],
    ['P12', '[UV4]'],
  ])('%s answers %s', (slot, answer) => {
    const bench = new Bench();
    bench.load('P', '1', DOUBLE_CLEAR);
    expect(bench.ask(`UV${slot}`)).toBe(answer);
  });
});

describe('02', () => {
  test('is echoed, and stored when the echo is acknowledged', () => {
    const bench = new Bench();
    expect(wrote(bench.send(`023${SINGLE_MASTER}`))).toEqual([ACK, `[023${SINGLE_MASTER}]`]);
    expect(wrote(bench.raw('06'))).toEqual([EOT]);
    expect(bench.ask('043')).toBe('[04F]');
  });

  test('is not stored when the terminal finds the echo wrong', () => {
    const bench = new Bench();
    bench.send(`023${SINGLE_MASTER}`);
    bench.raw('04');
    expect(bench.ask('043')).toBe('[040]');
  });

  test('the first key of a loading session wipes the keys of the last, working keys too', () => {
    const bench = new Bench();
    bench.load('P', '1', DOUBLE_CLEAR);
    bench.ask(`023${DOUBLE_MASTER}`);
    bench.ask(`024${DOUBLE_MASTER}${SINGLE_MASTER}`);
    expect(['040', '043', '044', 'UVP1', 'UVK4'].map((text) => bench.ask(text))).toEqual([
      '[040]',
      '[04F]',
      '[04F]',
      '[UV2]',
      '[UV0T3<FS>08D7B4FB]',
    ]);
  });

  test('another message ends the loading session', () => {
    const bench = new Bench();
    bench.ask(`023${SINGLE_MASTER}`);
    bench.ask('043');
    bench.ask(`024${SINGLE_MASTER}`);
    expect(bench.ask('043')).toBe('[040]');
  });

  test.each(['023', '0230123', `02A${SINGLE_MASTER}`, `023${SINGLE_MASTER}00`])('%s is passed over', (text) => {
    expect(new Bench().send(text)).toEqual([ACK]);
  });
});

describe('the other messages', () => {
  test.each([
    ['0101', '[14RAM TST OK]'],
    ['0106', '[140000000000000000]'],
    ['06', '[060000000000000000]'],
    ['040', '[04F]'],
    ['042', '[040]'],
  ])('%s answers %s', (text, answer) => {
    expect(new Bench().ask(text)).toBe(answer);
  });

  test.each(['0104', '087'])('%s ends at once', (text) => {
    expect(new Bench().send(text)).toEqual([ACK, EOT]);
  });

  test('07 ends a second later', () => {
    const bench = new Bench();
    expect([bench.send('07'), bench.elapsed('end')]).toEqual([
      [ACK, 'arm end 1000'],
      ['disarm end', EOT],
    ]);
  });

  test('a request during that second takes its place', () => {
    const bench = new Bench();
    bench.send('07');
    expect([bench.send('040').slice(0, 3), bench.elapsed('end')]).toEqual([['disarm end', ACK, '[04F]'], []]);
  });

  test('05 gives the pad a serial number once it is acknowledged', () => {
    const bench = new Bench();
    bench.send('05246880401A001234');
    bench.raw('04');
    expect(bench.ask('06')).toBe('[060000000000000000]');
    bench.ask('05246880401A001234');
    expect(bench.ask('06')).toBe('[06246880401A001234]');
  });

  test.each(['0109', '01', '0512345', '08A'])('%s is passed over', (text) => {
    expect(new Bench().send(text)).toEqual([ACK]);
  });
});

test.each([
  [{ A: SINGLE_MASTER }, {}],
  [{ 0: 'not hex' }, {}],
  [{ 0: '0123' }, {}],
  [{}, { 0: SINGLE_MASTER }],
  [{ 0: DOUBLE_MASTER }, { 0: DOUBLE_MASTER }],
])('master keys that cannot be loaded are a bug of the caller: %j %j', (masterKeys, sm4MasterKeys) => {
  expect(() => new PinPadModel({ masterKeys, sm4MasterKeys })).toThrow(Bug);
});
