/** Builds a request message from a draft, by the composition table. */
import { Bug } from '../../domain/result.ts';
import type { Message } from '../iso8583/message.ts';
import type { Draft } from './draft.ts';
import { fieldSources } from './fields.ts';
import type { DialectParameters, TerminalIdentity } from './setup.ts';

/**
 * The message, with a placeholder in field 64 where it carries a MAC.
 *
 * @throws Bug when the draft lacks what its message must have.
 */
export function buildRequest(draft: Draft, terminal: TerminalIdentity, parameters: DialectParameters): Message {
  const { composition } = draft;
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
  return { tpdu: terminal.tpdu, header: headerOf(draft, terminal), mti: draft.mti, fields };
}

/** The fifth digit is the terminal's status (dialect sheet 1.2): 1 says that this is training. */
const headerOf = ({ training }: Draft, { header }: TerminalIdentity): string =>
  training === true ? `${header.slice(0, 4)}1${header.slice(5)}` : header;

/** Whether the request, and so its answer, is protected by field 64 (dialect sheet 5.7). */
export const carriesMac = (message: Message): boolean => message.fields[64] !== undefined;

export const withMac = (message: Message, mac: string): Message => ({
  ...message,
  fields: { ...message.fields, 64: mac.slice(0, 8) },
});
