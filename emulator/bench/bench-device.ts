/** The emulator process, and ways to start a terminal against it: in this process to look inside, or as one of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorProcess, terminalProcess, type Message, type ProcessLines } from '../cli/process-lines.ts';

export interface BenchDevice {
  readonly directory: string;
  readonly process: ProcessLines;
  readonly terminalConfigFile: string;
  stop(): Promise<void>;
}

export async function startDevice(config: Message): Promise<BenchDevice> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const file = join(directory, 'emulator.json');
  writeFileSync(file, JSON.stringify({ directory, drawsPaper: false, ...config }));
  const process = emulatorProcess(file);
  const ready = await new Promise<Message>((heard) => process.listen(heard));
  return {
    directory,
    process,
    terminalConfigFile: String(ready['terminalConfig']),
    async stop() {
      await process.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Writes the configuration that the emulator offers with these changes, each one level deep. */
export function changeConfig(device: BenchDevice, changes: Readonly<Record<string, unknown>>): void {
  const config = JSON.parse(readFileSync(device.terminalConfigFile, 'utf8')) as Readonly<Record<string, Message>>;
  const changed = Object.entries(changes).map(([key, change]) =>
    typeof change === 'object' ? [key, { ...config[key], ...change }] : [key, change],
  );
  writeFileSync(device.terminalConfigFile, JSON.stringify({ ...config, ...Object.fromEntries(changed) }));
}

export const startTerminalProcess = (device: BenchDevice): ProcessLines => terminalProcess(device.terminalConfigFile);
