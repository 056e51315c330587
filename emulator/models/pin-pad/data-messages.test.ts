/**
 * MACs and encryption of data (PIN pad sheet 7, 9 and 11).
 *
 * Mutations tried: sequence not looked at, the key of the packet before not compared, the chain begun anew in each
 * packet, the status of an inner packet on the last, zero bytes instead of ASCII zeros in Z66. Each was noticed.
 */
import { describe, expect, test } from 'vitest';
import macs from '../../../fixtures/crypto/macs.json' with { type: 'json' };
import tracks from '../../../fixtures/crypto/tracks.json' with { type: 'json' };
import { Bench, DOUBLE_CLEAR, DOUBLE_WRAPPED, SINGLE_WRAPPED } from './bench.testing.ts';

const MAC_KEY = '7F52E3201FDF045E';

const withKeys = (): Bench => {
  const bench = new Bench();
  bench.load('M', '1', MAC_KEY);
  bench.load('M', '2', DOUBLE_CLEAR);
  bench.load('D', '1', tracks.key);
  bench.load('D', '2', '1122334455667788');
  return bench;
};

/** Packets of `digits` hex digits each, as the terminal must cut and fill them. */
function packets(hex: string, digits: number): readonly { readonly flag: string; readonly text: string }[] {
  const filled = hex.padEnd(Math.ceil(hex.length / 16) * 16, '0');
  const count = Math.ceil(filled.length / digits);
  return Array.from({ length: count }, (_, index) => ({
    flag: `${index === count - 1 ? '6' : '7'}${String(index).padStart(2, '0')}`,
    text: filled.slice(index * digits, (index + 1) * digits),
  }));
}

const withMaster1 = (): Bench => {
  const bench = new Bench();
  bench.send('081');
  return bench;
};

describe('U66', () => {
  test.each(macs.unionPay.flatMap((vector) => [16, 96, 224].map((digits) => ({ ...vector, digits }))))(
    'UnionPay MAC in packets of $digits digits: $name',
    ({ message, field64, digits }) => {
      const bench = withKeys();
      const answers = packets(message, digits).map(({ flag, text }) => bench.ask(`U66${flag}1<FS>X<FS>${text}`));
      expect(answers.slice(0, -1).every((answer) => answer === 'U671')).toBe(true);
      expect(answers.at(-1)?.slice(0, 12)).toBe(`U670${field64}`);
    },
  );

  test('gives all sixteen digits', () => {
    const bench = withKeys();
    const [first = { message: '', mac: '' }] = macs.unionPay;
    const answers = packets(first.message, 224).map(({ flag, text }) => bench.ask(`U66${flag}1<FS>X<FS>${text}`));
    expect(answers).toEqual([`U670${first.mac}`]);
  });

  test('X9.19 with a double-length key', () => {
    expect(withKeys().ask('U666002<FS>3<FS>0000000000000000')).toBe('U6705ED7EA43B6A86C2C');
  });

  test('CBC with a single-length key', () => {
    const bench = new Bench();
    bench.load('M', '1', '1122334455667788');
    const [first, second] = [
      bench.ask('U667001<FS>1<FS>414D5424312E39395449443030303031'),
      bench.ask('U666011<FS>1<FS>5345513030303432'),
    ];
    expect([first, second]).toEqual(['U671', 'U67094FCF6BA4F76A2AD']);
  });

  test.each([
    ['2', 'a job that begins in the middle', 'U666011<FS>X<FS>0000000000000000'],
    ['3', 'an empty slot', 'U666009<FS>X<FS>0000000000000000'],
    ['6', 'an unknown flag', 'U664001<FS>X<FS>0000000000000000'],
    ['7', 'half a block', 'U666001<FS>X<FS>00000000'],
    ['7', 'nothing', 'U666001<FS>X<FS>'],
    ['7', 'no hex', 'U666001<FS>X<FS>000000000000000G'],
    ['9', 'CBC with a double-length key', 'U666002<FS>1<FS>0000000000000000'],
    ['9', 'X9.19 with a single-length key', 'U666001<FS>3<FS>0000000000000000'],
    ['9', 'SM4', 'U666001<FS>S<FS>0000000000000000'],
  ])('status %s for %s', (status, _, text) => {
    expect(withKeys().ask(text)).toBe(`U67${status}`);
  });

  test('the key of tracks is not a key for MACs', () => {
    const bench = new Bench();
    bench.load('D', '1', MAC_KEY);
    expect(bench.ask('U666001<FS>X<FS>0000000000000000')).toBe('U673');
  });
});

