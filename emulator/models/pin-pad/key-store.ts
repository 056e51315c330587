/** The slots of the PIN pad: master keys, and the working keys of the U messages (PIN pad sheet 3.1 and 11). */
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, isHex } from '../crypto/hex.ts';

/** P encrypts PIN blocks, M makes MACs, D encrypts data. */
export type KeyUsage = 'P' | 'M' | 'D';

const SLOT = /^\d$/;

/** Master keys by slot, `0` to `9`: 16, 32 or 48 hex digits. What the key-loading room puts in. */
export type MasterKeys = Readonly<Record<string, string>>;

/** Lives in battery-backed memory: it outlasts the mains. */
export class KeyStore {
  /** The master key that the classic messages use (message 08). */
  selected = '0';
  readonly #masters = new Map<string, DesKey>();
  readonly #working = new Map<string, DesKey>();

  /** @throws Bug for a slot or a key that no loading room could have put in. */
  constructor(masters: MasterKeys) {
    for (const [slot, key] of Object.entries(masters)) {
      if (!SLOT.test(slot)) throw new Bug(`Master key slots are 0 to 9, not "${slot}".`);
      if (!isHex(key)) throw new Bug(`The master key in slot ${slot} is not hex.`);
      this.#masters.set(slot, new DesKey(fromHex(key)));
    }
  }

  master(slot: string): DesKey | undefined {
    return this.#masters.get(slot);
  }

  working(usage: KeyUsage, slot: string): DesKey | undefined {
    return this.#working.get(usage + slot);
  }

  loadWorking(usage: KeyUsage, slot: string, key: DesKey): void {
    this.#working.set(usage + slot, key);
  }

  loadMaster(slot: string, key: DesKey): void {
    this.#masters.set(slot, key);
  }

  /** Everything goes, also the working keys, which came under a master that is gone. */
  wipe(): void {
    this.#masters.clear();
    this.#working.clear();
  }
}
