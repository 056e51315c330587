/** Slips without a line: dots rendered per second, milliseconds per picture, and bytes beside the same slip as a raster. */
import { performance } from 'node:perf_hooks';
import { CNY, toAmountMinor } from '../../src/domain/money.ts';
import type { Slip } from '../../src/domain/slip.ts';
import { bakedGlyphs } from '../../src/glyphs/glyphs.ts';
import { paperJob } from '../../src/printer/escpos-renderer.ts';
import { paperPicture, paperPng } from '../../src/printer/picture.ts';
import { PRINTER_PROFILES } from '../../src/printer/profiles.ts';
import { paperBitmap } from '../models/printer/paper-bitmap.ts';
import { PrinterModel } from '../models/printer/printer.ts';
import { TERMINAL_58MM } from '../models/printer/profile.ts';
import { median } from './statistics.ts';

const PROFILE = PRINTER_PROFILES['epson-58'];
const RASTER_HEADER_BYTES = 8;

const SLIP: Slip = {
  type: 'slip',
  copy: 'merchant',
  reprint: false,
  merchantName: '滑道测试商店',
  merchantNumber: '123456789111115',
  terminalNumber: '11115007',
  operatorNumber: '01',
  maskedPan: '622202*********0123',
  entryMode: 'swiped',
  transactionType: { zh: '消费', en: 'SALE' },
  expiry: '3012',
  cardOrganisation: 'CUP',
  batch: 1437,
  voucher: 2,
  referenceNumber: '112300000002',
  dateTime: '2026-11-23 12:00:00',
  amount: toAmountMinor(1234n),
  currency: CNY,
  remarks: [],
  signatureLine: true,
  applicationVersion: 'SLIPWAY',
};

export interface SlipBench {
  /** The terminal makes its bytes of a slip. */
  readonly layoutMs: number;
  /** The terminal draws a slip, PNG included. */
  readonly pictureMs: number;
  /** The emulated printer takes the bytes and burns them. */
  readonly dotsPerSecond: number;
  readonly streamBytes: number;
  /** GS v 0 of the same dots. */
  readonly rasterBytes: number;
}

const medianMs = (times: number, action: () => unknown): number =>
  median(
    Array.from({ length: times }, () => {
      const startedAt = performance.now();
      action();
      return performance.now() - startedAt;
    }),
  );

export function benchSlips(times: number): SlipBench {
  const stream = Buffer.concat(paperJob(SLIP, PROFILE, '0001'));
  let dots = 0;
  const burnMs = medianMs(times, () => {
    for (const action of new PrinterModel(TERMINAL_58MM).bytes(stream)) {
      if (action.type !== 'sight' || action.sight.type !== 'paper') continue;
      const { heightDots, widthDots } = paperBitmap(action.sight.piece, bakedGlyphs);
      dots = heightDots * widthDots;
    }
  });
  return {
    layoutMs: medianMs(times, () => paperJob(SLIP, PROFILE, '0001')),
    pictureMs: medianMs(times, () => paperPng(SLIP, PROFILE)),
    dotsPerSecond: (1000 * dots) / burnMs,
    streamBytes: stream.length,
    rasterBytes: RASTER_HEADER_BYTES + paperPicture(SLIP, PROFILE).rows.length,
  };
}
