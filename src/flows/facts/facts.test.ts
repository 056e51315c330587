import { describe, expect, test } from 'vitest';
import type { FlowEvent, JournalRow } from '../journal.ts';
import { TerminalFacts } from './facts.ts';

const approved = { responseCode: '00', remarks: [], processingRequirement: 0 };

function factsOf(
  events: readonly (readonly [flow: JournalRow['flow'], flowId: number, event: FlowEvent, ended?: true])[],
) {
  const facts = new TerminalFacts();
  for (const [index, [flow, flowId, event, ended = false]] of events.entries()) {
    facts.learn({ seq: index + 1, at: 0, flow, flowId, event, ended });
  }
  return facts;
}

const signedIn = [
  ['sign-in', 1, { type: 'SignInStarted', operatorNumber: '01' }],
  ['sign-in', 1, { type: 'HostReplied', reply: { ...approved, batch: 1437 } }],
  ['sign-in', 1, { type: 'KeysLoaded' }, true],
] as const;

describe('what the terminal knows', () => {
  test('a sign-in brings keys and a batch', () => {
    expect(factsOf(signedIn)).toMatchObject({ signedIn: true, batch: 1437, unfinished: [] });
  });

  test.each<[string, FlowEvent]>([
    ['a new sign-in has begun', { type: 'SignInStarted', operatorNumber: '01' }],
    ['an answer had a wrong MAC', { type: 'ReplyMacWrong' }],
    ['the PIN pad refused', { type: 'PinPadFailed', refused: true, reason: '' }],
    ['the host said A0', { type: 'HostReplied', reply: { ...approved, responseCode: 'A0' } }],
    ['the host said 77', { type: 'HostReplied', reply: { ...approved, responseCode: '77' } }],
    ['the host asks for it', { type: 'HostReplied', reply: { ...approved, processingRequirement: 3 } }],
  ])('the keys count for nothing when %s', (_, event) => {
    const flow = event.type === 'SignInStarted' ? 'sign-in' : 'transaction';
    expect(factsOf([...signedIn, [flow, 4, event]]).signedIn).toBe(false);
  });

  test.each<[string, FlowEvent]>([
    ['the PIN pad is not there', { type: 'PinPadFailed', refused: false, reason: '' }],
    ['the host declined', { type: 'HostReplied', reply: { ...approved, responseCode: '51' } }],
    ['the host was silent', { type: 'HostSilent', reason: '' }],
  ])('the keys stay when %s', (_, event) => {
    expect(factsOf([...signedIn, ['transaction', 4, event]]).signedIn).toBe(true);
  });

  test('a trace number is used once it is allotted', () => {
    expect(factsOf([['transaction', 1, { type: 'TraceAllotted', stan: 7, batch: 1 }]]).lastStan).toBe(7);
  });

  test('a flow is unfinished until it has ended', () => {
    const begun = [['transaction', 1, { type: 'CancelPressed' }]] as const;
    expect(factsOf(begun).unfinished).toHaveLength(1);
    expect(factsOf([...begun, ['transaction', 1, { type: 'CancelPressed' }, true]]).unfinished).toEqual([]);
  });
});
