import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** A failure as the API tells it: `code` is stable. */
export interface Failure {
  code: string;
  /** `not-found`, `denied`, `unavailable`… */
  kind?: string;
  message: string;
  /** Values for the sentence, and problems of single fields. */
  details: Readonly<Record<string, unknown>>;
  /** Messages by field of the input, as the API names them. */
  fields: Readonly<Record<string, string>>;
}

/** What an error thrown by a request says. Requests that never reached the API have the code `network`. */
export function failureOf(error: unknown): Failure {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0];
    const extensions = first?.extensions ?? {};
    const details = record(extensions['details']);
    return {
      code: text(extensions['code']) ?? 'unknown',
      kind: text(extensions['kind']),
      message: first?.message ?? error.message,
      details,
      fields: fieldsOf(details),
    };
  }
  if (ServerError.is(error))
    return { code: error.statusCode === 401 ? 'unauthenticated' : 'server', message: error.message, details: {}, fields: {} };
  return { code: 'network', message: error instanceof Error ? error.message : String(error), details: {}, fields: {} };
}

/** Whether what was asked for by its id does not exist, or not for whoever asks. */
export const isMissing = (error: unknown): boolean => error !== undefined && failureOf(error).kind === 'not-found';

function fieldsOf(details: Record<string, unknown>): Record<string, string> {
  const fields = record(details['fields']);
  return Object.fromEntries(Object.entries(fields).map(([name, problem]) => [name, String(problem)]));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
