import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `look` gives something true and returns it; while it throws or gives something false it is asked again. */
export async function eventually<T>(look: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const [found, error] = await attempt(look);
    if (found) return found;
    if (performance.now() > until) throw new Error('The condition did not come true in time.', { cause: error });
    await delay(10);
  }
}

async function attempt<T>(look: () => T | Promise<T>): Promise<[T | undefined, unknown]> {
  try {
    return [await look(), undefined];
  } catch (error) {
    return [undefined, error];
  }
}
