import type { Clock, Timers } from '@ampline/kernel-time';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { BackgroundPart } from '../background-part.js';
import { pauseUntil } from '../pause.js';
import { abortCampaign, countsOf, STAGE_COUNTS } from './campaign.store.js';
import { isOpen, nextStep, type CampaignPlan, type CampaignState, type Counts, type Step } from './domain/campaign.js';
import { advance, begin, type UpdateEvent } from './domain/update.js';
import { RULE_COLUMNS, rulesOf, storeUpdate, UPDATE_COLUMNS, updateOf, type RuleRow, type UpdateRow } from './update-row.js';
import type { UpdateSender } from './update-sender.js';

/** A campaign that something may be done with. */
interface LiveCampaign {
  campaign_id: string;
  tenant_id: string;
  plan: CampaignPlan;
  state: CampaignState;
  stage: number;
  stage_began_at: Date | null;
  stage_done_at: Date | null;
  signed: boolean;
  counts: Record<string, unknown>[];
}

const LIVE = `
  SELECT c.campaign_id, c.tenant_id, c.plan, c.state, c.stage, c.stage_began_at, c.stage_done_at, i.signature IS NOT NULL AS signed,
         ${STAGE_COUNTS} AS counts
    FROM firmware_campaign c JOIN firmware_image i USING (image_id)
   WHERE c.state IN ('running', 'paused')
      OR c.state = 'aborted' AND EXISTS (SELECT FROM firmware_update u WHERE u.campaign_id = c.campaign_id AND u.state NOT IN ('verified', 'failed', 'skipped'))
   ORDER BY c.created_at`;

/** Updates that time or a boot has something to say of. */
const EVENTFUL = `
  SELECT ${UPDATE_COLUMNS}, ${RULE_COLUMNS}, s.firmware_version, s.last_boot_at
    FROM firmware_update u JOIN firmware_campaign c USING (campaign_id) JOIN firmware_image i USING (image_id)
    JOIN charging_station s USING (station_id)
   WHERE u.campaign_id = $1 AND u.state NOT IN ('verified', 'failed', 'skipped')
     AND (u.state <> 'queued' AND u.due_at <= $2
       OR u.state <> 'queued' AND s.last_boot_at > coalesce(u.boot_seen_at, u.sent_at)
       OR s.firmware_version = i.version)
   ORDER BY u.station_id LIMIT 500 FOR UPDATE OF u SKIP LOCKED`;

/** Stations that can be begun now, $4: in zones whose window is open. */
const READY = `
  SELECT ${UPDATE_COLUMNS}, s.firmware_version
    FROM firmware_update u JOIN charging_station s USING (station_id) JOIN location l USING (location_id) JOIN site USING (site_id)
   WHERE u.campaign_id = $1 AND u.state = 'queued' AND u.stage <= $2 AND u.due_at <= $3 AND site.time_zone = ANY($4)
     AND s.online AND s.registration = 'accepted'
     AND ($5 OR NOT EXISTS (SELECT FROM ocpp_transaction t WHERE t.station_id = u.station_id AND t.state = 'active'))
     AND NOT EXISTS (SELECT FROM firmware_update o WHERE o.station_id = u.station_id
       AND o.state IN ('sending', 'accepted', 'downloading', 'downloaded', 'installing', 'installed'))
   ORDER BY u.stage, u.due_at, u.station_id LIMIT $6 FOR UPDATE OF u SKIP LOCKED`;

/** Stations of begun stages that could not be begun for too long. One that was tried has failed, the others were never reached. */
const GIVE_UP = `
  UPDATE firmware_update u SET state_since = $3, due_at = NULL, state = CASE WHEN u.attempt > 0 THEN 'failed' ELSE 'skipped' END,
         reason = CASE WHEN u.attempt > 0 THEN u.reason WHEN NOT s.online THEN 'never-online'
           WHEN EXISTS (SELECT FROM ocpp_transaction t WHERE t.station_id = u.station_id AND t.state = 'active') THEN 'never-free'
           ELSE 'never-begun' END
    FROM charging_station s
   WHERE s.station_id = u.station_id AND u.campaign_id = $1 AND u.state = 'queued' AND u.stage <= $2`;

