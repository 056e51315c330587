import { formatAmount } from '../../domain/money.ts';
import { maskPan } from '../../domain/pan.ts';
import { Bug } from '../../domain/result.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Track2 } from '../../domain/track2.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { HostPort, PinAnswer, PinPadPort, PrinterPort, RequestCard, VaultPort } from '../ports.ts';
import { slipOf } from '../transaction/slip-of.ts';
import type { CommandOf, TransactionCommand } from '../transaction/commands.ts';
import type { CardFacts, OriginalFacts, TransactionEvent } from '../transaction/events.ts';
import type { TransactionContext } from '../transaction/context.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';
import { pinPadFailed, sendEvent, type Hand } from './hand.ts';
import type { CheckPassword } from './passwords.ts';
import { taken } from './personnel.ts';
import {
  originalParts,
  prepare,
  printEvent,
  referenceOf,
  type AllotTrace,
  type FindOriginal,
  type SwipeSlot,
} from './shared.ts';

export interface TransactionWorld {
  readonly pinPad: PinPadPort;
  readonly host: HostPort;
  readonly printer: PrinterPort;
  readonly vault: VaultPort;
  readonly swipes: SwipeSlot;
  readonly allotTrace: AllotTrace;
  readonly findOriginal: FindOriginal;
  readonly checkPassword: CheckPassword;
  /** Whether the host has put it on its blacklist. */
  readonly isBlocked: (pan: Secret<string>) => boolean;
  readonly parameters: TerminalParameters;
}

type Handlers = {
  readonly [Type in TransactionCommand['type']]: (params: CommandOf<Type>['params']) => void;
};

/** ISO 9564-1. */
const PIN_LENGTH_MIN = 4;

/** Turns a transaction's commands into calls on the ports, and their answers into events. */
export function transactionExecutor(
  world: TransactionWorld,
  hand: Hand,
  context: () => TransactionContext,
  post: (event: TransactionEvent) => void,
): (command: TransactionCommand) => void {
  const { parameters, vault } = world;
  const handlers: Handlers = {
    checkPassword: ({ number }) => world.checkPassword(number, taken(hand), post),
    findOriginal: (named) =>
      world.findOriginal(named, (original) =>
        post(original === undefined ? { type: 'OriginalMissing' } : { type: 'OriginalFound', original }),
      ),
    readCard: ({ as }) => world.swipes.await((swipe) => post(cardEvent(world, hand, context().original, swipe, as))),
    askPin: ({ kind, amount, card }) => {
      // A wrong one must not go out again when none is entered the second time.
      delete hand.pinBlock;
      const request = {
        pan: hand.track2?.pan ?? held(vault.open(card.sealedPan), 'card number'),
        amountText: amount === undefined ? '' : formatAmount(amount, parameters.currency),
        lengthMin: PIN_LENGTH_MIN,
        lengthMax: parameters.pinLengthMax,
        bypassAllowed: TRANSACTION_TYPES[kind].pin === 'optional',
        timeoutSeconds: parameters.pinTimeoutSeconds,
      };
      world.pinPad.enterPin(request, (answer) => post(pinEvent(hand, answer)));
    },
    cancelPin: () => world.pinPad.cancelPin(),
    allotTrace: () => world.allotTrace((trace) => post({ type: 'TraceAllotted', ...trace })),
    prepareVerification: (params) => {
      const card = { entryMode: 'swiped', track2: held(hand.receiver, 'receiving card') } as const;
      const document = held(hand.document, 'id document').reveal();
      prepare(world.host, { kind: 'account-verification', ...params, card, document }, post);
    },
    prepareAuthorization: (params) => authorize(world, params, cardOf(vault, params.card, hand.track2), hand, post),
    // The hand may be empty since a power cut, so the card is always named by what the journal has of it.
    prepareRepeat: (params) => authorize(world, params, keyed(vault, params.card), {}, post),
    prepareReversal: ({ kind, answeredDate, authorizationCode, card, original, ...request }) => {
      const isKeyed = card.entryMode === 'keyed';
      prepare(
        world.host,
        {
          kind: 'reversal',
          ...request,
          wire: TRANSACTION_TYPES[kind].wire,
          currencyCode: parameters.currency.numericCode,
          entryMode: card.entryMode,
          expiry: card.expiry,
          ...(isKeyed && { pan: held(vault.open(card.sealedPan), 'card number') }),
          ...(original !== undefined && { original: referenceOf(original) }),
          ...(answeredDate !== undefined && { answeredDate }),
          ...(authorizationCode !== undefined && { authorizationCode }),
        },
        post,
      );
    },
    sendRequest: () => world.host.send((answer) => post(sendEvent(answer, vault))),
    printSlip: ({ copy, reprint }) =>
      world.printer.print(slipOf(context(), { copy, reprint }, parameters), (answer) => post(printEvent(answer))),
  };
  return (command) => (handlers[command.type] as (params: unknown) => void)(command.params);
}

function authorize(
  { host, parameters, vault }: TransactionWorld,
  { amount, kind, original, receiver, ...params }: CommandOf<'prepareAuthorization'>['params'],
  card: RequestCard,
  { pinBlock }: Hand,
  post: (event: TransactionEvent) => void,
): void {
  prepare(
    host,
    {
      kind: 'authorization',
      stan: params.stan,
      batch: params.batch,
      training: params.training,
      ...(amount !== undefined && { amount }),
      ...originalParts(original),
      wire: TRANSACTION_TYPES[kind].wire,
      currencyCode: parameters.currency.numericCode,
      card,
      ...(receiver !== undefined && { receiver: held(vault.open(receiver.sealedPan), 'receiving card number') }),
      ...(pinBlock !== undefined && { pinBlock }),
    },
    post,
  );
}

const cardOf = (vault: VaultPort, card: CardFacts, track2: Track2 | undefined): RequestCard =>
  card.entryMode === 'keyed' ? keyed(vault, card) : { entryMode: 'swiped', track2: held(track2, 'card') };

const keyed = (vault: VaultPort, { expiry, sealedPan }: CardFacts): RequestCard => ({
  entryMode: 'keyed',
  pan: held(vault.open(sealedPan), 'card number'),
  expiry,
});

function cardEvent(
  world: TransactionWorld,
  hand: Hand,
  original: OriginalFacts | undefined,
  swipe: Parameters<Parameters<SwipeSlot['await']>[0]>[0],
  as: 'card' | 'receiver',
): TransactionEvent {
  if (swipe.type === 'unreadable') return { type: 'CardUnreadable' };
  if (swipe.type === 'lost') return { type: 'CardReaderLost' };
  const { expiry, pan } = swipe.track2;
  if (world.isBlocked(pan)) return { type: 'CardBlocked' };
  const card = {
    maskedPan: maskPan(pan.reveal()),
    sealedPan: world.vault.seal(pan),
    expiry,
    entryMode: 'swiped',
  } as const;
  if (as === 'receiver') {
    hand.receiver = swipe.track2;
    return { type: 'ReceiverRead', card };
  }
  const sealed = original?.sealedPan;
  if (sealed !== undefined && !world.vault.holds(sealed, pan)) return { type: 'CardDiffers' };
  hand.track2 = swipe.track2;
  return { type: 'CardRead', card };
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

function held<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Bug(`The terminal holds no ${what} where the chart says that it must.`);
  return value;
}
