const PEM_BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
/** `Chain` holds the whole chain, `Cert` the client's certificate alone. */
const ENVOY_ELEMENT = /(?:^|[;,])\s*(Cert|Chain)="([^"]*)"/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Certificates that a proxy passes on in a header, the client's first, each as base64 of DER. Understood are Envoy's
 * `x-forwarded-client-cert` (elements `Cert` and `Chain`, of the proxy next to us), PEM with percent-encoding (nginx
 * `$ssl_client_escaped_cert`) and base64 of DER, several separated by commas (Traefik). What is none of these is passed on as it is:
 * whoever reads it then refuses with a reason. Empty without the header.
 */
export function readForwardedCertificates(header: string | undefined): string[] {
  const text = header?.trim() ?? '';
  if (text === '' || text === '(null)') return [];
  const envoy = new Map([...text.matchAll(ENVOY_ELEMENT)].map(([, name, value]) => [name, value ?? '']));
  const written = decoded(envoy.get('Chain') ?? envoy.get('Cert') ?? text);
  const blocks = [...written.matchAll(PEM_BLOCK)].map(([, body]) => (body ?? '').replace(/\s+/g, ''));
  if (blocks.length > 0) return blocks;
  const bare = written.split(',').map((part) => part.trim());
  return bare.every((part) => BASE64.test(part)) ? bare : [Buffer.from(text).toString('base64')];
}

/** Some proxies leave `+` and `=` alone, others escape all; what cannot be decoded is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (e) {
    if (e instanceof URIError) return text;
    throw e;
  }
}
