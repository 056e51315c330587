/** What the chip card kernel takes for one transaction with DDA, without line and card. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { toAmountMinor } from '../../src/domain/money.ts';
import { fromHex, toHex } from '../../src/emv/bytes.ts';
import { nodeCrypto } from '../../src/emv/crypto/node-crypto.ts';
import { type Outcome, transaction } from '../../src/emv/transaction.ts';
import { parseEmvConfig } from '../cli/emv-config.ts';

const WARM_UP = 100;
const NOT_FOUND = fromHex('6A82');

const readJson = (path: string) => JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8'));

/** CLA to P2, and of SELECT the name: all that the recording is compared by. */
const keyOf = (command: Uint8Array): string =>
  toHex(command[1] === 0xa4 ? command.subarray(0, -1) : command.subarray(0, 4));

/**
 * @returns milliseconds of each run.
 * @throws Error when a transaction is not what it is measured as: online, approved, authenticated by DDA.
 */
export function benchEmv(runs: number): readonly number[] {
  const recording: readonly { command: string; response: string }[] = readJson(
    'cards-replay/unionpay-dda.json',
  ).exchanges;
  const answers = new Map(recording.map(({ command, response }) => [keyOf(fromHex(command)), fromHex(response)]));
  const config = parseEmvConfig(readJson('emv/tool-config.json'));
  if (!config.ok) throw new Error(config.error);
  const { settings } = config.value;
  const run = (): number => {
    const startedAt = performance.now();
    const outcome = drive(settings, answers);
    const elapsedMs = performance.now() - startedAt;
    if (outcome.type !== 'completed' || outcome.decision !== 'approved')
      throw new Error('The transaction is not approved.');
    const { method, problem } = outcome.authentication ?? {};
    if (method !== 'dda' || problem !== undefined) throw new Error('The card is not authenticated by DDA.');
    return elapsedMs;
  };
  for (let index = 0; index < WARM_UP; index++) run();
  return Array.from({ length: runs }, run);
}

function drive(settings: Parameters<typeof transaction>[0], answers: ReadonlyMap<string, Uint8Array>): Outcome {
  const input = {
    amount: toAmountMinor(100n),
    amountOther: toAmountMinor(0n),
    transactionType: '00',
    currencyCode: '0156',
    currencyExponent: 2,
    date: '20260601',
    time: '120000',
    sequenceCounter: 1,
    unpredictableNumber: fromHex('11223344'),
    randomPercent: 99,
    forcedOnline: false,
  };
  const ports = { crypto: nodeCrypto, isOnExceptionFile: () => false, earlierAmountMinor: () => 0 };
  const kernel = transaction(settings, input, ports);
  let next = kernel.next();
  while (next.done !== true) {
    const need = next.value;
    if (need.type === 'transmit') {
      next = kernel.next({ type: 'response', bytes: answers.get(keyOf(need.apdu)) ?? NOT_FOUND });
    } else if (need.type === 'card-read') {
      next = kernel.next({ type: 'confirmed' });
    } else {
      next = kernel.next({ type: 'host-replied', responseCode: '00', isApproved: true });
    }
  }
  return next.value;
}
