/** The cards of the emulated world, each with the account that the emulated host keeps for it. */
import * as v from 'valibot';
import { fail, ok, type Result } from '../../src/domain/result.ts';

const digits = (count: string, what: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{${count}}$`), what));

const sentence = v.pipe(v.string(), v.minLength(1, 'must not be empty'));

const cardSchema = v.strictObject({
  /** Where the numbers come from; for readers of the file. */
  provenance: sentence,
  name: v.pipe(v.string(), v.regex(/^[a-z\d]+(-[a-z\d]+)*$/, 'must be kebab-case')),
  about: sentence,
  aboutZh: sentence,
  pan: v.pipe(digits('12,19', 'must be 12 to 19 digits'), v.check(passesLuhn, 'has a wrong check digit (Luhn)')),
  expiry: v.pipe(v.string(), v.regex(/^\d{2}(0[1-9]|1[0-2])$/, 'must be YYMM')),
  serviceCode: digits('3', 'must be three digits'),
  track2: v.pipe(v.string(), v.maxLength(37, 'must have at most 37 characters')),
  readable: v.boolean(),
  pin: digits('4,12', 'must be 4 to 12 digits'),
  account: v.strictObject({
    balanceMinor: digits('1,15', 'must be an amount in fen, as a string of digits'),
    currencyCode: v.literal('156', 'must be "156"'),
    state: v.picklist(['active', 'lost', 'stolen', 'restricted'], 'must be active, lost, stolen or restricted'),
    behaviour: v.picklist(['answer', 'silent', 'late'], 'must be answer, silent or late'),
    organisation: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be three capital letters'))),
  }),
});

type CardFile = v.InferOutput<typeof cardSchema>;

export interface Card {
  readonly name: string;
  /** What it is for, in a sentence. */
  readonly about: string;
  readonly aboutZh: string;
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** With the separator `D`, without sentinels. */
  readonly track2: string;
  /** Whether a swipe reader can read its stripe. */
  readonly readable: boolean;
  /** The PIN that the host knows; what the cardholder keys is another matter. */
  readonly pin: string;
  readonly account: CardAccount;
}

interface CardAccount {
  /** Fen, as digits. */
  readonly balanceMinor: string;
  readonly currencyCode: '156';
  readonly state: 'active' | 'lost' | 'stolen' | 'restricted';
  /** `silent`: authorizations with this card are lost before they are booked. `late`: they are answered too late. */
  readonly behaviour: 'answer' | 'silent' | 'late';
  /** 63.1; absent: CUP. Any other is settled as foreign. */
  readonly organisation?: string;
}

/** Reads one card file. The error names every place that is wrong, and quotes no card data. */
export function parseCard(json: unknown): Result<Card, string> {
  const parsed = v.safeParse(cardSchema, json, { abortPipeEarly: true });
  if (!parsed.success) return fail(parsed.issues.map(describe).join('; '));
  const { provenance: _, ...card } = parsed.output;
  const problem = trackProblem(parsed.output);
  return problem === undefined ? ok(card) : fail(problem);
}

function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'card';
  // Valibot's own texts quote what was received; ours, which begin in lower case, do not.
  if (/^[a-z]/.test(issue.message)) return `${place} ${issue.message}`;
  if (issue.received === 'undefined') return `${place} is missing`;
  return issue.expected === 'never' ? `${place} is not a key of a card` : `${place} must be ${issue.expected}`;
}

/** Track 2 says the same as the other keys: ISO/IEC 7813, with `D` for the separator. */
function trackProblem(card: CardFile): string | undefined {
  const head = `${card.pan}D${card.expiry}${card.serviceCode}`;
  const rest = card.track2.slice(head.length);
  if (card.track2.startsWith(head) && /^\d*$/.test(rest)) return undefined;
  return 'track2 must be pan, D, expiry, serviceCode and then only digits';
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(pan: string): boolean {
  let sum = 0;
  for (let fromRight = 0; fromRight < pan.length; fromRight++) {
    const digit = Number(pan.at(-1 - fromRight));
    const value = fromRight % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
