import { describe, expect, test } from 'vitest';
import { tlvTool } from './tool-tlv.ts';

describe('the tlv tool', () => {
  test('shows a tree, the PAN masked', () => {
    expect(tlvTool(['70 0A 5A', '08', '6222021234567894'])).toEqual({
      stdout:
        '70 READ RECORD Response Message Template [10]\n' +
        '  5A Application Primary Account Number (PAN) [8]: 622202******7894',
      stderr: '',
      exitCode: 0,
    });
  });

  test.each([
    [[], 2, 'Usage: tlv HEX'],
    [['--help'], 2, 'Usage: tlv HEX'],
    [['5A0'], 1, 'HEX must be whole bytes of hexadecimal digits.'],
    [['5A0G'], 1, 'HEX must be whole bytes of hexadecimal digits.'],
    [['700357036222'], 1, 'At byte 3, in 70 > 57: value-cut-off.'],
    [['9F'], 1, 'At byte 0: tag-cut-off.'],
  ] as const)('says what is wrong with %j and repeats none of it', (args, exitCode, stderr) => {
    expect(tlvTool(args)).toEqual({ stdout: '', stderr, exitCode });
  });
});
