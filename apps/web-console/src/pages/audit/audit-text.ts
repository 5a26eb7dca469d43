import { useCallback } from 'react';
import { useText, type ConsoleKey } from '../../messages.js';
import { reasonKeys } from '../issues/reasons.js';
import { auditMessages } from './audit-messages.js';

/** Names of intake issues are their reasons: in plain words. */
export function useEntityText(): (entry: { entityType: string; entityName: string }) => string {
  const text = useText();
  return useCallback(
    ({ entityType, entityName }) => {
      const keys = entityType === 'intake-issue' ? reasonKeys(entityName) : undefined;
      return keys === undefined ? entityName : text(keys.title);
    },
    [text],
  );
}

/** Says what an action of the audit log means; its code for one that only a newer platform knows. */
export function useActionText(): (action: string) => string {
  const text = useText();
  return useCallback((action) => (`action.${action}` in auditMessages.en ? text(`action.${action}` as ConsoleKey) : action), [text]);
}
