import { CommandService, IntakeService, StationService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';

const reading: AccessRule = { roles: ['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin', 'service'], scope: 'tenant' };
const changing: AccessRule = { roles: ['operator', 'tenant-admin', 'platform-admin'], scope: 'tenant' };
/** Other services command stations as well: they start what a driver asked for, and limit power. */
const commanding: AccessRule = { roles: ['operator', 'tenant-admin', 'platform-admin', 'service'], scope: 'tenant' };
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
  setRegistration: changing,
  setStationPassword: changing,
  listMessages: reading,
  listMeterValues: reading,
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
  listIntakeIssues: reading,
  getIntakeIssue: reading,
  resolveIntakeIssue: changing,
});
