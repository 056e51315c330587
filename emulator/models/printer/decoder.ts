/** Bytes into printing commands: bounded, indifferent to chunking, never throws; what it skips comes out as discarded. */
import { ByteKeeper } from './byte-keeper.ts';
import { commandOf, isBuffered, isLead, keptMax, parameterLength } from './commands.ts';
import type { BufferedCommandName, CommandName } from './commands.ts';

export type ControlName = 'LF' | 'FF' | 'HT' | 'CR' | 'CAN' | 'NUL';

/**
 * What the bytes of a stream say, in their order and without a gap, except that real-time requests, which have acted at
 * reception, leave none. An unknown command is skipped as its two bytes, an unknown control byte as one, and GS v with
 * a picture form that is none as its header: what follows is read as if they had not been there.
 */
export type Decoded = {
  /** What it took of the receive buffer. */
  readonly bytes: number;
  /** Where its first byte stands in all that the decoder has ever been given. */
  readonly offset: number;
} & (
  | { readonly type: 'narrow'; readonly code: number }
  | { readonly type: 'wide'; readonly lead: number; readonly trail: number }
  /** The four bytes of a GB18030 character; GBK firmware reads them otherwise. */
  | { readonly type: 'four'; readonly code: readonly number[] }
  | { readonly type: 'control'; readonly name: ControlName }
  | { readonly type: 'command'; readonly name: BufferedCommandName; readonly parameters: Uint8Array }
  /** A few rows of a GS v 0 picture; `scale` is its m: bit 0 doubles the width, bit 1 the height. */
  | { readonly type: 'band'; readonly rowBytes: number; readonly rows: Uint8Array; readonly scale: number }
  | { readonly type: 'discarded'; readonly what: string }
);

/** Widest picture row that is kept, in bytes; no head is wider. */
const ROW_BYTES_MAX = 256;
const BAND_ROWS = 24;

const CONTROLS: Readonly<Record<number, ControlName>> = {
  // NUL pads: a builder's reset leaves one.
  0x00: 'NUL',
  0x09: 'HT',
  0x0a: 'LF',
  0x0c: 'FF',
  0x0d: 'CR',
  0x18: 'CAN',
};

type State =
  | { readonly type: 'ground' }
  | { readonly type: 'lead'; readonly lead: number; readonly offset: number }
  | { readonly type: 'parameters'; readonly name: CommandName; readonly kept: ByteKeeper; readonly offset: number }
  | { readonly type: 'wide'; readonly code: readonly number[]; readonly offset: number }
  | {
      readonly type: 'raster';
      readonly scale: number;
      readonly rowBytes: number;
      rowsLeft: number;
      column: number;
      rowsInBand: number;
      offset: number;
      kept: ByteKeeper;
    };

const GROUND: State = { type: 'ground' };
const BAND_BYTES_MAX = ROW_BYTES_MAX * BAND_ROWS;
const isTrail = (byte: number) => byte >= 0x40 && byte <= 0xfe && byte !== 0x7f;
const isKanjiLead = (byte: number) => byte >= 0x81 && byte <= 0xfe;
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

export class EscPosDecoder {
  readonly #kanjiAtPowerUp: boolean;
  #kanji: boolean;
  #state: State = GROUND;
  #position = 0;

  constructor(kanjiAtPowerUp: boolean) {
    this.#kanjiAtPowerUp = kanjiAtPowerUp;
    this.#kanji = kanjiAtPowerUp;
  }

  /** Bytes of an unfinished command. */
  get pendingBytes(): number {
    return this.#state.type === 'ground' ? 0 : this.#position - this.#state.offset;
  }

  /** Forgets an unfinished command. `kanji` is the mode that what was executed has left. */
  reset(kanji: boolean): void {
    this.#kanji = kanji;
    this.#state = GROUND;
  }

  /** Takes one byte; gives the commands that it completes, seldom more than one. */
  push(byte: number): readonly Decoded[] {
    const offset = this.#position;
    this.#position += 1;
    return this.#take(byte, offset);
  }

