/** For tests: a terminal of few manners with a chip card in it, and the card's bank. */
import type { Fields, Message } from '../../../src/host/iso8583/message.ts';
import type { ChipCard } from '../card/chip-card.ts';
import { ARQC, chipCard, CREDIT, fileOf, KEYS, objectsIn, TestReader, type Generated } from '../card/reader.testing.ts';
import type { IssuerScript } from './chips.ts';
import type { HostModel, HostSetup } from './host-model.ts';
import type { HostAccount } from './issuer.ts';
import { account, hostOf, TestTerminal, type Changes } from './terminal.testing.ts';

function accountOf(name: string, chip: Partial<HostAccount['chip']> = {}): HostAccount {
  const { expiry, pan, pin, sequenceNumber } = fileOf(name);
  return account({ pan, pin, expiry, chip: { masterKeys: KEYS.file.masterKeys, sequenceNumber, ...chip } });
}

export class ChipCounter {
  readonly host: HostModel;
  readonly terminal: TestTerminal;
  readonly account: HostAccount;
  readonly card: ChipCard;
  #stan = 10;

  constructor(name = 'chip-credit', chip: Partial<HostAccount['chip']> = {}, setup: Partial<HostSetup> = {}) {
    this.account = accountOf(name, chip);
    this.card = chipCard(name);
    this.host = hostOf({ accounts: [this.account, account()], ...setup });
    this.terminal = new TestTerminal(this.host);
    this.terminal.signIn();
  }

  /** As far as the request cryptogram. */
  asked(values: Readonly<Record<string, string>> = {}): { readonly reader: TestReader; readonly request: Generated } {
    const reader = new TestReader(this.card, values).begin(CREDIT);
    return { reader, request: reader.first(ARQC) };
  }

  /** @param changes to the message; `objects` to its F55. */
  send(
    { reader, request }: { readonly reader: TestReader; readonly request: Generated },
    changes: Changes = {},
    objects: Readonly<Record<string, string>> = {},
  ): Message {
    this.#stan += 1;
    const sale = { stan: this.#stan, account: this.account };
    const chip = { 2: this.account.pan, 22: '052', 23: '001', 55: reader.field55(request, objects) };
    return this.terminal.ask(this.terminal.sale(sale, { ...chip, ...changes }));
  }

  script(script: IssuerScript): void {
    this.host.does({ type: 'script', card: this.account.pan.slice(-6), script });
  }
}

export const objectsOf = ({ fields }: Message): ReadonlyMap<string, string> => objectsIn(fields[55] ?? '');
export const codes = ({ fields }: Message): Fields => ({ 39: fields[39] });
