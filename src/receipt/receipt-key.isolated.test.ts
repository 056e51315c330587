/** The receipt key is whole or not there, whenever the power fails: the order of the calls to the file system says so. */
import { beforeEach, expect, test, vi } from 'vitest';
import { openReceiptKey } from './receipt-key.ts';

const disk = vi.hoisted(() => {
  const calls: string[] = [];
  let failing = '';
  const call =
    (name: string) =>
    (...args: readonly unknown[]): number => {
      const text = [name, ...args.filter((arg) => typeof arg !== 'object')].join(' ');
      if (failing !== '' && text.startsWith(failing)) throw new Error('no space left');
      calls.push(text);
      return args[0] === '/data' ? 4 : 3;
    };
  return {
    calls,
    fail: (prefix: string) => {
      failing = prefix;
    },
    openSync: call('open'),
    writeSync: call('write'),
    fsyncSync: call('fsync'),
    closeSync: call('close'),
    renameSync: call('rename'),
    rmSync: call('rm'),
    existsSync: () => false,
    readFileSync: () => '',
  };
});
vi.mock('node:fs', () => disk);

const seed = new Uint8Array(32).fill(0xab);
const open = () => openReceiptKey('/data/receipt.key', () => seed, true);

beforeEach(() => {
  disk.calls.length = 0;
  disk.fail('');
});

test('a key has its name only when it is on the disk, and the name is on the disk before the key is used', () => {
  expect(open()).toMatchObject({ ok: true });
  expect(disk.calls).toEqual([
    'rm /data/receipt.key.new',
    // 384: 0o600.
    'open /data/receipt.key.new wx 384',
    `write 3 receipt-seed-v1:${'ab'.repeat(32)}\n`,
    'fsync 3',
    'close 3',
    'rename /data/receipt.key.new /data/receipt.key',
    'open /data r',
    'fsync 4',
    'close 4',
  ]);
});

test.each(['write', 'fsync 3', 'rename', 'fsync 4'])('no key is used when %s fails', (call) => {
  disk.fail(call);
  expect(open()).toMatchObject({ ok: false, error: expect.stringContaining('no space left') });
  expect(disk.calls.filter((each) => each.startsWith('open'))).toHaveLength(
    disk.calls.filter((each) => each.startsWith('close')).length,
  );
});
