/** The terminal as a process of its own: how soon it is ready, and how large it is after a hundred sales. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Screen } from '../../src/domain/screen.ts';
import type { ProcessLines } from '../cli/process-lines.ts';
import { changeConfig, startDevice, startTerminalProcess } from './bench-device.ts';

export interface ProcessBench {
  /** From the start of the process to the idle screen of a terminal that is signed in, for each start. */
  readonly coldStartMs: readonly number[];
  /** The same with a sign-in on the way (the first start only). */
  readonly firstStartMs: number;
  readonly residentMegabytes: number;
  readonly sales: number;
}

const STARTS = 9;

export async function benchProcess(sales: number): Promise<ProcessBench> {
  const device = await startDevice({});
  try {
    changeConfig(device, { ui: 'lines' });
    const firstStartMs = await startAndStop();
    const coldStartMs: number[] = [];
    for (let start = 0; start < STARTS; start++) coldStartMs.push(await startAndStop());
    const terminal = startTerminalProcess(device);
    await sellAll(terminal, sales);
    const residentMegabytes = residentOf(terminal.pid);
    await terminal.stop();
    return { coldStartMs, firstStartMs, residentMegabytes, sales };
  } finally {
    await device.stop();
  }

  async function startAndStop(): Promise<number> {
    const startedAt = performance.now();
    const terminal = startTerminalProcess(device);
    await new Promise<void>((ready) => {
      terminal.listen((message) => {
        if ((message['screen'] as Screen | undefined)?.id === 'idle') ready();
      });
    });
    const elapsed = performance.now() - startedAt;
    await terminal.stop();
    return elapsed;
  }

  function sellAll(terminal: ProcessLines, count: number): Promise<void> {
    let sold = 0;
    device.process.listen((message) => {
      const sight = message['sight'] as { readonly type?: string } | undefined;
      if (message['from'] === 'pin-pad' && sight?.type === 'prompt') device.process.say('pin 123456');
    });
    return new Promise((done) => {
      terminal.listen((message) => {
        const { id } = message['screen'] as Screen;
        const key = (input: Readonly<Record<string, unknown>>): void => terminal.say(JSON.stringify(input));
        if (id === 'idle' && sold === count) return done();
        if (id === 'idle') key({ type: 'choose', item: 'sale' });
        if (id === 'enter-amount') key({ type: 'amount', text: '1.00' });
        if (id === 'present-card') device.process.say('swipe approved');
        if (id === 'confirm') key({ type: 'confirm' });
        if (id === 'result') {
          sold += 1;
          key({ type: 'confirm' });
        }
        return undefined;
      });
    });
  }
}

/** Linux only; elsewhere not a number. */
function residentOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}
