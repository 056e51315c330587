/** What a file says of the chip card reader and of the kernel behind it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadTerminalConfig } from './terminal-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

function load(chipReader?: object, more: { readonly dialect?: object; readonly merchant?: object } = {}) {
  const file = join(directory, 'terminal.json');
  const config = {
    merchant: { name: '测试商户', number: '123456789111115', terminalNumber: '11115007', ...more.merchant },
    host: { address: '127.0.0.1', port: 7001, access: 'tcp', dialect: more.dialect ?? {} },
    devices: {
      swipeReader: { path: '/dev/ttyS1' },
      pinPad: { path: '/dev/ttyS2' },
      printer: { path: '/dev/ttyS3' },
      ...(chipReader !== undefined && { chipReader }),
    },
    storage: { journalFile: 'journal.db', storageKeyFile: 'storage.key' },
  };
  writeFileSync(file, JSON.stringify(config));
  return loadTerminalConfig(file);
}

test('a path is enough: the rest is a GemPC Twin at an attended terminal that is online only', () => {
  const config = load({ path: 'reader' });
  if (!config.ok) throw new Error(config.error);
  expect(config.value.devices.chipReader).toEqual({
    path: join(directory, 'reader'),
    dataBits: 8,
    parity: 'none',
    stopBits: 2,
    baudRate: 115_200,
    echoes: true,
    keypad: false,
    kernel: { terminalType: '21', acquirerNumber: '0', languages: ['zh', 'en'], revokedCertificates: [] },
  });
  expect(config.value.merchant.categoryCode).toBe('5999');
});

test('without a reader there is none', () => {
  const config = load();
  if (!config.ok) throw new Error(config.error);
  expect(config.value.devices).not.toHaveProperty('chipReader');
});

test.each([
  ['2 for a terminal that only swipes', undefined, {}, '2'],
  ['5 for one with a chip card reader', { path: 'reader' }, {}, '5'],
  ['what is said', { path: 'reader' }, { readingCapability: '6' }, '6'],
  ['what is said, without a reader', undefined, { readingCapability: '5' }, '5'],
])('60.4 is %s', (_, chipReader, dialect, readingCapability) => {
  expect(load(chipReader, { dialect })).toMatchObject({ value: { host: { dialect: { readingCapability } } } });
});

test('what is said is kept, and a certificate is one string of hex', () => {
  const kernel = { acquirerNumber: '48020000', merchantName: 'CAFE', languages: ['en'] };
  const chipReader = {
    path: 'reader',
    stopBits: 1,
    baudRate: 9600,
    echoes: false,
    serial: 'SLIPWAY1',
    keypad: true,
  };
  const config = load(
    { ...chipReader, kernel: { ...kernel, revokedCertificates: ['A000000333 E2 0ABC01'] } },
    { merchant: { categoryCode: '5411' } },
  );
  expect(config).toMatchObject({
    value: {
      merchant: { categoryCode: '5411' },
      devices: {
        chipReader: {
          ...chipReader,
          path: join(directory, 'reader'),
          kernel: { ...kernel, revokedCertificates: ['A000000333E20ABC01'] },
        },
      },
    },
  });
});

const CERTIFICATE = 'A000000333 E2 0ABC01';

test.each<[object, string]>([
  [{}, '"devices.chipReader.path" is missing'],
  [{ echoes: 'yes' }, '"devices.chipReader.echoes" must be true or false'],
  [{ serial: 'SLIPWAY' }, '"devices.chipReader.serial" must be 8 printable ASCII characters'],
  [{ serial: '滑道滑道滑道滑道' }, '"devices.chipReader.serial" must be 8 printable ASCII characters'],
  [
    { kernel: { terminalType: '22' } },
    '"devices.chipReader.kernel.terminalType" must be "21": attended and online only',
  ],
  [{ kernel: { acquirerNumber: '123456789012' } }, 'acquirerNumber" must be 1 to 11 digits'],
  [{ kernel: { merchantName: '咖啡' } }, 'merchantName" must be 1 to 40 printable ASCII characters'],
  [{ kernel: { languages: [] } }, 'languages" must list 1 to 4 languages'],
  [{ kernel: { languages: ['zh', 'en', 'fr', 'de', 'it'] } }, 'languages" must list 1 to 4 languages'],
  [{ kernel: { languages: ['ZH'] } }, 'languages.0" must be two small letters'],
  [{ kernel: { revokedCertificates: ['A000000333E20ABC01'] } }, 'revokedCertificates.0" must be RID, index and serial'],
  [{ kernel: { revokedCertificates: Array(1001).fill(CERTIFICATE) } }, 'must list at most 1000 certificates'],
  [{ kernel: { currency: 'CNY' } }, 'kernel.currency" is not a key'],
])('%j is refused with a sentence', (chipReader, sentence) => {
  const path = Object.keys(chipReader).length === 0 ? {} : { path: 'reader' };
  expect(load({ ...path, ...chipReader })).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
});
