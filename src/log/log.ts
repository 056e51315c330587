/** The terminal's log: pino, one event name per line, with three nets under it (Secret, redaction, the card data guard). */
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { guardCardData } from './card-data-guard.ts';

export type Log = Logger;

/** Second net: names that must never carry a value, should somebody log one in the clear. */
const REDACTED = ['pan', 'track', 'track1', 'track2', 'pin', 'pinBlock', 'key', 'keys', 'workingKeys', 'cvn'];

export function openLog(options: { readonly level: string; readonly file?: string | undefined }): Log {
  const destination = pino.destination({ dest: options.file ?? 2, sync: true, mkdir: true, append: true });
  return logTo(destination, options.level);
}

/** A log over any destination that takes lines. */
export function logTo(destination: DestinationStream, level: string): Log {
  const guarded: DestinationStream = { write: (line) => destination.write(guardCardData(line)) };
  return pino(
    {
      level,
      base: null,
      // Text: a number of 13 digits may look like a card number to the guard.
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    guarded,
  );
}
