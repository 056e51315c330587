import type { Bilingual } from '../../domain/bilingual.ts';

/** What operators and the supervisor do at a terminal besides selling. */
export type PersonnelKind =
  | 'operator-sign-on'
  | 'operator-sign-off'
  | 'change-password'
  | 'unlock-operator'
  | 'training-on'
  | 'training-off'
  | 'give-up';

/** What is asked for, one after the other. */
type PersonnelStep = 'supervisor' | 'number' | 'password' | 'new-password';

export interface PersonnelType {
  readonly name: Bilingual;
  readonly steps: readonly PersonnelStep[];
}

export const PERSONNEL_TYPES: Readonly<Record<PersonnelKind, PersonnelType>> = {
  'operator-sign-on': { name: { zh: '操作员登录', en: 'OPERATOR SIGN-ON' }, steps: ['number', 'password'] },
  'operator-sign-off': { name: { zh: '操作员退出', en: 'OPERATOR SIGN-OFF' }, steps: [] },
  'change-password': {
    name: { zh: '修改密码', en: 'CHANGE A PASSWORD' },
    steps: ['number', 'password', 'new-password'],
  },
  'unlock-operator': { name: { zh: '解锁操作员', en: 'UNLOCK AN OPERATOR' }, steps: ['supervisor', 'number'] },
  'training-on': { name: { zh: '进入训练模式', en: 'TRAINING ON' }, steps: ['supervisor'] },
  'training-off': { name: { zh: '退出训练模式', en: 'TRAINING OFF' }, steps: ['supervisor'] },
  'give-up': { name: { zh: '放弃冲正', en: 'GIVE UP THE REVERSAL' }, steps: ['supervisor'] },
};

/** What the world can tell. No password is ever in an event: what was keyed is held in memory. */
export type PersonnelEvent =
  | {
      readonly type: 'PersonnelStarted';
      readonly kind: PersonnelKind;
      /** Two digits; the step `supervisor` asks for this one's password. */
      readonly supervisor: string;
    }
  | { readonly type: 'OperatorNamed'; readonly number: string }
  | { readonly type: 'PasswordKeyed' }
  | { readonly type: 'PasswordRight'; readonly number: string }
  | { readonly type: 'PasswordWrong'; readonly number: string }
  | { readonly type: 'PasswordLocked'; readonly number: string; readonly byThisOne: boolean }
  /** The second time was not like the first. */
  | { readonly type: 'NewPasswordDiffers' }
  | { readonly type: 'PasswordChanged'; readonly number: string; readonly passwordHash: string }
  | { readonly type: 'OperatorSignedOn'; readonly number: string }
  | { readonly type: 'OperatorSignedOff' }
  | { readonly type: 'OperatorUnlocked'; readonly number: string }
  | { readonly type: 'TrainingSet'; readonly on: boolean }
  /** The supervisor has agreed to something that another flow does. */
  | { readonly type: 'Agreed' }
  | { readonly type: 'CancelPressed' }
  | { readonly type: 'DeadlinePassed' }
  | { readonly type: 'PowerRestored' };

export type PersonnelCommand =
  | { readonly type: 'checkPassword'; readonly params: { readonly number: string } }
  | { readonly type: 'keepNewPassword'; readonly params: undefined }
  /** Compares it with the one that was kept, and hashes it. */
  | { readonly type: 'changePassword'; readonly params: { readonly number: string } }
  /** Everything was asked for: what it was for becomes a fact. */
  | { readonly type: 'grant'; readonly params: { readonly kind: PersonnelKind; readonly number: string } };

export interface PersonnelContext {
  readonly kind: PersonnelKind;
  readonly supervisor: string;
  /** Empty until it is keyed. */
  readonly number: string;
  /** Steps that are done. */
  readonly done: number;
  readonly wrongPasswords: number;
  readonly differs: boolean;
  readonly locked: boolean;
}
