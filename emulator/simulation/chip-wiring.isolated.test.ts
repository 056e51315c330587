/**
 * What the composition root makes of a configured chip card reader: the port that the flows get, with the emulated
 * reader and a card at its other end. No flow runs here: the desk is a stand-in that keeps what it is given.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import type { ChipAnswer, ChipCardPort, ChipStep } from '../../src/flows/chip-port.ts';
import type { TerminalConfig } from '../../src/terminal.ts';
import { toHex } from '../models/crypto/hex.ts';
import { request } from './chip-card.testing.ts';
import { MemoryJournal } from './memory-journal.ts';
import { SimulatedWorld } from './world.ts';

const given = vi.hoisted<{ chipCards: ChipCardPort | undefined }>(() => ({ chipCards: undefined }));
vi.mock('../../src/flows/desk/desk.ts', () => ({
  Desk: class {
    constructor({ chipCards }: { readonly chipCards?: ChipCardPort }) {
      given.chipCards = chipCards;
    }
    boot(): undefined {
      return undefined;
    }
  },
}));

beforeEach(() => {
  given.chipCards = undefined;
});

function poweredUp(chipReader: boolean, configure = (config: TerminalConfig): TerminalConfig => config) {
  const world = new SimulatedWorld(
    { seed: 'wiring', cards: [], journal: new MemoryJournal(), chipReader, configure },
    [],
  );
  world.powerUp();
  return world;
}

function chipCards(): ChipCardPort {
  if (given.chipCards === undefined) throw new Error('The flows got no chip cards.');
  return given.chipCards;
}

test('a terminal without a reader gives the flows none', () => {
  poweredUp(false);
  expect(given.chipCards).toBeUndefined();
});

test('cards come and go, and so does the reader', () => {
  const world = poweredUp(true);
  const events: string[] = [];
  chipCards().onEvent(({ type }) => events.push(type));
  for (const words of ['insert chip-credit', 'pull', 'insert chip-debit', 'reader off', 'reader on']) {
    world.clock.advance(10_000);
    world.does(words);
  }
  world.clock.advance(10_000);
  world.throwSurprise();
  expect(events).toEqual(['inserted', 'removed', 'inserted', 'lost', 'inserted']);
});

type Configure = (config: TerminalConfig) => TerminalConfig;
type Reader = NonNullable<TerminalConfig['devices']['chipReader']>;

const withReader =
  (change: (reader: Reader) => Reader): Configure =>
  (config) => {
    const { chipReader } = config.devices;
    if (chipReader === undefined) throw new Error('There is no reader.');
    return { ...config, devices: { ...config.devices, chipReader: change(chipReader) } };
  };

/** Field 55 of each payment with a card that goes online, in one run of hex. */
function fieldsOf(card: string, payments: number, configure?: Configure): readonly string[] {
  const world = poweredUp(true, configure);
  const port = chipCards();
  const fields: string[] = [];
  for (let payment = 0; payment < payments; payment++) {
    world.clock.advance(3_000);
    world.does(`insert ${card}`);
    world.clock.advance(1_000);
    const answers: Readonly<Partial<Record<ChipStep['type'], ChipAnswer>>> = {
      'card-read': { type: 'confirmed' },
      'ask-pin': { type: 'pin-entered' },
      'go-online': { type: 'unable-to-go-online' },
    };
    port.start(request(), (step) => {
      if (step.type === 'go-online') fields.push(toHex(step.field55));
      const answer = answers[step.type];
      if (answer !== undefined) world.clock.after(1, () => port.answer(answer));
    });
    world.clock.advance(60_000);
  }
  world.throwSurprise();
  return fields;
}

const SERIAL = '9F1E08';
/** `11115007`, the terminal's number. */
const TERMINAL_NUMBER = '3131313135303037';

test('the host is told what the terminal is, and which', () => {
  const [field] = fieldsOf('chip-credit', 1);
  expect(field).toContain('9F3303E078C8');
  expect(field).toContain('9F350121');
  expect(field).toContain('9F1A020156');
  expect(field).toContain('5F2A020156');
  expect(field).toContain(`${SERIAL}${TERMINAL_NUMBER}`);
});

test('a reader with a serial number of its own goes by that', () => {
  const serial = withReader((reader) => ({ ...reader, serial: 'READER01' }));
  expect(fieldsOf('chip-credit', 1, serial)[0]).toContain(`${SERIAL}5245414445523031`);
});

test('a card never signs the same number twice', () => {
  const numbers = fieldsOf('chip-credit', 3).map((field) => /9F3704([0-9A-F]{8})/.exec(field)?.[1]);
  expect(numbers).toHaveLength(3);
  expect(new Set(numbers).size).toBe(3);
});

const FIRST_TVR_BYTE = /9505(..)/;

/** Of that byte. */
const DDA_FAILED = '08';

test.each<[string, string, Configure]>([
  ['not believed', DDA_FAILED, (config) => config],
  [
    'believed where nobody has said so',
    '00',
    withReader((reader) => ({ ...reader, kernel: { ...reader.kernel, revokedCertificates: [] } })),
  ],
])('an issuer whose certificate is revoked is %s', (_, byte, configure) => {
  const [field = ''] = fieldsOf('chip-revoked-certificate', 1, configure);
  expect(FIRST_TVR_BYTE.exec(field)?.[1]).toBe(byte);
});
