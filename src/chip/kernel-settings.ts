/** What the kernel is given: the terminal's own settings, what the host has sent, and the request. */
import { toAmountMinor } from '../domain/money.ts';
import type { Result } from '../domain/result.ts';
import { type DownloadProblem, readApplication, readCaKey } from '../emv/downloads.ts';
import type { TerminalSettings, TransactionInput } from '../emv/terminal.ts';
import type { ChipRequest } from './port-types.ts';

/** Fixed while the terminal runs. */
export interface ChipTerminal extends Omit<TerminalSettings, 'applications' | 'caKeys'> {
  /** Three digits, and how many decimals. */
  readonly currencyCode: string;
  readonly currencyExponent: number;
}

/** So many bytes of chance. */
export type Entropy = (bytes: number) => Uint8Array;

type Report = (what: 'application' | 'ca-key', tag: string) => void;

export function settingsOf(terminal: ChipTerminal, request: ChipRequest, report: Report): TerminalSettings {
  const { currencyCode: _currency, currencyExponent: _exponent, ...settings } = terminal;
  const readable = <Value>(
    what: 'application' | 'ca-key',
    entries: readonly string[],
    read: (hex: string) => Result<Value, DownloadProblem>,
  ): readonly Value[] =>
    entries.flatMap((hex) => {
      const entry = read(hex);
      if (!entry.ok) report(what, entry.error.tag);
      return entry.ok ? [entry.value] : [];
    });
  return {
    ...settings,
    applications: readable('application', request.applications, readApplication),
    caKeys: readable('ca-key', request.caKeys, readCaKey),
  };
}

export function inputOf(terminal: ChipTerminal, request: ChipRequest, entropy: Entropy): TransactionInput {
  const { amount, amountOther = toAmountMinor(0n), transactionType, date, time, stan, forcedOnline } = request;
  return {
    amount,
    amountOther,
    transactionType,
    currencyCode: terminal.currencyCode,
    currencyExponent: terminal.currencyExponent,
    date,
    time,
    sequenceCounter: stan,
    unpredictableNumber: entropy(4),
    randomPercent: percentOf(entropy),
    forcedOnline,
  };
}

/** 1 to 99, each as likely as the others but for two parts in a thousand million. */
function percentOf(entropy: Entropy): number {
  const [a = 0, b = 0, c = 0, d = 0] = entropy(4);
  return 1 + ((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % 99);
}
