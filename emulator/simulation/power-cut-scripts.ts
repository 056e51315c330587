/** The errands whose every instant is tried with a power cut. */
import { loadCards } from '../cards.ts';
import { FAULTS } from '../scenario/faults.ts';
import {
  balance,
  completion,
  completionAdvice,
  completionVoid,
  preAuthorization,
  preAuthorizationVoid,
  refundOfPart,
  sale,
  service,
  settlement,
  singleMessageTransfer,
  transfer,
  voidOfLast,
} from './errands.ts';
import type { Errand } from './person.ts';
import { CHIP_OTHERS, CHIP_SALES, CHIPS_PULLED } from './power-cut-chip-scripts.ts';
import type { PowerCutScript } from './power-cuts.ts';
import { withPeople } from './simulated-config.ts';
import type { WorldOptions } from './world.ts';

const cards = loadCards();

type Configure = NonNullable<WorldOptions['configure']>;

const faulty = (errand: Errand, ...deeds: readonly string[]): Errand => ({ ...errand, fault: { deeds } });

const withFault = (name: string): Errand => {
  const fault = FAULTS.find((each) => each.name === name);
  return fault === undefined ? sale : { ...sale, fault };
};

const withTransactions =
  (changes: Partial<ReturnType<Configure>['transactions']>): Configure =>
  (config) => ({ ...config, transactions: { ...config.transactions, ...changes } });

const storesAdvices = withTransactions({ completionAdvice: { stored: true } });
const oneMessage = withTransactions({ transfer: 'one-message' });
const asksNoCard = withTransactions({
  policies: {
    void: { card: false, pin: false },
    preAuthorizationVoid: { card: false, pin: false },
    completion: { card: false, pin: false },
    completionVoid: { card: false, pin: true },
  },
});
const takesParts: Pick<PowerCutScript, 'configure' | 'partialApproval'> = {
  partialApproval: true,
  configure: (config) => ({
    ...config,
    host: { ...config.host, dialect: { ...config.host.dialect, partialApproval: '1' } },
  }),
};
const short: Errand = { item: 'sale', amount: '500', card: 'insufficient-funds' };
const smaller: Errand = { ...sale, amount: '777' };

/** Whatever differs from the patient cashier's ordinary terminal. */
type Script = Omit<PowerCutScript, 'cards'>;

/** Of a sale, short enough for every pair of cuts. */
const SALES = {
  approved: { errands: [sale] },
  declined: { errands: [{ ...sale, card: 'insufficient-funds' }] },
  'reply lost': { errands: [withFault('reply-lost')] },
  'paper out': { errands: [withFault('paper-out')] },
} as const satisfies Readonly<Record<string, Script>>;

const OTHERS = {
  'an e-receipt taken': { receipts: true, errands: [{ ...sale, takesReceipt: true }] },
  'an e-receipt offered, and paper wanted': { receipts: true, errands: [sale] },
  'an e-receipt where the paper is out': { receipts: true, errands: [withFault('paper-out')] },
  'e-receipts of a batch that is settled': { receipts: true, errands: [sale, settlement] },
  'PIN entered again': { errands: [{ ...sale, pins: ['654321', '123456'] }] },
  'PIN entered again, then reply lost': {
    // Between the first request and the second.
    errands: [
      {
        ...sale,
        pins: ['654321', '123456'],
        fault: { deeds: [], later: [{ ms: 20, words: 'host next 0200 lose-reply' }] },
      },
    ],
  },
  'part taken': { errands: [short], ...takesParts },
  'part refused': { errands: [{ ...short, refusesPart: true }], ...takesParts },
  'a void': { errands: [sale, voidOfLast] },
  'a void without a card, its reply lost': {
    errands: [sale, faulty(voidOfLast, 'host next 0200 lose-reply')],
    configure: asksNoCard,
  },
  'a refund': { errands: [sale, refundOfPart] },
  'a refund, its reply lost': { errands: [sale, faulty(refundOfPart, 'host next 0220 lose-reply')] },
  'a pre-authorization and its void': { errands: [preAuthorization, preAuthorizationVoid] },
  'a completion and its void': { errands: [preAuthorization, completion, completionVoid] },
  'a completion and its void without a card': {
    errands: [preAuthorization, completion, completionVoid],
    configure: asksNoCard,
  },
  'a completion advice': { errands: [preAuthorization, completionAdvice] },
  'a completion advice, its reply lost, before a sale': {
    errands: [preAuthorization, faulty(completionAdvice, 'host next 0220 lose-reply'), sale],
  },
  'a completion advice, its reply lost, before a settlement': {
    errands: [preAuthorization, faulty(completionAdvice, 'host next 0220 lose-reply'), settlement],
  },
  'a completion advice, stored, before a settlement': {
    errands: [preAuthorization, completionAdvice, settlement],
    configure: storesAdvices,
  },
  'a balance inquiry': { errands: [balance] },
  'a transfer with two cards': { errands: [transfer] },
  'a transfer with two cards, its reply lost': { errands: [faulty(transfer, 'host next 0200 lose-reply')] },
  'a transfer in one message': { errands: [singleMessageTransfer], configure: oneMessage },
  'a transfer in one message, its reply lost': {
    errands: [faulty(singleMessageTransfer, 'host next 0200 lose-reply')],
    configure: oneMessage,
  },
} as const satisfies Readonly<Record<string, Script>>;

