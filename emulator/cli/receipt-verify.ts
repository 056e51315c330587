/** What `tool receipt verify` finds, in both languages or as JSON. */
import type { Bilingual } from '../../src/domain/bilingual.ts';
import { areEqual, hexOf } from '../../src/receipt/codec/bytes.ts';
import { verifyChain, type ChainReport } from '../../src/receipt/codec/chain.ts';
import { kidOf } from '../../src/receipt/codec/crypto.ts';
import { readRecord } from '../../src/receipt/codec/record.ts';
import { verifyShort, type ShortForm } from '../../src/receipt/codec/short-form.ts';
import { nodeCrypto, nodeHmac } from '../../src/receipt/node-crypto.ts';
import type { Words } from '../../src/receipt/page/lines.ts';
import { recordView, type ReceiptView } from '../../src/receipt/page/view.ts';
import { subjectFrom, type Keys } from './receipt-inputs.ts';

export interface ReceiptToolAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

interface Wishes {
  readonly keys: Keys;
  /** The merchant's electronic copy, for a short receipt. */
  readonly records?: string;
  /** The last batch may still go on. */
  readonly open: boolean;
  readonly json: boolean;
}

type Finding = NonNullable<ChainReport['finding']>;

const PROBLEMS: Readonly<Record<Finding['problem'], Bilingual>> = {
  unreadable: { zh: '无法读取', en: 'it cannot be read' },
  'other-key': { zh: '由其他密钥签名', en: 'another key has signed it' },
  signature: { zh: '签名错误', en: 'its signature is wrong' },
  gap: { zh: '此前有记录缺失', en: 'records before it are missing' },
  order: { zh: '位置不对或重复', en: 'it stands in the wrong place, or twice' },
  hash: { zh: '与前一条记录不符', en: 'what stands before it is not what it was made after' },
  count: { zh: '批次笔数不符', en: 'the end of the batch counts otherwise' },
};
const CHAIN_GOOD: Bilingual = { zh: '记录链完整', en: 'The chain is whole' };
const CHAIN_OPEN: Bilingual = {
  zh: '批次未结束，末尾是否缺失无法判断（确实未结束时用 --open）',
  en: 'The last batch has no end, so nobody can tell what is missing there (--open if it still goes on)',
};
const CHAIN_UNVOUCHED: Bilingual = {
  zh: '未提供公钥，无法核实',
  en: 'Not verified: nobody vouches for this key, give --key',
};

const both = (words: Words): string => (typeof words === 'string' ? words : `${words.zh} ${words.en}`);
/** What a receipt says must not command the terminal that it is shown on. */
const harmless = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
const refuse = (sentence: string): ReceiptToolAnswer => ({ stdout: '', stderr: `receipt: ${sentence}`, exitCode: 1 });

export function verifyReceipt(text: string, wishes: Wishes): ReceiptToolAnswer {
  const subject = subjectFrom(text);
  if (typeof subject === 'string') return refuse(subject);
  if (subject.type === 'batch') return verifyBatch(subject.records, wishes);
  if (subject.type === 'short') return verifyShortForm(subject.short, wishes);
  return verifyOne(subject.record, wishes);
}

function verifyOne(record: Uint8Array, { json, keys }: Wishes): ReceiptToolAnswer {
  const view = recordView(record, keys.publicKeys, nodeCrypto);
  const read = readRecord(record);
  const exitCode = view.verdict === 'good' ? 0 : 1;
  if (!json) return { stdout: viewLines(view).join('\n'), stderr: '', exitCode };
  const { kid, verdict } = view;
  const place = read.ok && view.lines !== undefined && { number: read.value.number, content: read.value.content };
  return { stdout: JSON.stringify({ verdict, kid, ...place }), stderr: '', exitCode };
}

