/** The terminal's configuration: one schema, units in the names, unknown keys are errors. Keys and certificates are paths. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parsePasswordHash } from '../domain/password.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { kernel } from './kernel-config.ts';
import { slipSettings } from './slip-settings.ts';

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600_000));
const path = v.pipe(v.string(), v.minLength(1));
const baudRate = v.picklist([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]);
/** A real PIN pad may want 7E1 (PIN pad sheet 1). */
const line = {
  path,
  dataBits: v.optional(v.picklist([7, 8]), 8),
  parity: v.optional(v.picklist(['none', 'even', 'odd']), 'none'),
  stopBits: v.optional(v.picklist([1, 2]), 1),
};
const digits = (length: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{${length}}$`), `must be ${length} digits`));
const printable = (length: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^[\\x20-\\x7e]{${length}}$`), `must be ${length} printable ASCII characters`));

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
/** Goes into an HTTP request as it is. */
const headerValue = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'must be printable ASCII'));

/** The request line and the header fields of dialect sheet 1.4. */
const tunnel = v.strictObject({
  path: v.optional(
    v.pipe(v.string(), v.regex(/^\/[\x21-\x7e]*$/, 'must begin with / and be printable ASCII without spaces')),
    '/mjc/webtrans/VPB_lb',
  ),
  /** Absent: the address and the port. */
  host: v.optional(headerValue),
  userAgent: v.optional(headerValue, 'Donjin Http 0.1'),
  cacheControl: v.optional(headerValue, 'no-cache'),
  contentType: v.optional(headerValue, 'x-ISO-TPDU/x-auth'),
  accept: v.optional(headerValue, '*/*'),
});

const usesSm4 = (signInKeys: string): boolean => signInKeys === '005' || signInKeys === '006';

/** What the acquirer says where the sources of the dialect sheet disagree (13), or leave it to the terminal's kind. */
const dialect = v.pipe(
  v.strictObject({
    /**
     * 60.3 of the sign-in: 001 single-length keys, 003 double-length, 004 with a track key, 005 SM4, 006 SM4 with a
     * track key. SM4 keys come under an SM4 master key: `devices.pinPad.masterKeySlot`. A change needs a new sign-in.
     */
    signInKeys: v.optional(v.picklist(['001', '003', '004', '005', '006']), '004'),
    /** 60.4: 2 stripe only, 5 stripe and contact, 6 also contactless. Absent: 5 with `devices.chipReader`, else 2. */
    readingCapability: v.optional(v.picklist(['2', '5', '6'])),
    /** 60.6 (conflict 7). */
    partialApproval: v.optional(v.picklist(['0', '1', '9']), '0'),
    /** Field 26 (conflict 9). */
    pinLengthMax: v.optional(v.picklist(['12', '06']), '12'),
    /** Field 53 of a reversal (conflict 2). Absent: `send` with SM4 keys, `omit` with others. */
    reversalSecurityField: v.optional(v.picklist(['omit', 'send'])),
    /** Field 61 of a reversal (conflict 1): its own numbers, or what the request itself had sent. */
    reversalOriginal: v.optional(v.picklist(['own', 'resend']), 'own'),
    /** Digits of field 60 in a script notice (conflict 17). */
    scriptNoticeField60Digits: v.optional(v.picklist([13, 11]), 13),
  }),
  v.forward(
    v.check(
      ({ reversalSecurityField, signInKeys }) => !(usesSm4(signInKeys) && reversalSecurityField === 'omit'),
      ({ input }) =>
        `must not be "omit": with SM4 keys, as host.dialect.signInKeys "${input.signInKeys}" has them, every request with a MAC carries field 53`,
    ),
    ['reversalSecurityField'],
  ),
  v.transform((settings) => ({
    ...settings,
    reversalSecurityField: settings.reversalSecurityField ?? (usesSm4(settings.signInKeys) ? 'send' : 'omit'),
  })),
);

