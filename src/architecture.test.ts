/**
 * Holds every file to the import table.
 *
 * A checker that checks nothing also passes, so one violation of each kind is planted.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { mayImport, ROOMS, roomOf } from './architecture.ts';

const root = resolve(import.meta.dirname, '..');
const files = globSync(['src/**/*.ts', 'emulator/**/*.ts'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !file.endsWith('.d.ts'));

function specifiersOf(file: string, source: string): string[] {
  const { module } = parseSync(file, source);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      source.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^['"`]|['"`]$/g, ''),
    ),
  ];
}

function violations(file: string, source: string): string[] {
  const specifiers = [...new Set(specifiersOf(file, source))];
  return specifiers.filter((specifier) => {
    if (!specifier.startsWith('.')) return !mayImport(file, { package: packageName(specifier) });
    const path = relative(root, resolve(root, dirname(file), specifier)).replaceAll('\\', '/');
    return !mayImport(file, { path });
  });
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the import table', () => {
  test.each(files)('%s keeps to its room', (file) => {
    expect(roomOf(file), 'no room of the table holds this file').toBeDefined();
    expect(violations(file, readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });

  test('finds the files that it is to hold', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files).toContain('src/flows/transaction/machine.ts');
  });

  test.each([
    ['package', 'src/flows/planted.ts', `import { connect } from 'node:net'; export const x = connect;`],
    ['type-only package', 'src/flows/planted.ts', `import type { Socket } from 'node:net'; export type X = Socket;`],
    ['re-export', 'src/flows/planted.ts', `export * from 'node:tls';`],
    ['named re-export', 'src/flows/planted.ts', `export { connect } from 'node:tls';`],
    ['dynamic import', 'src/flows/planted.ts', `export const x = import('node:net');`],
    ['adapter in a flow', 'src/flows/planted.ts', `export { Vault } from '../journal/vault.ts';`],
    [
      'adapter in an adapter',
      'src/host/planted.ts',
      `import { Vault } from '../journal/vault.ts'; export const x = Vault;`,
    ],
    [
      'flow in an adapter',
      'src/printer/planted.ts',
      `import type { PrinterPort } from '../flows/ports.ts'; export type X = PrinterPort;`,
    ],
    ['package in the domain', 'src/domain/planted.ts', `import { pino } from 'pino'; export const x = pino;`],
    [
      'device protocol in the emulator',
      'emulator/models/planted.ts',
      `export * from '../../src/device/pin-pad/decoder.ts';`,
    ],
    ['emulator in the product', 'src/device/planted.ts', `export * from '../../emulator/models/model.ts';`],
    ['test package in the product', 'src/host/planted.ts', `import fc from 'fast-check'; export const x = fc;`],
  ])('catches a planted %s', (_, file, source) => {
    expect(violations(file, source)).toHaveLength(1);
  });

  test.each(Object.keys(ROOMS))('the room %s exists', (room) => {
    expect(files.some((file) => file === room || file.startsWith(`${room}/`))).toBe(true);
  });
});
