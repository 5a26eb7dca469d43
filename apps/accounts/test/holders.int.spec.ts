import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DriverStatus, IdTokenStatus, OrganisationKind, OrganisationStatus, PeopleService } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Caller, Role } from '@ampline/platform-grpc';
import { AccountsService } from '@ampline/contracts';
import { code } from './outcome.js';
import { RunningAccounts } from './running-accounts.js';

describe('those who hold id tokens', () => {
  let accounts: RunningAccounts;
  let tenantId: string;

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
    tenantId = (await accounts.tenant('flotte')).tenantId;
  });

  afterAll(async () => {
    await accounts.stop();
  });

  const caller = (roles: Role[], more: Partial<Caller> = {}): Caller => ({ subject: 'someone', roles, tenantId, ...more });
  const people = (roles: Role[] = ['tenant-admin'], more: Partial<Caller> = {}) => accounts.client(PeopleService, caller(roles, more));
  const tokens = (roles: Role[] = ['operator'], more: Partial<Caller> = {}) => accounts.client(AccountsService, caller(roles, more));
  const fleet = async (name: string) =>
    (await people().createOrganisation({ name, kind: OrganisationKind.FLEET })).organisation?.organisationId ?? '';
  const driver = async (name: string, organisationId = '') =>
    (await people().createDriver({ name, organisationId })).driver?.driverId ?? '';

  it('an organisation and a driver are told as facts, and change once for each change', async () => {
    const organisationId = await fleet('Nord');
    const same = { organisationId, name: 'Nord', kind: OrganisationKind.FLEET, status: OrganisationStatus.ACTIVE };
    expect((await people().updateOrganisation(same)).organisation).toMatchObject({ version: 1n });
    const { organisation } = await people().updateOrganisation({ ...same, status: OrganisationStatus.CLOSED });
    expect(organisation).toMatchObject({ version: 2n, status: OrganisationStatus.CLOSED });
    expect((await accounts.facts(organisationId)).map((fact) => fact.payload['status'])).toEqual([
      'ORGANISATION_STATUS_ACTIVE',
      'ORGANISATION_STATUS_CLOSED',
    ]);
    const driverId = await driver('Fahrerin', organisationId);
    expect((await accounts.facts(driverId)).map((fact) => fact.payload)).toMatchObject([{ name: 'Fahrerin', organisationId }]);
  });

  it('an external reference is had by one', async () => {
    await people().createDriver({ name: 'A', externalReference: 'K-1' });
    const b = (await people().createDriver({ name: 'B' })).driver?.driverId ?? '';
    expect(await code(people().createDriver({ name: 'C', externalReference: 'K-1' }))).toBe('accounts.reference-taken');
    const taken = people().updateDriver({ driverId: b, name: 'B', externalReference: 'K-1', status: DriverStatus.ACTIVE });
    expect(await code(taken)).toBe('accounts.reference-taken');
    expect((await people().listDrivers({ search: 'k-1' })).drivers.map((one) => one.name)).toEqual(['A']);
    expect((await people().listDrivers({ search: '%' })).drivers).toEqual([]);
  });

  it('an id token carries the driver’s organisation, and goes along when the driver moves, but for its own', async () => {
    const [from, to] = [await fleet('Von'), await fleet('Nach')];
    const driverId = await driver('Umzug', from);
    const put = async (idToken: string, more: object) => (await tokens().putIdToken({ idToken, ...more })).idToken;
    expect(await put('FOLLOWS', { driverId })).toMatchObject({ driverId, organisationId: from });
    expect(await put('OWN', { driverId, organisationId: from })).toMatchObject({ organisationId: from });
    await people().updateDriver({ driverId, name: 'Umzug', organisationId: to, status: DriverStatus.ACTIVE });
    const follows = (await tokens().getIdToken({ idToken: 'FOLLOWS' })).idToken;
    expect(follows).toMatchObject({ organisationId: to, version: 2n });
    expect((await tokens().getIdToken({ idToken: 'OWN' })).idToken).toMatchObject({ organisationId: from, version: 1n });
    expect((await accounts.facts(follows?.idTokenId ?? '')).map((fact) => fact.payload['organisationId'])).toEqual([from, to]);
  });

  it('no token is left behind when its driver moves while tokens are put', async () => {
    const fleets = await Promise.all(['R1', 'R2', 'R3'].map(fleet));
    const driverId = await driver('Rennen', fleets[0]);
    const moves = fleets.map((organisationId) =>
      people().updateDriver({ driverId, name: 'Rennen', organisationId, status: DriverStatus.ACTIVE }),
    );
    const puts = Array.from({ length: 12 }, (_, i) => tokens().putIdToken({ idToken: `R-${i}`, driverId }));
    await Promise.all([...moves, ...puts]);
    const { drivers } = await people().batchGetDrivers({ driverIds: [driverId] });
    const { idTokens } = await tokens().listIdTokens({ driverId });
    expect(idTokens).toHaveLength(12);
    expect(new Set(idTokens.map((token) => token.organisationId))).toEqual(new Set([drivers[0]?.organisationId]));
  });

  it('an id token of nobody that there is, is not put', async () => {
    expect(await code(tokens().putIdToken({ idToken: 'X1', driverId: uuidv7() }))).toBe('accounts.driver-unknown');
    expect(await code(tokens().putIdToken({ idToken: 'X1', organisationId: uuidv7() }))).toBe('accounts.organisation-unknown');
  });

  it('a removed id token is not listed, not blocked, and active again for whom it is put next', async () => {
    const [first, second] = [await driver('Erste'), await driver('Zweiter')];
    await tokens().putIdToken({ idToken: 'GONE', driverId: first });
    await tokens().blockIdToken({ idToken: 'GONE' });
    const removed = await tokens().removeIdToken({ idToken: 'gone' });
    expect(removed.idToken).toMatchObject({ status: IdTokenStatus.REMOVED, version: 3n });
    expect((await tokens().removeIdToken({ idToken: 'GONE' })).idToken).toMatchObject({ version: 3n });
    expect(await code(tokens().unblockIdToken({ idToken: 'GONE' }))).toBe('accounts.id-token-removed');
    expect((await tokens().listIdTokens({ driverId: first })).idTokens).toEqual([]);
    expect((await tokens().listIdTokens({ driverId: first, status: IdTokenStatus.REMOVED })).idTokens).toHaveLength(1);
    const again = await tokens().putIdToken({ idToken: 'GONE', driverId: second });
    expect(again.idToken).toMatchObject({ status: IdTokenStatus.ACTIVE, driverId: second, version: 4n });
  });

  it('lists are narrowed by part of the text, and LIKE’s own signs are signs like others', async () => {
    await tokens().putIdToken({ idToken: 'FIND_ME' });
    await tokens().putIdToken({ idToken: 'FINDXME' });
    expect((await tokens().listIdTokens({ search: 'd_m' })).idTokens.map((token) => token.idToken)).toEqual(['FIND_ME']);
  });

  describe('own rows', () => {
    let mine: { driverId: string; organisationId: string };

    beforeAll(async () => {
      const organisationId = await fleet('Meine');
      mine = { organisationId, driverId: await driver('Ich', organisationId) };
      await tokens().putIdToken({ idToken: 'MINE', driverId: mine.driverId });
      await tokens().putIdToken({ idToken: 'FLEET', organisationId });
      await tokens().putIdToken({ idToken: 'THEIRS', driverId: await driver('Andere', await fleet('Andere')) });
      await tokens().putIdToken({ idToken: 'NOBODYS' });
    });

    it.each<[string, Role[], (own: typeof mine) => Partial<Caller>, string[]]>([
      ['a driver', ['driver'], ({ driverId }) => ({ driverId }), ['MINE']],
      ['a fleet manager', ['fleet-manager'], ({ organisationId }) => ({ organisationId }), ['MINE', 'FLEET']],
      ['a driver who manages no fleet', ['driver'], (own) => own, ['MINE']],
      ['a driver without a driver', ['driver'], () => ({}), []],
      ['a fleet manager without an organisation', ['fleet-manager'], () => ({}), []],
    ])('%s reaches what it is said to, in every way', async (_, roles, own, reached) => {
      const client = tokens(roles, own(mine));
      expect((await client.listIdTokens({})).idTokens.map((token) => token.idToken)).toEqual(reached);
      for (const idToken of ['MINE', 'FLEET', 'THEIRS', 'NOBODYS']) {
        const expected = reached.includes(idToken) ? 'answered' : 'accounts.id-token-unknown';
        expect([idToken, await code(client.getIdToken({ idToken }))]).toEqual([idToken, expected]);
        expect([idToken, await code(client.blockIdToken({ idToken }))]).toEqual([idToken, expected]);
      }
      expect(await code(client.unblockIdToken({ idToken: 'MINE' }))).toBe('grpc.role-missing');
      const { idTokens } = await tokens().listIdTokens({ status: IdTokenStatus.BLOCKED });
      for (const { idToken } of idTokens) await tokens().unblockIdToken({ idToken });
    });

    it('a fleet manager sees its drivers and its organisation alone', async () => {
      const client = people(['fleet-manager'], { organisationId: mine.organisationId });
      expect((await client.listDrivers({})).drivers.map((one) => one.name)).toEqual(['Ich']);
      expect((await client.listOrganisations({})).organisations.map((one) => one.name)).toEqual(['Meine']);
      const { drivers } = await people().listDrivers({});
      const all = await client.batchGetDrivers({ driverIds: drivers.map((one) => one.driverId) });
      expect(all.drivers.map((one) => one.name)).toEqual(['Ich']);
      expect((await people(['fleet-manager']).listOrganisations({})).organisations).toEqual([]);
    });
  });
});
