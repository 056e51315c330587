/** Pictures that the printer keeps: in non-volatile memory, in its RAM, and the one in the print buffer. */
import type { Bitmap } from './dots.ts';

/** Bytes of packed rows that each memory holds. */
export const GRAPHICS_MEMORY_MAX_BYTES = 393_216;

/** Pictures under names. Two-character keys for GS ( L, numbers for FS p. */
class Memory {
  readonly #pictures = new Map<string, Bitmap>();

  get keys(): readonly string[] {
    return [...this.#pictures.keys()];
  }
  get usedBytes(): number {
    let bytes = 0;
    for (const picture of this.#pictures.values()) bytes += picture.rows.length;
    return bytes;
  }
  get(key: string): Bitmap | undefined {
    return this.#pictures.get(key);
  }
  /** False: there is no room, and what was under the key stays. */
  define(key: string, picture: Bitmap): boolean {
    const replacedBytes = this.#pictures.get(key)?.rows.length ?? 0;
    if (this.usedBytes - replacedBytes + picture.rows.length > GRAPHICS_MEMORY_MAX_BYTES) return false;
    this.#pictures.set(key, picture);
    return true;
  }
  delete(key: string): void {
    this.#pictures.delete(key);
  }
  clear(): void {
    this.#pictures.clear();
  }
}

export interface ScaledPicture {
  readonly picture: Bitmap;
  /** Bit 0 doubles the width, bit 1 the height. */
  readonly scale: number;
}

export class GraphicsStore {
  /** GS ( L functions 64 to 69. */
  readonly nv = new Memory();
  /** FS q, FS p. */
  readonly nvBitImages = new Memory();
  /** GS ( L functions 80 to 85. */
  readonly download = new Memory();
  /** GS *. */
  downloadBitImage: Bitmap | undefined;
  /** GS ( L functions 112 and 113, until function 50 prints it. */
  buffered: ScaledPicture | undefined;

  /** ESC @ and power off: only what is non-volatile stays. */
  forgetVolatile(): void {
    this.download.clear();
    this.downloadBitImage = undefined;
    this.buffered = undefined;
  }
}
