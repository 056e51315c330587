import { describe, expect, test } from 'vitest';
import { bytesOf, goldenFrames } from '../../src/host/iso8583/golden.testing.ts';
import { iso8583Tool, type ToolOutcome } from './tool-iso8583.ts';

const ECHO =
  '0034600003000060310031131208200000000000C0001031313131353030373132333435363738393131313131350011000000013010';
const ECHO_JSON =
  '{"tpdu":"6000030000","header":"603100311312","mti":"0820","fields":{"41":"11115007","42":"123456789111115","60":"00000001301"}}';

const run = (args: readonly string[], stdin = ''): ToolOutcome => iso8583Tool(args, () => stdin);
const done = (line: string): ToolOutcome => ({ stdout: `${line}\n`, stderr: '', exitCode: 0 });
const malformed = (line: string): ToolOutcome => ({ stdout: '', stderr: `${line}\n`, exitCode: 1 });

describe('decode', () => {
  test('prints one line of JSON, fields ascending', () => {
    expect(run(['decode', '--dialect', 'unionpay', ECHO])).toEqual(done(ECHO_JSON));
  });

  test.each([
    ['the dialect is UnionPay unless said', ['decode', ECHO]],
    ['--framed is what it does anyway', ['decode', '--framed', ECHO]],
    ['--no-framed takes no length bytes', ['decode', '--no-framed', ECHO.slice(4)]],
    ['lower case and white space are taken', ['decode', ` ${ECHO.slice(0, 7)} \n${ECHO.slice(7).toLowerCase()}\t`]],
    ['words are joined', ['decode', ECHO.slice(0, 4), ECHO.slice(4)]],
    ['options may follow', ['decode', ECHO, '--dialect=unionpay']],
  ])('%s', (_, args) => {
    expect(run(args)).toEqual(done(ECHO_JSON));
  });

  test.each(goldenFrames)('$name survives decode and encode', ({ frame }) => {
    expect(run(['encode'], run(['decode', frame]).stdout)).toEqual(done(frame));
  });

  test('reads the ASCII dialect', () => {
    const text = '0800002000000000000000000001'.slice(0, 26);
    const hex = Buffer.from(text).toString('hex');
    expect(run(['decode', '--dialect', 'ascii87', '--no-framed', hex])).toEqual(
      done('{"tpdu":"","header":"","mti":"0800","fields":{"11":"000000"}}'),
    );
  });

  test('--explain prints a table for people, masked', () => {
    const keyed = goldenFrames.find(({ name }) => name.includes('keyed'))?.frame ?? '';
    const { stdout, exitCode } = run(['decode', '--explain', keyed]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('主账号');
    expect(stdout).toContain('622202*********0123\n');
    expect(stdout).not.toContain('6222021234567890123');
  });

  test.each([
    [
      'a nibble that is no digit',
      `${ECHO.slice(0, -2)}A0`,
      'field 60 (自定义域 type, batch, management code) at byte 53: a nibble is not a decimal digit',
    ],
    ['too few bytes for the length', ECHO.slice(0, -2), 'length at byte 0: the length bytes say 52 bytes, 51 follow'],
    ['too many bytes for the length', `${ECHO}00`, 'length at byte 0: the length bytes say 52 bytes, 53 follow'],
    ['half a byte', ECHO.slice(0, -1), 'hex at byte 53: half a byte: the number of digits is odd'],
    ['what is not hex', `00zz`, 'hex at byte 1: not a hexadecimal digit'],
    ['one byte', '00', 'length at byte 0: needs 2 bytes, 1 are left'],
    ['an empty message', '0000', 'tpdu at byte 2: needs 5 bytes, 0 are left'],
  ])('%s: one line with field, byte offset and problem', (_, hex, line) => {
    expect(run(['decode', hex])).toEqual(malformed(line));
  });

  test('offsets do not count length bytes that are not there', () => {
    expect(run(['decode', '--no-framed', '6000A00000'])).toEqual(
      malformed('tpdu at byte 2: a nibble is not a decimal digit'),
    );
  });
});

const withField = (field: string, value: unknown): string =>
  JSON.stringify({ tpdu: '6000030000', header: '603100311312', mti: '0200', fields: { [field]: value } });

describe('encode', () => {
  test('prints upper-case hex', () => {
    expect(run(['encode'], ECHO_JSON)).toEqual(done(ECHO));
  });

  test('--no-framed leaves the length bytes out', () => {
    expect(run(['encode', '--no-framed'], ECHO_JSON)).toEqual(done(ECHO.slice(4)));
  });

  test('bytes of a text field that are no text survive JSON', () => {
    const json = run([
      'decode',
      '--no-framed',
      '60000300006031003113120200000000000000000200 02B3FF'.replace(' ', ''),
    ]).stdout;
    expect(run(['encode', '--no-framed'], json).stdout).toBe('6000030000603100311312020000000000000000020002B3FF\n');
  });

  test.each([
    [
      'a value that does not fit',
      withField('3', '00'),
      'field 3 (交易处理码 processing code) at byte 23: has 2 digits, exactly 6 are needed',
    ],
    ['a field without a row', withField('7', '00'), 'field 7 at byte 23: the dialect has no such field'],
    ['a value that is no string', withField('3', 0), 'field 3 (交易处理码 processing code) at byte 0: not a string'],
    [
      'a key that is no field',
      withField('6222021234567890123', ''),
      'fields at byte 0: has a key that is not a field number, 2 to 128',
    ],
    ['a bitmap', withField('1', ''), 'fields at byte 0: has a key that is not a field number, 2 to 128'],
    ['no MTI', '{"fields":{}}', 'mti at byte 0: not a string of digits'],
    ['a header that is no string', '{"header":1,"mti":"0200","fields":{}}', 'header at byte 0: not a string of digits'],
    ['a TPDU that is no string', '{"tpdu":1,"mti":"0200","fields":{}}', 'tpdu at byte 0: not a string of digits'],
    ['no TPDU', '{"mti":"0200","fields":{}}', 'tpdu at byte 2: has 0 digits, exactly 10 are needed'],
    ['no fields', '{"mti":"0200","fields":[]}', 'fields at byte 0: not an object of field numbers and strings'],
  ])('%s: one line with field, byte offset and problem', (_, json, line) => {
    expect(run(['encode'], json)).toEqual(malformed(line));
  });

  test.each([
    ['what is not JSON', '6222021234567890123x', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['a list', '[]', 'not an object'],
    ['an unknown key', '{"mti":"0200","fields":{},"pan":"6222021234567890123"}', 'another key'],
  ])('%s is refused without repeating it', (_, json, problem) => {
    const { stderr, exitCode } = run(['encode'], json);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^json at byte 0: .*\n$/);
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('622202');
  });
});

describe('bad usage', () => {
  test.each([
    ['no word', [], 'Say "decode" or "encode".'],
    ['another word', ['explain'], 'The first word must be "decode" or "encode".'],
    ['no hex', ['decode'], 'Give the message in hex after the options.'],
    ['an unknown dialect', ['decode', '--dialect', 'visa', ECHO], 'After --dialect write one of unionpay, ascii87.'],
    ['an inherited name as the dialect', ['decode', '--dialect', 'toString', ECHO], 'After --dialect write one of'],
    ['no dialect', ['decode', ECHO, '--dialect'], 'After --dialect write one of unionpay, ascii87.'],
    ['an unknown option', ['decode', '--color', ECHO], 'decode does not know the option --color; leave it out.'],
    ['--explain when encoding', ['encode', '--explain'], 'encode does not know the option --explain; leave it out.'],
    ['hex when encoding', ['encode', ECHO], 'encode reads JSON on standard input; give no other words.'],
  ])('%s: exit 2 and what to do', (_, args, sentence) => {
    const { stdout, stderr, exitCode } = run(args, ECHO_JSON);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('Usage:');
  });
});

test('the frame of the tests above is the golden one', () => {
  expect(goldenFrames.map(({ frame }) => frame)).toContain(ECHO);
  expect(bytesOf(ECHO)).toHaveLength(54);
});
