import { DriverStatus, IdTokenType, OrganisationStatus, UserStatus } from '@ampline/contracts';
import { AppError, type ErrorKind } from '@ampline/kernel-errors';
import { API_SCOPES } from '@ampline/platform-grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, PUBLIC_URL } from './support/api.js';
import { AT, AT_ISO, idOf, worldOf } from './support/world.js';

describe('people', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  beforeEach(() => {
    api.standIns.answers = worldOf(1);
  });
  afterAll(() => api.stop());

  const failing = (kind: ErrorKind) => () => {
    throw new AppError({ kind, code: `accounts.${kind}`, message: 'Refused.' });
  };

  describe('invitations', () => {
    const link = `${PUBLIC_URL}/console/invitation#a%2Bb%2Fc`;

    it('are links to the console', async () => {
      const input = '{ email: "u0@x.example", name: "User 0", roles: [OPERATOR, FLEET_MANAGER] }';
      const invited = { user: { id: idOf('user', 0), roles: ['OPERATOR'] }, link, expiresAt: AT_ISO };
      const selection = '{ user { id roles } link expiresAt }';
      expect(await api.data(`mutation { inviteUser(input: ${input}) ${selection} }`)).toEqual({ inviteUser: invited });
      expect(api.standIns.only('people.inviteUser').request).toMatchObject({ roles: ['operator', 'fleet-manager'], organisationId: '' });
      expect(await api.data(`mutation { renewInvitation(userId: "${idOf('user', 0)}") ${selection} }`)).toEqual({
        renewInvitation: invited,
      });
    });

    it('are read and accepted by whoever holds the secret, through the gateway itself', async () => {
      expect(await api.data('{ invitation(secret: "s") { email tenantName expiresAt } }')).toEqual({
        invitation: { email: 'u0@x.example', tenantName: 'Demo', expiresAt: AT_ISO },
      });
      expect(api.asViewer(api.standIns.only('people.getInvitation').token)).toBe(false);
      const accepted = await api.data('mutation { acceptInvitation(secret: "s", name: "N", password: "a long password") { username } }');
      expect(accepted).toEqual({ acceptInvitation: { username: 'demo/u0@x.example' } });
      const { request, token } = api.standIns.only('people.acceptInvitation');
      expect(request).toMatchObject({ secret: 's', name: 'N', password: 'a long password' });
      expect(api.asViewer(token)).toBe(false);
    });

    it.each(['not-found', 'conflict', 'invalid'] as const)('are null when they are not valid any more (%s)', async (kind) => {
      api.standIns.answers = { people: { getInvitation: failing(kind) } };
      expect(await api.data('{ invitation(secret: "s") { email } }')).toEqual({ invitation: null });
    });

    it('are an error when nobody can say', async () => {
      api.standIns.answers = { people: { getInvitation: failing('unavailable') } };
      expect(await api.codes('{ invitation(secret: "s") { email } }')).toEqual({ invitation: 'accounts.unavailable' });
    });
  });

  describe('the brand of a page', () => {
    const query = (args = '') => `{ brand${args} { name logoUrl } }`;

    it('is that of the host, or of a tenant and brand, asked by the gateway itself', async () => {
      expect(await api.data(query())).toEqual({ brand: { name: 'Demo', logoUrl: '/files/brands/b1/logo/abc' } });
      const { request, token } = api.standIns.only('brands.resolveBrand');
      expect(request).toMatchObject({ host: 'charge.example', tenantSlug: '', brandSlug: '' });
      expect(api.asViewer(token)).toBe(false);
      await api.data(query('(tenant: "demo", brand: "fleet")'));
      expect(api.standIns.only('brands.resolveBrand').request).toMatchObject({ host: '', tenantSlug: 'demo', brandSlug: 'fleet' });
    });

    it('is null for a host that nobody has', async () => {
      api.standIns.answers = { brands: { resolveBrand: failing('not-found') } };
      expect(await api.data(query())).toEqual({ brand: null });
    });
  });

  it('put whole id tokens', async () => {
    await api.data('mutation { putIdToken(input: { idToken: "C1", type: EMAID, expiresAt: "2026-03-01T11:00:00+01:00" }) { id } }');
    expect(api.standIns.only('accounts.putIdToken').request).toMatchObject({
      idToken: 'C1',
      type: IdTokenType.EMAID,
      expiresAt: { seconds: AT.seconds },
      groupId: '',
      allowConcurrent: false,
      driverId: '',
      organisationId: '',
    });
  });

  it('close and open drivers and organisations', async () => {
    const of = (closed: string) =>
      `mutation { updateDriver(id: "d", input: { name: "D" }${closed}) { id } updateOrganisation(id: "o", input: { name: "O", kind: FLEET }${closed}) { id } }`;
    await api.data(of(''));
    expect(api.standIns.only('people.updateDriver').request).toMatchObject({ driverId: 'd', status: DriverStatus.ACTIVE });
    expect(api.standIns.only('people.updateOrganisation').request).toMatchObject({
      organisationId: 'o',
      status: OrganisationStatus.ACTIVE,
    });
    await api.data(of(', closed: true'));
    expect(api.standIns.only('people.updateDriver').request).toMatchObject({ status: DriverStatus.CLOSED });
    expect(api.standIns.only('people.updateOrganisation').request).toMatchObject({ status: OrganisationStatus.CLOSED });
  });

  it('disable and enable users', async () => {
    await api.data('mutation { disableUser(id: "u") { id } }');
    expect(api.standIns.only('people.setUserStatus').request).toMatchObject({ userId: 'u', status: UserStatus.DISABLED });
    await api.data('mutation { enableUser(id: "u") { id } }');
    expect(api.standIns.only('people.setUserStatus').request).toMatchObject({ userId: 'u', status: UserStatus.ACTIVE });
  });

  it('select users by role', async () => {
    await api.data('{ users(filter: { role: TENANT_ADMIN, status: INVITED }) { nodes { id } } }');
    expect(api.standIns.only('people.listUsers').request).toMatchObject({ role: 'tenant-admin', status: UserStatus.INVITED, search: '' });
  });

  it('make links to sessions that they may see, and to no others', async () => {
    const mutation = `mutation { createGuestLink(sessionId: "${idOf('session', 1).toUpperCase()}") { secret } }`;
    expect(await api.data(mutation)).toEqual({ createGuestLink: { secret: 'guest-secret' } });
    expect(api.standIns.only('access.createGuestLink').request).toMatchObject({
      resource: `session:${idOf('session', 1)}`,
      validHours: 24,
    });
    api.standIns.answers = { sessions: { getSession: failing('not-found') } };
    expect(await api.codes(mutation)).toEqual({ createGuestLink: 'accounts.not-found' });
    expect(api.standIns.counts()).toEqual({ 'sessions.getSession': 1 });
  });

  it('give API keys the scopes that there are', async () => {
    expect(await api.data('{ apiScopes }')).toEqual({ apiScopes: [...API_SCOPES] });
    await api.data('mutation { createApiKey(input: { name: "K", scopes: ["stations:read"] }) { secret } }');
    const { request } = api.standIns.only('access.createApiKey');
    expect(request).toMatchObject({ scopes: ['stations:read'], requestsPerMinute: 0 });
    expect(request['expiresAt']).toBeUndefined();
  });

  it('search the audit log', async () => {
    const filter = '{ action: "user.", from: "2026-03-01T10:00:00Z" }';
    expect(await api.data(`{ audit(filter: ${filter}) { nodes { actorKind actorName via entityName detail } } }`)).toEqual({
      audit: {
        nodes: [{ actorKind: 'PERSON', actorName: 'User 1', via: 'api-gateway', entityName: 'User 2', detail: { roles: ['operator'] } }],
      },
    });
    expect(api.standIns.only('audit.searchAudit').request).toMatchObject({ action: 'user.', from: { seconds: AT.seconds }, text: '' });
  });
});
