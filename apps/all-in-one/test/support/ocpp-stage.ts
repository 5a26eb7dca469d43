import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandOutcome, CommandService, StationService, type Command, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { ocppCsmsService } from '@ampline/ocpp-csms';
import { ocppGatewayService } from '@ampline/ocpp-gateway';
import { grpcClient, TokenIssuer, type Client, type Role } from '@ampline/platform-grpc';
import { migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, eventually, freePort, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import type { Ocpp16Action, RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import {
  startSimulation,
  type ProfileChanges,
  type SimulatedStation,
  type Simulation,
  type StationOptions,
} from '@ampline/station-simulator';
import { Client as Postgres } from 'pg';
import { RawStation, type CommandAnswer } from './raw-station.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const TENANT = 'demo';
export const STATION_PASSWORD = '0123456789abcdef0123';

interface StageParts {
  database: TestDatabase;
  nats: EmbeddedNats;
  admin: Postgres;
  /** Folder of the object store. */
  objects: string;
  running: readonly RunningService[];
  telemetry: readonly TestTelemetry[];
  ocppPort: number;
  stations: Client<typeof StationService>;
  commands: Client<typeof CommandService>;
}

/** A gateway and a csms in this process, with nothing else of the platform: what stations and commands meet on the station path. */
export class OcppStage {
  readonly tenantId = uuidv7();
  private readonly simulations: Simulation[] = [];
  private readonly sockets: RawStation[] = [];
  private locationId = '';

  private constructor(private readonly parts: StageParts) {}

  static async start(settings: Record<string, string> = {}): Promise<OcppStage> {
    const [database, nats, grpcPort, ocppPort, nowhere] = await Promise.all([
      createTestDatabase(),
      testNats(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const objects = mkdtempSync(join(tmpdir(), 'ampline-objects-'));
    const environment = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_OBJECT_STORE_URL: pathToFileURL(objects).href,
      AMPLINE_GRPC_URLS: `accounts=127.0.0.1:${nowhere}`,
      OCPP_CSMS_GRPC_PORT: String(grpcPort),
      OCPP_GATEWAY_PORT: String(ocppPort),
      OCPP_GATEWAY_DRAIN_SPREAD_MS: '0',
      OCPP_CSMS_CALLS_PER_MINUTE: '100000',
      // What csms sends by itself after a boot would come between.
      OCPP_CSMS_SETTINGS_DELAY_MS: '600000',
      ...settings,
    };
    const services = [ocppCsmsService, ocppGatewayService];
    await migrateServices(services, environment);
    const telemetry: TestTelemetry[] = [];
    const running = await startServices(services, environment, {
      telemetry: (service) => {
        const made = testTelemetry(service);
        telemetry.push(made);
        return made;
      },
    });
    const admin = new Postgres({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('SET search_path = csms');
    const caller = { subject: 'operator', roles: ['tenant-admin', 'operator'] as Role[] };
    const client = {
      url: `127.0.0.1:${grpcPort}`,
      telemetry: testTelemetry('caller', { spans: false }),
      timeoutMs: 60_000,
    };
    const tenantId = () => stage.tenantId;
    const token = () => new TokenIssuer(SECRET).issue({ ...caller, tenantId: tenantId() });
    const stations = grpcClient(StationService, { ...client, token });
    const commands = grpcClient(CommandService, { ...client, token });
    const stage: OcppStage = new OcppStage({ database, nats, admin, objects, running, telemetry, ocppPort, stations, commands });
    await stage.furnish();
    return stage;
  }

  get stations(): Client<typeof StationService> {
    return this.parts.stations;
  }

  /** Of both services. */
  get errors(): object[] {
    return this.parts.telemetry.flatMap(({ lines }) => lines.filter(({ level }) => level === 'error'));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.parts.ocppPort}/ocpp/${TENANT}`;
  }

  async station(identity: string, o: { evses?: number } = {}): Promise<StationState> {
    const evses = Array.from({ length: o.evses ?? 2 }, () => ({ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] }));
    const { locationId } = this;
    const { station } = await this.stations.createStation({ locationId, identity, evses, password: STATION_PASSWORD });
    if (station === undefined) throw new Error('no station in the answer');
    return station;
  }

  /** May charge at many connectors at a time unless it says `once`. */
  async idToken(
    idToken: string,
    o: { status?: 'active' | 'blocked'; group?: string; expiresAt?: Date; once?: boolean } = {},
  ): Promise<void> {
    await this.parts.admin.query(
      `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, expires_at, group_id, group_token, allow_concurrent, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)`,
      [
        uuidv7(),
        this.tenantId,
        idToken,
        o.status ?? 'active',
        o.expiresAt ?? null,
        o.group === undefined ? null : uuidv7(),
        o.group ?? null,
        o.once !== true,
      ],
    );
  }

  /** A station that is driven frame by frame; made if it does not exist. */
  async raw(identity: string, onCommand?: CommandAnswer): Promise<{ socket: RawStation; station: StationState }> {
    const station = await this.existing(identity);
    const options = { url: this.url, identity, password: STATION_PASSWORD };
    const socket = await RawStation.connect({ ...options, ...(onCommand && { onCommand }) });
    this.sockets.push(socket);
    await eventually(async () => (await this.stations.getStation({ stationId: station.stationId })).station?.online === true);
    return { socket, station };
  }

  /** A station as firmware behaves, accepted and at rest, with intervals a hundred times shorter; made if it does not exist. */
  async simulate(
    identity: string,
    o: { profile?: ProfileChanges; options?: Partial<StationOptions> } = {},
  ): Promise<{ simulated: SimulatedStation; station: StationState }> {
    const station = await this.existing(identity);
    const { profile = {}, options = {} } = o;
    const simulation = startSimulation({
      url: this.url,
      stations: [
        {
          tenant: '',
          identity,
          password: STATION_PASSWORD,
          evses: [{}, {}],
          profile: {
            ...profile,
            charging: { automatic: false, ...profile.charging },
            connection: { reconnectMinMs: 20, reconnectMaxMs: 60, ...profile.connection },
            configuration: { MeterValueSampleInterval: '0', WebSocketPingInterval: '0', ...profile.configuration },
          },
          ...options,
        },
      ],
      secondMs: 10,
      keep: 'complete',
    });
    this.simulations.push(simulation);
    const [simulated] = simulation.stations;
    if (simulated === undefined) throw new Error('no station');
    await eventually(() => simulated.online && simulated.drained);
    return { simulated, station };
  }

  /** Sends a command and hands back what became of it. */
  async send(stationId: string, action: Ocpp16Action, payload: object, timeoutMs = 10_000): Promise<Command> {
    const { command } = await this.parts.commands.sendCommand({ stationId, action, payloadJson: JSON.stringify(payload), timeoutMs });
    if (command === undefined) throw new Error('no command in the answer');
    return command;
  }

  /** Sends a command and expects an answer. */
  async command<A extends Ocpp16Action>(stationId: string, action: A, payload: RequestOf<A>): Promise<ResponseOf<A>> {
    const command = await this.send(stationId, action, payload);
    if (command.outcome !== CommandOutcome.ANSWERED) throw new Error(`${action}: ${CommandOutcome[command.outcome]} ${command.errorCode}`);
    return JSON.parse(command.responseJson) as ResponseOf<A>;
  }

  async sql<R = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<R[]> {
    return (await this.parts.admin.query(text, params)).rows as R[];
  }

  /** Requests of a station in the archive, in the order of their answers. */
  async archived(
    stationId: string,
    action: Ocpp16Action,
  ): Promise<{ result: string; deviations: string[]; payload: Record<string, unknown> }[]> {
    const rows = await this.sql<{ result: string; deviations: string[]; request_frame: string }>(
      'SELECT result, deviations, request_frame FROM ocpp_message WHERE station_id = $1 AND action = $2 ORDER BY answered_at',
      [stationId, action],
    );
    return rows.map(({ request_frame, ...row }) => ({
      ...row,
      payload: (JSON.parse(request_frame) as [2, string, string, Record<string, unknown>])[3],
    }));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    for (const simulation of this.simulations) await simulation.stop(0);
    this.parts.stations.close();
    this.parts.commands.close();
    await stopServices([...this.parts.running]);
    await this.parts.admin.end();
    await this.parts.nats.stop();
    await this.parts.database.drop();
    rmSync(this.parts.objects, { recursive: true, force: true });
  }

  private async existing(identity: string): Promise<StationState> {
    const [row] = await this.sql<{ station_id: string }>('SELECT station_id FROM charging_station WHERE identity = $1', [identity]);
    if (row === undefined) return this.station(identity);
    const { station } = await this.stations.getStation({ stationId: row.station_id });
    if (station === undefined) throw new Error('no station in the answer');
    return station;
  }

  private async furnish(): Promise<void> {
    await this.parts.admin.query(`INSERT INTO tenant (tenant_id, slug, name, status, version) VALUES ($1, $2, $2, 'active', 1)`, [
      this.tenantId,
      TENANT,
    ]);
    const { site } = await this.stations.createSite({ name: 'Harbour', timeZone: 'Europe/Berlin' });
    const address = { address: 'Hafenstr. 1', postalCode: '20457', city: 'Hamburg', countryCode: 'DEU' };
    const { location } = await this.stations.createLocation({ siteId: site?.siteId ?? '', name: 'Yard', ...address });
    this.locationId = location?.locationId ?? '';
  }
}
