/** A receipt as a URL: all of it stands behind the `#`, which no browser sends anywhere. */
import { base64UrlOf, bytesOfBase64Url } from './bytes.ts';
import { readShortText, type ShortForm } from './short-form.ts';

export type ReceiptText =
  | { readonly form: 'long'; readonly record: Uint8Array }
  | { readonly form: 'short'; readonly short: ShortForm }
  | { readonly form: 'none' };

export const longUrl = (baseUrl: string, record: Uint8Array): string => `${baseUrl}#${base64UrlOf(record)}`;
export const shortUrl = (baseUrl: string, short: string): string => `${baseUrl}#${short}`;

/** @param text a URL, or only what stands behind its `#`. */
export function readReceiptText(text: string): ReceiptText {
  const fragment = text.trim().slice(text.trim().indexOf('#') + 1);
  const short = readShortText(fragment);
  if (short !== undefined) return { form: 'short', short };
  const record = bytesOfBase64Url(fragment);
  return record === undefined || record.length === 0 ? { form: 'none' } : { form: 'long', record };
}
