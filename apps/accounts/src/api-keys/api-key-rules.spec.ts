import { describe, expect, it } from '@jest/globals';
import { API_SCOPES, ROLES } from '@ampline/platform-grpc';
import { accessBinding, accountsBinding, auditBinding, brandBinding, peopleBinding } from '../access.js';
import { newApiKey, prefixOf, SCOPES_OF_ROLES, scopesOf } from './api-key-rules.js';

describe('an API key', () => {
  it('is found by its beginning', () => {
    const { key, prefix } = newApiKey();
    expect(prefixOf(key)).toBe(prefix);
    expect(key.startsWith(prefix)).toBe(true);
    for (const wrong of [`${key}x`, key.slice(1), key.replace('_', '-'), prefix]) expect(prefixOf(wrong)).toBeUndefined();
  });
});

describe('scopes', () => {
  const rules = [accountsBinding, peopleBinding, accessBinding, brandBinding, auditBinding].flatMap(({ access }) => Object.entries(access));

  it.each(
    API_SCOPES.flatMap((scope) => ROLES.filter((role) => SCOPES_OF_ROLES[role].includes(scope)).map((role) => [role, scope] as const)),
  )('%s covers %s: it may call all that the scope opens here', (role, scope) => {
    const opened = rules.filter(([, rule]) => rule.apiScope === scope);
    expect(opened.filter(([, rule]) => !rule.roles.includes(role)).map(([method]) => method)).toEqual([]);
  });

  it('are each covered by a tenant admin', () => {
    expect([...SCOPES_OF_ROLES['tenant-admin']].sort()).toEqual([...API_SCOPES].sort());
  });

  it('of several roles add up', () => {
    const caller = { subject: 'x', roles: ['operator' as const, 'support' as const] };
    expect(scopesOf(['audit:read', 'issues:write', 'audit:read'], caller)).toEqual(['issues:write', 'audit:read']);
    expect(() => scopesOf(['people:write'], caller)).toThrow(expect.objectContaining({ code: 'accounts.scope-uncovered' }));
  });
});
