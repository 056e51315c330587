import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default'],
    // One more than the cores of a small machine: part of the tests wait for processes more than they work.
    maxWorkers: 3,
    projects: [
      {
        // Pure code, virtual time, memory wires: everything deterministic.
        test: {
          name: 'unit',
          // Nothing here depends on time: a machine that is slow, or shared, needs longer and is right all the same.
          testTimeout: 60_000,
          // Pure code keeps nothing between files, and loading it afresh for each would double the time.
          isolate: false,
          include: ['src/**/*.test.ts', 'emulator/**/*.test.ts'],
          setupFiles: ['./vitest.setup.ts'],
          // It imports its own files without their extension, which Node does not resolve.
          server: { deps: { inline: ['@ldclabs/cose-ts'] } },
          exclude: ['wire', 'proof', 'isolated', 'fuzz', 'interop'].map((kind) => `**/*.${kind}.test.ts`),
        },
      },
      {
        // What replaces a module of Node's needs modules of its own.
        test: { name: 'isolated', include: ['src/**/*.isolated.test.ts', 'emulator/**/*.isolated.test.ts'] },
      },
      {
        // Real pseudo-terminals, TLS, SQLite files and processes, on the real clock: they wait more than they work.
        test: {
          name: 'wire',
          include: ['src/**/*.wire.test.ts', 'emulator/**/*.wire.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // Seeded chance for as long as it is given, run by `npm run fuzz`: it tells how far it is.
        test: {
          name: 'fuzz',
          include: ['src/**/*.fuzz.test.ts', 'emulator/**/*.fuzz.test.ts'],
          testTimeout: 3_600_000,
        },
      },
      {
        // Slow proofs, run by `npm run proofs`.
        test: {
          name: 'proof',
          include: ['src/**/*.proof.test.ts', 'emulator/**/*.proof.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        // Against other people's software, where it is installed. Run by `npm run interop`.
        test: {
          name: 'interop',
          include: ['emulator/**/*.interop.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
