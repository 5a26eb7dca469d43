import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  AccountsService,
  CommandRunService,
  FirmwareCampaignState,
  FirmwareService,
  LocalListSelection,
  LocalListService,
  MeteringService,
  ReservationService,
  SecurityService,
  StationService,
  PeopleService,
  type StationState,
} from '@ampline/contracts';
import { grpcClient, TokenIssuer } from '@ampline/platform-grpc';
import type { Telemetry } from '@ampline/platform-telemetry';
import { FIRMWARE, RESERVED_FOR, SHOWCASE, type DemoTenant } from './demo-data.js';
import type { DemoMeter } from './signing-meters.js';

interface ShowcaseOptions {
  grpc: Readonly<Record<string, string>>;
  secret: string;
  telemetry: Telemetry;
  tenant: DemoTenant;
  /** Of the station whose meter signs. */
  meter: DemoMeter;
  /** Aborted when the demo ends before its stations are there. */
  signal: AbortSignal;
}

const STATIONS_PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 500;
const RESERVED_FOR_MS = 90 * 60_000;

/**
 * What an operator would have done at the stations of the demo, so that each page has something to show: an authority, a firmware campaign, a
 * command to a site, a reservation, a local list, a meter key. Each once; what is there stays.
 */
export async function furnishShowcase(o: ShowcaseOptions): Promise<void> {
  const actor = await findActor(o);
  const doors = open(o, actor);
  const at = { tenantId: actor.tenantId };
  try {
    const stations = await whenOnline(doors.stations, at, o.signal);
    if (stations === undefined) return;
    const stationOf = (identity: string) => stations.find((station) => station.identity === identity) as StationState;
    const deeds = {
      reserve: () => reserve(doors, stationOf(SHOWCASE.reserved), at),
      registerMeter: () => registerMeter(doors, stationOf(SHOWCASE.signing), o.meter, at),
      createAuthority: () => createAuthority(doors, at),
      keepLocalList: () => keepLocalList(doors, stationOf(SHOWCASE.localList), at),
      askForStatus: () => askForStatus(doors, stationOf(SHOWCASE.asked), at),
      updateFirmware: () => updateFirmware(doors, SHOWCASE.updated.map(stationOf), at),
    };
    for (const [deed, act] of Object.entries(deeds)) {
      // The others are shown all the same.
      await act().catch((error: unknown) => o.telemetry.logger.warn('demo.deed-failed', { deed }, error));
    }
  } finally {
    for (const client of Object.values(doors)) client.close();
  }
}

async function findActor({ grpc, secret, telemetry, tenant }: ShowcaseOptions): Promise<Actor> {
  const issuer = new TokenIssuer(secret);
  const token = () => issuer.issue({ subject: 'demo-seed', name: 'Demo seed', roles: ['platform-admin', 'service'] });
  const door = { url: grpc['accounts'] ?? '', telemetry, token };
  const [accounts, people] = [grpcClient(AccountsService, door), grpcClient(PeopleService, door)];
  try {
    const { tenants } = await accounts.listTenants({ page: { limit: 500 } });
    const tenantId = tenants.find(({ slug }) => slug === tenant.slug)?.tenantId ?? '';
    const { users } = await people.listUsers({ page: { limit: 500 } }, { tenantId });
    const wanted = tenant.users.find(({ role }) => role === 'tenant-admin');
    return { tenantId, subject: users.find(({ email }) => email === wanted?.email)?.userId ?? '', name: wanted?.name ?? '' };
  } finally {
    accounts.close();
    people.close();
  }
}

function open({ grpc, secret, telemetry }: ShowcaseOptions, { tenantId, subject, name }: Actor) {
  const issuer = new TokenIssuer(secret);
  const token = () => issuer.issue({ subject, name, roles: ['tenant-admin'], tenantId });
  const door = { url: grpc['ocpp-csms'] ?? '', telemetry, token };
  return {
    stations: grpcClient(StationService, door),
    security: grpcClient(SecurityService, door),
    firmware: grpcClient(FirmwareService, door),
    commandRuns: grpcClient(CommandRunService, door),
    reservations: grpcClient(ReservationService, door),
    localLists: grpcClient(LocalListService, door),
    metering: grpcClient(MeteringService, door),
  };
}

