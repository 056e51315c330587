/** `tool iso8583`: messages from hex to JSON or to a table for people, and from JSON to hex. */
import { ascii87 } from '../../src/host/iso8583/ascii87.ts';
import { decode, type Dialect, encode, framed } from '../../src/host/iso8583/codec.ts';
import { explain, explanationTable } from '../../src/host/iso8583/explain.ts';
import type { MalformedMessage, Message } from '../../src/host/iso8583/message.ts';
import { unionpay } from '../../src/host/iso8583/unionpay.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';

export interface ToolOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** 0: done; 1: the message is malformed; 2: the command line is. */
  readonly exitCode: 0 | 1 | 2;
}

const dialects: Readonly<Record<string, Dialect>> = { unionpay, ascii87 };

interface Command {
  readonly action: 'decode' | 'encode';
  readonly dialect: Dialect;
  readonly framed: boolean;
  readonly explain: boolean;
  readonly hex: string;
}

const USAGE = `Usage: iso8583 decode [--dialect unionpay|ascii87] [--no-framed] [--explain] HEX
       iso8583 encode [--dialect unionpay|ascii87] [--no-framed] < message.json`;

/** @param args what follows `iso8583` on the command line. */
export function iso8583Tool(args: readonly string[], stdin: () => string): ToolOutcome {
  const command = parseArguments(args);
  if (!command.ok) return { stdout: '', stderr: `${command.error}\n${USAGE}\n`, exitCode: 2 };
  const output = command.value.action === 'decode' ? decodeHex(command.value) : encodeJson(command.value, stdin());
  if (output.ok) return { stdout: `${output.value}\n`, stderr: '', exitCode: 0 };
  return { stdout: '', stderr: `${complaint(command.value.dialect, output.error)}\n`, exitCode: 1 };
}

function parseArguments(args: readonly string[]): Result<Command, string> {
  const [action, ...rest] = args;
  if (action !== 'decode' && action !== 'encode') {
    return fail(action === undefined ? 'Say "decode" or "encode".' : 'The first word must be "decode" or "encode".');
  }
  let dialect = unionpay;
  let isFramed = true;
  let explained = false;
  const words: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    if (word === '--framed') isFramed = true;
    else if (word === '--no-framed') isFramed = false;
    else if (word === '--explain' && action === 'decode') explained = true;
    else if (word === '--dialect' || word.startsWith('--dialect=')) {
      const name = word === '--dialect' ? (rest[++index] ?? '') : word.slice('--dialect='.length);
      const named = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
      if (named === undefined) return fail(`After --dialect write one of ${Object.keys(dialects).join(', ')}.`);
      dialect = named;
    } else if (word.startsWith('-')) {
      return fail(`${action} does not know the option ${word.split('=', 1)[0]}; leave it out.`);
    } else words.push(word);
  }
  const hex = words.join('').replaceAll(/\s/g, '');
  if (action === 'decode' && hex === '') return fail('Give the message in hex after the options.');
  if (action === 'encode' && words.length > 0) return fail('encode reads JSON on standard input; give no other words.');
  return ok({ action, dialect, framed: isFramed, explain: explained, hex });
}

/** One line, with the names of the field for people. */
function complaint({ table }: Dialect, { field, offset, problem }: MalformedMessage): string {
  const row = /^\d+$/.test(field) ? table.rows[Number(field)] : undefined;
  const name = row === undefined ? '' : ` (${row.name.zh} ${row.name.en})`;
  return `${/^\d+$/.test(field) ? `field ${field}` : field}${name} at byte ${offset}: ${problem}`;
}

const LENGTH_BYTES = 2;

const malformed = (field: string, offset: number, problem: string): Result<never, MalformedMessage> =>
  fail({ field, offset, problem });

function decodeHex(command: Command): Result<string, MalformedMessage> {
  const bytes = parseHex(command.hex);
  if (!bytes.ok) return bytes;
  const message = unframed(bytes.value, command);
  if (!message.ok) return message;
  return ok(
    command.explain ? explanationTable(explain(command.dialect, message.value)) : JSON.stringify(message.value),
  );
}

function parseHex(hex: string): Result<Uint8Array, MalformedMessage> {
  const bad = hex.search(/[^\dA-Fa-f]/);
  if (bad >= 0) return malformed('hex', bad >> 1, 'not a hexadecimal digit');
  if (hex.length % 2 === 1) return malformed('hex', hex.length >> 1, 'half a byte: the number of digits is odd');
  return ok(Uint8Array.from(Buffer.from(hex, 'hex')));
}

/** Decodes with the offsets of the bytes as they were given. */
function unframed(bytes: Uint8Array, { dialect, framed: isFramed }: Command): Result<Message, MalformedMessage> {
  if (!isFramed) return decode(dialect, bytes);
  if (bytes.length < LENGTH_BYTES) return malformed('length', 0, `needs 2 bytes, ${bytes.length} are left`);
  const said = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const there = bytes.length - LENGTH_BYTES;
  if (said !== there) return malformed('length', 0, `the length bytes say ${said} bytes, ${there} follow`);
  return shifted(decode(dialect, bytes.subarray(LENGTH_BYTES)));
}

/** Counts the length bytes in. */
function shifted<Value>(result: Result<Value, MalformedMessage>): Result<Value, MalformedMessage> {
  return result.ok ? result : fail({ ...result.error, offset: result.error.offset + LENGTH_BYTES });
}

function encodeJson(command: Command, json: string): Result<string, MalformedMessage> {
  const message = parseMessage(json);
  if (!message.ok) return message;
  const encoded = encode(command.dialect, message.value);
  const bytes = command.framed ? shifted(encoded) : encoded;
  if (!bytes.ok) return bytes;
  return ok(
    Buffer.from(command.framed ? framed(bytes.value) : bytes.value)
      .toString('hex')
      .toUpperCase(),
  );
}

const SHAPE = '{"tpdu":"…","header":"…","mti":"0200","fields":{"3":"000000"}}';

/** The input may hold card data: what is wrong with it is said without repeating any of it. */
function parseMessage(json: string): Result<Message, MalformedMessage> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return malformed('json', 0, `not JSON; expected ${SHAPE}`);
  }
  if (!isRecord(parsed)) return malformed('json', 0, `not an object; expected ${SHAPE}`);
  const { tpdu = '', header = '', mti, fields, ...others } = parsed;
  if (Object.keys(others).length > 0) return malformed('json', 0, `has another key than those of ${SHAPE}`);
  if (typeof tpdu !== 'string') return malformed('tpdu', 0, 'not a string of digits');
  if (typeof header !== 'string') return malformed('header', 0, 'not a string of digits');
  if (typeof mti !== 'string') return malformed('mti', 0, 'not a string of digits');
  if (!isRecord(fields)) return malformed('fields', 0, 'not an object of field numbers and strings');
  const checked: Record<number, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (!/^([2-9]|[1-9]\d|1[01]\d|12[0-8])$/.test(key)) {
      return malformed('fields', 0, 'has a key that is not a field number, 2 to 128');
    }
    if (typeof value !== 'string') return malformed(key, 0, 'not a string');
    checked[Number(key)] = value;
  }
  return ok({ tpdu, header, mti, fields: checked });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
