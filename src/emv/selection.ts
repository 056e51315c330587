/** Application selection, up to the final SELECT (EMV Book 1, section 12). */
import { equal, fromAscii, fromHex, startsWith, toAscii, toHex } from './bytes.ts';
import { type CardResponse, readRecordCommand, selectCommand, SUCCESS, transmit } from './apdu.ts';
import { isWellFormed } from './dictionary.ts';
import { ask, type Choice, type Step } from './needs.ts';
import type { TerminalApplication, TerminalSettings } from './terminal.ts';
import { Terminated } from './termination.ts';
import { childOf, parseTlv, type Tlv } from './tlv.ts';

/** What is selected, and what its FCI says. */
export interface Selected {
  readonly application: TerminalApplication;
  readonly name: Uint8Array;
  readonly choice: Choice;
  /** Of the FCI and its proprietary template: 84, 50, 87, 9F38, 5F2D, 9F11, 9F12, BF0C. */
  readonly objects: readonly Tlv[];
  readonly language?: string;
}

interface Candidate {
  readonly application: TerminalApplication;
  readonly name: Uint8Array;
  readonly choice: Choice;
  /** 1 first; 0 none (Book 1, table 48). */
  readonly priority: number;
  readonly needsConfirmation: boolean;
}

export interface Candidates {
  readonly list: readonly Candidate[];
  /** Of the directory, if it said any. */
  readonly language?: string;
}

const DIRECTORY_NAME = fromAscii('1PAY.SYS.DDF01');
const SELECTED_FILE_BLOCKED = 0x6283;
const FUNCTION_NOT_SUPPORTED = 0x6a81;
const RECORD_NOT_FOUND = 0x6a83;
/** Of the directory file: a record number is a byte, and 0 and FF are none. */
const DIRECTORY_RECORDS_MAX = 254;
/** Applications under one partial name: beyond what a card has been seen to hold. */
const OCCURRENCES_MAX = 32;

/** 12.3: by the directory, and if that gives none by trying the terminal's list. */
export function* findCandidates(settings: TerminalSettings): Step<Candidates> {
  const directory = settings.usesDirectory ? yield* readDirectory(settings) : undefined;
  if (directory !== undefined && directory.list.length > 0) return directory;
  const list = yield* tryList(settings);
  if (list.length === 0) throw new Terminated('no-common-application');
  return { ...directory, list };
}

/** 12.3.2. Undefined: it is not there, blocked, or not in order. */
function* readDirectory(settings: TerminalSettings): Step<Candidates | undefined> {
  const selected = yield* transmit(selectCommand(DIRECTORY_NAME));
  if (selected.status === FUNCTION_NOT_SUPPORTED) throw new Terminated('card-blocked');
  const fci = selected.status === SUCCESS ? fciOf(selected) : undefined;
  const file = fci === undefined ? undefined : childOf(fci.objects, '88')?.value[0];
  if (fci === undefined || file === undefined || file < 1 || file > 10) return undefined;
  const list: Candidate[] = [];
  const codeTable = codeTableOf(fci.objects, settings);
  for (let record = 1; record <= DIRECTORY_RECORDS_MAX; record++) {
    const { status, data } = yield* transmit(readRecordCommand(file, record));
    if (status === RECORD_NOT_FOUND) break;
    if (status !== SUCCESS) return undefined;
    const entries = directoryEntries(data);
    if (entries === undefined) return undefined;
    list.push(...entries.flatMap((entry) => matches(entry, settings, codeTable)));
  }
  return { list: withoutDoubles(list), ...languageOf(fci.objects, settings) };
}

/** 12.2.3: template 70, in it application templates 61; entries of other kinds are passed over. */
function directoryEntries(record: Uint8Array): readonly (readonly Tlv[])[] | undefined {
  const objects = parseTlv(record);
  if (!objects.ok) return undefined;
  const children = childOf(objects.value, '70')?.children;
  return children?.filter(({ tag }) => tag === '61').map((entry) => entry.children ?? []);
}

