/** The composition root: every adapter is made and wired here, and the compiler holds each against its port. */
import { openChipCards } from './chip/chip-cards.ts';
import type { ChipTerminal } from './chip/kernel-settings.ts';
import { terminalCapabilities } from './chip/terminal-capabilities.ts';
import type { Clock } from './domain/clock.ts';
import type { Line } from './domain/line.ts';
import { CNY } from './domain/money.ts';
import { GEMPC_TWIN, openChipReader } from './device/chip-reader/chip-reader.ts';
import { openPinPad } from './device/pin-pad/pin-pad.ts';
import { openSwipeReader } from './device/swipe-reader/swipe-reader.ts';
import type { ChipCardPort } from './flows/chip-port.ts';
import { Desk } from './flows/desk/desk.ts';
import type { JournalPort } from './flows/journal.ts';
import type { Mains } from './flows/kernel/run.ts';
import type { TerminalParameters } from './flows/parameters.ts';
import type { DisplayPort, PasswordPort, VaultPort } from './flows/ports.ts';
import type { ReceiptPort } from './flows/receipt-port.ts';
import { transactionFlow, type TransactionFlow } from './flows/transaction/machine.ts';
import type { Connect } from './host/link.ts';
import { defaultParameters, keyFormOf } from './host/messages/setup.ts';
import { openHost } from './host/unionpay-host.ts';
import type { Log } from './log/log.ts';
import { openPrinter, type PrinterOptions } from './printer/printer.ts';
import { PRINTER_PROFILES } from './printer/profiles.ts';
import { readPaperSettings } from './printer/read-settings.ts';
import type { TerminalConfig } from './config/terminal-config.ts';

export type { TerminalConfig } from './config/terminal-config.ts';
export type { JournalRow } from './flows/journal.ts';

const APPLICATION_VERSION = 'SLIPWAY 0.1.0';

/** Everything outside the program. The product brings the real one, a simulation its own. */
export interface World {
  readonly clock: Clock;
  /** `YYYY-MM-DD HH:MM:SS` in the terminal's time zone. */
  readonly localTime: () => string;
  readonly lines: { readonly swipeReader: Line; readonly pinPad: Line; readonly printer: Line };
  /**
   * Opens the port of the chip card reader; the answer is nothing while there is none. It is asked again, a second later
   * each time, as long as that is so, and when the line has closed. Absent: cards are swiped only, whatever is configured.
   */
  readonly connectChipReader?: (answer: (line: Line | undefined) => void) => void;
  readonly connectHost: Connect;
  readonly journal: JournalPort;
  readonly vault: VaultPort;
  readonly passwords: PasswordPort;
  /** Absent: slips are paper only. */
  readonly receipts?: ReceiptPort;
  /** So many bytes of chance: what a chip card signs has some of it. */
  readonly entropy: (bytes: number) => Uint8Array;
  readonly display: DisplayPort;
  readonly log: Log;
  readonly mains: Mains;
  /** Only for tests that show what a wrong chart would do. */
  readonly transactionFlow?: TransactionFlow;
  /** Likewise a wrong print spool. */
  readonly printSpool?: PrinterOptions['spool'];
}

/**
 * Puts a terminal together and starts it: it replays its journal, finishes what power loss left, and gets ready.
 *
 * @returns one sentence that says why it must not start, or nothing.
 */
export function startTerminal(config: TerminalConfig, world: World): string | undefined {
  const { clock, log } = world;
  const part = (name: string): Log => log.child({ part: name });
  const { host, merchant } = config;
  const profile = PRINTER_PROFILES[config.devices.printer.profile];
  const papers = readPaperSettings(config.slip, profile);
  if (!papers.ok) return papers.error;
  const pinPad = openPinPad({
    line: world.lines.pinPad,
    clock,
    masterKeySlot: config.devices.pinPad.masterKeySlot,
    cipher: keyFormOf(host.dialect.signInKeys).cipher,
    log: part('pin-pad'),
  });
  const chipCards = chipCardsOf(config, world);
  const desk = new Desk(
    {
      swipeReader: openSwipeReader({ line: world.lines.swipeReader, clock, log: part('swipe-reader') }),
      ...(chipCards !== undefined && { chipCards }),
      pinPad,
      host: openHost({
        connect: world.connectHost,
        security: pinPad,
        terminal: {
          tpdu: host.tpdu,
          header: host.header,
          terminalNumber: merchant.terminalNumber,
          merchantNumber: merchant.number,
          ...(merchant.hardware !== undefined && { hardware: merchant.hardware }),
        },
        parameters: { ...defaultParameters, ...host.dialect },
        timeouts: {
          connectMs: host.connectTimeoutMs,
          responseMs: host.responseTimeoutMs,
          interByteMs: host.idleTimeoutMs,
        },
        clock,
        log: part('host'),
      }),
      printer: openPrinter({
        line: world.lines.printer,
        clock,
        profile,
        papers: papers.value,
        log: part('printer'),
        ...(world.printSpool !== undefined && { spool: world.printSpool }),
      }),
      display: world.display,
      vault: world.vault,
      passwords: world.passwords,
      ...(world.receipts !== undefined && { receipts: world.receipts }),
      parameters: parametersOf(config, {
        takesChips: chipCards !== undefined,
        keepsReceipts: world.receipts !== undefined,
      }),
      localTime: world.localTime,
      transactionFlow: world.transactionFlow ?? transactionFlow,
    },
    { journal: world.journal, mains: world.mains, clock, log: part('kernel') },
  );
  return desk.boot();
}

