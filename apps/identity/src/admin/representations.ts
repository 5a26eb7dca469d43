import { createHash } from 'node:crypto';
import { z } from 'zod';
import { identityErrors } from '../errors.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../users/password.js';
import type { NewUser, User, UserChange } from '../users/users.store.js';

/** Keycloak's CredentialRepresentation, as far as it is used. */
const credential = z.object({ type: z.literal('password').default('password'), value: z.string(), temporary: z.boolean().default(false) });

/** Keycloak's UserRepresentation, as far as it is used; what else stands in it is left aside. */
const userBody = z.object({
  username: z.string().min(3).max(255).optional(),
  email: z.email().max(255).nullish(),
  emailVerified: z.boolean().optional(),
  firstName: z.string().max(255).nullish(),
  lastName: z.string().max(255).nullish(),
  enabled: z.boolean().optional(),
  attributes: z.object({ tenant: z.array(z.string()).max(1).optional() }).nullish(),
  credentials: z.array(credential).max(1).optional(),
  requiredActions: z.array(z.string()).optional(),
});

const roleBody = z.array(z.object({ id: z.string().optional(), name: z.string() }));

export type UserBody = z.output<typeof userBody>;
export type CredentialBody = z.output<typeof credential>;

const UPDATE_PASSWORD = 'UPDATE_PASSWORD';

/** Throws `identity.request-invalid`. */
export const userOfBody = (body: unknown): UserBody => parsed(userBody, body);
/** Names of roles. Throws `identity.request-invalid`. */
export const rolesOfBody = (body: unknown): string[] => parsed(roleBody, body).map(({ name }) => name);
/** A password that is long enough. Throws `identity.request-invalid`. */
export function credentialOfBody(body: unknown): CredentialBody {
  const given = parsed(credential, body);
  if (given.value.length < SHORTEST_PASSWORD || given.value.length > LONGEST_PASSWORD) {
    throw identityErrors.requestInvalid({
      field: 'value',
      description: `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`,
    });
  }
  return given;
}

export function newUser(body: UserBody): NewUser {
  if (body.username === undefined) throw identityErrors.requestInvalid({ field: 'username' });
  return {
    username: body.username,
    ...(body.email && { email: body.email }),
    emailVerified: body.emailVerified ?? false,
    ...(body.firstName && { firstName: body.firstName }),
    ...(body.lastName && { lastName: body.lastName }),
    ...(body.attributes?.tenant?.[0] !== undefined && { tenant: body.attributes.tenant[0] }),
    enabled: body.enabled ?? false,
  };
}

/** As Keycloak does it: what is absent stays, but attributes are replaced as a whole when there are any. */
export function userChange(body: UserBody): UserChange {
  const { username, email, emailVerified, firstName, lastName, enabled, attributes, requiredActions } = body;
  return {
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(emailVerified !== undefined && { emailVerified }),
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(enabled !== undefined && { enabled }),
    ...(attributes && { tenant: attributes.tenant?.[0] ?? null }),
    ...(requiredActions !== undefined && { passwordTemporary: requiredActions.includes(UPDATE_PASSWORD) }),
  };
}

export function userRepresentation(user: User): Record<string, unknown> {
  const { id, username, email, emailVerified, firstName, lastName, tenant, enabled, passwordTemporary, createdAt } = user;
  return {
    id,
    username,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(email !== undefined && { email }),
    emailVerified,
    ...(tenant !== undefined && { attributes: { tenant: [tenant] } }),
    createdTimestamp: createdAt.getTime(),
    enabled,
    totp: false,
    disableableCredentialTypes: [],
    requiredActions: passwordTemporary ? [UPDATE_PASSWORD] : [],
    notBefore: 0,
  };
}

/** Roles are code: their ids follow from their names. */
export function roleRepresentation(name: string, realm: string): Record<string, unknown> {
  const hash = createHash('sha256').update(`${realm}/${name}`).digest('hex');
  const id = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-');
  return { id, name, composite: false, clientRole: false, containerId: realm };
}

/** What is asked for, as the schema has it. Throws `identity.request-invalid`. */
export function parsed<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw identityErrors.requestInvalid({ field: result.error.issues[0]?.path.join('.') });
}
