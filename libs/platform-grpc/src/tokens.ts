import { jwtVerify, SignJWT } from 'jose';
import { ROLES, type Caller, type Role } from './access.js';
import { grpcErrors } from './errors.js';

const ISSUER = 'ampline';
const AUDIENCE = 'ampline-services';

/** Issues tokens that services of one installation accept from each other and from the admin command line. */
export class TokenIssuer {
  readonly #key: Uint8Array;

  /** `secret`: at least 32 characters, the same in every service of the installation. */
  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  /** A signed token that is valid for `ttlS` seconds. */
  issue(caller: Caller, ttlS = 300): Promise<string> {
    return new SignJWT({ roles: caller.roles, ...(caller.tenantId ? { tenant: caller.tenantId } : {}) })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(caller.subject)
      .setIssuedAt()
      .setExpirationTime(`${ttlS}s`)
      .sign(this.#key);
  }
}

/** Verifies tokens; anything but a valid one is refused with the same error. */
export class TokenVerifier {
  readonly #key: Uint8Array;

  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  /** Throws `grpc.token-invalid`. */
  async verify(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
      });
      const claimed: unknown[] = Array.isArray(payload['roles']) ? payload['roles'] : [];
      const roles = ROLES.filter((role): role is Role => claimed.includes(role));
      const tenant = payload['tenant'];
      return { subject: payload.sub ?? '', roles, ...(typeof tenant === 'string' ? { tenantId: tenant } : {}) };
    } catch (cause) {
      throw grpcErrors.tokenInvalid(undefined, cause);
    }
  }
}
