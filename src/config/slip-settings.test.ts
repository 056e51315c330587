import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { slipSettings } from './slip-settings.ts';

const parsed = (settings: unknown) => v.safeParse(slipSettings, settings);

describe('how slips look', () => {
  test('is Chinese with English and nothing else, unless told', () => {
    expect(parsed({}).output).toEqual({ language: 'zh-en', header: [], footer: [] });
  });

  test.each([
    { language: 'en', header: ['欢迎 WELCOME'], footer: ['a', 'b', 'c', 'd', 'e', 'f'], logo: { file: 'logo.pbm' } },
    { language: 'zh', header: ['x'.repeat(96)], footer: [], logo: { nvGraphic: 'L1' } },
    { language: 'zh-en', header: [], footer: [], logo: { nvImage: 255 } },
  ])('is kept as it is said: %j', (settings) => {
    expect(parsed(settings)).toMatchObject({ success: true, output: settings });
  });

  test.each([
    [{ language: 'de' }, 'must be "zh-en", "zh" or "en"'],
    [{ header: ['a\u001b@'] }, 'must be 1 to 96 characters, none of them a control character'],
    [{ header: ['a\nb'] }, 'must be 1 to 96 characters, none of them a control character'],
    [{ footer: [''] }, 'must be 1 to 96 characters, none of them a control character'],
    [{ footer: ['x'.repeat(97)] }, 'must be 1 to 96 characters, none of them a control character'],
    [{ footer: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }, 'must have 6 lines or fewer'],
    [{ logo: {} }, 'must name one of "file", "nvGraphic" and "nvImage"'],
    [{ logo: { file: 'a', nvImage: 1 } }, 'must name one of "file", "nvGraphic" and "nvImage"'],
    [{ logo: { nvGraphic: 'A' } }, 'must be 2 printable ASCII characters'],
    [{ logo: { nvGraphic: 'A\u0010' } }, 'must be 2 printable ASCII characters'],
    [{ logo: { nvImage: 0 } }, 'must be a whole number from 1 to 255'],
    [{ logo: { nvImage: 256 } }, 'must be a whole number from 1 to 255'],
  ])('%j is refused', (settings, message) => {
    expect(parsed(settings).issues?.map((issue) => issue.message)).toEqual([message]);
  });
});
