/** A command as charts name it: a type and its parameters. */
export interface AnyCommand {
  readonly type: string;
  readonly params: unknown;
}

/** Ties a chart to its commands: a misspelt command, wrong parameters or missing ones do not compile. */
export type CommandActions<Command extends AnyCommand> = {
  readonly [Type in Command['type']]: (
    args: unknown,
    params: Extract<Command, { readonly type: Type }>['params'],
  ) => void;
};

/** The body of every command inside a chart: charts name commands, `step` hands them out, the executor acts. */
export const nothing = (): void => undefined;
