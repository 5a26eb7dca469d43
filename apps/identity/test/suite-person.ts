import { randomUUID } from 'node:crypto';
import { AppError } from '@ampline/kernel-errors';
import { Realm } from '@ampline/platform-grpc';
import type { RealmClient } from './realm-client.js';

export const PASSWORD = 'a-good-password';

/** A person of a tenant of this run alone: a Keycloak may have been used before. */
export interface SuitePerson {
  id: string;
  tenant: string;
  email: string;
  username: string;
}

/** The operator who logs in again and again. */
export async function somePerson(client: RealmClient): Promise<SuitePerson> {
  const tenant = `t-${randomUUID().slice(0, 8)}`;
  const email = `operator@${tenant}.example`;
  const id = await client.user({ tenant, email, password: PASSWORD, roles: ['operator'], name: ['Olga', 'Operator'] });
  return { id, tenant, email, username: `${tenant}/${email}` };
}

/** The realm as services of the platform see it. */
export function realmOf({ realm }: RealmClient): Realm {
  const [url = '', name = ''] = realm.issuer.split('/realms/');
  return new Realm({ url, realm: name });
}

/** What became of a call: `accepted`, or the code of its error. */
export function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );
}
