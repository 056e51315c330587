/**
 * The port against a stand-in that keeps to the sheet.
 *
 * Mutations that these tests caught: U60 begun again without 72; no 72 after a failed entry; a MAC job not begun again
 * out of sequence; check value of the answer not compared; answer from inside `cancelPin`; queued entries not cancelled;
 * no bound on the queue; second answer after the line closed.
 */
import { describe, expect, test } from 'vitest';
import { Bug } from '../../domain/result.ts';
import { Secret } from '../../domain/secret.ts';
import { cable, type Tamper } from '../testing/memory-line.ts';
import { fakeMac, fakePinBlock, StandInPinPad, type StandInOptions } from '../testing/stand-in-pin-pad.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { JOBS_MAX } from './jobs.ts';
import { openPinPad } from './pin-pad.ts';
import type { Cipher, PinPad, PinRequest, WorkingKey } from './port-types.ts';

const PAN = '6222021234567894';
const KEY: WorkingKey = {
  usage: 'M',
  algorithm: 'D',
  encrypted: Secret.of('C9E3E3B489B520FE', 'KEY'),
  checkValue: '666CB203',
};
const ENTRY: PinRequest = {
  pan: Secret.of(PAN, 'PAN'),
  amountText: '12.34',
  lengthMin: 4,
  lengthMax: 12,
  bypassAllowed: true,
  timeoutSeconds: 60,
};

interface Bench {
  readonly clock: VirtualClock;
  readonly pinPad: PinPad;
  readonly device: StandInPinPad;
  /** Everything that was answered, in order. */
  readonly answers: unknown[];
  readonly logged: unknown[];
  readonly answer: (answer: unknown) => void;
  readonly unplug: (reason: string) => void;
}

function bench(options: StandInOptions = {}, tamper?: Tamper, cipher: Cipher = 'des'): Bench {
  const clock = new VirtualClock();
  const line = cable(clock, tamper);
  const device = new StandInPinPad(line.device, clock, options);
  const logged: unknown[] = [];
  const log = { warn: (fields: unknown) => logged.push(fields) };
  const pinPad = openPinPad({ line: line.terminal, clock, masterKeySlot: 0, cipher, log });
  const answers: unknown[] = [];
  return {
    clock,
    pinPad,
    device,
    answers,
    logged,
    answer: (answer) => answers.push(answer),
    unplug: (reason) => line.unplug(reason),
  };
}

/** Loses the writes of one side by their number, counted from 1. */
function loses(from: 'terminal' | 'device', ...numbers: readonly number[]): Tamper {
  let count = 0;
  return (bytes, side) => (side === from && numbers.includes(++count) ? new Uint8Array() : bytes);
}

const loseAll: Tamper = () => new Uint8Array();

const failed = (reason: string, detail: string): unknown => ({ type: 'failed', failure: { reason, detail } });
const ENTERED = { type: 'entered', pinBlock: expect.any(Secret) };

/** Ids of what the PIN pad acted upon. */
const ids = (device: StandInPinPad): readonly string[] => device.executed.map((text) => text.slice(0, 3));

describe('loading a key', () => {
  test('gives the PIN pad the key and its check value', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.loadKey(KEY, answer);
    expect(answers).toEqual([]);
    clock.pass(100);
    expect(answers).toEqual([{ type: 'loaded' }]);
    expect(device.executed).toEqual(['UK02MD1\u001cC9E3E3B489B520FE\u001c666CB203']);
  });

  test.each([
    ['a mismatch', 'UK1', { type: 'check-value-mismatch' }],
    ['another check value', 'UK0\u001c00000000', { type: 'check-value-mismatch' }],
    ['an empty master key slot', 'UK2', failed('refused', 'UK: the master key slot is empty')],
    ['nonsense', 'UK?', failed('refused', 'UK: not understood')],
  ])('reports %s', (_, text, expected) => {
    const { pinPad, clock, answers, answer } = bench({ answer: () => text });
    pinPad.loadKey(KEY, answer);
    clock.pass(100);
    expect(answers).toEqual([expected]);
  });

  test('does not send a key that is none', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.loadKey({ ...KEY, encrypted: Secret.of('C9E3', 'KEY') }, answer);
    expect(answers).toEqual([]);
    clock.pass(100);
    expect(answers).toEqual([failed('refused', 'UK: the encrypted key is not 16 or 32 hex digits')]);
    expect(device.executed).toEqual([]);
  });

  test('fails within four seconds when nobody is there', () => {
    const { pinPad, clock, answers, answer } = bench({}, loseAll);
    pinPad.loadKey(KEY, answer);
    clock.pass(4_000);
    expect(answers).toEqual([failed('no-answer', 'UK: ack-timeout')]);
  });

  test('does not mind that the last EOT is lost', () => {
    const { pinPad, clock, answers, answer } = bench({}, loses('device', 3));
    pinPad.loadKey(KEY, answer);
    clock.pass(3_000);
    expect(answers).toEqual([{ type: 'loaded' }]);
  });
});

