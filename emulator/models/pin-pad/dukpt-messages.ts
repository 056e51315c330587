/** 70, 76 and 90: PINs under a key of their own each, and the key that they all come from (PIN pad sheet 4.5). */
import { fromHex, toHex } from '../crypto/hex.ts';
import { buildPinBlock, PIN_LENGTH_MAX, PIN_LENGTH_MIN } from '../crypto/pin-block.ts';
import { TdesDukpt, tdesUsageKey } from '../crypto/tdes-dukpt.ts';
import { FS } from './frame.ts';
import { isUpperHex, type Message, type Messages, type Outcome, type Pad, reply, silence } from './message.ts';
import { classicTimeoutMs } from './pin-request.ts';

const TEST_PIN = '1234';
const IPEK_DIGITS = 32;
const KSN_DIGITS = 20;
/** A serial number is sent without its leading F, but never with fewer digits than this. */
const KSN_DIGITS_MIN = 10;

const message = (handle: (body: string, pad: Pad) => Outcome): Message => ({ envelope: 'transaction', handle });

export const dukptMessages: Messages = {
  '70': message(requestPin),
  '76': message(requestTestPin),
  '90': message(loadInitialKey),
};

/** The request form tells DUKPT from master and session keys: `Z60` without a key, `70` without a dot. */
export function requestDukptPin(account: string, amountText: string, timeoutMs: number, pad: Pad): Outcome {
  const refused = refusal(account, pad);
  if (refused) return refused;
  return {
    type: 'entry',
    request: {
      answerId: '71',
      entered: (pin) => answerPin(account, pin, pad),
      lengthMin: PIN_LENGTH_MIN,
      lengthMax: PIN_LENGTH_MAX,
      bypassAllowed: false,
      timeoutMs,
      amountText,
      lines: [],
    },
  };
}

/** A dot begins the request with a session key, whose layout is unsettled (PIN pad sheet 4.2): this pad lacks it. */
function requestPin(body: string, pad: Pad): Outcome {
  const purchase = body.startsWith('.') ? undefined : readPurchase(body);
  if (purchase === undefined) return silence;
  return purchase === 'indicator'
    ? reply('715')
    : requestDukptPin(purchase.account, purchase.amountText, purchase.timeoutMs, pad);
}

/** As 70, with a PIN that nobody keys. It spends a key all the same. */
function requestTestPin(body: string, pad: Pad): Outcome {
  const purchase = body.split(FS).length === 2 ? readPurchase(body) : undefined;
  if (purchase === undefined) return silence;
  return purchase === 'indicator'
    ? reply('715')
    : (refusal(purchase.account, pad) ?? answerPin(purchase.account, TEST_PIN, pad));
}

interface Purchase {
  readonly account: string;
  readonly amountText: string;
  readonly timeoutMs: number;
}

/** `[PAN]<FS>[D/C][amount]{<FS>[t]}`; an amount has 4 to 8 characters. */
function readPurchase(body: string): Purchase | 'indicator' | undefined {
  const [account = '', debit = '', units, ...more] = body.split(FS);
  const timeoutMs = classicTimeoutMs(units);
  if (!body.includes(FS) || more.length > 0 || timeoutMs === undefined) return undefined;
  if (!/^[DC]/.test(debit)) return 'indicator';
  const amountText = debit.slice(1);
  return /^(?=.{4,8}$)\d+\.\d\d$/.test(amountText) ? { account, amountText, timeoutMs } : undefined;
}

/** VeriFone's errors: 1 no key, 2 account, 6 more than a million transactions; 5, the D or C, stands above. */
function refusal(account: string, { keys }: Pad): Outcome | undefined {
  if (keys.dukpt === undefined) return reply('711');
  if (!/^\d{8,19}$/.test(account)) return reply('712');
  return keys.dukpt.isSpent ? reply('716') : undefined;
}

function answerPin(account: string, pin: string, { keys }: Pad): Outcome {
  const taken = keys.dukpt?.take();
  if (taken === undefined) return reply('716');
  const block = tdesUsageKey(taken.key, 'pin').encrypt(buildPinBlock(pin, account));
  const ksn = toHex(taken.ksn).replace(/^F+/, '').padStart(KSN_DIGITS_MIN, 'F');
  return reply(`710${ksn}${toHex(block)}`);
}

/**
 * 90, first key set, in clear. Status of 91: 0 loaded, 12 not hex or another length (the UIC manual, message 91). A key
 * of 16 digits would be single DES, and a TR-31 block needs the key-loading key: this pad has neither and says 12 too.
 * The counter of the serial number begins anew.
 */
function loadInitialKey(body: string, pad: Pad): Outcome {
  if (!isUpperHex(body) || body.length !== IPEK_DIGITS + KSN_DIGITS) return reply('9112');
  const ksn = fromHex(body.slice(IPEK_DIGITS));
  ksn.set([(ksn[7] ?? 0) & 0xe0, 0, 0], 7);
  return {
    type: 'reply',
    body: '910',
    commit() {
      pad.keys.dukpt = new TdesDukpt(fromHex(body.slice(0, IPEK_DIGITS)), ksn);
    },
  };
}
