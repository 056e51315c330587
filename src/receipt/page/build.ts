/** Makes the page: one HTML file that loads nothing and may send nothing. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { Bug } from '../../domain/result.ts';
import { hexOf } from '../codec/bytes.ts';
import { STYLE } from './style.ts';

/** @param keys public keys of the terminals that the page vouches for. */
export async function buildPage(keys: readonly Uint8Array[]): Promise<string> {
  const script = await bundle();
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(STYLE)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>电子小票 E-receipt</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main id="receipt" data-keys="${keys.map(hexOf).join(' ')}"></main>
<details><summary>终端公钥 Terminal keys</summary>
<textarea id="keys" rows="3" spellcheck="false" autocomplete="off" aria-label="终端公钥 Terminal keys"></textarea>
</details>
<script>${script}</script>
</body>
</html>
`;
}

/** ES2020: what the browsers inside of older apps understand. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    build: {
      write: false,
      target: 'es2020',
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL('./glue.ts', import.meta.url)), output: { format: 'iife' } },
    },
  });
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  const [chunk] = outputs;
  if (chunk?.type !== 'chunk' || outputs.length !== 1) throw new Bug('The page must be one script.');
  // As text in HTML, nothing in it may look like the end of the script.
  return chunk.code.replaceAll(/<(?=\/script|!--)/gi, String.raw`\x3c`);
}

const digestOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