const hostSettings = v.strictObject({
  address: v.pipe(v.string(), v.minLength(1)),
  port,
  access: v.optional(v.picklist(['tls', 'tcp', 'https-tunnel', 'http-tunnel']), 'tls'),
  /** Called where the address above cannot be reached. */
  backup: v.optional(
    v.strictObject({
      address: v.pipe(v.string(), v.minLength(1)),
      port,
      /** So long after the change to the backup, the backup is called first. */
      returnToPrimaryMs: v.optional(milliseconds, 300_000),
    }),
  ),
  /** PEM of the authority that signed the host's certificate. */
  caFile: v.optional(path),
  /** The name in the certificate, where it is not the address; with a backup, the name in both. */
  serverName: v.optional(v.string()),
  tunnel: v.optional(tunnel),
  tpdu: v.optional(digits(10), '6000030000'),
  header: v.optional(digits(12), '603100311312'),
  dialect: v.optional(dialect, {}),
  connectTimeoutMs: v.optional(milliseconds, 10_000),
  responseTimeoutMs: v.optional(milliseconds, 60_000),
  idleTimeoutMs: v.optional(milliseconds, 5_000),
});

type HostSettings = v.InferOutput<typeof hostSettings>;

const isEncrypted = ({ access }: HostSettings): boolean => access === 'tls' || access === 'https-tunnel';
const isTunnel = ({ access }: HostSettings): boolean => access.endsWith('-tunnel');

const plainly = ({ input }: { readonly input: HostSettings }): string =>
  `must not be given: with host.access "${input.access}" nothing is encrypted and no certificate is checked`;

/** Refuses what would be ignored: who names an authority believes that its certificate is asked for. */
const host = v.pipe(
  hostSettings,
  v.forward(
    v.check(
      (settings) => !isEncrypted(settings) || settings.caFile !== undefined,
      ({ input }) => `must name the PEM file of the host's authority, which host.access "${input.access}" needs`,
    ),
    ['caFile'],
  ),
  v.forward(
    v.check((settings) => isEncrypted(settings) || settings.caFile === undefined, plainly),
    ['caFile'],
  ),
  v.forward(
    v.check((settings) => isEncrypted(settings) || settings.serverName === undefined, plainly),
    ['serverName'],
  ),
  v.forward(
    v.check(
      (settings) => isTunnel(settings) || settings.tunnel === undefined,
      ({ input }) => `must not be given: host.access "${input.access}" is no tunnel`,
    ),
    ['tunnel'],
  ),
  v.transform((settings) =>
    isTunnel(settings) ? { ...settings, tunnel: settings.tunnel ?? v.parse(tunnel, {}) } : settings,
  ),
);

const count = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};

const HASH_WANTED = 'must be what "npm run --silent tool -- password" prints';
const passwordHash = v.pipe(
  v.string(HASH_WANTED),
  v.check((text) => parsePasswordHash(text) !== undefined, HASH_WANTED),
);

const OPERATORS_MAX = 20;
const OPERATORS_WANTED = `must list 1 to ${OPERATORS_MAX} operators`;

const peopleSettings = v.strictObject({
  /** Does what an operator may not: voids, refunds, settings (dialect sheet 4.4). */
  supervisor: v.strictObject({ number: v.optional(digits(2), '00'), passwordHash }),
  operators: v.pipe(
    v.array(v.strictObject({ number: digits(2), passwordHash }), OPERATORS_WANTED),
    v.minLength(1, OPERATORS_WANTED),
    v.maxLength(OPERATORS_MAX, OPERATORS_WANTED),
  ),
  /** So many wrong passwords in a row lock a person out, 1 to 9. */
  wrongPasswordsMax: v.optional(count(1, 9), 3),
});

type PeopleSettings = v.InferOutput<typeof peopleSettings>;

/** The number of an operator that somebody else has, too: one number must name one person on slips and in field 63. */
function takenNumber({ operators, supervisor }: PeopleSettings): string | undefined {
  const numbers = [supervisor, ...operators].map(({ number }) => number);
  return numbers.find((number, index) => numbers.indexOf(number) !== index);
}

/** Who may sign on. Absent: nobody needs to, and `merchant.operatorNumber` stands for whoever is there. */
const people = v.pipe(
  peopleSettings,
  v.forward(
    v.check(
      (settings) => takenNumber(settings) === undefined,
      ({ input }) => `must not give the number ${takenNumber(input)} to two people (the supervisor counts)`,
    ),
    ['operators'],
  ),
);

const flag = (otherwise: boolean) => v.optional(v.boolean('must be true or false'), otherwise);

/** Whether the card must be presented again, and whether its PIN is asked for. */
const policy = v.optional(v.strictObject({ card: flag(true), pin: flag(true) }), {});

