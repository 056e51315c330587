/** The configuration of the simulated terminal: the defaults of a real one, and no files. */
import type { TerminalConfig } from '../../src/terminal.ts';
import type { ChipWallet } from '../chip-wallet.ts';
import { TEST_TERMINAL } from '../device.ts';
import type { RegisteredTerminal } from '../models/host/keys.ts';
import { plain } from './passwords.ts';
import { OPERATOR, SUPERVISOR_PASSWORD } from './person.ts';

export type PrinterProfileName = TerminalConfig['devices']['printer']['profile'];

const line = { path: '', dataBits: 8, parity: 'none', stopBits: 1 } as const;

export const simulatedConfig = (
  profile: PrinterProfileName,
  { merchant, terminal }: RegisteredTerminal = TEST_TERMINAL,
): TerminalConfig => ({
  merchant: {
    name: '滑道测试商店',
    number: merchant,
    terminalNumber: terminal,
    operatorNumber: '01',
    categoryCode: '5999',
  },
  host: {
    address: 'memory',
    port: 1,
    access: 'tcp',
    tpdu: '6000030000',
    header: '603100311312',
    dialect: {
      signInKeys: '004',
      readingCapability: '2',
      partialApproval: '0',
      pinLengthMax: '12',
      reversalSecurityField: 'omit',
      reversalOriginal: 'own',
      scriptNoticeField60Digits: 13,
    },
    connectTimeoutMs: 10_000,
    responseTimeoutMs: 60_000,
    idleTimeoutMs: 5_000,
  },
  devices: {
    patienceMs: 0,
    swipeReader: { ...line, baudRate: 9600 },
    pinPad: { ...line, baudRate: 9600, masterKeySlot: 0, enciphersForCard: true },
    printer: { ...line, baudRate: 115_200, profile, cleanAfterLines: 200_000 },
  },
  slip: { language: 'zh-en', header: [], footer: [] },
  storage: { journalFile: '', storageKeyFile: '' },
  transactions: {
    policies: {
      void: { card: true, pin: true },
      preAuthorizationVoid: { card: true, pin: true },
      completion: { card: true, pin: true },
      completionVoid: { card: true, pin: true },
    },
    transfer: 'two-card',
    completionAdvice: { stored: false },
    pinTriesMax: 3,

    fallback: true,
  },
  settlement: { details: true, resends: 2 },
  ui: 'lines',
  timeouts: { operatorMs: 60_000, pinSeconds: 60, reversalPauseMs: 30_000 },
  log: { level: 'silent' },
});

/** The same with a chip card reader; of the cards that are revoked it knows. */
export const withChipReader = (config: TerminalConfig, { revokedCertificate }: ChipWallet): TerminalConfig => ({
  ...config,
  host: { ...config.host, dialect: { ...config.host.dialect, readingCapability: '5' } },
  devices: {
    ...config.devices,
    chipReader: {
      ...line,
      stopBits: 2,
      baudRate: 115_200,
      echoes: true,
      keypad: false,
      kernel: {
        terminalType: '21',
        acquirerNumber: '0',
        languages: ['zh', 'en'],
        revokedCertificates: [revokedCertificate.replaceAll(' ', '')],
      },
    },
  },
});

/** The same of a shop where people sign on. */
export const withPeople = (config: TerminalConfig): TerminalConfig => ({
  ...config,
  people: {
    supervisor: { number: '00', passwordHash: plain(SUPERVISOR_PASSWORD) },
    operators: [{ number: OPERATOR.number, passwordHash: plain(OPERATOR.password) }],
    wrongPasswordsMax: WRONG_PASSWORDS_MAX,
  },
});

export const WRONG_PASSWORDS_MAX = 3;
