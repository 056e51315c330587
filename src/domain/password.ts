/** Passwords of the people at a terminal: what can be keyed as one, and the text that is kept of it. */

/** What a keypad can key, for `Screen.entry`: four digits for an operator, eight for a supervisor, as is usual. */
export const PASSWORD_PATTERN = String.raw`\d{4,8}`;

/** RFC 7914, section 2: N (a power of two), r and p. Working memory is 128 · N · r bytes. */
export interface ScryptCost {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** Salt (16 bytes) and derived key (32 bytes) are lower-case hex. */
export interface PasswordHash extends ScryptCost {
  readonly salt: string;
  readonly key: string;
}

/** A hash comes from a configuration: what it asks for must not take the terminal's memory, or minutes. */
const MEMORY_BYTES_MAX = 128 * 1024 * 1024;
const PARALLELIZATION_MAX = 8;

const FORM = /^scrypt\$([1-9]\d{0,6})\$([1-9]\d?)\$([1-9])\$([0-9a-f]{32})\$([0-9a-f]{64})$/;

/** `scrypt$N$r$p$salt$key`. */
export const passwordHashText = ({ cost, blockSize, parallelization, salt, key }: PasswordHash): string =>
  ['scrypt', cost, blockSize, parallelization, salt, key].join('$');

/** Undefined for anything else than {@link passwordHashText} makes, and for a cost beyond what a terminal can bear. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, cost = '', blockSize = '', parallelization = '', salt = '', key = ''] = FORM.exec(text) ?? [];
  const hash = {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt,
    key,
  };
  return isBearable(hash) ? hash : undefined;
}

function isBearable({ cost, blockSize, parallelization }: ScryptCost): boolean {
  const isPowerOfTwo = cost >= 2 && (cost & (cost - 1)) === 0;
  return isPowerOfTwo && 128 * cost * blockSize <= MEMORY_BYTES_MAX && parallelization <= PARALLELIZATION_MAX;
}
