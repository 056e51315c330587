/**
 * Both DUKPTs against the published sequences, and the device's way against the receiver's.
 *
 * Mutations tried: the key halves swapped, the mask left out, the counter in the device's part of the initial key, the
 * data keys without their own encryption, eleven and nine one bits, seventeen and fifteen with AES, the block counter of
 * AES left at one, the other half of the key id in its derivation data. Each was noticed. A used register that is kept
 * changes no answer, and was not.
 */
import { describe, expect, test } from 'vitest';
import aes from '../../../fixtures/crypto/dukpt-aes.json' with { type: 'json' };
import tdes from '../../../fixtures/crypto/dukpt-tdes.json' with { type: 'json' };
import { Bug } from '../../../src/domain/result.ts';
import {
  AesDukpt,
  type AesDukptKeyType,
  type AesDukptUsage,
  aesInitialKey,
  aesTransactionKey,
  aesWorkingKey,
} from './aes-dukpt.ts';
import { cbcDecrypt, cbcEncrypt } from './cbc.ts';
import { nextCounter } from './future-keys.ts';
import { fromAscii, fromHex, toHex } from './hex.ts';
import { x919Mac } from './mac.ts';
import { buildPinBlock, parsePinBlock } from './pin-block.ts';
import { TdesDukpt, tdesInitialKey, tdesTransactionKey, tdesUsageKey } from './tdes-dukpt.ts';

