/** The parts of a service that must work for it to serve: its database, the bus, its listeners. Never another service. */
export class Readiness {
  readonly #checks = new Map<string, () => Promise<void> | void>();

  /** `check` throws while the part does not work. */
  add(part: string, check: () => Promise<void> | void): void {
    this.#checks.set(part, check);
  }

  /** Runs all checks; a check that takes longer than `timeoutMs` has failed. */
  async report(timeoutMs = 2_000): Promise<{ ready: boolean; parts: Record<string, string> }> {
    const results = await Promise.all([...this.#checks].map(async ([part, check]) => [part, await this.#run(check, timeoutMs)] as const));
    return { ready: results.every(([, state]) => state === 'ok'), parts: Object.fromEntries(results) };
  }

  async #run(check: () => Promise<void> | void, timeoutMs: number): Promise<string> {
    const controller = new AbortController();
    const late = new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve('no answer'), timeoutMs);
      controller.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    const checked = Promise.resolve()
      .then(check)
      .then(
        () => 'ok',
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'failed'),
      );
    const state = await Promise.race([checked, late]);
    controller.abort();
    return state;
  }
}
