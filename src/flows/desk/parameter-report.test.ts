import { describe, expect, test } from 'vitest';
import type { ParameterReport } from '../../domain/paper.ts';
import { setUp } from './kit.testing.ts';

/** Parameters that the host sends: switches with everything on but the refund, and a tag that nobody knows. */
const VALUES = [
  ['22', 'ANOTHER NAME'.padEnd(40)],
  ['26', 'FEFF'],
  ['39', 'X'],
] as const;

function printed(downloads: boolean): ParameterReport {
  const desk = setUp({}, [], { says: () => ({ download: { type: 'parameters', values: VALUES } }) });
  desk.boot();
  if (downloads) desk.choose('parameters');
  desk.choose('print-parameters');
  expect(desk.screen()).toBe('idle');
  const paper = desk.papers.at(-1);
  if (paper?.type !== 'parameters') throw new Error('No parameters were printed.');
  return paper;
}

const rowOf = ({ groups }: ParameterReport, english: string): unknown =>
  groups.flatMap(({ rows }) => rows).find(({ label }) => label.en === english)?.value;

describe('the parameters on paper', () => {
  test('say how the terminal is set up', () => {
    const report = printed(false);
    expect(report).toMatchObject({ terminalNumber: '11115007', reprint: false, batch: 1, operatorNumber: '01' });
    expect(rowOf(report, 'OPERATOR TIMEOUT')).toBe('60 s');
    expect(rowOf(report, 'CHIP CARDS')).toEqual({ zh: '关', en: 'OFF' });
    expect(rowOf(report, 'REFUND')).toEqual({ zh: '开', en: 'ON' });
    expect(report.groups.map(({ title }) => title.en)).toEqual(['TERMINAL', 'TRANSACTIONS', 'DOWNLOADED']);
  });

  test('say what the host has sent, and what it has switched off', () => {
    const report = printed(true);
    expect(report.merchantName).toBe('ANOTHER NAME');
    expect(rowOf(report, 'PARAMETERS')).toBe('3');
    expect(rowOf(report, 'REFUND')).toEqual({ zh: '关', en: 'OFF' });
    expect(rowOf(report, '22 MERCHANT NAME')).toBe('ANOTHER NAME');
    expect(rowOf(report, '39')).toBe('X');
  });
});
