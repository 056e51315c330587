/** `npm run tool`: the emulator's side of the protocols, run by hand. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Passwords } from '../../src/journal/passwords.ts';
import { macTool, pinBlockTool, trackTool } from './tool-crypto.ts';
import { EMV_USAGE, emvTool } from './tool-emv.ts';
import { iso8583Tool } from './tool-iso8583.ts';
import { paperTool } from './tool-paper.ts';
import { passwordTool } from './tool-password.ts';
import { qrTool } from './tool-qr.ts';
import { RECEIPT_USAGE, receiptTool } from './tool-receipt.ts';
import { tlvTool } from './tool-tlv.ts';

interface ToolAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const TOOLS: Readonly<
  Record<
    string,
    { readonly usage: string; readonly run: (args: readonly string[]) => ToolAnswer | Promise<ToolAnswer> }
  >
> = {
  iso8583: {
    usage: 'iso8583 decode|encode [--dialect unionpay|ascii87] [--no-framed] [--explain] [HEX]',
    run: (args) => iso8583Tool(args, () => readFileSync(0, 'utf8')),
  },
  mac: { usage: 'mac --key HEX --data HEX [--algorithm des|sm4]', run: macTool },
  'pin-block': {
    usage: 'pin-block --pin P --pan PAN [--key HEX] [--format 0|3|4] [--algorithm des|sm4] [--fill HEX]',
    run: pinBlockTool,
  },
  track: { usage: 'track --key HEX --track T [--algorithm des|sm4]', run: trackTool },
  qr: { usage: 'qr PAYLOAD', run: qrTool },
  tlv: { usage: 'tlv HEX', run: tlvTool },
  emv: { usage: EMV_USAGE, run: (args) => emvTool(args, new Date().toISOString().slice(0, 10)) },
  password: {
    usage: 'password   (reads it from standard input, prints the hash for the configuration)',
    run: (args) =>
      passwordTool(args, { keyboard: process.stdin, screen: process.stderr, passwords: new Passwords(randomBytes) }),
  },
  receipt: { usage: RECEIPT_USAGE, run: receiptTool },
  paper: { usage: 'paper FILE|- [--png OUT] [--text] [--json] [--width DOTS]', run: paperTool },
};

function usage(): string {
  return ['Usage: npm run --silent tool -- TOOL …', ...Object.values(TOOLS).map((tool) => `  ${tool.usage}`)].join(
    '\n',
  );
}

const line = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const [name = '', ...args] = process.argv.slice(2);
const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
const answer = tool === undefined ? { stdout: '', stderr: usage(), exitCode: 2 } : await tool.run(args);
process.stdout.write(line(answer.stdout));
process.stderr.write(line(answer.stderr));
process.exitCode = answer.exitCode;
