/** What is known in the course of one transaction: the data objects and the two registers. */
import { Bug, fail, ok, type Result } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import { fromAscii, fromHex, numberBytes, toHex } from './bytes.ts';
import { dictionaryRow, isWellFormed } from './dictionary.ts';
import { CAPABILITY_FLAGS, hasFlag, Register, TSI_FLAGS, TVR_FLAGS } from './flags.ts';
import type { CardData } from './needs.ts';
import type { Selected } from './selection.ts';
import type { KernelPorts, TerminalSettings, TransactionInput } from './terminal.ts';
import type { TerminationCode } from './termination.ts';
import type { Tlv } from './tlv.ts';

/** No cardholder verification was done (Book 4, annex A4). */
const NO_CVM_RESULTS = '3F0000';

export class Session {
  readonly settings: TerminalSettings;
  readonly input: TransactionInput;
  readonly ports: KernelPorts;
  readonly selected: Selected;
  readonly tvr = new Register(TVR_FLAGS, 5);
  readonly tsi = new Register(TSI_FLAGS, 2);
  cvmResults: Uint8Array = fromHex(NO_CVM_RESULTS);
  needsSignature = false;
  readonly #objects = new Map<string, Uint8Array>();

  constructor(settings: TerminalSettings, input: TransactionInput, ports: KernelPorts, selected: Selected) {
    this.settings = settings;
    this.input = input;
    this.ports = ports;
    this.selected = selected;
    for (const [tag, value] of terminalObjects(settings, input, selected)) this.#objects.set(tag, value);
    this.#takeFci(selected);
  }

  get(tag: string): Uint8Array | undefined {
    switch (tag) {
      case '95':
        return this.tvr.bytes();
      case '9B':
        return this.tsi.bytes();
      case '9F34':
        return this.cvmResults;
      default:
        return this.#objects.get(tag);
    }
  }

  put(tag: string, value: Uint8Array): void {
    this.#objects.set(tag, value);
  }

  /** Takes over what a template of the card brings; the terminal's own objects are not the card's to write. */
  take(template: '70' | '77', objects: readonly Tlv[]): Result<undefined, TerminationCode> {
    const seen = new Set<string>();
    for (const { tag, value, children } of objects) {
      const row = dictionaryRow(tag);
      if (row?.source !== 'card' || children !== undefined || !row.templates.includes(template)) continue;
      // Book 3, 10.2: an object may be there once, in all the records or in an answer.
      if (seen.has(tag) || (template === '70' && this.#objects.has(tag))) return fail('data-object-duplicate');
      seen.add(tag);
      if (!isWellFormed(tag, value)) return fail('data-object-malformed');
      this.#objects.set(tag, value);
    }
    return ok(undefined);
  }

  capability(name: keyof typeof CAPABILITY_FLAGS): boolean {
    return hasFlag(CAPABILITY_FLAGS, name, this.get('9F33') ?? new Uint8Array());
  }

  get amountMinor(): number {
    return Number(this.input.amount);
  }

  /** Only when the records have been read. */
  get pan(): Secret<string> {
    return Secret.of(toHex(this.#objects.get('5A') ?? new Uint8Array()).replace(/F+$/, ''), 'PAN');
  }

  /** Of its name: five bytes. */
  get rid(): string {
    return toHex(this.selected.name.subarray(0, 5));
  }

  card(): CardData {
    const track2 = this.#objects.get('57');
    const expiry = this.#objects.get('5F24');
    if (expiry === undefined) throw new Bug('The card is asked for before its records are read.');
    return {
      aid: toHex(this.selected.name),
      label: this.selected.choice.label,
      pan: this.pan,
      ...(track2 === undefined ? {} : { track2: Secret.of(toHex(track2).replace(/F+$/, ''), 'TRACK2') }),
      expiry: toHex(expiry).slice(0, 4),
      sequenceNumber: toHex(this.#objects.get('5F34') ?? Uint8Array.of(0)).padStart(3, '0'),
    };
  }

  #takeFci({ objects, name }: Selected): void {
    this.#objects.set('84', name);
    for (const { tag, value, children } of objects) {
      const isKnown = dictionaryRow(tag)?.templates.includes('A5') === true;
      if (isKnown && children === undefined && isWellFormed(tag, value)) this.#objects.set(tag, value);
    }
  }
}

/** Digits as whole bytes. */
const numeric = (digits: string, bytes: number): Uint8Array =>
  fromHex(digits.padStart(bytes * 2, '0').slice(-bytes * 2));

/** 81 and 9F04 hold 32 bits; a larger amount is all ones there (Book 3, annex A). */
const binaryAmount = (minor: string): Uint8Array => numberBytes(Math.min(Number(minor), 0xffffffff), 4);

function terminalObjects(
  settings: TerminalSettings,
  input: TransactionInput,
  { application }: Selected,
): readonly (readonly [string, Uint8Array])[] {
  return [
    ['5F2A', numeric(input.currencyCode, 2)],
    ['5F36', numeric(String(input.currencyExponent), 1)],
    ['81', binaryAmount(input.amount)],
    ['9A', fromHex(input.date.slice(2))],
    ['9C', fromHex(input.transactionType)],
    ['9F01', numeric(settings.acquirerNumber, 6)],
    ['9F02', numeric(input.amount, 6)],
    ['9F03', numeric(input.amountOther, 6)],
    ['9F04', binaryAmount(input.amountOther)],
    ['9F06', fromHex(application.aid)],
    ['9F09', fromHex(application.version)],
    ['9F15', numeric(settings.merchantCategoryCode, 2)],
    ['9F16', fromAscii(settings.merchantNumber)],
    ['9F1A', numeric(settings.countryCode, 2)],
    ['9F1B', numberBytes(application.floorLimitMinor, 4)],
    ['9F1C', fromAscii(settings.terminalNumber)],
    ['9F1E', fromAscii(settings.interfaceDeviceSerial)],
    ['9F21', fromHex(input.time)],
    ['9F33', capabilitiesOf(settings, application.onlinePin)],
    ['9F35', fromHex(settings.terminalType)],
    ['9F37', input.unpredictableNumber],
    // Contact chip, as in field 22 (dialect sheet 7.1).
    ['9F39', Uint8Array.of(0x05)],
    ['9F40', fromHex(settings.additionalCapabilities)],
    ['9F41', numeric(String(input.sequenceCounter), 4)],
    ['9F4E', fromAscii(settings.merchantName)],
    // No electronic cash here.
    ['9F7A', Uint8Array.of(0x00)],
  ];
}

function capabilitiesOf({ capabilities }: TerminalSettings, onlinePin: boolean): Uint8Array {
  const bytes = fromHex(capabilities);
  if (!onlinePin) bytes[1] = (bytes[1] ?? 0) & ~0x40;
  return bytes;
}
