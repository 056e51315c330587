/** The terminal's process and the port of its chip card reader, which may be missing, come, go and come back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toHex } from '../models/crypto/hex.ts';
import { openPty, type Pty } from '../wire/pty.ts';
import { Session } from './session.ts';

/** The first bytes of a search: firmware, please (CCID serial sheet). */
const SEARCH = '03066B010000000000';
const PATIENCE = { timeout: 8_000, interval: 20 };

let directory: string;
let session: Session | undefined;
const ports: Pty[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-chip-'));
});
afterEach(async () => {
  await session?.stop();
  for (const port of ports.splice(0)) port.close();
  rmSync(directory, { recursive: true });
});

/** Plugs a reader in that only listens. */
async function plugIn(link: string): Promise<{ readonly port: Pty; readonly heard: () => string }> {
  const port = await new Promise<Pty>((resolve, reject) =>
    openPty({ link }, (opened) => (opened.ok ? resolve(opened.value) : reject(new Error(opened.error.message)))),
  );
  ports.push(port);
  let heard = '';
  port.line.listen({ bytes: (chunk) => (heard += toHex(chunk)), closed: () => undefined });
  return { port, heard: () => heard };
}

test('a terminal whose reader is missing, plugged in, pulled and plugged in again goes on, and complains once each time', async () => {
  const link = join(directory, 'own-reader');
  const screens: string[] = [];
  const problems: string[] = [];
  session = await Session.start({ directory, terminal: { devices: { chipReader: { path: 'own-reader' } } } });
  session.listen({
    screen: ({ id }) => screens.push(id),
    sight: () => undefined,
    paper: () => undefined,
    problem: (problem) => problems.push(problem),
  });
  await vi.waitFor(() => expect(screens.at(-1)).toBe('idle'), PATIENCE);
  const complaints = (): number =>
    readFileSync(join(directory, 'terminal.log'), 'utf8').split('"chip-reader-port"').length - 1;
  await vi.waitFor(() => expect(complaints()).toBe(1), PATIENCE);
  await new Promise((triedAgain) => setTimeout(triedAgain, 1_500));
  expect(complaints()).toBe(1);

  const first = await plugIn(link);
  await vi.waitFor(() => expect(first.heard()).toContain(SEARCH), PATIENCE);
  first.port.close();
  await vi.waitFor(() => expect(complaints()).toBe(2), PATIENCE);
  const second = await plugIn(link);
  await vi.waitFor(() => expect(second.heard()).toContain(SEARCH), PATIENCE);

  session.key({ type: 'choose', item: 'sale' });
  await vi.waitFor(() => expect(screens.at(-1)).toBe('enter-amount'), PATIENCE);
  expect([complaints(), problems]).toEqual([2, []]);
}, 30_000);
