import { expect, test } from 'vitest';
import { slipDateTime } from './slip-of.ts';

test.each([
  ['1123', '120102', '2026-11-23 12:00:00', '2026-11-23 12:01:02'],
  // The host is already in the new year, or still in the old one.
  ['0101', '000001', '2026-12-31 23:59:58', '2027-01-01 00:00:01'],
  ['1231', '235959', '2027-01-01 00:00:03', '2026-12-31 23:59:59'],
  [undefined, undefined, '2026-11-23 12:00:00', '2026-11-23 12:00:00'],
])('host %s %s at local %s is printed as %s', (date, time, local, printed) => {
  expect(slipDateTime(date, time, local)).toBe(printed);
});
