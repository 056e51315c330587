/** Chip cards as files: what is on them, how they decide, and how they misbehave. Keys are named, not quoted. */
import * as v from 'valibot';
import { fail, ok, type Result } from '../../../src/domain/result.ts';

const text = v.pipe(v.string(), v.minLength(1, 'must not be empty'));
const digits = (count: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{${count}}$`), `must be ${count.replace(',', ' to ')} digits`));
const hex = v.pipe(v.string(), v.regex(/^([\dA-F]{2})*$/, 'must be whole bytes in capital hex'));
const count = v.pipe(v.number(), v.integer('must be whole'), v.minValue(0, 'must not be negative'));
const tag = v.pipe(v.string(), v.regex(/^[\dA-F]{2}([\dA-F]{2})?$/, 'must be a tag in capital hex'));

/** What can be told apart of a card's commands. */
const COMMANDS = [
  'select-directory',
  'select',
  'read-record',
  'get-processing-options',
  'get-data',
  'get-challenge',
  'internal-authenticate',
  'verify',
  'generate-ac-1',
  'external-authenticate',
  'generate-ac-2',
  'script',
] as const;

const on = v.picklist(COMMANDS, 'must be the name of a command');

const misbehaviourSchema = v.variant('does', [
  /** Answers neither this command nor any after it until it is reset. */
  v.strictObject({ on, does: v.literal('mute') }),
  /** Does nothing and answers this status word. */
  v.strictObject({ on, does: v.literal('status'), status: v.pipe(hex, v.length(4, 'must be two bytes')) }),
  /** Its data lack their last byte, so that the lengths in them lie. */
  v.strictObject({ on, does: v.literal('shorten') }),
  /** A byte too many stands behind its data. */
  v.strictObject({ on, does: v.literal('lengthen') }),
  v.strictObject({ on, does: v.literal('delay'), delayMs: count }),
]);

const applicationSchema = v.strictObject({
  aid: v.pipe(hex, v.minLength(10, 'must be 5 to 16 bytes'), v.maxLength(32, 'must be 5 to 16 bytes')),
  label: v.pipe(text, v.maxLength(16, 'must have at most 16 characters')),
  preferredName: v.exactOptional(v.pipe(text, v.maxLength(16, 'must have at most 16 characters'))),
  /** 1 first; with 8 more the cardholder has to confirm (Book 1, table 48). */
  priority: v.pipe(count, v.maxValue(0x8f, 'must fit the indicator')),
  /** Tag 82. */
  interchangeProfile: v.pipe(hex, v.length(4, 'must be two bytes')),
  /** How keys, cryptograms and answers are made. */
  scheme: v.picklist(['pboc', 'emv-common'], 'must be pboc or emv-common'),
  /** Of GET PROCESSING OPTIONS, GENERATE AC and INTERNAL AUTHENTICATE: 1 is template 80, 2 is template 77. */
  answerFormat: v.picklist([1, 2], 'must be 1 or 2'),
  pdol: v.exactOptional(hex),
  cdol1: hex,
  cdol2: hex,
  ddol: v.exactOptional(hex),
  /** In each file numbered from 1. A tag whose value is not in `data` gets it from the keys and numbers of the card. */
  records: v.array(
    v.strictObject({
      file: v.pipe(count, v.minValue(1, 'must be 1 to 10'), v.maxValue(10, 'must be 1 to 10')),
      signed: v.boolean(),
      tags: v.array(tag),
    }),
  ),
  /** Values by tag; what stands here goes before what the model would make. */
  data: v.record(tag, hex),
  /** Tag 94 instead of the one that fits the records. */
  fileLocator: v.exactOptional(hex),
  limits: v.strictObject({
    /** So many offline in a row, then online. */
    consecutiveOffline: count,
    /** So many in a row if it cannot go online. */
    consecutiveOfflineMax: count,
    /** Minor units. */
    cumulativeOfflineMinor: digits('1,12'),
  }),
  blocked: v.exactOptional(v.boolean()),
  /** Answers the first GENERATE AC with an AAC, whatever is asked for. */
  declines: v.exactOptional(v.boolean()),
  /** Finds every issuer's answer wrong, and declines. */
  refusesIssuer: v.exactOptional(v.boolean()),
  /** Declines what was approved online without an issuer's cryptogram. */
  demandsIssuer: v.exactOptional(v.boolean()),
  /** Its issuer's certificate is on the revocation list. */
  revokedCertificate: v.exactOptional(v.boolean()),
  /** Its dynamic signatures are wrong. */
  signsWrong: v.exactOptional(v.boolean()),
  /** Its signed static data are wrong. */
  signedWrong: v.exactOptional(v.boolean()),
});

const schema = v.strictObject({
  /** Where the numbers come from; for readers of the file. */
  provenance: text,
  name: v.pipe(v.string(), v.regex(/^[a-z\d]+(-[a-z\d]+)*$/, 'must be kebab-case')),
  about: text,
  aboutZh: text,
  pan: v.pipe(digits('12,19'), v.check(passesLuhn, 'has a wrong check digit (Luhn)')),
  sequenceNumber: digits('2'),
  /** YYMM; good to the end of that month. */
  expiry: v.pipe(v.string(), v.regex(/^\d{2}(0[1-9]|1[0-2])$/, 'must be YYMM')),
  serviceCode: digits('3'),
  /** Of stripe and chip, with the separator `D`. */
  track2: v.pipe(v.string(), v.regex(/^\d{12,19}D\d{7,}$/, 'must be digits, D, digits'), v.maxLength(37)),
  pin: digits('4,12'),
  pinTriesMax: v.pipe(count, v.maxValue(15, 'must fit a digit')),
  pinTriesLeft: v.exactOptional(count),
  /** Empty: the chip is dead. */
  answerToReset: hex,
  /** How long it thinks about any command. */
  delayMs: v.exactOptional(count),
  blocked: v.exactOptional(v.boolean()),
  /** Whether there is a payment system environment. */
  directory: v.boolean(),
  applications: v.pipe(v.array(applicationSchema), v.minLength(1, 'must not be empty')),
  misbehaviours: v.array(misbehaviourSchema),
  account: v.strictObject({
    balanceMinor: digits('1,15'),
    currencyCode: v.literal('156', 'must be "156"'),
    state: v.picklist(['active', 'lost', 'stolen', 'restricted'], 'must be active, lost, stolen or restricted'),
    behaviour: v.picklist(['answer', 'silent', 'late'], 'must be answer, silent or late'),
    /** Whether the card may be swiped; `allowed` unless it says otherwise. */
    stripe: v.exactOptional(
      v.picklist(['allowed', 'fallback-only', 'refused'], 'must be allowed, fallback-only or refused'),
    ),
    /** Of the issuer's cryptogram; `right` unless it says otherwise. */
    issuerAnswer: v.exactOptional(v.picklist(['right', 'wrong', 'none'], 'must be right, wrong or none')),
  }),
});

export type ChipCardFile = v.InferOutput<typeof schema>;
export type ApplicationFile = v.InferOutput<typeof applicationSchema>;
export type CommandName = (typeof COMMANDS)[number];
export type Misbehaviour = v.InferOutput<typeof misbehaviourSchema>;

/** Reads one chip card file. The error names every place that is wrong, and quotes no card data. */
export function parseChipCard(json: unknown): Result<ChipCardFile, string> {
  const parsed = v.safeParse(schema, json, { abortPipeEarly: true });
  return parsed.success ? ok(parsed.output) : fail(parsed.issues.map(describe).join('; '));
}

function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'card';
  // Valibot's own texts quote what was received; ours, which begin in lower case, do not.
  if (/^[a-z]/.test(issue.message)) return `${place} ${issue.message}`;
  if (issue.received === 'undefined') return `${place} is missing`;
  return issue.expected === 'never' ? `${place} is not a key of a chip card` : `${place} must be ${issue.expected}`;
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(pan: string): boolean {
  const sum = Array.from(pan)
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}
