import { CommandService, IntakeService, StationService } from '@ampline/contracts';
import { grpcBinding, type AccessRule, type ApiScope, type Role } from '@ampline/platform-grpc';

/** They see all of the tenant. */
export const STAFF: readonly Role[] = ['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin', 'service'];
const OPERATORS: readonly Role[] = ['operator', 'tenant-admin', 'platform-admin'];
/** Whoever a session belongs to: its driver, the managers of their organisation, the holder of a link to it. */
const OWNERS: readonly Role[] = ['driver', 'fleet-manager', 'guest'];

const tenant = (roles: readonly Role[], apiScope?: ApiScope): AccessRule => ({ roles, scope: 'tenant', ...(apiScope && { apiScope }) });

const reading = tenant(STAFF, 'stations:read');
const changing = tenant(OPERATORS, 'stations:write');
/** Other services command stations as well: they start what a driver asked for, and limit power. */
const commanding = tenant([...OPERATORS, 'service'], 'stations:command');
const exporting: AccessRule = { roles: ['service', 'platform-admin'], scope: 'platform' };

/** Sites, locations, stations: who may call what. */
export const stationBinding = grpcBinding(StationService, {
  createSite: changing,
  listSites: reading,
  createLocation: changing,
  listLocations: reading,
  createStation: changing,
  getStation: reading,
  listStations: reading,
  batchGetStations: reading,
  batchGetPlaces: reading,
  countStations: reading,
  setRegistration: changing,
  setStationPassword: changing,
  listMessages: reading,
  exportMessages: reading,
  getMessageRetention: reading,
  setMessageRetention: tenant(['tenant-admin', 'platform-admin'], 'stations:write'),
  listMeterValues: tenant([...STAFF, ...OWNERS], 'sessions:read'),
  exportStations: exporting,
  exportSessions: exporting,
});

/** Commands: who may call what. */
export const commandBinding = grpcBinding(CommandService, {
  sendCommand: commanding,
  requestStart: commanding,
  requestStop: commanding,
  getCommand: reading,
  listCommands: reading,
});

/** The work list: who may call what. */
export const intakeBinding = grpcBinding(IntakeService, {
  listIntakeIssues: tenant(STAFF, 'issues:read'),
  getIntakeIssue: tenant(STAFF, 'issues:read'),
  countIntakeIssues: tenant(STAFF, 'issues:read'),
  resolveIntakeIssue: tenant(OPERATORS, 'issues:write'),
});
