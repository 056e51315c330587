/**
 * Power cuts while the storage key is made, at every call to the file system, on a disk that keeps as little as it may.
 *
 * Mutations that these tests caught: written under its own name; no fsync of the file; none of the directory; a
 * leftover not removed.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { openVault } from './vault.ts';

const DIRECTORY = '/data';
const FILE = `${DIRECTORY}/storage.key`;

interface Inode {
  content: string;
  synced: string;
}

/** Content survives from its own fsync on, a name surely from that of the directory on, and perhaps before. */
const disk = vi.hoisted(() => {
  let names = new Map<string, Inode>();
  let durable = new Map<string, Inode>();
  let open = new Map<number, Inode | 'directory'>();
  let nextDescriptor = 3;
  let left = Infinity;
  let calls = 0;

  const call = <Value>(action: () => Value): Value => {
    if (left === 0) throw new Error('the power failed');
    left -= 1;
    calls += 1;
    return action();
  };
  const problem = (code: string): Error => Object.assign(new Error(code), { code });
  const described = (descriptor: number): Inode | 'directory' => {
    const found = open.get(descriptor);
    if (found === undefined) throw problem('EBADF');
    return found;
  };

  return {
    get calls() {
      return calls;
    },
    reset() {
      names = new Map();
      durable = new Map();
    },
    powerFailsAfter(callCount: number) {
      left = callCount;
      calls = 0;
    },
    powerReturns(unsyncedNamesSurvive: boolean) {
      left = Infinity;
      open = new Map();
      names = unsyncedNamesSurvive ? names : new Map(durable);
      for (const inode of names.values()) inode.content = inode.synced;
      durable = new Map(names);
    },
    openSync: (path: string, flags: string) =>
      call(() => {
        const directory = !path.slice(1).includes('/');
        if (flags === 'wx' && names.has(path)) throw problem('EEXIST');
        if (flags === 'wx') names.set(path, { content: '', synced: '' });
        const inode = names.get(path);
        if (!directory && inode === undefined) throw problem('ENOENT');
        open.set(nextDescriptor, inode ?? 'directory');
        return nextDescriptor++;
      }),
    writeSync: (descriptor: number, text: string) =>
      call(() => {
        const inode = described(descriptor);
        if (inode !== 'directory') inode.content += text;
        return text.length;
      }),
    fsyncSync: (descriptor: number) =>
      call(() => {
        const inode = described(descriptor);
        if (inode === 'directory') durable = new Map(names);
        else inode.synced = inode.content;
      }),
    closeSync: (descriptor: number) => call(() => open.delete(descriptor)),
    renameSync: (from: string, to: string) =>
      call(() => {
        const inode = names.get(from);
        if (inode === undefined) throw problem('ENOENT');
        names.delete(from);
        names.set(to, inode);
      }),
    rmSync: (path: string) => call(() => names.delete(path)),
    readFileSync: (path: string) =>
      call(() => {
        const inode = names.get(path);
        if (inode === undefined) throw problem('ENOENT');
        return inode.content;
      }),
  };
});
vi.mock('node:fs', () => disk);

let entropyCount = 0;
const entropy = (bytes: number): Uint8Array => new Uint8Array(bytes).fill((entropyCount += 1));
const pan = Secret.of('6222021234567890123', 'PAN');

beforeEach(() => {
  disk.reset();
  disk.powerFailsAfter(Infinity);
});

function callsToMakeOne(): number {
  expect(openVault(FILE, entropy).ok).toBe(true);
  return disk.calls;
}

const cuts = [false, true].flatMap((survive) => [false, true].map((surviveAgain) => [survive, surviveAgain] as const));

test.each(cuts)('leave a key that can be used, or none (names survive: %s, %s)', (survive, surviveAgain) => {
  const calls = callsToMakeOne();
  expect(calls).toBeGreaterThan(5);
  for (let first = 0; first <= calls; first++) {
    for (let second = 0; second <= calls; second++) {
      disk.reset();
      disk.powerFailsAfter(first);
      openVault(FILE, entropy);
      disk.powerReturns(survive);
      disk.powerFailsAfter(second);
      openVault(FILE, entropy);
      disk.powerReturns(surviveAgain);
      expect(openVault(FILE, entropy), `power cuts after ${first} and ${second} calls`).toMatchObject({ ok: true });
    }
  }
});

test('never lose a key that something was sealed under', () => {
  const calls = callsToMakeOne();
  for (let cut = 0; cut <= calls; cut++) {
    disk.reset();
    disk.powerFailsAfter(cut);
    openVault(FILE, entropy);
    disk.powerReturns(true);
    const vault = openVault(FILE, entropy);
    const sealed = vault.ok ? vault.value.seal(pan) : '';
    disk.powerReturns(false);
    const again = openVault(FILE, entropy);
    expect(again.ok && again.value.holds(sealed, pan), `a power cut after ${cut} calls`).toBe(true);
  }
});
