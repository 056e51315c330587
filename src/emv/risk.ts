/** Terminal risk management (EMV Book 3, 10.6). */
import { getDataCommand, SUCCESS, transmit } from './apdu.ts';
import { bytesNumber } from './bytes.ts';
import { AIP_FLAGS, hasFlag } from './flags.ts';
import type { Step } from './needs.ts';
import type { Session } from './session.ts';
import { parseOutside } from './tlv.ts';

export function* manageRisk(session: Session): Step<void> {
  const { tvr, tsi, input, ports, pan } = session;
  if (ports.isOnExceptionFile(pan)) tvr.set('cardOnExceptionFile');
  if (input.forcedOnline) tvr.set('merchantForcedOnline');
  if (!hasFlag(AIP_FLAGS, 'terminalRiskManagement', session.get('82') ?? new Uint8Array())) return;
  const { floorLimitMinor } = session.selected.application;
  // 10.6.1: what was bought before counts too, against sales that are split.
  if (session.amountMinor + ports.earlierAmountMinor(pan) >= floorLimitMinor) tvr.set('floorLimitExceeded');
  if (isSelectedRandomly(session)) tvr.set('selectedRandomly');
  yield* checkVelocity(session);
  tsi.set('terminalRiskManagementPerformed');
}

/** 10.6.2: below the threshold the target percentage, from there to the floor limit rising to the maximum. */
function isSelectedRandomly({ selected: { application }, input, amountMinor }: Session): boolean {
  const { floorLimitMinor, randomSelection } = application;
  const { thresholdMinor, targetPercent, maximumPercent } = randomSelection;
  if (amountMinor >= floorLimitMinor) return false;
  if (amountMinor < thresholdMinor) return input.randomPercent <= targetPercent;
  const share = (amountMinor - thresholdMinor) / (floorLimitMinor - thresholdMinor);
  return input.randomPercent <= targetPercent + (maximumPercent - targetPercent) * share;
}

/** 10.6.3, where the card has both limits. */
function* checkVelocity(session: Session): Step<void> {
  const { tvr } = session;
  const [lower] = session.get('9F14') ?? [];
  const [upper] = session.get('9F23') ?? [];
  if (lower === undefined || upper === undefined) return;
  const counter = yield* counterOf('9F36');
  const lastOnline = yield* counterOf('9F13');
  if (counter === undefined || lastOnline === undefined || counter <= lastOnline) {
    tvr.set('lowerOfflineLimitExceeded');
    tvr.set('upperOfflineLimitExceeded');
  } else {
    if (counter - lastOnline > lower) tvr.set('lowerOfflineLimitExceeded');
    if (counter - lastOnline > upper) tvr.set('upperOfflineLimitExceeded');
  }
  if (lastOnline === 0) tvr.set('newCard');
}

function* counterOf(tag: '9F36' | '9F13'): Step<number | undefined> {
  const { status, data } = yield* transmit(getDataCommand(tag));
  const objects = parseOutside(data);
  const [counter] = objects.ok ? objects.value : [];
  if (status !== SUCCESS || counter?.tag !== tag || counter.value.length !== 2) return undefined;
  return bytesNumber(counter.value);
}
