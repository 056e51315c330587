/** What the `emv` tool's terminal, cardholder and host are: a file, and what counts where it says nothing. */
import * as v from 'valibot';
import { publicCaKeys } from '../../src/emv/ca-keys/public-keys.ts';
import { nodeCrypto } from '../../src/emv/crypto/node-crypto.ts';
import { caKeyChecksum } from '../../src/emv/oda/ca-keys.ts';
import { type CaKey, type TerminalApplication, type TerminalSettings, UNIONPAY_AIDS } from '../../src/emv/terminal.ts';
import { fail, ok, type Result } from '../../src/domain/result.ts';
import { fromHex, isHex } from '../models/crypto/hex.ts';

/** Upper-case hex. */
const hex = (bytesMin: number, bytesMax = bytesMin): v.GenericSchema<string, string> =>
  v.pipe(
    v.string('must be a text of hex'),
    v.transform((text) => text.replaceAll(/\s/g, '').toUpperCase()),
    v.check(isHex, 'must be whole bytes of hex'),
    v.check(
      (text) => text.length / 2 >= bytesMin && text.length / 2 <= bytesMax,
      bytesMin === bytesMax ? `must be ${bytesMin} bytes` : `must be ${bytesMin} to ${bytesMax} bytes`,
    ),
  );

const whole = (min: number, max: number): v.GenericSchema<number> =>
  v.pipe(
    v.number(`must be a whole number from ${min} to ${max}`),
    v.check(
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    ),
  );

const matching = (pattern: RegExp, message: string): v.GenericSchema<string> =>
  v.pipe(v.string(message), v.regex(pattern, message));

/** Of format n: whole bytes of digits. */
const digits = (bytes: number): v.GenericSchema<string> =>
  matching(new RegExp(`^\\d{${bytes * 2}}$`), `must be ${bytes * 2} digits`);

const yesOrNo = v.boolean('must be true or false');
const MINOR_MAX = 0xffffffff;

const applicationEntries = {
  /** 9F09. */
  version: v.exactOptional(hex(2)),
  partialName: v.exactOptional(yesOrNo),
  floorLimitMinor: v.exactOptional(whole(0, MINOR_MAX)),
  actionCodes: v.exactOptional(
    v.strictObject({
      denial: v.exactOptional(hex(5)),
      online: v.exactOptional(hex(5)),
      default: v.exactOptional(hex(5)),
    }),
  ),
  randomSelection: v.exactOptional(
    v.strictObject({
      thresholdMinor: v.exactOptional(whole(0, MINOR_MAX)),
      targetPercent: v.exactOptional(whole(0, 99)),
      maximumPercent: v.exactOptional(whole(0, 99)),
    }),
  ),
  defaultDdol: v.exactOptional(hex(1, 252)),
  defaultTdol: v.exactOptional(hex(1, 252)),
  onlinePin: v.exactOptional(yesOrNo),
};

const caKeySchema = v.strictObject({
  rid: hex(5),
  index: hex(1),
  modulus: v.pipe(
    hex(48, 248),
    v.check((text) => (Number.parseInt(text.slice(-1), 16) & 1) === 1, 'must be odd, as every product of two primes'),
  ),
  exponent: hex(1, 3),
  /** Computed where it is not given. */
  checksum: v.exactOptional(hex(20)),
  expiry: v.exactOptional(matching(/^\d{8}$/, 'must be a date as YYYYMMDD'), '99991231'),
});

const configSchema = v.strictObject({
  provenance: v.exactOptional(v.string('must be a text')),
  terminal: v.exactOptional(
    v.strictObject({
      '5F2A': v.exactOptional(digits(2)),
      '5F36': v.exactOptional(matching(/^0[0-4]$/, 'must be 00 to 04')),
      '9F15': v.exactOptional(digits(2)),
      '9F1A': v.exactOptional(digits(2)),
      '9F33': v.exactOptional(hex(3)),
      '9F35': v.exactOptional(digits(1)),
      '9F40': v.exactOptional(hex(5)),
    }),
    {},
  ),
  /** For every application, where its own row in `aids` says nothing else. */
  application: v.exactOptional(v.strictObject(applicationEntries), {}),
  aids: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ aid: hex(5, 16), ...applicationEntries }), 'must be a list'),
      v.minLength(1, 'must have at least one application'),
    ),
  ),
  caKeys: v.exactOptional(v.array(caKeySchema, 'must be a list')),
  /** RID, index, serial number. */
  revokedCertificates: v.exactOptional(v.array(hex(9), 'must be a list'), []),
  transaction: v.exactOptional(
    v.strictObject({
      /** 9C. */
      type: v.exactOptional(digits(1)),
      amountOtherMinor: v.exactOptional(whole(0, MINOR_MAX)),
      forcedOnline: v.exactOptional(yesOrNo),
      randomPercent: v.exactOptional(whole(1, 99)),
      sequenceCounter: v.exactOptional(whole(1, 999_999)),
      time: v.exactOptional(matching(/^([01]\d|2[0-3])([0-5]\d){2}$/, 'must be a time as HHMMSS')),
    }),
    {},
  ),
  cardholder: v.exactOptional(
    v.strictObject({
      pin: v.exactOptional(
        matching(/^(\d{4,12}|bypass|no-pad)$/, 'must be 4 to 12 digits, "bypass" or "no-pad"'),
        '1234',
      ),
    }),
    {},
  ),
  online: v.exactOptional(
    v.strictObject({
      answer: v.exactOptional(
        v.picklist(['approve', 'decline', 'unable'], 'must be "approve", "decline" or "unable"'),
        'approve',
      ),
      /** 8A. */
      responseCode: v.exactOptional(matching(/^[0-9A-Z]{2}$/, 'must be two digits or letters')),
      authorizationCode: v.exactOptional(matching(/^[0-9A-Z]{6}$/, 'must be six digits or letters')),
      /** 91: the ARPC and what goes with it. */
      arpc: v.exactOptional(hex(8, 16)),
      /** Templates 71 and 72, one after the other. */
      scripts: v.exactOptional(hex(2, 1024)),
    }),
    {},
  ),
});

