import { fromHex, toHex } from '../../domain/hex.ts';
import { formatAmount } from '../../domain/money.ts';
import { maskPan } from '../../domain/pan.ts';
import { Bug } from '../../domain/result.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Track2 } from '../../domain/track2.ts';
import type { SlipCopy } from '../../domain/slip.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { ChipAnswer, ChipCard, ChipPinForm } from '../chip-port.ts';
import type {
  HostPort,
  OfflinePinAnswer,
  PinAnswer,
  PinPadPort,
  PrinterPort,
  RequestCard,
  VaultPort,
} from '../ports.ts';
import type { ReceiptAnswer, ReceiptPort } from '../receipt-port.ts';
import { slipOf } from '../transaction/slip-of.ts';
import type { CommandOf, TransactionCommand } from '../transaction/commands.ts';
import type { CardFacts, OriginalFacts, TransactionEvent } from '../transaction/events.ts';
import type { TransactionContext } from '../transaction/context.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';
import { chipEvent, chipFacts, chipRequestOf, hostAnswer, type ChipDownloads } from './chip.ts';
import type { ChipSlot } from './chip-slot.ts';
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
  readonly chips: ChipSlot;
  readonly chipDownloads: () => ChipDownloads;
  readonly receipts?: ReceiptPort;
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
  /** How the card wants the PIN: with what is its own, so not for the journal. */
  let asked: ChipPinForm | undefined;
  const handlers: Handlers = {
    checkPassword: ({ number }) => world.checkPassword(number, taken(hand), post),
    findOriginal: (named) =>
      world.findOriginal(named, (original) =>
        post(original === undefined ? { type: 'OriginalMissing' } : { type: 'OriginalFound', original }),
      ),
    readCard: (params) => {
      // The card before is not the one that is asked for now.
      world.chips.leave();
      world.swipes.await((swipe) => {
        world.chips.stopWaiting();
        post(swipeEvent(world, hand, context(), swipe, params));
      });
      if (!params.chips) return;
      world.chips.await(() => {
        world.swipes.release();
        post({ type: 'ChipInserted' });
      });
    },
    startChip: (params) => {
      const read = (card: ChipCard) => insertedEvent(world, hand, context(), card);
      world.allotTrace(({ stan }) => {
        const request = chipRequestOf(params, stan, world.chipDownloads(), world.isBlocked);
        world.chips.start(request, (step) => {
          if (step.type === 'ask-pin') asked = step.form;
          post(chipEvent(step, read));
        });
      });
    },
    chooseApplication: ({ index }) => world.chips.answer({ type: 'chosen', index }),
    confirmChip: () => world.chips.answer({ type: 'confirmed' }),
    givePin: ({ how }) => world.chips.answer(pinAnswer(how, hand)),
    tellChip: ({ reply }) => world.chips.answer(hostAnswer(context(), reply)),
    askPin: ({ kind, amount, card, form }) => {
      // A wrong one must not go out again when none is entered the second time.
      delete hand.pinBlock;
      delete hand.verifyData;
      const request = {
        pan: hand.track2?.pan ?? held(vault.open(card.sealedPan), 'card number'),
        amountText: amount === undefined ? '' : formatAmount(amount, parameters.currency),
        lengthMin: PIN_LENGTH_MIN,
        lengthMax: parameters.pinLengthMax,
        bypassAllowed: TRANSACTION_TYPES[kind].pin === 'optional',
        timeoutSeconds: parameters.pinTimeoutSeconds,
      };
      if (form === 'offline-enciphered' && asked?.type === form) {
        const { challenge, exponent, modulus } = asked;
        const forCard = { modulus: toHex(modulus), exponent: toHex(exponent), challenge: toHex(challenge) };
        const { pan: _, ...rest } = request;
        return world.pinPad.enterOfflinePin({ ...rest, ...forCard }, (answer) => post(pinEvent(hand, answer)));
      }
      world.pinPad.enterPin(request, (answer) => post(pinEvent(hand, answer)));
    },
    cancelPin: () => world.pinPad.cancelPin(),
    allotTrace: () => world.allotTrace((trace) => post({ type: 'TraceAllotted', ...trace })),
    prepareVerification: (params) => {
      const card = { entryMode: 'swiped', track2: held(hand.receiver, 'receiving card') } as const;
      const document = held(hand.document, 'id document').reveal();
      prepare(world.host, { kind: 'account-verification', ...params, card, document }, post);
    },
    prepareAuthorization: (params) => authorize(world, params, cardOf(vault, params, hand.track2), hand, post),
    // The hand may be empty since a power cut, so the card is always named by what the journal has of it.
    prepareRepeat: (params) => authorize(world, params, keyed(vault, params.card), {}, post),
    prepareReversal: ({ kind, answeredDate, authorizationCode, card, field55, original, ...request }) => {
      // Whatever becomes of it, the card need not wait for that.
      world.chips.leave();
      const isSwiped = card.entryMode === 'swiped';
      prepare(
        world.host,
        {
          kind: 'reversal',
          ...request,
          wire: TRANSACTION_TYPES[kind].wire,
          currencyCode: parameters.currency.numericCode,
          entryMode: card.entryMode,
          expiry: card.expiry,
          ...(card.fallback === true && { fallback: true }),
          ...(card.chip !== undefined && { sequenceNumber: card.chip.sequenceNumber }),
          ...(field55 !== undefined && { field55: fromHex(field55) }),
          ...(!isSwiped && { pan: held(vault.open(card.sealedPan), 'card number') }),
          ...(original !== undefined && { original: referenceOf(original) }),
          ...(answeredDate !== undefined && { answeredDate }),
          ...(authorizationCode !== undefined && { authorizationCode }),
        },
        post,
      );
    },
    sendRequest: () => world.host.send((answer) => post(sendEvent(answer, vault))),
    issueReceipt: () => {
      const slip = (copy: SlipCopy) => slipOf(context(), { copy, reprint: false }, parameters);
      const receipts = held(world.receipts, 'e-receipts');
      receipts.issue(slip('merchant'), (merchants) => {
        if (merchants.type === 'failed') return post(receiptEvent(merchants));
        receipts.issue(slip('cardholder'), (answer) => post(receiptEvent(answer)));
      });
    },
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

function cardOf(
  vault: VaultPort,
  { card, chip }: Pick<CommandOf<'prepareAuthorization'>['params'], 'card' | 'chip'>,
  track2: Track2 | undefined,
): RequestCard {
  switch (card.entryMode) {
    case 'keyed':
      return keyed(vault, card);
    case 'swiped':
      return { entryMode: 'swiped', track2: held(track2, 'card'), ...(card.fallback === true && { fallback: true }) };
    case 'inserted':
      return {
        entryMode: 'inserted',
        pan: held(vault.open(card.sealedPan), 'card number'),
        expiry: card.expiry,
        sequenceNumber: held(card.chip, 'chip').sequenceNumber,
        ...(track2 !== undefined && { track2 }),
        ...(chip !== undefined && { field55: fromHex(chip.field55) }),
      };
  }
}

const keyed = (vault: VaultPort, { expiry, sealedPan }: CardFacts): RequestCard => ({
  entryMode: 'keyed',
  pan: held(vault.open(sealedPan), 'card number'),
  expiry,
});

/** ISO/IEC 7813: the first digit of the service code says that the card carries a chip. */
const hasChip = ({ serviceCode }: Track2): boolean => serviceCode.startsWith('2') || serviceCode.startsWith('6');

const panFacts = ({ vault }: TransactionWorld, pan: Secret<string>) => ({
  maskedPan: maskPan(pan.reveal()),
  sealedPan: vault.seal(pan),
});

function swipeEvent(
  world: TransactionWorld,
  hand: Hand,
  { original, rules }: TransactionContext,
  swipe: Parameters<Parameters<SwipeSlot['await']>[0]>[0],
  { as, chips, fallback }: CommandOf<'readCard'>['params'],
): TransactionEvent {
  if (swipe.type === 'unreadable') return { type: 'CardUnreadable' };
  if (swipe.type === 'lost') return { type: 'CardReaderLost' };
  const { expiry, pan } = swipe.track2;
  if (world.isBlocked(pan)) return { type: 'CardBlocked' };
  const card = { ...panFacts(world, pan), expiry, entryMode: 'swiped' } as const;
  if (as === 'receiver') {
    hand.receiver = swipe.track2;
    return { type: 'ReceiverRead', card };
  }
  if (differs(world, original, pan)) return { type: 'CardDiffers' };
  if (chips && hasChip(swipe.track2)) {
    // A reader that is gone reads no chip.
    if (world.chips.isThere || rules.takesFallback !== true) return { type: 'CardHasChip' };
    hand.track2 = swipe.track2;
    return { type: 'CardRead', card: { ...card, fallback: true } };
  }
  hand.track2 = swipe.track2;
  return { type: 'CardRead', card: { ...card, ...(fallback && hasChip(swipe.track2) && { fallback: true }) } };
}

function insertedEvent(
  world: TransactionWorld,
  hand: Hand,
  { original }: TransactionContext,
  card: ChipCard,
): TransactionEvent {
  if (world.isBlocked(card.pan)) return { type: 'CardBlocked' };
  if (differs(world, original, card.pan)) return { type: 'CardDiffers' };
  delete hand.track2;
  if (card.track2 !== undefined) hand.track2 = card.track2;
  return { type: 'CardRead', card: chipFacts(card, panFacts(world, card.pan)) };
}

const differs = ({ vault }: TransactionWorld, original: OriginalFacts | undefined, pan: Secret<string>): boolean =>
  original?.sealedPan !== undefined && !vault.holds(original.sealedPan, pan);

function receiptEvent(answer: ReceiptAnswer): TransactionEvent {
  if (answer.type === 'failed') return { type: 'ReceiptFailed', reason: answer.failure.detail };
  const { type: _, ...receipt } = answer;
  return { type: 'ReceiptIssued', receipt };
}

function pinAnswer(how: CommandOf<'givePin'>['params']['how'], { verifyData }: Hand): ChipAnswer {
  switch (how) {
    case 'entered':
      return { type: 'pin-entered', ...(verifyData !== undefined && { data: verifyData }) };
    case 'on-reader':
      return { type: 'pin-on-reader' };
    case 'bypassed':
      return { type: 'pin-bypassed' };
    case 'not-working':
      return { type: 'pin-pad-not-working' };
  }
}

function pinEvent(hand: Hand, answer: PinAnswer | OfflinePinAnswer): TransactionEvent {
  switch (answer.type) {
    case 'entered':
      if ('data' in answer) hand.verifyData = answer.data;
      else hand.pinBlock = answer.pinBlock;
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