describe('PIN entry', () => {
  test('gives the block, as a secret', () => {
    const { pinPad, clock, device, answers } = bench();
    pinPad.enterPin(ENTRY, (answer) => answers.push(answer.type === 'entered' ? answer.pinBlock.reveal() : answer));
    clock.pass(2_900);
    expect(answers).toEqual([]);
    clock.pass(200);
    expect(answers).toEqual([fakePinBlock(PAN)]);
    expect(device.executed).toEqual([`U60.${PAN}\u001c10412Y\u001c060\u001c12.34`]);
  });

  test.each([
    ['a bypass', 'U61.B0001', { type: 'bypassed' }],
    ['the cardholder’s cancel', 'U61.C', { type: 'cancelled' }],
    ['a timeout', 'U61.T', { type: 'timed-out' }],
    ['the rate limit', 'U61.L', failed('refused', 'U61: too many PIN entries in a short time')],
    ['an error', 'U61.E9', failed('refused', 'U61: error 9')],
  ])('reports %s', (_, text, expected) => {
    const { pinPad, clock, answers, answer } = bench({ answer: () => text });
    pinPad.enterPin(ENTRY, answer);
    clock.pass(100);
    expect(answers).toEqual([expected]);
  });

  test('refuses a bypass that was not offered', () => {
    const { pinPad, clock, answers, answer } = bench({ answer: () => 'U61.B0001' });
    pinPad.enterPin({ ...ENTRY, bypassAllowed: false }, answer);
    clock.pass(100);
    expect(answers).toEqual([failed('refused', 'U61: bypass was not offered')]);
  });

  test('is cancelled by the terminal, which waits until the PIN pad says so', () => {
    const { pinPad, clock, device, answers, answer, logged } = bench();
    pinPad.enterPin(ENTRY, answer);
    clock.pass(1_000);
    pinPad.cancelPin();
    expect(answers).toEqual([]);
    clock.pass(100);
    expect(answers).toEqual([{ type: 'cancelled' }]);
    expect(logged).toEqual([]);
    expect(device.entries).toEqual([{ pan: PAN, end: 'cancelled' }]);
  });

  test('is cancelled even if nobody is there to hear it', () => {
    const { pinPad, clock, answers, answer } = bench({}, loseAll);
    pinPad.enterPin(ENTRY, answer);
    clock.pass(500);
    pinPad.cancelPin();
    pinPad.cancelPin();
    clock.pass(4_000);
    expect(answers).toEqual([{ type: 'cancelled' }]);
  });

  test('is cancelled while it waits its turn', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.mac(Uint8Array.of(1), () => {});
    pinPad.enterPin(ENTRY, answer);
    pinPad.cancelPin();
    expect(answers).toEqual([]);
    clock.pass(100);
    expect(answers).toEqual([{ type: 'cancelled' }]);
    expect(device.entries).toEqual([]);
  });

  test('is cancelled while the PIN pad is being told to begin anew', () => {
    const { pinPad, clock, device, answers, answer } = bench({}, loses('device', 1));
    pinPad.enterPin(ENTRY, answer);
    clock.pass(1_003);
    pinPad.cancelPin();
    clock.pass(5_000);
    expect(answers).toEqual([{ type: 'cancelled' }]);
    expect(device.entries).toEqual([{ pan: PAN, end: 'cancelled' }]);
  });

  test('cancelling nothing does nothing', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.cancelPin();
    pinPad.mac(Uint8Array.of(1), answer);
    pinPad.cancelPin();
    clock.pass(100);
    expect(answers).toMatchObject([{ ok: true }]);
    expect(ids(device)).toEqual(['U66']);
  });

  test('is not begun twice when its ACK is lost: it is ended, then begun anew', () => {
    const { pinPad, clock, device, answers, answer } = bench({}, loses('device', 1));
    pinPad.enterPin(ENTRY, answer);
    clock.pass(10_000);
    expect(answers).toEqual([ENTERED]);
    expect(ids(device)).toEqual(['U60', '72', 'U60']);
    expect(device.entries.map(({ end }) => end)).toEqual(['cancelled', 'completed']);
  });

  test('is begun when the request itself was lost', () => {
    const { pinPad, clock, device, answers, answer } = bench({}, loses('terminal', 1));
    pinPad.enterPin(ENTRY, answer);
    clock.pass(10_000);
    expect(answers).toEqual([ENTERED]);
    expect(ids(device)).toEqual(['72', 'U60']);
  });

  test('is begun anew only once', () => {
    // Every ACK of U60 is lost; what answers 72 arrives.
    const { pinPad, clock, device, answers, answer } = bench({}, loses('device', 1, 3));
    pinPad.enterPin(ENTRY, answer);
    clock.pass(20_000);
    expect(answers).toEqual([failed('no-answer', 'U60: ack-timeout')]);
    expect(device.entries.map(({ end }) => end)).toEqual(['cancelled', 'cancelled']);
  });

  test('fails within about four seconds when nobody is there', () => {
    const { pinPad, clock, answers, answer } = bench({}, loseAll);
    pinPad.enterPin(ENTRY, answer);
    clock.pass(4_100);
    expect(answers).toEqual([failed('no-answer', 'U60: ack-timeout')]);
  });

  test('that never ends is ended five seconds after its time', () => {
    const { pinPad, clock, device, answers, answer } = bench({ typingMs: 1e9 });
    pinPad.enterPin({ ...ENTRY, timeoutSeconds: 30 }, answer);
    clock.pass(34_900);
    expect(answers).toEqual([]);
    clock.pass(200);
    expect(answers).toEqual([failed('no-answer', 'U60: reply-timeout')]);
    expect(device.entries).toEqual([{ pan: PAN, end: 'cancelled' }]);
  });

  test('that the PIN pad ends with EOT is followed by 72', () => {
    const { pinPad, clock, device, answers, answer } = bench({
      answer: (text) => (text.startsWith('U60') ? 'eot' : undefined),
    });
    pinPad.enterPin(ENTRY, answer);
    clock.pass(100);
    expect(answers).toEqual([failed('refused', 'U60: ended-by-eot')]);
    expect(ids(device)).toEqual(['U60', '72']);
  });

  test.each([[{ deafWhileReplying: true }], [{ deafWhileReplying: false }]])(
    'is over when its reply is here, although our ACK is lost (%j)',
    (options) => {
      // Two writes of the terminal: the request, then the ACK of its reply.
      const { pinPad, clock, answers, answer, device } = bench(options, loses('terminal', 2));
      pinPad.enterPin(ENTRY, answer);
      pinPad.mac(Uint8Array.of(1), answer);
      clock.pass(20_000);
      expect(answers).toEqual([ENTERED, { ok: true, value: fakeMac('0100000000000000') }]);
      expect(device.entries).toHaveLength(1);
    },
  );

  test('a reply that is repeated after the end is answered, and not processed again', () => {
    const { pinPad, clock, answers, answer, logged } = bench({}, loses('terminal', 2));
    pinPad.enterPin(ENTRY, answer);
    clock.pass(30_000);
    expect(answers).toEqual([ENTERED]);
    expect(logged).toEqual([]);
  });
});

