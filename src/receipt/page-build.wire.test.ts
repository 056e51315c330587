/** The page as it is delivered, run in a room that has nothing but what a browser gives it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { OTHER_KEY, TEST_KEY } from './receipts.testing.ts';
import { buildPage } from './page/build.ts';
import { hexOf } from './codec/bytes.ts';

let html = '';
beforeAll(async () => {
  html = await buildPage([TEST_KEY.publicKey]);
});

const golden = JSON.parse(readFileSync(`${import.meta.dirname}/../../fixtures/receipt/records.json`, 'utf8')) as {
  readonly vectors: readonly { readonly record: string }[];
};
const HASH = `#${Buffer.from(golden.vectors[0]?.record ?? '', 'hex').toString('base64url')}`;

const between = (start: string, end: string): string => {
  const from = html.indexOf(start) + start.length;
  return html.slice(from, html.indexOf(end, from));
};
const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Runs the page's script. @returns what it shows, and what the page does when somebody pastes or follows a link. */
function run(hash: string, keys: string) {
  const receipt = { innerHTML: '', dataset: { keys }, value: '' };
  const listeners = new Map<string, () => void>();
  const listen = (type: string, listener: () => void): void => {
    listeners.set(type, listener);
  };
  const pasted = { innerHTML: '', dataset: {}, value: '', addEventListener: listen };
  const location = { hash };
  const elements: Readonly<Record<string, unknown>> = { receipt, keys: pasted };
  const browser = {
    document: { getElementById: (id: string) => elements[id] },
    location,
    addEventListener: listen,
    atob,
    btoa,
    TextEncoder,
    TextDecoder,
  };
  runInContext(between('<script>', '</script>'), createContext(browser));
  return { receipt, pasted, location, fire: (type: string) => listeners.get(type)?.() };
}

describe('the built page', () => {
  test('forbids itself everything but its own script and style', () => {
    const policy = between('Content-Security-Policy" content="', '"');
    expect(policy).toContain("default-src 'none';");
    expect(policy).toContain(`script-src 'sha256-${digest(between('<script>', '</script>'))}';`);
    expect(policy).toContain(`style-src 'sha256-${digest(between('<style>', '</style>'))}';`);
    expect(policy).toMatch(/base-uri 'none'; form-action 'none'$/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('names nothing to load, and has one script', () => {
    expect(html.match(/<script/gi)).toHaveLength(1);
    expect(html).not.toMatch(/\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|localStorage|import)\s*\(/);
    expect(html).not.toMatch(/(src|href)="(?!data:,")/);
  });

  test('is small enough for a slow line', () => {
    expect(html.length).toBeLessThan(100_000);
  });

  test('shows a good receipt by the key that it came with', () => {
    const { receipt } = run(HASH, between('data-keys="', '"'));
    expect(receipt.innerHTML).toMatch(/^<header class="good".*RMB 1234\.56/s);
  });

  test('takes a key that is pasted', () => {
    const page = run(HASH, '');
    expect(page.receipt.innerHTML).toMatch(/^<header class="unknown-key"/);
    page.pasted.value = hexOf(TEST_KEY.publicKey);
    page.fire('input');
    expect(page.receipt.innerHTML).toMatch(/^<header class="good"/);
  });

  test('does not take a key out of the link, and follows the next link', () => {
    const page = run('#', hexOf(OTHER_KEY.publicKey));
    expect(page.receipt.innerHTML).toMatch(/^<header class="empty"/);
    page.location.hash = `${HASH}&keys=${hexOf(TEST_KEY.publicKey)}`;
    page.fire('hashchange');
    expect(page.receipt.innerHTML).toMatch(/^<header class="unreadable"/);
    page.location.hash = HASH;
    page.fire('hashchange');
    expect(page.receipt.innerHTML).toMatch(/^<header class="unknown-key"/);
  });
});
