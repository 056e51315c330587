/** For tests: takes the bytes of a job apart, as a printer would, knowing nothing but the commands that we mean to send. */

export interface Token {
  /** `text` for a character, otherwise the command's name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** First bytes, name, and how many bytes the whole command has. */
const COMMANDS: readonly (readonly [start: string, name: string, lengthOf: (bytes: Uint8Array) => number])[] = [
  ['0a', 'LF', () => 1],
  ['1b2a', 'ESC *', (bytes) => 5 + 3 * ((bytes[3] ?? 0) + 256 * (bytes[4] ?? 0))],
  ['1b32', 'ESC 2', () => 2],
  ['1b33', 'ESC 3', () => 3],
  ['1b40', 'ESC @', () => 2],
  ['1b21', 'ESC !', () => 3],
  ['1b45', 'ESC E', () => 3],
  ['1b4a', 'ESC J', () => 3],
  ['1b61', 'ESC a', () => 3],
  ['1b64', 'ESC d', () => 3],
  ['1c26', 'FS &', () => 2],
  ['1c70', 'FS p', () => 4],
  ['1d286b', 'GS ( k', (bytes) => 5 + (bytes[3] ?? 0) + 256 * (bytes[4] ?? 0)],
  ['1d284c', 'GS ( L', (bytes) => 5 + (bytes[3] ?? 0)],
  ['1d2848', 'GS ( H', (bytes) => 5 + (bytes[3] ?? 0)],
  ['1d56', 'GS V', () => 3],
  ['1d61', 'GS a', () => 3],
  ['1d72', 'GS r', () => 3],
  ['1d7630', 'GS v 0', (bytes) => 8 + (bytes[4] ?? 0) * (bytes[6] ?? 0)],
];

/** @throws Error at the first byte that is neither text nor one of our commands. */
export function tokensOf(stream: Uint8Array): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < stream.length;) {
    const rest = stream.subarray(at);
    const token = tokenAt(rest);
    if (token === undefined) {
      throw new Error(
        `byte ${at} begins neither text nor a command: ${Buffer.from(rest.subarray(0, 4)).toString('hex')}`,
      );
    }
    tokens.push(token);
    at += token.bytes.length;
  }
  return tokens;
}

function tokenAt(rest: Uint8Array): Token | undefined {
  const [first = 0, second = 0] = rest;
  if (first >= 0x20 && first <= 0x7e) return { name: 'text', bytes: rest.subarray(0, 1) };
  if (first >= 0x81 && first <= 0xfe) {
    return second >= 0x40 && second <= 0xfe && second !== 0x7f
      ? { name: 'text', bytes: rest.subarray(0, 2) }
      : undefined;
  }
  const head = Buffer.from(rest.subarray(0, 3)).toString('hex');
  const command = COMMANDS.find(([start]) => head.startsWith(start));
  if (command === undefined) return undefined;
  const length = command[2](rest);
  return length <= rest.length ? { name: command[1], bytes: rest.subarray(0, length) } : undefined;
}

/** Where a real-time command stands: a printer obeys it wherever it is, in a picture as well (printer sheet 2). */
export function realTimeAt(stream: Uint8Array): number {
  return stream.findIndex((byte, at) => byte === 0x10 && [0x04, 0x05, 0x14].includes(stream[at + 1] ?? 0));
}
