import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO, USER_PASSWORD } from '../src/demo/demo-data.js';
import { isNotYetKnown, seedDemo } from '../src/demo/seed.js';
import { eventually } from '@ampline/platform-testing';
import { Platform } from './support/platform.js';

const SEEDED = [
  'accounts.tenant',
  'accounts.app_user',
  'accounts.organisation',
  'accounts.driver',
  'accounts.id_token',
  'identity.realm_user',
  'csms.site',
  'csms.charging_station',
];

describe('the demo', () => {
  let platform: Platform;
  const seed = () => seedDemo({ tenants: DEMO, grpc: platform.grpc, secret: platform.secret, telemetry: platform.telemetry });

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    // As a start that was killed after it had invited the first of them.
    const { accounts, people } = platform.doors();
    const { tenant } = await accounts.createTenant({ slug: 'demo', name: 'Demo Charging' });
    const [first] = DEMO[0]?.users ?? [];
    await people.inviteUser(
      { email: first?.email ?? '', name: 'x', roles: [first?.role ?? ''], locale: 'en' },
      { tenantId: tenant?.tenantId ?? '' },
    );
    await eventually(() =>
      seed().then(
        () => true,
        (error: unknown) => (isNotYetKnown(error) ? false : Promise.reject(error as Error)),
      ),
    );
  }, 120_000);
  afterAll(() => platform.stop());

  it.each(DEMO.flatMap(({ slug, users }) => users.map(({ email, role }) => [`${slug}/${email}`, role] as const)))(
    '%s logs in as %s',
    async (username, role) => {
      const { access_token: token } = await platform.logIn(username, USER_PASSWORD);
      const { viewer } = await platform.api(`Bearer ${token}`).get<{ viewer: unknown }>('{ viewer { roles driverId organisationId } }');
      expect(viewer).toMatchObject({ roles: [role.toUpperCase().replaceAll('-', '_')] });
    },
  );

  it('gives the driver a token, and the fleet another', async () => {
    const tokensOf = async (username: string) => {
      const { access_token: token } = await platform.logIn(username, USER_PASSWORD);
      return platform.api(`Bearer ${token}`).get('{ idTokens { nodes { idToken } } }');
    };
    expect(await tokensOf('demo/driver@demo.ampline.example')).toEqual({ idTokens: { nodes: [{ idToken: 'DEMO-OK-1' }] } });
    expect(await tokensOf('demo/fleet@demo.ampline.example')).toEqual({ idTokens: { nodes: [{ idToken: 'DEMO-FLEET' }] } });
  });

  it('is not changed by another start', async () => {
    const rows = async () =>
      Promise.all(SEEDED.map((table) => platform.sql(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS digest FROM ${table} t`)));
    const before = await rows();
    await seed();
    expect(await rows()).toEqual(before);
  });
});
