/** Mutations tried: the key quoted in the error, the zero half used as a key, `encrypted` given without a key. */
import { describe, expect, test } from 'vitest';
import macs from '../../fixtures/crypto/macs.json' with { type: 'json' };
import tracks from '../../fixtures/crypto/tracks.json' with { type: 'json' };
import { macTool, pinBlockTool, trackTool } from './tool-crypto.ts';

const KEY = '4567C298FB0B045DAB54BF499E10EFCD';
const answered = (value: unknown): unknown => ({ stdout: `${JSON.stringify(value)}\n`, stderr: '', exitCode: 0 });

describe('mac', () => {
  test.each(macs.unionPay)('$name', ({ key, message, field64 }) => {
    expect(macTool(['--key', key, '--data', message])).toEqual(answered({ mac: field64 }));
  });

  test('a double-length key with a zero half is a single-length key', () => {
    const [{ key, message, field64 } = { key: '', message: '', field64: '' }] = macs.unionPay;
    expect(macTool(['--key', `${key}0000000000000000`, '--data', message])).toEqual(answered({ mac: field64 }));
  });

  test('lower case and --name=value are fine', () => {
    const [{ key, message, field64 } = { key: '', message: '', field64: '' }] = macs.unionPay;
    expect(macTool([`--key=${key.toLowerCase()}`, `--data=${message.toLowerCase()}`])).toEqual(
      answered({ mac: field64 }),
    );
  });
});

describe('pin-block', () => {
  const args = ['--pin', '123456', '--pan', '6222021234567890123'];

  test('without a key only the clear block', () => {
    expect(pinBlockTool(args)).toEqual(answered({ clear: '06122662A9876FED' }));
  });

  test('with a key the encrypted one too', () => {
    expect(pinBlockTool([...args, '--key', KEY])).toEqual(
      answered({ clear: '06122662A9876FED', encrypted: 'C6AE31D179922380' }),
    );
  });
});

describe('track', () => {
  test.each(tracks.encrypted)('$name', ({ track, encrypted }) => {
    expect(trackTool(['--key', tracks.key, '--track', track.replace('D', '=')])).toEqual(answered({ encrypted }));
  });
});

describe('bad input', () => {
  test.each([
    ['mac', macTool, ['--key', '0123456789ABCDE', '--data', '00'], '--key'],
    ['mac', macTool, ['--key', '0123456789ABCDEG', '--data', '00'], '--key'],
    ['mac', macTool, ['--key', '0123456789ABCDEF0123', '--data', '00'], '--key'],
    ['mac', macTool, ['--key', '0123456789ABCDEF', '--data', '012'], '--data'],
    ['mac', macTool, ['--key', '0123456789ABCDEF', '--data', ''], '--data'],
    ['pin-block', pinBlockTool, ['--pin', '123', '--pan', '6222021234567890123'], '--pin'],
    ['pin-block', pinBlockTool, ['--pin', '1234', '--pan', '6222021234567890123D'], '--pan'],
    ['pin-block', pinBlockTool, ['--pin', '1234', '--pan', '6222021234567890123', '--key', '0123'], '--key'],
    ['track', trackTool, ['--key', '01234567', '--track', '622202123456789012D25121010000012345'], '--key'],
    ['track', trackTool, ['--key', KEY, '--track', '622202'], '--track'],
    ['track', trackTool, ['--key', KEY, '--track', ';622202123456789012=25121010000012345?'], '--track'],
  ] as const)('%s says which value is wrong and does not repeat it: %#', (_, tool, args, option) => {
    const result = tool(args);
    expect([result.exitCode, result.stdout, result.stderr.startsWith(option)]).toEqual([1, '', true]);
    expect(args.filter((arg) => arg.length > 2 && !arg.startsWith('--') && result.stderr.includes(arg))).toEqual([]);
  });

  test.each([
    ['mac', macTool, []],
    ['mac', macTool, ['--key', '0123456789ABCDEF']],
    ['mac', macTool, ['--key']],
    ['mac', macTool, ['654321']],
    ['pin-block', pinBlockTool, ['--pin', '654321', '--card', '622202']],
    ['pin-block', pinBlockTool, ['--pan', '622202123', '654321']],
    ['track', trackTool, ['--654321', 'x']],
  ] as const)('%s shows its usage and repeats nothing: %#', (name, tool, args) => {
    const result = tool(args);
    expect([result.exitCode, result.stdout, result.stderr.startsWith(`Usage: ${name} `)]).toEqual([2, '', true]);
    expect(result.stderr).not.toContain('654321');
  });
});
