/** What a chip card said, for whoever checks it later (dialect sheet 11.4). */
import type { SlipEmv } from '../domain/slip.ts';
import type { Block, FineItem } from './document.ts';

/** Below the cryptogram, in this order, as far as they are known. */
const ROWS: readonly (readonly [label: string, field: Exclude<keyof SlipEmv, 'cryptogram'>])[] = [
  ['AID', 'aid'],
  ['TVR', 'tvr'],
  ['TSI', 'tsi'],
  ['ATC', 'atc'],
  ['APPLAB', 'label'],
  ['APPNAME', 'preferredName'],
  ['TermCap', 'terminalCapabilities'],
  ['PAN SN', 'panSequence'],
  ['AIP', 'aip'],
  ['UNPR NUM', 'unpredictableNumber'],
  ['IAD', 'issuerApplicationData'],
];

export function emvBlocks(emv: SlipEmv | undefined): readonly Block[] {
  if (emv === undefined) return [];
  const rows = ROWS.flatMap(([label, field]): FineItem[] => {
    const value = emv[field];
    return value === undefined ? [] : [{ label, value }];
  });
  return [{ type: 'fine', items: [{ label: emv.cryptogram.name, value: emv.cryptogram.value }, ...rows] }];
}
