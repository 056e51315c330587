/** What the issuer sends through the terminal: its authentication and its scripts (EMV Book 3, 10.9 and 10.10). */
import { externalAuthenticateCommand, SUCCESS, transmit } from './apdu.ts';
import { concat, fromAscii } from './bytes.ts';
import { AIP_FLAGS, hasFlag } from './flags.ts';
import type { Answer, Step } from './needs.ts';
import type { Session } from './session.ts';
import { childOf, parseOutside, parseTlv } from './tlv.ts';

type HostReply = Extract<Answer, { readonly type: 'host-replied' }>;

export interface IssuerData {
  readonly authentication?: Uint8Array;
  /** The contents of the templates, in their order. */
  readonly before: readonly Uint8Array[];
  readonly after: readonly Uint8Array[];
}

/** Field 55 of the reply. What cannot be read of it is as if it were not there: the decision stands in field 39. */
export function takeReply(session: Session, { responseCode, authorizationCode, field55 }: HostReply): IssuerData {
  session.put('8A', fromAscii(responseCode));
  if (authorizationCode !== undefined) session.put('89', fromAscii(authorizationCode.padEnd(6)));
  const parsed = parseOutside(field55 ?? new Uint8Array());
  const objects = parsed.ok ? parsed.value : [];
  const authentication = childOf(objects, '91')?.value;
  const scripts = (wanted: string): readonly Uint8Array[] =>
    objects.filter(({ tag }) => tag === wanted).map(({ value }) => value);
  const hasAuthentication = authentication !== undefined && authentication.length >= 8 && authentication.length <= 16;
  if (hasAuthentication) session.put('91', authentication);
  return { ...(hasAuthentication ? { authentication } : {}), before: scripts('71'), after: scripts('72') };
}

/** 10.9: by a command of its own where the card has it; otherwise CDOL2 carries it into the second GENERATE AC. */
export function* authenticateIssuer(session: Session, { authentication }: IssuerData): Step<void> {
  const profile = session.get('82') ?? new Uint8Array();
  if (authentication === undefined || !hasFlag(AIP_FLAGS, 'issuerAuthentication', profile)) return;
  const { status } = yield* transmit(externalAuthenticateCommand(authentication));
  session.tsi.set('issuerAuthenticationPerformed');
  if (status !== SUCCESS) session.tvr.set('issuerAuthenticationFailed');
}

/** Book 4, annex A5: high nibble of the first byte of a script's result. */
const NOT_PERFORMED = 0x00;
const SCRIPT_FAILED = 0x10;
const SCRIPT_DONE = 0x20;
const RESULT_BYTES = 5;
const SEQUENCE_MAX = 15;
/** Of a short APDU: header, Lc, data, Le. */
const COMMAND_BYTES = { min: 4, max: 261 } as const;

/** 10.10; as many as field 55 holds. @returns five bytes for each script: its result, and its identifier or zeros (dialect sheet 7.2, DF31). */
export function* runScripts(
  session: Session,
  scripts: readonly Uint8Array[],
  phase: 'before' | 'after',
): Step<Uint8Array> {
  const results: Uint8Array[] = [];
  for (const script of scripts) {
    session.tsi.set('scriptProcessingPerformed');
    const result = yield* runScript(script);
    if (result[0] !== SCRIPT_DONE) {
      session.tvr.set(phase === 'before' ? 'scriptFailedBeforeFinalGenerateAc' : 'scriptFailedAfterFinalGenerateAc');
    }
    results.push(result);
  }
  return concat(...results);
}

const isCommandLong = ({ length }: Uint8Array): boolean => length >= COMMAND_BYTES.min && length <= COMMAND_BYTES.max;

function* runScript(script: Uint8Array): Step<Uint8Array> {
  const result = new Uint8Array(RESULT_BYTES);
  const objects = parseTlv(script);
  const identifier = objects.ok ? childOf(objects.value, '9F18')?.value : undefined;
  if (identifier?.length === 4) result.set(identifier, 1);
  const commands = objects.ok ? objects.value.filter(({ tag }) => tag === '86') : [];
  if (commands.length === 0 || commands.some(({ value }) => !isCommandLong(value))) {
    result[0] = NOT_PERFORMED;
    return result;
  }
  for (const [index, { value }] of commands.entries()) {
    const { status } = yield* transmit(value);
    // 10.10: warnings do not stop it.
    if (![0x90, 0x62, 0x63].includes(status >> 8)) {
      result[0] = SCRIPT_FAILED | Math.min(index + 1, SEQUENCE_MAX);
      return result;
    }
  }
  result[0] = SCRIPT_DONE;
  return result;
}
