/**
 * What the printer tells without stopping: the roll is nearly at its end; and what a paper wears the head.
 *
 * Mutations that these tests caught: the bit of the paper's end taken for that of the near end; a listener told at every
 * answer; paper bits believed while the cover is open; blank lines counted; the density sent before `ESC @`.
 */
import { describe, expect, test } from 'vitest';
import { isBlack } from '../glyphs/canvas.ts';
import { headLinesOf } from './head-lines.ts';
import { PROFILE, world } from './kit.testing.ts';
import { GALLERY, SETTINGS_WITH_LOGO, SLIP } from './papers.testing.ts';
import { paperPicture } from './picture.ts';
import { PRINTER_PROFILES } from './profiles.ts';

describe('a roll that is nearly at its end', () => {
  test.each([
    ['by the automatic status', PROFILE],
    ['by DLE EOT 4, on a printer that says nothing by itself', PRINTER_PROFILES['generic-58']],
  ])('is told %s, once, and once when it is changed', (_, profile) => {
    const { clock, standIn, conditions, answers, print } = world(profile);
    standIn.become('paper-low');
    print();
    clock.pass(9000);
    expect(answers).toMatchObject([{ type: 'printed' }]);
    print();
    clock.pass(9000);
    expect(conditions).toEqual([{ paperLow: true }]);
    standIn.become('ok');
    print();
    clock.pass(9000);
    expect(conditions).toEqual([{ paperLow: true }, { paperLow: false }]);
  });

  test('is told between two slips, when it happens', () => {
    const { clock, standIn, conditions, print } = world();
    print();
    clock.pass(5000);
    expect(conditions).toEqual([]);
    standIn.become('paper-low');
    expect(conditions).toEqual([{ paperLow: true }]);
  });

  test.each(['cover-open', 'overheated'] as const)('is not what %s means', (condition) => {
    const { clock, standIn, conditions, print } = world();
    standIn.become(condition);
    print();
    clock.pass(3000);
    expect(conditions).toEqual([]);
  });
});

describe('what a paper wears the head', () => {
  test.each(Object.entries(GALLERY))('of %s is as many rows as have ink, and few more', (_, paper) => {
    const picture = paperPicture(paper, PROFILE, SETTINGS_WITH_LOGO);
    let rows = 0;
    for (let y = 0; y < picture.heightDots; y++) {
      for (let x = 0; x < picture.widthDots; x++) {
        if (!isBlack(picture, x, y)) continue;
        rows++;
        break;
      }
    }
    const counted = headLinesOf(paper, PROFILE, SETTINGS_WITH_LOGO);
    expect(counted).toBeGreaterThanOrEqual(rows);
    expect(counted).toBeLessThan(rows * 1.5);
  });

  test('comes with the answer', () => {
    const { clock, headLines, print } = world();
    print();
    clock.pass(5000);
    expect(headLines).toEqual([headLinesOf(SLIP, PROFILE)]);
  });
});

describe('the density', () => {
  test.each([
    ['epson-58', '1b401d284b02003103'],
    ['generic-58', '1b401d7c05'],
  ] as const)('of %s is raised one step behind ESC @', (name, start) => {
    const { clock, hex, printer } = world(PRINTER_PROFILES[name]);
    printer.print(SLIP, () => undefined, 'raised');
    clock.pass(9000);
    expect(hex().join('')).toContain(start);
  });

  test('is left alone otherwise', () => {
    const { clock, hex, print } = world();
    print();
    clock.pass(5000);
    expect(hex().join('')).not.toContain('1d284b');
  });
});