/** How transactions are taken, where the acquirer decides it. */
const transactions = v.strictObject({
  /** Card and PIN in what follows an earlier transaction (dialect sheet 4.4). */
  policies: v.optional(
    v.strictObject({ void: policy, preAuthorizationVoid: policy, completion: policy, completionVoid: policy }),
    {},
  ),
  /** An account verification and then a transfer, or one message (dialect sheet 4.1). */
  transfer: v.optional(v.picklist(['two-card', 'one-message'], 'must be "two-card" or "one-message"'), 'two-card'),
  completionAdvice: v.optional(
    v.strictObject({
      /** Always kept and forwarded later; otherwise sent at once (dialect sheet 4.4, 9.2). */
      stored: flag(false),
    }),
    {},
  ),
  /** So often a PIN is asked for in one transaction while the host says that it is wrong, 1 to 5 (F39 55, dialect sheet 11.1). */
  pinTriesMax: v.optional(count(1, 5), 3),
  /** Whether the stripe may be read of a card whose chip cannot (60.5 then says so). */
  fallback: v.optional(flag(true), true),
});

const settlement = v.strictObject({
  /** Whether the detail list is printed after the totals (dialect sheet 11.6). */
  details: flag(true),
  /** So often the unanswered items of a batch upload are sent again, 0 to 9 (dialect sheet 9.5; parameter 23, 7.4). */
  resends: v.optional(count(0, 9), 2),
});

/** The longest address with which the short form of a receipt has 64 characters. */
const RECEIPT_BASE_LENGTH_MAX = 28;

/** E-receipts. Absent: none are made. */
const receipts = v.strictObject({
  /** Where the receipt page stands: what follows its `#` never leaves the phone. */
  baseUrl: v.pipe(
    v.string(),
    v.regex(/^https:\/\/[\x21\x24-\x7e]+$/, 'must begin with https:// and be printable ASCII without spaces, " and #'),
    v.maxLength(
      RECEIPT_BASE_LENGTH_MAX,
      `must be ${RECEIPT_BASE_LENGTH_MAX} characters at most: a worn print head needs short receipts`,
    ),
  ),
  /** The seed of the key that signs them, made at the first start. */
  keyFile: v.optional(path, 'receipt.key'),
  /** Whether the cardholder may take the e-receipt instead of paper; else it is only kept, and printed as a code. */
  offered: flag(true),
  /** The merchant's electronic copy. */
  storeFile: v.optional(path, 'receipts.db'),
});

const settings = v.strictObject({
  merchant: v.strictObject({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
    /** Field 42. */
    number: printable(15),
    /** Field 41. */
    terminalNumber: printable(8),
    /** Tag 9F15 (ISO 18245), which a chip card may ask for; the default is for shops without one of their own. */
    categoryCode: v.optional(digits(4), '5999'),
    /** Whose number is sent and printed while nobody signs on (no `people`). */
    operatorNumber: v.optional(digits(2), '01'),
    /** Field 62 of the sign-in, which newer acquirers want (dialect sheet 5.2). Absent: not sent. */
    hardware: v.optional(
      v.strictObject({
        /** Number of the network-licence certificate. */
        certificate: digits(4),
        serial: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,95}$/, 'must be 1 to 95 printable ASCII characters')),
      }),
    ),
  }),
  host,
  devices: v.strictObject({
    /**
     * How long the terminal waits at its start for a port that is missing or in use, 0 to 600 000: 10 000 for devices
     * that get their power together with it. 0: it ends at once.
     */
    patienceMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000)), 0),
    swipeReader: v.strictObject({ ...line, baudRate: v.optional(baudRate, 9600) }),
    pinPad: v.strictObject({
      ...line,
      baudRate: v.optional(baudRate, 9600),
      masterKeySlot: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)), 0),
      /** Whether it enciphers a PIN for the card itself to check (our own messages U68 to U71), or only for the host. */
      enciphersForCard: flag(true),
    }),
    printer: v.strictObject({
      ...line,
      baudRate: v.optional(baudRate, 115_200),
      profile: v.optional(v.picklist(['epson-58', 'epson-80', 'epson-80-180dpi', 'generic-58']), 'epson-58'),
      /**
       * Dot rows, of which a metre of paper has some 8000, after which the terminal asks for the print head to be
       * cleaned, 1000 to 10 000 000.
       */
      cleanAfterLines: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1000), v.maxValue(10_000_000)), 200_000),
    }),
    /** Absent: cards are swiped only. It may be unplugged and plugged in again while the terminal runs. */
    chipReader: v.optional(
      v.strictObject({
        ...line,
        stopBits: v.optional(v.picklist([1, 2]), 2),
        baudRate: v.optional(baudRate, 115_200),
        /** Whether it repeats what it is sent before it answers, as a GemPC Twin does (CCID serial sheet). */
        echoes: flag(true),
        /** Whether it has keys for a PIN: the only way for one that the card checks in the clear. */
        keypad: flag(false),
        /** Tag 9F1E, which goes to the host (dialect sheet 7.2). Absent: the terminal number. */
        serial: v.optional(printable(8)),
        kernel: v.optional(kernel, {}),
      }),
    ),
  }),
  slip: v.optional(slipSettings, {}),
  storage: v.strictObject({ journalFile: path, storageKeyFile: path }),
  receipts: v.optional(receipts),
  people: v.optional(people),
  transactions: v.optional(transactions, {}),
  settlement: v.optional(settlement, {}),
  ui: v.optional(v.picklist(['console', 'lines']), 'console'),
  timeouts: v.optional(
    v.strictObject({
      operatorMs: v.optional(milliseconds, 60_000),
      pinSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(300)), 60),
      reversalPauseMs: v.optional(milliseconds, 30_000),
    }),
    {},
  ),
  log: v.optional(
    v.strictObject({
      level: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent']), 'info'),
      /** Absent: standard error. */
      file: v.optional(path),
    }),
    {},
  ),
});

