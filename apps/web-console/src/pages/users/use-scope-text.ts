import { useCallback } from 'react';
import { useText, type ConsoleKey } from '../../messages.js';
import { usersMessages } from './users-messages.js';

/** Says what a scope of an API key allows; its code for one that only a newer platform knows. */
export function useScopeText(): (scope: string) => string {
  const text = useText();
  return useCallback((scope) => (isKnown(`scope.${scope}`) ? text(`scope.${scope}` as ConsoleKey) : scope), [text]);
}

function isKnown(key: string): boolean {
  return key in usersMessages.en;
}
