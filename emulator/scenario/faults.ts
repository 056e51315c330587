/** What can go wrong in one sale, by name: what happens to the device, and what the person at it then does. */

export interface NamedFault {
  readonly name: string;
  readonly about: string;
  readonly aboutZh: string;
  /** Done when the terminal is signed in, before the sale begins. In the words of `deeds.ts`. */
  readonly deeds: readonly string[];
  /** What the person does to the device when the terminal shows this screen; each once. */
  readonly cures?: Readonly<Record<string, readonly string[]>>;
  /** What the cardholder does instead of keying the PIN. */
  readonly atPin?: readonly string[];
}

export const FAULTS: readonly NamedFault[] = [
  {
    name: 'paper-out',
    about: 'The roll ends in the middle of the first slip; the operator loads a new one.',
    aboutZh: '首张签购单打印途中纸用完,操作员换纸',
    deeds: ['paper out-after 12'],
    cures: { 'printer-trouble': ['paper load'] },
  },
  {
    name: 'cover-open',
    about: 'The printer cover is opened while the first slip prints, and closed again.',
    aboutZh: '首张签购单打印途中打印机盖被打开,随后合上',
    deeds: ['cover open-after 8'],
    cures: { 'printer-trouble': ['cover close'] },
  },
  {
    name: 'host-silent',
    about: 'The host never gets the request, and so never answers.',
    aboutZh: '主机未收到请求,无应答',
    deeds: ['host next 0200 silent'],
  },
  {
    name: 'host-down',
    about: 'The host takes no more calls: the request cannot be sent.',
    aboutZh: '主机不可达,请求无法发送',
    deeds: ['host down'],
  },
  {
    name: 'bad-mac',
    about: 'The answer arrives with a wrong MAC.',
    aboutZh: '应答报文MAC错误',
    deeds: ['host next 0200 bad-mac'],
  },
  {
    name: 'reply-lost',
    about: 'The host approves and books, and its answer is lost.',
    aboutZh: '主机已批准记账,应答丢失',
    deeds: ['host next 0200 lose-reply'],
  },
  {
    name: 'line-noise',
    about: 'The line to the PIN pad flips, drops and adds bytes for a while.',
    aboutZh: '密码键盘线路干扰',
    deeds: ['line pin-pad noise'],
  },
  {
    name: 'pin-pad-dead',
    about: 'The PIN pad stops answering.',
    aboutZh: '密码键盘无应答',
    deeds: ['line pin-pad dead'],
  },
  {
    name: 'cancel-at-pin',
    about: 'The cardholder presses CANCEL instead of keying a PIN.',
    aboutZh: '持卡人在输密时取消',
    deeds: [],
    atPin: ['key cancel'],
  },
];
