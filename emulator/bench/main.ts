/** `npm run bench`: medians and ratios, measured in one run on this machine. Nothing here decides anything. */
import { APDU_CARDS, countApdus } from './apdus.ts';
import { benchEmv } from './emv.ts';
import { benchHost } from './host.ts';
import { benchIso8583 } from './iso8583.ts';
import { benchProcess } from './process.ts';
import { benchSales, type SaleTimes } from './sale.ts';
import { benchSlips } from './slips.ts';
import { median, quantile } from './statistics.ts';

/** Ten bits a byte: start, eight, stop. */
const BITS_PER_BYTE = 10;
const BAUD_RATE = 115_200;

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const preciseMs = (value: number): string => `${value.toFixed(2)} ms`;
const heading = (text: string): void => console.log(`\n${text}`);
const row = (name: string, ...cells: readonly string[]): void =>
  console.log(`  ${name.padEnd(46)}${cells.map((cell) => cell.padStart(14)).join('')}`);

function codec(): void {
  heading('ISO 8583: encode and decode of one full sale, in this run');
  const { messagesPerSecond, ratios, unpackedPerSecond } = benchIso8583();
  for (const [name, rate] of Object.entries(messagesPerSecond)) row(name, `${Math.round(rate)}/s`);
  for (const [name, rate] of Object.entries(unpackedPerSecond)) row(`${name}, unpack only`, `${Math.round(rate)}/s`);
  for (const [name, ratio] of Object.entries(ratios)) row(name, `${ratio.toFixed(1)} x`);
}

function saleTable(times: readonly SaleTimes[]): void {
  row('', 'median', 'p99');
  const part = (name: string, of: (sale: SaleTimes) => number): void =>
    row(name, ms(median(times.map(of))), ms(quantile(times.map(of), 0.99)));
  part('what the terminal adds (event loop busy)', ({ busy }) => busy);
  part('  of it the journal', ({ journal }) => journal);
  row('  of it two slips laid out (measured apart)', ms(2 * slips.layoutMs));
  part('waiting for the PIN pad (PIN, track, MACs)', ({ pinPad }) => pinPad);
  part('waiting for the host (TCP, TLS, answer)', ({ host }) => host);
  part('print step (overlaps the busy time)', ({ printing }) => printing);
  part('wall time', ({ wall }) => wall);
}

/** The share of the print step in which the printer's line could have carried bytes and did not. */
const idleShare = ({ printing, printerBytes }: SaleTimes): number =>
  1 - (printerBytes * BITS_PER_BYTE * 1000) / BAUD_RATE / printing;

console.log(`node ${process.version} on ${process.platform} ${process.arch}`);
codec();

heading('A sale slip on 58 mm paper (100 times)');
const slips = benchSlips(100);
row('picture of it, PNG included', preciseMs(slips.pictureMs));
row('dots that the emulated printer burns', `${(slips.dotsPerSecond / 1e6).toFixed(0)} million/s`);
row('bytes of it; the same as a raster (GS v 0)', `${slips.streamBytes}`, `${slips.rasterBytes}`);

heading('The emulated host, one thread, MAC-checked sales with PIN and track');
row('sales per second', `${Math.round(benchHost().salesPerSecond)}/s`);

heading('The chip card kernel, a transaction with DDA, without line and card (1000 transactions)');
row('', 'median', 'p99');
const kernel = benchEmv(1000);
row('kernel time', preciseMs(median(kernel)), preciseMs(quantile(kernel, 0.99)));

heading('Commands to the card in a sale, beside the fewest that its AFL allows');
row('', 'sent', 'fewest', 'records', '  the others');
for (const { card, fewest, others, records, sent } of APDU_CARDS.map(countApdus)) {
  row(card, String(sent), String(fewest), String(records), `  ${others.join(', ')}`);
}

heading('A sale over pseudo-terminals and TLS, instant person, unthrottled lines (200 sales)');
saleTable(await benchSales({ sales: 200, warmUp: 20 }));

heading(`The same with the lines at ${BAUD_RATE} baud (40 sales)`);
const paced = await benchSales({ sales: 40, warmUp: 5, baudRate: BAUD_RATE });
saleTable(paced);
const idle = paced.map(idleShare);
row(
  'printer line idle while paper is owed',
  `${(100 * median(idle)).toFixed(1)} %`,
  `${(100 * quantile(idle, 0.99)).toFixed(1)} %`,
);

heading('The terminal as a process');
const { coldStartMs, firstStartMs, residentMegabytes, sales } = await benchProcess(100);
row('cold start to the ready screen, signed in (median)', ms(median(coldStartMs)));
row('first start, with a sign-in', ms(firstStartMs));
row(`resident memory after ${sales} sales`, `${residentMegabytes.toFixed(0)} MB`);
