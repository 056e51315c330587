/** `tool receipt`: checks e-receipts, one or a whole batch of them, and makes the page that shows them. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { base64UrlOf, hexOf } from '../../src/receipt/codec/bytes.ts';
import { readRecord } from '../../src/receipt/codec/record.ts';
import { SqliteReceipts } from '../../src/receipt/store/sqlite-receipts.ts';
import { keysFrom, type Keys } from './receipt-inputs.ts';
import { verifyReceipt, type ReceiptToolAnswer } from './receipt-verify.ts';

export const RECEIPT_USAGE =
  'receipt verify URL-or-FILE [--key FILE|HEX] [--records FILE] [--open] [--json]\n' +
  '          receipt export STORE-FILE [--batch N]   |   receipt key KEY-FILE   |   receipt page --out FILE [--key FILE|HEX]';

const answer = (exitCode: 0 | 1 | 2, stdout: string, stderr = ''): ReceiptToolAnswer => ({ stdout, stderr, exitCode });
const refuse = (exitCode: 1 | 2, sentence: string): ReceiptToolAnswer => answer(exitCode, '', `receipt: ${sentence}`);
const NO_KEYS: Keys = { publicKeys: [] };

interface Order {
  readonly what: string | undefined;
  readonly subject: string | undefined;
  readonly values: {
    readonly key?: string;
    readonly records?: string;
    readonly open: boolean;
    readonly json: boolean;
    readonly batch?: string;
    readonly out?: string;
  };
}

/** A failed order is its one-line message. */
function orderFrom(args: readonly string[]): Order | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        records: { type: 'string' },
        open: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        batch: { type: 'string' },
        out: { type: 'string' },
      },
    });
    const [what, subject] = positionals;
    return positionals.length > 2 ? 'too many words' : { what, subject, values };
  } catch (error) {
    const [problem = 'bad arguments'] = messageOf(error).split('. ');
    return problem;
  }
}

/** Exit codes: 0 good, 1 not good or not to be read, 2 the command line is wrong. */
export async function receiptTool(args: readonly string[]): Promise<ReceiptToolAnswer> {
  const order = orderFrom(args);
  if (typeof order === 'string') return refuse(2, `${order}; usage: ${RECEIPT_USAGE}`);
  const { what, subject, values } = order;
  const keys = values.key === undefined ? NO_KEYS : keysFrom(values.key);
  if (typeof keys === 'string') return refuse(2, keys);
  if (what === 'verify' && subject !== undefined) return verifyReceipt(subject, { ...values, keys });
  if (what === 'export' && subject !== undefined) return exportReceipts(subject, values.batch);
  if (what === 'key' && subject !== undefined) return publicKey(subject);
  if (what === 'page' && subject === undefined && values.out !== undefined) return page(values.out, keys);
  return refuse(2, `say what to do; usage: ${RECEIPT_USAGE}`);
}

function publicKey(file: string): ReceiptToolAnswer {
  const keys = keysFrom(file);
  return typeof keys === 'string' ? refuse(1, keys) : answer(0, keys.publicKeys.map(hexOf).join('\n'));
}

/** A line of JSON for each record. A batch is what stands from the end of the one before it to its own end. */
function exportReceipts(file: string, batchText: string | undefined): ReceiptToolAnswer {
  if (batchText !== undefined && !/^\d{1,6}$/.test(batchText))
    return refuse(2, `--batch ${batchText} is no batch number`);
  const store = SqliteReceipts.openToRead(file);
  if (!store.ok) return refuse(1, store.error);
  try {
    const lines = exportedLines(store.value.records(), batchText === undefined ? undefined : Number(batchText));
    return lines.length === 0 ? refuse(1, 'there are no such receipts') : answer(0, lines.join('\n'));
  } finally {
    store.value.close();
  }
}

function exportedLines(records: Iterable<Uint8Array>, batch: number | undefined): readonly string[] {
  const wanted: string[] = [];
  let section: string[] = [];
  for (const bytes of records) {
    const record = readRecord(bytes);
    const content = record.ok ? record.value.content : undefined;
    const head = record.ok &&
      content !== undefined && { number: record.value.number, type: content.type, batch: content.batch };
    section.push(JSON.stringify({ ...head, record: base64UrlOf(bytes) }));
    if (content?.type !== 'closing') continue;
    if (batch === undefined || content.batch === batch) wanted.push(...section);
    section = [];
  }
  // What stands after the last end is of a batch that goes on.
  return batch === undefined ? [...wanted, ...section] : wanted;
}

async function page(out: string, { publicKeys }: Keys): Promise<ReceiptToolAnswer> {
  // Loaded here only: the bundler takes longer than all other tools together.
  const { buildPage } = await import('../../src/receipt/page/build.ts');
  try {
    writeFileSync(out, await buildPage(publicKeys));
    return answer(0, out);
  } catch (error) {
    return refuse(1, `cannot write ${out}: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
