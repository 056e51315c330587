/** What a terminal is to its acquirer, and the acquirer's choices where the dialect's sources disagree. */

/** Given by the acquirer with the terminal. */
export interface TerminalIdentity {
  /** Ten digits, `60`, destination, source (dialect sheet 1.1). */
  readonly tpdu: string;
  /** Twelve digits; the sixth, the host's processing requirement, is 0 (dialect sheet 1.2). */
  readonly header: string;
  /** Field 41, eight characters. */
  readonly terminalNumber: string;
  /** Field 42, fifteen characters. */
  readonly merchantNumber: string;
  /** Field 62 of the sign-in, which newer acquirers require (dialect sheet 5.2); without it the field is left out. */
  readonly hardware?: HardwareId;
}

export interface HardwareId {
  /** Network-licence certificate number, four digits. */
  readonly certificate: string;
  /** Serial number, ASCII, at most 95 characters. */
  readonly serial: string;
}

/** What a sign-in brings, by its 60.3. */
export interface KeyForm {
  readonly cipher: 'des' | 'sm4';
  /** Hex digits of a key's place in the block. */
  readonly placeDigits: 16 | 32;
  /** In the order of the block. With a track key (D) tracks go encrypted. */
  readonly usages: readonly ('P' | 'M' | 'D')[];
}

/** Dialect sheet 3.3 and 5.4: single length, double length, with a track key; SM4, with a track key. */
export const KEY_FORMS = {
  '001': { cipher: 'des', placeDigits: 16, usages: ['P', 'M'] },
  '003': { cipher: 'des', placeDigits: 32, usages: ['P', 'M'] },
  '004': { cipher: 'des', placeDigits: 32, usages: ['P', 'M', 'D'] },
  '005': { cipher: 'sm4', placeDigits: 32, usages: ['P', 'M'] },
  '006': { cipher: 'sm4', placeDigits: 32, usages: ['P', 'M', 'D'] },
} as const satisfies Readonly<Record<string, KeyForm>>;

/** 60.3 of a sign-in. */
export type SignInKeys = keyof typeof KEY_FORMS;

export const keyFormOf = (signInKeys: SignInKeys): KeyForm => KEY_FORMS[signInKeys];

/** The conflicts of dialect sheet 13 that requests and replies are about, and two settings of the terminal's kind. */
export interface DialectParameters {
  /** 60.3 of the sign-in, and so what the keys are for. Whoever changes it signs in anew. */
  readonly signInKeys: SignInKeys;
  /** 60.4: 2 stripe only, 5 stripe and contact, 6 also contactless (dialect sheet 3.1). */
  readonly readingCapability: '2' | '5' | '6';
  /** 60.6 (conflict 7). Partial approval is not handled, so a terminal that sends `1` gets answers it cannot show. */
  readonly partialApproval: '0' | '1' | '9';
  /** Field 26, the longest PIN (conflict 9). */
  readonly pinLengthMax: '12' | '06';
  /** Field 53 of a reversal (conflict 2): `send` is for SM4 keys, where it goes with every MAC, and for who wants it. */
  readonly reversalSecurityField: 'omit' | 'send';
  /** Field 61 of a reversal: the reversed request's own batch and trace, or what it sent itself (conflict 1). */
  readonly reversalOriginal: 'own' | 'resend';
  /** How much of field 60 a script notice has (conflict 17). */
  readonly scriptNoticeField60Digits: 13 | 11;
  /**
   * Response codes that count for nothing without a good MAC (conflict 13, dialect sheet 5.7). For a reversal these are
   * the approvals of 11.1 and the two refusals that end it (8.2): whoever could forge them could make the terminal
   * forget it. Any other refusal leaves it owed, and needs no proof. Of a request, all: a refusal believed wrongly
   * leaves the money with the host, and one that is not believed costs a reversal. An acquirer whose refusals carry no
   * MAC needs the list of approvals here, and takes that risk.
   */
  readonly macRequiredFor: {
    readonly request: 'all' | readonly string[];
    readonly reversal: 'all' | readonly string[];
  };
}

const approvals = ['00', '10', '11', 'A2', 'A4', 'A5', 'A6'];

/** The suggested defaults of dialect sheet 13; with SM4 keys `reversalSecurityField` is to be `send`. */
export const defaultParameters: DialectParameters = {
  signInKeys: '004',
  readingCapability: '2',
  partialApproval: '0',
  pinLengthMax: '12',
  reversalSecurityField: 'omit',
  reversalOriginal: 'own',
  scriptNoticeField60Digits: 13,
  macRequiredFor: { request: 'all', reversal: [...approvals, '12', '25'] },
};
