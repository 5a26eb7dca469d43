import { useState, type BaseSyntheticEvent } from 'react';
import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';
import { failureOf } from '../data/errors.js';
import { useFailureText } from './use-failure-text.js';

/** What `FormDialog` needs to know of a form that is sent. */
export interface Submission {
  busy: boolean;
  /** What the API said that belongs to no field. */
  failure: string | undefined;
  onSubmit: (event?: BaseSyntheticEvent) => void;
}

/** Sends a form that is complete, and puts what the API says about it where it belongs: at the fields that it names, the rest over the form. */
export function useSubmission<V extends FieldValues>(form: UseFormReturn<V>, send: (values: V) => Promise<unknown>): Submission {
  const failureText = useFailureText();
  const [failure, setFailure] = useState<string>();
  const { setError, getValues, formState } = form;

  const show = (error: unknown) => {
    const fields = Object.entries(failureOf(error).fields).filter(([name]) => name in getValues());
    for (const [name, message] of fields) setError(name as FieldPath<V>, { message });
    setFailure(fields.length > 0 ? undefined : failureText(error));
  };
  const submit = form.handleSubmit(async (values) => {
    setFailure(undefined);
    await send(values).catch(show);
  });
  return { busy: formState.isSubmitting, failure, onSubmit: (event) => void submit(event) };
}
