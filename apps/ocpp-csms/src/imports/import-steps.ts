import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import { tenantSlug } from '../projections/tenant-slug.js';
import { lockStations, tellStations } from '../stations/station-state.js';
import type { ImportKind } from './domain/columns.js';
import { planRows, type Known, type Planned, type StoredRow } from './domain/plan.js';
import { problem } from './domain/problem.js';
import { knownOf } from './known.js';
import { writeLocations, writeSites } from './write-places.js';
import { writeStations } from './write-stations.js';
import type { Written } from './written.js';

/** Stations, or rows of other kinds, that one transaction compares or writes. */
const GROUPS_AT_ONCE = 100;

/** An import that is in work. */
export interface ImportInWork {
  import_id: string;
  tenant_id: string;
  kind: ImportKind;
  state: 'checking' | 'applying';
  applied_by: Caller | null;
}

const NEXT = `
  SELECT number, group_number AS "group", subject, cells FROM bulk_import_row
   WHERE import_id = $1 AND group_number IN (
     SELECT DISTINCT group_number FROM bulk_import_row WHERE import_id = $1 AND NOT settled AND (effect IS NULL OR $3)
     ORDER BY group_number LIMIT $2)
   ORDER BY group_number, number`;
const PLAN = `
  UPDATE bulk_import_row r SET effect = CASE WHEN r.problems = '[]' THEN p.effect ELSE 'error' END,
    problems = CASE WHEN r.problems = '[]' THEN p.problems ELSE r.problems END, changes = p.changes
    FROM jsonb_to_recordset($2::jsonb) AS p (number int, effect text, problems jsonb, changes text[])
   WHERE r.import_id = $1 AND r.number = p.number AND r.effect IS NULL`;
const SETTLE = `
  UPDATE bulk_import_row r SET settled = true, effect = p.effect, problems = p.problems
    FROM jsonb_to_recordset($2::jsonb) AS p (number int, effect text, problems jsonb)
   WHERE r.import_id = $1 AND r.number = p.number AND NOT r.settled`;
/** Of two imports of a tenant one writes at a time, so that each finds what the other has written. */
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtextextended('ampline.import.' || $1, 0))`;

/** The steps in which imports are compared with what there is, and written. Each is one transaction that may be taken again. */
export class ImportSteps {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Compares the next rows with what there is. False when none was left. */
  plan({ import_id: importId, tenant_id: tenantId, kind }: ImportInWork): Promise<boolean> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<StoredRow>(NEXT, [importId, GROUPS_AT_ONCE, false]);
      if (rows.length === 0) return false;
      await tx.query(PLAN, [importId, planText(planRows(kind, rows, await knownOf(tx, kind, rows)))]);
      return true;
    });
  }

  /** Writes the next rows as they are to be by now. False when none was left. */
  async write(work: ImportInWork): Promise<boolean> {
    try {
      return await this.database.asTenant(work.tenant_id, (tx) => this.writeNext(tx, work, GROUPS_AT_ONCE));
    } catch (error) {
      // Somebody entered the same meanwhile, or EVSE ids change places: the one that does not fit is found alone.
      if (uniqueViolation(error) === undefined) throw error;
      return this.writeOne(work);
    }
  }

  private async writeOne(work: ImportInWork): Promise<boolean> {
    try {
      return await this.database.asTenant(work.tenant_id, (tx) => this.writeNext(tx, work, 1));
    } catch (error) {
      if (uniqueViolation(error) === undefined) throw error;
      return this.database.asTenant(work.tenant_id, async (tx) => {
        const rows = await tx.query<StoredRow>(NEXT, [work.import_id, 1, true]);
        const refused = rows.map((row): Planned => ({ row, effect: 'error', problems: [problem('refused', '')], changes: [] }));
        await tx.query(SETTLE, [work.import_id, planText(refused)]);
        return true;
      });
    }
  }

  private async writeNext(tx: Tx, work: ImportInWork, most: number): Promise<boolean> {
    await tx.query(ONE_AT_A_TIME, [work.tenant_id]);
    const rows = await tx.query<StoredRow>(NEXT, [work.import_id, most, true]);
    if (rows.length === 0) return false;
    const before = await knownOf(tx, work.kind, rows);
    const ids = [...before.stations.values()].map(({ stationId }) => stationId);
    if (ids.length > 0) await lockStations(tx, ids);
    const known = ids.length > 0 ? await knownOf(tx, work.kind, rows) : before;
    const planned = planRows(work.kind, rows, known);
    const changing = new Set(planned.filter(({ effect }) => effect === 'create' || effect === 'change').map(({ row }) => row.group));
    const written = await this.writeOf(
      tx,
      work,
      planned.filter(({ row, effect }) => changing.has(row.group) && effect !== 'error'),
      known,
    );
    await this.record(tx, work, written);
    const stations = written.filter(({ type }) => type === 'charging-station').map(({ id }) => id);
    if (stations.length > 0) await tellStations(tx, this.outbox, stations, this.clock.now());
    await tx.query(SETTLE, [work.import_id, planText(planned)]);
    return true;
  }

  private writeOf(tx: Tx, work: ImportInWork, planned: readonly Planned[], known: Known): Promise<Written[]> {
    if (work.kind === 'sites') return writeSites(tx, work.tenant_id, planned);
    if (work.kind === 'locations') return writeLocations(tx, work.tenant_id, planned, known);
    return writeStations(tx, work.tenant_id, planned, known);
  }

  private async record(
    tx: Tx,
    { import_id: importId, tenant_id: tenantId, applied_by: caller }: ImportInWork,
    written: readonly Written[],
  ) {
    if (written.length === 0 || !caller) return;
    const tenant = await tenantSlug(tx, tenantId);
    const deeds = written.map(({ type, id, name, done, changes }) => ({
      ...{ caller, tenantId, tenant, action: `${type}.${done}`, entity: { type, id, name } },
      detail: { importId, ...(changes.length > 0 && { changes }) },
    }));
    await this.audit.record(tx, ...deeds);
  }
}

function planText(planned: readonly Planned[]): string {
  return JSON.stringify(planned.map(({ row, effect, problems, changes }) => ({ number: row.number, effect, problems, changes })));
}