describe('a MAC', () => {
  const data = Uint8Array.from({ length: 200 }, (_, index) => index);
  const hex = Array.from(data, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
  const done = { ok: true, value: fakeMac(hex) };

  test('is made in packets', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.mac(data, answer);
    clock.pass(100);
    expect(answers).toEqual([done]);
    expect(device.executed.map((text) => text.slice(0, 7))).toEqual(['U667002', 'U667012', 'U666022']);
  });

  test('is begun again when the PIN pad lost the sequence', () => {
    let refusals = 1;
    const { pinPad, clock, device, answers, answer } = bench({
      answer: (text) => (text.startsWith('U66701') && refusals-- > 0 ? 'U672' : undefined),
    });
    pinPad.mac(data, answer);
    clock.pass(1_000);
    expect(answers).toEqual([done]);
    expect(ids(device)).toEqual(['U66', 'U66', '72', 'U66', 'U66', 'U66']);
  });

  test('is begun again only once', () => {
    const { pinPad, clock, answers, answer } = bench({
      answer: (text) => (text.startsWith('U66701') ? 'U672' : undefined),
    });
    pinPad.mac(data, answer);
    clock.pass(1_000);
    expect(answers).toEqual([{ ok: false, error: { reason: 'refused', detail: 'U67: packet out of sequence' } }]);
  });

  test.each([
    ['the ACK of a packet', 'device', 3],
    ['a packet', 'terminal', 3],
    ['a reply, which the PIN pad repeats', 'device', 2],
  ] as const)('survives the loss of %s', (_, side, number) => {
    const { pinPad, clock, answers, answer } = bench({}, loses(side, number));
    pinPad.mac(data, answer);
    clock.pass(20_000);
    expect(answers).toEqual([done]);
  });

  test('is asked for again at once when it comes damaged', () => {
    let writes = 0;
    const damage: Tamper = (bytes, side) =>
      side === 'device' && ++writes === 2 ? bytes.map((byte, index) => (index === 4 ? byte ^ 8 : byte)) : bytes;
    const { pinPad, clock, device, answers, answer, logged } = bench({}, damage);
    pinPad.mac(data, answer);
    clock.pass(500);
    expect(answers).toEqual([done]);
    expect(ids(device)).toEqual(['U66', 'U66', 'U66']);
    expect(logged[0]).toEqual({ event: 'pin-pad-bytes-discarded', reason: 'bad-lrc', bytes: 1 });
  });

  test.each([
    ['no key', 'U673', 'U67: no key in the slot'],
    ['ready for more after the last', 'U671', 'U66: answered for another packet'],
  ])('reports %s', (_, text, detail) => {
    const { pinPad, clock, answers, answer } = bench({ answer: () => text });
    pinPad.mac(Uint8Array.of(1), answer);
    clock.pass(100);
    expect(answers).toEqual([{ ok: false, error: { reason: 'refused', detail } }]);
  });

  test('fails in bounded time when the PIN pad acknowledges and says nothing', () => {
    const { pinPad, clock, answers, answer } = bench({ answer: (text) => (text === '72' ? undefined : 'silence') });
    pinPad.mac(data, answer);
    clock.pass(13_000);
    expect(answers).toEqual([{ ok: false, error: { reason: 'no-answer', detail: 'U66: reply-timeout' } }]);
  });

  test('a block of the track is enciphered', () => {
    const { pinPad, clock, answers, answer } = bench();
    pinPad.encryptTrackBlock(Secret.of('2512101000001234', 'TRACK'), answer);
    clock.pass(100);
    expect(answers).toEqual([{ ok: true, value: fakeMac('2512101000001234') }]);
  });
});

