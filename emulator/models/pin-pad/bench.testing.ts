/** What the PIN pad's tests share: a pad with known keys, and its actions as short texts. */
import { fromHex, toHex } from '../crypto/hex.ts';
import { DesKey } from '../crypto/des-key.ts';
import { wrapKey } from '../crypto/working-key.ts';
import type { Action } from '../model.ts';
import { encodeFrame, type Envelope, FrameDecoder } from './frame.ts';
import type { PinPadKey } from './pin-entry.ts';
import { PinPadModel, type PinPadOptions, type PinPadSight } from './pin-pad.ts';

/** The keys of PIN pad sheet 9. */
export const SINGLE_MASTER = '0123456789ABCDEF';
export const DOUBLE_MASTER = '0123456789ABCDEFFEDCBA9876543210';
export const SINGLE_WRAPPED = 'B4CC3FD9D8D95214';
export const DOUBLE_WRAPPED = '3EB3B72576BBBE834F0B96AAA5A8B548';
export const DOUBLE_CLEAR = '11223344556677889900AABBCCDDEEFF';
export const PAN = '6212345678901232';

export const ACK = '<06>';
export const NAK = '<15>';
export const EOT = '<04>';

/** The separators as they are printed in the sheet. */
const NAMES = { '\u001c': '<FS>', '\u001a': '<SUB>', '\u001d': '<GS>', '\u001e': '<RS>' } as const;

export class Bench {
  readonly pad: PinPadModel;

  constructor(options: Partial<PinPadOptions> = {}) {
    this.pad = new PinPadModel({ masterKeys: { 0: DOUBLE_MASTER, 1: SINGLE_MASTER }, ...options });
  }

  /** Sends `STX … ETX` or `SI … SO` by the id, and gives everything that the pad did. */
  send(text: string, envelope?: Envelope): readonly string[] {
    let body = text;
    for (const [byte, name] of Object.entries(NAMES)) body = body.replaceAll(name, byte);
    const administrative = /^(0\d|U[CKV])/.test(body);
    return this.bytes(encodeFrame(envelope ?? (administrative ? 'administration' : 'transaction'), body));
  }

  /** Sends and acknowledges what comes. */
  ask(text: string): string | undefined {
    const [, answer] = wrote(this.send(text));
    this.raw('06');
    return answer;
  }

  raw(hex: string): readonly string[] {
    return this.bytes(fromHex(hex));
  }

  bytes(chunk: Uint8Array): readonly string[] {
    return this.pad.bytes(chunk).map(describeAction);
  }

  elapsed(timer: string): readonly string[] {
    return this.pad.elapsed(timer).map(describeAction);
  }

  press(...keys: readonly PinPadKey[]): readonly string[] {
    return keys.flatMap((key) => this.pad.does({ type: 'key', key }).map(describeAction));
  }

  powerCycle(): readonly string[] {
    return this.pad.does({ type: 'power-cycle' }).map(describeAction);
  }

  /** Loads a working key, given clear, under master 0, and gives the pad's answer. */
  load(usage: 'P' | 'M' | 'D', slot: string, clear: string): string | undefined {
    const wrapped = toHex(wrapKey(new DesKey(fromHex(DOUBLE_MASTER)), fromHex(clear)));
    const checkValue = toHex(new DesKey(fromHex(clear)).checkValue());
    return this.ask(`UK0${slot}${usage}${clear.length === 16 ? 'D1' : 'T2'}<FS>${wrapped}<FS>${checkValue}`);
  }
}

/** Only what went out on the line. */
export const wrote = (actions: readonly string[]): readonly string[] =>
  actions.filter((action) => !/^(arm|disarm|sees) /.test(action));

/** Only what a person saw. */
export const saw = (actions: readonly string[]): readonly string[] =>
  actions.filter((action) => action.startsWith('sees ')).map((action) => action.slice('sees '.length));

function describeAction(action: Action<PinPadSight>): string {
  switch (action.type) {
    case 'write':
      return describeBytes(action.bytes);
    case 'arm':
      return `arm ${action.timer} ${action.ms}`;
    case 'disarm':
      return `disarm ${action.timer}`;
    case 'hang-up':
      return 'hang-up';
    case 'sight': {
      const { type, ...rest } = action.sight;
      return `sees ${[type, ...Object.values(rest).map((value) => JSON.stringify(value))].join(' ')}`;
    }
    default:
      return 'unknown';
  }
}

/** A frame as `Z671` or `[UK0<FS>…]` for SI … SO; anything else as hex in angle brackets. */
function describeBytes(bytes: Uint8Array): string {
  const [received] = new FrameDecoder().push(bytes);
  if (received?.type !== 'frame') return `<${toHex(bytes)}>`;
  let body = received.body;
  for (const [byte, name] of Object.entries(NAMES)) body = body.replaceAll(byte, name);
  return received.envelope === 'administration' ? `[${body}]` : body;
}
