/** What is sent next: the messages of a service as a queue, with passes over what was not answered. */
import { responseMeaning } from '../../domain/response-code.ts';
import type { ReplyFacts } from '../transaction/events.ts';
import { stansOf, type ServiceContext, type ServiceFailure } from './context.ts';
import { noteListed } from './downloads.ts';
import type { ServiceRequest } from './events.ts';
import { SERVICE_TYPES } from './types.ts';

/** F39 of an item that the host has already (dialect sheet 9.2). */
const DUPLICATE = '94';

/** The messages that a service begins with. */
export function filled(context: ServiceContext): ServiceContext {
  const { asksVoucher, first, papers } = SERVICE_TYPES[context.kind];
  const todo = first(context);
  const hasNothing = asksVoucher !== true && context.kind.startsWith('reprint') && context.printsAgain === undefined;
  return {
    ...context,
    todo,
    ...(hasNothing && papers(context).length > 0 && { failure: 'nothing-to-print' }),
  };
}

/** The message under way was answered. */
export function answered(before: ServiceContext, reply: ReplyFacts): ServiceContext {
  const [request] = before.todo;
  if (request === undefined) return before;
  const context: ServiceContext = {
    ...before,
    reply,
    trace: undefined,
    ...noteListed(before, reply.download),
    ...(request.type === 'totals' && { settlement: reply.settlement, inDoubt: false }),
    ...noteItems(before, request, reply),
  };
  // Nothing else would be taken either. A settlement goes on: its batch is closed, and its papers are owed.
  const isNotice = request.type === 'notice' || request.type === 'script-notice';
  if (isNotice && responseMeaning(reply.responseCode).action === 'sign-in-again') {
    return { ...context, failure: 'refused-by-host' };
  }
  const added = SERVICE_TYPES[context.kind].taken(request, context);
  if (added === 'refused') return { ...context, failure: 'refused-by-host' };
  return refilled({ ...context, todo: [...context.todo.slice(1), ...added] });
}

/** The message under way was not answered. */
export function missed(context: ServiceContext, failure: ServiceFailure): ServiceContext {
  const [request] = context.todo;
  if (request === undefined) return context;
  const cleared = { ...context, trace: undefined };
  if (request.type === 'totals' || SERVICE_TYPES[context.kind].unanswered === 'fail') return { ...cleared, failure };
  return refilled({ ...cleared, todo: context.todo.slice(1), again: [...context.again, request] });
}

/** When a pass is over: what was not answered in it, then the closing message. */
function refilled(context: ServiceContext): ServiceContext {
  const { again, asks, isClosing, kind, passes, todo, unuploaded } = context;
  if (todo.length > 0) return context;
  if (again.length > 0 && passes < asks.resends) return { ...context, todo: again, again: [], passes: passes + 1 };
  const { last } = SERVICE_TYPES[kind];
  return {
    ...context,
    again: [],
    passes: 0,
    unuploaded: [...unuploaded, ...again.flatMap(stansOf)],
    ...(last !== undefined && !isClosing && { todo: [last], isClosing: true }),
  };
}

function noteItems(context: ServiceContext, request: ServiceRequest, reply: ReplyFacts): Partial<ServiceContext> {
  const stans = stansOf(request);
  const { responseCode } = reply;
  const isTaken = responseCode === DUPLICATE || responseMeaning(responseCode).category === 'approved';
  if (isTaken) return { uploaded: [...context.uploaded, ...stans] };
  return { refused: [...context.refused, ...stans.map((stan) => ({ stan, responseCode }))] };
}
