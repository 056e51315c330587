/** A desk with everything around it made by hand: a host that answers as it is told, and a clock that is wound. */
import type { Cancel, Clock } from '../../domain/clock.ts';
import { CNY, type AmountMinor } from '../../domain/money.ts';
import type { Input, Screen } from '../../domain/screen.ts';
import type { Paper } from '../../domain/paper.ts';
import { Secret } from '../../domain/secret.ts';
import type { JournalPort, JournalRow } from '../journal.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { ChipCardPort } from '../chip-port.ts';
import type {
  HostPort,
  HostReply,
  HostRequest,
  PrintAnswer,
  PrintDensity,
  PrinterCondition,
  SendAnswer,
  SwipeEvent,
  WorkingKey,
} from '../ports.ts';
import type { ReceiptPort } from '../receipt-port.ts';
import { transactionFlow } from '../transaction/machine.ts';
import { Desk } from './desk.ts';

export const PAUSE_MS = 30_000;
/** Of every paper. */
export const HEAD_LINES = 1000;
const OPERATOR_MS = 60_000;

class HandClock implements Clock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly action: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const timer = { atMs: this.#nowMs + ms, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#nowMs = next.atMs;
      next.action();
    }
    this.#nowMs = untilMs;
  }
}

const key = (usage: 'P' | 'M'): WorkingKey => ({
  usage,
  algorithm: 'T',
  encrypted: Secret.of('0'.repeat(32), 'KEY'),
  checkValue: '00000000',
});

export const reply = (responseCode: string, more: Partial<HostReply> = {}): HostReply => ({
  responseCode,
  remarks: [],
  batch: 1,
  workingKeys: [key('P'), key('M')],
  processingRequirement: 0,
  ...more,
});

/** What the host answers to each kind of request from now on: an F39, or `silent`; or it is `unreachable`. */
type Manner = Record<HostRequest['kind'], string>;

const journalOf = (rows: JournalRow[]): JournalPort => ({
  append(row) {
    const seq = rows.length + 1;
    const written = { ...row, seq, flowId: row.flowId ?? seq };
    rows.push(written);
    return written;
  },
  rows: () => rows,
  rowsOf: (flowId) => rows.filter((row) => row.flowId === flowId),
});

const card: SwipeEvent = {
  type: 'card',
  track2: {
    data: Secret.of('6222021234567801117D3012120', 'TRACK2'),
    pan: Secret.of('6222021234567801117', 'PAN'),
    expiry: '3012',
    serviceCode: '120',
  },
};

const ALL_WELL: Manner = {
  'sign-in': '00',
  'sign-off': '00',
  echo: '00',
  download: '00',
  settlement: '00',
  'batch-details': '00',
  'batch-notice': '00',
  'batch-chip': '00',
  'batch-end': '00',
  'account-verification': '00',
  authorization: '00',
  reversal: '00',
  'script-notification': '00',
};

export const PARAMETERS: TerminalParameters = {
  merchantName: 'm',
  merchantNumber: '123456789111115',
  terminalNumber: '11115007',
  operatorNumber: '01',
  currency: CNY,
  applicationVersion: 'test',
  operatorTimeoutMs: OPERATOR_MS,
  pinTimeoutSeconds: 60,
  pinLengthMax: 12,
  reversalPauseMs: PAUSE_MS,
  transactions: {
    followUps: {},
    partialApproval: false,
    transfer: 'transfer',
    storesAdvices: false,
    pinTriesMax: 3,
    settlementDetails: true,
    uploadResends: 2,
  },
};

interface Options {
  readonly parameters?: Partial<TerminalParameters>;
  /** What an answer says besides its code. */
  readonly says?: (request: HostRequest) => Partial<HostReply>;
  readonly receipts?: ReceiptPort;
  /** A reader for chips, with a card that does this. */
  readonly chipCards?: ChipCardPort;
}

