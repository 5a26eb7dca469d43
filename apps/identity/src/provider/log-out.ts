import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProviderRecords } from './provider-records.js';

interface Context extends KoaContextWithOIDC {
  body: unknown;
}

/**
 * OpenID Connect RP-Initiated Logout 1.0 §2: whoever shows an ID token of the very person who is logged in needs no further question;
 * nor is there one when nobody is logged in.
 */
export function endAtOnce(records: ProviderRecords) {
  return async (context: unknown, next: () => Promise<void>): Promise<void> => {
    await next();
    const ctx = context as Context;
    if (ctx.oidc?.route !== 'end_session' || ctx.status !== 200) return;
    const { session, params, provider } = ctx.oidc;
    const hinted = (ctx.oidc.entities as { IdTokenHint?: { payload: { sub?: string } } }).IdTokenHint?.payload.sub;
    if (!session || (session.accountId !== undefined && session.accountId !== hinted)) return;
    const grants = Object.values(session.authorizations ?? {}).flatMap(({ grantId }) => (grantId === undefined ? [] : [grantId]));
    await records.endSession(session.uid, grants);
    ctx.oidc.cookies.set(provider.cookieName('session'), null, { path: new URL(provider.issuer).pathname, signed: true });
    ctx.body = undefined;
    ctx.status = 303;
    ctx.redirect(target(params, ctx.oidc.urlFor('end_session_success')));
  };
}

/** Checked by the provider against those that the client may name. */
function target(params: KoaContextWithOIDC['oidc']['params'], otherwise: string): string {
  const asked = params?.['post_logout_redirect_uri'];
  if (typeof asked !== 'string') return otherwise;
  const url = new URL(asked);
  if (typeof params?.['state'] === 'string') url.searchParams.set('state', params['state']);
  return url.href;
}
