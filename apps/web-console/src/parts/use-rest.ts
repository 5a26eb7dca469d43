import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useSession } from '@ampline/ui';
import { useCallback } from 'react';

/** What the API says about a refused request (RFC 9457). */
interface Problem {
  title?: string;
  code?: string;
  details?: Record<string, unknown>;
}

/** Asks the API for a file or hands it one. Throws what the sentences for failures know, as a GraphQL request does. */
export function useRest(): (path: string, init?: RequestInit) => Promise<Response> {
  const { token } = useSession();
  return useCallback(
    async (path, init) => {
      const answer = await fetch(path, { ...init, headers: { ...init?.headers, authorization: `Bearer ${(await token()) ?? ''}` } });
      if (answer.ok) return answer;
      const { title = answer.statusText, code = 'server', details } = (await answer.json().catch(() => ({}))) as Problem;
      throw new CombinedGraphQLErrors({ errors: [{ message: title, extensions: { code, details } }] });
    },
    [token],
  );
}

/** Lets the browser save a file. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
