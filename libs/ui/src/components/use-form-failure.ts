import { useCallback, useState } from 'react';
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';
import { failureOf } from '../data/errors.js';
import { useFailureText } from './use-failure-text.js';

/** Puts what the API says about a form where it belongs: at the fields that it names, the rest over the form. */
export function useFormFailure<V extends FieldValues>(form: UseFormReturn<V>) {
  const failureText = useFailureText();
  const [failure, setFailure] = useState<string>();
  const { setError, getValues } = form;

  const show = useCallback(
    (error: unknown) => {
      const fields = Object.entries(failureOf(error).fields).filter(([name]) => name in getValues());
      for (const [name, message] of fields) setError(name as FieldPath<V>, { message });
      setFailure(fields.length > 0 ? undefined : failureText(error));
    },
    [failureText, getValues, setError],
  );
  const clear = useCallback(() => setFailure(undefined), []);
  return { failure, show, clear };
}
