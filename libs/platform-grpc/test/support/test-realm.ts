import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { Realm } from '../../src/index.js';

interface Key {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** What is unusual about a token. */
export interface Unusual {
  claims?: JWTPayload;
  expiresInS?: number;
  audience?: string;
  issuer?: string;
  kid?: string;
}

/** The two endpoints of an OpenID provider that services know: its keys, and tokens for clients. */
export class TestRealm {
  readonly requests: { path: string; body: string; authorization: string }[] = [];
  /** How the token endpoint answers. */
  tokens: { status: number; body: unknown } = { status: 200, body: {} };
  /** Requests to the token endpoint wait for it. */
  gate: Promise<void> = Promise.resolve();
  keysStatus = 200;

  private constructor(
    private readonly server: Server,
    private keys: Key[],
    readonly url: string,
  ) {}

  static async start(): Promise<TestRealm> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const realm = new TestRealm(server, [await newKey('first')], url);
    server.on('request', (request: IncomingMessage, response) => {
      void realm.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    return realm;
  }

  realm(name = 'ampline'): Realm {
    return new Realm({ url: `${this.url}/`, realm: name });
  }

  /** A token as the realm gives it. */
  token(claims: JWTPayload, unusual: Unusual = {}): Promise<string> {
    const key = this.keys[0] as Key;
    const jwt = new SignJWT({ typ: 'Bearer', ...claims, ...unusual.claims })
      .setProtectedHeader({ alg: 'RS256', kid: unusual.kid ?? key.kid })
      .setIssuer(unusual.issuer ?? `${this.url}/realms/ampline`)
      .setSubject('0190a000-0000-7000-8000-00000000000a')
      .setIssuedAt()
      .setExpirationTime(`${unusual.expiresInS ?? 300}s`);
    return jwt.setAudience(unusual.audience ?? 'ampline-services').sign(key.privateKey);
  }

  get publicJwk(): JWK {
    return (this.keys[0] as Key).jwk;
  }

  async rotate(kid: string): Promise<void> {
    this.keys = [await newKey(kid)];
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const path = request.url ?? '';
    this.requests.push({ path, body: await text(request), authorization: request.headers.authorization ?? '' });
    if (path === '/realms/ampline/protocol/openid-connect/certs')
      return { status: this.keysStatus, body: { keys: this.keys.map(({ jwk }) => jwk) } };
    await this.gate;
    return path === '/realms/ampline/protocol/openid-connect/token' ? this.tokens : { status: 404, body: {} };
  }
}

async function newKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}
