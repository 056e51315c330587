import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { paperTool } from './tool-paper.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/paper');
let directory = '';
let slip = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-paper-'));
  slip = join(directory, 'slip.bin');
  const hex = readFileSync(join(FIXTURES, 'sample-slip.hex'), 'utf8').replaceAll(/^#.*$|\s/gm, '');
  writeFileSync(slip, Buffer.from(hex, 'hex'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a stream is shown as the text of its pieces, with a mark at each cut', () => {
  const golden = readFileSync(join(FIXTURES, 'sample-slip.txt'), 'utf8');
  expect(paperTool([slip])).toEqual({ stdout: golden, stderr: '', exitCode: 0 });
});

test('--png writes a picture as wide as the paper and its margins', () => {
  const out = join(directory, 'slip.png');
  expect(paperTool([slip, '--png', out]).exitCode).toBe(0);
  const png = readFileSync(out);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([384 + 48, 887]);
});

test('--width 576 lays the slip out for 80 mm paper', () => {
  const { stdout } = paperTool([slip, '--width', '576']);
  expect(stdout.split('\n')[0]).toBe(`${' '.repeat(11)}银联POS签购单`);
});

test('bytes that are no command are told of', () => {
  const file = join(directory, 'garbage.bin');
  writeFileSync(file, Buffer.from('1b7f410a', 'hex'));
  expect(paperTool([file])).toEqual({
    stdout: 'A\n',
    stderr: 'paper: offset 0, 2 bytes: 1b 7f\n',
    exitCode: 0,
  });
});

const written = (hex: string): string => {
  const file = join(directory, 'stream.bin');
  writeFileSync(file, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return file;
};

test('any other head is as wide as is said', () => {
  const { stdout } = paperTool([written('410a'), '--json', '--width', '400']);
  expect(JSON.parse(stdout)).toMatchObject({ sheets: [{ widthDots: 400 }] });
});

test('several cuts give several pictures, and their texts one below the other', () => {
  const out = join(directory, 'sheets.png');
  const { stdout } = paperTool([written('410a 1d5600 42420a 1d6501 1d5600 430a'), '--png', out, '--text']);
  expect(stdout).toBe('A\n- - - 8< - - -\nBB\n- - - 8< - - -\nC\n');
  const heights = ['sheets.png', 'sheets-2.png', 'sheets-3.png'].map((name) =>
    readFileSync(join(directory, name)).readUInt32BE(20),
  );
  expect(heights).toEqual([78, 78, 78]);
});

test('--json lists sheets with their lines and symbols, and what is unknown with its offset', () => {
  const file = written('1b7f 1d2112 410a 1d4802 1d6b4904 7b424849 1d5600 1d286b0500315030e94a 1d286b0300315130 1d6b49');
  const { stdout, stderr } = paperTool([file, '--text', '--json', '--width', '384']);
  expect(JSON.parse(stdout)).toEqual({
    sheets: [
      {
        widthDots: 384,
        heightDots: 72 + 162 + 24,
        cut: true,
        text: 'A\n[code128 HI]',
        lines: [
          {
            topDots: 0,
            heightDots: 72,
            texts: [
              {
                text: 'A',
                xDots: 0,
                font: 'A',
                timesWide: 2,
                timesHigh: 3,
                bold: false,
                underlineDots: 0,
                inverse: false,
                rotated: false,
              },
            ],
          },
        ],
        symbols: [{ kind: 'code128', payload: '{BHI', hri: 'HI', xDots: 0, widthDots: 171, heightDots: 186 }],
      },
      {
        widthDots: 384,
        heightDots: 63,
        cut: false,
        text: '[QR code, 2 bytes]',
        lines: [],
        symbols: [{ kind: 'qr', payloadHex: 'e94a', xDots: 0, widthDots: 63, heightDots: 63 }],
      },
    ],
    unknown: [{ offset: 0, bytes: 2, what: '1b 7f' }],
    unfinishedBytes: 3,
  });
  expect(stderr).toBe(
    'paper: offset 0, 2 bytes: 1b 7f\npaper: the stream ends within a command, after 3 bytes of it\n',
  );
});

test.each([
  { args: [], exitCode: 2, says: 'say one file' },
  { args: ['a', 'b'], exitCode: 2, says: 'say one file' },
  {
    args: ['a', '--width', '401'],
    exitCode: 2,
    says: '--width 401 is not a paper width: say 384 (58 mm), 416 (57.5 mm)',
  },
  { args: ['a', '--colour'], exitCode: 2, says: "Unknown option '--colour'" },
  { args: ['/no/such/file'], exitCode: 1, says: 'cannot read /no/such/file' },
])('$args is refused in one line that says: $says', ({ args, exitCode, says }) => {
  const output = paperTool(args);
  expect(output).toMatchObject({ stdout: '', exitCode });
  expect(output.stderr).toContain(says);
  expect(output.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a picture that cannot be written is said so', () => {
  const output = paperTool([slip, '--png', join(directory, 'no', 'slip.png')]);
  expect(output).toMatchObject({ stdout: '', exitCode: 1 });
  expect(output.stderr).toContain('cannot write');
});