export function setUp(manner: Partial<Manner> = {}, rows: JournalRow[] = [], options: Options = {}) {
  const { chipCards, parameters, receipts, says } = options;
  const clock = new HandClock();
  const host: Manner = { ...ALL_WELL, ...manner };
  const requests: { readonly kind: string; readonly atMs: number }[] = [];
  /** The same, whole. */
  const full: HostRequest[] = [];
  const screens: Screen[] = [];
  const warnings: unknown[] = [];
  const answersOfHost: ((answer: SendAnswer) => void)[] = [];
  const papers: Paper[] = [];
  const answersOfPrinter: ((answer: PrintAnswer) => void)[] = [];
  let swiped: (event: SwipeEvent) => void = () => undefined;
  let input: (input: Input) => void = () => undefined;
  let prepared: HostRequest | undefined;
  let printerWorks = true;
  let conditions: (condition: PrinterCondition) => void = () => undefined;
  const densities: (PrintDensity | undefined)[] = [];
  const later = (action: () => void): void => void clock.after(0, action);

  const hostPort: HostPort = {
    prepare(request, answer) {
      prepared = request;
      requests.push({ kind: request.kind, atMs: clock.now() });
      full.push(request);
      later(() =>
        answer(host[request.kind] === 'unreachable' ? { type: 'unreachable', reason: 'refused' } : { type: 'ready' }),
      );
    },
    send(answer) {
      const request = prepared;
      if (request === undefined) throw new Error('Nothing was prepared.');
      const code = host[request.kind];
      answersOfHost.push(answer);
      later(() => {
        answer({ type: 'sent' });
        answer(
          code === 'silent'
            ? { type: 'silent', reason: 'timeout' }
            : { type: 'replied', reply: reply(code, says?.(request)) },
        );
      });
    },
    drop: () => undefined,
  };
  const desk = new Desk(
    {
      host: hostPort,
      swipeReader: { onSwipe: (listener) => (swiped = listener) },
      ...(chipCards !== undefined && { chipCards }),
      ...(receipts !== undefined && { receipts }),
      pinPad: {
        loadKey: (_, answer) => later(() => answer({ type: 'loaded' })),
        enterPin: (_, answer) => later(() => answer({ type: 'bypassed' })),
        enterOfflinePin: (_, answer) => later(() => answer({ type: 'bypassed' })),
        cancelPin: () => undefined,
        mac: () => undefined,
        encryptTrackBlock: () => undefined,
      },
      printer: {
        onCondition: (listener) => (conditions = listener),
        print(paper, answer, density) {
          papers.push(paper);
          densities.push(density);
          answersOfPrinter.push(answer);
          if (printerWorks) later(() => answer({ type: 'printed', proof: 'process-id', headLines: HEAD_LINES }));
          else later(() => answer({ type: 'stopped', trouble: 'paper-out', torn: false }));
        },
      },
      vault: { seal: () => 'sealed', holds: () => true, open: () => Secret.of('6222021234567801117', 'PAN') },
      passwords: {
        hash: () => undefined,
        verify: (password, hash, answer) => later(() => answer(hash === `hash of ${password.reveal()}`)),
      },
      display: { show: (screen) => screens.push(screen), onInput: (listener) => (input = listener) },
      parameters: { ...PARAMETERS, ...parameters },
      localTime: () => '2026-03-02 10:00:00',
      transactionFlow,
    },
    {
      journal: journalOf(rows),
      mains: { pass: () => undefined },
      clock,
      log: { info: () => undefined, warn: (fields) => warnings.push(fields) },
    },
  );
  const choose = (item: string): void => {
    input({ type: 'choose', item });
    clock.pass(0);
  };
  const screen = (): string => screens.at(-1)?.id ?? 'none';
  /** From the amount to whatever comes of it. */
  const finishSale = (): void => {
    input({ type: 'amount', amount: '1234' as AmountMinor });
    swiped(card);
    input({ type: 'confirm' });
    clock.pass(0);
  };
  return {
    clock,
    host,
    rows,
    requests,
    full,
    warnings,
    answersOfHost,
    answersOfPrinter,
    papers,
    densities,
    tellCondition: (condition: PrinterCondition) => conditions(condition),
    choose,
    finishSale,
    screen,
    lastScreen: () => screens.at(-1),
    kinds: () => requests.map(({ kind }) => kind),
    key: (pressed: Input) => input(pressed),
    breakPrinter: () => (printerWorks = false),
    mendPrinter: () => (printerWorks = true),
    boot: () => {
      desk.boot();
      clock.pass(0);
    },
    sell: () => {
      choose('sale');
      finishSale();
    },
  };
}
