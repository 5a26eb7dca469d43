/** Lets a bounded number in at once, in the order they came; a bounded number waits. */
export class Turnstile {
  private inside = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** Share of the places that is taken. */
  get filled(): number {
    return this.inside / this.atOnce;
  }

  /** Runs `work` when it is its turn; undefined when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.inside >= this.atOnce) {
      if (this.queue.length >= this.mostWaiting) return undefined;
      await new Promise<void>((turn) => this.queue.push(turn));
    } else this.inside += 1;
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  /** Hands the place on, so that nobody who comes now overtakes who waits. */
  private next(): void {
    const turn = this.queue.shift();
    if (turn) turn();
    else this.inside -= 1;
  }
}
