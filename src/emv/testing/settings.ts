/** A terminal for tests: attended, with a PIN pad, offline and online (type 22). */
import { toAmountMinor } from '../../domain/money.ts';
import { fromHex } from '../bytes.ts';
import { type TerminalApplication, type TerminalSettings, type TransactionInput, UNIONPAY_AIDS } from '../terminal.ts';

export const testApplication = (part: Partial<TerminalApplication> = {}): TerminalApplication => ({
  aid: UNIONPAY_AIDS.debit,
  partialName: true,
  version: '0030',
  floorLimitMinor: 10_000,
  actionCodes: { denial: '0000000000', online: '0000000000', default: '0000000000' },
  randomSelection: { thresholdMinor: 5000, targetPercent: 0, maximumPercent: 0 },
  onlinePin: true,
  ...part,
});

export const testSettings = (part: Partial<TerminalSettings> = {}): TerminalSettings => ({
  terminalType: '22',
  capabilities: 'E0F8C8',
  additionalCapabilities: 'F000F0A001',
  countryCode: '0156',
  interfaceDeviceSerial: '12345678',
  terminalNumber: '87654321',
  merchantNumber: '123456789012345',
  merchantCategoryCode: '5411',
  merchantName: 'SLIPWAY TEST',
  acquirerNumber: '12345678901',
  languages: ['zh', 'en'],
  codeTables: [1],
  asksCardholder: true,
  usesDirectory: true,
  cdaWithOnline: true,
  pinBypassAllowed: true,
  applications: [testApplication()],
  caKeys: [],
  revokedCertificates: [],
  ...part,
});

export const testInput = (part: Partial<TransactionInput> = {}): TransactionInput => ({
  amount: toAmountMinor(1234n),
  amountOther: toAmountMinor(0n),
  transactionType: '00',
  currencyCode: '156',
  currencyExponent: 2,
  date: '20261123',
  time: '101112',
  sequenceCounter: 7,
  unpredictableNumber: fromHex('11223344'),
  randomPercent: 50,
  forcedOnline: false,
  ...part,
});
