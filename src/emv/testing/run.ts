/** A whole transaction in a situation that is told by what is unusual in it. */
import { Secret } from '../../domain/secret.ts';
import { fromHex, toHex } from '../bytes.ts';
import type { Answer } from '../needs.ts';
import type { KernelPorts, TerminalApplication, TerminalSettings, TransactionInput } from '../terminal.ts';
import { transaction } from '../transaction.ts';
import { testCrypto } from './crypto.ts';
import { driveWith, type WorldScript } from './drive.ts';
import { testApplication, testInput, testSettings } from './settings.ts';
import { cardObjects, insert, type TestCard, testCaKey, testCard } from './test-card.ts';

/** Of a recording, in hex. */
interface Exchange {
  readonly command: string;
  readonly response: string;
}

export interface Situation {
  readonly card?: Partial<TestCard>;
  /** Added to the usual objects of record 1; empty: taken away. */
  readonly objects?: Readonly<Record<string, string>>;
  readonly settings?: Partial<TerminalSettings>;
  readonly application?: Partial<TerminalApplication>;
  readonly input?: Partial<TransactionInput>;
  readonly ports?: Partial<KernelPorts>;
  readonly world?: WorldScript;
}

export function run({
  card = {},
  objects = {},
  settings = {},
  application = {},
  input = {},
  ports = {},
  world = [],
}: Situation) {
  const profile = card.profile ?? '7800';
  const all = Object.entries({ ...cardObjects(profile), ...objects }).filter(([, value]) => value !== '-');
  const inserted = insert(testCard({ objects: Object.fromEntries(all), ...card }));
  const kernel = transaction(
    testSettings({ caKeys: [testCaKey], applications: [testApplication(application)], ...settings }),
    testInput(input),
    { crypto: testCrypto, isOnExceptionFile: () => false, earlierAmountMinor: () => 0, ...ports },
  );
  const exchanges: Exchange[] = [];
  const answer = (command: Uint8Array): Uint8Array | undefined => {
    const response = inserted.answer(command);
    if (response !== undefined) exchanges.push({ command: toHex(command), response: toHex(response) });
    return response;
  };
  const { value: outcome, needs } = driveWith(kernel, answer, world);
  return { outcome, needs, log: inserted.log, exchanges };
}

export const replied = (field55 = '', isApproved = true): readonly ['go-online', Answer] => [
  'go-online',
  {
    type: 'host-replied',
    responseCode: isApproved ? '00' : '05',
    isApproved,
    authorizationCode: '123456',
    field55: fromHex(field55),
  },
];
export const UNABLE: readonly ['go-online', Answer] = ['go-online', { type: 'unable-to-go-online' }];
export const PIN: readonly ['ask-pin', Answer] = [
  'ask-pin',
  { type: 'pin-entered', data: Secret.of(fromHex('241234FFFFFFFFFF'), 'PIN') },
];
export const ON_READER: readonly ['ask-pin', Answer] = ['ask-pin', { type: 'pin-on-reader' }];
export const ONLINE = { card: { first: 0x80 }, application: { floorLimitMinor: 0 }, objects: { '9F0F': '0000008000' } };

/** decision or code, TVR, TSI, CVM results. */
export const end = (situation: Situation): readonly (string | undefined)[] => {
  const { outcome } = run(situation);
  const { tvr, tsi, cvmResults } = outcome.registers ?? {};
  return [outcome.type === 'completed' ? outcome.decision : outcome.code, tvr, tsi, cvmResults];
};

export const noCvm = { '8E': '00000000000000001F00' };
