/** The outcome of parsing or of an operation that may fail as a matter of course: data, never an exception. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value });

export const fail = <Failure>(error: Failure): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error,
});

/** A programmer's error: the process dies of it, the supervisor restarts it, and recovery is the tested path. */
export class Bug extends Error {
  override readonly name = 'Bug';
}
