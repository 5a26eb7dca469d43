import type { Clock } from '@ampline/kernel-time';
import type { Jobs } from '@ampline/platform-jobs';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../../commands/commands.js';

export interface ExpiryPlan {
  /** So long before its end a certificate is renewed. */
  renewDays: number;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

interface Ending {
  certificate_id: string;
  tenant_id: string;
  station_id: string;
  identity: string;
  slug: string;
  not_after: Date;
  online: boolean;
  asked: boolean;
}

export const EXPIRY_JOB = 'certificate-expiry';
const DAY_MS = 86_400_000;
const HOURLY = '17 * * * *';
/** A station that was asked and sent no request is asked again after this. */
const ASK_AGAIN_MS = DAY_MS;
/** At once, so that an installation whose certificates all end together does not meet all its stations together. */
const MOST_AT_ONCE = 500;

const ENDING = `
  SELECT c.certificate_id, c.tenant_id, c.station_id, s.identity, t.slug, c.not_after, s.online,
         coalesce(c.renewal_asked_at > $2, false) AS asked
    FROM station_certificate c JOIN charging_station s USING (station_id) JOIN tenant t ON t.tenant_id = c.tenant_id
   WHERE c.state = 'accepted' AND c.not_after < $1 AND s.security_profile = 3 ORDER BY c.not_after LIMIT $3`;

/** Looks for certificates that end soon, tells of them, and has the stations renew them. */
export class ExpiryWatch {
  private ending = 0;

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    jobs: Jobs,
    private readonly plan: ExpiryPlan,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {
    jobs.define(EXPIRY_JOB, { cron: HOURLY }, () => this.look());
    telemetry.meter
      .createObservableGauge('csms_certificates_ending', {
        description: 'Client certificates in use that end within the time in which they are renewed, as last counted by this replica.',
      })
      .addCallback((result) => result.observe(this.ending));
  }

  /** One round. */
  async look(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const [soon, lately] = [new Date(nowMs + this.plan.renewDays * DAY_MS), new Date(nowMs - ASK_AGAIN_MS)];
    const found = await this.database.query<Ending>(ENDING, [soon, lately, MOST_AT_ONCE]);
    this.ending = found.length;
    for (const ending of found.filter(({ asked }) => !asked)) {
      const { slug: tenant, identity: station, not_after: notAfter } = ending;
      this.telemetry.logger.warn('certificate.ends-soon', { tenant, station, notAfter: notAfter.toISOString() });
      if (ending.online) await this.renew(ending);
    }
  }

  /** OCPP 1.6 security whitepaper, A02: the station makes a new key and sends a request. */
  private async renew({ certificate_id: certificateId, tenant_id: tenantId, station_id: stationId }: Ending): Promise<void> {
    const { outcome } = await this.commands.execute({
      tenantId,
      stationId,
      command: { action: 'ExtendedTriggerMessage', payload: { requestedMessage: 'SignChargePointCertificate' } },
      requestedBy: this.telemetry.service,
      timeoutMs: this.plan.timeoutMs,
      idempotencyKey: '',
    });
    if (outcome !== 'answered') return;
    await this.database.query('UPDATE station_certificate SET renewal_asked_at = $2 WHERE certificate_id = $1', [
      certificateId,
      this.clock.now(),
    ]);
  }
}
