import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jobChunks, paperJob } from './escpos-renderer.ts';
import { feedsPaper, logoCommands } from './picture-commands.ts';
import { parsePbm } from './logo.ts';
import { PLAIN } from './paper-settings.ts';
import { SETTINGS_WITH_LOGO, SLIP } from './papers.testing.ts';
import { PRINTER_PROFILES } from './profiles.ts';
import { readPaperSettings } from './read-settings.ts';

const pbm = (header: string, ...rows: readonly number[]): Uint8Array =>
  Uint8Array.from([...Buffer.from(header, 'latin1'), ...rows]);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a packed PBM', () => {
  test.each([
    ['plain', 'P4\n10 2\n'],
    ['with comments', 'P4\n# drawn by hand\n10\n# and 2 high\n2\n'],
    ['in one line', 'P4 10 2 '],
  ])('%s is read, and the bits that fill its rows are no dots', (_name, header) => {
    expect(parsePbm(pbm(header, 0xf0, 0x7f, 0x0f, 0x80))).toEqual({
      ok: true,
      value: { widthDots: 10, heightDots: 2, rows: Uint8Array.of(0xf0, 0x40, 0x0f, 0x80) },
    });
  });

  test('may have a row that looks like white space', () => {
    expect(parsePbm(pbm('P4\n8 2\n', 0x0a, 0x20))).toMatchObject({
      ok: true,
      value: { rows: Uint8Array.of(0x0a, 0x20) },
    });
  });

  test.each([
    ['a PNG', pbm('\u0089PNG\r\n'), /is not a packed PBM/],
    ['a plain PBM', pbm('P1\n1 1\n1'), /is not a packed PBM/],
    ['nothing', pbm(''), /is not a packed PBM/],
    ['no dots at all', pbm('P4\n0 1\n'), /has 0 by 1 dots: 1 to 576 by 1 to 240/],
    ['too wide', pbm('P4\n577 1\n'), /has 577 by 1 dots/],
    ['too high', pbm('P4\n8 241\n'), /has 8 by 241 dots/],
    ['a part', pbm('P4\n16 2\n', 1, 2, 3), /ends after 3 of its 4 bytes of dots/],
  ])('that is %s is refused: %s', (_name, bytes, message) => {
    expect(parsePbm(bytes)).toMatchObject({ ok: false, error: expect.stringMatching(message) });
  });
});

describe('the settings of papers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-logo-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'logo.pbm');
  const words = { language: 'zh', header: ['A'], footer: ['B'] } as const;

  test.each([
    ['none', undefined, undefined],
    ['a graphic in the printer', { nvGraphic: 'L1' }, { type: 'nv-graphic', key: 'L1' }],
    ['an image in the printer', { nvImage: 7 }, { type: 'nv-image', number: 7 }],
    ['a file', { file }, { type: 'dots', bitmap: { widthDots: 8, heightDots: 1, rows: Uint8Array.of(0xaa) } }],
  ])('with %s', (_name, logo, wanted) => {
    writeFileSync(file, pbm('P4\n8 1\n', 0xaa));
    expect(readPaperSettings({ ...words, logo }, PRINTER_PROFILES['epson-58'])).toEqual({
      ok: true,
      value: { ...words, ...(wanted !== undefined && { logo: wanted }) },
    });
  });

  test.each([
    [
      'that is not there',
      join(directory, 'none.pbm'),
      'epson-58',
      /none\.pbm cannot be read \(ENOENT\): check slip\.logo/,
    ],
    ['that is something else', file, 'epson-58', /logo\.pbm is not a packed PBM/],
  ] as const)('with a file %s are refused', (_name, path, profile, message) => {
    writeFileSync(file, 'GIF89a');
    expect(readPaperSettings({ ...words, logo: { file: path } }, PRINTER_PROFILES[profile])).toMatchObject({
      ok: false,
      error: expect.stringMatching(message),
    });
  });

  test.each([
    ['epson-58', 384, true],
    ['epson-58', 385, false],
    ['epson-80', 512, true],
    ['epson-80', 513, false],
    ['generic-58', 32, true],
    ['generic-58', 33, false],
  ] as const)('on %s with a logo %d dots wide are right: %s', (profile, widthDots, isRight) => {
    writeFileSync(file, pbm(`P4\n${widthDots} 1\n`, ...new Uint8Array(Math.ceil(widthDots / 8))));
    const settings = readPaperSettings({ ...words, logo: { file } }, PRINTER_PROFILES[profile]);
    expect(settings.ok).toBe(isRight);
    expect(settings.ok || /dots wide and this printer takes \d+: make it narrower/.test(settings.error)).toBe(true);
  });
});

describe('a logo on its way to the printer', () => {
  const bitmap = { widthDots: 16, heightDots: 3, rows: Uint8Array.of(1, 2, 3, 4, 5, 6) };

  test('goes in bands of as many rows as fit a chunk', () => {
    expect(logoCommands({ type: 'dots', bitmap }, 12).map(hex)).toEqual([
      '1d7630000200020001020304',
      '1d763000020001000506',
    ]);
  });

  test.each([
    ['1004ff', '1804ff'],
    ['1005ff', '1805ff'],
    ['1014ff', '1814ff'],
    ['1010ff', '1010ff'],
    ['1003ff', '1003ff'],
  ])('the dots %s go as %s: one more where they were a real-time command', (dots, sent) => {
    const rows = Uint8Array.from(Buffer.from(dots, 'hex'));
    const [command] = logoCommands({ type: 'dots', bitmap: { widthDots: 24, heightDots: 1, rows } }, 64);
    expect(hex(command ?? new Uint8Array()).slice(16)).toBe(sent);
  });

  test.each([
    [{ type: 'nv-graphic', key: 'L1' } as const, '1d284c060030454c310101'],
    [{ type: 'nv-image', number: 3 } as const, '1c700300'],
  ])('is only named where the printer keeps it: %j', (logo, command) => {
    expect(logoCommands(logo, 16).map(hex)).toEqual([command]);
  });

  test('too wide for a chunk is a mistake of the program', () => {
    expect(() => logoCommands({ type: 'dots', bitmap }, 7)).toThrow('does not fit');
  });

  test.each(Object.entries(PRINTER_PROFILES).filter(([name]) => name !== 'generic-58'))(
    'is not burnt by the first chunk on %s',
    (_name, profile) => {
      const [first = new Uint8Array()] = jobChunks(
        paperJob(SLIP, profile, '0001', SETTINGS_WITH_LOGO),
        profile.chunkBytes,
      );
      expect(hex(first)).toMatch(/^1b401d61..1c261b6101$/);
    },
  );

  test('a printer that keeps the logo burns nothing of it with the first chunk either', () => {
    const profile = PRINTER_PROFILES['generic-58'];
    const settings = { ...PLAIN, logo: { type: 'nv-graphic', key: 'L1' } } as const;
    const chunks = jobChunks(paperJob(SLIP, profile, '0001', settings), profile.chunkBytes).map(hex);
    expect(chunks[0]).not.toContain('1d284c');
    expect(chunks[1]).toContain('1d284c');
  });
});

test.each([
  ['0a', true],
  ['1b4a08', true],
  ['1d7630000200020001020304', true],
  ['1d286b0300315130', true],
  ['1b6101', false],
  ['1d610f', false],
])('%s moves the paper: %s', (bytes, feeds) => {
  expect(feedsPaper(Buffer.from(bytes, 'hex'))).toBe(feeds);
});
