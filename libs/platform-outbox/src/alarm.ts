/** Waits that can be cut short; a ring while nobody waits is kept for the next one. */
export class Alarm {
  private rung = false;
  private end: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.end?.();
  }

  /** Resolves after `ms`, at the next ring, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.end, { once: true });
      });
      if (this.end) signal.removeEventListener('abort', this.end);
      this.end = undefined;
    }
    this.rung = false;
  }
}
