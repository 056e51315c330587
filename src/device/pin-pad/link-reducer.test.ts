/**
 * Mutations that these tests caught: entries repeated blindly; ACK of a stray frame instead of EOT; no ACK for a repeated
 * reply; one send too many; EOT taken for the answer of the exchange after; `echo` not compared; no end without EOT.
 */
import { describe, expect, test } from 'vitest';
import { Bug } from '../../domain/result.ts';
import { IDLE, type LinkEffect, type LinkInput, type LinkState, next } from './link-reducer.ts';
import { type MessageRow, MESSAGES } from './message-table.ts';

/** Inputs by name; a frame is its text after `<` (STX) or `[` (SI). */
function input(token: string, row: MessageRow): LinkInput {
  switch (token) {
    case 'send':
      return { type: 'send', exchange: { row, text: `${row.id}...`, replyTimeoutMs: 7000 } };
    case 'written':
    case 'ack':
    case 'nak':
    case 'eot':
    case 'garbled':
    case 'elapsed':
    case 'abandon':
      return { type: token };
    default:
      return { type: 'frame', envelope: token.startsWith('<') ? 'STX' : 'SI', text: token.slice(1) };
  }
}

function output(effect: LinkEffect): string {
  switch (effect.type) {
    case 'writeFrame':
      return effect.exchange.row.id;
    case 'writeByte':
      return effect.byte.toUpperCase();
    case 'arm':
      return `${effect.ms}`;
    case 'disarm':
      return '-';
    case 'succeeded':
      return `ok(${effect.text})`;
    case 'failed':
      return effect.reason;
    case 'unexpected':
      return 'unexpected';
  }
}

/** Plays the inputs, and gives what came of the last one. */
function play(
  row: MessageRow,
  tokens: string,
  from: LinkState = IDLE,
): { readonly state: LinkState; readonly last: string } {
  let state = from;
  let last: readonly LinkEffect[] = [];
  for (const token of tokens.split(' ')) [state, last] = next(state, input(token, row));
  return { state, last: last.map(output).join(' ') };
}

const { mac, loadKey, pin, cancel, selectMasterKey, loadMasterKey } = MESSAGES;