describe('a job in packets', () => {
  const begin = 'U667001<FS>X<FS>0000000000000000';
  const next = 'U666011<FS>X<FS>0000000000000000';

  test.each([
    ['2', 'a packet is left out', [begin], 'U666021<FS>X<FS>0000000000000000'],
    ['2', 'a packet comes twice', [begin, 'U667011<FS>X<FS>0000000000000000'], 'U667011<FS>X<FS>0000000000000000'],
    ['2', '72 has ended it', [begin, '72'], next],
    ['2', 'another message has ended it', [begin, 'UVM1'], next],
    ['2', 'an error has ended it', [begin, 'U666011<FS>X<FS>0'], next],
    ['2', 'it has ended', [begin, next], 'U666021<FS>X<FS>0000000000000000'],
    ['3', 'the key changes', [begin], 'U666012<FS>X<FS>0000000000000000'],
  ])('status %s when %s', (status, _, before, text) => {
    const bench = withKeys();
    for (const message of before) bench.ask(message);
    expect(bench.ask(text)).toBe(`U67${status}`);
  });

  test('00 begins another', () => {
    const bench = withKeys();
    bench.ask('U667001<FS>X<FS>FFFFFFFFFFFFFFFF');
    const alone = withKeys().ask('U666001<FS>X<FS>0000000000000000');
    expect(bench.ask('U666001<FS>X<FS>0000000000000000')).toBe(alone);
  });

  test('has at most a hundred packets', () => {
    const bench = withKeys();
    const answers = Array.from({ length: 100 }, (_, index) =>
      bench.ask(`U667${String(index).padStart(2, '0')}1<FS>X<FS>0000000000000000`),
    );
    expect([new Set(answers), bench.ask('U666991<FS>X<FS>0000000000000000')]).toEqual([new Set(['U671']), 'U672']);
  });
});

describe('U64', () => {
  test.each(tracks.encrypted)('encrypts the track block of $name', ({ block, cipher }) => {
    expect(withKeys().ask(`U646001<FS>E<FS><FS>${block}`)).toBe(`U650${cipher}`);
  });

  test('gives the ciphertext of each packet at once', () => {
    const bench = withKeys();
    expect([
      bench.ask('U647001<FS>E<FS><FS>2512101000001234'),
      bench.ask('U646011<FS>E<FS><FS>D251210100000123'),
    ]).toEqual(['U65167214D097C91E284', 'U6500B6690F837576474']);
  });

  test('CBC goes on from packet to packet, and from its start value', () => {
    const bench = withKeys();
    // The last block of a CBC encryption is the CBC-MAC of PIN pad sheet 9.
    expect(bench.ask('U647002<FS>C<FS><FS>414D5424312E39395449443030303031')).toHaveLength(36);
    expect(bench.ask('U646012<FS>C<FS><FS>5345513030303432')).toBe('U65094FCF6BA4F76A2AD');
    expect(bench.ask('U646002<FS>C<FS>414D5424312E3939<FS>0000000000000000')).toBe('U650085CEEB82BC8A6F7');
  });

  test.each([
    ['2', 'a job that begins in the middle', 'U646011<FS>E<FS><FS>0000000000000000'],
    ['3', 'an empty slot', 'U646009<FS>E<FS><FS>0000000000000000'],
    ['6', 'an unknown flag', 'U645001<FS>E<FS><FS>0000000000000000'],
    ['7', 'half a block', 'U646001<FS>E<FS><FS>00000000'],
    ['7', 'more than 192 digits', `U646001<FS>E<FS><FS>${'0'.repeat(208)}`],
    ['9', 'an unknown mode', 'U646001<FS>X<FS><FS>0000000000000000'],
    ['9', 'a start value for ECB', 'U646001<FS>E<FS>0000000000000000<FS>0000000000000000'],
    ['9', 'a short start value', 'U646001<FS>C<FS>00<FS>0000000000000000'],
  ])('status %s for %s', (status, _, text) => {
    expect(withKeys().ask(text)).toBe(`U65${status}`);
  });
});

