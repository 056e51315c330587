/** The host as the flows see it: one UnionPay request at a time, protected by the PIN pad, over one connection each. */
import type { Clock } from '../domain/clock.ts';
import { Bug } from '../domain/result.ts';
import type { Secret } from '../domain/secret.ts';
import type {
  HostLog,
  HostPort,
  HostRequest,
  HostSecurity,
  PinPadFailure,
  PrepareAnswer,
  SendAnswer,
  WorkingKey,
} from './host-port.ts';
import { decode, encode, framed, macInput } from './iso8583/codec.ts';
import type { Message } from './iso8583/message.ts';
import { unionpay } from './iso8583/unionpay.ts';
import type { LinkTimeouts } from './link-reducer.ts';
import type { FrameVerdict, LinkCounters } from './link-strays.ts';
import { Link, type Connect } from './link.ts';
import { buildRequest, carriesMac, withMac } from './messages/build.ts';
import { draftOf } from './messages/draft.ts';
import { encryptsTracks, settledAlgorithm } from './messages/fields.ts';
import { keyFormOf, type DialectParameters, type TerminalIdentity } from './messages/setup.ts';
import { mismatchOf, needsMac, readReply, responseCodeOf } from './reply.ts';
import { prepareTrack, TRACK_BLOCK_DIGITS } from './track.ts';

export interface HostSetup {
  readonly connect: Connect;
  readonly security: HostSecurity;
  readonly terminal: TerminalIdentity;
  readonly parameters: DialectParameters;
  readonly timeouts: LinkTimeouts;
  readonly clock: Clock;
  readonly log?: HostLog;
}

/** The port, and what came to it that was no answer. */
export interface Host extends HostPort {
  readonly counters: LinkCounters;
}

export const openHost = (setup: HostSetup): Host => new UnionPayHost(setup);

/** One request from `prepare` to its last answer. Whatever answers to a job that is no longer the current one is ignored. */
interface Job {
  readonly request: HostRequest;
  readonly prepared: (answer: PrepareAnswer) => void;
  readonly message: Message;
  readonly bytes: Uint8Array;
}

type Unprotected = Pick<Job, 'request' | 'prepared'>;

class UnionPayHost implements Host {
  readonly #setup: HostSetup;
  readonly #link: Link;
  /** The `request` object of the current job is its identity. */
  #current: HostRequest | undefined;
  #ready: Job | undefined;
  /** Of the PIN key; undefined until the PIN pad has said it, after each sign-in and each start. */
  #pinAlgorithm: WorkingKey['algorithm'] | undefined;

  constructor(setup: HostSetup) {
    this.#setup = setup;
    this.#link = new Link(setup);
    this.#forgetPinAlgorithm();
  }

  get counters(): LinkCounters {
    return this.#link.counters;
  }

