import { isTenantSlug } from '@ampline/kernel-ids';
import type { Admitted, AdmitReply, AdmitRequest, RefusalReason, Transport } from '@ampline/contracts';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Quirk } from '@ampline/protocol-ocpp';
import type { Meeting, Stranger } from '../onboarding/unknown-stations.js';
import type { StationRoutings } from '../routing/station-routings.js';
import { ClientCertificates } from '../security/certificates/client-certificates.js';
import { AdmissionRefusals } from './admission-refusals.js';
import { Epochs, type NewConnection } from './epochs.js';
import { Gathered } from './gathered.js';
import { proveStation, type Proof, type Provable } from './station-proof.js';

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

interface Candidate extends Provable {
  station_id: string;
  tenant_id: string;
  slug: string;
  status: string;
  registration: string;
  routing_version: bigint;
  has_mqtt_user: boolean;
  quirks: string[];
}

/** By what a station is looked up. */
interface Named {
  station: string;
  tenant: string | undefined;
  transport: Transport | undefined;
}

/** Two of each at most: more than one is one too many. */
const CANDIDATES = `
  SELECT q.asked::int, s.* FROM unnest($1::text[], $2::text[], $3::boolean[]) WITH ORDINALITY AS q (station, slug, mqtt, asked), LATERAL (
    SELECT s.station_id, s.tenant_id, t.slug, t.status, s.identity, s.password_hash, s.next_password_hash, s.security_profile,
           s.next_security_profile, s.registration, s.routing_version, s.quirks,
           q.mqtt AND EXISTS (SELECT 1 FROM mqtt_user_station m WHERE m.station_id = s.station_id) AS has_mqtt_user
      FROM charging_station s JOIN tenant t USING (tenant_id)
     WHERE s.identity_key = lower(q.station) AND (q.slug IS NULL OR t.slug = q.slug) LIMIT 2) AS s`;
const MOST_LOOKED_UP = 500;

/** Meets stations that nobody has entered. */
export interface Strangers {
  meet(stranger: Stranger): Promise<Meeting>;
}

/** What an admission asks. */
export interface AdmissionParts {
  db: Database;
  routings: StationRoutings;
  strangers: Strangers;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

/** Decides at the upgrade whether a station may open a socket, and gives the socket its epoch. */
export class Admission {
  private readonly candidates: Gathered<Named, Candidate[]>;
  private readonly epochs: Epochs;
  private readonly certificates: ClientCertificates;
  private readonly refusals: AdmissionRefusals;

  constructor(
    private readonly parts: AdmissionParts,
    private readonly options: AdmissionOptions,
  ) {
    const { db, clock, timers, telemetry } = parts;
    this.candidates = new Gathered({ most: MOST_LOOKED_UP, answer: (asked) => this.lookUp(asked), timers });
    this.epochs = new Epochs(db, timers);
    this.certificates = new ClientCertificates(db, clock);
    this.refusals = new AdmissionRefusals(db, clock, telemetry);
  }

  /** Two statements for many stations and no slow hash, two more for each client certificate: a storm of reconnects is let in as fast as rows can be updated. */
  async admit(request: AdmitRequest): Promise<AdmitReply> {
    const reply = await this.decide(request);
    const { gatewayId, remoteAddress, tenant, station } = request;
    if (reply.outcome === 'refused') {
      this.parts.telemetry.logger.info('station.refused', { reason: reply.reason, tenant, station, gatewayId, remoteAddress });
    } else {
      const { stationId, epoch } = reply;
      this.parts.telemetry.logger.debug('station.admitted', { tenant: reply.tenant, station: reply.station, stationId, epoch, gatewayId });
    }
    return reply;
  }

  private async decide(request: AdmitRequest): Promise<AdmitReply> {
    const found = await this.find(request);
    const subprotocol = this.subprotocol(request, typeof found === 'string' ? [] : found.quirks);
    if (typeof found === 'string') return found === 'unknown-station' && subprotocol ? this.meet(request) : refused(found);
    const proof = await this.examine(request, found);
    if (typeof proof === 'string') {
      await this.refusals.note(found, proof, request.remoteAddress);
      return refused(proof);
    }
    if (subprotocol === undefined) return refused('unsupported-subprotocol');
    const connection = await this.epochs.next({ stationId: found.station_id, station: found, proof });
    if (connection === undefined) return this.decide(request);
    const accepted = this.accepted(found, proof, subprotocol, connection);
    const routed = found.routing_version > 0n ? await this.parts.routings.of(found.station_id) : undefined;
    return routed ? { ...accepted, routing: routed.routing } : accepted;
  }

