/** Reads symbols off rendered dots with other people's decoders. */
import * as zxing from '@zxing/library';
import * as jsqr from 'jsqr';

import { dotIn, type Bitmap } from './dots.ts';

/** White around the picture, which every symbol asks for. */
const QUIET_DOTS = 40;

/** One byte of brightness for each dot, with the quiet zone. */
const luminance = (picture: Bitmap) => {
  const [width, height] = [picture.widthDots + 2 * QUIET_DOTS, picture.heightDots + 2 * QUIET_DOTS];
  const grey = new Uint8ClampedArray(width * height).fill(255);
  for (let y = 0; y < picture.heightDots; y++) {
    for (let x = 0; x < picture.widthDots; x++) {
      if (dotIn(picture, x, y)) grey[(y + QUIET_DOTS) * width + x + QUIET_DOTS] = 0;
    }
  }
  return { grey, width, height };
};

export interface ReadSymbol {
  readonly format: string;
  readonly text: string;
}

/** What ZXing reads, or undefined. */
export const readByZxing = (picture: Bitmap, format: keyof typeof zxing.BarcodeFormat): ReadSymbol | undefined => {
  const { grey, width, height } = luminance(picture);
  const hints = new Map<zxing.DecodeHintType, unknown>([
    [zxing.DecodeHintType.POSSIBLE_FORMATS, [zxing.BarcodeFormat[format]]],
    [zxing.DecodeHintType.TRY_HARDER, true],
    [zxing.DecodeHintType.ALLOWED_LENGTHS, [2, 4, 6, 8, 10, 12, 14, 16, 20]],
    [zxing.DecodeHintType.CHARACTER_SET, 'UTF-8'],
    [zxing.DecodeHintType.RETURN_CODABAR_START_END, true],
  ]);
  const source = new zxing.RGBLuminanceSource(grey, width, height);
  const reader = new zxing.MultiFormatReader();
  try {
    const result = reader.decode(new zxing.BinaryBitmap(new zxing.GlobalHistogramBinarizer(source)), hints);
    return { format: zxing.BarcodeFormat[result.getBarcodeFormat()], text: result.getText() };
  } catch (error) {
    if (error instanceof zxing.Exception) return undefined;
    throw error;
  }
};

/** What jsQR reads, or undefined. */
export const readByJsqr = (picture: Bitmap): string | undefined => {
  const { grey, width, height } = luminance(picture);
  const rgba = new Uint8ClampedArray(width * height * 4);
  grey.forEach((value, at) => rgba.set([value, value, value, 255], at * 4));
  return jsqr.default.default(rgba, width, height)?.data;
};