function matches(entry: readonly Tlv[], settings: TerminalSettings, codeTable?: number): readonly Candidate[] {
  const name = childOf(entry, '4F')?.value;
  if (name === undefined || !isWellFormed('4F', name)) return [];
  const application = settings.applications.find((each) => isMeant(each, name));
  return application === undefined ? [] : [candidateOf(application, name, entry, codeTable)];
}

/** 12.3.1. */
function isMeant({ aid, partialName }: TerminalApplication, name: Uint8Array): boolean {
  return partialName ? startsWith(name, fromHex(aid)) : equal(name, fromHex(aid));
}

function candidateOf(
  application: TerminalApplication,
  name: Uint8Array,
  objects: readonly Tlv[],
  codeTable: number | undefined,
): Candidate {
  const indicator = childOf(objects, '87')?.value[0] ?? 0;
  return {
    application,
    name,
    choice: choiceOf(name, objects, codeTable),
    priority: indicator & 15,
    needsConfirmation: (indicator & 0x80) !== 0,
  };
}

/** 12.4: the preferred name if its code table is known here, the label beside it; a card without either shows its AID. */
function choiceOf(name: Uint8Array, objects: readonly Tlv[], codeTable: number | undefined): Choice {
  const label = childOf(objects, '50')?.value;
  const preferred = childOf(objects, '9F12')?.value;
  return {
    aid: toHex(name),
    label: label === undefined || label.length === 0 ? toHex(name) : toAscii(label),
    ...(preferred === undefined || preferred.length === 0 || codeTable === undefined
      ? {}
      : { preferredName: { codeTable, bytes: preferred } }),
  };
}

function codeTableOf(objects: readonly Tlv[], { codeTables }: TerminalSettings): number | undefined {
  const index = childOf(objects, '9F11')?.value[0];
  return codeTables.find((each) => each === index);
}

/** Book 4, 11.1: of the card's languages, best first, the first one that is spoken here. */
function languageOf(objects: readonly Tlv[], { languages }: TerminalSettings): { readonly language?: string } {
  const preference = toAscii(childOf(objects, '5F2D')?.value ?? new Uint8Array()).toLowerCase();
  const wanted = preference.match(/../g) ?? [];
  const language = wanted.find((each) => languages.includes(each));
  return language === undefined ? {} : { language };
}

function withoutDoubles(list: readonly Candidate[]): readonly Candidate[] {
  return list.filter((each, index) => list.findIndex(({ name }) => equal(name, each.name)) === index);
}

/** 12.3.3. */
function* tryList(settings: TerminalSettings): Step<readonly Candidate[]> {
  const list: Candidate[] = [];
  for (const application of settings.applications) list.push(...(yield* tryApplication(application, settings)));
  return withoutDoubles(list);
}

function* tryApplication(application: TerminalApplication, settings: TerminalSettings): Step<readonly Candidate[]> {
  const aid = fromHex(application.aid);
  const list: Candidate[] = [];
  for (let occurrence = 0; occurrence < OCCURRENCES_MAX; occurrence++) {
    const response = yield* transmit(selectCommand(aid, occurrence > 0));
    if (occurrence === 0 && response.status === FUNCTION_NOT_SUPPORTED) throw new Terminated('card-blocked');
    if (response.status !== SUCCESS && response.status !== SELECTED_FILE_BLOCKED) break;
    const fci = fciOf(response);
    if (fci === undefined || !startsWith(fci.name, aid)) break;
    // Step 5: a blocked application is not a candidate, but the ones after it may be.
    if (response.status === SUCCESS && isMeant(application, fci.name)) {
      list.push(candidateOf(application, fci.name, fci.objects, codeTableOf(fci.objects, settings)));
    }
    if (fci.name.length === aid.length) break;
  }
  return list;
}

interface Fci {
  readonly name: Uint8Array;
  readonly objects: readonly Tlv[];
}