describe('triple DES', () => {
  const initialKey = fromHex(tdes.initialKey);
  const data = Uint8Array.of(...fromAscii(tdes.data), ...new Uint8Array(7));
  const keyOf = (ksn: string): Uint8Array => {
    const key = tdesTransactionKey(initialKey, fromHex(ksn));
    return key.ok ? key.value : new Uint8Array(16);
  };

  test('the initial key, from any serial number of the device', () => {
    const keys = [tdes.initialKsn, 'FFFF9876543210F00001'].map((ksn) =>
      toHex(tdesInitialKey(fromHex(tdes.baseKey), fromHex(ksn))),
    );
    expect(keys).toEqual([tdes.initialKey, tdes.initialKey]);
  });

  test.each(tdes.transactions)('the key of $ksn', ({ ksn, key }) => {
    expect(toHex(keyOf(ksn))).toBe(key);
  });

  test.each([...tdes.transactions, ...tdes.pinBlocks, ...tdes.aroundTheMiddle])(
    'the PIN block of $ksn',
    ({ ksn, pinBlock }) => {
      const key = tdesUsageKey(keyOf(ksn), 'pin');
      expect(toHex(key.encrypt(buildPinBlock(tdes.pin, tdes.pan)))).toBe(pinBlock);
      expect(parsePinBlock(key.decrypt(fromHex(pinBlock)), tdes.pan)).toEqual({ ok: true, value: tdes.pin });
    },
  );

  test.each(tdes.transactions)('the MACs of $ksn', ({ ksn, macRequest, macResponse }) => {
    const mac = (usage: 'mac-request' | 'mac-response'): string =>
      toHex(x919Mac(tdesUsageKey(keyOf(ksn), usage), fromAscii(tdes.data)));
    expect([mac('mac-request'), mac('mac-response')]).toEqual([macRequest, macResponse]);
  });

  test.each(tdes.transactions)('the data of $ksn, there and back', ({ ksn, dataRequest, dataResponse }) => {
    const [request, response] = [tdesUsageKey(keyOf(ksn), 'data-request'), tdesUsageKey(keyOf(ksn), 'data-response')];
    expect([toHex(cbcEncrypt(request, data)), toHex(cbcEncrypt(response, data))]).toEqual([dataRequest, dataResponse]);
    expect([cbcDecrypt(request, fromHex(dataRequest)), cbcDecrypt(response, fromHex(dataResponse))]).toEqual([
      data,
      data,
    ]);
  });

  test('the device counts as the annex does, with the same keys', () => {
    const device = new TdesDukpt(initialKey, fromHex(tdes.initialKsn));
    const taken = tdes.transactions.map(() => device.take());
    expect(taken.map((each) => each && { ksn: toHex(each.ksn), key: toHex(each.key) })).toEqual(
      tdes.transactions.map(({ ksn, key }) => ({ ksn, key })),
    );
  });

  test('the device skips as the annex does, with the same keys', () => {
    const device = new TdesDukpt(initialKey, fromHex(tdes.aroundTheMiddle[0]?.ksn ?? ''));
    const taken = tdes.aroundTheMiddle.map(({ ksn }) => {
      // Between these the device takes others, which the annex does not print.
      let latest = device.take();
      while (latest !== undefined && toHex(latest.ksn) !== ksn) latest = device.take();
      const block = tdesUsageKey(latest?.key ?? new Uint8Array(16), 'pin').encrypt(buildPinBlock(tdes.pin, tdes.pan));
      return toHex(block);
    });
    expect(taken).toEqual(tdes.aroundTheMiddle.map(({ pinBlock }) => pinBlock));
  });

  test('every key that a device takes is the one that the receiver finds', () => {
    const device = new TdesDukpt(initialKey, fromHex(tdes.initialKsn));
    for (let count = 0; count < 150; count++) {
      const taken = device.take();
      expect(taken && tdesTransactionKey(initialKey, taken.ksn)).toEqual({ ok: true, value: taken?.key });
    }
  });

  test.each([
    'FFFF9876543210E0000A',
    'FFFF9876543210E003F0',
    'FFFF9876543210EFFC00',
    'FFFF9876543210F55554',
    'FFFF9876543210FFF000',
  ])('a device that goes on from %s has the same keys', (ksn) => {
    const device = new TdesDukpt(initialKey, fromHex(ksn));
    const first = device.take();
    expect(toHex(first?.ksn ?? new Uint8Array())).toBe(ksn);
    for (let taken = first, count = 0; taken !== undefined && count < 100; taken = device.take(), count++) {
      expect(tdesTransactionKey(initialKey, taken.ksn)).toEqual({ ok: true, value: taken.key });
    }
  });

  test('a device has 1,048,575 transactions', () => {
    const scheme = { counterBits: 21, onesMax: 10 };
    let count = 0;
    for (let counter: number | undefined = 1; counter !== undefined; counter = nextCounter(scheme, counter)) count++;
    expect(count).toBe(1_048_575);
  });

  test('after the last one it stops', () => {
    const device = new TdesDukpt(initialKey, fromHex('FFFF9876543210FFF800'));
    expect([device.isSpent, toHex(device.take()?.ksn ?? new Uint8Array())]).toEqual([false, 'FFFF9876543210FFF800']);
    expect([device.isSpent, device.take(), device.take()]).toEqual([true, undefined, undefined]);
  });

  test.each(['FFFF9876543210E00000', 'FFFF9876543210E007FF'])('the receiver knows no transaction %s', (ksn) => {
    expect(tdesTransactionKey(initialKey, fromHex(ksn))).toEqual({ ok: false, error: 'no-such-transaction' });
  });

  test('nor does a device go on from one', () => {
    expect(() => new TdesDukpt(initialKey, fromHex('FFFF9876543210E007FF'))).toThrow(Bug);
  });

  test('lengths that cannot be are a bug of the caller', () => {
    expect(() => tdesInitialKey(new Uint8Array(8), new Uint8Array(10))).toThrow(Bug);
    expect(() => tdesTransactionKey(initialKey, new Uint8Array(8))).toThrow(Bug);
    expect(() => new TdesDukpt(new Uint8Array(24), new Uint8Array(10))).toThrow(Bug);
  });
});

