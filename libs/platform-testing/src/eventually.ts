import { setTimeout as pause } from 'node:timers/promises';
import { waitErrors } from './errors.js';

export interface EventuallyOptions {
  /** Default 30,000 ms: for what never comes, on a slow machine as well. */
  timeoutMs?: number;
  /** Pause between two looks; default 20 ms. */
  everyMs?: number;
}

/**
 * Calls `condition` until it neither throws nor returns `false` or `undefined`, and returns what it returned.
 * Throws `testing.wait.timeout` whose cause is the last failure.
 */
export async function eventually<T>(
  condition: () => Promise<T | false | undefined> | T | false | undefined,
  options: EventuallyOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const look = await attempt(condition);
    if (look.done) return look.value;
    if (performance.now() >= deadline) throw waitErrors.timeout({ timeoutMs }, look.failure);
    await pause(options.everyMs ?? 20);
  }
}

type Look<T> = { done: true; value: T } | { done: false; failure: unknown };

async function attempt<T>(condition: () => Promise<T | false | undefined> | T | false | undefined): Promise<Look<T>> {
  try {
    const value = await condition();
    return value === false || value === undefined ? { done: false, failure: undefined } : { done: true, value };
  } catch (failure) {
    return { done: false, failure };
  }
}
