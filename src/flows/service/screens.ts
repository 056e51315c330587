import type { Bilingual } from '../../domain/bilingual.ts';
import { responseMeaning } from '../../domain/response-code.ts';
import type { Screen } from '../../domain/screen.ts';
import { MENDED, text, TROUBLES } from '../transaction/words.ts';
import type { SettlementAnswer } from '../ports.ts';
import { stansOf, type ServiceContext, type ServiceFailure } from './context.ts';
import { isBalanced } from './settlement.ts';
import { SERVICE_TYPES } from './types.ts';

/** The chart's state as a screen; undefined when it is over. */
export function serviceScreen(path: string, context: ServiceContext): Screen | undefined {
  const { name } = SERVICE_TYPES[context.kind];
  const [top] = path.split('.');
  switch (top) {
    case 'naming':
      return {
        id: 'name-voucher',
        title: name,
        lines: [
          text('请输入凭证号', 'Key the voucher number'),
          ...(context.slipMissing ? [text('本批次无此交易', 'No such transaction in this batch')] : []),
        ],
        accepts: ['text', 'cancel'],
        entry: { pattern: '\\d{1,6}', example: '000123' },
      };
    case 'asking':
      return { id: 'working', title: name, lines: progressOf(context), accepts: [] };
    case 'finding':
      return { id: 'working', title: name, lines: [text('正在查找', 'Looking for it')], accepts: [] };
    case 'owed':
      return {
        id: 'settlement-owed',
        title: text('结算待完成', 'SETTLEMENT TO BE FINISHED'),
        lines: [text('主机无应答,将自动重试', 'No answer from the host; it will be tried again')],
        accepts: ['confirm'],
      };
    case 'printing':
      return printingScreen(path, name, context);
    default:
      return undefined;
  }
}

/** Long work shows progress. */
function progressOf(context: ServiceContext): readonly Bilingual[] {
  const { again, isClosing, kind, refused, received, settlement, todo, uploaded } = context;
  const [request] = todo;
  if (request?.type === 'download') {
    const left = todo.filter((each) => each.type === 'download' && each.what.step === 'entry').length;
    if (left > 0) return [text(`共 ${received} 条,还剩 ${left} 条`, `${received} in all, ${left} to go`)];
    return [text(`已接收 ${received} 条`, `Received ${received}`)];
  }
  if (kind === 'settlement' && settlement === undefined) {
    return [text('正在与主机对账', 'Comparing totals with the host')];
  }
  const verdict = settlement === undefined ? [] : [verdictOf(settlement)];
  if (isClosing) return [...verdict, text('正在结束本批次', 'Closing the batch')];
  if (settlement === undefined && kind !== 'forwarding') return [text('等待主机应答', 'Waiting for the host')];
  const done = uploaded.length + refused.length;
  const all = done + [...todo, ...again].flatMap(stansOf).length;
  return [...verdict, text(`上送 ${done}/${all}`, `Uploading ${done} of ${all}`)];
}

function printingScreen(path: string, title: Bilingual, { trouble }: ServiceContext): Screen {
  if (path === 'printing.stopped') {
    return {
      id: 'printer-trouble',
      step: 'print',
      title: text('打印机故障', 'PRINTER NEEDS ATTENTION'),
      lines: [...(trouble === undefined ? [] : [TROUBLES[trouble]]), MENDED],
      accepts: ['cancel'],
    };
  }
  if (path === 'printing.deferred') {
    return {
      id: 'slip-owed',
      step: 'print',
      title: text('结算单待打印', 'SETTLEMENT SLIP STILL TO BE PRINTED'),
      lines: [],
      accepts: ['confirm'],
    };
  }
  return { id: 'printing', step: 'print', title, lines: [text('正在打印', 'Printing')], accepts: [] };
}

const FAILURES: Readonly<Record<ServiceFailure, Bilingual>> = {
  'operator-cancelled': text('已取消', 'cancelled'),
  'nobody-answered': text('操作超时', 'nobody answered in time'),
  'power-lost': text('电源中断', 'the power failed'),
  'host-unreachable': text('无法连接主机', 'host unreachable'),
  'host-silent': text('主机无应答', 'no answer from the host'),
  'refused-by-host': text('主机拒绝', 'refused by the host'),
  'pin-pad-failed': text('密码键盘无应答', 'the PIN pad does not work'),
  'nothing-to-print': text('没有可打印的内容', 'there is nothing to print'),
};

const verdictOf = (answer: SettlementAnswer): Bilingual =>
  isBalanced(answer) ? text('对账平', 'BALANCED') : text('对账不平', 'NOT BALANCED');

/** What has come of it, for the idle screen. */
export function serviceNotice(context: ServiceContext): Bilingual {
  const { failure, kind, refused, reply, settlement, unuploaded } = context;
  const { name } = SERVICE_TYPES[kind];
  if (failure === undefined) {
    if (settlement === undefined) return text(`${name.zh}:完成`, `${name.en}: done`);
    const missing = refused.length + unuploaded.length;
    const verdict = verdictOf(settlement);
    const rest = missing === 0 ? text('', '') : text(`,${missing}笔未上送成功`, `, ${missing} not taken by the host`);
    return text(`${name.zh}:${verdict.zh}${rest.zh}`, `${name.en}: ${verdict.en}${rest.en}`);
  }
  const words = FAILURES[failure];
  if (failure !== 'refused-by-host' || reply === undefined) {
    return text(`${name.zh}失败:${words.zh}`, `${name.en} failed: ${words.en}`);
  }
  const meaning = responseMeaning(reply.responseCode).text;
  return text(
    `${name.zh}失败:${reply.responseCode} ${meaning.zh}`,
    `${name.en} failed: ${reply.responseCode} ${meaning.en}`,
  );
}
