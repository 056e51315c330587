/**
 * The line between the terminal and the PIN pad: who acknowledges what, who repeats, who gives up (PIN pad sheet 2, 10).
 *
 * Mutations tried: EOT after transactions too, two sends instead of three, four NAKs, commit at the reply instead of at
 * its ACK, the job kept across other messages, 72 acknowledged during an entry, frames refused during an entry, the
 * timer of a dropped answer left running, unknown messages ignored. Each was noticed.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Surprise } from '../model.ts';
import { encodeFrame } from './frame.ts';
import { ACK, Bench, DOUBLE_CLEAR, EOT, NAK, PAN, saw, SINGLE_WRAPPED, wrote } from './bench.testing.ts';

const pinRequest = `U60.${PAN}<FS>10412Y<FS>060<FS>88.00`;
const withPinKey = (): Bench => {
  const bench = new Bench();
  bench.load('P', '1', DOUBLE_CLEAR);
  return bench;
};

const answered = (): Bench => {
  const bench = new Bench();
  bench.send('040');
  return bench;
};

describe('an exchange', () => {
  test('a request is acknowledged and answered, and the answer is watched', () => {
    expect(new Bench().send('UC')).toEqual([ACK, '[UC1<FS>DTS<FS>0255<FS>PMD]', 'arm reply 5000']);
  });

  test('of SI … SO ends with the EOT of the pad', () => {
    const bench = new Bench();
    bench.send('UC');
    expect(bench.raw('06')).toEqual(['disarm reply', EOT]);
  });

  test('of STX … ETX ends with the ACK of the terminal', () => {
    const bench = new Bench();
    bench.send('Z666000<FS><FS><FS>0000000000000000');
    expect(bench.raw('06')).toEqual(['disarm reply']);
  });

  test('a damaged request is refused', () => {
    expect(new Bench().raw('0F55430E19')).toEqual([NAK]);
  });

  test('ACK, NAK and EOT that belong to nothing are nothing', () => {
    expect(new Bench().raw('06150415')).toEqual([]);
  });
});

describe('an answer that does not arrive', () => {
  test('is repeated twice after five seconds each, then the pad leaves', () => {
    const bench = answered();
    const again = ['[04F]', 'arm reply 5000'];
    expect([1, 2, 3].map(() => bench.elapsed('reply'))).toEqual([again, again, ['disarm reply', EOT]]);
    expect(bench.elapsed('reply')).toEqual([]);
  });

  test('is repeated on NAK, and the third is answered by EOT', () => {
    const bench = answered();
    const again = ['[04F]', 'arm reply 5000'];
    expect([1, 2, 3].map(() => bench.raw('15'))).toEqual([again, again, ['disarm reply', EOT]]);
  });

  test('is dropped when the terminal says EOT', () => {
    const bench = answered();
    expect([bench.raw('04'), bench.raw('06')]).toEqual([['disarm reply'], []]);
  });

  test('gives way to the next request, also to the same again', () => {
    const bench = answered();
    expect(bench.send('040')).toEqual(['disarm reply', ACK, '[04F]', 'arm reply 5000']);
  });
});

describe('half a frame', () => {
  test('is forgotten when the rest does not come', () => {
    const bench = new Bench();
    expect(bench.raw('0F55')).toEqual(['arm inter-byte 500']);
    bench.elapsed('inter-byte');
    expect(wrote(bench.send('040'))).toEqual([ACK, '[04F]']);
  });

  test('without that pause swallows the next frame, which is refused', () => {
    const bench = new Bench();
    bench.raw('0F55');
    expect(wrote(bench.send('040'))).toEqual([NAK]);
  });

  test('that is completed stops the timer', () => {
    const bench = new Bench();
    bench.raw('0F55');
    expect(bench.raw('430E18')).toContain('disarm inter-byte');
  });
});

describe('what gets an ACK and nothing else', () => {
  test.each([
    ['another envelope than its own', 'UC', 'transaction'],
    ['another envelope than its own', '72', 'administration'],
    ['a message of the family that this pad has not', 'Z42030', 'transaction'],
    ['a key string', `70.${PAN}<FS>${SINGLE_WRAPPED}88.00`, 'transaction'],
    ['a wrong length', '06x', 'administration'],
    ['a slot that is none', '04A', 'administration'],
    ['a frame of more than 255', `U666001<FS>X<FS>${'0'.repeat(256)}`, 'transaction'],
    ['a missing separator', `U60.${PAN}10412Y060`, 'transaction'],
  ] as const)('%s: %s', (_, text, envelope) => {
    expect(new Bench().send(text, envelope)).toEqual([ACK]);
  });
});

describe('a message that no pad of the family knows', () => {
  test.each(['U99', 'XX', '', 'U61.C', '71.00001'])('%j fails the run', (body) => {
    expect(() => new Bench().send(body)).toThrow(Surprise);
  });

  test('is named by its first two characters, because the rest may be card data', () => {
    expect(() => new Bench().send(`X7${PAN}`)).toThrow(/"X7"/);
    expect(() => new Bench().send(`X7${PAN}`)).not.toThrow(/6212/);
  });

  test('is acknowledged and ignored on a wire with faults', () => {
    expect(new Bench({ unknownMessages: 'ignored' }).send('U99')).toEqual([ACK]);
  });
});

describe('during a PIN entry', () => {
  const entering = (): Bench => {
    const bench = withPinKey();
    bench.send(pinRequest);
    bench.press('1', '2', '3', '4');
    return bench;
  };

  test.each([pinRequest, 'UC', 'Z1'])('%s is acknowledged and does nothing', (text) => {
    const bench = entering();
    expect(bench.send(text)).toEqual([ACK]);
    expect(wrote(bench.press('enter'))).toEqual(['U61.00401FA274AB66F4D9E09']);
  });

  test('72 ends it with EOT', () => {
    const bench = entering();
    expect(bench.send('72')).toEqual(['disarm entry', EOT, 'sees idle']);
    expect([bench.press('enter'), bench.elapsed('entry')]).toEqual([[], []]);
  });

  test('a damaged frame is refused and the entry goes on', () => {
    const bench = entering();
    expect(bench.raw('0237320307')).toEqual([NAK]);
    expect(wrote(bench.press('enter'))).toHaveLength(1);
  });

  test.each(['06', '15', '04'])('a lone %s does nothing', (hex) => {
    expect(entering().raw(hex)).toEqual([]);
  });

  test('an unknown message still fails the run', () => {
    expect(() => entering().send('U99')).toThrow(Surprise);
  });

  test('a cut of the mains forgets it and keeps the keys', () => {
    const bench = entering();
    expect(saw(bench.powerCycle())).toEqual(['idle']);
    expect(bench.press('enter')).toEqual([]);
    expect(bench.ask('UVP1')).toBe('[UV0T2<FS>5ED7EA43]');
  });
});

describe('72 and Z1', () => {
  test.each(['72', 'Z1'])('%s at rest is acknowledged', (text) => {
    expect(new Bench().send(text)).toEqual([ACK, 'sees idle']);
  });

  test('72 drops an answer that waits for its ACK', () => {
    const bench = new Bench();
    bench.send('040');
    expect(bench.send('72')).toEqual(['disarm reply', ACK, 'sees idle']);
  });
});

describe('the display', () => {
  test('Z2 writes from the start after SUB and goes on without', () => {
    const bench = new Bench();
    bench.send('Z2old');
    expect([bench.send('Z2<SUB>HELLO'), bench.send('Z2 WORLD')]).toEqual([
      [ACK, 'sees text "HELLO"'],
      [ACK, 'sees text "HELLO WORLD"'],
    ]);
  });

  test.each(['Z2', `Z2${'A'.repeat(65)}`, 'Z2<GS>001', 'Z2<RS>001<SUB>'])('%s shows nothing', (text) => {
    expect(new Bench().send(text)).toEqual([ACK]);
  });

  test('Z1 clears it', () => {
    const bench = new Bench();
    bench.send('Z2A');
    bench.send('Z1');
    expect(saw(bench.send('Z2B'))).toEqual(['text "B"']);
  });
});

test('any chunking of a session gives the same answers', () => {
  const session = [
    encodeFrame('administration', 'UC'),
    Uint8Array.of(0x15, 0x06),
    encodeFrame('transaction', 'Z667000\u001c\u001c\u001c0011223344556677'),
    Uint8Array.of(0x06),
    encodeFrame('transaction', 'Z666010\u001c\u001c\u001c8899AABBCCDDEEFF'),
    Uint8Array.of(0x06),
    encodeFrame('administration', '045'),
  ];
  const bytes = Uint8Array.from(session.flatMap((part) => [...part]));
  const whole = wrote(new Bench().bytes(bytes));
  expect(whole).toHaveLength(10);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 12 })), (sizes) => {
      const bench = new Bench();
      const actions: string[] = [];
      let start = 0;
      for (const size of [...sizes, bytes.length]) {
        actions.push(...bench.bytes(bytes.slice(start, start + size)));
        start += size;
      }
      expect(wrote(actions)).toEqual(whole);
    }),
  );
});

/** Frames that begin with every id the pad has, and go on with anything. */
const nearlyMessages = fc
  .tuple(
    fc.constantFrom(
      '01',
      '02',
      '04',
      '05',
      '06',
      '07',
      '08',
      'UC',
      'UK',
      'UV',
      'U60',
      'U64',
      'U66',
      'Z60',
      'Z62',
      'Z63',
    ),
    fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFXYNPMDT.\u001c'.split('')), maxLength: 80 }),
    fc.constantFrom('transaction' as const, 'administration' as const),
  )
  .map(([id, rest, envelope]) => encodeFrame(envelope, id + rest));

test('garbage, half messages, keys and timers in any order never throw', () => {
  const event = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => (bench: Bench) => bench.bytes(bytes)),
    nearlyMessages.map((bytes) => (bench: Bench) => bench.bytes(bytes)),
    fc.constantFrom('06', '15', '04').map((hex) => (bench: Bench) => bench.raw(hex)),
    fc.constantFrom('1', 'enter', 'clear', 'cancel').map((key) => (bench: Bench) => bench.press(key)),
    fc.constantFrom('inter-byte', 'reply', 'entry', 'end').map((timer) => (bench: Bench) => bench.elapsed(timer)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const bench = new Bench({ unknownMessages: 'ignored' });
      for (const happen of events) happen(bench);
      // Whatever was before, a pause and 72 bring it to rest.
      bench.elapsed('inter-byte');
      bench.send('72');
      expect(wrote(bench.send('UC'))[0]).toBe(ACK);
    }),
  );
});
