/**
 * A contact chip transaction from selection to completion (EMV Book 3, section 10; Book 4, 6.3).
 *
 * `transaction` is a generator of needs (see `needs.ts`). Whatever a card says, it ends with an `Outcome`.
 */
import { AAC, analyse, analyseUnable, ARQC, type Cryptogram, TC } from './actions.ts';
import { concat, fromAscii, toHex } from './bytes.ts';
import { generateCryptogram } from './cryptogram.ts';
import { verifyCardholder } from './cvm.ts';
import { field55 } from './field55.ts';
import { type AuthenticatedData, initiate, readRecords } from './initiate.ts';
import { authenticateIssuer, runScripts, takeReply } from './issuer.ts';
import { type Answer, ask, type CardData, type Need, type Step } from './needs.ts';
import { type Authentication, authenticateData, type OdaMethod, type OdaProblem } from './oda/authenticate.ts';
import type { PublicKey } from './oda/certificates.ts';
import { checkRestrictions } from './restrictions.ts';
import { manageRisk } from './risk.ts';
import { findCandidates, selectFinally } from './selection.ts';
import { Session } from './session.ts';
import type { KernelPorts, TerminalSettings, TransactionInput } from './terminal.ts';
import { Terminated, type TerminationCode } from './termination.ts';

/** How far it came with the host, which a reversal depends on. */
type OnlineState = 'not-tried' | 'approved' | 'declined' | 'unable';

/** The registers at the end, and what the slip and the messages need (dialect sheet 11.4). */
interface Evidence {
  readonly online: OnlineState;
  /** Hex. Absent: it ended before an application was selected. */
  readonly registers?: { readonly tvr: string; readonly tsi: string; readonly cvmResults: string };
  readonly authentication?: { readonly method: OdaMethod; readonly problem?: OdaProblem };
  readonly card?: CardData;
  readonly needsSignature: boolean;
  /** DF31: five bytes per script. */
  readonly scriptResults: Uint8Array;
  readonly fields55?: {
    readonly financial: Uint8Array;
    readonly offline: Uint8Array;
    readonly reversal: Uint8Array;
    readonly scriptNotification: Uint8Array;
  };
  /** Hex by tag, for the slip: of 82, 9F10, 9F26, 9F27, 9F33, 9F36, 9F37, 5F34 those that there are. */
  readonly slip: Readonly<Record<string, string>>;
}

export type Outcome = Evidence &
  (
    | {
        readonly type: 'completed';
        readonly decision: 'approved' | 'declined';
        /** The card said no to what the host approved: to be reversed. */
        readonly needsReversal: boolean;
      }
    /** @property needsReversal the host may hold what the card has not confirmed. */
    | { readonly type: 'terminated'; readonly code: TerminationCode; readonly needsReversal: boolean }
  );

const SLIP_TAGS = ['82', '9F10', '9F26', '9F27', '9F33', '9F36', '9F37', '5F34'];

export function* transaction(
  settings: TerminalSettings,
  input: TransactionInput,
  ports: KernelPorts,
): Generator<Need, Outcome, Answer> {
  const run = new Run(settings, input, ports);
  try {
    const decision = yield* run.whole();
    const needsReversal = decision === 'declined' && run.online === 'approved';
    return { type: 'completed', decision, needsReversal, ...run.evidence() };
  } catch (error) {
    if (!(error instanceof Terminated)) throw error;
    return { type: 'terminated', code: error.code, needsReversal: run.online === 'approved', ...run.evidence() };
  }
}

class Run {
  online: OnlineState = 'not-tried';
  readonly #settings: TerminalSettings;
  readonly #input: TransactionInput;
  readonly #ports: KernelPorts;
  #session: Session | undefined;
  #isRead = false;
  #authentication: Authentication | undefined;
  #scriptResults: Uint8Array = new Uint8Array();

  constructor(settings: TerminalSettings, input: TransactionInput, ports: KernelPorts) {
    this.#settings = settings;
    this.#input = input;
    this.#ports = ports;
  }

  *whole(): Step<'approved' | 'declined'> {
    const { session, pdolData } = yield* this.#begin();
    const records = yield* readRecords(session);
    this.#isRead = true;
    const answer = yield* ask({ type: 'card-read', card: session.card() }, ['confirmed', 'cancelled']);
    if (answer.type === 'cancelled') throw new Terminated('cancelled');
    yield* this.#judge(session, records);
    return yield* this.#decide(session, pdolData);
  }

  /** Selection and GET PROCESSING OPTIONS, again while the card turns its applications down (Book 3, 10.1). */
  *#begin(): Step<{ readonly session: Session; readonly pdolData: Uint8Array }> {
    let candidates = yield* findCandidates(this.#settings);
    for (let isSecondTry = false; ; isSecondTry = true) {
      const { selected, rest } = yield* selectFinally(candidates, this.#settings, isSecondTry);
      const session = new Session(this.#settings, this.#input, this.#ports, selected);
      this.#session = session;
      const pdolData = yield* initiate(session);
      if (pdolData !== undefined) return { session, pdolData };
      candidates = rest;
    }
  }

  /** All that fills the TVR before the terminal decides. */
  *#judge(session: Session, records: AuthenticatedData): Step<void> {
    this.#authentication = yield* authenticateData(session, records);
    checkRestrictions(session);
    yield* verifyCardholder(session, records);
    yield* manageRisk(session);
  }

  *#decide(session: Session, pdolData: Uint8Array): Step<'approved' | 'declined'> {
    const wanted = analyse(session);
    if (wanted !== ARQC) session.put('8A', fromAscii(wanted === AAC ? 'Z1' : 'Y1'));
    const cardKey = this.#cdaKey(wanted, wanted === ARQC);
    const isCda = this.#authentication?.cardKey !== undefined;
    // Book 4, 6.3.2: whoever could sign is not asked to, so nothing is authenticated yet.
    if (isCda && wanted === ARQC && cardKey === undefined) session.tvr.set('offlineDataAuthenticationNotPerformed');
    const first = yield* generateCryptogram(session, {
      wanted,
      list: '8C',
      earlier: pdolData,
      ...(cardKey === undefined ? {} : { cardKey }),
    });
    const earlier = concat(pdolData, first.data);
    if (first.cdaProblem !== undefined)
      return yield* this.#declineUnsigned(session, first.kind, first.cdaProblem, earlier);
    if (first.kind !== ARQC) {
      session.put('8A', fromAscii(first.kind === TC ? 'Y1' : 'Z1'));
      return first.kind === TC ? 'approved' : 'declined';
    }
    return yield* this.#goOnline(session, earlier);
  }

