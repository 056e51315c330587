/** 9F33 by what stands on the counter, byte 2 bit by bit (EMV Book 4, annex A2). */
import { expect, test } from 'vitest';
import { terminalCapabilities } from './terminal-capabilities.ts';

test.each([
  [true, 'enciphered', 'E0F8C8'],
  [false, 'enciphered', 'E078C8'],
  [true, 'online-only', 'E0E8C8'],
  [false, 'online-only', 'E068C8'],
] as const)('a keypad on the reader: %s, a PIN pad that is %s: 9F33 is %s', (readerKeypad, pinPad, capabilities) => {
  expect(terminalCapabilities({ readerKeypad, pinPad })).toEqual({
    capabilities,
    additionalCapabilities: 'F000F0A001',
  });
});
