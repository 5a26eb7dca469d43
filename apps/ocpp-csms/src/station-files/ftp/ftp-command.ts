/** One line of the control connection: the verb in upper case, what follows as it came. */
export interface FtpCommand {
  verb: string;
  argument: string;
}

const LONGEST_LINE = 1_024;

/** Undefined when the line is no command (RFC 959 §5.3). */
export function ftpCommandOf(line: string): FtpCommand | undefined {
  const match = /^([A-Za-z]{3,4})(?: (.*))?$/s.exec(line);
  const argument = match?.[2] ?? '';
  return match && !/[\0\r\n]/.test(argument) ? { verb: (match[1] ?? '').toUpperCase(), argument } : undefined;
}

/** Lines out of what arrives. Telnet commands (RFC 854), which old clients send before ABOR, are dropped. */
export class LineReader {
  private text = '';

  /** `too-long` when a line exceeds 1,024 bytes. */
  push(chunk: Buffer): string[] | 'too-long' {
    this.text += Buffer.from(chunk.filter((byte) => byte < 0xf0)).toString('latin1');
    const lines = this.text.split('\n');
    this.text = lines.pop() ?? '';
    if ([this.text, ...lines].some((line) => line.length > LONGEST_LINE)) return 'too-long';
    return lines.map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1').toString('utf8'));
  }
}
