/** Reads a file of card data as JSON. */
import { readFileSync } from 'node:fs';

/** @throws Error naming the file. */
export function readCardJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The parser's own message quotes the text, which holds card data; without a cause it cannot be printed with it.
    throw new Error(`${path} cannot be read as JSON: check that it exists and is well formed.`);
  }
}
