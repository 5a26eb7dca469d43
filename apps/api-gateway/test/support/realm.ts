import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac, randomUUID } from 'node:crypto';
import { TokenIssuer } from '@ampline/platform-grpc';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

const KID = 'key-1';

interface Keys {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** An OpenID realm as tokens know it: an issuer that signs with RS256, and a key set over HTTP. */
export class TestRealm {
  private requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly keys: Keys,
    /** Keys of somebody else, for forgeries. */
    private readonly foreign: Keys,
  ) {}

  /** `secret`: of the installation. Services get an internal token here, which the stand-ins of services know. */
  static async start(secret: string): Promise<TestRealm> {
    const [keys, foreign] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: KID, use: 'sig', alg: 'RS256' };
    const serviceToken = await new TokenIssuer(secret).issue({ subject: 'api-gateway', roles: ['service'] }, 3_600);
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'GET') realm.requests += 1;
      response.end(JSON.stringify(request.method === 'GET' ? { keys: [jwk] } : { access_token: serviceToken, expires_in: 3_600 }));
    });
    const realm = new TestRealm(server, keys, foreign);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return realm;
  }

  /** What AMPLINE_KEYCLOAK_URL is set to. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.url}/realms/ampline`;
  }

  /** How often the key set was asked for. */
  get keySetRequests(): number {
    return this.requests;
  }

  /** A person's access token; `claims` over those of a good one. */
  accessToken(claims: JWTPayload = {}, o: { lifeS?: number; key?: 'own' | 'foreign'; kid?: string } = {}): Promise<string> {
    return new SignJWT(this.claims(claims, o.lifeS))
      .setProtectedHeader({ alg: 'RS256', kid: o.kid ?? KID })
      .sign((o.key === 'foreign' ? this.foreign : this.keys).privateKey);
  }

  /** `alg: none`, without a signature. */
  unsigned(): string {
    return `${encode({ alg: 'none', kid: KID })}.${encode(this.claims())}.`;
  }

  /** Signed with HS256, the public key as the secret. */
  async confused(): Promise<string> {
    const signed = `${encode({ alg: 'HS256', kid: KID })}.${encode(this.claims())}`;
    const mac = createHmac('sha256', await exportSPKI(this.keys.publicKey))
      .update(signed)
      .digest('base64url');
    return `${signed}.${mac}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private claims(over: JWTPayload = {}, lifeS = 300): JWTPayload {
    const now = Math.floor(Date.now() / 1_000);
    return {
      iss: this.issuer,
      jti: randomUUID(),
      sub: 'operator',
      aud: 'ampline-api',
      typ: 'Bearer',
      azp: 'ampline-console',
      iat: now,
      exp: now + lifeS,
      ...over,
    };
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
