/** The script in docs/scripting.md does what is said of it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-docs-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the script in the documentation takes a pre-authorization', () => {
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/scripting.md'), 'utf8')) ?? [];
  const script = join(directory, 'script.ts');
  writeFileSync(script, example.replace('./emulator/', `${ROOT}/emulator/`));
  const said = execFileSync(process.execPath, [script], { cwd: directory, encoding: 'utf8', timeout: 20_000 });
  expect(said).toMatch(/^approved \d{6}$/m);
  expect(said.match(/预授权 AUTH\n/g)).toHaveLength(2);
});
