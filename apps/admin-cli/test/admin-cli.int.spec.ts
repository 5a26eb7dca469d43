import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { PlatformProcesses, runProgram } from './platform-processes.js';

describe('the command line without a platform', () => {
  it('says in one sentence that nothing runs, and how to start it', async () => {
    const ended = await runProgram(['stations', 'list', '--data', '/nowhere'], {});
    expect(ended).toMatchObject({ code: 3, out: '' });
    expect(ended.err).toMatch(/^Ampline is not running here\. Start it with `npm start`.* \[cli\.not-running\]$/);
  });

  it('says so as well when the services that are named do not answer', async () => {
    const env = { AMPLINE_SECRET: 'x'.repeat(32), AMPLINE_GRPC_URLS: 'accounts=127.0.0.1:1' };
    const ended = await runProgram(['tenants', 'list'], env);
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(
      /^A service of the platform cannot be reached\..*AccountsService\/ListTenants.*\[cli\.service-unreachable\]$/,
    );
  });
});

describe('the command line', () => {
  let platform: PlatformProcesses;

  beforeAll(async () => {
    platform = await PlatformProcesses.start(['accounts', 'ocpp-csms', 'session-export']);
  }, 120_000);

  afterAll(async () => {
    await platform.stop();
  });

  const json = async (...args: string[]): Promise<unknown> => {
    const ended = await platform.run('--json', ...args);
    expect(ended).toMatchObject({ code: 0, err: '' });
    return JSON.parse(ended.out) as unknown;
  };

  it('keeps tenants', async () => {
    expect((await platform.run('tenants', 'list')).out).toBe('No tenants yet: tenants create <slug> <name>.');
    const created = await platform.run('tenants', 'create', 'nordwind', 'Nordwind Charging');
    expect(created).toMatchObject({ code: 0, err: '' });
    expect(created.out).toMatch(/^Tenant {2}nordwind\nName {4}Nordwind Charging\nStatus {2}active\nId {6}[0-9a-f-]{36}$/);
    const again = await platform.run('tenants', 'create', 'nordwind', 'Other');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toBe(
      'Another tenant has this slug. (slug: nordwind) docs/errors.md tells what to do about it. [accounts.slug-taken]',
    );
    expect(await json('tenants', 'suspend', 'nordwind')).toMatchObject({ slug: 'nordwind', status: 'TENANT_STATUS_SUSPENDED' });
    expect(await json('tenants', 'resume', 'nordwind')).toMatchObject({ status: 'TENANT_STATUS_ACTIVE', version: '3' });
  });

  it('keeps id tokens of the only tenant without being told which', async () => {
    await json('tokens', 'groups', 'create', 'FLEET-1', 'Fleet north');
    expect(await json('tokens', 'put', 'CARD-1', '--group', 'fleet-1', '--expires', '2027-12-31')).toMatchObject({
      idToken: 'CARD-1',
      groupToken: 'FLEET-1',
      expiresAt: '2027-12-31T00:00:00Z',
    });
    const long = await platform.run('tokens', 'put', 'DE*AMP*C00000000012*1', '--type', 'emaid', '--concurrent');
    expect(long).toMatchObject({ code: 0, err: 'Longer than 20 characters: OCPP 1.6 stations cannot use this id token.' });
    expect(await json('tokens', 'block', 'card-1')).toMatchObject({ status: 'ID_TOKEN_STATUS_BLOCKED' });
    const listed = await platform.run('tokens', 'list');
    expect(listed.out.split('\n')).toEqual([
      'TOKEN                  TYPE      STATUS   EXPIRES               GROUP    CONCURRENT',
      'CARD-1                 iso14443  blocked  2027-12-31 00:00:00Z  FLEET-1  no',
      'DE*AMP*C00000000012*1  emaid     active                                  yes',
    ]);
    const cut = await platform.run('tokens', 'list', '--limit', '1');
    expect(cut.err).toBe('There are more than these 1: --limit <number>, or --all.');
    expect(await json('tokens', 'list', '--status', 'blocked')).toHaveLength(1);
    expect(await json('tokens', 'unblock', 'CARD-1')).toMatchObject({ status: 'ID_TOKEN_STATUS_ACTIVE' });
    expect((await platform.run('tokens', 'block', 'nobody')).err).toMatch(/\[accounts\.id-token-unknown\]$/);
  });

  it('invites people, and says who did what', async () => {
    const invited = await platform.run(
      'users',
      'invite',
      'Ada@Nordwind.example',
      'Ada Lovelace',
      '--role',
      'operator',
      '--role',
      'support',
    );
    expect(invited.out).toMatch(/^E-mail +ada@nordwind\.example\n(?:.*\n)*Invitation +[\w-]{43}\nValid until +2\d{3}-/);
    expect(await json('users', 'disable', 'ada@nordwind.example')).toMatchObject({ status: 'USER_STATUS_DISABLED' });
    expect(await json('users', 'enable', 'ADA@nordwind.example')).toMatchObject({ status: 'USER_STATUS_INVITED' });
    expect(await json('users', 'list', '--role', 'support')).toHaveLength(1);
    expect((await platform.run('users', 'disable', 'nobody@nordwind.example')).err).toMatch(/\[cli\.name-unknown\]$/);
    await eventually(async () => ((await json('audit', 'list', '--action', 'user.')) as object[]).length === 3);
    const told = await platform.run('audit', 'list', '--text', 'invited support');
    expect(told.out.split('\n')[1]).toMatch(/ admin-cli\/\S+ +user\.invited +Ada Lovelace +\{"roles":\["operator","support"\]\}$/);
  });

  it('asks for the tenant when there are several', async () => {
    await json('tenants', 'create', 'suedwind', 'Suedwind');
    const unnamed = await platform.run('tokens', 'list');
    expect(unnamed).toMatchObject({ code: 2 });
    expect(unnamed.err).toMatch(/tenants: nordwind, suedwind.*--tenant <slug>.*\[cli\.tenant-missing\]$/);
    expect((await platform.run('tokens', 'list', '--tenant', 'westwind')).err).toMatch(/asked: westwind; tenants: nordwind, suedwind/);
    expect((await platform.run('tokens', 'list', '--tenant', 'suedwind')).out).toBe('No id tokens.');
    expect(await json('tokens', 'list', '--tenant', 'nordwind')).toHaveLength(2);
  });

  it('shows sessions and their sum', async () => {
    expect((await platform.run('sessions', 'list', '--live', '--tenant', 'nordwind')).out).toBe('No sessions.');
    expect(await json('sessions', 'summary', '--tenant', 'nordwind')).toEqual({
      sessions: '0',
      live: '0',
      energyWh: '0',
      doubtful: '0',
    });
    const summary = await platform.run('sessions', 'summary', '--tenant', 'nordwind');
    expect(summary.out).toBe('Sessions  0\nLive      0\nEnergy    0.000 kWh\nDoubtful  0');
    const unknown = await platform.run('sessions', 'show', '0190a000-0000-7000-8000-000000000001', '--tenant', 'nordwind');
    expect(unknown.err).toMatch(/\[session-export\.session-unknown\]$/);
  });

  it('sets up stations and shows them', async () => {
    const site = await json('sites', 'create', 'Depot North', '--tenant', 'nordwind');
    expect(site).toMatchObject({ name: 'Depot North', timeZone: 'Europe/Berlin' });
    const place = ['--address', 'Hafenstr. 3', '--postal-code', '20457', '--city', 'Hamburg'];
    // csms learns of a tenant through a fact, a moment after accounts has answered.
    expect(await json('locations', 'create', 'Gate 3', '--site', 'depot north', ...place, '--tenant', 'nordwind')).toMatchObject({
      city: 'Hamburg',
      countryCode: 'DEU',
    });
    const at = ['--location', 'gate 3', '--tenant', 'nordwind'];
    const created = await json('stations', 'create', 'NS-001', ...at, '--evse', 'cType2:22000', '--evse', 'cCCS2:150000');
    expect(created).toMatchObject({
      identity: 'NS-001',
      online: false,
      evses: [
        { number: 1, connectors: [{ maxPowerW: '22000' }] },
        { number: 2, connectors: [{ type: 'cCCS2', maxPowerW: '150000' }] },
      ],
    });
    const listed = await platform.run('stations', 'list', '--site', 'Depot North', '--tenant', 'nordwind');
    expect(listed.out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'STATION | ONLINE | REGISTRATION | CONNECTORS | MODEL | LAST SEEN',
      'NS-001 | no | accepted | 1 Unknown, 2 Unknown',
    ]);
    expect((await platform.run('stations', 'list', '--online', '--tenant', 'nordwind')).out).toBe('No stations.');
    expect((await platform.run('stations', 'show', 'ns-001', '--tenant', 'nordwind')).out).toMatch(
      /EVSE 2, connector 1 +Unknown, cCCS2, 150\.0 kW/,
    );
    expect(await json('stations', 'hold', 'NS-001', '--tenant', 'nordwind')).toMatchObject({ registration: 'REGISTRATION_STATUS_PENDING' });
    expect(await json('stations', 'accept', 'NS-001', '--tenant', 'nordwind')).toMatchObject({
      registration: 'REGISTRATION_STATUS_ACCEPTED',
    });
    expect(await json('stations', 'password', 'NS-001', '--tenant', 'nordwind')).toMatchObject({
      password: expect.stringMatching(/^[A-Za-z0-9]{24}$/),
    });
    expect((await platform.run('stations', 'show', 'NS-999', '--tenant', 'nordwind')).code).toBe(1);
  });

  it('knows at once that a station is offline', async () => {
    const reset = await platform.run('command', 'NS-001', 'Reset', '{"type":"Soft"}', '--tenant', 'nordwind');
    expect(reset.code).toBe(4);
    expect(reset.out).toMatch(/^Outcome {2}the station is offline\nCommand {2}[0-9a-f-]{36}$/);
    const start = await platform.run('start', 'NS-001', '--evse', '1', '--token', 'CARD-1', '--tenant', 'nordwind', '--json');
    expect(start.code).toBe(4);
    expect(JSON.parse(start.out)).toMatchObject({ action: 'RemoteStartTransaction', outcome: 'COMMAND_OUTCOME_STATION_OFFLINE' });
    const wrong = await platform.run('command', 'NS-001', 'Reset', '{"type":"Gentle"}', '--tenant', 'nordwind');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(await json('commands', 'NS-001', '--tenant', 'nordwind')).toMatchObject([
      { action: 'RemoteStartTransaction', requestedBy: expect.stringMatching(/^admin-cli\//) },
      { action: 'Reset' },
    ]);
    expect((await platform.run('issues', 'list', '--tenant', 'nordwind')).out).toBe('No open issues.');
  });

  it('tells which service works, and rebuilds the records', async () => {
    expect((await platform.run('status')).code).toBe(0);
    expect(await json('projection', 'rebuild')).toEqual({ seen: '0', changed: '0' });
    expect(await json('projection', 'replay')).toEqual({ replayed: '0', parked: '0' });
    await platform.stopService('ocpp-csms');
    const ended = await platform.run('status');
    expect(ended.code).toBe(3);
    expect(ended.out).toMatch(/accounts +127\.0\.0\.1:\d+ +ok\n/);
    expect(ended.out).toMatch(/ocpp-csms +127\.0\.0\.1:\d+ +grpc\.unavailable\n/);
    expect(ended.out).toMatch(/session-export +127\.0\.0\.1:\d+ +ok$/);
    expect(await platform.run('projection', 'rebuild')).toMatchObject({ code: 3 });
  });
});
