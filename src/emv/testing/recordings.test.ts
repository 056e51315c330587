/** The recordings in fixtures are what the test card says; `UPDATE_GOLDEN=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordingConfig, recordings } from './recording.ts';

const fixtures = new URL('../../../fixtures/', import.meta.url);
const files = [
  ...Object.entries(recordings()).map(([name, card]) => [`cards-replay/${name}.json`, card] as const),
  ['emv/tool-config.json', recordingConfig()] as const,
];

test.each(files)('%s is up to date', (path, content) => {
  const file = new URL(path, fixtures);
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
