/** The emulator's configuration: where its paths and files go, and how fast its lines and its host are. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { fail, ok, type Result } from '../src/domain/result.ts';
import { EMULATED_PRINTERS, type EmulatedPrinterName } from './models/printer/profile.ts';

const access = v.picklist(['tls', 'tcp', 'https-tunnel', 'http-tunnel']);
/** 0 takes a free one. */
const port = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0);

const PRINTER_NAMES = Object.keys(EMULATED_PRINTERS) as EmulatedPrinterName[];

const schema = v.strictObject({
  /** Where the device paths, the host's certificate and a fitting terminal configuration appear. */
  directory: v.optional(v.pipe(v.string(), v.minLength(1)), 'var/emulator'),
  /** Where pictures of what was printed go; the directory above unless told. */
  paperDirectory: v.optional(v.pipe(v.string(), v.minLength(1))),
  /**
   * Where the one host can be called, all at once. The fitting terminal configuration has the first of them, and a
   * second of the same access as its backup.
   */
  hosts: v.optional(v.pipe(v.array(v.strictObject({ access, port })), v.minLength(1), v.maxLength(8)), [
    { access: 'tls' },
  ]),
  /** What the fitting terminal configuration signs in with: 60.3, 001 to 006 (dialect sheet 5.4). */
  signInKeys: v.optional(v.picklist(['001', '003', '004', '005', '006']), '004'),
  /** Whether what is printed is drawn too. Measurements do without: no printer stops to be photographed. */
  drawsPaper: v.optional(v.boolean(), true),
  /** Paces the lines as real ones are, the chip card reader's at 115 200; absent: as fast as they can. */
  baudRate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1200), v.maxValue(1_000_000))),
  /** Which printer stands there. The first of them prints in no time. */
  printer: v.optional(v.picklist(PRINTER_NAMES), 'terminal-58'),
  /** Prints at another speed than that printer's: 480 is 60 mm/s; 0 is at once. */
  printerDotRowsPerSecond: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(30_000))),
  /** How late the answer for a card that answers late is. */
  lateMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 90_000),
  /** Whether a sale short of funds is approved for what there is (F39 10). The fitting terminal then says that it can take it. */
  partialApproval: v.optional(v.boolean(), false),
  /** What the host wants of the terminal from the start: the header's sixth digit, first things first (dialect sheet 1.2). */
  requires: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))), []),
});

export type EmulatorConfig = v.InferOutput<typeof schema>;
export type Access = v.InferOutput<typeof access>;

/** @returns the configuration with absolute paths (relative ones are relative to the file), or what is wrong with it. */
export function loadEmulatorConfig(file: string | undefined): Result<EmulatorConfig, string> {
  if (file === undefined) return ok(withAbsolutePaths(v.parse(schema, {}), process.cwd()));
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`The configuration file ${file} cannot be read: ${(error as Error).message}.`);
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return ok(withAbsolutePaths(parsed.output, dirname(resolve(file))));
  const [issue] = parsed.issues;
  const at = v.getDotPath(issue) ?? 'the whole';
  const what = issue.expected === 'never' ? 'is not a key that the emulator knows' : `is wrong (${issue.message})`;
  return fail(`The configuration file ${file} is wrong: "${at}" ${what}.`);
}

function withAbsolutePaths(config: EmulatorConfig, base: string): EmulatorConfig {
  const directory = resolve(base, config.directory);
  return {
    ...config,
    directory,
    paperDirectory: config.paperDirectory === undefined ? directory : resolve(base, config.paperDirectory),
  };
}
