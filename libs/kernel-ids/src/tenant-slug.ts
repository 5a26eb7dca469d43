const SLUG = /^[a-z0-9-]{2,32}$/;

/** Words that are, or may become, the first segment of a path or a subject. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'admin all api app assets console default docs fact files graphql health internal livez login metrics mqtt ocpi ocpp oicp ' +
    'operator outbox platform public readyz realms rest root static status subsidies system telemetry tenant tenants webhooks www'
  ).split(' '),
);

/** A tenant's short name in URLs and subjects: `[a-z0-9-]{2,32}` and not a reserved word. */
export function isTenantSlug(s: string): boolean {
  return SLUG.test(s) && !RESERVED.has(s);
}
