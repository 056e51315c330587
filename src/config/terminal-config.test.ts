import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTerminalConfig } from './terminal-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const complete = {
  merchant: { name: '测试商户', number: '123456789111115', terminalNumber: '11115007' },
  host: { address: '127.0.0.1', port: 7001, caFile: 'ca.pem' },
  devices: { swipeReader: { path: '/dev/ttyS1' }, pinPad: { path: '/dev/ttyS2' }, printer: { path: '/dev/ttyS3' } },
  storage: { journalFile: 'journal.db', storageKeyFile: 'storage.key' },
};

function load(config: unknown): ReturnType<typeof loadTerminalConfig> {
  const file = join(directory, 'terminal.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  return loadTerminalConfig(file);
}

describe('a terminal configuration', () => {
  test('gets the defaults, and paths relative to its file', () => {
    const config = load(complete);
    if (!config.ok) throw new Error(config.error);
    expect(config.value.storage.journalFile).toBe(join(directory, 'journal.db'));
    expect(config.value.devices.printer).toMatchObject({ path: '/dev/ttyS3', baudRate: 115_200 });
    expect(config.value.host).toMatchObject({ responseTimeoutMs: 60_000, tpdu: '6000030000' });
    expect(config.value.ui).toBe('console');
  });

  test.each<[string, unknown, RegExp]>([
    ['an unknown key', { ...complete, hots: {} }, /"hots" is not a key/],
    ['an unknown key below', { ...complete, host: { ...complete.host, prot: 1 } }, /"host\.prot" is not a key/],
    ['a missing key', { ...complete, host: { address: 'x', caFile: 'y' } }, /"host\.port" is missing/],
    ['a wrong type', { ...complete, host: { ...complete.host, port: 'x' } }, /"host\.port" is wrong/],
    [
      'a short terminal number',
      { ...complete, merchant: { ...complete.merchant, terminalNumber: '1' } },
      /"merchant\.terminalNumber" must be 8/,
    ],
    ['a port out of range', { ...complete, host: { ...complete.host, port: 70_000 } }, /"host\.port"/],
    ['no JSON', '{', /is not JSON/],
  ])('with %s is refused in one sentence that names it', (_, config, message) => {
    const loaded = load(config);
    expect(loaded.ok).toBe(false);
    expect(loaded).toMatchObject({ error: expect.stringMatching(message) });
    expect(!loaded.ok && loaded.error.includes('\n')).toBe(false);
  });

  test('that is not there is named', () => {
    expect(loadTerminalConfig('/nowhere/terminal.json')).toMatchObject({
      ok: false,
      error: expect.stringContaining('/nowhere/terminal.json'),
    });
  });
});