/** The host lets so much not be captured: it refuses the notice for good, and the two sides have not got the same. */
const tooMuch: Errand = { ...completionAdvice, amount: '9999' };

const SETTLEMENTS = {
  'a settlement that balances': { errands: [sale, settlement] },
  'a settlement that does not balance': {
    errands: [preAuthorization, tooMuch, smaller, settlement],
    configure: storesAdvices,
  },
  'a settlement whose reply is lost': { errands: [sale, faulty(settlement, 'host next 0500 lose-reply')] },
  'a settlement of which an upload’s reply is lost': {
    errands: [preAuthorization, tooMuch, faulty(settlement, 'host next 0320 lose-reply')],
    configure: storesAdvices,
  },
  'a settlement and paper out': {
    errands: [
      sale,
      { ...settlement, fault: { deeds: ['paper out-after 12'], cures: { 'printer-trouble': ['paper load'] } } },
    ],
  },
} as const satisfies Readonly<Record<string, Script>>;

const SERVICES = {
  'downloads that the host asks for': { errands: [faulty(sale, 'host require 1', 'host require 4')] },
  'downloads by hand': { errands: [service('parameters'), service('applications'), service('blacklist')] },
  'sign-off': { errands: [service('sign-off'), sale] },
  reprints: {
    errands: [
      sale,
      service('reprint-last'),
      service('reprint-voucher', { original: ['000002'] }),
      settlement,
      service('reprint-settlement'),
    ],
  },
  'upkeep and parameters': {
    errands: [
      service('head-check', { strips: ['bad', 'bad', 'good'] }),
      sale,
      service('head-check', { strips: ['bad', 'good'] }),
      service('print-parameters'),
    ],
    printerBaudRate: 115_200,
  },
  people: { errands: [service('operator-sign-on'), sale, service('operator-sign-off')], configure: withPeople },
  'a password that is wrong too often': {
    errands: [
      service('operator-sign-on', { passwords: ['1111', '2222', '3333'] }),
      service('operator-sign-on', { passwords: ['4444'] }),
    ],
    configure: withPeople,
  },
} as const satisfies Readonly<Record<string, Script>>;

const CHIPS = { ...CHIP_SALES, ...CHIP_OTHERS, ...CHIPS_PULLED };
const SCRIPTS = { ...SALES, ...OTHERS, ...SETTLEMENTS, ...SERVICES, ...CHIPS };

export type ScriptName = keyof typeof SCRIPTS;

/** Sales, whose every pair of cuts is tried; and everything else. */
export const SALE_NAMES = Object.keys(SALES) as ScriptName[];
export const OTHER_NAMES = Object.keys({ ...OTHERS, ...SETTLEMENTS, ...SERVICES }) as ScriptName[];

/** Whose card has a chip: sales, of which many pairs of cuts are tried, and everything else. */
export const CHIP_SALE_NAMES = Object.keys(CHIP_SALES) as ScriptName[];
export const CHIP_NAMES = Object.keys({ ...CHIP_OTHERS, ...CHIPS_PULLED }) as ScriptName[];

export const script = (name: ScriptName, wrong: Partial<PowerCutScript> = {}): PowerCutScript => ({
  cards,
  ...(Object.hasOwn(CHIPS, name) && { chipReader: true }),
  ...SCRIPTS[name],
  ...wrong,
});