describe('the algorithm of the PIN key', () => {
  test.each([
    ['UV0T2\u001c5ED7EA43', { ok: true, value: 'T' }],
    ['UV0D1\u001c6FB23EAD', { ok: true, value: 'D' }],
    ['UV2', { ok: false, error: { reason: 'refused', detail: 'UV: no key in the slot' } }],
  ])('is what the PIN pad says: %j', (reply, expected) => {
    const { pinPad, clock, device, answers, answer } = bench({ answer: () => reply });
    pinPad.pinKeyAlgorithm(answer);
    expect(answers).toEqual([]);
    clock.pass(100);
    expect([answers, device.executed]).toEqual([[expected], ['UVP1']]);
  });

  test('fails when nobody is there', () => {
    const { pinPad, clock, answers, answer } = bench({}, loseAll);
    pinPad.pinKeyAlgorithm(answer);
    clock.pass(10_000);
    expect(answers).toMatchObject([{ ok: false, error: { reason: 'no-answer' } }]);
  });
});

describe('requests', () => {
  test('wait for each other and are answered in order', () => {
    const { pinPad, clock, device, answers, answer } = bench();
    pinPad.enterPin(ENTRY, (given) => answer(given.type));
    pinPad.loadKey(KEY, (given) => answer(given.type));
    pinPad.mac(Uint8Array.of(1), (given) => answer(given.ok));
    clock.pass(5_000);
    expect(answers).toEqual(['entered', 'loaded', true]);
    expect(ids(device)).toEqual(['U60', 'UK0', 'U66']);
  });

  test('may be made from inside an answer', () => {
    const { pinPad, clock, answers, answer } = bench();
    pinPad.mac(Uint8Array.of(1), () => pinPad.mac(Uint8Array.of(2), answer));
    clock.pass(100);
    expect(answers).toEqual([{ ok: true, value: fakeMac('0200000000000000') }]);
  });

  test('beyond the bound are refused, later', () => {
    const { pinPad, clock, answers, answer } = bench();
    for (let count = 0; count < JOBS_MAX; count++) pinPad.mac(Uint8Array.of(1), () => {});
    pinPad.mac(Uint8Array.of(1), answer);
    expect(answers).toEqual([]);
    clock.pass(0);
    expect(answers).toEqual([{ ok: false, error: { reason: 'refused', detail: 'U66: 8 requests wait already' } }]);
  });

  test('fail when the line closes, under way, waiting and later, each once', () => {
    const { pinPad, clock, answers, answer, unplug } = bench();
    pinPad.loadKey(KEY, answer);
    pinPad.enterPin(ENTRY, answer);
    clock.pass(1);
    unplug('pulled out');
    const closed = [failed('line-closed', 'UK: pulled out'), failed('line-closed', 'U60: pulled out')];
    expect(answers).toEqual(closed);
    pinPad.mac(Uint8Array.of(1), answer);
    expect(answers).toEqual(closed);
    pinPad.cancelPin();
    clock.pass(100_000);
    expect(answers).toEqual([...closed, { ok: false, error: { reason: 'line-closed', detail: 'U66: pulled out' } }]);
  });

  test('a master key slot that does not exist is a bug', () => {
    const clock = new VirtualClock();
    expect(() => openPinPad({ line: cable(clock).terminal, clock, masterKeySlot: 10 })).toThrow(Bug);
  });
});

