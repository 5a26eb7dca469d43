import { useCallback } from 'react';
import { useIntl } from 'react-intl';
import { failureOf } from '../data/errors.js';

/**
 * The sentence for a failure: the one of its code (`error.<code>` of the application's catalogues), else the one of its kind, else the
 * message of the API.
 */
export function useFailureText(): (error: unknown) => string {
  const intl = useIntl();
  return useCallback(
    (error) => {
      const { code, kind, message, details } = failureOf(error);
      const key = [`error.${code}`, `ui.error.${code}`, `ui.error.${kind}`].find((candidate) => candidate in intl.messages);
      if (key === undefined) return message;
      const values = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
      return intl.formatMessage({ id: key }, { ...values, message });
    },
    [intl],
  );
}
