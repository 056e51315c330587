/** The receipt page in a real Chromium, where one is installed; with INTEROP_REQUIRED=1 it must be. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiptTool } from './tool-receipt.ts';

interface Golden {
  readonly publicKey: string;
  readonly vectors: readonly { readonly record: string }[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/receipt/records.json'), 'utf8'),
) as Golden;

const browser = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
// As for the foreign card software: what must run says so by failing.
const isRequired = process.env['INTEROP_REQUIRED'] === '1';
if (browser === undefined && !isRequired)
  process.stderr.write('SKIPPED: no Chromium is installed, so no browser has seen the receipt page.\n');

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-receipt-page-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What stands on the page once its script has run. */
async function shownBy(program: string, keys: readonly string[], change = ''): Promise<string> {
  const file = join(directory, 'receipt.html');
  await receiptTool(['page', '--out', file, ...keys]);
  const record = Buffer.from(golden.vectors[0]?.record ?? '', 'hex').toString('base64url');
  const url = `${pathToFileURL(file).href}#${record}${change}`;
  const profile = `--user-data-dir=${join(directory, 'profile')}`;
  return execFileSync(program, ['--headless', '--no-sandbox', '--disable-gpu', profile, '--dump-dom', url], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
}

describe.skipIf(browser === undefined && !isRequired)('in a browser, the page', () => {
  test.each<[string, readonly string[], string]>([
    ['a good receipt', ['--key', golden.publicKey], ''],
    ['one that nobody vouches for', [], ''],
  ])('shows %s', async (_, keys, change) => {
    const verdict = keys.length > 0 ? 'good' : 'unknown-key';
    const dom = await shownBy(browser ?? '', keys, change);
    expect(dom).toContain(`<header class="${verdict}"`);
    expect(dom).toContain('RMB 1234.56');
  });

  test('shows nothing of one that was changed', async () => {
    const dom = await shownBy(browser ?? '', ['--key', golden.publicKey], 'AAAA');
    expect(dom).toContain('<header class="unreadable"');
    expect(dom).not.toContain('RMB 1234.56');
  });
});
