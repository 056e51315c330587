/** `npm run tool -- password`: makes what the terminal's configuration keeps of a password. */
import type { Writable } from 'node:stream';
import { PASSWORD_PATTERN } from '../../src/domain/password.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Passwords } from '../../src/journal/passwords.ts';
import { KeyedLines, type Keyboard } from '../../src/ui/keyed-lines.ts';
import type { ToolResult } from './tool-crypto.ts';

interface Desk {
  readonly keyboard: Keyboard;
  /** Where a person reads the prompts; the hash does not go there. */
  readonly screen: Writable;
  readonly passwords: Passwords;
}

/** A person keys it twice, because nothing of it is seen; a pipe gives it as its first line. */
export async function passwordTool(
  args: readonly string[],
  { keyboard, passwords, screen }: Desk,
): Promise<ToolResult> {
  // On the command line everybody who lists the processes would see it.
  if (args.length > 0) return refused('Usage: password, and the password itself on standard input', 2);
  const prompts = keyboard.isTTY === true ? ['密码 Password: ', '再输一次 Again: '] : [''];
  const keyed = await hiddenLines(keyboard, screen, prompts);
  const [password = ''] = keyed;
  if (keyed.length < prompts.length) return refused('No password was keyed.', 1);
  if (keyed.some((each) => each !== password)) return refused('The two are not the same: try again.', 1);
  if (!new RegExp(`^${PASSWORD_PATTERN}$`).test(password)) return refused('A password must be 4 to 8 digits.', 1);
  const hash = await new Promise<string>((answer) => passwords.hash(Secret.of(password, 'PASSWORD'), answer));
  return { stdout: `${hash}\n`, stderr: '', exitCode: 0 };
}

const refused = (why: string, exitCode: 1 | 2): ToolResult => ({ stdout: '', stderr: `${why}\n`, exitCode });

/** A line for each prompt; fewer where the input ends before. */
function hiddenLines(keyboard: Keyboard, screen: Writable, prompts: readonly string[]): Promise<readonly string[]> {
  return new Promise((answer) => {
    const lines: string[] = [];
    const keyed = new KeyedLines(keyboard, screen, {
      line(text) {
        lines.push(text);
        ask();
      },
      ended: () => answer(lines),
    });
    const ask = (): void => {
      const prompt = prompts[lines.length];
      if (prompt !== undefined) return void screen.write(prompt);
      keyed.close();
      answer(lines);
    };
    keyed.hide(true);
    ask();
  });
}
