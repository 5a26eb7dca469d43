import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { RealmClient } from './realm-client.js';
import { RunningIdentity } from './running-identity.js';

describe('identity', () => {
  let identity: RunningIdentity;
  let client: RealmClient;

  beforeAll(async () => {
    identity = await RunningIdentity.start();
    client = identity.client();
  });

  afterAll(async () => {
    await identity.stop();
  });

  it('a person logs in at the console', async () => {
    const sub = await client.user({ tenant: 'demo', email: 'operator@demo.example', password: 'a-good-password', roles: ['operator'] });
    const tokens = await client.logIn('demo/operator@demo.example', 'a-good-password');
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub,
      aud: 'ampline-api',
      tenant: 'demo',
      realm_access: { roles: ['operator'] },
    });
  });
});
