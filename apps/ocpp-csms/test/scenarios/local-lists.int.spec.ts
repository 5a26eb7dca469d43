import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { idTokenChanged, IdTokenStatus, IdTokenType, LocalListSelection, LocalListStatus, type LocalList } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ConnectedStation, silent } from '../support/connected-station.js';
import { makeAccountsStream, tell } from '../support/fake-accounts.js';
import { refuses } from '../support/fake-gateway.js';
import { ListStation } from '../support/list-station.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from '../support/running-csms.js';

let csms: RunningCsms;
let tenants = 0;

beforeAll(async () => {
  csms = await RunningCsms.start(
    { OCPP_CSMS_SETTINGS_DELAY_MS: '0', OCPP_CSMS_LOCAL_LIST_SETTLE_S: '0', OCPP_CSMS_LOCAL_LISTS_PER_MINUTE: '60000' },
    2,
  );
  await makeAccountsStream(csms.bus);
});
afterAll(() => csms.stop());
const connected: ConnectedStation[] = [];
afterEach(async () => {
  for (const station of connected.splice(0)) await station.disconnect();
});

/** A tenant with a policy of its own, a station and its list. */
class World {
  private readonly versions = new Map<string, { id: string; version: bigint }>();

  private constructor(
    readonly tenant: TestTenant,
    readonly lists: Clients['localLists'],
    readonly list: ListStation,
    readonly station: ConnectedStation,
  ) {}

  static async make(...idTokens: string[]): Promise<World> {
    const tenant = await csms.tenant(`t${++tenants}`);
    const list = new ListStation();
    const station = await ConnectedStation.connect(csms, tenant, list.behaviour);
    connected.push(station);
    const world = new World(tenant, csms.as('operator', tenant.tenantId).localLists, list, station);
    for (const idToken of idTokens) await world.token(idToken);
    return world;
  }

  /** As accounts tells it. */
  async token(idToken: string, o: { status?: IdTokenStatus; group?: string; expiresAt?: Date } = {}): Promise<string> {
    const { id, version } = this.versions.get(idToken) ?? { id: uuidv7(), version: 0n };
    this.versions.set(idToken, { id, version: version + 1n });
    const { tenantId, slug } = this.tenant;
    await tell(
      csms.bus,
      idTokenChanged,
      { tenantId, tenant: slug, key: id, version: version + 1n },
      {
        ...{ idTokenId: id, version: version + 1n, tenantId, idToken, type: IdTokenType.ISO14443 },
        status: o.status ?? IdTokenStatus.ACTIVE,
        ...(o.group && { groupId: GROUP, groupToken: o.group }),
        ...(o.expiresAt && { expiresAt: timestampFromDate(o.expiresAt) }),
      },
    );
    await eventually(async () => {
      const { rows } = await csms.admin.query<{ version: string }>('SELECT version FROM id_token WHERE id_token_id = $1', [id]);
      return BigInt(rows[0]?.version ?? 0) === version + 1n;
    });
    return id;
  }

  /** The list of all, for the whole tenant. */
  async manage(): Promise<LocalList> {
    await this.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    return this.becomes(IN_SYNC);
  }

  async now(): Promise<LocalList> {
    return (await this.lists.getLocalList({ stationId: this.station.stationId })).localList as LocalList;
  }

  becomes(status: LocalListStatus, holds: (list: LocalList) => boolean = () => true): Promise<LocalList> {
    return eventually(async () => {
      const list = await this.now();
      return list.status === status && (list.dueAt === undefined) === (status !== FAILED) && holds(list) && list;
    });
  }

  /** In sync, with these id tokens. */
  holds(...idTokens: string[]): Promise<LocalList> {
    return this.becomes(IN_SYNC, () => this.list.idTags.join() === [...idTokens].sort().join());
  }

  /** Versions and kinds of the updates that reached the station. */
  get updates(): [unknown, unknown, number][] {
    return this.station
      .got('SendLocalList')
      .map((sent) => [sent['updateType'], sent['listVersion'], (sent['localAuthorizationList'] as unknown[]).length]);
  }

  async dueNow(): Promise<void> {
    await csms.admin.query('UPDATE local_list SET due_at = now() WHERE station_id = $1', [this.station.stationId]);
  }
}

const GROUP = uuidv7();
const { IN_SYNC, FAILED, NOT_SUPPORTED, DISABLED, PENDING, UNMANAGED } = LocalListStatus;

