import { isTenantSlug } from '@ampline/kernel-ids';
import type { AdmitReply, AdmitRequest, RefusalReason } from '@ampline/contracts';
import type { Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { matchesStationPassword } from '../stations/station-password.js';
import { Epochs } from './epochs.js';
import { Gathered } from './gathered.js';

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
}

/** Two of each at most: more than one is one too many. */
const CANDIDATES = `
  SELECT q.asked::int, s.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (station, slug, asked), LATERAL (
    SELECT s.station_id, s.tenant_id, t.slug, t.status, s.identity, s.password_hash, s.registration
      FROM charging_station s JOIN tenant t USING (tenant_id)
     WHERE s.identity_key = lower(q.station) AND (q.slug IS NULL OR t.slug = q.slug) LIMIT 2) AS s`;
const MOST_LOOKED_UP = 500;

/** Decides at the upgrade whether a station may open a socket, and gives the socket its epoch. */
export class Admission {
  private readonly candidates: Gathered<Pick<AdmitRequest, 'station' | 'tenant'>, Candidate[]>;
  private readonly epochs: Epochs;

  constructor(
    private readonly db: Database,
    private readonly options: AdmissionOptions,
    private readonly telemetry: Telemetry,
    timers: Timers,
  ) {
    this.candidates = new Gathered({ most: MOST_LOOKED_UP, answer: (asked) => this.lookUp(asked), timers });
    this.epochs = new Epochs(db, timers);
  }

  /** Two statements for many stations, and no slow hash: a storm of reconnects is let in as fast as rows can be updated. */
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
    const { station_id: stationId, password_hash: passwordHash, registration } = found;
    const epoch = await this.epochs.next({ stationId, passwordHash, registration });
    return epoch === undefined ? this.decide(request) : this.accepted(found, subprotocol, epoch);
  }

  private async find({ tenant, station }: AdmitRequest): Promise<Candidate | RefusalReason> {
    if (station === '' || station.includes('\0')) return 'unknown-station';
    if (tenant !== undefined && !isTenantSlug(tenant)) return 'unknown-tenant';
    const [candidate, another] = await this.candidates.ask({ station, ...(tenant !== undefined && { tenant }) });
    if (another !== undefined) return 'ambiguous-station';
    if (candidate !== undefined) return candidate;
    if (tenant === undefined) return 'unknown-station';
    const known = await this.db.query('SELECT 1 FROM tenant WHERE slug = $1', [tenant]);
    return known.length > 0 ? 'unknown-station' : 'unknown-tenant';
  }

  private async lookUp(asked: readonly Pick<AdmitRequest, 'station' | 'tenant'>[]): Promise<Candidate[][]> {
    const params = [asked.map(({ station }) => station), asked.map(({ tenant }) => tenant ?? null)];
    const rows = await this.db.query<Candidate & { asked: number }>(CANDIDATES, params);
    const found = asked.map((): Candidate[] => []);
    for (const row of rows) found[row.asked - 1]?.push(row);
    return found;
  }

  private objection({ basic }: AdmitRequest, station: Candidate): RefusalReason | undefined {
    if (station.password_hash !== null) {
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

  private accepted(station: Candidate, subprotocol: string, epoch: number): AdmitReply {
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
      verifier: { ...(station.password_hash !== null && { hash: station.password_hash }), validForMs: verifierValidS * 1_000 },
    };
  }
}

function refused(reason: RefusalReason): AdmitReply {
  return { outcome: 'refused', reason };
}
