import { randomBytes } from 'node:crypto';
import { API_SCOPES, type ApiScope, type Caller, type Role } from '@ampline/platform-grpc';
import { accountsErrors } from '../errors.js';
import { newSecret } from '../secrets.js';

const ID_BYTES = 6;
const KEY = /^(ampl_[A-Za-z0-9_-]{8})_[A-Za-z0-9_-]{43}$/;

/** A new key, and the part of it by which it is found. */
export function newApiKey(): { key: string; prefix: string } {
  const prefix = `ampl_${randomBytes(ID_BYTES).toString('base64url')}`;
  return { key: `${prefix}_${newSecret()}`, prefix };
}

/** The part by which a key is found; undefined when the text is none. */
export function prefixOf(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

const READING: readonly ApiScope[] = ['stations:read', 'sessions:read', 'id-tokens:read', 'issues:read', 'people:read'];

/**
 * Scopes whose every method the role may call itself. Roles of drivers, fleets and others see rows of their own alone, a key sees all: they
 * cover none.
 */
export const SCOPES_OF_ROLES: Record<Role, readonly ApiScope[]> = {
  driver: [],
  'fleet-manager': [],
  operator: [...READING, 'stations:write', 'stations:command', 'id-tokens:write', 'issues:write'],
  support: [...READING, 'audit:read'],
  'site-host': [],
  'partner-manager': [],
  'tenant-admin': API_SCOPES,
  'platform-admin': API_SCOPES,
  'subsidy-applicant': [],
  'subsidy-officer': [],
  'subsidy-reviewer': [],
  analyst: [],
  guest: [],
  service: [],
};

/** Scopes in the order of API_SCOPES, each once. Throws `accounts.field-invalid`, `accounts.scope-uncovered`. */
export function scopesOf(texts: readonly string[], caller: Caller): ApiScope[] {
  const unknown = texts.filter((text) => !API_SCOPES.some((scope) => scope === text));
  if (unknown.length > 0 || texts.length === 0)
    throw accountsErrors.fieldInvalid({ field: 'scopes', rule: `are some of ${API_SCOPES.join(', ')}` });
  const scopes = API_SCOPES.filter((scope) => texts.includes(scope));
  const uncovered = scopes.filter((scope) => !caller.roles.some((role) => SCOPES_OF_ROLES[role].includes(scope)));
  if (uncovered.length > 0) throw accountsErrors.scopeUncovered({ scopes: uncovered });
  return scopes;
}