const schema = v.pipe(
  settings,
  v.transform((config) => {
    const { dialect: said } = config.host;
    const readingCapability = said.readingCapability ?? (config.devices.chipReader === undefined ? '2' : '5');
    return { ...config, host: { ...config.host, dialect: { ...said, readingCapability } } };
  }),
);

export type TerminalConfig = v.InferOutput<typeof schema>;

/**
 * Reads and checks a configuration file. Paths in it are relative to the file.
 *
 * @returns the configuration with absolute paths, or one sentence that says what is wrong and where.
 */
export function loadTerminalConfig(file: string): Result<TerminalConfig, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return fail(
      `The configuration file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}): check the path after --config.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail(`The configuration file ${file} is not JSON: ${(error as Error).message}.`);
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) return fail(`The configuration file ${file} is wrong: ${describe(parsed.issues[0])}.`);
  return ok(withAbsolutePaths(parsed.output, dirname(resolve(file))));
}

function describe(issue: v.BaseIssue<unknown>): string {
  const at = v.getDotPath(issue) ?? 'the whole';
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `"${at}" is not a key that the terminal knows; remove it or correct its spelling`;
  if (issue.received === 'undefined') return `"${at}" is missing`;
  if (issue.message.startsWith('must')) return `"${at}" ${issue.message}`;
  // The message would repeat what stands there: perhaps a clear password.
  return at.startsWith('people') ? `"${at}" must be of type ${issue.expected}` : `"${at}" is wrong (${issue.message})`;
}

function withAbsolutePaths(config: TerminalConfig, base: string): TerminalConfig {
  const at = (file: string): string => resolve(base, file);
  const device = <Device extends { readonly path: string }>(each: Device): Device => ({ ...each, path: at(each.path) });
  const logoFile = config.slip.logo?.file;
  return {
    ...config,
    host: { ...config.host, ...(config.host.caFile === undefined ? {} : { caFile: at(config.host.caFile) }) },
    devices: {
      ...config.devices,
      swipeReader: device(config.devices.swipeReader),
      pinPad: device(config.devices.pinPad),
      printer: device(config.devices.printer),
      ...(config.devices.chipReader !== undefined && { chipReader: device(config.devices.chipReader) }),
    },
    slip: logoFile === undefined ? config.slip : { ...config.slip, logo: { file: at(logoFile) } },
    storage: { journalFile: at(config.storage.journalFile), storageKeyFile: at(config.storage.storageKeyFile) },
    log: { ...config.log, ...(config.log.file === undefined ? {} : { file: at(config.log.file) }) },
    ...(config.receipts !== undefined && {
      receipts: {
        ...config.receipts,
        keyFile: at(config.receipts.keyFile),
        storeFile: at(config.receipts.storeFile),
      },
    }),
  };
}