type Doors = ReturnType<typeof open>;
/** The administrator of the tenant. */
interface Actor {
  tenantId: string;
  subject: string;
  name: string;
}
interface At {
  tenantId: string;
}

/** The stations, once those that something is done at are connected; undefined when the demo ends or they do not come. */
async function whenOnline(stations: Doors['stations'], at: At, signal: AbortSignal): Promise<StationState[] | undefined> {
  const wanted = Object.values(SHOWCASE).flat();
  const deadline = performance.now() + STATIONS_PATIENCE_MS;
  while (!signal.aborted && performance.now() < deadline) {
    const { stations: online } = await stations.listStations({ online: true, page: { limit: 500 } }, at);
    if (wanted.every((identity) => online.some((station) => station.identity === identity))) return online;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return undefined;
}

async function reserve({ reservations }: Doors, { stationId }: StationState, at: At): Promise<void> {
  const known = await reservations.listReservations({}, at);
  if (known.reservations.length > 0) return;
  const expiresAt = timestampFromDate(new Date(Date.now() + RESERVED_FOR_MS));
  await reservations.createReservation({ stationId, evseNumber: 2, idToken: RESERVED_FOR, expiresAt }, at);
}

async function createAuthority({ security }: Doors, at: At): Promise<void> {
  const { authorities } = await security.listCertificateAuthorities({}, at);
  if (authorities.length === 0) await security.createCertificateAuthority({}, at);
}

/** Of the station's site. */
async function keepLocalList({ localLists }: Doors, { siteId }: StationState, at: At): Promise<void> {
  const { policies } = await localLists.listLocalListPolicies({}, at);
  if (policies.length === 0) await localLists.setLocalListPolicy({ siteId, selection: LocalListSelection.ALL }, at);
}

/** All stations of the station's site. */
async function askForStatus({ commandRuns }: Doors, { siteId }: StationState, at: At): Promise<void> {
  const { runs } = await commandRuns.listCommandRuns({}, at);
  if (runs.length > 0) return;
  const command = { action: 'TriggerMessage', payloadJson: JSON.stringify({ requestedMessage: 'StatusNotification' }) };
  await commandRuns.startCommandRun({ selection: { siteId }, command }, at);
}

/** The meter has a new key each time the demo starts: the one before is revoked. */
async function registerMeter({ metering }: Doors, { stationId }: StationState, meter: DemoMeter, at: At): Promise<void> {
  const { meterKeys } = await metering.listMeterKeys({ stationId }, at);
  for (const { meterKeyId, revokedAt } of meterKeys) if (revokedAt === undefined) await metering.revokeMeterKey({ meterKeyId }, at);
  await metering.registerMeterKey(
    { stationId, evseNumber: 1, meterSerial: meter.serial, publicKey: meter.publicKey, note: 'Simulated meter' },
    at,
  );
}

/** A campaign of one station first, then the others. */
async function updateFirmware({ firmware }: Doors, stations: readonly StationState[], at: At): Promise<void> {
  const { campaigns } = await firmware.listFirmwareCampaigns({}, at);
  if (campaigns.length > 0) return;
  const content = Buffer.alloc(FIRMWARE.sizeBytes);
  content.write(`firmwareVersion=${FIRMWARE.version}\n`);
  const { vendor, version, fileName } = FIRMWARE;
  const { imageId } = await firmware.beginFirmwareImage({ vendor, version, fileName, sizeBytes: BigInt(content.length) }, at);
  await firmware.appendFirmwareImage({ imageId, part: 0, content }, at);
  await firmware.finishFirmwareImage({ imageId, parts: 1 }, at);
  const { campaign } = await firmware.createFirmwareCampaign(
    {
      name: FIRMWARE.campaign,
      imageId,
      target: { stationIds: stations.map(({ stationId }) => stationId) },
      plan: {
        stages: [{ size: { case: 'stations', value: 1 } }, { size: { case: 'percent', value: 100 } }],
        concurrency: 10,
        abortAbovePercent: 50,
        abortMinFinished: 2,
        attempts: 2,
        retryDelayS: 60,
        downloadTimeoutS: 600,
        installTimeoutS: 600,
        patienceS: 86_400,
      },
    },
    at,
  );
  await firmware.setFirmwareCampaignState({ campaignId: campaign?.campaignId ?? '', state: FirmwareCampaignState.RUNNING }, at);
}
