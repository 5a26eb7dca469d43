import { useEffect, useRef } from 'react';

/** Does something again and again while `active`, and never while the page is hidden. */
export function useEvery(everyMs: number, active: boolean, again: () => void): void {
  const latest = useRef(again);
  useEffect(() => {
    latest.current = again;
  }, [again]);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
}
