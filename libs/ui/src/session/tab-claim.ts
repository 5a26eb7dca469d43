/** A page that is left gives its lock back when the browser has put it away, which a reload does not wait for. */
const WAIT_MS = 500;

/**
 * Claims `name` for the life of this page; false when another tab has it. Whoever duplicates a tab, or opens one from it, gets a copy of
 * its `sessionStorage`: of two tabs with the same log-in only one may go on with it.
 */
export function claim(locks: LockManager, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    locks.request(name, { signal: AbortSignal.timeout(WAIT_MS) }, hold).catch(() => resolve(false));
  });
}
