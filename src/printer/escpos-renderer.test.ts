import { describe, expect, test } from 'vitest';
import type { Paper } from '../domain/paper.ts';
import { jobChunks, packChunks, paperJob } from './escpos-renderer.ts';
import { PRINTER_PROFILES, type PrinterProfileName } from './profiles.ts';
import { PAPERS, SETTLEMENT, SLIP } from './papers.testing.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One line of paper to a line, for people. */
function dump(units: readonly Uint8Array[]): string {
  let text = '';
  for (const unit of units) text += `${hex(unit)}${hex(unit) === '0a' ? '\n' : ' '}`;
  return `${text.trimEnd()}\n`;
}

const nameOf = (paper: Paper): string =>
  `${paper.reprint ? 'reprinted ' : ''}${paper.type === 'slip' ? `${paper.copy} copy` : paper.type}`;
const provenance = (paper: Paper, profile: string): string =>
  `# The ESC/POS job of the ${nameOf(paper)} on ${profile}, process id "0001": written by paperJob,
# read by a person against printer sheet 3, 6, 11 and 13. Units are kept apart by spaces, lines of paper by newlines.
`;

describe('the jobs, byte by byte', () => {
  test.each<[PrinterProfileName, string, Paper]>([
    ['epson-58', 'merchant', SLIP],
    ['epson-58', 'reprint', { ...SLIP, copy: 'cardholder', reprint: true }],
    ['epson-80', 'cardholder', { ...SLIP, copy: 'cardholder' }],
    ['generic-58', 'merchant', SLIP],
    ['epson-58', 'settlement', SETTLEMENT],
  ])('%s %s', async (profile, name, paper) => {
    const job = provenance(paper, profile) + dump(paperJob(paper, PRINTER_PROFILES[profile], '0001'));
    await expect(job).toMatchFileSnapshot(`${import.meta.dirname}/../../fixtures/escpos/job-${profile}-${name}.hex`);
  });
});

describe('a job', () => {
  const units = paperJob(SLIP, PRINTER_PROFILES['epson-58'], '0001').map(hex);

  test('begins with ESC @, then arms the automatic status and Chinese, and has no other ESC @', () => {
    expect(units.slice(0, 3)).toEqual(['1b40', '1d610f', '1c26']);
    expect(units.filter((unit) => unit === '1b40')).toHaveLength(1);
  });

  test('ends with a line feed, the feed to the cutter, the cut and the fence', () => {
    expect(units.slice(-4)).toEqual(['0a', '1b6404', '1d5600', '1d28480600303030303031']);
  });

  test('prints the amount in double size and what follows it in normal size', () => {
    const large = units.lastIndexOf('1b2130');
    expect(units.slice(large + 1, large + 3)).toEqual(['1b4501', '52']);
    expect(units.slice(large).includes('1b2100')).toBe(true);
  });
});

describe('chunks', () => {
  test.each(Object.entries(PRINTER_PROFILES))(
    'of a job on %s: all of it, and nothing is fed by the first',
    (_name, profile) => {
      for (const paper of PAPERS) {
        const units = paperJob(paper, profile, '0001');
        const chunks = jobChunks(units, profile.chunkBytes);
        expect(Buffer.concat(chunks)).toEqual(Buffer.concat(units));
        expect(chunks.every(({ length }) => length > 0 && length <= profile.chunkBytes)).toBe(true);
        expect(hex(chunks[0] ?? new Uint8Array())).toMatch(/^1b401d61..1c26((?!0a|1b64|1d56)..)*$/);
      }
    },
  );

  test('hold whole units, in order, up to their size', () => {
    const units = [[1, 2], [3, 4], [5], [6, 7, 8], [9]].map((bytes) => Uint8Array.from(bytes));
    expect(packChunks(units, 3).map(hex)).toEqual(['0102', '030405', '060708', '09']);
  });

  test('that are too small for a command are a wrong profile', () => {
    expect(() => packChunks([new Uint8Array(11)], 10)).toThrow('correct the profile');
  });
});
