/** The import table: which room of the house may use which. `architecture.test.ts` holds every file to it. */

export interface Room {
  /** Rooms, or single files, of this project that it may import besides itself. */
  readonly rooms: readonly string[];
  /** Packages; `node:` modules by their name. */
  readonly packages: readonly string[];
}

/** A test may use these wherever it stands. */
const TEST_PACKAGES: readonly string[] = [
  'vitest',
  'fast-check',
  'node:*',
  '@lydell/node-pty',
  '@peculiar/x509',
  'iso8583',
  'iso_8583',
  'xstate',
  '@ldclabs/cose-ts',
  'cborg',
  // Foreign builders of print streams, and foreign readers of what they print.
  'receiptline',
  '@point-of-sale/receipt-printer-encoder',
  'node-thermal-printer',
  '@zxing/library',
  'jsqr',
];

/**
 * The longest prefix of a file's path is its room. `domain <- flows <- terminal.ts -> adapters -> domain`: adapters
 * import neither each other nor the flows, whose ports they satisfy structurally.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  'src/domain': { rooms: [], packages: [] },
  'src/flows': { rooms: ['src/domain'], packages: ['xstate'] },
  'src/emv': { rooms: ['src/domain'], packages: [] },
  /** What the kernel is lent for its ports. */
  'src/emv/crypto': { rooms: ['src/emv'], packages: ['node:crypto'] },
  /** Puts the kernel and the card reader together; the reader comes in as a type of its own. */
  'src/chip': { rooms: ['src/domain', 'src/emv'], packages: [] },
  /** Dots: the baked glyphs, and PNG. */
  'src/glyphs': { rooms: ['src/domain/result.ts'], packages: ['node:*'] },
  'src/device': { rooms: ['src/domain'], packages: ['serialport'] },
  'src/printer': {
    rooms: ['src/domain', 'src/glyphs'],
    packages: ['@serialport/parser-byte-length', 'iconv-lite', 'node-thermal-printer', 'qr'],
  },
  /** Reads the logo. */
  'src/printer/read-settings.ts': { rooms: ['src/domain', 'src/printer'], packages: ['node:fs'] },
  'src/host': { rooms: ['src/domain'], packages: ['node:net', 'node:tls', 'node:crypto'] },
  'src/host/iso8583': { rooms: ['src/domain'], packages: ['iconv-lite'] },
  'src/journal': { rooms: ['src/domain'], packages: ['node:sqlite', 'node:crypto', 'node:fs', 'node:path'] },
  /** E-receipts: the key, and the port. */
  'src/receipt': { rooms: ['src/domain'], packages: ['qr', 'node:crypto', 'node:fs', 'node:path'] },
  /** What the page runs as well. */
  'src/receipt/codec': { rooms: ['src/domain'], packages: ['cborg'] },
  /** Runs in browsers, and shows the very document that is printed. */
  'src/receipt/page': {
    rooms: ['src/receipt/codec', 'src/domain', 'src/printer/slip-document.ts'],
    packages: ['@ldclabs/cose-ts'],
  },
  'src/receipt/page/build.ts': {
    rooms: ['src/receipt/page', 'src/receipt/codec', 'src/domain'],
    packages: ['vite', 'node:crypto', 'node:url'],
  },
  'src/receipt/store': { rooms: ['src/domain'], packages: ['node:sqlite'] },
  'src/ui': { rooms: ['src/domain'], packages: ['node:readline', 'node:stream', 'qr', 'valibot'] },
  'src/config': { rooms: ['src/domain'], packages: ['node:fs', 'node:path', 'valibot'] },
  'src/log': { rooms: ['src/domain'], packages: ['pino'] },
  'src/terminal.ts': {
    rooms: [
      'src/domain',
      'src/flows',
      'src/chip',
      'src/device',
      'src/printer',
      'src/host',
      'src/journal',
      'src/ui',
      'src/config',
      'src/log',
    ],
    packages: [],
  },
  'src/main.ts': {
    rooms: [
      'src/terminal.ts',
      'src/domain',
      'src/device',
      'src/host',
      'src/printer',
      'src/receipt',
      'src/journal',
      'src/ui',
      'src/config',
      'src/log',
    ],
    packages: ['node:*'],
  },
  'src/architecture.ts': { rooms: [], packages: [] },
  'src/architecture.test.ts': { rooms: ['src/architecture.ts'], packages: ['vite'] },

  // The emulator's protocols and behaviour are its own. What it shares with the terminal is pinned from outside by
  // published vectors (the ISO 8583 codec and its dialects), or is no protocol at all (`Line`, `Clock`, `Result`, and
  // glyphs and PNG, which are a font and a file format; how a line of text becomes dots is written twice).
  'emulator/models': {
    rooms: ['src/host/iso8583', 'src/domain/result.ts', 'src/glyphs/types.ts'],
    packages: ['valibot'],
  },
  'emulator/models/crypto': { rooms: ['src/domain/result.ts'], packages: ['node:crypto'] },
  'emulator/paper': {
    rooms: ['emulator/models/printer', 'src/glyphs', 'src/domain/result.ts'],
    packages: ['node:*'],
  },
  'emulator/wire': {
    rooms: [
      'emulator/models/model.ts',
      'emulator/time',
      'src/domain/line.ts',
      'src/domain/clock.ts',
      'src/domain/result.ts',
    ],
    packages: ['@lydell/node-pty', '@peculiar/x509', 'serialport', 'node:*'],
  },
  /** Clocks and chance: the real ones and the seeded ones. */
  'emulator/time': { rooms: ['src/domain/clock.ts', 'src/domain/result.ts'], packages: [] },
  'emulator/scenario': { rooms: ['emulator/models', 'emulator/wire/faults.ts', 'src/domain/result.ts'], packages: [] },
  'emulator/simulation': {
    // The one place where the terminal and the device meet in a single thread.
    rooms: [
      'emulator',
      'src/glyphs',
      'src/terminal.ts',
      'src/flows',
      'src/domain',
      'src/chip',
      'src/emv/crypto',
      'src/device',
      'src/host',
      'src/journal',
      'src/log',
      // Whose mutants the lives of a slip must find.
      'src/printer/spool.ts',
    ],
    packages: [],
  },
  'emulator/cli': {
    rooms: [
      'emulator',
      'src/host/iso8583',
      'src/domain',
      // The tools `tlv` and `emv` run the kernel itself, to show what it makes of a card.
      'src/emv',
      // A console, which is no protocol.
      'src/ui/text.ts',
      'src/ui/keyed-lines.ts',
      // What the tool makes, the terminal must read: this is its maker, not its imitation.
      'src/journal/passwords.ts',
      // What the tool verifies is what the terminal makes.
      'src/receipt',
    ],
    packages: ['node:*', 'valibot'],
  },
  'emulator/bench': { rooms: ['emulator', 'src'], packages: ['node:*', 'iso_8583', 'iso8583'] },
  emulator: {
    rooms: ['src/domain/result.ts', 'src/domain/clock.ts', 'src/domain/line.ts'],
    packages: ['node:*', 'valibot'],
  },
};

const isInside = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

/** The room that a file stands in, by the longest prefix. */
export function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => isInside(file, room))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Whether `file` may import `target`: a path inside the project, or the name of a package. */
export function mayImport(file: string, target: { readonly path: string } | { readonly package: string }): boolean {
  const name = roomOf(file);
  const room = name === undefined ? undefined : ROOMS[name];
  if (name === undefined || room === undefined) return false;
  const isTest = /\.test\.ts$|\/testing\/|\/testing\.ts$|\.testing\.ts$|\/test-[a-z]+\.ts$/.test(file);
  if ('package' in target) {
    const packages = isTest ? [...room.packages, ...TEST_PACKAGES] : room.packages;
    return packages.some(
      (each) => each === target.package || (each === 'node:*' && target.package.startsWith('node:')),
    );
  }
  const shared = isTest ? ['fixtures'] : [];
  return [name, ...room.rooms, ...shared].some((each) => isInside(target.path, each));
}
