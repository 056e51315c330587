/** Field 55 as the kernel makes it, before the host that reads it: requests, certificates, reversals, script notices. */
import { describe, expect, test } from 'vitest';
import type { ChipEnd, ChipStep } from '../../src/chip/port-types.ts';
import type { ChipCardFile } from '../models/card/chip-card-file.ts';
import { toHex } from '../models/crypto/hex.ts';
import { readField55 } from '../models/host/chips.ts';
import { TestTerminal } from '../models/host/terminal.testing.ts';
import { hexOf } from '../models/host/transfers.ts';
import { cardFile, Counter, request } from './chip-card.testing.ts';

const NOTHING = '0'.repeat(30);
const ONE_SALE = `000000001500001${'0'.repeat(15)}`;

/** What the batch's report finds after settlement and upload, without keys: nothing of them has a MAC. */
function findingsOf(counter: Counter, file: ChipCardFile, end: ChipEnd): readonly string[] {
  const terminal = new TestTerminal(counter.host);
  const settlement = { 11: '000900', 48: `${ONE_SALE}0${NOTHING}0`, 49: '156', 60: '00000007201', 63: '01 ' };
  terminal.ask(terminal.message('0500', settlement));
  const upload = terminal.message('0320', {
    2: file.pan,
    4: '000000001500',
    11: counter.replies[0]?.fields[11],
    22: '052',
    23: end.card?.sequenceNumber,
    55: toHex(end.fields55?.financial ?? new Uint8Array()),
    60: '0000000720350',
    62: hexOf('610000000000001500156'),
  });
  const code = terminal.ask(upload).fields[39];
  if (code !== '00') throw new Error(`The certificate was answered ${code}.`);
  return counter.host.batchReport('10000001', 7).certificateFindings.map(({ problem }) => problem);
}

describe('a sale', () => {
  test.each(['chip-credit', 'chip-debit', 'chip-cda', 'chip-sda-only'])(
    'of %s ends with a right certificate',
    (name) => {
      const counter = new Counter();
      const file = cardFile(name);
      const { end } = counter.pay(file, request({ forcedOnline: true }));
      expect([end.type, end.online]).toEqual(['approved', 'approved']);
      expect(findingsOf(counter, file, end)).toEqual([]);
    },
  );

  test('whose script fails after the certificate has a right one all the same', () => {
    const counter = new Counter();
    const file = cardFile('chip-credit');
    const script = { when: 'after', commands: [{ type: 'put-data', tag: '9F70', value: '00' }] } as const;
    counter.host.does({ type: 'script', card: file.pan.slice(-6), script });
    const { end } = counter.pay(file);
    expect(end.registers?.tvr.slice(-2)).toBe('10');
    expect(findingsOf(counter, file, end)).toEqual([]);
  });

  test('that the card declines has all that its reversal is to say, before its answer and after', () => {
    const counter = new Counter();
    const { end } = counter.pay(cardFile('chip-refuses-issuer'));
    expect(end).toMatchObject({ type: 'declined', by: 'card', needsReversal: true });
    const online = counter.steps.find(
      (step): step is Extract<ChipStep, { type: 'go-online' }> => step.type === 'go-online',
    );
    for (const field55 of [online?.reversalField55, end.fields55?.reversal]) {
      expect(typeof readField55(toHex(field55 ?? new Uint8Array()), 'reversal')).toBe('object');
    }
  });

  test('that brings a script has all that the notice is to say', () => {
    const counter = new Counter();
    const file = cardFile('chip-credit');
    const script = { when: 'after', commands: [{ type: 'pin-unblock' }] } as const;
    counter.host.does({ type: 'script', card: file.pan.slice(-6), script });
    const { end } = counter.pay(file);
    const values = readField55(toHex(end.fields55?.scriptNotification ?? new Uint8Array()), 'scriptNotice');
    expect([end.hasScriptResults, typeof values === 'string' ? values : values.get('DF31')?.length]).toEqual([true, 5]);
  });
});