describe('the list of a station', () => {
  it('gets every active token of the tenant, with group and expiry, and then what changes alone', async () => {
    const world = await World.make('A', 'B', 'C');
    const expiresAt = new Date(Date.now() + 86_400_000);
    await world.token('D', { group: 'FLEET', expiresAt });
    await world.token('GONE', { expiresAt: new Date(Date.now() - 1_000) });
    await world.token('X'.repeat(30));
    expect(await world.manage()).toMatchObject({
      version: 1,
      heldVersion: 1,
      stationVersion: 1,
      entries: 4,
      leftOut: 1,
      result: 'Accepted',
    });
    expect(world.list.idTags).toEqual(['A', 'B', 'C', 'D']);
    expect(world.list.entries.get('D')).toEqual({ status: 'Accepted', expiryDate: expiresAt.toISOString(), parentIdTag: 'FLEET' });
    await world.token('B', { status: IdTokenStatus.BLOCKED });
    expect(await world.holds('A', 'C', 'D')).toMatchObject({ version: 2, heldVersion: 2 });
    expect(world.updates).toEqual([
      ['Full', 1, 4],
      ['Differential', 2, 1],
    ]);
    const { entries } = await world.lists.listLocalListEntries({ stationId: world.station.stationId, page: { limit: 2 } });
    expect(entries.map(({ idToken }) => idToken)).toEqual(['A', 'C']);
  });

  it('follows the nearest policy, and is left alone without one', async () => {
    const world = await World.make('A');
    const { stationId } = world.station;
    const { siteId } = world.tenant;
    const chosen = await world.token('B');
    expect(await world.now()).toMatchObject({ status: UNMANAGED });
    await world.token('C', { group: 'G' });
    await world.manage();
    await world.lists.setLocalListPolicy({ siteId, selection: LocalListSelection.GROUPS, groupIds: [GROUP] });
    await world.holds('C');
    await world.lists.setLocalListPolicy({ stationId, selection: LocalListSelection.CHOSEN, idTokenIds: [chosen] });
    await world.holds('B');
    await world.lists.removeLocalListPolicy({ stationId });
    await world.holds('C');
    await world.lists.setLocalListPolicy({ stationId, selection: LocalListSelection.UNMANAGED });
    await world.becomes(UNMANAGED);
    await world.token('A', { status: IdTokenStatus.BLOCKED });
    expect(world.list.idTags).toEqual(['C']);
    const { policies } = await world.lists.listLocalListPolicies({});
    expect(policies.map(({ selection }) => selection)).toEqual([
      LocalListSelection.ALL,
      LocalListSelection.GROUPS,
      LocalListSelection.UNMANAGED,
    ]);
    expect(await codeOf(world.lists.removeLocalListPolicy({ stationId: uuidv7() }))).toBe('csms.station-unknown');
  });

  it('is sent in as many messages as the station needs, and no longer than it takes', async () => {
    const world = await World.make('A', 'B', 'C', 'D', 'E', 'F');
    world.list.configuration = { LocalAuthListEnabled: 'true', SendLocalListMaxLength: '2', LocalAuthListMaxLength: '5' };
    expect(await world.manage()).toMatchObject({ version: 3, entries: 5, leftOut: 1, sendMost: 2, listMost: 5 });
    expect(world.updates).toEqual([
      ['Full', 1, 2],
      ['Differential', 2, 2],
      ['Differential', 3, 1],
    ]);
  });

  it('is sent once, whichever replicas are told of a boot, and not again at the next one', async () => {
    const world = await World.make('A');
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    await world.station.boot();
    await world.station.boot();
    await world.holds('A');
    await world.station.boot();
    await eventually(() => world.station.got('GetLocalListVersion').length > 1);
    await world.holds('A');
    expect(world.updates).toEqual([['Full', 1, 1]]);
  });

  it('waits for a station that is away', async () => {
    const world = await World.make('A');
    await world.station.disconnect();
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    await world.station.reconnect(world.list.behaviour);
    await world.holds('A');
  });
});

