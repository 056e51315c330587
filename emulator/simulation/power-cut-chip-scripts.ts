/** The errands with a chip card whose every instant is tried with a power cut. */
import {
  balance,
  completion,
  completionAdvice,
  preAuthorization,
  preAuthorizationVoid,
  sale,
  settlement,
  voidOfLast,
} from './errands.ts';
import type { Errand } from './person.ts';
import type { PowerCutScript } from './power-cuts.ts';

type Script = Omit<PowerCutScript, 'cards' | 'chipReader'>;

/** The same with a card in the slot. */
const inserted = (errand: Errand, card: string, more: Partial<Errand> = {}): Errand => ({
  ...errand,
  card,
  inserts: true,
  ...more,
});

const credit = inserted(sale, 'chip-credit');

const faulty = (errand: Errand, ...deeds: readonly string[]): Errand => ({ ...errand, fault: { deeds } });

/** To the card whose number ends like this: that of `chip-credit`. */
const CREDIT_ENDS = '1005';
/** The tries of the PIN are given back, and a limit is set. */
const PIN_UNBLOCK = '84240000';
const PUT_LIMIT = '04DA9F5803';

const before = `host script ${CREDIT_ENDS} 71 ${PIN_UNBLOCK}`;
const after = `host script ${CREDIT_ENDS} 72 ${PUT_LIMIT}`;
const scripted = faulty(credit, before, after);

/** More than the host lets be captured: the two sides have not got the same. */
const tooMuch: Errand = { ...completionAdvice, amount: '9999' };

const pulledAt = (screen: string): Script => ({ errands: [inserted(sale, 'chip-credit', { pullsAt: screen })] });

export const CHIPS_PULLED = {
  'a chip that is pulled out while it is read': pulledAt('reading-chip'),
  'a chip that is pulled out instead of a word': pulledAt('confirm'),
  'a chip that is pulled out at the PIN': pulledAt('enter-pin'),
  'a chip that is pulled out before the request has left': pulledAt('transmitting'),
  'a chip that is pulled out while the host thinks': pulledAt('authorizing'),
  'a chip that is pulled out while it hears the answer': pulledAt('telling-card'),
  'a chip that is pulled out while its slip is printed': pulledAt('printing'),
} as const satisfies Readonly<Record<string, Script>>;

export const CHIP_SALES = {
  'a chip': { errands: [credit] },
  'a chip, its reply lost': { errands: [faulty(credit, 'host next 0200 lose-reply')] },
} as const satisfies Readonly<Record<string, Script>>;

export const CHIP_OTHERS = {
  'a chip, the host silent': { errands: [faulty(credit, 'host next 0200 silent')] },
  'a chip, the MAC wrong': { errands: [faulty(credit, 'host next 0200 bad-mac')] },
  'a chip, declined': { errands: [faulty(credit, 'host next 0200 refuse 51')] },
  'a chip, the host down': { errands: [faulty(credit, 'host down')] },
  'a chip that demands its issuer': { errands: [inserted(sale, 'chip-demands-issuer')] },
  'a chip that refuses its issuer': { errands: [inserted(sale, 'chip-refuses-issuer')] },
  'a chip that refuses its issuer, the reversal’s reply lost': {
    errands: [faulty(inserted(sale, 'chip-refuses-issuer'), 'host next 0400 lose-reply')],
  },
  'a chip that declines': { errands: [inserted(sale, 'chip-declines')] },
  'a chip and an offline PIN': { errands: [inserted(sale, 'chip-offline-pin')] },
  'a chip and an offline PIN entered again': {
    errands: [inserted(sale, 'chip-offline-pin', { pins: ['654321', '123456'] })],
  },
  'a chip with two applications': { errands: [inserted(sale, 'chip-two-applications')] },
  'a chip that cannot be read, and its stripe': { errands: [inserted(sale, 'chip-dead')] },
  'a chip that falls silent': { errands: [inserted(sale, 'chip-mute')] },
  'a chip with scripts': { errands: [scripted] },
  'a chip with scripts, before a sale': { errands: [scripted, sale] },
  'a chip with scripts that is declined, before a sale': {
    errands: [{ ...scripted, amount: '2000000' }, sale],
  },
  'a chip with scripts, of which the news is lost': {
    errands: [scripted, faulty(credit, 'host next 0620 lose-reply')],
  },
  'a chip with scripts, before a settlement': { errands: [scripted, settlement] },
  'a chip’s pre-authorization and its void': {
    errands: [inserted(preAuthorization, 'chip-credit'), inserted(preAuthorizationVoid, 'chip-credit')],
  },
  'a chip’s pre-authorization and its completion': {
    errands: [inserted(preAuthorization, 'chip-credit'), inserted(completion, 'chip-credit')],
  },
  'a chip’s balance inquiry': { errands: [inserted(balance, 'chip-debit')] },
  'a chip’s void': { errands: [credit, inserted(voidOfLast, 'chip-credit')] },
  'a chip’s batch that balances': {
    errands: [credit, inserted(preAuthorization, 'chip-debit'), settlement],
  },
  'a chip’s batch that does not balance': {
    errands: [preAuthorization, tooMuch, credit, settlement],
    configure: (config) => ({
      ...config,
      transactions: { ...config.transactions, completionAdvice: { stored: true } },
    }),
  },
  'a chip’s batch of which an upload’s reply is lost': {
    errands: [credit, faulty(settlement, 'host next 0320 lose-reply')],
  },
} as const satisfies Readonly<Record<string, Script>>;
