/** The merchant's logo: dots that are sent along, or a picture that the printer keeps. */
import { fail, ok, type Result } from '../domain/result.ts';
import type { Bitmap } from '../glyphs/types.ts';

export type Logo =
  | { readonly type: 'dots'; readonly bitmap: Bitmap }
  /** Defined in the printer under these two printable ASCII characters; GS ( L function 69 prints it. */
  | { readonly type: 'nv-graphic'; readonly key: string }
  /** The older kind, 1 to 255; FS p prints it. */
  | { readonly type: 'nv-image'; readonly number: number };

/** Three centimetres. */
const HEIGHT_DOTS_MAX = 240;
const WIDTH_DOTS_MAX = 576;

/** `P4`, width and height, with white space and comments between them; one white space before the rows. */
const HEADER = /^P4(?:\s|#[^\n]*\n)+(\d{1,5})(?:\s|#[^\n]*\n)+(\d{1,5})\s/;
/** Where the header must have ended. */
const HEADER_BYTES_MAX = 512;

/**
 * Reads a PBM of the packed kind, P4: one picture, a set bit is black.
 *
 * @returns the dots, or what is wrong, to go after the name of the file
 */
export function parsePbm(bytes: Uint8Array): Result<Bitmap, string> {
  const [header, width, height] =
    HEADER.exec(Buffer.from(bytes.subarray(0, HEADER_BYTES_MAX)).toString('latin1')) ?? [];
  if (header === undefined) return fail('is not a packed PBM (P4), which begins with "P4", its width and its height');
  const [widthDots, heightDots] = [Number(width), Number(height)];
  if (widthDots < 1 || widthDots > WIDTH_DOTS_MAX || heightDots < 1 || heightDots > HEIGHT_DOTS_MAX) {
    return fail(
      `has ${widthDots} by ${heightDots} dots: 1 to ${WIDTH_DOTS_MAX} by 1 to ${HEIGHT_DOTS_MAX} can be printed`,
    );
  }
  const stride = Math.ceil(widthDots / 8);
  const rows = Uint8Array.from(bytes).subarray(header.length, header.length + stride * heightDots);
  if (rows.length < stride * heightDots) {
    return fail(`ends after ${rows.length} of its ${stride * heightDots} bytes of dots`);
  }
  return ok({ widthDots, heightDots, rows: withoutPadding(rows, widthDots) });
}

/** What fills a row up to a whole byte may be anything in the file, and would be printed. */
function withoutPadding(rows: Uint8Array, widthDots: number): Uint8Array {
  const stride = Math.ceil(widthDots / 8);
  const kept = (0xff << (stride * 8 - widthDots)) & 0xff;
  return rows.map((byte, at) => (at % stride === stride - 1 ? byte & kept : byte));
}
