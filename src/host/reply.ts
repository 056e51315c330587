/** Reads a host's answer: whether it answers this request at all (dialect sheet 4.3), and what it says. */
import { toAmountMinor } from '../domain/money.ts';
import { responseMeaning } from '../domain/response-code.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HostReply } from './host-port.ts';
import { gbkFromBytes, gbkToBytes } from './iso8583/gbk.ts';
import type { Message } from './iso8583/message.ts';
import { parseKeyBlock } from './key-block.ts';
import type { DialectParameters } from './messages/setup.ts';

/** Partial approval: field 4 is then the approved amount and differs from the request's. */
const PARTIAL_APPROVAL = '10';

export type Mismatch = 'mti' | 'response-code' | `field-${number}`;

/**
 * What makes `reply` not an answer to `request`, if anything. A field that the request did not send is not compared;
 * one that it sent and the reply lacks is a mismatch.
 */
export function mismatchOf(request: Message, reply: Message): Mismatch | undefined {
  if (Number(reply.mti) !== Number(request.mti) + 10) return 'mti';
  const responseCode = reply.fields[39];
  if (responseCode === undefined) return 'response-code';
  const compared = [
    { field: 3, when: true },
    { field: 11, when: true },
    { field: 41, when: true },
    // A refusal may be about the merchant number; whatever else is believed must be this merchant's.
    { field: 42, when: isApproval(responseCode) || endsReversal(request, responseCode) },
    { field: 4, when: responseCode !== PARTIAL_APPROVAL },
  ];
  const different = compared.find(
    ({ field, when }) => when && request.fields[field] !== undefined && request.fields[field] !== reply.fields[field],
  );
  return different === undefined ? undefined : `field-${different.field}`;
}

const isApproval = (responseCode: string): boolean => responseMeaning(responseCode).category !== 'declined';

/** Refusals that say that the host holds nothing of the original (dialect sheet 8.2). */
const endsReversal = ({ mti }: Message, responseCode: string): boolean =>
  mti === '0400' && ['12', '25'].includes(responseCode);

/**
 * Whether this answer may be believed only with a good MAC. Stricter than dialect sheet 5.7, which lets a refusal stand
 * without one: an approval of which a byte was damaged reads like a refusal, and the host holds the money.
 */
export function needsMac(request: Message, responseCode: string, { macRequiredFor }: DialectParameters): boolean {
  if (request.fields[64] === undefined) return false;
  const codes = request.mti === '0400' ? macRequiredFor.reversal : macRequiredFor.request;
  return codes === 'all' || codes.includes(responseCode);
}

/**
 * What a matching answer says.
 *
 * @returns the reply, or why it cannot be used: an approved sign-in without its keys is no answer.
 */
export function readReply(request: Message, reply: Message): Result<HostReply, string> {
  const { fields } = reply;
  const responseCode = fields[39] ?? '';
  const isSignIn = request.mti === '0800';
  const keys = isSignIn && responseCode === '00' ? keysOf(request, reply) : ok([]);
  if (!keys.ok) return keys;
  const expiry = fields[14] === '0000' ? undefined : fields[14];
  const batch = isSignIn ? fields[60]?.slice(2, 8) : undefined;
  return ok({
    responseCode,
    ...present(fields[38], (authorizationCode) => ({ authorizationCode })),
    ...present(fields[37], (referenceNumber) => ({ referenceNumber })),
    ...present(fields[12], (hostTime) => ({ hostTime })),
    ...present(fields[13], (hostDate) => ({ hostDate })),
    ...present(expiry, (expiry) => ({ expiry })),
    ...present(printable(fields[44]?.slice(0, 11) ?? ''), (issuer) => ({ issuer })),
    ...present(printable(fields[44]?.slice(11, 22) ?? ''), (acquirer) => ({ acquirer })),
    ...remarksOf(fields[63]),
    ...balanceOf(fields[54]),
    ...(batch?.length === 6 && { batch: Number(batch) }),
    workingKeys: keys.value,
    processingRequirement: Number(reply.header.charAt(5)),
  });
}

/** Account type 2, amount type 2, currency 3, sign 1, amount 12 (dialect sheet 2, field 54). */
const BALANCE_GROUP = /^.{4}(\d{3})([CD])(\d{12})/;

/** The first group: the account's own. */
function balanceOf(field54: string | undefined): Pick<HostReply, 'balance'> {
  const [, currencyCode = '', sign, amount = ''] = BALANCE_GROUP.exec(field54 ?? '') ?? [];
  if (sign === undefined) return {};
  return { balance: { currencyCode, negative: sign === 'D', amount: toAmountMinor(BigInt(amount)) } };
}

function keysOf(request: Message, reply: Message): ReturnType<typeof parseKeyBlock> {
  const networkCode = request.fields[60]?.slice(8, 11);
  if (networkCode !== '003' && networkCode !== '004') return ok([]);
  const block = reply.fields[62];
  return block === undefined ? fail('The sign-in is approved without a key block.') : parseKeyBlock(block, networkCode);
}

/** Trimmed; nothing when only filler was there. */
function present<Part>(value: string | undefined, part: (text: string) => Part): Part | undefined {
  const text = value?.trim() ?? '';
  return text === '' ? undefined : part(text);
}

const REMARK_BYTES = 20;

/** Dialect sheet 2.1: three bytes of card organisation, then three remarks of 20 bytes of GBK each. */
function remarksOf(field63: string | undefined): Pick<HostReply, 'cardOrganisation' | 'remarks'> {
  const bytes = gbkToBytes(field63 ?? '') ?? '';
  const remarks = [0, 1, 2].map((index) => {
    const start = 3 + index * REMARK_BYTES;
    return printable(bytes.slice(start, start + REMARK_BYTES));
  });
  return {
    ...present(printable(bytes.slice(0, 3)), (cardOrganisation) => ({ cardOrganisation })),
    remarks: remarks.filter((remark) => remark !== ''),
  };
}

/** GBK bytes as text that is safe on paper and screen: no control codes, which a printer would obey, no half characters. */
function printable(bytes: string): string {
  return gbkFromBytes(bytes)
    .toWellFormed()
    .replaceAll('\uFFFD', '?')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
}
