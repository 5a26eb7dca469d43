import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import type { ApiClient, Subscribed } from './support/api-client.js';
import { furnish, invite, PASSWORD, Platform } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

interface Status {
  platformStatusChanged: { live: boolean; services: { name: string; state: string }[] };
}

const STATIONS = '{ stations { nodes { identity } } }';
const SESSIONS = '{ sessions { nodes { stationIdentity } } }';
const PATIENCE = { timeoutMs: 30_000 };

describe('when a part is down, people', () => {
  let platform: Platform;
  let station: RawStation;
  let operator: ApiClient;
  let status: Subscribed<Status>;

  const stateOf = (service: string) =>
    status.received.at(-1)?.data.platformStatusChanged.services.find(({ name }) => name === service)?.state;
  const kinds = async (query: string) => (await operator.ask(query)).errors.map(({ extensions }) => extensions.kind);
  /** The gateway connects again a moment after it has heard of the service. */
  const served = (query: string) => eventually(async () => (await operator.codes(query)).length === 0);
  /** Kills a service, waits until people are told, looks, and starts it again. */
  const without = async (service: string, look: () => Promise<void>) => {
    const replica = platform.split?.of(service)[0];
    await replica?.kill('SIGKILL');
    await eventually(() => stateOf(service) === 'DOWN', PATIENCE);
    await look();
    await replica?.start();
    await eventually(() => stateOf(service) === 'UP', PATIENCE);
  };

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'split' });
    const { tenantId } = await furnish(platform, { stations: 1 });
    const { username } = await invite(platform, { tenantId, email: 'operator@demo.example', role: 'operator' });
    operator = await platform.person(username);
    expect(await operator.codes(STATIONS)).toEqual([]);
    station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-1', password: PASSWORD });
    await station.ask('BootNotification', { chargePointVendor: 'Me', chargePointModel: 'One' });
    status = operator.subscribe<Status>('subscription { platformStatusChanged { live services { name state } } }');
    await eventually(() => ['identity', 'accounts', 'ocpp-csms', 'session-export'].every((service) => stateOf(service) === 'UP'), PATIENCE);
  }, 120_000);
  afterAll(async () => {
    await station.close();
    await platform.stop();
  });

  it('who have logged in go on without the identity provider, and so does every service', async () => {
    await without('identity', async () => {
      expect(await operator.codes(STATIONS)).toEqual([]);
      await expect(platform.logIn('demo/operator@demo.example')).rejects.toThrow();
      const at = new Date().toISOString();
      const begun = await station.ask('StartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: at });
      await eventually(async () => (await operator.get<{ sessions: { nodes: unknown[] } }>(SESSIONS)).sessions.nodes.length === 1);
      await station.ask('StopTransaction', { transactionId: begun['transactionId'], meterStop: 1, timestamp: at });
    });
    expect((await platform.logIn('demo/operator@demo.example')).access_token).not.toBe('');
  }, 120_000);

  it('whom accounts has let in go on without it', async () => {
    await without('accounts', async () => {
      expect(await operator.codes(STATIONS)).toEqual([]);
      const newcomer = platform.api(`Bearer ${(await platform.logIn('demo/operator@demo.example')).access_token}`);
      expect((await newcomer.ask(STATIONS)).errors[0]?.extensions.kind).toBe('unavailable');
    });
  }, 120_000);

  it('are told what cannot be had, and get the rest', async () => {
    await without('ocpp-csms', async () => {
      expect(await kinds(STATIONS)).toEqual(['unavailable']);
      expect(await operator.codes(SESSIONS)).toEqual([]);
    });
    await served(STATIONS);
    await without('session-export', async () => {
      expect(await kinds(SESSIONS)).toEqual(['unavailable']);
      expect(await operator.codes(STATIONS)).toEqual([]);
    });
    await served(SESSIONS);
  }, 120_000);
});
