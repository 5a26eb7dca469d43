import type { Request } from 'express';
import type { Admission } from '../auth/admission.js';
import { credentialOfHeaders } from '../auth/credential.js';
import type { Doors } from '../doors/doors.js';
import { apiErrors } from '../errors.js';
import type { AccessRules } from '../graphql/access.js';
import type { Contexts } from '../graphql/contexts.js';

/** Who may use a REST route: whoever may select the GraphQL field that shows the same. */
export class RestAccess {
  constructor(
    private readonly admission: Admission,
    private readonly rules: AccessRules,
    private readonly contexts: Contexts,
  ) {}

  /** The gRPC APIs as whoever asks. Throws `api.unauthenticated`, `api.forbidden` and what {@link Admission.admit} throws. */
  async doorsFor(request: Request, field: string): Promise<Doors> {
    const credential = credentialOfHeaders(request.headers);
    const access = await this.admission.admit(credential, request.ip ?? '');
    if (!access) throw apiErrors.unauthenticated({ field });
    this.rules.check(access.viewer, [field]);
    const gone = new AbortController();
    request.res?.once('close', () => gone.abort());
    return this.contexts.make({ credential, access, host: request.hostname, signal: gone.signal }).doors;
  }
}