test.each<[string, MessageRow, string, string]>([
  ['a frame goes out, and has time to leave', mac, 'send', 'U66 4000'],
  ['the time for the ACK begins when it has left', mac, 'send written', '1000'],
  ['a frame that does not leave', mac, 'send elapsed', 'EOT - write-stalled'],
  ['ACK, then the time for the reply', mac, 'send written ack', '7000'],
  ['a reply of a transaction ends it', mac, 'send written ack <U670A', 'ACK - ok(U670A)'],
  ['a reply without the ACK before it', mac, 'send written <U670A', 'ACK - ok(U670A)'],
  ['a reply in the wrong envelope', mac, 'send written ack [U670A', 'EOT unexpected'],
  ['a reply to something else', mac, 'send written ack <U61.C', 'EOT unexpected'],
  ['silence repeats what may be repeated', mac, 'send written elapsed', 'U66 4000'],
  ['and again', mac, 'send written elapsed written elapsed', 'U66 4000'],
  ['but not more', mac, 'send written elapsed written elapsed written elapsed', 'EOT - ack-timeout'],
  ['NAK repeats', mac, 'send written nak', 'U66 4000'],
  ['three NAKs are enough', mac, 'send written nak written nak written nak', 'EOT - nak-limit'],
  ['an entry is not repeated after silence', pin, 'send written elapsed', 'EOT - ack-timeout'],
  ['an entry is not repeated after NAK', pin, 'send written nak', 'EOT - nak-limit'],
  ['a garbled reply is asked for again', mac, 'send written ack garbled', 'NAK'],
  ['three times', mac, 'send written ack garbled garbled garbled', 'NAK'],
  ['and then no more', mac, 'send written ack garbled garbled garbled garbled', 'EOT - garbled'],
  ['no reply', mac, 'send written ack elapsed', 'EOT - reply-timeout'],
  ['EOT instead of the reply', mac, 'send written ack eot', '- ended-by-eot'],
  ['EOT before the ACK belongs to something else', mac, 'send written eot', ''],
  ['a second ACK says nothing', mac, 'send written ack ack', ''],
  ['a reply in administration waits for EOT', loadKey, 'send written ack [UK0', 'ACK 1000'],
  ['which ends it', loadKey, 'send written ack [UK0 eot', '- ok(UK0)'],
  ['without it the ACK is sent again', loadKey, 'send written ack [UK0 elapsed', 'ACK 1000'],
  ['and then it is good without', loadKey, 'send written ack [UK0 elapsed elapsed', '- ok(UK0)'],
  ['the reply once more is acknowledged once more', loadKey, 'send written ack [UK0 [UK0', 'ACK'],
  ['72 is answered by ACK', cancel, 'send written ack', '- ok()'],
  ['72 is answered by EOT', cancel, 'send written eot', '- ok()'],
  ['08 may be answered by EOT alone', selectMasterKey, 'send written ack eot', '- ok()'],
  ['08 may be answered by a frame', selectMasterKey, 'send written ack [080 eot', '- ok(080)'],
  ['02 comes back', loadMasterKey, 'send written ack [02...', 'ACK 1000'],
  ['02 comes back changed, and is not committed', loadMasterKey, 'send written ack [02..x', 'EOT - echo-mismatch'],
  ['02 is refused', loadMasterKey, 'send written ack [02?A', 'ACK 1000'],
  ['abandoning ends what is under way', pin, 'send written ack abandon', '- abandoned'],
  ['abandoning before the ACK', pin, 'send abandon', '- abandoned'],
  ['abandoning comes too late once the reply is here', loadKey, 'send written ack [UK0 abandon', ''],
  ['a reply again when all is over is acknowledged', mac, 'send written ack <U670A <U670A', 'ACK'],
  ['another frame when all is over is turned away', mac, 'send written ack <U670A <U61.C', 'EOT unexpected'],
  ['noise when all is over is nothing', mac, 'send written ack <U670A garbled', ''],
  ['a late reply is turned away', mac, 'send written ack elapsed <U670A', 'EOT unexpected'],
])('%s', (_, row, tokens, effects) => {
  expect(play(row, tokens).last).toBe(effects);
});

describe('after a reply whose ACK the PIN pad may not have heard', () => {
  const before = play(mac, 'send written ack <U671').state;

  test('that reply again does not answer the next request', () => {
    expect(play(mac, 'send written <U671', before).last).toBe('ACK');
  });

  test('another reply does', () => {
    expect(play(mac, 'send written <U670A', before).last).toBe('ACK - ok(U670A)');
  });

  test('the same reply does once the next request is acknowledged', () => {
    expect(play(mac, 'send written ack <U671', before).last).toBe('ACK - ok(U671)');
  });

  test('silence sends the ACK again, before the request', () => {
    expect(play(mac, 'send written elapsed', before).last).toBe('ACK U66 4000');
  });
});

test('a second request during the first is a bug', () => {
  expect(() => play(mac, 'send send')).toThrow(Bug);
});

test('every state and input gives a state and never throws', () => {
  const inputs = [
    'written',
    'ack',
    'nak',
    'eot',
    'garbled',
    'elapsed',
    'abandon',
    '<U670A',
    '[UK0',
    '[02...',
    '<U61.C',
  ];
  const rows = Object.values(MESSAGES);
  const visited = rows.map((row) => {
    let states: readonly LinkState[] = [IDLE, next(IDLE, input('send', row))[0]];
    for (let depth = 0; depth < 3; depth++) {
      states = states.flatMap((state) => inputs.map((token) => next(state, input(token, row))[0]));
    }
    return states.length;
  });
  expect(visited).toEqual(rows.map(() => 2 * inputs.length ** 3));
});
