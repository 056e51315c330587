/** Builds a request message from a draft, by the composition table. */
import { Bug } from '../../domain/result.ts';
import type { Message } from '../iso8583/message.ts';
import { compositionOf } from './composition.ts';
import type { Draft } from './draft.ts';
import { fieldSources } from './fields.ts';
import type { DialectParameters, TerminalIdentity } from './setup.ts';

/**
 * The message, with a placeholder in field 64 where it carries a MAC.
 *
 * @throws Bug when the draft lacks what its message must have.
 */
export function buildRequest(draft: Draft, terminal: TerminalIdentity, parameters: DialectParameters): Message {
  const composition = compositionOf(draft);
  const context = { draft, composition, terminal, parameters };
  const fields: Record<number, string> = {};
  const read = (field: number): string | undefined => fieldSources[field]?.(context);

  for (const field of composition.must) {
    const value = read(field);
    if (value === undefined) {
      throw new Bug(
        `A ${draft.mti} with 60.1 = ${draft.messageTypeCode} needs field ${field}, and the request lacks it.`,
      );
    }
    fields[field] = value;
  }
  const withoutNumber = draft.entryMode === 'swiped' || draft.entryMode === 'none';
  for (const field of [...composition.known, ...(withoutNumber ? [] : composition.unlessSwiped)]) {
    const value = read(field);
    if (value !== undefined) fields[field] = value;
  }
  return { tpdu: terminal.tpdu, header: terminal.header, mti: draft.mti, fields };
}

/** Whether the request, and so its answer, is protected by field 64 (dialect sheet 5.7). */
export const carriesMac = (message: Message): boolean => message.fields[64] !== undefined;

export const withMac = (message: Message, mac: string): Message => ({
  ...message,
  fields: { ...message.fields, 64: mac.slice(0, 8) },
});
