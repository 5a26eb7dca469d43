import { useCallback } from 'react';
import { useText, type ConsoleKey } from '../../messages.js';
import { auditMessages } from './audit-messages.js';

/** Says what an action of the audit log means; its code for one that only a newer platform knows. */
export function useActionText(): (action: string) => string {
  const text = useText();
  return useCallback((action) => (`action.${action}` in auditMessages.en ? text(`action.${action}` as ConsoleKey) : action), [text]);
}