/** Book 1, 11.3.4: 6F with the name 84 and the proprietary template A5. Undefined: not in order. */
function fciOf({ data }: CardResponse): Fci | undefined {
  const objects = parseTlv(data);
  if (!objects.ok) return undefined;
  const children = childOf(objects.value, '6F')?.children ?? [];
  const name = childOf(children, '84')?.value;
  const proprietary = childOf(children, 'A5')?.children;
  if (name === undefined || proprietary === undefined || !isWellFormed('84', name)) return undefined;
  return { name, objects: [...children.filter(({ children: inner }) => inner === undefined), ...proprietary] };
}

/** 12.4, until one can be selected. @param list what is left to choose from. */
export function* selectFinally(
  candidates: Candidates,
  settings: TerminalSettings,
  isSecondTry = false,
): Step<{ readonly selected: Selected; readonly rest: Candidates }> {
  let { list } = candidates;
  let isRepeated = isSecondTry;
  while (list.length > 0) {
    const candidate = yield* choose({ ...candidates, list }, settings, isRepeated);
    list = list.filter((each) => each !== candidate);
    const response = yield* transmit(selectCommand(candidate.name));
    const fci = response.status === SUCCESS ? fciOf(response) : undefined;
    if (fci !== undefined && equal(fci.name, candidate.name)) {
      const rest = { ...candidates, list };
      return { selected: { ...selectedOf(candidate, fci, settings), ...preferred(candidates, fci, settings) }, rest };
    }
    isRepeated = true;
  }
  throw new Terminated('no-usable-application');
}

const preferred = ({ language }: Candidates, fci: Fci, settings: TerminalSettings): { readonly language?: string } => ({
  ...(language === undefined ? {} : { language }),
  ...languageOf(fci.objects, settings),
});

function selectedOf(candidate: Candidate, fci: Fci, settings: TerminalSettings): Selected {
  const { application, name } = candidate;
  const own = choiceOf(name, fci.objects, codeTableOf(fci.objects, settings));
  const hasLabel = childOf(fci.objects, '50') !== undefined;
  return { application, name, objects: fci.objects, choice: hasLabel ? own : candidate.choice };
}

/** Of several the cardholder's, of one only its confirmation, and without a cardholder to ask the card's first. */
function* choose({ list, language }: Candidates, settings: TerminalSettings, isSecondTry: boolean): Step<Candidate> {
  const ordered = byPriority(list);
  const tongue = language === undefined ? {} : { language };
  if (!settings.asksCardholder) {
    const first = ordered.find(({ needsConfirmation }) => !needsConfirmation);
    if (first === undefined) throw new Terminated('no-usable-application');
    return first;
  }
  const [first, ...others] = ordered;
  if (first === undefined) throw new Terminated('no-usable-application');
  if (others.length > 0) {
    const choices = ordered.map(({ choice }) => choice);
    const need = { type: 'choose-application', choices, isSecondTry, ...tongue } as const;
    const answer = yield* ask(need, ['chosen', 'cancelled']);
    const chosen = answer.type === 'chosen' ? ordered[answer.index] : undefined;
    if (chosen === undefined) throw new Terminated('cancelled');
    return chosen;
  }
  if (first.needsConfirmation) {
    const answer = yield* ask({ type: 'confirm-application', choice: first.choice, ...tongue }, [
      'confirmed',
      'cancelled',
    ]);
    if (answer.type === 'cancelled') throw new Terminated('cancelled');
  }
  return first;
}

/** Those without a priority come last, as they were found. */
function byPriority(list: readonly Candidate[]): readonly Candidate[] {
  const rank = ({ priority }: Candidate): number => (priority === 0 ? 16 : priority);
  return list.toSorted((left, right) => rank(left) - rank(right));
}

/** The FCI proprietary template's PDOL (9F38), with which GET PROCESSING OPTIONS begins. */
export const pdolOf = ({ objects }: Selected): Uint8Array | undefined => childOf(objects, '9F38')?.value;
