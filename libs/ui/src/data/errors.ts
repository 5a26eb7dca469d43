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
  if (CombinedGraphQLErrors.is(error)) return told(error.errors[0], error.message);
  if (ServerError.is(error)) {
    const refusal = refusalIn(error.bodyText);
    if (refusal !== undefined) return told(refusal, error.message);
    return { code: error.statusCode === 401 ? 'unauthenticated' : 'server', message: error.message, details: {}, fields: {} };
  }
  return { code: 'network', message: error instanceof Error ? error.message : String(error), details: {}, fields: {} };
}

/** Whether what was asked for by its id does not exist, or not for whoever asks. */
export const isMissing = (error: unknown): boolean => error !== undefined && failureOf(error).kind === 'not-found';

interface Told {
  message: string;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}

function told(first: Told | undefined, message: string): Failure {
  const extensions = first?.extensions ?? {};
  const details = record(extensions['details']);
  return {
    code: text(extensions['code']) ?? 'unknown',
    kind: text(extensions['kind']),
    message: first?.message ?? message,
    details,
    fields: fieldsOf(details),
  };
}

/** What the API says where it refuses a whole operation, with a status of its own. */
function refusalIn(body: string): Told | undefined {
  try {
    const errors = record(JSON.parse(body))['errors'];
    return Array.isArray(errors) && typeof record(errors[0])['message'] === 'string' ? (errors[0] as Told) : undefined;
  } catch {
    return undefined;
  }
}

/** Services name the field that they refuse and the rule it breaks: `{ field: 'station_id', rule: 'a UUID' }`, in their own spelling. */
function fieldsOf(details: Record<string, unknown>): Record<string, string> {
  const field = text(details['field']);
  const rule = text(details['rule']);
  if (field === undefined || rule === undefined) return {};
  return { [field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]: rule };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
