/** What an issuer tells a chip card to do, protected for the transaction that it answers (Book 2, 9; PBOC part 5). */
import { pinDigits, type TransactionKeys } from '../crypto/card-keys.ts';
import { fromHex } from '../crypto/hex.ts';

/** What an issuer has a card do, before it is protected. */
export type IssuerCommand =
  | { readonly type: 'application-block' | 'application-unblock' | 'card-block' | 'pin-unblock' }
  | { readonly type: 'pin-change'; readonly pin: string }
  /** Tag and value in hex. */
  | { readonly type: 'put-data'; readonly tag: string; readonly value: string }
  /** The record with its template, in hex. */
  | { readonly type: 'update-record'; readonly file: number; readonly record: number; readonly value: string }
  /** Whatever it is: CLA INS P1 P2 and what is to stand before the MAC, in hex. */
  | { readonly type: 'any'; readonly header: string; readonly data: string };

/** PBOC's own is of four bytes, EMV's of up to eight (Book 2, 9.2.1). */
const MAC_MAX = 8;
const HEAD_LENGTH = 5;
const PIN_LENGTH = 16;

/** Bytes that {@link protectedCommand} makes of it at most. */
export function lengthMax(command: IssuerCommand): number {
  const { type } = command;
  const value = 'value' in command ? command.value : type === 'any' ? command.data : '';
  return HEAD_LENGTH + (type === 'pin-change' ? PIN_LENGTH : value.length / 2) + MAC_MAX;
}

/** The command with its MAC, as tag 86 carries it. */
export function protectedCommand(command: IssuerCommand, keys: TransactionKeys, arqc: Uint8Array): Uint8Array {
  const { data, head } = plainCommand(command, keys, arqc);
  const header = Uint8Array.of(...head, data.length + keys.scriptMacLength);
  return Uint8Array.of(...header, ...data, ...keys.scriptMac(header, arqc, data));
}

function plainCommand(
  command: IssuerCommand,
  keys: TransactionKeys,
  arqc: Uint8Array,
): { readonly head: readonly number[]; readonly data: Uint8Array } {
  const none = new Uint8Array();
  switch (command.type) {
    case 'application-block':
      return { head: [0x84, 0x1e, 0, 0], data: none };
    case 'application-unblock':
      return { head: [0x84, 0x18, 0, 0], data: none };
    case 'card-block':
      return { head: [0x84, 0x16, 0, 0], data: none };
    case 'pin-unblock':
      return { head: [0x84, 0x24, 0, 0], data: none };
    case 'pin-change':
      return {
        head: [0x84, 0x24, 0, 2],
        data: keys.encipherScriptData(keys.maskedPin(pinDigits(command.pin)), arqc),
      };
    case 'put-data':
      return { head: [0x04, 0xda, ...fromHex(command.tag)], data: fromHex(command.value) };
    case 'update-record':
      return { head: [0x04, 0xdc, command.record, (command.file << 3) | 4], data: fromHex(command.value) };
    case 'any':
      return { head: [...fromHex(command.header)], data: fromHex(command.data) };
  }
}
