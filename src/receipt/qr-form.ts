/** Which form of a receipt goes into a QR code, and how large its modules are: what a head can print and a phone can read. */
import { encodeQR } from 'qr';

export interface ReceiptForms {
  readonly longUrl: string;
  readonly shortUrl: string;
}

/** `worn`: columns are dead or faint, so that small modules would be lost. */
export type HeadHealth = 'good' | 'worn';

/** Levels M and L. */
type ErrorCorrection = 'medium' | 'low';

export interface PrintedQr {
  readonly form: 'long' | 'short';
  readonly text: string;
  /** Modules along a side, without the quiet zone. */
  readonly modules: number;
  /** Printer dots along the side of a module. */
  readonly moduleDots: number;
  readonly errorCorrection: ErrorCorrection;
}

/** Light modules around the code, on each side (ISO/IEC 18004). */
const QUIET_ZONE_MODULES = 4;
/** GS ( k function 167 takes no more. */
const MODULE_DOTS_MAX = 16;
/** Printer sheet 15: below 4 dots the long form is not read off 58 mm paper. */
const LONG_MODULE_DOTS_MIN: Readonly<Record<HeadHealth, number>> = { good: 4, worn: 6 };
/** ISO/IEC 18004 table 7: bytes of version 40. */
const TEXT_LENGTH_MAX: Readonly<Record<ErrorCorrection, number>> = { medium: 2331, low: 2953 };
/** A good head leaves little to correct, and what a chip card says makes a receipt long. */
const LONG_CORRECTION: Readonly<Record<HeadHealth, readonly ErrorCorrection[]>> = {
  good: ['medium', 'low'],
  worn: ['medium'],
};
/** Modules as large as that are easily read; larger ones only cost paper. */
const SHORT_MODULE_DOTS_MAX = 9;

/** @returns undefined where not even the short form fits: less than a dot per module. */
export function receiptQr(
  forms: ReceiptForms,
  { headHealth, widthDots }: { readonly widthDots: number; readonly headHealth: HeadHealth },
): PrintedQr | undefined {
  for (const correction of LONG_CORRECTION[headHealth]) {
    const long = fitted('long', forms.longUrl, widthDots, correction);
    if (long !== undefined && long.moduleDots >= LONG_MODULE_DOTS_MIN[headHealth]) return long;
  }
  const short = fitted('short', forms.shortUrl, widthDots, 'medium');
  return short === undefined ? undefined : { ...short, moduleDots: Math.min(short.moduleDots, SHORT_MODULE_DOTS_MAX) };
}

function fitted(
  form: PrintedQr['form'],
  text: string,
  widthDots: number,
  errorCorrection: ErrorCorrection,
): PrintedQr | undefined {
  const modules = modulesOf(text, errorCorrection);
  if (modules === undefined) return undefined;
  const moduleDots = Math.min(MODULE_DOTS_MAX, Math.floor(widthDots / (modules + 2 * QUIET_ZONE_MODULES)));
  return moduleDots < 1 ? undefined : { form, text, modules, moduleDots, errorCorrection };
}

/** Undefined for more than a QR code holds. */
function modulesOf(text: string, ecc: ErrorCorrection): number | undefined {
  if (text.length > TEXT_LENGTH_MAX[ecc]) return undefined;
  // The package draws no code without a border.
  return encodeQR(text, 'raw', { ecc, border: 1 }).length - 2;
}
