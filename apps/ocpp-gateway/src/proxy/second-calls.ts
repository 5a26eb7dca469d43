/** A CALL on its way to the second CSMS. */
export interface SecondCall {
  /** Message id of the station. */
  messageId: string;
  frame: string;
  /** Told what the second CSMS sent back; undefined when the connection ended, or it took too long. Absent: nobody wants to know. */
  answered?: (frame: string | undefined) => void;
}

const MOST = 200;
const MOST_CHARS = 1024 * 1024;

/**
 * Calls for the second CSMS: one on the wire at a time, as a station does it, the others wait. Bounded: what does not fit is dropped and
 * counted.
 */
export class SecondCalls {
  private readonly waiting: SecondCall[] = [];
  private chars = 0;
  private current: SecondCall | undefined;
  private lost = 0;

  get onTheWire(): SecondCall | undefined {
    return this.current;
  }

  get dropped(): number {
    return this.lost;
  }

  /** False when it does not fit. */
  put(call: SecondCall): boolean {
    if (this.waiting.length >= MOST || this.chars + call.frame.length > MOST_CHARS) {
      this.lost += 1;
      return false;
    }
    this.waiting.push(call);
    this.chars += call.frame.length;
    return true;
  }

  /** The same call is asked again while it is on the wire: whoever asks now is told. False when it is not. */
  join({ messageId, frame, answered }: SecondCall): boolean {
    if (!answered || this.current?.messageId !== messageId || this.current.frame !== frame) return false;
    this.current = { ...this.current, answered };
    return true;
  }

  /** The next call, when none is on the wire. */
  next(): SecondCall | undefined {
    if (this.current) return undefined;
    this.current = this.waiting.shift();
    this.chars -= this.current?.frame.length ?? 0;
    return this.current;
  }

  /** The one on the wire is done with. */
  done(frame: string | undefined): void {
    const { current } = this;
    this.current = undefined;
    current?.answered?.(frame);
  }

  /** Copies wait for the next connection; whoever waits for an answer does not. */
  connectionLost(): void {
    this.done(undefined);
    const asked = this.waiting.filter((call) => call.answered);
    const copies = this.waiting.filter((call) => !call.answered);
    this.waiting.splice(0, this.waiting.length, ...copies);
    this.chars = copies.reduce((sum, { frame }) => sum + frame.length, 0);
    for (const { answered } of asked) answered?.(undefined);
  }
}
