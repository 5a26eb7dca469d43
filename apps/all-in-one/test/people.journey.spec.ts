import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { apiKey, guest, type ApiClient } from './support/api-client.js';
import { furnish, invite, PASSWORD, Platform, type Site } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

interface Page<T> {
  nodes: T[];
}

const REMOTE_START = `mutation ($stationId: ID!, $idToken: String!) {
  remoteStart(stationId: $stationId, idToken: $idToken, evseNumber: 1) { id outcome responseStatus requestedByName }
}`;
const SESSIONS = '{ sessions { nodes { id status energyWh stationIdentity } } }';

describe.each(['all', 'split'] as const)('people, in shape %s,', (shape) => {
  let platform: Platform;
  let site: Site;
  let station: RawStation;
  let operator: ApiClient;
  const stationId = () => site.stations[0]?.stationId ?? '';

  beforeAll(async () => {
    platform = await Platform.start({ shape });
    site = await furnish(platform, { stations: 1, tokens: ['FREE-1'] });
    const other = await furnish(platform, { tenant: 'other', stations: 1, prefix: 'OT' });
    const { people, accounts } = platform.doors();
    const as = { tenantId: site.tenantId };
    const { driver } = await people.createDriver({ name: 'Dana' }, as);
    const driverId = driver?.driverId ?? '';
    await accounts.putIdToken({ idToken: 'DANA-1', driverId }, as);
    await eventually(async () => (await platform.sql(`SELECT 1 FROM csms.id_token WHERE id_token = 'DANA-1'`)).length > 0);
    for (const role of ['operator', 'tenant-admin'] as const)
      await invite(platform, { tenantId: site.tenantId, email: `${role}@demo.example`, role });
    await invite(platform, { tenantId: site.tenantId, email: 'dana@demo.example', role: 'driver', driverId });
    await invite(platform, { tenantId: site.tenantId, email: 'dirk@demo.example', role: 'driver' });
    await invite(platform, { tenantId: other.tenantId, email: 'operator@other.example', role: 'operator' });
    operator = await platform.person('demo/operator@demo.example');
    station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-1', password: PASSWORD });
    await station.ask('BootNotification', { chargePointVendor: 'Me', chargePointModel: 'One' });
  }, 180_000);
  afterAll(async () => {
    await station.close();
    await platform.stop();
  });

  it('log in, and are who accounts says they are', async () => {
    const { viewer } = await operator.get<{ viewer: unknown }>('{ viewer { kind name email roles tenant { slug } } }');
    expect(viewer).toEqual({
      kind: 'PERSON',
      name: 'The operator',
      email: 'operator@demo.example',
      roles: ['OPERATOR'],
      tenant: { slug: 'demo' },
    });
    await expect(platform.logIn('demo/operator@demo.example', 'wrong')).rejects.toThrow(/40[01]/);
    await expect(platform.logIn('other/operator@demo.example')).rejects.toThrow(/40[01]/);
  });

  it('see the stations of their tenant, and a change within a second', async () => {
    const stations = '{ stations { nodes { identity online evses { connectors { status } } } } }';
    const { stations: seen } = await operator.get<{ stations: Page<unknown> }>(stations);
    expect(seen.nodes).toEqual([expect.objectContaining({ identity: 'ST-1', online: true })]);
    const changes = operator.subscribe<{ stationChanged: { evses?: { connectors: { status: string }[] }[] } }>(
      'subscription { stationChanged { ... on Station { evses { connectors { status } } } } }',
    );
    const foreign = (await platform.person('other/operator@other.example')).subscribe('subscription { stationChanged { __typename } }');
    const shown = (status: string) =>
      changes.received.find(({ data }) => data.stationChanged.evses?.[0]?.connectors[0]?.status === status.toUpperCase());
    const report = (status: string) =>
      station.ask('StatusNotification', { connectorId: 1, status, errorCode: 'NoError', timestamp: new Date().toISOString() });
    // Until the subscription stands, a change may pass it by.
    await eventually(
      async () => {
        await report('Preparing');
        return shown('Preparing') !== undefined;
      },
      { everyMs: 200 },
    );
    const reportedAt = performance.now();
    await report('Charging');
    await eventually(() => shown('Charging') !== undefined);
    expect((shown('Charging')?.atMs ?? Infinity) - reportedAt).toBeLessThan(1_000);
    expect(foreign.received).toEqual([]);
    expect([...changes.ended, ...foreign.ended]).toEqual([]);
  });

  it('start and stop a session from afar; whose it is sees it, nobody else', async () => {
    const { remoteStart } = await operator.get<{ remoteStart: unknown }>(REMOTE_START, { stationId: stationId(), idToken: 'DANA-1' });
    expect(remoteStart).toMatchObject({ outcome: 'ANSWERED', responseStatus: 'Accepted', requestedByName: 'The operator' });
    expect(station.commands.at(-1)).toMatchObject({ action: 'RemoteStartTransaction', payload: { idTag: 'DANA-1', connectorId: 1 } });
    const at = () => new Date().toISOString();
    const begun = await station.ask('StartTransaction', { connectorId: 1, idTag: 'DANA-1', meterStart: 0, timestamp: at() });
    const dana = await platform.person('demo/dana@demo.example');
    const sessionsOf = async (who: ApiClient) => (await who.get<{ sessions: Page<{ id: string }> }>(SESSIONS)).sessions.nodes;
    await eventually(async () => (await sessionsOf(dana)).length === 1);
    const [session] = await sessionsOf(dana);
    expect(await sessionsOf(operator)).toEqual([session]);
    expect(await sessionsOf(await platform.person('demo/dirk@demo.example'))).toEqual([]);
    const foreign = await platform.person('other/operator@other.example');
    expect(await sessionsOf(foreign)).toEqual([]);
    const one = 'query ($id: ID!) { session(id: $id) { id } }';
    expect((await foreign.ask<{ session: unknown }>(one, { id: session?.id })).data).toEqual({ session: null });
    const stop = 'mutation ($id: ID!) { remoteStop(sessionId: $id) { responseStatus } }';
    expect(await dana.codes(stop, { id: session?.id })).toEqual(['FORBIDDEN']);
    await operator.get(stop, { id: session?.id });
    const { transactionId } = begun;
    expect(station.commands.at(-1)).toMatchObject({ action: 'RemoteStopTransaction', payload: { transactionId } });
    await station.ask('StopTransaction', { transactionId, meterStop: 1_200, timestamp: at() });
    await eventually(async () => (await sessionsOf(dana)).some((it) => (it as { status?: string }).status === 'COMPLETED'));
    expect(await sessionsOf(dana)).toEqual([{ id: session?.id, status: 'COMPLETED', energyWh: 1_200, stationIdentity: 'ST-1' }]);
  });

  it('give a part of what they may to an API key, and to whoever holds a link', async () => {
    const admin = await platform.person('demo/tenant-admin@demo.example');
    const { createApiKey } = await admin.get<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      'mutation { createApiKey(input: { name: "Wallboard", scopes: ["stations:read"] }) { secret apiKey { id } } }',
    );
    const wallboard = platform.api(apiKey(createApiKey.secret));
    expect((await wallboard.get<{ stations: Page<unknown> }>('{ stations { nodes { identity } } }')).stations.nodes).toEqual([
      { identity: 'ST-1' },
    ]);
    expect(await wallboard.codes(SESSIONS)).toEqual(['FORBIDDEN']);
    expect(await wallboard.codes(REMOTE_START, { stationId: stationId(), idToken: 'FREE-1' })).toEqual(['FORBIDDEN']);

    const { sessions } = await operator.get<{ sessions: Page<{ id: string }> }>(SESSIONS);
    const id = sessions.nodes[0]?.id ?? '';
    const link = 'mutation ($id: ID!) { createGuestLink(sessionId: $id) { secret guestLink { id } } }';
    const { createGuestLink } = await operator.get<{ createGuestLink: { secret: string } }>(link, { id });
    const holder = platform.api(guest(createGuestLink.secret));
    expect(await holder.get('query ($id: ID!) { session(id: $id) { id energyWh } }', { id })).toEqual({
      session: { id, energyWh: 1_200 },
    });
    expect(await holder.codes(SESSIONS)).toEqual(['FORBIDDEN']);

    await admin.get('mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }', { id: createApiKey.apiKey.id });
    await eventually(async () => (await wallboard.ask('{ viewer { id } }')).status === 401);
  });

  it('leave no trace in others’ eyes, and one in the audit log', async () => {
    const admin = await platform.person('demo/tenant-admin@demo.example');
    const actions = async () =>
      (await admin.get<{ audit: Page<{ action: string; actorName: string }> }>('{ audit { nodes { action actorName } } }')).audit.nodes;
    await eventually(async () => (await actions()).some(({ action }) => action.startsWith('api-key.')));
    await eventually(async () => (await actions()).some(({ actorName, action }) => actorName === 'The operator' && /command/.test(action)));
    expect(await operator.codes('{ audit { nodes { action } } }')).toEqual(['FORBIDDEN']);
  });

  it('are shut out at once when they are disabled, and when they log out their login is over', async () => {
    const admin = await platform.person('demo/tenant-admin@demo.example');
    const { userId } = await invite(platform, { tenantId: site.tenantId, email: 'gone@demo.example', role: 'support' });
    const gone = await platform.person('demo/gone@demo.example');
    expect(await gone.codes('{ viewer { id } }')).toEqual([]);
    await admin.get('mutation ($id: ID!) { disableUser(id: $id) { status } }', { id: userId });
    await eventually(async () => (await gone.codes('{ viewer { id } }'))[0] === 'accounts.user-disabled', { timeoutMs: 30_000 });
    await expect(platform.logIn('demo/gone@demo.example')).rejects.toThrow(/40[01]/);

    const tokens = await platform.logIn('demo/operator@demo.example');
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const renewed = await platform.token(refresh);
    const body = new URLSearchParams({ client_id: 'ampline-cli', token: renewed.refresh_token ?? '', token_type_hint: 'refresh_token' });
    const left = await fetch(`${platform.issuer}/protocol/openid-connect/revoke`, { method: 'POST', body });
    expect(left.ok).toBe(true);
    await expect(platform.token({ ...refresh, refresh_token: renewed.refresh_token ?? '' })).rejects.toThrow(/400/);
  });

  it('that are nobody get nothing', async () => {
    const nobody = platform.api();
    expect((await nobody.ask('{ viewer { id } }')).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await platform.api('Bearer garbage').codes('{ viewer { id } }')).toEqual(['UNAUTHENTICATED']);
    const watched = nobody.subscribe('subscription { stationChanged { __typename } }');
    await eventually(() => watched.ended.length > 0);
    expect(watched.received).toEqual([]);
  });
});
