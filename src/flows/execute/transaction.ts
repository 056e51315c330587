import { formatAmount } from '../../domain/money.ts';
import { maskPan } from '../../domain/pan.ts';
import { Bug } from '../../domain/result.ts';
import type { TerminalParameters } from '../parameters.ts';
import type {
  HostPort,
  HostRequest,
  OriginalReference,
  PinAnswer,
  PinPadPort,
  PrintAnswer,
  PrinterPort,
  VaultPort,
} from '../ports.ts';
import { slipOf } from '../transaction/slip-of.ts';
import type { TransactionCommand } from '../transaction/commands.ts';
import type { OriginalFacts, TransactionEvent } from '../transaction/events.ts';
import type { TransactionContext } from '../transaction/context.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';
import { pinPadFailed, sendEvent, type Hand } from './hand.ts';
import type { AllotTrace, FindOriginal, SwipeSlot } from './shared.ts';

export interface TransactionWorld {
  readonly pinPad: PinPadPort;
  readonly host: HostPort;
  readonly printer: PrinterPort;
  readonly vault: VaultPort;
  readonly swipes: SwipeSlot;
  readonly allotTrace: AllotTrace;
  readonly findOriginal: FindOriginal;
  readonly parameters: TerminalParameters;
}

type Handlers = {
  readonly [Type in TransactionCommand['type']]: (
    params: Extract<TransactionCommand, { readonly type: Type }>['params'],
  ) => void;
};

/** ISO 9564-1: 4 to 12 digits. */
const PIN_LENGTH = { min: 4, max: 12 };

/** Turns a transaction's commands into calls on the ports, and their answers into events. */
export function transactionExecutor(
  world: TransactionWorld,
  hand: Hand,
  context: () => TransactionContext,
  post: (event: TransactionEvent) => void,
): (command: TransactionCommand) => void {
  const handlers: Handlers = {
    findOriginal: ({ voucher, follows }) =>
      world.findOriginal(voucher, follows, (original) =>
        post(original === undefined ? { type: 'OriginalMissing' } : { type: 'OriginalFound', original }),
      ),
    readCard: () => world.swipes.await((swipe) => post(cardEvent(world, hand, context().original, swipe))),
    askPin: ({ kind, amount }) => {
      const { pan } = held(hand.track2, 'card');
      const request = {
        pan,
        amountText: amount === undefined ? '' : formatAmount(amount, world.parameters.currency),
        lengthMin: PIN_LENGTH.min,
        lengthMax: PIN_LENGTH.max,
        bypassAllowed: TRANSACTION_TYPES[kind].pin === 'optional',
        timeoutSeconds: world.parameters.pinTimeoutSeconds,
      };
      world.pinPad.enterPin(request, (answer) => post(pinEvent(hand, answer)));
    },
    cancelPin: () => world.pinPad.cancelPin(),
    allotTrace: () => world.allotTrace((trace) => post({ type: 'TraceAllotted', ...trace })),
    prepareAuthorization: ({ kind, stan, batch, amount, original }) =>
      prepare(world, post, {
        kind: 'authorization',
        stan,
        batch,
        ...(amount !== undefined && { amount }),
        ...originalParts(original),
        wire: TRANSACTION_TYPES[kind].wire,
        currencyCode: world.parameters.currency.numericCode,
        entryMode: 'swiped',
        track2: held(hand.track2, 'card'),
        ...(hand.pinBlock === undefined ? {} : { pinBlock: hand.pinBlock }),
      }),
    prepareReversal: ({ kind, answeredDate, authorizationCode, original, ...request }) =>
      prepare(world, post, {
        kind: 'reversal',
        ...request,
        ...(original !== undefined && { original: referenceOf(original) }),
        ...(answeredDate !== undefined && { answeredDate }),
        wire: TRANSACTION_TYPES[kind].wire,
        currencyCode: world.parameters.currency.numericCode,
        entryMode: 'swiped',
        ...(authorizationCode === undefined ? {} : { authorizationCode }),
      }),
    sendRequest: () => world.host.send((answer) => post(sendEvent(answer))),
    printSlip: ({ copy, reprint }) =>
      world.printer.print(slipOf(context(), { copy, reprint }, world.parameters), (answer) => post(printEvent(answer))),
  };
  return (command) => (handlers[command.type] as (params: unknown) => void)(command.params);
}

function prepare(world: TransactionWorld, post: (event: TransactionEvent) => void, request: HostRequest): void {
  world.host.prepare(request, (answer) => {
    switch (answer.type) {
      case 'ready':
        return post({ type: 'RequestReady' });
      case 'unreachable':
        return post({ type: 'HostUnreachable', reason: answer.reason });
      case 'pin-pad-failed':
        return post(pinPadFailed(answer.failure));
    }
  });
}

function cardEvent(
  world: TransactionWorld,
  hand: Hand,
  original: OriginalFacts | undefined,
  swipe: Parameters<Parameters<SwipeSlot['await']>[0]>[0],
): TransactionEvent {
  if (swipe.type === 'unreadable') return { type: 'CardUnreadable' };
  if (swipe.type === 'lost') return { type: 'CardReaderLost' };
  const sealed = original?.sealedPan;
  if (sealed !== undefined && !world.vault.holds(sealed, swipe.track2.pan)) return { type: 'CardDiffers' };
  hand.track2 = swipe.track2;
  return {
    type: 'CardRead',
    card: {
      maskedPan: maskPan(swipe.track2.pan.reveal()),
      sealedPan: world.vault.seal(swipe.track2.pan),
      expiry: swipe.track2.expiry,
      entryMode: 'swiped',
    },
  };
}

const referenceOf = ({ batch, date, stan }: OriginalFacts): OriginalReference => ({
  batch,
  stan,
  ...(date !== undefined && { date }),
});

/** What a request says of the transaction that it follows up (dialect sheet 3.4, 4.2). */
function originalParts(original: OriginalFacts | undefined) {
  if (original === undefined) return {};
  const { authorizationCode, referenceNumber } = original;
  return {
    original: referenceOf(original),
    ...(referenceNumber !== undefined && { referenceNumber }),
    ...(authorizationCode !== undefined && { authorizationCode }),
  };
}

function pinEvent(hand: Hand, answer: PinAnswer): TransactionEvent {
  switch (answer.type) {
    case 'entered':
      hand.pinBlock = answer.pinBlock;
      return { type: 'PinEntered' };
    case 'bypassed':
      return { type: 'PinBypassed' };
    case 'cancelled':
      return { type: 'PinCancelled' };
    case 'timed-out':
      return { type: 'PinTimedOut' };
    case 'failed':
      return pinPadFailed(answer.failure);
  }
}

function printEvent(answer: PrintAnswer): TransactionEvent {
  switch (answer.type) {
    case 'printed':
      return { type: 'SlipPrinted' };
    case 'stopped':
      return { type: 'PrinterStopped', trouble: answer.trouble, torn: answer.torn };
    case 'ready':
      return { type: 'PrinterReady' };
  }
}

function held<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Bug(`The terminal holds no ${what} where the chart says that it must.`);
  return value;
}
