/** What the host puts into its answers (dialect sheet 4.3). */
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';

/** Who the host is, as field 32, 44 and 63 say it. */
export interface HostIdentity {
  /** F32: up to 11 digits. */
  readonly acquirerId: string;
  /** F44: up to 11 characters; the first four digits name the bank. */
  readonly issuer: string;
  /** F44: up to 11 characters. */
  readonly acquirer: string;
  /** F63, for the slip: issuer's, centre's, acquirer's; up to 20 bytes of GBK each. */
  readonly remarks: readonly [string, string, string];
}

export const defaultIdentity: HostIdentity = {
  acquirerId: '00010000',
  issuer: '01020000',
  acquirer: '00010000',
  remarks: ['测试卡交易', '', ''],
};

const REMARK_BYTES = 20;
const INSTITUTION_LENGTH = 11;

/** The host's reply type is its request type plus 10 (dialect sheet 4.1). */
export const replyMti = (mti: string): string => (Number(mti) + 10).toString().padStart(4, '0');

/** `60 DD DD SS SS` goes back as `60 SS SS DD DD` (dialect sheet 1.1). */
export const swappedTpdu = (tpdu: string): string => tpdu.slice(0, 2) + tpdu.slice(6, 10) + tpdu.slice(2, 6);

/** The header is echoed; its sixth digit is what the host wants of the terminal (dialect sheet 1.2). */
export const echoedHeader = (header: string, requirement: number): string =>
  `${header.slice(0, 5)}${requirement}${header.slice(6)}`;

/** Fields of the request that every answer repeats where the request has them. */
const echoed = [2, 3, 4, 11, 23, 25, 41, 42, 49, 60] as const;

export const echoOf = (request: Message): Fields =>
  Object.fromEntries(
    echoed.flatMap((field) => (request.fields[field] === undefined ? [] : [[field, request.fields[field]]])),
  );

/** F12, F13: the host's time is what the terminal sets its clock to (dialect sheet 5.3). */
export const timeFields = (now: string): Fields => ({ 12: now.slice(8, 14), 13: now.slice(4, 8) });

/** F15: the settlement day is the calendar day. */
export const settlementField = (now: string): Fields => ({ 15: now.slice(4, 8) });

/** F44: two institutions of 11 characters, space-filled (dialect sheet 2). */
export const institutionsField = ({ issuer, acquirer }: HostIdentity): Fields => ({
  44: issuer.padEnd(INSTITUTION_LENGTH) + acquirer.padEnd(INSTITUTION_LENGTH),
});

/** F63: the card organisation and three remarks of 20 bytes (dialect sheet 2.1). */
export const remarksField = ({ remarks }: HostIdentity, organisation: string): Fields => ({
  63: `${organisation}${remarks.map(filledRemark).join('')}`,
});

/** A character beyond ASCII is two bytes of GBK. */
function filledRemark(text: string): string {
  const bytes = Array.from(text).reduce((sum, character) => sum + (character > '\u007f' ? 2 : 1), 0);
  return text + ' '.repeat(Math.max(0, REMARK_BYTES - bytes));
}
