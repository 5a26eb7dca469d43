import { useEffect, useEffectEvent, useState } from 'react';

const SETTLED_MS = 300;

/** What is being typed into a field, beside the value that it has: told when one has stopped typing. */
export function useTyped(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const settle = useEffectEvent(() => {
    if (typed.trim() !== value) onChange(typed.trim());
  });
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const timer = setTimeout(() => settle(), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
