/** The emulator's configuration: what it is without a file, and what a file may say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEmulatorConfig } from './config.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const loaded = (json: Readonly<Record<string, unknown>>) => {
  const file = join(directory, 'emulator.json');
  writeFileSync(file, JSON.stringify(json));
  return loadEmulatorConfig(file);
};

test('nothing is asked of the terminal and no sale is approved for part, unless the file says so', () => {
  expect(loaded({})).toMatchObject({ ok: true, value: { partialApproval: false, requires: [] } });
});

test('a file may say what the host asks for, and that it approves for part', () => {
  const said = { partialApproval: true, requires: [4, 1] };
  expect(loaded(said)).toMatchObject({ ok: true, value: said });
});

test('a printer that prints in no time stands there, unless the file names another, or says how fast it is', () => {
  expect(loaded({})).toMatchObject({ ok: true, value: { printer: 'terminal-58' } });
  const said = { printer: 'clone-58', printerDotRowsPerSecond: 480 };
  expect(loaded(said)).toMatchObject({ ok: true, value: said });
});

test.each([
  { printer: 'laser' },
  { printerDotRowsPerSecond: -1 },
  { partialApproval: 'yes' },
  { requires: [0] },
  { requires: [10] },
  { requires: 4 },
])('%o is wrong, and the problem names the key', (json) => {
  const [key = ''] = Object.keys(json);
  expect(loaded(json)).toMatchObject({ ok: false, error: expect.stringContaining(`"${key}`) });
});
