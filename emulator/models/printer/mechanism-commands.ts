/** Commands for what is not paint: knife, drawer, buzzer, density, status, counters, process ids. */
import { consumed, digit, word, type Desk, type Handlers } from './desk.ts';

const DRAWER_STEP_MS = 2;
/** GS V m: with feed to the knife and n more, from 65 on. */
const PLAIN_CUTS: ReadonlySet<number> = new Set([0, 1, 48, 49]);
const FEEDING_CUTS: ReadonlySet<number> = new Set([65, 66, 97, 98, 103, 104]);

/** The page in the making is not on the paper yet, and firmware differs in what it cuts off. */
const cutPaper = ({ typesetter, refuse }: Desk, feedDots: number): void => {
  if (typesetter.page === undefined) typesetter.cut(feedDots);
  else refuse('a cut within page mode');
};

const cut = (desk: Desk, [m = 0, n = 0]: Uint8Array): void => {
  const { profile, settings, refuse } = desk;
  if (PLAIN_CUTS.has(m)) cutPaper(desk, 0);
  else if (FEEDING_CUTS.has(m)) cutPaper(desk, profile.cutterGapDots + Math.round(n * settings.unitHighDots));
  else refuse(`GS V ${m}: no cut`);
};

/** ESC ( A: function 97 sounds n times, function 48 a pattern so many times; the others arrange when it sounds by itself. */
const buzzer = ({ emit, refuse }: Desk, [letter = 0, , , fn = 0, n = 0, times = 0]: Uint8Array): void => {
  if (letter !== 0x41) return refuse(`ESC ( ${letter.toString(16)}: not known`);
  if (fn === 97) emit({ type: 'beep', times: n });
  if (fn === 48) emit({ type: 'beep', times });
};

const drawer = ({ emit }: Desk, [m = 0, on = 0, off = 0]: Uint8Array): void => {
  const pin = digit(m) === 1 ? 5 : 2;
  emit({ type: 'drawer', pin, onMs: on * DRAWER_STEP_MS, offMs: off * DRAWER_STEP_MS });
};

/** GS I (printer sheet 5). */
const information = ({ profile, emit }: Desk, [n = 0]: Uint8Array): void => {
  const byte = { 1: profile.modelId, 2: profile.typeId, 3: profile.firmwareId }[digit(n)];
  if (n < 65 && byte !== undefined) emit({ type: 'answer', bytes: Uint8Array.of(byte) });
  const text = profile.information.get(n);
  if (text === undefined) return;
  emit({ type: 'answer', bytes: Uint8Array.from([0x5f, ...new TextEncoder().encode(text), 0x00]) });
};

/** GS ( H: process ids and the offline response (printer sheet 6). Who has none stays silent. */
export const processId = ({ profile, typesetter, emit }: Desk, [fn = 0, , ...rest]: Uint8Array): void => {
  if (!profile.processIds) return;
  if (fn === 0x30 && rest.length === 4) typesetter.processId(Uint8Array.from([0x37, 0x22, ...rest, 0x00]));
  if (fn === 0x31 && rest.length === 1) {
    const mode = (['off', 'plain', 'with-cause'] as const)[digit(rest[0] ?? 0)] ?? 'off';
    emit({ type: 'offline-response', mode });
  }
};

/** GS ( K function 49 (printer sheet 10): steps of 5 %, 250 to 255 below what is built in. */
export const printControl = ({ emit }: Desk, [fn = 0, m = 0]: Uint8Array): void => {
  if (digit(fn) !== 1) return;
  if (m <= 8) emit({ type: 'density', percent: m * 5 });
  if (m >= 250) emit({ type: 'density', percent: (m - 256) * 5 });
};

/** GS | n of clones: 0 to 8, 4 in the middle (printer sheet 10). */
const cloneDensity = ({ emit }: Desk, [n = 0]: Uint8Array): void => {
  if (digit(n) <= 8) emit({ type: 'density', percent: (digit(n) - 4) * 12.5 });
};

/** GS g 0 and GS g 2 (printer sheet 5). */
const counters = ({ emit, refuse }: Desk, [fn = 0, , low, high]: Uint8Array): void => {
  const counter = word(low, high);
  if (fn === 0x32) emit({ type: 'counter', counter });
  else if (fn === 0x30) emit({ type: 'reset-counter', counter });
  else refuse('GS g: neither 0 nor 2');
};

const status = ({ emit }: Desk, [n = 0]: Uint8Array): void => {
  if (digit(n) === 1) emit({ type: 'paper-sensor-status' });
  if (digit(n) === 2) emit({ type: 'answer', bytes: Uint8Array.of(0x00) });
};

export const MECHANISM_COMMANDS = {
  'ESC (': buzzer,
  /** Select printer: this one always is. */
  'ESC =': consumed,
  'ESC B': ({ emit }, [times = 0]) => emit({ type: 'beep', times }),
  /** Feeds in one direction only, as this head does anyway. */
  'ESC U': consumed,
  /** ESC c 3, which sensors tell, and ESC c 5, the button, change nothing here. */
  'ESC c': ({ emit }, [which = 0, n = 0]) => {
    if (which === 0x34) emit({ type: 'near-end-stop', on: (n & 3) !== 0 });
    if (which === 0x35) emit({ type: 'panel-buttons', on: (n & 1) === 0 });
  },
  'ESC i': (desk) => cutPaper(desk, 0),
  'ESC m': (desk) => cutPaper(desk, 0),
  'ESC p': drawer,
  'GS I': information,
  'GS V': cut,
  'GS a': ({ emit }, [mask = 0]) => emit({ type: 'automatic-status', mask }),
  'GS g': counters,
  'GS r': status,
  'GS |': cloneDensity,
} as const satisfies Handlers;
