import fc from 'fast-check';

// One seed, so that a red test is red for everybody; SEED=... looks elsewhere, and what it finds becomes a fixture.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20_261_123) });
