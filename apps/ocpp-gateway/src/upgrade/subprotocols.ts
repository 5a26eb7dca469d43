/** RFC 7230 token: what a subprotocol's name may consist of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MOST = 20;

/** What the client offers, in its order, each once; names that are no tokens are passed over. Empty without the header. */
export function readSubprotocols(header: string | undefined): string[] {
  if (header === undefined) return [];
  const names = header.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => TOKEN.test(name)))].slice(0, MOST);
}
