/**
 * Lets so many begin in one turn of the event loop, in the order in which they came, so that whatever else this thread serves – stations, in
 * one process with everything – comes to its turn between them.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private begun = 0;
  private scheduled = false;

  constructor(private readonly perTurn: number) {}

  /** Settles when it is the caller's turn. */
  next(): Promise<void> {
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => this.turn());
    }
    if (this.begun < this.perTurn && this.waiting.length === 0) {
      this.begun += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private turn(): void {
    const next = this.waiting.splice(0, this.perTurn);
    this.begun = next.length;
    this.scheduled = next.length > 0;
    if (this.scheduled) setImmediate(() => this.turn());
    for (const begin of next) begin();
  }
}
