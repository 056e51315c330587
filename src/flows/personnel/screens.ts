import type { Bilingual } from '../../domain/bilingual.ts';
import type { Screen } from '../../domain/screen.ts';
import { PASSWORD_ENTRY } from '../transaction/screens.ts';
import { text } from '../transaction/words.ts';
import { PERSONNEL_TYPES, type PersonnelContext } from './types.ts';

/** The chart's state as a screen; undefined where there is nothing to see. */
export function personnelScreen(path: string, context: PersonnelContext): Screen | undefined {
  const { name } = PERSONNEL_TYPES[context.kind];
  const wrong = context.wrongPasswords;
  const hints = wrong === 0 ? [] : [text(`密码错误(第${wrong}次),请重试`, `Wrong password (${wrong}): try again`)];
  const password = { lines: hints, accepts: ['password', 'cancel'], entry: PASSWORD_ENTRY } as const;
  switch (path) {
    case 'naming':
      return {
        id: 'operator-number',
        title: name,
        lines: [text('请输入两位操作员号', 'Key the number, two digits')],
        accepts: ['text', 'cancel'],
        entry: { pattern: '\\d{2}', example: '01' },
      };
    case 'keying':
      return {
        ...password,
        id: 'operator-password',
        title: name,
        lines: [...hints, passwordLine(context)],
      };
    case 'keyingNew':
      return {
        ...password,
        id: 'new-password',
        title: text('请输入新密码', 'NEW PASSWORD'),
        lines: [
          ...(context.differs ? [text('两次输入不一致', 'The two were not alike')] : []),
          text('四至八位数字', 'Four to eight digits'),
        ],
      };
    case 'keyingAgain':
      return { ...password, id: 'new-password-again', title: text('请再输入一次', 'THE NEW PASSWORD AGAIN') };
    case 'checking':
    case 'changing':
      return { id: 'checking-password', title: text('正在核对', 'CHECKING'), lines: [], accepts: [] };
    default:
      return undefined;
  }
}

const passwordLine = ({ done, kind, number, supervisor }: PersonnelContext): Bilingual =>
  PERSONNEL_TYPES[kind].steps[done] === 'supervisor'
    ? text(`主管(${supervisor})密码`, `Password of the supervisor (${supervisor})`)
    : text(`操作员(${number})密码`, `Password of operator ${number}`);

/** What has come of it, for the idle screen. */
export function personnelNotice(path: string, { kind, locked }: PersonnelContext): Bilingual | undefined {
  const { name } = PERSONNEL_TYPES[kind];
  if (locked) return text('密码错误次数超限,已锁定,请联系主管', 'Too many wrong passwords: locked, see the supervisor');
  return path === 'granted' ? text(`${name.zh}:完成`, `${name.en}: done`) : undefined;
}
