/** The start was interrupted: not a failure. */
export class Interrupted extends Error {}

/**
 * Stops what was started, in reverse order, once: at the first SIGINT, SIGTERM or SIGHUP, or when an embedded part has died. Asked while
 * the start is still under way, it lets the step in work finish, so that no server is left that nobody knows of, and gives up the rest.
 */
export class Ending {
  readonly #steps: (() => Promise<void>)[] = [];
  #exitCode: number | undefined;
  #started = false;

  constructor(private readonly say: (line: string) => void) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.ask(0));
  }

  /** Adds what has to be undone; the last one added is undone first. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Asks to stop and to end the process with this code. Later calls change nothing. */
  ask(exitCode: number): void {
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    this.say('· stopping');
    if (this.#started) void this.undo();
  }

  /** Between two steps of the start: throws `Interrupted` when somebody asked to stop. */
  check(): void {
    if (this.#exitCode !== undefined) throw new Interrupted();
  }

  /** The start is complete: from now on asking stops at once. */
  started(): void {
    this.check();
    this.#started = true;
  }

  /** Undoes what was started. Ends the process when somebody asked for that; otherwise the start has failed and the caller says why. */
  async undo(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
    if (this.#exitCode === undefined) return;
    this.say('stopped');
    process.exit(this.#exitCode);
  }
}