describe('AES', () => {
  const ksnOf = (counter: string): Uint8Array => fromHex(aes.initialKeyId + counter);
  const transactionKey = (baseKey: string, counter: string): Uint8Array => {
    const key = aesTransactionKey(aesInitialKey(fromHex(baseKey), fromHex(aes.initialKeyId)), ksnOf(counter));
    return key.ok ? key.value : new Uint8Array(16);
  };
  const initialKey = fromHex(aes.initialKeys[0]?.initialKey ?? '');
  const baseKey = aes.initialKeys[0]?.baseKey ?? '';

  test.each(aes.initialKeys)('the initial key of $name', (vector) => {
    expect(toHex(aesInitialKey(fromHex(vector.baseKey), fromHex(aes.initialKeyId)))).toBe(vector.initialKey);
  });

  test.each(aes.transactionKeys)('the derivation key of $counter', (vector) => {
    const key = aesTransactionKey(fromHex(vector.initialKey), ksnOf(vector.counter));
    expect(key).toEqual({ ok: true, value: fromHex(vector.key) });
  });

  test.each(aes.usages)('the key for $usage', ({ usage, key }) => {
    const derived = aesWorkingKey(
      transactionKey(baseKey, '00000001'),
      ksnOf('00000001'),
      usage as AesDukptUsage,
      'aes-128',
    );
    expect(toHex(derived)).toBe(key);
  });

  test.each(aes.workingKeys)('the $type keys of $counter', (vector) => {
    const derived = (['pin', 'mac-generation', 'data-encryption'] as const).map((usage) =>
      toHex(
        aesWorkingKey(
          transactionKey(vector.baseKey, vector.counter),
          ksnOf(vector.counter),
          usage,
          vector.type as AesDukptKeyType,
        ),
      ),
    );
    expect(derived).toEqual([vector.pin, vector.mac, vector.data]);
  });

  test.each(['00000000', '00000100', '0001FFF0', '7FFF0000', 'FFFE2000'])(
    'every key that a device takes after %s is the one that the receiver finds',
    (counter) => {
      const device = new AesDukpt(initialKey, ksnOf(counter));
      for (let count = 0; count < 150; count++) {
        const taken = device.take();
        if (taken === undefined) break;
        expect(aesTransactionKey(initialKey, taken.ksn)).toEqual({ ok: true, value: taken.key });
      }
    },
  );

  test('sixteen one bits are the most: it skips to the next and stops after the last', () => {
    const counters = (counter: string): readonly string[] => {
      const device = new AesDukpt(initialKey, ksnOf(counter));
      return [1, 2, 3, 4, 5].map(() => toHex(device.take()?.ksn ?? new Uint8Array()).slice(16));
    };
    expect(counters('0001FFFE').slice(0, 2)).toEqual(['0001FFFE', '00020000']);
    expect(counters('FFFE2000')).toEqual(['FFFE2000', 'FFFE4000', 'FFFE8000', 'FFFF0000', '']);
  });

  test.each(['00000000', '0001FFFF'])('the receiver knows no transaction %s', (counter) => {
    expect(aesTransactionKey(initialKey, ksnOf(counter))).toEqual({ ok: false, error: 'no-such-transaction' });
  });

  test('a working key is not stronger than the key that it comes from', () => {
    expect(() => aesWorkingKey(initialKey, ksnOf('00000001'), 'pin', 'aes-192')).toThrow(Bug);
  });

  test('lengths that cannot be are a bug of the caller', () => {
    expect(() => aesInitialKey(new Uint8Array(8), new Uint8Array(8))).toThrow(Bug);
    expect(() => aesInitialKey(initialKey, new Uint8Array(12))).toThrow(Bug);
    expect(() => aesTransactionKey(initialKey, new Uint8Array(10))).toThrow(Bug);
    expect(() => aesWorkingKey(initialKey, new Uint8Array(8), 'pin', 'aes-128')).toThrow(Bug);
    expect(() => new AesDukpt(initialKey, new Uint8Array(10))).toThrow(Bug);
  });
});