  /** Without a tenant in its path a stranger is nobody's. */
  private async meet({ tenant, ...request }: AdmitRequest): Promise<AdmitReply> {
    if (tenant === undefined || request.station === '' || request.station.includes('\0')) return refused('unknown-station');
    const meeting = await this.parts.strangers.meet({ ...request, tenant });
    return meeting === 'taken' ? this.decide({ ...request, tenant }) : refused(meeting);
  }

  private async find({ tenant, station, transport }: AdmitRequest): Promise<Candidate | RefusalReason> {
    if (station === '' || station.includes('\0')) return 'unknown-station';
    if (tenant !== undefined && !isTenantSlug(tenant)) return 'unknown-tenant';
    const [candidate, another] = await this.candidates.ask({ station, tenant, transport });
    if (another !== undefined) return 'ambiguous-station';
    if (candidate !== undefined) return candidate;
    if (tenant === undefined) return 'unknown-station';
    const known = await this.parts.db.query('SELECT 1 FROM tenant WHERE slug = $1', [tenant]);
    return known.length > 0 ? 'unknown-station' : 'unknown-tenant';
  }

  private async lookUp(asked: readonly Named[]): Promise<Candidate[][]> {
    const params = [
      asked.map(({ station }) => station),
      asked.map(({ tenant }) => tenant ?? null),
      asked.map(({ transport }) => transport === 'mqtt'),
    ];
    const rows = await this.parts.db.prepared<Candidate & { asked: number }>(CANDIDATES, params);
    const found = asked.map((): Candidate[] => []);
    for (const row of rows) found[row.asked - 1]?.push(row);
    return found;
  }

  private async examine(request: AdmitRequest, station: Candidate): Promise<Proof | RefusalReason> {
    const { tenant_id: tenantId, identity } = station;
    const proof = await proveStation({ ...request, hasMqttUser: station.has_mqtt_user }, station, async (shown) => {
      const judged = await this.certificates.judge(tenantId, identity, shown);
      if (!judged.ok) this.parts.telemetry.logger.info('certificate.refused', { ...judged, tenant: station.slug, station: identity });
      return judged;
    });
    if (typeof proof === 'string') return proof;
    if (station.status !== 'active') return 'tenant-suspended';
    return station.registration === 'rejected' ? 'station-rejected' : proof;
  }

  private subprotocol({ subprotocols }: AdmitRequest, quirks: readonly string[]): string | undefined {
    const mayOfferNone = this.options.admitWithoutSubprotocol || quirks.includes('no_subprotocol' satisfies Quirk);
    if (subprotocols.length === 0) return mayOfferNone ? SUBPROTOCOLS[0] : undefined;
    return SUBPROTOCOLS.find((spoken) => subprotocols.includes(spoken));
  }

  private accepted(station: Candidate, proof: Proof, subprotocol: string, { epoch, alone }: NewConnection): Admitted {
    const { maxFrameBytes, callsPerMinute, commandTimeoutMs, callDeadlineMs, verifierValidS } = this.options;
    const hash = proof.byNextPassword ? station.next_password_hash : station.password_hash;
    const { certificateSha256 } = proof;
    const shown = certificateSha256 === undefined ? hash !== null && { hash } : { certificateSha256 };
    return {
      outcome: 'accepted',
      tenantId: station.tenant_id,
      tenant: station.slug,
      stationId: station.station_id,
      station: station.identity,
      epoch,
      ...(alone && { alone }),
      subprotocol,
      limits: { maxFrameBytes, callsPerMinute, commandTimeoutMs, callDeadlineMs },
      verifier: { ...shown, validForMs: verifierValidS * 1_000 },
    };
  }
}

function refused(reason: RefusalReason): AdmitReply {
  return { outcome: 'refused', reason };
}
