import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16, readCustomerCode, readMerchantCode } from './emvco.ts';

interface Published {
  readonly merchantPresented: readonly {
    readonly name: string;
    readonly payload: string;
    readonly crc: string;
    readonly objects: Readonly<Record<string, string>>;
  }[];
  readonly customerPresented: readonly {
    readonly name: string;
    readonly payload: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

const fixture = new URL('../../../fixtures/code-payment/emvco.json', import.meta.url);
const published = JSON.parse(readFileSync(fixture, 'utf8')) as Published;

describe('a merchant-presented code', () => {
  test.each(published.merchantPresented)('$name is read, and its CRC is right', ({ payload, crc, objects }) => {
    expect(readMerchantCode(payload)).toMatchObject({ ok: true, value: objects });
    const bytes = new TextEncoder().encode(payload.slice(0, -4));
    expect(crc16(bytes).toString(16).toUpperCase()).toBe(crc);
  });

  test.each(published.merchantPresented)('$name with any character changed is refused', ({ payload }) => {
    for (let at = 0; at < payload.length; at++) {
      const changed = `${payload.slice(0, at)}${payload[at] === '0' ? '1' : '0'}${payload.slice(at + 1)}`;
      expect(readMerchantCode(changed).ok).toBe(false);
    }
  });

  test('of any text never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readMerchantCode(text).ok).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('a customer-presented code', () => {
  test.each(published.customerPresented)('$name decodes completely', ({ payload, tags }) => {
    expect(readCustomerCode(Uint8Array.from(Buffer.from(payload, 'base64')))).toEqual({ ok: true, value: tags });
  });

  test('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(readCustomerCode(bytes).ok).toBeTypeOf('boolean');
      }),
    );
  });
});
