import type { ResourceServer } from 'oidc-provider';
import { ACCESS_TOKEN_S, API_AUDIENCE, SERVICES_AUDIENCE } from '../realm/realm-definition.js';

/** What the provider knows the two audiences by. Nobody asks for them: each client has its own. */
export const PEOPLE_RESOURCE = 'urn:ampline:api';
export const SERVICES_RESOURCE = 'urn:ampline:services';

type Server = Pick<ResourceServer, 'scope' | 'audience' | 'accessTokenTTL' | 'accessTokenFormat' | 'jwt'>;

const server = (audience: string): Server => ({
  scope: 'openid profile email',
  audience,
  accessTokenFormat: 'jwt',
  accessTokenTTL: ACCESS_TOKEN_S,
  jwt: { sign: { alg: 'RS256' } },
});

export const peopleServer = (): Server => server(API_AUDIENCE);
export const servicesServer = (): Server => server(SERVICES_AUDIENCE);
