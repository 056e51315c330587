/** Cardholder verification (EMV Book 3, 10.5; Book 4, 6.3.4). */
import { Bug } from '../domain/result.ts';
import {
  getChallengeCommand,
  getDataCommand,
  responseOf,
  SUCCESS,
  transmit,
  verifyCommand,
  verifyTemplate,
} from './apdu.ts';
import { applies, type CvmMethod, type CvmRule, isSupported, parseCvmList } from './cvm-list.ts';
import { AIP_FLAGS, hasFlag } from './flags.ts';
import type { AuthenticatedData } from './initiate.ts';
import { type Answer, ask, type PinForm, type Step } from './needs.ts';
import { pinKeyOf } from './oda/authenticate.ts';
import type { Session } from './session.ts';
import { Terminated } from './termination.ts';
import { parseOutside } from './tlv.ts';

/** Book 4, annex A4, byte 3. */
const UNKNOWN = 0;
const FAILED = 1;
const SUCCESSFUL = 2;
type Verdict = typeof UNKNOWN | typeof FAILED | typeof SUCCESSFUL;

/** Of a counter of four bits: a card that never counts down is not asked for ever. */
const PIN_TRIES_MAX = 15;
const CHALLENGE_BYTES = 8;
const PIN_BLOCKED: ReadonlySet<number> = new Set([0x6983, 0x6984]);
const PIN_METHODS: ReadonlySet<CvmMethod> = new Set<CvmMethod>([
  'plaintext-pin',
  'online-pin',
  'plaintext-pin-and-signature',
  'enciphered-pin',
  'enciphered-pin-and-signature',
]);

export function* verifyCardholder(session: Session, records: AuthenticatedData): Step<void> {
  if (!hasFlag(AIP_FLAGS, 'cardholderVerification', session.get('82') ?? new Uint8Array())) return;
  const bytes = session.get('8E');
  const list = bytes === undefined ? undefined : parseCvmList(bytes);
  if (bytes !== undefined && list === undefined) throw new Terminated('data-object-malformed');
  if (list === undefined || list.rules.length === 0) {
    // Book 3, 7.5 and 10.5: promised by the profile and not there.
    session.tvr.set('cardDataMissing');
    return;
  }
  session.tsi.set('cardholderVerificationPerformed');
  const pin = new PinEntry(session, records);
  let results: readonly [number, number] = [0x3f, 0x00];
  for (const rule of list.rules) {
    if (!applies(rule, list, session)) continue;
    const verdict = yield* attempt(session, rule, pin);
    if (verdict !== undefined) results = [rule.code, rule.condition];
    if (verdict === UNKNOWN || verdict === SUCCESSFUL) {
      session.cvmResults = Uint8Array.of(rule.code, rule.condition, verdict);
      return;
    }
    if (!rule.goesOn) break;
  }
  session.tvr.set('cardholderVerificationFailed');
  session.cvmResults = Uint8Array.of(...results, FAILED);
}

/** Undefined: it cannot be done here, which is no attempt. */
function* attempt(session: Session, { method }: CvmRule, pin: PinEntry): Step<Verdict | undefined> {
  if (method === undefined) {
    session.tvr.set('unrecognisedCvm');
    return undefined;
  }
  if (!isSupported(method, session)) {
    // 10.5.1, 10.5.2
    if (PIN_METHODS.has(method)) session.tvr.set('pinPadNotWorking');
    return undefined;
  }
  switch (method) {
    case 'fail':
      return FAILED;
    case 'none':
      return SUCCESSFUL;
    case 'signature':
      session.needsSignature = true;
      return UNKNOWN;
    case 'online-pin':
      return yield* pin.online();
    case 'plaintext-pin':
      return yield* pin.offline('plaintext');
    case 'enciphered-pin':
      return yield* pin.offline('enciphered');
    case 'plaintext-pin-and-signature':
      return withSignature(session, yield* pin.offline('plaintext'));
    case 'enciphered-pin-and-signature':
      return withSignature(session, yield* pin.offline('enciphered'));
  }
}

/** 10.5.4: both must do; what the signature is worth nobody knows yet. */
function withSignature(session: Session, verdict: Verdict): Verdict {
  if (verdict !== SUCCESSFUL) return FAILED;
  session.needsSignature = true;
  return UNKNOWN;
}

type Entered = Extract<Answer, { readonly type: 'pin-entered' | 'pin-on-reader' }>;

/** The PIN in its three ways. Once it has been bypassed it is not asked for again (Book 4, 6.3.4.3). */
class PinEntry {
  readonly #session: Session;
  readonly #records: AuthenticatedData;
  #bypassed = false;

