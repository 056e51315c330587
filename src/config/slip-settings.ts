/** How slips look, where the merchant or the acquirer chooses it. */
import * as v from 'valibot';

const LINES_MAX = 6;
const LINE_LENGTH_MAX = 96;
const LINE_WANTED = `must be 1 to ${LINE_LENGTH_MAX} characters, none of them a control character`;

/** Each is folded where the paper is too narrow for it. */
const lines = v.optional(
  v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^\P{Cc}{1,96}$/u, LINE_WANTED))),
    v.maxLength(LINES_MAX, `must have ${LINES_MAX} lines or fewer`),
  ),
  [],
);

const LOGO_WANTED = 'must name one of "file", "nvGraphic" and "nvImage"';

const logo = v.pipe(
  v.strictObject({
    /** A packed PBM (P4), black on white, sent to the printer with each slip. */
    file: v.optional(v.pipe(v.string(), v.minLength(1))),
    /** The two characters under which the printer keeps a graphic (GS ( L). */
    nvGraphic: v.optional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]{2}$/, 'must be 2 printable ASCII characters'))),
    /** The number, 1 to 255, under which an older printer keeps an image (FS p). */
    nvImage: v.optional(
      v.pipe(
        v.number(),
        v.check(
          (number) => Number.isInteger(number) && number >= 1 && number <= 255,
          'must be a whole number from 1 to 255',
        ),
      ),
    ),
  }),
  v.check((settings) => Object.keys(settings).length === 1, LOGO_WANTED),
);

export const slipSettings = v.strictObject({
  /** Chinese with English beside it, or one of them. */
  language: v.optional(v.picklist(['zh-en', 'zh', 'en'], 'must be "zh-en", "zh" or "en"'), 'zh-en'),
  /** Lines above the title of each slip, centered. */
  header: lines,
  /** Lines above the foot of each slip, centered. */
  footer: lines,
  logo: v.optional(logo),
});
