/** The emulator process, and ways to start a terminal against it: in this process to look inside, or as one of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProcessLines, type Message } from '../cli/process-lines.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface BenchDevice {
  readonly directory: string;
  readonly process: ProcessLines;
  readonly terminalConfigFile: string;
  stop(): Promise<void>;
}

export async function startDevice(config: Message): Promise<BenchDevice> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const file = join(directory, 'emulator.json');
  writeFileSync(file, JSON.stringify({ directory, ...config }));
  const process = new ProcessLines(join(ROOT, 'emulator/main.ts'), ['--config', file, '--json']);
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

export const startTerminalProcess = (device: BenchDevice): ProcessLines =>
  new ProcessLines(join(ROOT, 'src/main.ts'), ['--config', device.terminalConfigFile]);