  /** Book 2, 6.6: never with a refusal; with what goes online only where the terminal is set so. */
  #cdaKey(wanted: Cryptogram, isOnline: boolean): PublicKey | undefined {
    if (wanted === AAC || (isOnline && !this.#settings.cdaWithOnline)) return undefined;
    return this.#authentication?.problem === undefined ? this.#authentication?.cardKey : undefined;
  }

  /** Book 2, 6.6.2: a bad signature is a refusal, which a card that waits for the host must be told. */
  *#declineUnsigned(session: Session, kind: Cryptogram, problem: OdaProblem, earlier: Uint8Array): Step<'declined'> {
    this.#authentication = { method: 'cda', problem };
    session.put('8A', fromAscii('Z1'));
    if (kind === ARQC) yield* generateCryptogram(session, { wanted: AAC, list: '8D', earlier });
    return 'declined';
  }

  *#goOnline(session: Session, earlier: Uint8Array): Step<'approved' | 'declined'> {
    const [cryptogramInformation = 0] = session.get('9F27') ?? [];
    const answer = yield* ask(
      {
        type: 'go-online',
        field55: field55(session, 'financial'),
        reversalField55: field55(session, 'reversal'),
        cryptogramInformation,
        card: session.card(),
        onlinePin: session.tvr.has('onlinePinEntered'),
      },
      ['host-replied', 'unable-to-go-online'],
    );
    if (answer.type === 'unable-to-go-online') {
      this.online = 'unable';
      // A signature will be asked for after all.
      if (this.#cdaKey(TC, false) !== undefined) session.tvr.set('offlineDataAuthenticationNotPerformed', false);
      const wanted = analyseUnable(session);
      session.put('8A', fromAscii(wanted === TC ? 'Y3' : 'Z3'));
      return yield* this.#complete(session, wanted, earlier);
    }
    this.online = answer.isApproved ? 'approved' : 'declined';
    const issuer = takeReply(session, answer);
    yield* authenticateIssuer(session, issuer);
    this.#keepResults(session, yield* runScripts(session, issuer.before, 'before'));
    const decision = yield* this.#complete(session, answer.isApproved ? TC : AAC, earlier);
    this.#keepResults(session, yield* runScripts(session, issuer.after, 'after'));
    return decision;
  }

  *#complete(session: Session, wanted: Cryptogram, earlier: Uint8Array): Step<'approved' | 'declined'> {
    const cardKey = this.#cdaKey(wanted, this.online !== 'unable');
    if (cardKey !== undefined) session.tvr.set('offlineDataAuthenticationNotPerformed', false);
    const second = yield* generateCryptogram(session, {
      wanted,
      list: '8D',
      earlier,
      ...(cardKey === undefined ? {} : { cardKey }),
    });
    if (second.cdaProblem !== undefined) this.#authentication = { method: 'cda', problem: second.cdaProblem };
    if (this.online === 'unable' && second.kind === AAC) session.put('8A', fromAscii('Z3'));
    return second.kind === TC && second.cdaProblem === undefined ? 'approved' : 'declined';
  }

  #keepResults(session: Session, results: Uint8Array): void {
    if (results.length === 0) return;
    this.#scriptResults = concat(this.#scriptResults, results);
    session.put('DF31', this.#scriptResults);
  }

  evidence(): Evidence {
    const session = this.#session;
    const common = { online: this.online, scriptResults: this.#scriptResults, slip: {}, needsSignature: false };
    if (session === undefined) return common;
    const authentication = this.#authentication;
    return {
      ...common,
      needsSignature: session.needsSignature,
      registers: {
        tvr: toHex(session.tvr.bytes()),
        tsi: toHex(session.tsi.bytes()),
        cvmResults: toHex(session.cvmResults),
      },
      ...(authentication === undefined
        ? {}
        : {
            authentication: {
              method: authentication.method,
              ...(authentication.problem === undefined ? {} : { problem: authentication.problem }),
            },
          }),
      ...(this.#isRead
        ? {
            card: session.card(),
            fields55: {
              financial: field55(session, 'financial'),
              offline: field55(session, 'offline'),
              reversal: field55(session, 'reversal'),
              scriptNotification: field55(session, 'scriptNotification'),
            },
          }
        : {}),
      slip: Object.fromEntries(
        SLIP_TAGS.flatMap((tag) => {
          const value = session.get(tag);
          return value === undefined ? [] : [[tag, toHex(value)]];
        }),
      ),
    };
  }
}
