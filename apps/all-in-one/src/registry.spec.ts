import { describe, expect, it } from '@jest/globals';
import { publicAddresses } from './public-addresses.js';
import { services, servicesOf } from './registry.js';

describe('the services of an installation', () => {
  const names = (env: Record<string, string>) => servicesOf(env).map(({ name }) => name);

  it('begin with what others depend on, and sockets come last', () => {
    expect(names({})).toEqual(['identity', 'accounts', 'ocpp-csms', 'session-export', 'api-gateway', 'ocpp-gateway']);
  });

  it('have no identity provider of their own where another is named', () => {
    expect(names({ AMPLINE_KEYCLOAK_URL: 'https://login.example.com' })).not.toContain('identity');
  });

  it('call only services that there are', () => {
    const known = new Set(services.map(({ name }) => name));
    for (const { edges } of services) expect(edges.grpc.filter((name) => !known.has(name))).toEqual([]);
  });

  it('leave room for others at the database', () => {
    const pools = services.map(({ database }) => (database ? database.pool.app + database.pool.worker : 0));
    expect(pools.reduce((sum, pool) => sum + pool, 0)).toBeLessThan(80);
  });
});

describe('public addresses', () => {
  it('follow from the ports in force', () => {
    expect(publicAddresses(services, { API_GATEWAY_PORT: '4100' })).toEqual({
      AMPLINE_KEYCLOAK_URL: 'http://127.0.0.1:8180',
      AMPLINE_PUBLIC_URL: 'http://127.0.0.1:4100',
    });
  });

  it('stay as they are named, and are left out for what is not there', () => {
    const env = { AMPLINE_KEYCLOAK_URL: 'https://login.example.com', AMPLINE_PUBLIC_URL: 'https://charge.example.com' };
    expect(publicAddresses(services, env)).toEqual({});
    expect(publicAddresses([], {})).toEqual({});
  });
});
