import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { Credentials } from '../login/credentials.js';
import { addressOf } from '../login/client-address.js';
import { peopleServer, PEOPLE_RESOURCE } from './resources.js';

const SCOPE = 'openid profile email';

/** RFC 6749 §4.3, for tools of developers: a name and a password for a token. */
export function passwordGrant(provider: Provider, credentials: Credentials, proxyHops: number) {
  return async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client } = ctx.oidc;
    const { username, password } = ctx.oidc.params ?? {};
    if (!client || typeof username !== 'string' || typeof password !== 'string')
      throw new errors.InvalidRequest('username and password are needed');
    const checked = await credentials.check(username, password, addressOf(ctx.req, proxyHops));
    if (checked.outcome === 'password-change-due') throw new errors.InvalidGrant('Account is not fully set up');
    if (checked.outcome !== 'logged-in') throw new errors.InvalidGrant('Invalid user credentials');
    const accountId = checked.user.id;
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    grant.addOIDCScope(SCOPE);
    grant.addResourceScope(PEOPLE_RESOURCE, SCOPE);
    const grantId = await grant.save();
    const login = { accountId, client, grantId, gty: 'password', scope: SCOPE };
    const access = new provider.AccessToken(login);
    access.resourceServer = new provider.ResourceServer(PEOPLE_RESOURCE, peopleServer());
    ctx.oidc.entity('AccessToken', access);
    const refresh = new provider.RefreshToken({ ...login, resource: PEOPLE_RESOURCE });
    ctx.oidc.entity('RefreshToken', refresh);
    ctx.body = {
      access_token: await access.save(),
      refresh_token: await refresh.save(),
      token_type: 'Bearer',
      expires_in: access.expiration,
      scope: SCOPE,
    };
  };
}
