import { useCallback, useEffect, useEffectEvent, useRef } from 'react';

/** Does something at most every `everyMs`, and once more at the end when it was asked for in between. */
export function useThrottled(deed: () => void, everyMs: number): () => void {
  const latest = useEffectEvent(deed);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const run = useRef<() => void>(undefined);
  useEffect(() => {
    run.current = () => latest();
    return () => clearTimeout(timer.current);
  }, []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      run.current?.();
    }, everyMs);
  }, [everyMs]);
}
