import { defineConfig } from 'vitest/config';

// `npm run` finds Node 24 in node_modules/.bin; a bare `npx vitest` or an install without scripts does not.
if (!process.versions.node.startsWith('24.')) {
  throw new Error(
    `Slipway runs on Node 24, this is ${process.versions.node}. Run "npm ci" (with install scripts), then "npm test".`,
  );
}

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        // Pure code, virtual time, memory wires: everything deterministic.
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'emulator/**/*.test.ts'],
          exclude: ['**/*.wire.test.ts', '**/*.proof.test.ts'],
        },
      },
      {
        // Real pseudo-terminals, TLS, SQLite files and processes, on the real clock. One file at a time: two cores.
        test: {
          name: 'wire',
          include: ['src/**/*.wire.test.ts', 'emulator/**/*.wire.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          fileParallelism: false,
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
    ],
  },
});
