/** Reads a host's answer: whether it answers this request at all (dialect sheet 4.3), and what it says. */
import { toAmountMinor } from '../domain/money.ts';
import { responseMeaning } from '../domain/response-code.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readDownload } from './downloads.ts';
import type { HostReply } from './host-port.ts';
import { gbkToBytes } from './iso8583/gbk.ts';
import type { Message } from './iso8583/message.ts';
import { parseKeyBlock } from './key-block.ts';
import { KEY_FORMS, type DialectParameters, type SignInKeys } from './messages/setup.ts';
import { printable } from './printable.ts';
import { readSettlement } from './settlement-field.ts';

/** Partial approval: field 4 is then the approved amount and differs from the request's. */
const PARTIAL_APPROVAL = '10';

export type Mismatch = 'mti' | 'response-code' | `field-${number}`;

/**
 * What makes `reply` not an answer to `request`, if anything. A field that the request did not send is not compared;
 * one that it sent and the reply lacks is a mismatch.
 */
export function mismatchOf(request: Message, reply: Message): Mismatch | undefined {
  if (Number(reply.mti) !== Number(request.mti) + 10) return 'mti';
  const responseCode = responseCodeOf(request, reply);
  if (responseCode === undefined) return 'response-code';
  // What an upload's answer has to repeat of a notice is not known (dialect sheet 4.3): no more than it has is compared.
  const repeats = (field: number): boolean => request.mti !== '0320' || reply.fields[field] !== undefined;
  const compared = [
    { field: 3, when: repeats(3) },
    { field: 11, when: true },
    { field: 41, when: true },
    // A refusal may be about the merchant number; whatever else is believed must be this merchant's.
    { field: 42, when: isApproval(responseCode) || endsReversal(request, responseCode) },
    { field: 4, when: responseCode !== PARTIAL_APPROVAL && repeats(4) },
  ];
  const different = compared.find(
    ({ field, when }) => when && request.fields[field] !== undefined && request.fields[field] !== reply.fields[field],
  );
  return different === undefined ? undefined : `field-${different.field}`;
}

/** Field 39. Terminals do not look at a settlement's (dialect sheet 4.3, 9.4): its answer may well lack it. */
export const responseCodeOf = (request: Message, reply: Message): string | undefined =>
  reply.fields[39] ?? (request.mti === '0500' ? '00' : undefined);

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
 * @returns the reply, or why it cannot be used, without content: an approved sign-in without its keys is no answer.
 */
export function readReply(request: Message, reply: Message): Result<HostReply, string> {
  const { fields } = reply;
  const responseCode = responseCodeOf(request, reply) ?? '';
  const signsIn = isSignIn(request);
  const keys = signsIn && responseCode === '00' ? keysOf(request, reply) : ok([]);
  if (!keys.ok) return keys;
  const content = contentOf(request, reply, responseCode);
  if (!content.ok) return content;
  const expiry = fields[14] === '0000' ? undefined : fields[14];
  const batch = signsIn ? fields[60]?.slice(2, 8) : undefined;
  return ok({
    responseCode,
    ...content.value,
    ...present(fields[38], (authorizationCode) => ({ authorizationCode })),
    ...present(fields[32], (acquirerCode) => ({ acquirerCode })),
    // As it came, even if it is no data objects: under a good MAC the decision in field 39 stands. Who drops it here would
    // take a word of the issuer's from the kernel, which reads what it can and says in the TVR what the card made of it.
    ...present(fields[55], (hex) => ({ field55: Uint8Array.from(Buffer.from(hex, 'hex')) })),
    ...present(fields[37], (referenceNumber) => ({ referenceNumber })),
    ...present(fields[12], (hostTime) => ({ hostTime })),
    ...present(fields[13], (hostDate) => ({ hostDate })),
    ...present(expiry, (expiry) => ({ expiry })),
    ...present(printable(fields[44]?.slice(0, 11) ?? ''), (issuer) => ({ issuer })),
    ...present(printable(fields[44]?.slice(11, 22) ?? ''), (acquirer) => ({ acquirer })),
    // To a request without a card it is the operator that comes back (dialect sheet 2.1).
    ...remarksOf(request.fields[3] === undefined ? undefined : fields[63]),
    ...balanceOf(fields[54]),
    ...(batch?.length === 6 && { batch: Number(batch) }),
    workingKeys: keys.value,
    processingRequirement: Number(reply.header.charAt(5)),
  });
}

/** 60.3, which names a management message (dialect sheet 3.3). */
const networkCodeOf = ({ fields }: Message): string => fields[60]?.slice(8, 11) ?? '';

/** What is downloaded has an MTI of 0800 too. */
const isSignIn = (request: Message): boolean => request.mti === '0800' && isSignInKeys(networkCodeOf(request));

type Content = Pick<HostReply, 'amount' | 'settlement' | 'download' | 'transferMax'>;

/** What fields 4, 48 and 62 say, each according to the request. A refusal stands without them. */
function contentOf(request: Message, reply: Message, responseCode: string): Result<Content, string> {
  if (responseCode === PARTIAL_APPROVAL) return partialAmountOf(request, reply);
  if (request.mti === '0500') {
    const settlement = readSettlement(reply.fields[48] ?? '');
    if (settlement.ok) return ok({ settlement: settlement.value });
    return responseCode === '00' ? settlement : ok({});
  }
  if (request.fields[3] === ACCOUNT_VERIFICATION) return transferMaxOf(reply, responseCode);
  if (responseCode !== '00' || (request.mti !== '0800' && request.mti !== '0820')) return ok({});
  const download = readDownload(networkCodeOf(request), reply.fields[62], request.fields[62] ?? '');
  if (download === undefined) return ok({});
  return download.ok ? ok({ download: download.value }) : download;
}

/** Something of what was asked for: less than that would be no approval, and more nobody has agreed to. */
function partialAmountOf(
  { fields: { 4: asked } }: Message,
  { fields: { 4: given } }: Message,
): Result<Content, string> {
  if (asked === undefined) return ok({});
  if (given === undefined || Number(given) === 0 || given > asked) {
    return fail('The partial approval is not of a part of the amount.');
  }
  return ok({ amount: toAmountMinor(BigInt(given)) });
}

/** Processing code of the account verification. */
const ACCOUNT_VERIFICATION = '330000';

/** Twelve digits in ASCII, perhaps with more after them (dialect sheet 4.1). */
function transferMaxOf({ fields }: Message, responseCode: string): Result<Content, string> {
  if (responseMeaning(responseCode).category !== 'approved') return ok({});
  const [, digits] = /^((?:3\d){12})/.exec(fields[62] ?? '') ?? [];
  if (digits === undefined) return fail('The verification is approved without the largest amount.');
  return ok({ transferMax: toAmountMinor(BigInt(Buffer.from(digits, 'hex').toString('ascii'))) });
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
  const networkCode = networkCodeOf(request);
  if (!isSignInKeys(networkCode)) return ok([]);
  const block = reply.fields[62];
  return block === undefined ? fail('The sign-in is approved without a key block.') : parseKeyBlock(block, networkCode);
}

const isSignInKeys = (networkCode: string): networkCode is SignInKeys => Object.hasOwn(KEY_FORMS, networkCode);

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
