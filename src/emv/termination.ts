/** Why a transaction ends without a decision. Thrown inside the kernel only; `transaction` turns it into an outcome. */

export type TerminationCode =
  | 'card-gone'
  | 'response-without-status'
  /** SELECT is not supported: 6A81 (EMV Book 1, 12.3). */
  | 'card-blocked'
  | 'no-common-application'
  /** Every common application is blocked or could not be selected. */
  | 'no-usable-application'
  | 'cancelled'
  /** Nobody keyed a PIN on the reader. */
  | 'pin-timed-out'
  /** GET PROCESSING OPTIONS failed (EMV Book 3, 10.1). */
  | 'processing-options-refused'
  | 'processing-options-malformed'
  | 'file-locator-malformed'
  | 'record-not-read'
  | 'record-malformed'
  | 'data-object-duplicate'
  | 'data-object-malformed'
  /** 5F24, 5A, 8C or 8D (EMV Book 3, 7.2). */
  | 'mandatory-data-missing'
  | 'data-object-list-malformed'
  | 'cryptogram-refused'
  | 'cryptogram-malformed'
  /** The card answered with a cryptogram that the terminal did not ask for (EMV Book 3, 9.3). */
  | 'cryptogram-of-wrong-kind';

export class Terminated extends Error {
  override readonly name = 'Terminated';
  readonly code: TerminationCode;

  constructor(code: TerminationCode) {
    super(code);
    this.code = code;
  }
}