  constructor(session: Session, records: AuthenticatedData) {
    this.#session = session;
    this.#records = records;
  }

  *online(): Step<Verdict> {
    const entered = yield* this.#ask({ type: 'online' }, false);
    if (entered === undefined) return FAILED;
    this.#session.tvr.set('onlinePinEntered');
    return UNKNOWN;
  }

  /** 10.5.1, until it is right or may not be tried again. */
  *offline(form: 'plaintext' | 'enciphered'): Step<Verdict> {
    let triesLeft = yield* this.#tryCounter();
    if (triesLeft === 0) return this.#exhausted();
    for (let tries = 0; tries < PIN_TRIES_MAX; tries++) {
      const wanted = form === 'plaintext' ? ({ type: 'offline-plaintext' } as const) : yield* this.#encipherment();
      if (wanted === undefined) return FAILED;
      const entered = yield* this.#ask(wanted, tries > 0, triesLeft);
      const status = entered === undefined ? undefined : yield* this.#verify(entered);
      if (status === undefined) return FAILED;
      if (status === SUCCESS) return SUCCESSFUL;
      if (PIN_BLOCKED.has(status)) return this.#exhausted();
      if (status >> 4 !== 0x63c) return FAILED;
      triesLeft = status & 15;
      if (triesLeft === 0) return this.#exhausted();
    }
    return FAILED;
  }

  /** The card's word on it; undefined: there was no VERIFY. */
  *#verify(entered: Entered): Step<number | undefined> {
    if (entered.type === 'pin-entered') {
      return entered.data === undefined ? undefined : (yield* transmit(verifyCommand(entered.data))).status;
    }
    const { language } = this.#session.selected;
    const answer = yield* ask(
      { type: 'verify-on-reader', template: verifyTemplate(), ...(language === undefined ? {} : { language }) },
      ['response', 'card-gone', 'cancelled', 'timed-out', 'pin-pad-not-working'],
    );
    switch (answer.type) {
      case 'response':
      case 'card-gone':
        return responseOf(answer).status;
      case 'pin-pad-not-working':
        this.#session.tvr.set('pinPadNotWorking');
        return undefined;
      case 'cancelled':
        throw new Terminated('cancelled');
      case 'timed-out':
        throw new Terminated('pin-timed-out');
    }
  }

  #exhausted(): Verdict {
    this.#session.tvr.set('pinTryLimitExceeded');
    return FAILED;
  }

  /** 9F17, if the card tells it. */
  *#tryCounter(): Step<number | undefined> {
    if (this.#bypassed) return undefined;
    const { status, data } = yield* transmit(getDataCommand('9F17'));
    const objects = parseOutside(data);
    const [counter] = objects.ok ? objects.value : [];
    const isCounter = status === SUCCESS && counter?.tag === '9F17' && counter.value.length === 1;
    return isCounter ? counter.value[0] : undefined;
  }

  /** Book 2, 7.2: a key of the card and eight bytes of its chance, new for every try. */
  *#encipherment(): Step<PinForm | undefined> {
    if (this.#bypassed) return undefined;
    const key = pinKeyOf(this.#session, this.#records);
    if (!key.ok) return undefined;
    const { status, data } = yield* transmit(getChallengeCommand());
    if (status !== SUCCESS || data.length !== CHALLENGE_BYTES) return undefined;
    return { type: 'offline-enciphered', ...key.value, challenge: data };
  }

  *#ask(form: PinForm, isSecondTry: boolean, triesLeft?: number): Step<Entered | undefined> {
    if (this.#bypassed) return undefined;
    const { language } = this.#session.selected;
    const answer = yield* ask(
      {
        type: 'ask-pin',
        form,
        pan: this.#session.pan,
        isSecondTry,
        ...(triesLeft === undefined ? {} : { triesLeft }),
        ...(language === undefined ? {} : { language }),
      },
      ['pin-entered', 'pin-on-reader', 'pin-bypassed', 'pin-pad-not-working', 'cancelled'],
    );
    switch (answer.type) {
      case 'pin-entered':
      case 'pin-on-reader':
        if ((answer.type === 'pin-on-reader') !== (form.type === 'offline-plaintext')) {
          throw new Bug(`"${answer.type}" is no answer to "ask-pin" of a PIN of the form "${form.type}".`);
        }
        return answer;
      case 'pin-pad-not-working':
        this.#session.tvr.set('pinPadNotWorking');
        return undefined;
      case 'pin-bypassed':
        if (!this.#session.settings.pinBypassAllowed) throw new Terminated('cancelled');
        this.#bypassed = true;
        this.#session.tvr.set('pinNotEntered');
        return undefined;
      case 'cancelled':
        throw new Terminated('cancelled');
    }
  }
}
