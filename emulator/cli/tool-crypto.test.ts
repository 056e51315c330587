/**
 * Mutations tried: the key quoted in the error, the zero half used as a key, `encrypted` given without a key, DES done
 * in spite of --algorithm sm4, the same fill every time. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import macs from '../../fixtures/crypto/macs.json' with { type: 'json' };
import pinBlocks from '../../fixtures/crypto/pin-blocks.json' with { type: 'json' };
import sm4 from '../../fixtures/crypto/sm4.json' with { type: 'json' };
import tracks from '../../fixtures/crypto/tracks.json' with { type: 'json' };
import { macTool, pinBlockTool, trackTool } from './tool-crypto.ts';

const KEY = '4567C298FB0B045DAB54BF499E10EFCD';
const PIN = ['--pin', '654321', '--pan', '6222021234567890123'] as const;
const answered = (value: unknown): unknown => ({ stdout: `${JSON.stringify(value)}\n`, stderr: '', exitCode: 0 });

describe('mac', () => {
  test.each(macs.unionPay)('$name', ({ key, message, field64 }) => {
    expect(macTool(['--key', key, '--data', message])).toEqual(answered({ mac: field64 }));
  });

  test('a double-length key with a zero half is a single-length key', () => {
    const [{ key, message, field64 } = { key: '', message: '', field64: '' }] = macs.unionPay;
    expect(macTool(['--key', `${key}0000000000000000`, '--data', message])).toEqual(answered({ mac: field64 }));
  });

  test.each(sm4.unionPayMac)('with SM4: $name', ({ key, message, text }) => {
    expect(macTool(['--key', key, '--data', message, '--algorithm', 'sm4'])).toEqual(answered({ mac: text }));
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

describe('pin-block of other formats', () => {
  const { pin, pan, random, pinField, panField, transactions } = pinBlocks.format4;
  const args = ['--pin', pin, '--pan', pan, '--format', '4'];

  test.each(pinBlocks.format3)('3, $name', (vector) => {
    const options = ['--pin', vector.pin, '--pan', vector.pan, '--format', '3', '--fill', vector.fill];
    expect(pinBlockTool(options)).toEqual(answered({ clear: vector.block }));
  });

  test('3 is encrypted like 0', () => {
    const options = ['--pin', '1234', '--pan', '5432101234567891', '--format=3', '--fill=ffffffffff', '--key', KEY];
    expect(pinBlockTool(options).stdout).toMatch(/"clear":"341215FEDCBA9876","encrypted":"[\dA-F]{16}"/);
  });

  test('4 without a key shows its fields', () => {
    expect(pinBlockTool([...args, '--fill', random])).toEqual(answered({ pinField, panField }));
  });

  test.each(transactions)('4 under $key', ({ key, block }) => {
    expect(pinBlockTool([...args, '--fill', random, '--key', key])).toEqual(
      answered({ pinField, panField, encrypted: block }),
    );
  });

  test.each([
    ['3', /^\{"clear":"34[\dA-F]{14}"\}$/],
    ['4', /^\{"pinField":"441234AAAAAAAAAA[\dA-F]{16}","panField":"[\dA-F]{32}"\}$/],
  ])('%s is filled at random when nothing is given', (format, shape) => {
    const made = Array.from({ length: 8 }, () => pinBlockTool(['--pin', pin, '--pan', pan, '--format', format]).stdout);
    expect(new Set(made).size).toBeGreaterThan(1);
    expect(made.filter((text) => !shape.test(text.trim()))).toEqual([]);
  });

  test.each(sm4.pinBlocks)('0 with SM4, $name', (vector) => {
    const options = ['--pin', vector.pin, '--pan', vector.pan, '--algorithm', 'sm4'];
    expect(pinBlockTool(options)).toEqual(answered({ clear: vector.block }));
  });
});

describe('track', () => {
  test.each(sm4.tracks)('with SM4, $name', ({ key, track, encrypted }) => {
    expect(trackTool(['--key', key, '--track', track, '--algorithm', 'sm4'])).toEqual(answered({ encrypted }));
  });

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
    ['track', trackTool, ['--key', KEY, '--track', '1'.repeat(32), '--algorithm', 'sm4'], '--track'],
    ['mac', macTool, ['--key', KEY, '--data', '00', '--algorithm', 'aes-128'], '--algorithm'],
    ['mac', macTool, ['--key', '0123456789ABCDEF', '--data', '00', '--algorithm', 'sm4'], '--key'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '1111'], '--format'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '3', '--algorithm', 'sm4'], '--algorithm'],
    ['pin-block', pinBlockTool, [...PIN, '--algorithm', 'rc4-40'], '--algorithm'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '4', '--algorithm', 'des-x'], '--algorithm'],
    ['pin-block', pinBlockTool, [...PIN, '--fill', 'ABCDEFABCD'], '--fill'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '3', '--fill', '0BCDEFABCD'], '--fill'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '4', '--fill', 'ABCDEFABCD'], '--fill'],
    ['pin-block', pinBlockTool, [...PIN, '--format', '4', '--key', '0123456789ABCDEF'], '--key'],
    ['track', trackTool, ['--key', KEY, '--track', ';622202123456789012=25121010000012345?'], '--track'],
  ] as const)('%s says which value is wrong and does not repeat it: %#', (_, tool, args, option) => {
    const result = tool(args);
    expect([result.exitCode, result.stdout, result.stderr.startsWith(option)]).toEqual([1, '', true]);
    expect(args.filter((arg) => arg.length > 2 && !/^--|^sm4$/.test(arg) && result.stderr.includes(arg))).toEqual([]);
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