function chipCardsOf(config: TerminalConfig, world: World): ChipCardPort | undefined {
  const { clock, connectChipReader: connect, entropy, log } = world;
  const { chipReader } = config.devices;
  if (chipReader === undefined || connect === undefined) return undefined;
  const reader = openChipReader({
    connect,
    clock,
    profile: { ...GEMPC_TWIN, echoes: chipReader.echoes },
    log: log.child({ part: 'chip-reader' }),
  });
  const terminal = chipTerminalOf(config, chipReader);
  return openChipCards({ reader, clock, entropy, terminal, log: log.child({ part: 'chip-cards' }) });
}

/** The cards' own letters are ASCII. */
const isPrintableAscii = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

/**
 * What the kernel is told of this terminal; the country and the currency are China's.
 */
function chipTerminalOf(
  { devices, merchant: { categoryCode, name, number, terminalNumber } }: TerminalConfig,
  { kernel, keypad, serial }: NonNullable<TerminalConfig['devices']['chipReader']>,
): ChipTerminal {
  return {
    terminalType: kernel.terminalType,
    ...terminalCapabilities({
      readerKeypad: keypad,
      pinPad: devices.pinPad.enciphersForCard ? 'enciphered' : 'online-only',
    }),
    countryCode: '0156',
    currencyCode: CNY.numericCode,
    currencyExponent: CNY.decimals,
    interfaceDeviceSerial: serial ?? terminalNumber,
    terminalNumber,
    merchantNumber: number,
    merchantCategoryCode: categoryCode,
    merchantName: kernel.merchantName ?? (isPrintableAscii(name) ? name : number),
    acquirerNumber: kernel.acquirerNumber,
    languages: kernel.languages,
    codeTables: [1],
    asksCardholder: true,
    usesDirectory: true,
    cdaWithOnline: true,
    pinBypassAllowed: true,
    revokedCertificates: kernel.revokedCertificates,
  };
}

function parametersOf(
  { devices, host, merchant, people, receipts, settlement, timeouts, transactions }: TerminalConfig,
  { keepsReceipts, takesChips }: { readonly keepsReceipts: boolean; readonly takesChips: boolean },
): TerminalParameters {
  return {
    merchantName: merchant.name,
    merchantNumber: merchant.number,
    terminalNumber: merchant.terminalNumber,
    operatorNumber: merchant.operatorNumber,
    currency: CNY,
    applicationVersion: APPLICATION_VERSION,
    operatorTimeoutMs: timeouts.operatorMs,
    pinTimeoutSeconds: timeouts.pinSeconds,
    pinLengthMax: Number(host.dialect.pinLengthMax),
    reversalPauseMs: timeouts.reversalPauseMs,
    cleanAfterLines: devices.printer.cleanAfterLines,
    ...(people !== undefined && { people }),
    ...(keepsReceipts && { receipts: receipts?.offered === false ? 'kept' : 'offered' }),
    transactions: {
      followUps: {
        void: transactions.policies.void,
        'pre-authorization-void': transactions.policies.preAuthorizationVoid,
        completion: transactions.policies.completion,
        'completion-void': transactions.policies.completionVoid,
      },
      partialApproval: host.dialect.partialApproval !== '0',
      transfer: transactions.transfer === 'two-card' ? 'transfer' : 'single-message-transfer',
      storesAdvices: transactions.completionAdvice.stored,
      pinTriesMax: transactions.pinTriesMax,
      ...(takesChips && { chips: { fallback: transactions.fallback } }),
      settlementDetails: settlement.details,
      uploadResends: settlement.resends,
    },
  };
}