const LEASE_TTL_MS = 6_000;

/**
 * Brings campaigns on, in one replica at a time. Everything it knows is in rows: whoever comes after one that died goes on where that
 * one stopped, and sends no command twice.
 */
export class CampaignRunner implements BackgroundPart {
  private readonly lease: Lease;
  /** By state, over all live campaigns, as of the last round. */
  private standing = new Map<keyof Counts, number>();

  constructor(
    private readonly database: Database,
    private readonly sender: UpdateSender,
    private readonly stepMs: number,
    instance: string,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.lease = new Lease(database, 'firmware-campaigns', { ttlMs: LEASE_TTL_MS, holder: instance }, telemetry);
    telemetry.meter
      .createObservableGauge('csms_firmware_updates', { description: 'Stations of campaigns that have not ended, by where they stand' })
      .addCallback((result) => {
        for (const [state, stations] of this.standing) result.observe(stations, { state });
      });
  }

  start(): void {
    this.lease.run(async (signal, epoch) => {
      while (!signal.aborted) {
        await this.round(epoch);
        await pauseUntil(this.timers, this.stepMs, signal);
      }
      this.standing = new Map();
    });
  }

  async stop(): Promise<void> {
    await this.lease.stop();
    await this.sender.stop();
  }

  private async round(epoch: bigint): Promise<void> {
    await this.sender.resume();
    const standing = new Map<keyof Counts, number>();
    for (const campaign of await this.database.query<LiveCampaign>(LIVE)) {
      for (const counts of countsOf(campaign.plan, campaign.counts)) {
        for (const [state, n] of Object.entries(counts) as [keyof Counts, number][]) standing.set(state, (standing.get(state) ?? 0) + n);
      }
      await this.bringOn(campaign, epoch);
    }
    this.standing = standing;
  }

  private async bringOn(campaign: LiveCampaign, epoch: bigint): Promise<void> {
    const now = this.clock.now();
    const begun = await this.database.asWorker(async (tx) => {
      await assertFence(tx, this.lease.name, epoch);
      // Whoever pauses or aborts it does so before or after, and not in between.
      const [current] = await tx.query<LiveCampaign>(`SELECT state FROM firmware_campaign WHERE campaign_id = $1 FOR NO KEY UPDATE`, [
        campaign.campaign_id,
      ]);
      const live = { ...campaign, state: current?.state ?? 'aborted' };
      await this.takeEvents(tx, live, now);
      const counts = await this.counts(tx, live);
      const view = { plan: live.plan, state: live.state, stage: live.stage, stageDoneAt: live.stage_done_at, counts };
      return this.take(tx, live, nextStep(view, now), now);
    });
    for (const row of begun) this.sender.send(row);
  }

  private async takeEvents(tx: Tx, campaign: LiveCampaign, now: Date): Promise<void> {
    const rows = await tx.query<UpdateRow & RuleRow & Booted>(EVENTFUL, [campaign.campaign_id, now]);
    for (const row of rows) {
      const before = updateOf(row);
      const after = eventsOf(row, now).reduce((update, event) => advance(update, event, rulesOf(row)), before);
      if (after === before) continue;
      await storeUpdate(tx, row, after);
      const { campaign_id: campaignId, station_id: stationId } = row;
      this.telemetry.logger.info('firmware.update-advanced', { campaignId, stationId, state: after.state, reason: after.reason });
    }
    const { patienceS } = campaign.plan;
    const patient = campaign.stage_began_at !== null && now.getTime() < campaign.stage_began_at.getTime() + patienceS * 1_000;
    if (campaign.state === 'running' && !patient) await tx.query(GIVE_UP, [campaign.campaign_id, campaign.stage, now]);
  }

