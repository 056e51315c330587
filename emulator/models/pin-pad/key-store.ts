/** The slots of the PIN pad: master keys, the working keys of the U messages, the DUKPT key set (PIN pad sheet 3.1, 4.5, 11). */
import { Bug } from '../../../src/domain/result.ts';
import { DesKey } from '../crypto/des-key.ts';
import { fromHex, isHex } from '../crypto/hex.ts';
import { Sm4Key } from '../crypto/sm4-key.ts';
import type { TdesDukpt } from '../crypto/tdes-dukpt.ts';

/** P encrypts PIN blocks, M makes MACs, D encrypts data. */
export type KeyUsage = 'P' | 'M' | 'D';

/** A key serves one algorithm, as if it were written on it. */
export type PadKey = DesKey | Sm4Key;

const SLOT = /^\d$/;

/** Master keys by slot, `0` to `9`, in hex. What the key-loading room puts in. */
export type MasterKeys = Readonly<Record<string, string>>;

export interface LoadedKeys {
  /** 16, 32 or 48 digits. */
  readonly des: MasterKeys;
  /** 32 digits, in slots that no other key has. */
  readonly sm4: MasterKeys;
  readonly dukpt?: TdesDukpt;
}

/** Lives in battery-backed memory: it outlasts the mains. */
export class KeyStore {
  /** The master key that the classic messages use (message 08). */
  selected = '0';
  dukpt: TdesDukpt | undefined;
  readonly #masters = new Map<string, PadKey>();
  readonly #working = new Map<string, PadKey>();

  /** @throws Bug for a slot or a key that no loading room could have put in. */
  constructor({ des, sm4, dukpt }: LoadedKeys) {
    this.dukpt = dukpt;
    for (const [slot, key] of Object.entries(des)) this.loadMaster(slot, new DesKey(masterBytes(slot, key)));
    for (const [slot, key] of Object.entries(sm4)) {
      if (this.#masters.has(slot)) throw new Bug(`Master key slot ${slot} is given two keys.`);
      this.loadMaster(slot, new Sm4Key(masterBytes(slot, key)));
    }
  }

  master(slot: string): PadKey | undefined {
    return this.#masters.get(slot);
  }

  /** The classic messages know no other algorithm. */
  desMaster(slot: string): DesKey | undefined {
    const key = this.master(slot);
    return key?.algorithm === 'des' ? key : undefined;
  }

  working(usage: KeyUsage, slot: string): PadKey | undefined {
    return this.#working.get(usage + slot);
  }

  loadWorking(usage: KeyUsage, slot: string, key: PadKey): void {
    this.#working.set(usage + slot, key);
  }

  loadMaster(slot: string, key: PadKey): void {
    this.#masters.set(slot, key);
  }

  /** Everything goes, also the working keys, which came under a master that is gone. The DUKPT set is no child of them. */
  wipe(): void {
    this.#masters.clear();
    this.#working.clear();
  }
}

function masterBytes(slot: string, key: string): Uint8Array {
  if (!SLOT.test(slot)) throw new Bug(`Master key slots are 0 to 9, not "${slot}".`);
  if (!isHex(key)) throw new Bug(`The master key in slot ${slot} is not hex.`);
  return fromHex(key);
}
