/**
 * The messages of PIN pads without the U extension: keys come with every request (PIN pad sheet 3, 4, 7).
 * Nothing but the tests uses them yet; the message table has their rows, so the link already speaks them.
 */
import { fail, ok, type Result } from '../../domain/result.ts';
import { FS } from './frame.ts';
import type { Refusal } from './u-messages.ts';

export const CANCEL_TEXT = '72';

/** 02, single-length key: 16 hex digits into slot 0 to 9. The PIN pad echoes it and stores on our ACK. */
export const masterKeyText = (slot: number, key: string): string => `02${slot}${key}`;

/** 04. */
export const masterKeyCheckText = (slot: number): string => `04${slot}`;

/** F and whatever attributes follow: present; 0: absent. */
export function readMasterKeyCheck(reply: string): Result<'present' | 'absent', Refusal> {
  if (reply.startsWith('04F')) return ok('present');
  return reply === '040' ? ok('absent') : fail('04: not understood');
}

/** 08. */
export const masterKeySelectText = (slot: number): string => `08${slot}`;

/** No reply frame (an empty text here: EOT alone) or `080` is good; `081` is an index that the PIN pad does not have. */
export const readMasterKeySelect = (reply: string): Result<'selected', Refusal> =>
  reply === '' || reply === '080' ? ok('selected') : fail('08: the slot does not exist');

/** Z60: PIN entry with the working key under the selected master key. */
export const classicPinText = (pan: string, workingKey: string): string => `Z60.${pan}${FS}${workingKey}`;

export type ClassicPinReply = { readonly type: 'entered'; readonly pinBlock: string } | { readonly type: 'bypassed' };

/** 71. A null PIN comes with a block, which is to be ignored, or without one; `71` and a character is an error. */
export function readClassicPin(reply: string): Result<ClassicPinReply, Refusal> {
  if (/^71\.00001(?:[\dA-F]{16})?$/.test(reply)) return ok({ type: 'bypassed' });
  const pinBlock = /^71\.0(?:0[4-9]|1[0-2])01([\dA-F]{16})$/.exec(reply)?.[1];
  if (pinBlock !== undefined) return ok({ type: 'entered', pinBlock });
  const code = /^71([\dA-Z])$/.exec(reply)?.[1];
  return fail(code === undefined ? '71: not understood' : `71: error ${code}`);
}

export interface ClassicMacPacket {
  /** Hex digits: the last packet is filled by the caller, because PIN pads disagree on the filler (PIN pad sheet 7). */
  readonly hex: string;
  readonly sequence: number;
  readonly isLast: boolean;
  readonly keySlot: number;
  readonly workingKey: string;
}

/** Z66 in hex mode, without a second key; its reply is read like that of U66. */
export function classicMacText({ hex, sequence, isLast, keySlot, workingKey }: ClassicMacPacket): string {
  const head = `Z66${isLast ? 6 : 7}${String(sequence).padStart(2, '0')}${keySlot}`;
  return [head, workingKey, '', hex].join(FS);
}
