/** The terminal's chip reader adapter on a real pseudo-terminal through serialport, and pulled out of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GEMPC_TWIN, openChipReader } from '../../src/device/chip-reader/chip-reader.ts';
import type { ChipReader, ChipReaderAnswer } from '../../src/device/chip-reader/port-types.ts';
import { openSerialLine } from '../../src/device/serial/serial-line.ts';
import type { Line } from '../../src/domain/line.ts';
import { ChipReaderModel } from '../models/chip-reader/chip-reader.ts';
import { fromHex, toHex } from '../models/crypto/hex.ts';
import { loadReplayCard } from '../replay-cards.ts';
import { realClock } from '../time/real-clock.ts';
import { openPty, type Pty } from '../wire/pty.ts';
import { runModel } from '../wire/run-model.ts';
import type { Outcome } from './chip-reader.testing.ts';

let directory = '';
const undo: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-reader-'));
});

afterEach(() => {
  for (const action of undo.splice(0).toReversed()) action();
  rmSync(directory, { recursive: true });
});

function pty(link: string): Promise<Pty> {
  return new Promise((resolve, reject) => {
    openPty({ link }, (opened) => {
      if (!opened.ok) return reject(new Error(opened.error.message));
      undo.push(() => opened.value.close());
      return resolve(opened.value);
    });
  });
}

/** As the terminal does it: the port is opened by its name whenever the adapter asks for it. */
function adapter(path: string): { readonly chipReader: ChipReader; readonly events: string[] } {
  const connect = (answer: (line: Line | undefined) => void): void =>
    openSerialLine({ path, baudRate: 115_200, stopBits: 2 }, (opened) => answer(opened.ok ? opened.value : undefined));
  const chipReader = openChipReader({ connect, clock: realClock, profile: GEMPC_TWIN });
  undo.push(() => chipReader.close());
  const events: string[] = [];
  chipReader.onEvent(({ type }) => events.push(type));
  return { chipReader, events };
}

const ask = <Value>(request: (answer: ChipReaderAnswer<Value>) => void): Promise<Outcome<Value>> =>
  new Promise((resolve) => request(resolve));

test('a card is read over a real port, and again after the port was pulled out and is back', async () => {
  const link = join(directory, 'chip-reader');
  const first = await pty(link);
  const surprises: unknown[] = [];
  const model = runModel(new ChipReaderModel(), first.line, realClock, {
    onSight: () => undefined,
    onSurprise: (error) => surprises.push(error),
  });
  const { chipReader, events } = adapter(link);
  await vi.waitFor(() => expect(events).toEqual(['reader-found']), 5_000);
  model.does({ type: 'insert', card: loadReplayCard('fixtures/cards-replay/unionpay-t0.json') });
  await vi.waitFor(() => expect(events).toEqual(['reader-found', 'card-inserted']), 5_000);

  const readPse = async (): Promise<string> => {
    const atr = await ask<Uint8Array>((answer) => chipReader.powerOn(answer));
    expect(atr.ok && toHex(atr.value)).toBe('3B600000');
    const select = fromHex('00A404000E315041592E5359532E4444463031');
    const selected = await ask<Uint8Array>((answer) => chipReader.transmit(select, answer));
    expect(selected.ok && toHex(selected.value)).toBe('611E');
    const fetched = await ask<Uint8Array>((answer) => chipReader.transmit(fromHex('00C000001E'), answer));
    return fetched.ok ? toHex(fetched.value) : fetched.error.reason;
  };
  expect(await readPse()).toMatch(/^6F1C840E.*9000$/);

  first.close();
  await vi.waitFor(() => expect(events.at(-1)).toBe('reader-lost'), 5_000);
  const second = await pty(link);
  model.replaceLine(second.line);
  await vi.waitFor(() => expect(events.slice(-2)).toEqual(['reader-found', 'card-inserted']), 15_000);
  expect(await readPse()).toMatch(/^6F1C840E.*9000$/);
  expect(surprises).toEqual([]);
});