function viewLines({ advice, kid, lines = [], title }: ReceiptView): readonly string[] {
  const texts = lines.flatMap((line) => {
    if (line.type === 'pair' || line.type === 'big') return [`${both(line.label)}: ${both(line.value)}`];
    return line.type === 'text' || line.type === 'title' ? [both(line.words)] : [];
  });
  const signer = kid === undefined ? [] : [`签名密钥 Signing key: ${kid}`];
  return [both(title), both(advice), ...signer, ...texts.map((text) => `  ${harmless(text)}`)];
}

function verifyShortForm(short: ShortForm, wishes: Wishes): ReceiptToolAnswer {
  const { records } = wishes;
  const { shortKey } = wishes.keys;
  if (records === undefined || shortKey === undefined) {
    return refuse(
      'a short receipt is proven by --records (from "receipt export") and --key with the key file of the terminal',
    );
  }
  const copy = subjectFrom(records);
  if (typeof copy === 'string') return refuse(copy);
  if (copy.type !== 'batch') return refuse(`${records} holds no lines of JSON, as "receipt export" makes them`);
  const verdict = verifyShort(short, copy.records, shortKey.reveal(), nodeHmac);
  if (verdict.type === 'good') return verifyOne(verdict.record, wishes);
  return refuse(
    verdict.type === 'unknown-slip'
      ? '电子存根中没有此凭证 the electronic copy has no such slip'
      : '短码与电子存根不符 the short receipt was not made for the slip in the electronic copy',
  );
}

function verifyBatch(records: readonly Uint8Array[], wishes: Wishes): ReceiptToolAnswer {
  const kid = kidOfFirst(records);
  const key = wishes.keys.publicKeys.find((each) => kid !== undefined && areEqual(kidOf(each, nodeCrypto.sha256), kid));
  // A wrong key is better told of by the chain itself, as the fault of its first record.
  const judge = key ?? wishes.keys.publicKeys[0];
  const signer = kid === undefined ? {} : { kid: hexOf(kid) };
  if (judge === undefined) {
    const line = { verdict: 'unknown-key', ...signer, records: records.length };
    const lines = [both(CHAIN_UNVOUCHED), ...(kid === undefined ? [] : [`签名密钥 Signing key: ${hexOf(kid)}`])];
    return { stdout: wishes.json ? JSON.stringify(line) : lines.join('\n'), stderr: '', exitCode: 1 };
  }
  const report = verifyChain(records, judge, nodeCrypto);
  const verdict = verdictOf(report);
  const exitCode = verdict === 'whole' || (verdict === 'open' && wishes.open) ? 0 : 1;
  const stdout = wishes.json ? JSON.stringify({ verdict, ...signer, ...report }) : reportLines(report).join('\n');
  return { stdout, stderr: '', exitCode };
}

function kidOfFirst(records: readonly Uint8Array[]): Uint8Array | undefined {
  const first = readRecord(records[0] ?? new Uint8Array());
  return first.ok ? first.value.kid : undefined;
}

const verdictOf = ({ finding, open }: ChainReport): 'broken' | 'open' | 'whole' =>
  finding === undefined ? (open ? 'open' : 'whole') : 'broken';

function reportLines({ closings, finding, follows, open, slips }: ChainReport): readonly string[] {
  const counts = [
    `小票 Receipts: ${slips}`,
    ...closings.map(({ batch, count }) => `批次 Batch ${batch.toString().padStart(6, '0')}: ${count}`),
  ];
  if (finding !== undefined) {
    const { expected, index, number, problem } = finding;
    const { en, zh } = PROBLEMS[problem];
    const numbers = number === undefined ? `expected number ${expected}` : `number ${number}, expected ${expected}`;
    return [`第 ${index + 1} 条记录${zh} Record ${index + 1}: ${en} (${numbers})`, ...counts];
  }
  const before = /^0*$/.test(follows) ? [] : [`接续 Follows: ${follows}`];
  return [both(open ? CHAIN_OPEN : CHAIN_GOOD), ...counts, ...before];
}
