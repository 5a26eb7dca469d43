import {
  CommandService,
  IntakeService,
  MeteringService,
  QuirkService,
  StationService,
  CommandRunService,
  ConfigurationService,
  OnboardingService,
  FirmwareService,
  StationFileService,
  RoutingService,
} from '@ampline/contracts';
import { grpcBinding, type AccessRule, type ApiScope, type Role } from '@ampline/platform-grpc';

/** They see all of the tenant. */
export const STAFF: readonly Role[] = ['operator', 'support', 'analyst', 'tenant-admin', 'platform-admin', 'service'];
export const OPERATORS: readonly Role[] = ['operator', 'tenant-admin', 'platform-admin'];
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
  cancelCommand: commanding,
  getCommandCatalogue: reading,
});

/** Commands over many stations: who may call what. */
export const commandRunBinding = grpcBinding(CommandRunService, {
  previewCommandRun: commanding,
  startCommandRun: commanding,
  getCommandRun: reading,
  listCommandRuns: reading,
  listCommandRunStations: reading,
  stopCommandRun: commanding,
});

/** The work list: who may call what. */
export const intakeBinding = grpcBinding(IntakeService, {
  listIntakeIssues: tenant(STAFF, 'issues:read'),
  getIntakeIssue: tenant(STAFF, 'issues:read'),
  countIntakeIssues: tenant(STAFF, 'issues:read'),
  resolveIntakeIssue: tenant(OPERATORS, 'issues:write'),
});

/** Signed meter values: who may call what. */
export const meteringBinding = grpcBinding(MeteringService, {
  registerMeterKey: changing,
  revokeMeterKey: changing,
  listMeterKeys: reading,
  getSignedValues: tenant([...STAFF, ...OWNERS], 'sessions:read'),
});

/** Vendor quirks: who may call what. */
export const quirkBinding = grpcBinding(QuirkService, {
  listQuirks: reading,
  getStationQuirks: reading,
  overrideStationQuirk: changing,
});

/** Unknown stations: who may call what. */
export const onboardingBinding = grpcBinding(OnboardingService, {
  getOnboardingPolicy: reading,
  setOnboardingPolicy: changing,
  listUnknownStations: reading,
  blockUnknownStation: changing,
  acceptStation: changing,
  listRegistrationTokens: reading,
  createRegistrationToken: changing,
  revokeRegistrationToken: changing,
});

/** Settings of stations: who may call what. */
export const configurationBinding = grpcBinding(ConfigurationService, {
  getStationConfiguration: reading,
  listSettingChanges: reading,
  readStationConfigurations: commanding,
  listConfigurationTemplates: reading,
  listTemplateVersions: reading,
  putConfigurationTemplate: changing,
  removeConfigurationTemplate: changing,
  previewConfigurationTemplate: reading,
  listDriftedStations: reading,
  applyConfiguration: commanding,
  setStrictInbound: changing,
});

/** Files of stations: who may call what. They may hold personal data, so reading one takes more than seeing that there is one. */
export const stationFileBinding = grpcBinding(StationFileService, {
  requestStationFile: commanding,
  getStationFile: reading,
  listStationFiles: reading,
  readStationFile: tenant([...OPERATORS, 'support'], 'stations:command'),
  deleteStationFile: changing,
});

/** Firmware: who may call what. */
export const firmwareBinding = grpcBinding(FirmwareService, {
  beginFirmwareImage: changing,
  appendFirmwareImage: changing,
  finishFirmwareImage: changing,
  listFirmwareImages: reading,
  retireFirmwareImage: changing,
  previewFirmwareCampaign: reading,
  createFirmwareCampaign: changing,
  getFirmwareCampaign: reading,
  listFirmwareCampaigns: reading,
  setFirmwareCampaignState: tenant(OPERATORS, 'stations:command'),
  listFirmwareUpdates: reading,
});

/** Back ends, MQTT users, second CSMSs: who may call what. */
export const routingBinding = grpcBinding(RoutingService, {
  listBackEnds: reading,
  createBackEnd: changing,
  rotateBackEndSecret: changing,
  deleteBackEnd: changing,
  getStationRouting: reading,
  setStationBackEnd: changing,
  setStationProxy: changing,
  listMqttUsers: reading,
  createMqttUser: changing,
  setMqttUserStations: changing,
  rotateMqttPassword: changing,
  deleteMqttUser: changing,
});
