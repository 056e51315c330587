/** What there is to say of a receipt: the verdict in words, and the slip where it may be shown. */
import type { Bilingual } from '../../domain/bilingual.ts';
import { sixDigits } from '../../domain/stan.ts';
import { slipDocument } from '../../printer/slip-document.ts';
import { areEqual, bytesOfHex, hexOf } from '../codec/bytes.ts';
import { kidOf, type ReceiptCrypto } from '../codec/crypto.ts';
import type { Content } from '../codec/payload.ts';
import { judgeSignature, readRecord } from '../codec/record.ts';
import { readReceiptText } from '../codec/url.ts';
import { linesOf, type Line } from './lines.ts';

type Verdict = 'good' | 'unknown-key' | 'bad' | 'short' | 'newer-version' | 'unreadable' | 'empty';

export interface ReceiptView {
  readonly verdict: Verdict;
  readonly title: Bilingual;
  readonly advice: Bilingual;
  /** Hex of the name of the key that is said to have signed. */
  readonly kid?: string;
  /** The slip as it is printed. Not there for a bad signature: nobody is to believe it at a glance. */
  readonly lines?: readonly Line[];
}

const WORDS: Readonly<Record<Verdict, { readonly title: Bilingual; readonly advice: Bilingual }>> = {
  good: {
    title: { zh: '签名有效', en: 'Genuine' },
    advice: { zh: '由此终端签发，内容未被改动。', en: 'Signed by this terminal, and unchanged since.' },
  },
  'unknown-key': {
    title: { zh: '无法核实', en: 'Not verified' },
    advice: {
      zh: '不认识签名的终端：任何人都可能制作此小票。请向商户索取终端公钥。',
      en: 'Nobody vouches for the terminal that signed: anyone may have made this. Ask the merchant for its key.',
    },
  },
  bad: {
    title: { zh: '签名无效', en: 'Not genuine' },
    advice: {
      zh: '内容被改动或伪造，请勿采信，因此不予显示。',
      en: 'Changed or forged. Do not believe it: that is why it is not shown.',
    },
  },
  short: {
    title: { zh: '短码小票', en: 'Short receipt' },
    advice: {
      zh: '只含凭证编号。请商户凭此码在其电子存根中核对。',
      en: 'It only names the slip. The merchant can prove it by the electronic copy.',
    },
  },
  'newer-version': {
    title: { zh: '版本过新', en: 'Too new' },
    advice: { zh: '请使用更新的核验程序。', en: 'It was made by a newer program: take a newer page.' },
  },
  unreadable: {
    title: { zh: '无法读取', en: 'Unreadable' },
    advice: { zh: '这不是电子小票，或链接不完整。', en: 'This is no e-receipt, or part of its link is missing.' },
  },
  empty: {
    title: { zh: '电子小票', en: 'E-receipt' },
    advice: { zh: '请扫描小票上的二维码打开本页。', en: 'Open this page through the code on a slip.' },
  },
};

/** @param text a URL or its fragment. */
export function receiptView(text: string, keys: readonly Uint8Array[], crypto: ReceiptCrypto): ReceiptView {
  const read = readReceiptText(text);
  if (read.form === 'long') return recordView(read.record, keys, crypto);
  if (read.form === 'none') return view(text.replace(/^.*#/, '').trim() === '' ? 'empty' : 'unreadable');
  const { batch, copy, voucher } = read.short;
  return { ...view('short'), lines: [{ type: 'title', words: `${sixDigits(batch)}-${sixDigits(voucher)}-${copy}` }] };
}

export function recordView(bytes: Uint8Array, keys: readonly Uint8Array[], crypto: ReceiptCrypto): ReceiptView {
  const record = readRecord(bytes);
  if (!record.ok) return view(record.error === 'newer-version' ? 'newer-version' : 'unreadable');
  const kid = hexOf(record.value.kid);
  const key = keys.find((each) => areEqual(kidOf(each, crypto.sha256), record.value.kid));
  if (key !== undefined && judgeSignature(record.value, key, crypto) !== 'good') return { ...view('bad'), kid };
  const lines = linesOfContent(record.value.content);
  if (lines === undefined) return { ...view('unreadable'), kid };
  return { ...view(key === undefined ? 'unknown-key' : 'good'), kid, lines };
}

const view = (verdict: Verdict): ReceiptView => ({ verdict, ...WORDS[verdict] });

/** Undefined where anyone may have signed, and signed what no terminal prints. */
function linesOfContent(content: Content): readonly Line[] | undefined {
  if (content.type === 'closing') {
    return [
      { type: 'title', words: { zh: '批次结束', en: 'END OF BATCH' } },
      { type: 'pair', label: { zh: '批次号', en: 'BATCH NO' }, value: sixDigits(content.batch) },
      { type: 'pair', label: { zh: '小票数', en: 'RECEIPTS' }, value: content.count.toString() },
    ];
  }
  try {
    return linesOf(slipDocument(content));
  } catch {
    return undefined;
  }
}

/** Every 64 hexadecimal digits in a text: what people paste, or a file holds. */
export const keysIn = (text: string): readonly Uint8Array[] =>
  Array.from(text.matchAll(/(?<![\da-f])[\da-f]{64}(?![\da-f])/gi), ([hex]) => bytesOfHex(hex) ?? new Uint8Array());
