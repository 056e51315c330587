import type { Clock } from '../../domain/clock.ts';
import { fromHex } from '../../domain/hex.ts';
import { Bug } from '../../domain/result.ts';
import { Secret } from '../../domain/secret.ts';
import type { BatchEntry } from '../facts/batch-log.ts';
import type { TerminalParameters } from '../parameters.ts';
import type { HostPort, HostRequest, Identity, PrinterPort, RequestCard, VaultPort } from '../ports.ts';
import type { Paper } from '../../domain/paper.ts';
import type { ServiceContext } from '../service/context.ts';
import type { PaperName, ServiceCommand, ServiceEvent, ServiceRequest } from '../service/events.ts';
import { isBalanced, totalsOf } from '../service/settlement.ts';
import { TRANSACTION_TYPES } from '../transaction/types.ts';
import { sendEvent } from './hand.ts';
import { originalParts, prepare, printEvent, type AllotTrace } from './shared.ts';

export interface ServiceWorld {
  readonly host: HostPort;
  readonly printer: PrinterPort;
  readonly vault: VaultPort;
  readonly clock: Clock;
  readonly allotTrace: AllotTrace;
  /** The flow of the transaction with that voucher number, of what is not settled yet. */
  readonly findSlip: (voucher: number) => number | undefined;
  /** The paper of a flow, the one under way where none is named, or nothing where there is none. */
  readonly paperOf: (paper: PaperName, reprint: boolean | number, flowId: number | undefined) => Paper;
  readonly parameters: TerminalParameters;
}

type Handlers = {
  readonly [Type in ServiceCommand['type']]: (
    params: Extract<ServiceCommand, { readonly type: Type }>['params'],
  ) => void;
};

/** Turns a service's commands into calls on the ports, and their answers into events. */
export function serviceExecutor(
  world: ServiceWorld,
  context: () => ServiceContext,
  post: (event: ServiceEvent) => void,
): (command: ServiceCommand) => void {
  const handlers: Handlers = {
    findSlip: ({ voucher }) => {
      world.clock.after(0, () => {
        const flowId = world.findSlip(voucher);
        post(flowId === undefined ? { type: 'SlipMissing' } : { type: 'SlipFound', flowId });
      });
    },
    numberRequest: ({ batch, kept }) => {
      if (kept === undefined) return world.allotTrace(({ stan }) => post({ type: 'TraceAllotted', stan, batch }));
      world.clock.after(0, () => post({ type: 'TraceKept', stan: kept, batch }));
    },
    prepareService: ({ request }) => prepare(world.host, requestOf(world, context(), request), post),
    sendRequest: () => world.host.send((answer) => post(sendEvent(answer, world.vault))),
    printPaper: ({ of, paper, reprint }) =>
      world.printer.print(world.paperOf(paper, reprint, of), (answer) => post(printEvent(answer))),
  };
  return (command) => (handlers[command.type] as (params: unknown) => void)(command.params);
}

function requestOf(world: ServiceWorld, context: ServiceContext, request: ServiceRequest): HostRequest {
  const { operatorNumber, settlement, trace, uploaded } = context;
  if (trace === undefined) throw new Bug('A service has no trace where it must have one.');
  const currencyCode = world.parameters.currency.numericCode;
  switch (request.type) {
    case 'sign-off':
      return { kind: 'sign-off', ...trace };
    case 'echo':
      return { kind: 'echo', ...trace };
    case 'download':
      return { kind: 'download', ...trace, set: request.set, what: request.what };
    case 'totals':
      return { kind: 'settlement', ...trace, operatorNumber, currencyCode, totals: totalsOf(context.items) };
    case 'details': {
      const details = itemsOf(context, request.stans).map((item) => ({ ...item, pan: panOf(world, item) }));
      return { kind: 'batch-details', ...trace, details };
    }
    case 'notice':
      return { kind: 'authorization', ...noticeOf(world, context, request.stan, trace) };
    case 'batch-notice':
      return { kind: 'batch-notice', ...noticeOf(world, context, request.stan, trace) };
    case 'batch-chip': {
      const [item] = itemsOf(context, [request.stan]);
      if (item?.chip === undefined) throw new Bug('A chip is uploaded of an item that has one.');
      const { field55, issuerAuthenticated, sequenceNumber } = item.chip;
      return {
        kind: 'batch-chip',
        ...trace,
        balanced: settlement !== undefined && isBalanced(settlement),
        foreign: item.foreign,
        outcome: issuerAuthenticated ? 'approved' : 'issuer-not-authenticated',
        amount: item.amount,
        currencyCode,
        pan: panOf(world, item),
        sequenceNumber,
        field55: fromHex(field55),
      };
    }
    case 'script-notice': {
      const notice = context.scripts[request.index];
      if (notice === undefined) throw new Bug('A script notice is one of its service.');
      const { batch, date, field55, kind, sealedPan: _, stan, ...rest } = notice;
      return {
        kind: 'script-notification',
        ...trace,
        ...rest,
        wire: TRANSACTION_TYPES[kind].wire,
        currencyCode,
        pan: panOf(world, notice),
        field55: fromHex(field55),
        original: { batch, stan, ...(date !== undefined && { date }) },
      };
    }
    case 'end':
      return {
        kind: 'batch-end',
        ...trace,
        balanced: settlement !== undefined && isBalanced(settlement),
        count: uploaded.length,
      };
  }
}

const itemsOf = ({ items }: ServiceContext, stans: readonly number[]): readonly BatchEntry[] =>
  stans.flatMap((stan) => items.filter((item) => item.stan === stan));

/** Zeros on the wire where the storage key is no longer the one that sealed it: the host then knows it by its trace. */
const panOf = ({ vault }: ServiceWorld, { sealedPan }: { readonly sealedPan: string }): Secret<string> =>
  vault.open(sealedPan) ?? Secret.of('', 'PAN');

/** Nothing of the track is kept, so the card is named by its number (dialect sheet 4.2, mark C2). */
function noticeOf(world: ServiceWorld, context: ServiceContext, stan: number, trace: Identity) {
  const [item] = itemsOf(context, [stan]);
  if (item === undefined) throw new Bug('A notice is of an item of its service.');
  const card = { entryMode: 'keyed', pan: panOf(world, item), expiry: item.expiry } as const satisfies RequestCard;
  return {
    ...trace,
    wire: TRANSACTION_TYPES[item.kind].wire,
    amount: item.amount,
    currencyCode: world.parameters.currency.numericCode,
    card,
    ...originalParts(item.original),
  };
}