type ConfigFile = v.InferOutput<typeof configSchema>;

export interface EmvToolConfig {
  readonly settings: TerminalSettings;
  /** Digits. */
  readonly currencyCode: string;
  readonly currencyExponent: number;
  readonly transaction: Required<ConfigFile['transaction']>;
  /** Digits of a test PIN, `bypass` or `no-pad`. */
  readonly pin: string;
  readonly online: ConfigFile['online'];
}

/** Reads a configuration. The error names every place that is wrong, and quotes nothing. */
export function parseEmvConfig(json: unknown): Result<EmvToolConfig, string> {
  const parsed = v.safeParse(configSchema, json, { abortPipeEarly: true });
  return parsed.success ? ok(configOf(parsed.output)) : fail(parsed.issues.map(describe).join('; '));
}

function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'the configuration';
  if (issue.received === 'undefined') return `${place} is missing`;
  if (issue.message.startsWith('must')) return `${place} ${issue.message}`;
  return issue.expected === 'never' ? `${place} is no key that is known` : `${place} must be ${issue.expected}`;
}

/** Where nothing is said: every transaction online, as in China, with the action codes that terminals there are set to. */
const APPLICATION: Omit<TerminalApplication, 'aid'> = {
  version: '0030',
  partialName: true,
  floorLimitMinor: 0,
  actionCodes: { denial: '0010000000', online: 'D84004F800', default: 'D84000A800' },
  randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumPercent: 0 },
  defaultDdol: '9F3704',
  onlinePin: true,
};

/** With their versions: UnionPay's, and those of the other schemes whose CA keys are shipped. */
const AIDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(UNIONPAY_AIDS).map((aid) => [aid, APPLICATION.version])),
  // Visa, Electron; Mastercard, Maestro.
  A0000000031010: '0096',
  A0000000032010: '0096',
  A0000000041010: '0002',
  A0000000043060: '0002',
};

const TRANSACTION = {
  type: '00',
  amountOtherMinor: 0,
  forcedOnline: false,
  randomPercent: 99,
  sequenceCounter: 1,
  time: '120000',
} as const;

function configOf(file: ConfigFile): EmvToolConfig {
  const { terminal, caKeys, revokedCertificates } = file;
  const settings: TerminalSettings = {
    terminalType: terminal['9F35'] ?? '22',
    capabilities: terminal['9F33'] ?? 'E0F8C8',
    additionalCapabilities: terminal['9F40'] ?? 'F000F0A001',
    countryCode: terminal['9F1A'] ?? '0156',
    interfaceDeviceSerial: '12345678',
    terminalNumber: '00000001',
    merchantNumber: '000000000000001',
    merchantCategoryCode: terminal['9F15'] ?? '5411',
    merchantName: 'SLIPWAY',
    acquirerNumber: '1',
    languages: ['zh', 'en'],
    codeTables: [1],
    asksCardholder: true,
    usesDirectory: true,
    cdaWithOnline: true,
    pinBypassAllowed: true,
    applications: applicationsOf(file),
    caKeys: caKeys?.map(caKeyOf) ?? publicCaKeys(),
    revokedCertificates,
  };
  return {
    settings,
    currencyCode: terminal['5F2A'] ?? '0156',
    currencyExponent: Number(terminal['5F36'] ?? '02'),
    transaction: { ...TRANSACTION, ...file.transaction },
    pin: file.cardholder.pin,
    online: file.online,
  };
}

function applicationsOf({ aids, application }: ConfigFile): readonly TerminalApplication[] {
  if (aids !== undefined) {
    return aids.map((row) => applicationOf({ ...applicationOf(APPLICATION, application), aid: row.aid }, row));
  }
  return Object.entries(AIDS).map(([aid, version]) => applicationOf({ ...APPLICATION, aid, version }, application));
}

/** The second over the first. */
function applicationOf<Base extends typeof APPLICATION>(
  base: Base,
  { actionCodes, randomSelection, ...rest }: ConfigFile['application'],
): Base {
  return {
    ...base,
    ...rest,
    actionCodes: { ...base.actionCodes, ...actionCodes },
    randomSelection: { ...base.randomSelection, ...randomSelection },
  };
}

function caKeyOf({ modulus, exponent, checksum, ...rest }: v.InferOutput<typeof caKeySchema>): CaKey {
  const key: CaKey = {
    ...rest,
    algorithm: 'rsa',
    hash: 'sha-1',
    modulus: fromHex(modulus),
    exponent: fromHex(exponent),
    checksum: fromHex(checksum ?? ''),
  };
  return checksum === undefined ? { ...key, checksum: caKeyChecksum(key, nodeCrypto) } : key;
}