describe('a list that is not as we think', () => {
  it('has a version of somebody else: everything is sent, under a version above it', async () => {
    const world = await World.make('A', 'B');
    world.list.version = 57;
    world.list.entries.set('STRANGER', {});
    expect(await world.manage()).toMatchObject({ version: 58, heldVersion: 58 });
    expect(world.updates).toEqual([['Full', 58, 2]]);
    await world.holds('A', 'B');
  });

  it('was lost: a boot finds it out', async () => {
    const world = await World.make('A', 'B', 'C');
    await world.manage();
    world.list.version = 0;
    world.list.entries.clear();
    await world.station.boot();
    await world.holds('A', 'B', 'C');
    expect(world.updates.at(-1)).toEqual(['Full', 2, 3]);
  });

  it('was sent by hand: it is brought back', async () => {
    const world = await World.make('A', 'B', 'C');
    await world.manage();
    const byHand = { listVersion: 90, updateType: 'Full', localAuthorizationList: [{ idTag: 'X', idTagInfo: { status: 'Accepted' } }] };
    const { stationId } = world.station;
    await csms
      .as('operator', world.tenant.tenantId)
      .commands.sendCommand({ stationId, action: 'SendLocalList', payloadJson: JSON.stringify(byHand) });
    await world.holds('A', 'B', 'C');
    expect(world.updates.at(-1)).toEqual(['Full', 91, 3]);
  });

  it('answers VersionMismatch: its version is asked for, and everything is sent', async () => {
    const world = await World.make('A', 'B', 'C', 'D');
    await world.manage();
    world.list.version = 40;
    await world.token('E');
    await world.holds('A', 'B', 'C', 'D', 'E');
    expect(world.updates.slice(1)).toEqual([
      ['Differential', 2, 1],
      ['Full', 41, 5],
    ]);
  });

  it('answers Failed: everything is sent; when that fails too, it is tried again later', async () => {
    const world = await World.make('A', 'B', 'C', 'D');
    await world.manage();
    world.list.refusals.push('Failed');
    await world.token('E');
    await world.holds('A', 'B', 'C', 'D', 'E');
    expect(world.updates.slice(1)).toEqual([
      ['Differential', 2, 1],
      ['Full', 3, 5],
    ]);
    world.list.refusals.push('Failed', 'Failed');
    await world.token('F');
    expect(await world.becomes(FAILED)).toMatchObject({ result: 'Failed', version: 5, heldVersion: 3 });
    await world.dueNow();
    await world.holds('A', 'B', 'C', 'D', 'E', 'F');
    expect(world.updates.at(-1)).toEqual(['Differential', 6, 1]);
  });

  it('took an update whose answer nobody got: what it holds is found out, and no version is used twice', async () => {
    const world = await World.make('A', 'B', 'C', 'D');
    await world.manage();
    const { behaviour } = world.list;
    await world.station.reconnect((command) =>
      command.action === 'SendLocalList' ? (void behaviour(command), silent(command)) : behaviour(command),
    );
    await world.token('E');
    await eventually(async () => (await world.now()).result === 'timeout');
    expect(await world.now()).toMatchObject({ status: PENDING, version: 2, heldVersion: 1 });
    await world.station.reconnect(behaviour);
    await world.dueNow();
    await world.holds('A', 'B', 'C', 'D', 'E');
    expect(world.updates).toEqual([['Full', 3, 5]]);
  });

  it('is taken up by another replica when the one that had it has died', async () => {
    const world = await World.make('A');
    await world.station.disconnect();
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    await csms.admin.query(`UPDATE local_list SET due_at = NULL, version = 7, claimed_until = now() WHERE station_id = $1`, [
      world.station.stationId,
    ]);
    await world.station.reconnect(world.list.behaviour);
    await world.holds('A');
    expect(world.updates).toEqual([['Full', 8, 1]]);
  });
});

describe('a station', () => {
  it('without a list is left alone until it is asked for', async () => {
    const world = await World.make('A');
    world.list.version = -1;
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    expect(await world.becomes(NOT_SUPPORTED)).toMatchObject({ stationVersion: -1 });
    await world.token('B');
    await world.station.boot();
    expect(await world.now()).toMatchObject({ status: NOT_SUPPORTED });
    world.list.version = 0;
    await world.lists.syncLocalList({ stationId: world.station.stationId, full: false });
    await world.holds('A', 'B');
    expect(world.station.got('GetLocalListVersion')).toHaveLength(2);
  });

  it('with other firmware is asked again', async () => {
    const world = await World.make('A');
    await world.station.reconnect(refuses('NotImplemented', 'no lists'));
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    expect(await world.becomes(NOT_SUPPORTED)).toMatchObject({ result: 'NotImplemented' });
    await world.station.reconnect(world.list.behaviour);
    await world.station.boot({ firmwareVersion: '2.0' });
    await world.holds('A');
  });

  it('that answers NotSupported is left alone', async () => {
    const world = await World.make('A');
    world.list.refusals.push('NotSupported');
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    expect(await world.becomes(NOT_SUPPORTED)).toMatchObject({ result: 'NotSupported' });
  });

  it('whose list is switched off is not sent one, until a boot after which it is on', async () => {
    const world = await World.make('A');
    world.list.configuration = { LocalAuthListEnabled: 'false' };
    await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
    await world.becomes(DISABLED);
    expect(world.updates).toEqual([]);
    world.list.configuration = null;
    await world.station.boot();
    await world.holds('A');
  });

  it('is sent everything on demand', async () => {
    const world = await World.make('A', 'B', 'C');
    await world.manage();
    await world.lists.syncLocalList({ stationId: world.station.stationId, full: true });
    await eventually(() => world.updates.length === 2);
    expect(world.updates[1]).toEqual(['Full', 2, 3]);
  });
});

it('a change of tokens makes the stations of a tenant due one after the other', async () => {
  const world = await World.make();
  await world.station.disconnect();
  for (const identity of ['P1', 'P2', 'P3']) await csms.station(world.tenant, identity);
  await world.lists.setLocalListPolicy({ selection: LocalListSelection.ALL });
  const { rows } = await csms.admin.query<{ ms: string }>(
    `SELECT round(extract(epoch FROM due_at - min(due_at) OVER ()) * 1000) AS ms FROM local_list WHERE tenant_id = $1 ORDER BY due_at`,
    [world.tenant.tenantId],
  );
  expect(rows.map(({ ms }) => Number(ms))).toEqual([0, 1, 2, 3]);
});
