import type { ClientMetadata } from 'oidc-provider';
import { CLIENT_PREFIX, CONSOLE_CLIENT, DEMO_CLIENT, type ConsoleAddresses } from '../realm/realm-definition.js';

/** Clients of the realm, as the embedded provider knows them. Nobody registers one. */
export function clients(o: {
  addresses: ConsoleAddresses;
  services: readonly string[];
  demoClient: boolean;
  clientSecretOf(service: string): string;
}): ClientMetadata[] {
  return [
    {
      client_id: CONSOLE_CLIENT,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: o.addresses.redirectUris,
      post_logout_redirect_uris: o.addresses.postLogoutRedirectUris,
    },
    ...(o.demoClient
      ? [
          {
            client_id: DEMO_CLIENT,
            token_endpoint_auth_method: 'none' as const,
            grant_types: ['password', 'refresh_token'],
            response_types: [],
            redirect_uris: [],
          },
        ]
      : []),
    ...o.services.map((service) => ({
      client_id: `${CLIENT_PREFIX}${service}`,
      client_secret: o.clientSecretOf(service),
      token_endpoint_auth_method: 'client_secret_basic' as const,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    })),
  ];
}