  #take(byte: number, offset: number): readonly Decoded[] {
    const state = this.#state;
    switch (state.type) {
      case 'ground':
        return this.#ground(byte, offset);
      case 'lead':
        return this.#code(state.lead, byte, state.offset);
      case 'parameters':
        state.kept.push(byte);
        return state.kept.count < parameterLength(state.name, state.kept.at, state.kept.count)
          ? []
          : this.#complete(state.name, state.kept, state.offset);
      case 'wide':
        return this.#wide(state.code, byte, state.offset);
      case 'raster':
        break;
    }
    return this.#rasterByte(state, byte);
  }

  #ground(byte: number, offset: number): readonly Decoded[] {
    if (isLead(byte)) {
      this.#state = { type: 'lead', lead: byte, offset };
      return [];
    }
    const control = CONTROLS[byte];
    if (control !== undefined) return [{ type: 'control', name: control, bytes: 1, offset }];
    if (byte < 0x20 || byte === 0x7f) return [{ type: 'discarded', what: hex(byte), bytes: 1, offset }];
    if (this.#kanji && isKanjiLead(byte)) {
      this.#state = { type: 'wide', code: [byte], offset };
      return [];
    }
    return [{ type: 'narrow', code: byte, bytes: 1, offset }];
  }

  /** Two bytes, or four with a digit in the second place (printer sheet 11). */
  #wide(code: readonly number[], byte: number, offset: number): readonly Decoded[] {
    const [lead = 0] = code;
    this.#state = GROUND;
    if (code.length === 1 && isTrail(byte)) return [{ type: 'wide', lead, trail: byte, bytes: 2, offset }];
    if (code.length === 3 && isDigit(byte)) return [{ type: 'four', code: [...code, byte], bytes: 4, offset }];
    if (code.length === 2 ? isKanjiLead(byte) : code.length === 1 && isDigit(byte)) {
      this.#state = { type: 'wide', code: [...code, byte], offset };
      return [];
    }
    // Firmware shows a blank for a lead without its trail, and reads on.
    const rest = [...code.slice(1), byte].flatMap((each, index) => this.#take(each, offset + 1 + index));
    return [{ type: 'narrow', code: 0x20, bytes: 1, offset }, ...rest];
  }

  #code(lead: number, code: number, offset: number): readonly Decoded[] {
    const name = commandOf(lead, code);
    if (name === undefined) {
      this.#state = GROUND;
      return [{ type: 'discarded', what: `${hex(lead)} ${hex(code)}`, bytes: 2, offset }];
    }
    const kept = new ByteKeeper(keptMax(name));
    this.#state = { type: 'parameters', name, kept, offset };
    return parameterLength(name, kept.at, 0) === 0 ? this.#complete(name, kept, offset) : [];
  }

  #complete(name: CommandName, kept: ByteKeeper, offset: number): readonly Decoded[] {
    this.#state = GROUND;
    if (!isBuffered(name)) return [];
    if (name === 'FS &') this.#kanji = true;
    if (name === 'FS .') this.#kanji = false;
    if (name === 'ESC @') this.#kanji = this.#kanjiAtPowerUp;
    const bytes = 2 + kept.count;
    const parameters = kept.bytes();
    if (name === 'GS v' && !this.#beginRaster(parameters, offset + bytes)) {
      return [{ type: 'discarded', what: `1d 76 ${hex(kept.at(0))} ${hex(kept.at(1))}`, bytes, offset }];
    }
    return [{ type: 'command', name, parameters, bytes, offset }];
  }

  #beginRaster([form = 0, m = 0, xLow = 0, xHigh = 0, yLow = 0, yHigh = 0]: Uint8Array, offset: number): boolean {
    const scale = isDigit(m) ? m - 0x30 : m;
    if (form !== 0x30 || scale > 3) return false;
    const [rowBytes, rowsLeft] = [xLow + 256 * xHigh, yLow + 256 * yHigh];
    if (rowBytes > 0 && rowsLeft > 0) {
      const kept = new ByteKeeper(BAND_BYTES_MAX);
      this.#state = { type: 'raster', scale, rowBytes, rowsLeft, column: 0, rowsInBand: 0, kept, offset };
    }
    return true;
  }

  #rasterByte(state: Extract<State, { type: 'raster' }>, byte: number): readonly Decoded[] {
    if (state.column < ROW_BYTES_MAX) state.kept.push(byte);
    state.column += 1;
    if (state.column < state.rowBytes) return [];
    state.column = 0;
    state.rowsLeft -= 1;
    state.rowsInBand += 1;
    if (state.rowsLeft > 0 && state.rowsInBand < BAND_ROWS) return [];
    const bytes = state.rowsInBand * state.rowBytes;
    const band: Decoded = {
      type: 'band',
      rowBytes: Math.min(state.rowBytes, ROW_BYTES_MAX),
      rows: state.kept.bytes(),
      scale: state.scale,
      bytes,
      offset: state.offset,
    };
    state.kept = new ByteKeeper(BAND_BYTES_MAX);
    state.rowsInBand = 0;
    state.offset += bytes;
    if (state.rowsLeft === 0) this.#state = GROUND;
    return [band];
  }
}
