import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * Filters that live in the address: they survive reload, and a link shows the same list to somebody else.
 * @param names of the parameters; what is empty does not stand in the address
 */
export function useUrlFilters<const N extends string>(names: readonly N[]) {
  const [params, setParams] = useSearchParams();
  const values = useMemo(
    () => Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<N, string>,
    [names, params],
  );
  const set = useCallback(
    (changes: Partial<Record<N, string>>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value) after.set(name, String(value));
            else after.delete(name);
          }
          return after;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  const reset = useCallback(() => set(Object.fromEntries(names.map((name) => [name, ''])) as Record<N, string>), [names, set]);
  return { values, set, reset, active: names.some((name) => values[name] !== '') };
}
