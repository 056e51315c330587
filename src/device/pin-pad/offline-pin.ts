/** The PIN that the card checks, as a job for the PIN pad: the card's key in, the entry, the ciphertext out (U68 to U71). */
import { ok, type Result } from '../../domain/result.ts';
import { Secret } from '../../domain/secret.ts';
import type { Job, Packet, Reading } from './jobs.ts';
import { MESSAGES } from './message-table.ts';
import { offlinePinTexts, readCiphertextPiece, readKeyPiece, readOfflineEntry } from './offline-pin-messages.ts';
import type { OfflinePinAnswer, OfflinePinRequest } from './port-types.ts';
import type { Refusal } from './u-messages.ts';

/** @param entryTimeoutMs for the entry itself; the packets around it are answered at once. */
export function offlinePinEntry(
  request: OfflinePinRequest,
  entryTimeoutMs: number,
  answer: (answer: OfflinePinAnswer) => void,
): Result<Pick<Job, 'packets' | 'read'>, Refusal> {
  const texts = offlinePinTexts(request);
  if (!texts.ok) return texts;
  const { key, entry, fetches } = texts.value;
  const { offlinePin, offlinePinData } = MESSAGES;
  const keyPacket = (text: string): Packet => ({ row: offlinePin, text, replyTimeoutMs: offlinePin.replyTimeoutMs });
  const [first, ...more] = key;
  const pieces: string[] = [];
  const read = (reply: string, packet: number): Reading => {
    if (packet < key.length) return readKey(reply);
    if (packet === key.length) return readEntry(reply, request, answer);
    const index = packet - key.length - 1;
    const isLast = index + 1 === fetches.length;
    const piece = readCiphertextPiece(reply, index, isLast);
    if (!piece.ok) return refused(piece.error);
    pieces[index] = piece.value;
    if (!isLast) return { type: 'next' };
    const hex = pieces.join('');
    if (hex.length !== request.modulus.length) return refused('U71: the ciphertext is not as long as the modulus');
    return { type: 'done', answer: () => answer({ type: 'entered', data: Secret.of(bytesOf(hex), 'PIN') }) };
  };
  return ok({
    packets: [
      keyPacket(first),
      ...more.map(keyPacket),
      { row: offlinePin, text: entry, replyTimeoutMs: entryTimeoutMs },
      ...fetches.map((text) => ({ row: offlinePinData, text, replyTimeoutMs: offlinePinData.replyTimeoutMs })),
    ],
    read,
  });
}

function readKey(reply: string): Reading {
  const read = readKeyPiece(reply);
  if (!read.ok) return refused(read.error);
  return read.value === 'next' ? { type: 'next' } : { type: 'restart', detail: 'U69: packet out of sequence' };
}

function readEntry(
  reply: string,
  { modulus, bypassAllowed }: OfflinePinRequest,
  answer: (answer: OfflinePinAnswer) => void,
): Reading {
  const read = readOfflineEntry(reply, modulus.length);
  if (!read.ok) return refused(read.error);
  const type = read.value;
  if (type === 'entered') return { type: 'next' };
  if (type === 'bypassed' && !bypassAllowed) return refused('U69: bypass was not offered');
  return { type: 'ended', answer: () => answer({ type }) };
}

const refused = (detail: string): Reading => ({ type: 'refused', detail });

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
