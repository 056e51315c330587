/** From what the configuration says of papers to their settings: the logo is read, once, at the start. */
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../domain/result.ts';
import { parsePbm, type Logo } from './logo.ts';
import type { PaperSettings } from './paper-settings.ts';
import type { PrinterProfile } from './profiles.ts';
import { rasterDotsMax } from './raster-commands.ts';

export interface ConfiguredPapers {
  readonly language: PaperSettings['language'];
  readonly header: readonly string[];
  readonly footer: readonly string[];
  /** One of the three. */
  readonly logo?:
    | {
        readonly file?: string | undefined;
        readonly nvGraphic?: string | undefined;
        readonly nvImage?: number | undefined;
      }
    | undefined;
}

/** @returns the settings, or one sentence that says what is wrong with the logo. */
export function readPaperSettings(
  { footer, header, language, logo }: ConfiguredPapers,
  profile: PrinterProfile,
): Result<PaperSettings, string> {
  const plain = { language, header, footer };
  if (logo?.nvGraphic !== undefined) return ok({ ...plain, logo: { type: 'nv-graphic', key: logo.nvGraphic } });
  if (logo?.nvImage !== undefined) return ok({ ...plain, logo: { type: 'nv-image', number: logo.nvImage } });
  if (logo?.file === undefined) return ok(plain);
  const read = readLogo(logo.file, profile);
  return read.ok ? ok({ ...plain, logo: read.value }) : read;
}

function readLogo(file: string, { chunkBytes, widthDots }: PrinterProfile): Result<Logo, string> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return fail(
      `The logo ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}): check slip.logo.file.`,
    );
  }
  const bitmap = parsePbm(bytes);
  if (!bitmap.ok) return fail(`The logo ${file} ${bitmap.error}.`);
  const dotsMax = Math.min(widthDots, rasterDotsMax(chunkBytes));
  return bitmap.value.widthDots <= dotsMax
    ? ok({ type: 'dots', bitmap: bitmap.value })
    : fail(
        `The logo ${file} is ${bitmap.value.widthDots} dots wide and this printer takes ${dotsMax}: make it narrower, or keep it in the printer (slip.logo.nvGraphic, slip.logo.nvImage).`,
      );
}
