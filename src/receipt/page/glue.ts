/** The page's program: shows what stands behind the `#`, by the keys that came with the page and those pasted into it. */
import { receiptHtml } from './html.ts';
import { pageCrypto } from './page-crypto.ts';
import { keysIn, receiptView } from './view.ts';

interface PageElement {
  innerHTML: string;
  readonly value: string;
  readonly dataset: { readonly keys?: string };
  addEventListener(type: 'input', listener: () => void): void;
}

/** As much of a browser as the page uses. */
declare const document: { getElementById(id: string): PageElement | null };
declare const location: { readonly hash: string };
declare function addEventListener(type: 'hashchange', listener: () => void): void;

const receipt = document.getElementById('receipt');
const pasted = document.getElementById('keys');

function show(): void {
  if (receipt === null || pasted === null) return;
  const keys = [...keysIn(receipt.dataset.keys ?? ''), ...keysIn(pasted.value)];
  receipt.innerHTML = receiptHtml(receiptView(location.hash, keys, pageCrypto));
}

addEventListener('hashchange', show);
pasted?.addEventListener('input', show);
show();
