/** Messages in SI … SO: diagnostics, serial number, master keys, and the working keys of the U extension (PIN pad sheet 3, 11). */
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, toHex } from '../crypto/hex.ts';
import { Sm4Key } from '../crypto/sm4-key.ts';
import { unwrapKey } from '../crypto/working-key.ts';
import { FRAME_LENGTH_MAX, FS } from './frame.ts';
import type { KeyUsage, PadKey } from './key-store.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';

/** What message 01 answers in a 14 before its EOT; tests that report nothing end at once. */
const DIAGNOSTICS: Readonly<Record<string, (pad: Pad) => string | undefined>> = {
  '01': () => 'RAM TST OK',
  '03': () => '6A2F',
  '04': () => undefined,
  '05': () => undefined,
  '06': (pad) => pad.serialNumber,
  '07': () => undefined,
  '08': () => 'IPP8 EMUL001 01/26',
};

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({ envelope: 'administration', handle });

export const administrationMessages: Messages = {
  '01': message(diagnose),
  '02': message(loadMasterKey),
  '04': message((slot, pad) => (isSlot(slot) ? reply(pad.keys.master(slot) ? '04F' : '040') : silence)),
  '05': message(loadSerialNumber),
  '06': message((body, pad) => (body === '' ? reply(`06${pad.serialNumber}`) : silence)),
  '07': message((body) => (body === '' ? { type: 'end', afterMs: 1000 } : silence)),
  '08': message(selectMasterKey),
  UC: message((body) =>
    // Single and triple DES and SM4, the longest frame, all three usages.
    body === '' ? reply(['UC1', 'DTS', String(FRAME_LENGTH_MAX).padStart(4, '0'), 'PMD'].join(FS)) : silence,
  ),
  UK: message(loadWorkingKey),
  UV: message(reportCheckValue),
};

const isSlot = (text: string): boolean => /^\d$/.test(text);

function diagnose(body: string, pad: Pad): Outcome {
  const test = DIAGNOSTICS[body];
  if (!test) return silence;
  const text = test(pad);
  return text === undefined ? { type: 'end', afterMs: 0 } : reply(`14${text}`);
}

/** The pad echoes the frame and stores only after the terminal's ACK (PIN pad sheet 3.1). No tag of 02 makes it SM4. */
function loadMasterKey(body: string, pad: Pad): Outcome {
  const [slot, key] = [body.slice(0, 1), body.slice(1)];
  if (!isSlot(slot) || !isUpperHex(key) || ![16, 32, 48].includes(key.length)) return silence;
  return {
    type: 'reply',
    body: `02${body}`,
    commit() {
      if (!pad.loadingMasters) pad.keys.wipe();
      pad.loadingMasters = true;
      pad.keys.loadMaster(slot, new DesKey(fromHex(key)));
    },
  };
}

/** Sixteen characters, as the VeriFone pads have it; echoed and stored like a key. */
function loadSerialNumber(body: string, pad: Pad): Outcome {
  if (!/^[\dA-Za-z-]{16}$/.test(body)) return silence;
  return {
    type: 'reply',
    body: `05${body}`,
    commit() {
      pad.serialNumber = body;
    },
  };
}

/** No answer frame, and an empty slot is accepted: message 04 is there to ask first (PIN pad sheet 3). */
function selectMasterKey(slot: string, pad: Pad): Outcome {
  if (!isSlot(slot)) return silence;
  pad.keys.selected = slot;
  return { type: 'end', afterMs: 0 };
}

/** Algorithm and length as UK has them, the length in units of 16 digits. */
const KEY_KINDS: Readonly<Record<string, { readonly algorithm: PadKey['algorithm']; readonly digits: number }>> = {
  D1: { algorithm: 'des', digits: 16 },
  T2: { algorithm: 'des', digits: 32 },
  S2: { algorithm: 'sm4', digits: 32 },
};

/**
 * UK. Statuses: 0 stored, 1 check value differs, 2 no master key, 3 length or algorithm, 4 format, 5 usage. A refused
 * key leaves the slot as it was. SM4 keys come under an SM4 master, encrypted with SM4, and DES keys under a DES one:
 * another master is a status 3.
 */
function loadWorkingKey(body: string, pad: Pad): Outcome {
  const [head = '', wrapped = '', checkValue = '', ...more] = body.split(FS);
  const [, masterSlot = '', slot = '', usage = '', kind = ''] = /^(\d)(\d)([A-Z])([A-Z]\d)$/.exec(head) ?? [];
  const wellFormed = masterSlot !== '' && isUpperHex(wrapped) && /^[\dA-F]{8}$/.test(checkValue) && more.length === 0;
  if (!wellFormed) return reply('UK4');
  if (!isUsage(usage)) return reply('UK5');
  const { algorithm, digits } = KEY_KINDS[kind] ?? {};
  if (wrapped.length !== digits) return reply('UK3');
  const master = pad.keys.master(masterSlot);
  if (!master) return reply('UK2');
  if (master.algorithm !== algorithm || wrapped.length / 2 > master.length) return reply('UK3');
  const clear = unwrapKey(master, fromHex(wrapped));
  const key = algorithm === 'sm4' ? new Sm4Key(clear) : new DesKey(clear);
  const computed = toHex(key.checkValue());
  if (computed !== checkValue) return reply('UK1');
  pad.keys.loadWorking(usage, slot, key);
  return reply(`UK0${FS}${computed}`);
}

const isUsage = (text: string): text is KeyUsage => ['P', 'M', 'D'].includes(text);

/** UV. Beside the statuses of UK, 2 says that the slot asked for is empty. */
function reportCheckValue(body: string, pad: Pad): Outcome {
  const [usage, slot] = [body.slice(0, 1), body.slice(1)];
  if (!isSlot(slot)) return reply('UV4');
  if (usage !== 'K' && !isUsage(usage)) return reply('UV5');
  const key = usage === 'K' ? pad.keys.master(slot) : pad.keys.working(usage, slot);
  if (!key) return reply('UV2');
  return reply(`UV0${letterOf(key)}${key.length / 8}${FS}${toHex(key.checkValue())}`);
}

function letterOf(key: PadKey): 'D' | 'T' | 'S' {
  if (key.algorithm === 'sm4') return 'S';
  return key.length === 8 ? 'D' : 'T';
}
