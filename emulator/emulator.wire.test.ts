/** The emulator's process by itself: what its configuration says of the host holds, and its words are answered. */
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulatorProcess, type Message, type ProcessLines } from './cli/process-lines.ts';
import { TEST_TERMINAL } from './device.ts';
import { hostOf, TestTerminal } from './models/host/terminal.testing.ts';

/** Where the header begins, behind the length and the TPDU (dialect sheet 1.1). */
const HEADER_AT = 7;

let directory: string;
let emulator: ProcessLines;
let port: number;
const heard: Message[] = [];
let hear: () => void = () => undefined;

/** The next of what it says that is not a sight. */
async function next(): Promise<Message> {
  while (heard[0] === undefined) await new Promise<void>((go) => (hear = go));
  const [message] = heard.splice(0, 1);
  return message ?? {};
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-emulator-'));
  const file = join(directory, 'emulator.json');
  writeFileSync(
    file,
    JSON.stringify({ directory, hosts: [{ access: 'tcp' }], partialApproval: true, requires: [4, 1] }),
  );
  emulator = emulatorProcess(file);
  emulator.listen((message) => {
    if (message['event'] !== 'sight') heard.push(message);
    hear();
  });
  port = Number((await next())['port']);
});
afterAll(async () => {
  await emulator.stop();
  rmSync(directory, { recursive: true });
});

test('the host asks for what the configuration says', async () => {
  const { terminal, merchant } = TEST_TERMINAL;
  const socket = connect(port, '127.0.0.1');
  const echo = new TestTerminal(hostOf(), terminal, merchant).message('0820', { 60: '00000000301' });
  socket.write(Uint8Array.of(0, echo.length, ...echo));
  const chunk = await new Promise<Buffer>((read) => socket.once('data', read));
  socket.destroy();
  expect(chunk.toString('hex', HEADER_AT, HEADER_AT + 3)).toBe('603104');
});

test('the fitting terminal can take part of an amount where the host approves for it', () => {
  const { host } = JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8')) as { readonly host: Message };
  expect(host).toMatchObject({ dialect: { partialApproval: '1' } });
});

test('the fitting terminal has the chip card reader, and does not believe the revoked certificate', () => {
  const { devices } = JSON.parse(readFileSync(join(directory, 'terminal.json'), 'utf8')) as {
    readonly devices: Message;
  };
  const revokedCertificates = [expect.stringMatching(/^A000000333 E2 [0-9A-F]{6}$/)];
  expect(devices['chipReader']).toEqual({ path: 'chip-reader', kernel: { revokedCertificates } });
  expect(lstatSync(join(directory, 'chip-reader')).isSymbolicLink()).toBe(true);
});

test('words about the host are answered, and so is the question for a batch', async () => {
  for (const words of ['host partial off', 'host require 5', 'host partial maybe', 'batch 11115007 1437']) {
    emulator.say(words);
  }
  const answers = [await next(), await next(), await next(), await next()];
  expect(answers).toMatchObject([
    { event: 'done' },
    { event: 'done' },
    { event: 'problem', problem: expect.stringContaining('host partial on|off') },
    { event: 'batch', report: { terminal: '11115007', batch: 1437, transactions: [] } },
  ]);
});
