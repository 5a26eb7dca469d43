/** Messages that came since the list was asked for. */
export interface Tail<T> {
  /** Shown above the list, newest first. */
  shown: readonly T[];
  /** Held back while somebody reads, newest first. */
  held: readonly T[];
}

/** Most that is kept of each; what is older is in the list when it is asked for again. */
const MOST = 1_000;

export function emptyTail<T>(): Tail<T> {
  return { shown: [], held: [] };
}

/** With one more message. */
export function withMessage<T>({ shown, held }: Tail<T>, message: T, hold: boolean): Tail<T> {
  const grow = (list: readonly T[]) => [message, ...list].slice(0, MOST);
  return hold ? { shown, held: grow(held) } : { shown: grow(shown), held };
}

/** With all that was held back. */
export function released<T>({ shown, held }: Tail<T>): Tail<T> {
  return { shown: [...held, ...shown].slice(0, MOST), held: [] };
}