test('nothing secret is in an answer or in the log, whatever goes wrong', () => {
  const replies = [`U61.00601${PAN}`, `U61.E${PAN}`, `U67${PAN}`, `UK${PAN}`, 'silence', 'eot'];
  const said = replies.map((reply) => {
    const { pinPad, clock, answers, answer, logged } = bench({ answer: (text) => (text === '72' ? undefined : reply) });
    pinPad.loadKey(KEY, answer);
    pinPad.enterPin(ENTRY, answer);
    pinPad.mac(new TextEncoder().encode(PAN), answer);
    pinPad.encryptTrackBlock(Secret.of(PAN, 'TRACK'), answer);
    clock.pass(200_000);
    expect(answers).toHaveLength(4);
    return JSON.stringify([answers, logged]);
  });
  expect(said.join()).not.toMatch(new RegExp(`${PAN}|C9E3E3B4|\\d{9}`));
});

describe('a terminal of SM4 keys', () => {
  const SM4_KEY: WorkingKey = {
    usage: 'M',
    algorithm: 'S',
    encrypted: Secret.of('3D66234C49E4296FF9C78D8BACBD6A76', 'KEY'),
    checkValue: '861E83E3',
  };
  const BLOCK = '440A141D395D771D6A4E174D5E879171';
  const answering = (text: string): StandInOptions => ({ answer: () => text });

  test('loads them', () => {
    const { pinPad, clock, device, answers, answer } = bench({}, undefined, 'sm4');
    pinPad.loadKey(SM4_KEY, answer);
    clock.pass(100);
    expect(answers).toEqual([{ type: 'loaded' }]);
    expect(device.executed).toEqual(['UK02MS2\u001c3D66234C49E4296FF9C78D8BACBD6A76\u001c861E83E3']);
  });

  test.each([
    ['sm4', KEY, 'UK: a key of algorithm D came to a terminal of sm4 keys'],
    ['des', SM4_KEY, 'UK: a key of algorithm S came to a terminal of des keys'],
  ] as const)('with %s a key of the other cipher is not even sent', (cipher, key, detail) => {
    const { pinPad, clock, device, answers, answer } = bench({}, undefined, cipher);
    pinPad.loadKey(key, answer);
    clock.pass(100);
    expect([answers, device.executed]).toEqual([[failed('refused', detail)], []]);
  });

  test('gets the first sixteen digits of a MAC', () => {
    const { pinPad, clock, device, answers, answer } = bench(answering(`U670${BLOCK}`), undefined, 'sm4');
    pinPad.mac(Uint8Array.of(1), answer);
    clock.pass(100);
    expect(answers).toEqual([{ ok: true, value: BLOCK.slice(0, 16) }]);
    expect(device.executed).toEqual([`U666002\u001cS\u001c01${'0'.repeat(30)}`]);
  });

  test('encrypts a track block of 32 digits', () => {
    const { pinPad, clock, answers, answer } = bench(answering(`U650${BLOCK}`), undefined, 'sm4');
    pinPad.encryptTrackBlock(Secret.of('021234567890123D2512101000001234', 'TRACK'), answer);
    clock.pass(100);
    expect(answers).toEqual([{ ok: true, value: BLOCK }]);
  });

  test('gets a PIN block of 32 digits', () => {
    const { pinPad, clock, answers } = bench(answering(`U61.00601${BLOCK}`), undefined, 'sm4');
    pinPad.enterPin(ENTRY, (answer) => answers.push(answer.type === 'entered' ? answer.pinBlock.reveal() : answer));
    clock.pass(100);
    expect(answers).toEqual([BLOCK]);
  });
});
