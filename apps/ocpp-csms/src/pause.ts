import type { Timers } from '@ampline/kernel-time';

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pauseUntil(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timers.clear(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = timers.setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
