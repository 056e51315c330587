/**
 * The shape of the charts: what durability demands of them, generated from the charts themselves.
 *
 * Mutations seen to fail here: `after` in a state, a state that no event leads to, a missing PowerRestored.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { AnyStateNode } from 'xstate';
import { describe, expect, test } from 'vitest';
import { mermaid } from './kernel/mermaid.ts';
import { personnelMachine } from './personnel/machine.ts';
import { serviceMachine } from './service/machine.ts';
import { signInMachine } from './sign-in/machine.ts';
import { transactionMachine } from './transaction/machine.ts';
import { upkeepMachine } from './upkeep/machine.ts';

const charts = [
  { name: 'transaction', machine: transactionMachine, picture: 'transaction/machine.mmd' },
  { name: 'service', machine: serviceMachine, picture: 'service/machine.mmd' },
  { name: 'personnel', machine: personnelMachine, picture: 'personnel/machine.mmd' },
  { name: 'sign-in', machine: signInMachine, picture: 'sign-in/machine.mmd' },
  { name: 'upkeep', machine: upkeepMachine, picture: 'upkeep/machine.mmd' },
] as const;

const nodesBelow = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child: AnyStateNode) => [child, ...nodesBelow(child)]);

const lineage = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...(node.parent === undefined ? [] : lineage(node.parent)),
];

describe.each(charts)('the $name chart', ({ machine, picture }) => {
  const nodes = nodesBelow(machine.root);
  const leaves = nodes.filter((node) => Object.keys(node.states).length === 0);
  const waiting = leaves.filter((node) => node.type !== 'final' && (node.always ?? []).length === 0);

  test.each(waiting.map((node) => [node.id, node] as const))('%s accepts PowerRestored', (_, node) => {
    expect(lineage(node).some((each) => each.transitions.has('PowerRestored'))).toBe(true);
  });

  test.each(nodes.map((node) => [node.id, node] as const))('%s has neither actor nor timer', (_, node) => {
    expect(node.invoke).toEqual([]);
    expect(node.after).toEqual([]);
  });

  test('every state can be reached', () => {
    const seen = new Set<AnyStateNode>();
    const visit = (node: AnyStateNode): void => {
      if (seen.has(node)) return;
      for (const each of lineage(node)) seen.add(each);
      for (const target of node.initial?.target ?? []) visit(target);
      for (const each of lineage(node)) {
        const transitions = [...each.transitions.values(), each.always ?? []].flat();
        for (const transition of transitions) for (const target of transition.target ?? []) visit(target);
      }
    };
    visit(machine.root);
    expect(nodes.filter((node) => !seen.has(node)).map((node) => node.id)).toEqual([]);
  });

  test('the picture beside it is up to date', () => {
    const file = new URL(picture, import.meta.url);
    if (process.env['UPDATE_DIAGRAMS'] === '1') writeFileSync(file, mermaid(machine));
    expect(readFileSync(file, 'utf8')).toBe(mermaid(machine));
  });
});
