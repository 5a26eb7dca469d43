import { isTenantSlug } from '@ampline/kernel-ids';
import type { Admitted, AdmitReply, AdmitRequest, RefusalReason } from '@ampline/contracts';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { StationRoutings } from '../routing/station-routings.js';
import { matchesStationPassword } from '../stations/station-password.js';

export interface AdmissionOptions {
  maxFrameBytes: number;
  callsPerMinute: number;
  commandTimeoutMs: number;
  callDeadlineMs: number;
  admitWithoutSubprotocol: boolean;
  /** How long a gateway may keep the verifier. */
  verifierValidS: number;
}

/** What we speak, best first. */
const SUBPROTOCOLS = ['ocpp1.6'];

interface Candidate {
  station_id: string;
  tenant_id: string;
  slug: string;
  status: string;
  identity: string;
  password_hash: string | null;
  registration: string;
  routing_version: bigint;
  has_mqtt_user: boolean;
}

const CANDIDATES = `
  SELECT s.station_id, s.tenant_id, t.slug, t.status, s.identity, s.password_hash, s.registration, s.routing_version,
         EXISTS (SELECT 1 FROM mqtt_user_station m WHERE m.station_id = s.station_id) AS has_mqtt_user
    FROM charging_station s JOIN tenant t USING (tenant_id)
   WHERE s.identity_key = lower($1) AND ($2::text IS NULL OR t.slug = $2) LIMIT 2`;
/** Nothing if the password or the registration was changed since they were looked at. */
const NEXT_EPOCH = `
  UPDATE charging_station SET connection_epoch = connection_epoch + 1, opening_since = clock_timestamp()
   WHERE station_id = $1 AND password_hash IS NOT DISTINCT FROM $2 AND registration = $3 RETURNING connection_epoch`;

/** Decides at the upgrade whether a station may open a socket, and gives the socket its epoch. */
export class Admission {
  constructor(
    private readonly db: Database,
    private readonly routings: StationRoutings,
    private readonly options: AdmissionOptions,
    private readonly telemetry: Telemetry,
  ) {}

  /** Two statements and no slow hash: a storm of reconnects is let in as fast as rows can be updated. */
  async admit(request: AdmitRequest): Promise<AdmitReply> {
    const reply = await this.decide(request);
    const { gatewayId, remoteAddress, tenant, station } = request;
    if (reply.outcome === 'refused') {
      this.telemetry.logger.info('station.refused', { reason: reply.reason, tenant, station, gatewayId, remoteAddress });
    } else {
      const { stationId, epoch } = reply;
      this.telemetry.logger.debug('station.admitted', { tenant: reply.tenant, station: reply.station, stationId, epoch, gatewayId });
    }
    return reply;
  }

  private async decide(request: AdmitRequest): Promise<AdmitReply> {
    const found = await this.find(request);
    if (typeof found === 'string') return refused(found);
    const reason = this.objection(request, found);
    if (reason !== undefined) return refused(reason);
    const subprotocol = this.subprotocol(request);
    if (subprotocol === undefined) return refused('unsupported-subprotocol');
    const [row] = await this.db.query<{ connection_epoch: bigint }>(NEXT_EPOCH, [
      found.station_id,
      found.password_hash,
      found.registration,
    ]);
    if (row === undefined) return this.decide(request);
    const accepted = this.accepted(request, found, subprotocol, Number(row.connection_epoch));
    const routed = found.routing_version > 0n ? await this.routings.of(found.station_id) : undefined;
    return routed ? { ...accepted, routing: routed.routing } : accepted;
  }

  private async find({ tenant, station }: AdmitRequest): Promise<Candidate | RefusalReason> {
    if (station === '' || station.includes('\0')) return 'unknown-station';
    if (tenant !== undefined && !isTenantSlug(tenant)) return 'unknown-tenant';
    const [candidate, another] = await this.db.query<Candidate>(CANDIDATES, [station, tenant ?? null]);
    if (another !== undefined) return 'ambiguous-station';
    if (candidate !== undefined) return candidate;
    if (tenant === undefined) return 'unknown-station';
    const known = await this.db.query('SELECT 1 FROM tenant WHERE slug = $1', [tenant]);
    return known.length > 0 ? 'unknown-station' : 'unknown-tenant';
  }

  private objection({ basic, transport }: AdmitRequest, station: Candidate): RefusalReason | undefined {
    if (transport === 'mqtt') {
      if (!station.has_mqtt_user) return 'no-mqtt-user';
    } else if (station.password_hash !== null) {
      if (basic === undefined) return 'password-missing';
      // OCPP 1.6 security whitepaper, profile 1: the user name is the identity of the station.
      if (basic.username.toLowerCase() !== station.identity.toLowerCase()) return 'identity-mismatch';
      if (!matchesStationPassword(station.password_hash, basic.password)) return 'wrong-password';
    }
    if (station.status !== 'active') return 'tenant-suspended';
    return station.registration === 'rejected' ? 'station-rejected' : undefined;
  }

  private subprotocol({ subprotocols }: AdmitRequest): string | undefined {
    if (subprotocols.length === 0) return this.options.admitWithoutSubprotocol ? SUBPROTOCOLS[0] : undefined;
    return SUBPROTOCOLS.find((spoken) => subprotocols.includes(spoken));
  }

  private accepted({ transport }: AdmitRequest, station: Candidate, subprotocol: string, epoch: number): Admitted {
    const { maxFrameBytes, callsPerMinute, commandTimeoutMs, callDeadlineMs, verifierValidS } = this.options;
    return {
      outcome: 'accepted',
      tenantId: station.tenant_id,
      tenant: station.slug,
      stationId: station.station_id,
      station: station.identity,
      epoch,
      subprotocol,
      limits: { maxFrameBytes, callsPerMinute, commandTimeoutMs, callDeadlineMs },
      verifier: {
        ...(transport !== 'mqtt' && station.password_hash !== null && { hash: station.password_hash }),
        validForMs: verifierValidS * 1_000,
      },
    };
  }
}

function refused(reason: RefusalReason): AdmitReply {
  return { outcome: 'refused', reason };
}
