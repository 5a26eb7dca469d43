import { createHash } from 'node:crypto';
import { FirmwareCampaignSchema, type FirmwareCampaign } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { keyset, uniqueViolation, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import { CAMPAIGN_STATE, planMessage } from './campaign-messages.js';
import { stageSizes, type CampaignPlan, type CampaignState, type Counts } from './domain/campaign.js';
import type { UpdateState } from './domain/update.js';
import { firmwareErrors } from './errors.js';
import { IMAGE_COLUMNS, imageMessage, type ImageRow } from './firmware-images.js';
import { UPDATE_COLUMNS, type UpdateRow } from './update-row.js';

/** Which stations, among those of the image's vendor and model. Empty lists: all. */
export interface CampaignTarget {
  siteIds: readonly string[];
  stationIds: readonly string[];
  firmwareVersions: readonly string[];
}

export interface CampaignPreview {
  stations: number;
  offline: number;
  upToDate: number;
  versions: { version: string; stations: number }[];
}

interface CampaignRow extends ImageRow {
  campaign_id: string;
  name: string;
  plan: CampaignPlan;
  state: CampaignState;
  reason: string | null;
  stage: number;
  created_by: string;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  counts: Record<string, number>[];
}

/** How many updates there are in each state of each stage: the one statement for pages and for the runner. Over the alias `c`. */
export const STAGE_COUNTS = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('stage', n.stage, 'state', n.state, 'stations', n.stations)), '[]')
    FROM (SELECT stage, state, count(*) AS stations FROM firmware_update u WHERE u.campaign_id = c.campaign_id GROUP BY 1, 2) n)`;

const CAMPAIGN_COLUMNS = `c.campaign_id, c.name, c.plan, c.state, c.reason, c.stage, c.created_by, c.created_at, c.started_at, c.ended_at,
  ${IMAGE_COLUMNS}, ${STAGE_COUNTS} AS counts`;

/** Stations that an image is for, $1: of the tenant; $2, $3: vendor and model; $4 to $6: the target. */
const TARGETED = `
  FROM charging_station s JOIN location l USING (location_id)
 WHERE s.tenant_id = $1 AND s.registration = 'accepted' AND lower(s.vendor) = lower($2) AND ($3 = '' OR lower(s.model) = lower($3))
   AND (cardinality($4::uuid[]) = 0 OR l.site_id = ANY($4)) AND (cardinality($5::uuid[]) = 0 OR s.station_id = ANY($5))
   AND (cardinality($6::text[]) = 0 OR s.firmware_version = ANY($6))`;

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'created_at', type: 'timestamptz' },
    { name: 'campaign_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const BY_STAGE: KeysetOrder = {
  columns: [
    { name: 'stage', type: 'bigint' },
    { name: 'identity_key', type: 'text' },
  ],
  direction: 'asc',
};
const MOST_VERSIONS = 20;

/** What a person may do with a campaign in a state, and where it leads. */
const STEPS: Record<'running' | 'paused' | 'aborted', { from: readonly CampaignState[]; action: string }> = {
  running: { from: ['draft', 'paused'], action: 'started' },
  paused: { from: ['running'], action: 'paused' },
  aborted: { from: ['draft', 'running', 'paused'], action: 'aborted' },
};

/** Firmware campaigns as people see them, of one tenant each. */
export class CampaignStore {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.firmware.image-unknown`, `csms.firmware.image-not-available`. */
  preview(tenantId: string, imageId: string, target: CampaignTarget): Promise<CampaignPreview> {
    return this.database.asTenant(tenantId, async (tx) => {
      const image = await availableImage(tx, imageId);
      const params = targeted(tenantId, image, target);
      const [total] = await tx.query<Omit<CampaignPreview, 'versions'>>(
        `SELECT count(*) FILTER (WHERE firmware_version IS DISTINCT FROM $7)::int AS stations,
                count(*) FILTER (WHERE firmware_version IS DISTINCT FROM $7 AND NOT online)::int AS offline,
                count(*) FILTER (WHERE firmware_version = $7)::int AS "upToDate" ${TARGETED}`,
        [...params, image.version],
      );
      const versions = await tx.query<CampaignPreview['versions'][number]>(
        `SELECT coalesce(firmware_version, '') AS version, count(*)::int AS stations ${TARGETED} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_VERSIONS}`,
        params,
      );
      return { ...(total as Omit<CampaignPreview, 'versions'>), versions };
    });
  }

  /** Throws what {@link preview} throws, `csms.firmware.campaign-empty`, `csms.firmware.campaign-name-taken`. */
  async create(
    asking: Asking,
    o: { name: string; imageId: string; target: CampaignTarget; plan: CampaignPlan },
  ): Promise<FirmwareCampaign> {
    const campaignId = uuidv7();
    try {
      await this.database.asTenant(asking.tenantId, (tx) => this.insert(tx, asking, campaignId, o));
    } catch (error) {
      if (uniqueViolation(error) === 'firmware_campaign_tenant_id_name_key') throw firmwareErrors.campaignNameTaken();
      throw error;
    }
    return this.get(asking.tenantId, campaignId);
  }

  /** Throws `csms.firmware.campaign-unknown`. */
  async get(tenantId: string, campaignId: string): Promise<FirmwareCampaign> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<CampaignRow>(
        `SELECT ${CAMPAIGN_COLUMNS} FROM firmware_campaign c JOIN firmware_image i USING (image_id) WHERE c.campaign_id = $1`,
        [campaignId],
      ),
    );
    if (!row) throw firmwareErrors.campaignUnknown();
    return campaignMessage(row);
  }

  /** Newest first; one more than the page holds. */
  async list(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; item: FirmwareCampaign }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<CampaignRow & { created_text: string }>(
        `SELECT ${CAMPAIGN_COLUMNS}, c.created_at::text AS created_text FROM firmware_campaign c JOIN firmware_image i USING (image_id)
         WHERE c.tenant_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.created_text, row.campaign_id], item: campaignMessage(row) }));
  }

  /** Throws `csms.firmware.campaign-unknown`, `csms.firmware.campaign-state-impossible`. */
  async setState(asking: Asking, campaignId: string, state: keyof typeof STEPS): Promise<FirmwareCampaign> {
    const { tenantId, caller } = asking;
    await this.database.asTenant(tenantId, async (tx) => {
      const before = await tx.one<{ state: CampaignState; name: string }>(
        'SELECT state, name FROM firmware_campaign WHERE campaign_id = $1 FOR UPDATE',
        [campaignId],
      );
      if (!before) throw firmwareErrors.campaignUnknown();
      if (before.state === state) return;
      const { from, action } = STEPS[state];
      if (!from.includes(before.state)) throw firmwareErrors.campaignStateImpossible({ state: before.state });
      const now = this.clock.now();
      if (state === 'aborted') await abortCampaign(tx, campaignId, 'by-person', now);
      else {
        await tx.query(
          `UPDATE firmware_campaign SET state = $2, version = version + 1, started_at = coalesce(started_at, $3),
             stage_began_at = coalesce(stage_began_at, $3) WHERE campaign_id = $1`,
          [campaignId, state, now],
        );
      }
      const entity = { type: 'firmware-campaign', id: campaignId, name: before.name };
      const done = before.state === 'paused' && state === 'running' ? 'resumed' : action;
      await this.audit.record(tx, {
        caller,
        tenantId,
        tenant: await tenantSlug(tx, tenantId),
        action: `firmware-campaign.${done}`,
        entity,
      });
    });
    return this.get(tenantId, campaignId);
  }

  /** In the order of their stages; one more than the page holds. Throws `csms.firmware.campaign-unknown`. */
  async updates(
    tenantId: string,
    campaignId: string,
    state: UpdateState | undefined,
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: ShownUpdateRow }[]> {
    const at = keyset(BY_STAGE, page.cursor, 4);
    const rows = await this.database.asTenant(tenantId, async (tx) => {
      if (!(await tx.one('SELECT 1 FROM firmware_campaign WHERE campaign_id = $1', [campaignId]))) throw firmwareErrors.campaignUnknown();
      return tx.query<ShownUpdateRow>(
        `SELECT ${UPDATE_COLUMNS}, s.identity, s.identity_key, s.firmware_version FROM firmware_update u JOIN charging_station s USING (station_id)
         WHERE u.campaign_id = $1 AND ($2::text IS NULL OR u.state = $2) AND ${at.where} ORDER BY ${at.orderBy} LIMIT $3`,
        [campaignId, state ?? null, page.limit + 1, ...at.params],
      );
    });
    return rows.map((row) => ({ key: [String(row.stage), row.identity_key], row }));
  }

  private async insert(
    tx: Tx,
    { tenantId, caller }: Asking,
    campaignId: string,
    o: { name: string; imageId: string; target: CampaignTarget; plan: CampaignPlan },
  ): Promise<void> {
    const image = await availableImage(tx, o.imageId);
    const stations = await tx.query<{ station_id: string }>(`SELECT s.station_id ${TARGETED} AND s.firmware_version IS DISTINCT FROM $7`, [
      ...targeted(tenantId, image, o.target),
      image.version,
    ]);
    if (stations.length === 0) throw firmwareErrors.campaignEmpty();
    const now = this.clock.now();
    await tx.query(
      `INSERT INTO firmware_campaign (campaign_id, tenant_id, name, image_id, plan, state, created_by, created_at)
       VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7)`,
      [campaignId, tenantId, o.name, o.imageId, JSON.stringify(o.plan), caller.subject, now],
    );
    const staged = inStages(
      campaignId,
      o.plan,
      stations.map(({ station_id: stationId }) => stationId),
    );
    await tx.query(
      `INSERT INTO firmware_update (campaign_id, station_id, tenant_id, stage, state, state_since, due_at)
       SELECT $1, station_id, $2, stage, 'queued', $5, $5 FROM unnest($3::uuid[], $4::int[]) AS n (station_id, stage)`,
      [campaignId, tenantId, staged.map(({ stationId }) => stationId), staged.map(({ stage }) => stage), now],
    );
    const entity = { type: 'firmware-campaign', id: campaignId, name: o.name };
    const detail = { imageId: o.imageId, stations: stations.length };
    await this.audit.record(tx, {
      caller,
      tenantId,
      tenant: await tenantSlug(tx, tenantId),
      action: 'firmware-campaign.created',
      entity,
      detail,
    });
  }
}

export type ShownUpdateRow = UpdateRow & { identity: string; identity_key: string; firmware_version: string | null };

/** Stations in an order that has nothing to do with where they stand: a canary of one site says little about the others. */
function inStages(campaignId: string, plan: CampaignPlan, stationIds: readonly string[]): { stationId: string; stage: number }[] {
  const rank = new Map(stationIds.map((id) => [id, createHash('sha256').update(`${campaignId} ${id}`).digest('hex')]));
  const shuffled = stationIds.toSorted((a, b) => ((rank.get(a) ?? '') < (rank.get(b) ?? '') ? -1 : 1));
  const stages = stageSizes(plan.stages, stationIds.length).flatMap((size, stage) => Array<number>(size).fill(stage));
  return shuffled.map((stationId, i) => ({ stationId, stage: stages[i] ?? 0 }));
}

/** Nothing is begun any more; what is under way comes to its own end. */
export async function abortCampaign(tx: Tx, campaignId: string, reason: 'by-person' | 'failure-rate', now: Date): Promise<void> {
  await tx.query(
    `UPDATE firmware_campaign SET state = 'aborted', reason = $2, ended_at = $3, version = version + 1 WHERE campaign_id = $1`,
    [campaignId, reason, now],
  );
  await tx.query(
    `UPDATE firmware_update SET state = 'skipped', reason = 'campaign-aborted', state_since = $2, due_at = NULL
     WHERE campaign_id = $1 AND state = 'queued'`,
    [campaignId, now],
  );
}

async function availableImage(tx: Tx, imageId: string): Promise<ImageRow> {
  const image = await tx.one<ImageRow>(`SELECT ${IMAGE_COLUMNS} FROM firmware_image i WHERE image_id = $1 FOR SHARE`, [imageId]);
  if (!image) throw firmwareErrors.imageUnknown();
  if (image.image_state !== 'available') throw firmwareErrors.imageNotAvailable();
  return image;
}

function targeted(tenantId: string, { vendor, model }: ImageRow, target: CampaignTarget): unknown[] {
  return [tenantId, vendor, model, target.siteIds, target.stationIds, target.firmwareVersions];
}

/** Counts by stage, out of what {@link STAGE_COUNTS} selects. */
export function countsOf(plan: CampaignPlan, rows: readonly Record<string, unknown>[]): Counts[] {
  return plan.stages.map((_, stage) => {
    const of = (...states: UpdateState[]): number =>
      rows
        .filter((row) => row['stage'] === stage && states.includes(row['state'] as UpdateState))
        .reduce((n, row) => n + Number(row['stations']), 0);
    return {
      queued: of('queued'),
      underWay: of('sending', 'accepted', 'downloading', 'downloaded', 'installing', 'installed'),
      verified: of('verified'),
      failed: of('failed'),
      skipped: of('skipped'),
    };
  });
}

function campaignMessage(row: CampaignRow): FirmwareCampaign {
  return create(FirmwareCampaignSchema, {
    campaignId: row.campaign_id,
    name: row.name,
    image: imageMessage(row),
    plan: planMessage(row.plan),
    state: CAMPAIGN_STATE[row.state],
    reason: row.reason ?? '',
    stage: row.stage,
    stages: countsOf(row.plan, row.counts).map((counts) => ({ ...counts, stations: Object.values(counts).reduce((a, b) => a + b, 0) })),
    createdBy: row.created_by,
    createdAt: timestampFromDate(row.created_at),
    ...(row.started_at && { startedAt: timestampFromDate(row.started_at) }),
    ...(row.ended_at && { endedAt: timestampFromDate(row.ended_at) }),
  });
}