  prepare(request: HostRequest, answer: (answer: PrepareAnswer) => void): void {
    this.drop();
    // A copy, so that a request prepared twice is two jobs.
    const job: Unprotected = { request: { ...request }, prepared: answer };
    this.#current = job.request;
    if (request.kind === 'sign-in') this.#forgetPinAlgorithm();
    const clear = trackOf(request);
    if (clear === undefined) return this.#build(job);
    if (!encryptsTracks(this.#setup.parameters)) return this.#build(job, clear);

    const { cipher } = keyFormOf(this.#setup.parameters.signInKeys);
    const track = prepareTrack(clear, cipher);
    this.#setup.security.encryptTrackBlock(track.block, (result) => {
      if (this.#current !== job.request) return;
      if (!result.ok) return this.#pinPadFailed(job, result.error);
      const digits = TRACK_BLOCK_DIGITS[cipher];
      if (!isHex(result.value, digits)) return this.#pinPadFailed(job, notHex('encrypted track block', digits));
      this.#build(job, track.with(result.value));
    });
  }

  send(answer: (answer: SendAnswer) => void): void {
    const job = this.#ready;
    if (job === undefined) throw new Bug('The host sends only what it has prepared.');
    this.#ready = undefined;
    const sentAt = this.#setup.clock.now();
    this.#link.send({
      bytes: framed(job.bytes),
      judge: judgeOf(job),
      answer: (event) => {
        if (event.type === 'sent') return answer({ type: 'sent' });
        if (event.type === 'silent') return this.#silent(job, event.reason, answer);
        this.#setup.log?.info({
          event: 'host-answered',
          ...about(job),
          elapsedMs: this.#setup.clock.now() - sentAt,
        });
        this.#judge(job, event.frame, answer);
      },
    });
  }

  drop(): void {
    this.#current = undefined;
    this.#ready = undefined;
    this.#link.drop();
  }

  #build(job: Unprotected, track2?: Secret<string>): void {
    const { terminal, parameters, security } = this.#setup;
    const pinAlgorithm = this.#pinAlgorithm;
    const draft = { ...draftOf(job.request, parameters, track2), ...(pinAlgorithm !== undefined && { pinAlgorithm }) };
    const message = buildRequest(draft, terminal, parameters);
    if (pinAlgorithm === undefined && message.fields[53] !== undefined) return this.#askPinAlgorithm(job, track2);
    const bytes = encoded(message);
    if (!carriesMac(message)) return this.#connect({ ...job, message, bytes });

    security.mac(macInput(bytes), (result) => {
      if (this.#current !== job.request) return;
      if (!result.ok) return this.#pinPadFailed(job, result.error);
      if (!isHex(result.value, MAC_DIGITS)) return this.#pinPadFailed(job, notHex('MAC', MAC_DIGITS));
      const protectedMessage = withMac(message, result.value);
      this.#connect({ ...job, message: protectedMessage, bytes: encoded(protectedMessage) });
    });
  }

  /** Field 53 names it. Only the PIN pad still knows it when the terminal has been off since the sign-in. */
  #askPinAlgorithm(job: Unprotected, track2?: Secret<string>): void {
    this.#setup.security.pinKeyAlgorithm((result) => {
      if (this.#current !== job.request) return;
      if (!result.ok) return this.#pinPadFailed(job, result.error);
      this.#pinAlgorithm = result.value;
      this.#build(job, track2);
    });
  }

  #forgetPinAlgorithm(): void {
    this.#pinAlgorithm = settledAlgorithm(this.#setup.parameters.signInKeys);
  }

  #connect(job: Job): void {
    this.#link.open((result) => {
      if (result.ok) {
        this.#ready = job;
        return job.prepared({ type: 'ready' });
      }
      this.#current = undefined;
      this.#setup.log?.warn({ event: 'host-unreachable', ...about(job), ...result.error });
      job.prepared({ type: 'unreachable', reason: result.error.reason });
    });
  }

  #pinPadFailed(job: Unprotected, failure: PinPadFailure): void {
    this.#current = undefined;
    this.#setup.log?.warn({ event: 'host-request-unprotected', reason: failure.reason, detail: failure.detail });
    job.prepared({ type: 'pin-pad-failed', failure });
  }

  #judge(job: Job, frame: Uint8Array, answer: (answer: SendAnswer) => void): void {
    const reply = decode(unionpay, frame);
    if (!reply.ok) throw new Bug('A frame was accepted as the answer and cannot be decoded.');
    const responseCode = responseCodeOf(job.message, reply.value) ?? '';
    const conclude = (): void => {
      const content = readReply(job.message, reply.value);
      if (!content.ok) return this.#silent(job, 'unusable-answer', answer, content.error);
      this.#current = undefined;
      answer({ type: 'replied', reply: content.value });
    };
    if (!needsMac(job.message, responseCode, this.#setup.parameters)) return conclude();

    const macWrong = (problem: string): void => {
      this.#current = undefined;
      this.#setup.log?.warn({ event: 'host-mac-wrong', ...about(job), responseCode, problem });
      answer({ type: 'mac-wrong' });
    };
    const received = reply.value.fields[64];
    if (received === undefined) return macWrong('missing');
    this.#setup.security.mac(macInput(frame), (result) => {
      if (this.#current !== job.request) return;
      // Unproven is as good as wrong: the flow must not believe the approval either way.
      if (!result.ok) return macWrong(`not checked: ${result.error.reason}`);
      if (!isHex(result.value, MAC_DIGITS) || result.value.slice(0, 8) !== received) return macWrong('different');
      conclude();
    });
  }

  #silent(job: Job, reason: string, answer: (answer: SendAnswer) => void, problem?: string): void {
    this.#current = undefined;
    this.#setup.log?.warn({ event: 'host-silent', ...about(job), reason, ...(problem !== undefined && { problem }) });
    answer({ type: 'silent', reason });
  }
}

/** Of a card that was swiped or inserted for this request. */
const trackOf = (request: HostRequest): Secret<string> | undefined =>
  'card' in request && request.card.entryMode !== 'keyed' ? request.card.track2?.data : undefined;

const about = ({ message, request }: Job): { readonly mti: string; readonly stan: number } => ({
  mti: message.mti,
  stan: request.stan,
});

/** Dialect sheet 4.3. It outlives the request and so keeps nothing of it but what is compared: no track, no PIN block. */
function judgeOf(job: Job): (frame: Uint8Array) => FrameVerdict {
  const { fields } = job.message;
  const request = {
    ...job.message,
    fields: { 3: fields[3], 4: fields[4], 11: fields[11], 41: fields[41], 42: fields[42] },
  };
  const subject = about(job);
  return (frame) => {
    const reply = decode(unionpay, frame);
    if (!reply.ok) return { type: 'malformed', about: { ...subject, ...reply.error } };
    const mismatch = mismatchOf(request, reply.value);
    return mismatch === undefined
      ? { type: 'answer', about: subject }
      : { type: 'mismatch', about: { ...subject, mismatch } };
  };
}

/** @throws Bug: a request of ours that the dialect cannot carry comes from wrong configuration or a wrong flow. */
function encoded(message: Message): Uint8Array {
  const result = encode(unionpay, message);
  if (result.ok) return result.value;
  throw new Bug(
    `A ${message.mti} cannot be encoded: field ${result.error.field}: ${result.error.problem} Check the terminal's configuration.`,
  );
}

/** Of the MAC as the PIN pad gives it, whatever the cipher. */
const MAC_DIGITS = 16;

const isHex = (text: string, digits: number): boolean => text.length === digits && /^[0-9A-F]+$/.test(text);

const notHex = (what: string, digits: number): PinPadFailure => ({
  reason: 'refused',
  detail: `The PIN pad's ${what} is not ${digits} upper-case hex digits.`,
});
