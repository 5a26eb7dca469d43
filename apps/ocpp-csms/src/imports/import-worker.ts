import type { Clock, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { BackgroundLoop } from '../background-loop.js';
import { SheetFailure } from './domain/sheet-failure.js';
import type { TableRow } from './domain/table.js';
import type { ImportInWork, ImportSteps } from './import-steps.js';
import type { SheetReader } from './sheet/sheet-reader.js';

const LOOK_EVERY_MS = 500;
/** Another replica goes on after so long without a sign of this one. */
const CLAIM_MS = 15_000;

const CLAIM = `
  UPDATE bulk_import SET claimed_until = $2 WHERE import_id = (
    SELECT import_id FROM bulk_import
     WHERE (state = 'checking' OR state = 'applying' AND kind <> 'id-tokens') AND (claimed_until IS NULL OR claimed_until < $1)
     ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING import_id, tenant_id, kind, state, applied_by`;
const HOLD = 'UPDATE bulk_import SET claimed_until = $2 WHERE import_id = $1';
const FILE = 'SELECT content FROM bulk_import_part WHERE import_id = $1 ORDER BY part';
/** Reading a file again gives the same rows. */
const ADD_ROWS = `
  INSERT INTO bulk_import_row (import_id, tenant_id, number, group_number, subject, cells, problems)
  SELECT $1, $2, r.number, r."group", r.subject, r.cells, r.problems
    FROM jsonb_to_recordset($3::jsonb) AS r (number int, "group" int, subject text, cells jsonb, problems jsonb)
  ON CONFLICT (import_id, number) DO NOTHING`;
const CHECKED = `
  WITH done AS (UPDATE bulk_import SET state = $2, failure = $3, failure_detail = $4, claimed_until = NULL
                 WHERE import_id = $1 AND state = 'checking' RETURNING import_id)
  DELETE FROM bulk_import_part WHERE import_id IN (SELECT import_id FROM done)`;
const APPLIED = `
  UPDATE bulk_import SET state = 'applied', completed_at = $2, claimed_until = NULL WHERE import_id = $1 AND state = 'applying'`;

/**
 * Reads, compares and writes imports, one at a time per replica. How far each is stands in its rows: when a replica stops or dies, another
 * goes on from there.
 */
export class ImportWorker {
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly database: Database,
    private readonly sheets: SheetReader,
    private readonly steps: ImportSteps,
    private readonly clock: Clock,
    timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.loop = new BackgroundLoop({ name: 'import', everyMs: LOOK_EVERY_MS, timers, telemetry, round: () => this.round() });
  }

  start(): void {
    this.loop.start();
  }

  /** Resolves when the step that is under way is done. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async round(): Promise<'more' | void> {
    const work = await this.claim();
    if (!work) return;
    await this.bringOn(work);
    return 'more';
  }

  private async claim(): Promise<ImportInWork | undefined> {
    const now = this.clock.now();
    const [work] = await this.database.query<ImportInWork>(CLAIM, [now, new Date(now.getTime() + CLAIM_MS)]);
    return work;
  }

  private async bringOn(work: ImportInWork): Promise<void> {
    const { import_id: importId } = work;
    if (work.state === 'checking') await this.check(work);
    else if (await this.through(work, () => this.steps.write(work))) await this.database.query(APPLIED, [importId, this.clock.now()]);
    if (this.loop.stopping) await this.database.query(HOLD, [importId, null]);
    else this.telemetry.logger.info('import.brought-on', { importId, state: work.state });
  }

  private async check(work: ImportInWork): Promise<void> {
    const { import_id: importId } = work;
    try {
      await this.read(work);
      if (await this.through(work, () => this.steps.plan(work))) await this.database.query(CHECKED, [importId, 'checked', '', '']);
    } catch (error) {
      if (!(error instanceof SheetFailure)) throw error;
      await this.database.query(CHECKED, [importId, 'failed', error.code, error.detail]);
    }
  }

  private async read(work: ImportInWork): Promise<void> {
    const { import_id: importId, tenant_id: tenantId, kind } = work;
    const parts = await this.database.query<{ content: Buffer }>(FILE, [importId]);
    for await (const rows of this.sheets.read(kind, Buffer.concat(parts.map(({ content }) => content)))) {
      await this.database.query(ADD_ROWS, [importId, tenantId, rowsText(rows)]);
      await this.hold(work);
    }
  }

  /** Step by step to the end; false when the service stops before it. */
  private async through(work: ImportInWork, step: () => Promise<boolean>): Promise<boolean> {
    while (!this.loop.stopping) {
      if (!(await step())) return true;
      await this.hold(work);
    }
    return false;
  }

  private async hold({ import_id: importId }: ImportInWork): Promise<void> {
    await this.database.query(HOLD, [importId, new Date(this.clock.now().getTime() + CLAIM_MS)]);
  }
}

/** PostgreSQL keeps no NUL in a text. */
function rowsText(rows: readonly TableRow[]): string {
  return JSON.stringify(rows).replaceAll('\\u0000', '');
}
