/** keycloak-connect declares no types for its token. */
declare module 'keycloak-connect/middleware/auth-utils/token.js' {
  export default class Token {
    constructor(token: string, clientId: string);
    /** Undefined for what is no token. */
    readonly header?: { alg?: unknown; kid?: unknown } | null;
    readonly content: unknown;
  }
}
