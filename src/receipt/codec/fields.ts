/** Objects as maps with small keys, by a table. */
import { areEqual } from './bytes.ts';
import { encodeCbor, isMap, type Cbor, type CborMap } from './cbor.ts';
import { plain, type Kind } from './kinds.ts';

export interface Field {
  /** Never given to another field once a record has been signed with it. */
  readonly key: number;
  readonly name: string;
  readonly kind: Kind;
  /** Always there, and left out of the record where it has this value. */
  readonly otherwise?: unknown;
  readonly optional?: true;
}

type Values = Readonly<Record<string, unknown>>;

export function encodeFields(table: readonly Field[], values: Values): Map<number, Cbor> {
  const map = new Map<number, Cbor>();
  for (const { key, name, kind, otherwise } of table) {
    const value = values[name];
    if (value === undefined) continue;
    const encoded = kind.encode(value);
    if (otherwise === undefined || !isSame(encoded, kind.encode(otherwise))) map.set(key, encoded);
  }
  return map;
}

const isSame = (one: Cbor, other: Cbor): boolean => areEqual(encodeCbor(one), encodeCbor(other));

/** Undefined where a field is missing, unknown or not of its kind. */
export function decodeFields(table: readonly Field[], map: CborMap): Values | undefined {
  const values: Record<string, unknown> = {};
  let found = 0;
  for (const { key, name, kind, otherwise, optional } of table) {
    const encoded = map.get(key);
    if (encoded !== undefined) found += 1;
    const value = encoded === undefined ? otherwise : kind.decode(encoded);
    if (value !== undefined) values[name] = value;
    else if (encoded !== undefined || optional !== true) return undefined;
  }
  return found === map.size ? values : undefined;
}

/** An object inside an object. One that says more than its table knows goes as it is: longer, never lost. */
export const nested = (table: readonly Field[]): Kind => ({
  encode: (value) => {
    const names = new Set(table.map(({ name }) => name));
    const isKnown = Object.entries(value as Values).every(([name, each]) => names.has(name) || each === undefined);
    return isKnown ? encodeFields(table, value as Values) : plain.encode(value);
  },
  decode: (value) => {
    if (!isMap(value)) return undefined;
    return [...value.keys()].some((key) => typeof key === 'string') ? plain.decode(value) : decodeFields(table, value);
  },
});
