import { describe, expect, it } from '@jest/globals';
import { identityConfig } from '../config.js';
import { clients } from '../provider/clients.js';
import { keycloakRealm } from './keycloak-realm.js';
import { consoleAddresses, REALM_ROLES } from './realm-definition.js';

interface Client {
  clientId: string;
  enabled?: boolean;
  publicClient: boolean;
  secret?: string;
  redirectUris?: string[];
  standardFlowEnabled: boolean;
  directAccessGrantsEnabled: boolean;
  serviceAccountsEnabled: boolean;
  implicitFlowEnabled: boolean;
  attributes?: Record<string, string>;
}

const realm = keycloakRealm() as unknown as { clients: Client[]; roles: { realm: { name: string }[] } } & Record<string, unknown>;
const config = identityConfig.parse({});
if (!config.ok) throw new Error('the defaults are no configuration');
const embedded = clients({
  addresses: consoleAddresses('https://ampline.example'),
  services: config.value.services,
  demoClient: true,
  clientSecretOf: (service) => `secret of ${service}`,
});

describe('the realm file', () => {
  it('has the clients of the embedded provider, which may do the same', () => {
    const grantsOf = (client: Client) => [
      ...(client.standardFlowEnabled ? ['authorization_code', 'refresh_token'] : []),
      ...(client.directAccessGrantsEnabled ? ['password', 'refresh_token'] : []),
      ...(client.serviceAccountsEnabled ? ['client_credentials'] : []),
    ];
    const sketch = realm.clients.map((client) => [client.clientId, grantsOf(client), client.publicClient]);
    expect(sketch).toEqual(embedded.map((client) => [client.client_id, client.grant_types, client.token_endpoint_auth_method === 'none']));
    expect(realm.clients.some(({ implicitFlowEnabled }) => implicitFlowEnabled)).toBe(false);
    expect(realm.clients.find(({ clientId }) => clientId === 'ampline-cli')?.enabled).toBe(false);
  });

  it('sends people back to the console alone, with PKCE', () => {
    const [console] = realm.clients;
    const filled = console?.redirectUris?.map((uri) => uri.replace('${AMPLINE_PUBLIC_URL}', 'https://ampline.example'));
    expect(filled).toEqual(embedded[0]?.redirect_uris);
    expect(console?.attributes).toMatchObject({ 'pkce.code.challenge.method': 'S256' });
  });

  it('holds no secret, but the name of the variable that does', () => {
    const secrets = realm.clients.filter(({ publicClient }) => !publicClient).map(({ secret }) => secret);
    expect(secrets).toContain('${AMPLINE_OCPP_CSMS_CLIENT_SECRET}');
    expect(secrets.every((secret) => /^\$\{AMPLINE_[A-Z_]+_CLIENT_SECRET\}$/.test(secret ?? ''))).toBe(true);
  });

  it('has the roles of the platform, and the lifetimes and limits of the embedded provider', () => {
    expect(realm.roles.realm.map(({ name }) => name)).toEqual(REALM_ROLES);
    expect(realm).toMatchObject({
      accessTokenLifespan: 300,
      ssoSessionMaxLifespan: config.value.sessionHours * 3_600,
      ssoSessionIdleTimeout: config.value.sessionIdleHours * 3_600,
      failureFactor: config.value.userFailures,
      revokeRefreshToken: true,
      refreshTokenMaxReuse: 0,
    });
  });
});
