/** The golden frames, for tests. */
import { readFileSync } from 'node:fs';
import type { Message } from './message.ts';

export interface GoldenFrame {
  readonly name: string;
  readonly source: string;
  /** Hex, with the length bytes. */
  readonly frame: string;
  readonly message: Message;
  /** The single-length MAC key under which field 64 was made, where it is known. */
  readonly mak?: string;
}

const folder = new URL('../../../fixtures/iso8583/', import.meta.url);

export const goldenFrames: readonly GoldenFrame[] = ['published.json', 'derived.json'].flatMap((file) => {
  const { frames }: { readonly frames: readonly GoldenFrame[] } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  );
  return frames;
});

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
