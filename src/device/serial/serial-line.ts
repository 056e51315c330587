/** A serial port as a `Line`: the one place that knows the serialport package. */
import { SerialPort } from 'serialport';
import type { Line, LineListener } from '../../domain/line.ts';
import { fail, ok, type Result } from '../../domain/result.ts';

export interface SerialOptions {
  /** For example `/dev/ttyUSB0`, or the slave side of a pseudo-terminal. */
  readonly path: string;
  readonly baudRate: number;
  /** 8 unless told. */
  readonly dataBits?: 7 | 8;
  /** None unless told. */
  readonly parity?: 'none' | 'even' | 'odd';
  /** 1 unless told. */
  readonly stopBits?: 1 | 2;
}

export interface SerialFailure {
  readonly reason: 'missing' | 'busy' | 'denied' | 'failed';
  /** One sentence for a person: what, where, what to do. */
  readonly message: string;
}

/**
 * Opens a port for this process alone, raw and without flow control by XON and XOFF: the bytes 11h and 13h are data.
 * Until somebody listens the kernel keeps what comes in, up to its own 4 KiB.
 */
export function openSerialLine(options: SerialOptions, answer: (answer: Result<Line, SerialFailure>) => void): void {
  const port = new SerialPort({ ...options, autoOpen: false, lock: true, xon: false, xoff: false });
  port.open((error) => answer(error === null ? ok(lineOf(port)) : fail(explain(error, options.path))));
}

function lineOf(port: SerialPort): Line {
  let listener: LineListener | undefined;
  let lostReason: string | undefined;
  let closedHere = false;

  const lost = (reason: string): void => {
    if (closedHere || lostReason !== undefined) return;
    lostReason = reason;
    if (port.isOpen) port.close();
    listener?.closed(reason);
  };
  // One drain at a time: several run on threads and would finish in any order.
  const undrained: (() => void)[] = [];
  const drainNext = (): void =>
    port.drain((error) => {
      if (error) lost(error.message);
      if (closedHere || lostReason !== undefined) return;
      undrained.shift()?.();
      if (undrained.length > 0) drainNext();
    });
  // A write that fails ends in `error`, a read that fails in `close`; for us both mean that the device is gone.
  port.on('error', (error: Error) => lost(error.message));
  port.on('close', (error: Error | null) => lost(error?.message ?? 'the port was closed'));
  onHangUp(port, () => lost('the port hung up'));

  return {
    listen(given) {
      if (listener === undefined) port.on('data', (chunk: Uint8Array) => listener?.bytes(chunk));
      listener = given;
      const reason = lostReason;
      if (reason !== undefined) process.nextTick(() => given.closed(reason));
    },
    write(bytes, done) {
      if (closedHere || lostReason !== undefined) return;
      // A copy: the port takes the bytes later, and the caller's array is the caller's again now.
      port.write(Buffer.from(bytes), (error) => {
        // Drained only now: earlier, `drain` would not wait for what is still queued in this process.
        if (!error && done !== undefined && undrained.push(done) === 1) drainNext();
      });
    },
    close() {
      if (closedHere) return;
      closedHere = true;
      listener = undefined;
      if (port.isOpen) port.close();
    },
  };
}

/**
 * serialport 13 hears of a hang-up only while it waits for bytes. One that comes while it reads makes it read nothing
 * again and again, so we watch for it besides. Windows has no poller, and its reads fail.
 */
function onHangUp({ port }: SerialPort, hungUp: () => void): void {
  if (port !== undefined && 'poller' in port) port.poller.once('disconnect', hungUp);
}

/** The package gives the system's text and no code, so the text is what there is to go by. */
function explain(error: Error, path: string): SerialFailure {
  const text = error.message;
  if (/No such file|No such device/.test(text))
    return { reason: 'missing', message: `There is no serial port ${path}: check the cable and the configured path.` };
  if (/Cannot lock port|busy/i.test(text))
    return { reason: 'busy', message: `Another program has the serial port ${path} open: close it and try again.` };
  if (/Permission denied/.test(text))
    return { reason: 'denied', message: `Not allowed to open ${path}: add this user to the port's group (dialout).` };
  return { reason: 'failed', message: `The serial port ${path} cannot be opened: ${text}` };
}
