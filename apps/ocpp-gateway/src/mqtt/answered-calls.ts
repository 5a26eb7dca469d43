interface Answered {
  frame: string;
  answer: string | undefined;
  atMs: number;
}

/** QoS 1 sends again within a round trip or after a reconnection; a later call of the same id is a new one. */
const REMEMBERED_MS = 30_000;
const MOST = 16;

const CALL = /^\s*\[\s*2\s*,\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,\s*"(?!Heartbeat")/;
const ANSWER = /^\[[34],("(?:[^"\\]|\\.)*"|-?\d+),/;

/**
 * The last calls of a station and what they were answered. MQTT delivers a message of QoS 1 at least once: the same frame again gets the
 * same answer, and goes no further. A Heartbeat is answered anew each time: its answer is the time.
 */
export class AnsweredCalls {
  private readonly calls = new Map<string, Answered>();

  /** `new`: to be worked on. `in-work`: its answer will come. Else what it was answered. */
  arrived(frame: string, nowMs: number): 'new' | 'in-work' | { answer: string } {
    const id = CALL.exec(frame)?.[1];
    if (id === undefined) return 'new';
    const known = this.calls.get(id);
    if (known?.frame === frame && nowMs - known.atMs < REMEMBERED_MS) {
      return known.answer === undefined ? 'in-work' : { answer: known.answer };
    }
    this.calls.delete(id);
    this.calls.set(id, { frame, answer: undefined, atMs: nowMs });
    if (this.calls.size > MOST) for (const oldest of [...this.calls.keys()].slice(0, 1)) this.calls.delete(oldest);
    return 'new';
  }

  /** Notes what a call is answered; other frames are none of its business. */
  sent(frame: string): void {
    const call = this.calls.get(ANSWER.exec(frame)?.[1] ?? '');
    if (call) call.answer = frame;
  }
}
