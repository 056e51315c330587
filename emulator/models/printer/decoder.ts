/** Bytes into printing commands: bounded, indifferent to chunking, never throws; what it skips comes out as discarded. */
import { commandOf, isLead, parameterLength, type CommandName } from './commands.ts';

export type ControlName = 'LF' | 'FF' | 'HT' | 'CR';

export type Decoded = {
  /** What it took of the receive buffer. */
  readonly bytes: number;
} & (
  | { readonly type: 'narrow'; readonly code: number }
  | { readonly type: 'wide'; readonly lead: number; readonly trail: number }
  | { readonly type: 'control'; readonly name: ControlName }
  | { readonly type: 'command'; readonly name: CommandName; readonly parameters: Uint8Array }
  /** A few rows of a GS v 0 picture; `scale` is its m: bit 0 doubles the width, bit 1 the height. */
  | { readonly type: 'band'; readonly rowBytes: number; readonly rows: Uint8Array; readonly scale: number }
  | { readonly type: 'discarded'; readonly what: string }
);

/** Longest parameters that are kept (a QR symbol holds 7089 digits); what goes beyond is counted and dropped. */
export const PARAMETERS_MAX = 8192;
/** Widest picture row that is kept, in bytes; no head is wider. */
const ROW_BYTES_MAX = 256;
const BAND_ROWS = 24;

const CONTROLS: Readonly<Record<number, ControlName>> = { 0x09: 'HT', 0x0a: 'LF', 0x0c: 'FF', 0x0d: 'CR' };
const NUL = 0x00;
const CAN = 0x18;

type State =
  | { readonly type: 'ground' }
  | { readonly type: 'lead'; readonly lead: number }
  | { readonly type: 'parameters'; readonly name: CommandName; readonly kept: number[]; count: number }
  | { readonly type: 'wide'; readonly lead: number }
  | {
      readonly type: 'raster';
      readonly scale: number;
      readonly rowBytes: number;
      rowsLeft: number;
      column: number;
      rowsInBand: number;
      readonly kept: number[];
    };

const GROUND: State = { type: 'ground' };
const isTrail = (byte: number) => byte >= 0x40 && byte <= 0xfe && byte !== 0x7f;
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

export class EscPosDecoder {
  readonly #kanjiAtPowerUp: boolean;
  #kanji: boolean;
  #state: State = GROUND;

  constructor(kanjiAtPowerUp: boolean) {
    this.#kanjiAtPowerUp = kanjiAtPowerUp;
    this.#kanji = kanjiAtPowerUp;
  }

  /** Bytes of an unfinished command. */
  get pendingBytes(): number {
    switch (this.#state.type) {
      case 'ground':
        return 0;
      case 'lead':
      case 'wide':
        return 1;
      case 'parameters':
        return 2 + this.#state.count;
      case 'raster':
        break;
    }
    return this.#state.rowsInBand * this.#state.rowBytes + this.#state.column;
  }

  /** Forgets an unfinished command. `kanji` is the mode that what was executed has left. */
  reset(kanji: boolean): void {
    this.#kanji = kanji;
    this.#state = GROUND;
  }

  /** Takes one byte; gives the commands that it completes, seldom more than one. */
  push(byte: number): readonly Decoded[] {
    const state = this.#state;
    switch (state.type) {
      case 'ground':
        return this.#ground(byte);
      case 'lead':
        return this.#code(state.lead, byte);
      case 'parameters':
        return this.#parameter(state, byte);
      case 'wide':
        this.#state = GROUND;
        if (isTrail(byte)) return [{ type: 'wide', lead: state.lead, trail: byte, bytes: 2 }];
        // GBK firmware shows a blank for a lead without its trail, and reads on (printer sheet 11: 81 30 84 36).
        return [{ type: 'narrow', code: 0x20, bytes: 1 }, ...this.#ground(byte)];
      case 'raster':
        break;
    }
    return this.#rasterByte(state, byte);
  }

  #ground(byte: number): readonly Decoded[] {
    if (isLead(byte)) {
      this.#state = { type: 'lead', lead: byte };
      return [];
    }
    const control = CONTROLS[byte];
    if (control !== undefined) return [{ type: 'control', name: control, bytes: 1 }];
    // NUL pads (node-thermal-printer's reset leaves one), CAN matters in page mode only.
    if (byte === NUL || byte === CAN) return [];
    if (byte < 0x20 || byte === 0x7f) return [{ type: 'discarded', what: hex(byte), bytes: 1 }];
    if (this.#kanji && byte >= 0x81 && byte <= 0xfe) {
      this.#state = { type: 'wide', lead: byte };
      return [];
    }
    return [{ type: 'narrow', code: byte, bytes: 1 }];
  }

  #code(lead: number, code: number): readonly Decoded[] {
    const name = commandOf(lead, code);
    if (name === undefined) {
      this.#state = GROUND;
      return [{ type: 'discarded', what: `${hex(lead)} ${hex(code)}`, bytes: 2 }];
    }
    this.#state = { type: 'parameters', name, kept: [], count: 0 };
    return parameterLength(name, [], 0) === 0 ? this.#complete(name, [], 0) : [];
  }

  #parameter(state: Extract<State, { type: 'parameters' }>, byte: number): readonly Decoded[] {
    if (state.count < PARAMETERS_MAX) state.kept.push(byte);
    state.count += 1;
    return state.count < parameterLength(state.name, state.kept, state.count)
      ? []
      : this.#complete(state.name, state.kept, state.count);
  }

  #complete(name: CommandName, kept: readonly number[], count: number): readonly Decoded[] {
    this.#state = GROUND;
    if (name === 'GS v') return this.#rasterHeader(kept);
    if (name === 'FS &') this.#kanji = true;
    if (name === 'FS .') this.#kanji = false;
    if (name === 'ESC @') this.#kanji = this.#kanjiAtPowerUp;
    if (name.startsWith('DLE')) return [];
    return [{ type: 'command', name, parameters: Uint8Array.from(kept), bytes: 2 + count }];
  }

  #rasterHeader(header: readonly number[]): readonly Decoded[] {
    const [kind = 0, scale = 0, xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = header;
    if (kind !== 0x30) return [{ type: 'discarded', what: `1d 76 ${hex(kind)}`, bytes: 2 + header.length }];
    const [rowBytes, rowsLeft] = [xLow + 256 * xHigh, yLow + 256 * yHigh];
    if (rowBytes > 0 && rowsLeft > 0) {
      this.#state = { type: 'raster', scale: scale & 3, rowBytes, rowsLeft, column: 0, rowsInBand: 0, kept: [] };
    }
    return [];
  }

  #rasterByte(state: Extract<State, { type: 'raster' }>, byte: number): readonly Decoded[] {
    if (state.column < ROW_BYTES_MAX) state.kept.push(byte);
    state.column += 1;
    if (state.column < state.rowBytes) return [];
    state.column = 0;
    state.rowsLeft -= 1;
    state.rowsInBand += 1;
    if (state.rowsLeft > 0 && state.rowsInBand < BAND_ROWS) return [];
    const band: Decoded = {
      type: 'band',
      rowBytes: Math.min(state.rowBytes, ROW_BYTES_MAX),
      rows: Uint8Array.from(state.kept),
      scale: state.scale,
      bytes: state.rowsInBand * state.rowBytes,
    };
    state.kept.length = 0;
    state.rowsInBand = 0;
    if (state.rowsLeft === 0) this.#state = GROUND;
    return [band];
  }
}