  private async counts(tx: Tx, { campaign_id: campaignId, plan }: LiveCampaign): Promise<Counts[]> {
    const row = await tx.one<{ counts: Record<string, unknown>[] }>(
      `SELECT ${STAGE_COUNTS} AS counts FROM firmware_campaign c WHERE c.campaign_id = $1`,
      [campaignId],
    );
    return countsOf(plan, row?.counts ?? []);
  }

  /** Answers the updates that have been begun. */
  private async take(tx: Tx, campaign: LiveCampaign, step: Step, now: Date): Promise<UpdateRow[]> {
    const { campaign_id: campaignId } = campaign;
    switch (step.kind) {
      case 'begin':
        return this.begin(tx, campaign, step.stations, now);
      case 'abort':
        await abortCampaign(tx, campaignId, 'failure-rate', now);
        break;
      case 'complete':
        await tx.query(`UPDATE firmware_campaign SET state = 'completed', ended_at = $2, version = version + 1 WHERE campaign_id = $1`, [
          campaignId,
          now,
        ]);
        break;
      case 'end-stage':
        await tx.query('UPDATE firmware_campaign SET stage_done_at = $2, version = version + 1 WHERE campaign_id = $1', [campaignId, now]);
        break;
      case 'next-stage':
        await tx.query(
          `UPDATE firmware_campaign SET stage = stage + 1, stage_began_at = $2, stage_done_at = NULL, version = version + 1 WHERE campaign_id = $1`,
          [campaignId, now],
        );
        break;
      case 'wait':
        return [];
    }
    tx.onCommit(() => this.telemetry.logger.info('firmware.campaign-step', { campaignId, step: step.kind, stage: campaign.stage }));
    return [];
  }

  private async begin(tx: Tx, campaign: LiveCampaign, stations: number, now: Date): Promise<UpdateRow[]> {
    const { campaign_id: campaignId, plan, stage } = campaign;
    const zones = await openZones(tx, campaign, now);
    const ready = await tx.query<UpdateRow & Booted>(READY, [campaignId, stage, now, zones, plan.duringSessions, stations]);
    const begun: UpdateRow[] = [];
    for (const row of ready) {
      const requestNumber = campaign.signed ? await nextRequestNumber(tx) : null;
      await storeUpdate(tx, row, begin(updateOf(row), now, requestNumber));
      const [stored] = await tx.query<UpdateRow>(
        `UPDATE firmware_update u SET sending = sending + 1, from_version = coalesce(from_version, $3)
         WHERE campaign_id = $1 AND station_id = $2 RETURNING ${UPDATE_COLUMNS}`,
        [campaignId, row.station_id, row.firmware_version],
      );
      if (stored) begun.push(stored);
    }
    return begun;
  }
}

interface Booted {
  firmware_version: string | null;
  last_boot_at: Date | null;
}

function eventsOf(row: UpdateRow & RuleRow & Booted, now: Date): UpdateEvent[] {
  const at = row.last_boot_at ?? now;
  const runsIt = row.firmware_version === row.image_version;
  const hasBooted = row.last_boot_at !== null && (row.boot_seen_at === null || row.last_boot_at > row.boot_seen_at);
  return [
    ...(runsIt || hasBooted ? [{ kind: 'booted', at: runsIt ? now : at, version: row.firmware_version } as const] : []),
    { kind: 'timed-out', at: now },
  ];
}

/** Time zones of the campaign's sites in which its window is open now. */
async function openZones(tx: Tx, { tenant_id: tenantId, plan }: LiveCampaign, now: Date): Promise<string[]> {
  const zones = await tx.query<{ time_zone: string }>('SELECT DISTINCT time_zone FROM site WHERE tenant_id = $1', [tenantId]);
  return zones.map(({ time_zone: zone }) => zone).filter((zone) => isOpen(plan.window, zone, now));
}

async function nextRequestNumber(tx: Tx): Promise<number> {
  const row = await tx.one<{ number: bigint | string }>(`SELECT nextval('ocpp_request_number') AS number`);
  return Number(row?.number);
}
