/** Why the emulator does not start: a sentence for a person, and an exit code. */
export class StartProblem extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