describe('Z66', () => {
  const key = SINGLE_WRAPPED;
  test.each([
    ['ASCII', `Z664001<FS>${key}<FS><FS>AMT$1.99`, '085CEEB82BC8A6F7'],
    ['ASCII under the selected master', `Z66400<FS>${key}<FS><FS>AMT$1.99`, '085CEEB82BC8A6F7'],
    ['hex', `Z666001<FS>${key}<FS><FS>414D5424312E3939`, '085CEEB82BC8A6F7'],
    ['ASCII, filled by the pad', `Z664001<FS>${key}<FS><FS>AMT$1.9`, '5989B48F4157B293'],
    ['hex, filled by the terminal', `Z666001<FS>${key}<FS><FS>414D5424312E3900`, 'C9D2617A58EA3512'],
    ['the check value of the key', `Z666001<FS>${key}<FS><FS>0000000000000000`, '6FB23EAD0534752B'],
    ['X9.19 with a double-length key', `Z666000<FS>${DOUBLE_WRAPPED}<FS><FS>0000000000000000`, '5ED7EA43B6A86C2C'],
  ])('%s', (_, text, mac) => {
    expect(withMaster1().ask(text)).toBe(`Z670${mac}`);
  });

  test('in two packets', () => {
    const bench = withMaster1();
    expect([
      bench.ask(`Z667001<FS>${key}<FS><FS>414D5424312E39395449443030303031`),
      bench.ask(`Z666011<FS>${key}<FS><FS>5345513030303432`),
    ]).toEqual(['Z671', 'Z67094FCF6BA4F76A2AD']);
  });

  test('takes 224 characters with a double-length key, in a frame of more than 255', () => {
    expect(new Bench().ask(`Z664000<FS>${DOUBLE_WRAPPED}<FS><FS>${'A'.repeat(224)}`)).toMatch(/^Z670[\dA-F]{16}$/);
  });

  test.each([
    ['2', 'a job that begins in the middle', `Z666011<FS>${key}<FS><FS>0000000000000000`],
    ['3', 'an empty slot', `Z666005<FS>${key}<FS><FS>0000000000000000`],
    ['4', 'a second key', `Z666001<FS>${key}<FS>0<FS>0000000000000000`],
    ['6', 'a flag of unknown meaning', `Z663001<FS>${key}<FS><FS>0000000000000000`],
    ['7', 'half a block with more to come', `Z667001<FS>${key}<FS><FS>00000000`],
    ['7', 'no hex', `Z666001<FS>${key}<FS><FS>AMT`],
    ['7', 'nothing', `Z666001<FS>${key}<FS><FS>`],
    ['7', 'more than 224 characters', `Z664001<FS>${key}<FS><FS>${'A'.repeat(225)}`],
    ['8', 'a key longer than its master', `Z666001<FS>${DOUBLE_WRAPPED}<FS><FS>0000000000000000`],
    ['8', 'a key that is no hex', `Z666001<FS>GGGGGGGGGGGGGGGG<FS><FS>0000000000000000`],
  ])('status %s for %s', (status, _, text) => {
    expect(withMaster1().ask(text)).toBe(`Z67${status}`);
  });
});
