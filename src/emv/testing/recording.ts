/** The test card's transactions as recordings, for the tools that take a card from a file. */
import { toHex } from '../bytes.ts';
import { replied, run, type Situation } from './run.ts';
import { cardObjects, record, TEST_PAN, type TestCard, testCaKey } from './test-card.ts';

/** The basic answers to reset of EMV Book 1, 8.1: T=0 alone. */
const ATR = '3B600000';

const provenance = (what: string): string =>
  `Recorded from the hand-made test card of this project (src/emv/testing, keys of fixtures/emv/test-keys.json) by recordings.test.ts; no real card, a made-up number. ${what}`;

/** A track that goes with the number, and a name: what must not be seen. */
const PRIVATE = { '57': `${TEST_PAN}D30122010000012345F`, '5F20': '544553542F43415244' };

const ONLINE: Situation = {
  card: { first: 0x80 },
  application: { floorLimitMinor: 0 },
  objects: { ...PRIVATE, '8E': '00000000000000001F00', '9F0F': '0000008000' },
  world: [replied()],
};

/** Of a template 70 in a short answer, with tag, length and status. */
const RECORD_BYTES_MAX = 250;

/** The usual objects in as many records as it takes: the test card has them in one, which no short answer holds. */
function inRecords(profile: string, objects: Situation['objects']): Pick<TestCard, 'locator' | 'instead'> {
  const records: string[] = [''];
  for (const [tag, value] of Object.entries({ ...cardObjects(profile), ...objects })) {
    const object = record({ [tag]: value });
    const last = records.length - 1;
    if (`${records[last]}${object}`.length / 2 > RECORD_BYTES_MAX) records.push(object);
    else records[last] += object;
  }
  const answers = records.map((each, index) => [
    `00B2${toHex(Uint8Array.of(index + 1))}0C`,
    `${record({ '70': each })}9000`,
  ]);
  const count = toHex(Uint8Array.of(records.length));
  return { locator: `0801${count}0010010101`, instead: Object.fromEntries(answers) };
}

const recorded = (what: string, profile: string, situation: Situation) => ({
  provenance: provenance(what),
  atr: ATR,
  exchanges: run({
    ...situation,
    card: { ...situation.card, profile, ...inRecords(profile, situation.objects) },
  }).exchanges,
  match: 'header',
});

/** By the name of the file in fixtures/cards-replay. */
export const recordings = () => ({
  'unionpay-dda': recorded(
    'DDA with the unpredictable number 11223344, online approved. With another number the recorded signature does not fit, and DDA fails.',
    '7800',
    ONLINE,
  ),
  'unionpay-sda': recorded('SDA, online approved. Nothing in it depends on the unpredictable number.', '5800', ONLINE),
});

/** A configuration of the `emv` tool under which their keys are good. */
export const recordingConfig = () => ({
  provenance:
    'For the recordings of the test card: the test authority of fixtures/emv/test-keys.json under an index of UnionPay.',
  application: { actionCodes: { denial: '0000000000', online: '0000008000', default: '0000000000' } },
  caKeys: [
    {
      rid: testCaKey.rid,
      index: testCaKey.index,
      modulus: toHex(testCaKey.modulus),
      exponent: toHex(testCaKey.exponent),
      checksum: toHex(testCaKey.checksum),
      expiry: testCaKey.expiry,
    },
  ],
});
