import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** Draws a chart as a Mermaid `stateDiagram-v2`: generated, so that the picture cannot lie about the code. */
export function mermaid(machine: AnyStateMachine): string {
  return [
    '%% Generated from the chart by `npm run diagrams`; a test fails when it is stale.',
    'stateDiagram-v2',
    ...body(machine.root, '  '),
    '',
  ].join('\n');
}

function body(node: AnyStateNode, indent: string): string[] {
  const children = Object.values(node.states);
  const [initial] = node.initial?.target ?? [];
  return [
    ...(initial === undefined ? [] : [`${indent}[*] --> ${name(initial)}`]),
    ...children.flatMap((child) => [
      ...(Object.keys(child.states).length === 0
        ? [`${indent}${name(child)} : ${child.key}`]
        : [`${indent}state "${child.key}" as ${name(child)} {`, ...body(child, `${indent}  `), `${indent}}`]),
      ...(child.type === 'final' ? [`${indent}${name(child)} --> [*]`] : []),
    ]),
    ...children.flatMap((child) => arrows(child, indent)),
    ...(node.parent === undefined ? arrows(node, indent) : []),
  ];
}

function arrows(node: AnyStateNode, indent: string): string[] {
  const transitions = [...node.transitions.values(), node.always ?? []].flat();
  return transitions.flatMap((transition) => {
    const guard = typeof transition.guard === 'string' ? ` [${transition.guard}]` : '';
    const label = `${transition.eventType}${guard}`.trim();
    return (transition.target ?? []).map((target) => `${indent}${name(node)} --> ${name(target)} : ${label}`);
  });
}

const name = (node: AnyStateNode): string => node.path.join('_') || node.key.replaceAll('-', '_');
