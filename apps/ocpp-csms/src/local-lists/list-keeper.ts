import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DueWork } from '../due-loop.js';
import type { AfterBoot, BootedStation } from '../intake/after-boot.js';
import { markBooted, markDue } from './due-lists.js';
import type { ListSync, Verdict } from './list-sync.js';
import { LIST_COLUMNS, type ListRow } from './local-list-row.js';

export interface ListPace {
  /** A change of id tokens is left alone for so long, so that others join it. */
  settleMs: number;
  /** Between two stations of a tenant that a change concerns. */
  spacingMs: number;
  /** A station that has just booted is left alone for so long. */
  bootDelayMs: number;
}

/** A replica that died with a list in its hands: another takes it up after this. */
const CLAIM_MS = 600_000;

const CHANGED = `
  DELETE FROM local_list_change WHERE tenant_id IN (
    SELECT tenant_id FROM local_list_change WHERE changed_at <= $1 ORDER BY changed_at LIMIT 10 FOR UPDATE SKIP LOCKED) RETURNING tenant_id`;
/** Connected stations that are ours alone: the others are spoken with when they are back. */
const CLAIM = `
  UPDATE local_list SET claimed_until = $2, due_at = NULL WHERE station_id IN (
    SELECT l.station_id FROM local_list l JOIN charging_station s USING (station_id)
     WHERE (l.due_at <= $1 AND l.claimed_until IS NULL OR l.claimed_until <= $1) AND s.online AND s.back_end = 'csms' AND s.registration = 'accepted'
     ORDER BY coalesce(l.due_at, l.claimed_until) LIMIT $3 FOR UPDATE OF l SKIP LOCKED)
  RETURNING ${LIST_COLUMNS}`;
const DONE = `
  UPDATE local_list SET claimed_until = NULL, status = CASE WHEN $3 = 'in-sync' AND due_at IS NOT NULL THEN 'pending' ELSE $3 END, result = $4, due_at = CASE WHEN $3 IN ('not-supported', 'disabled') THEN NULL ELSE least(due_at, $5) END,
    failures = CASE WHEN $3 = 'failed' THEN failures + 1 WHEN $3 = 'in-sync' THEN 0 ELSE failures END,
    check_wanted = check_wanted OR $3 IN ('failed', 'not-supported', 'disabled'),
    configured_at = CASE WHEN $3 IN ('not-supported', 'disabled') THEN NULL ELSE configured_at END,
    synced_at = CASE WHEN $3 = 'in-sync' THEN $6 ELSE synced_at END, updated_at = $6,
    firmware_version = (SELECT firmware_version FROM charging_station s WHERE s.station_id = local_list.station_id)
   WHERE station_id = $1 AND claimed_until = $2`;

/**
 * Keeps the lists of stations in step with their policies: what a change of id tokens, a policy or a boot concerns becomes due, spread
 * over time, and is brought up to date a few stations at once. What is due stands in the rows, so that any replica goes on with it.
 */
export class ListKeeper implements AfterBoot, DueWork<ListRow> {
  readonly name = 'local-list';
  private readonly booted = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly sync: ListSync,
    private readonly pace: ListPace,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  stationBooted({ stationId }: Pick<BootedStation, 'stationId'>): void {
    this.booted.add(stationId);
  }

  async prepare(): Promise<void> {
    await this.noteChanges();
    await this.noteBoots();
  }

  private async noteChanges(): Promise<void> {
    const now = this.clock.now();
    await this.database.asWorker(async (tx) => {
      const changed = await tx.query<{ tenant_id: string }>(CHANGED, [new Date(now.getTime() - this.pace.settleMs)]);
      for (const { tenant_id: tenantId } of changed) {
        const stations = await markDue(tx, { tenantId }, now, this.pace.spacingMs);
        tx.onCommit(() => this.telemetry.logger.info('local-lists.tokens-changed', { tenantId, stations }));
      }
    });
  }

  private async noteBoots(): Promise<void> {
    if (this.booted.size === 0) return;
    const stations = [...this.booted];
    await this.database.asWorker((tx) => markBooted(tx, stations, this.clock.now(), this.pace.bootDelayMs));
    for (const stationId of stations) this.booted.delete(stationId);
  }

  claim(limit: number): Promise<ListRow[]> {
    const now = this.clock.now();
    return this.database.query<ListRow>(CLAIM, [now, new Date(now.getTime() + CLAIM_MS), limit]);
  }

  about({ station_id: stationId }: ListRow): object {
    return { stationId };
  }

  async carryOut(row: ListRow): Promise<void> {
    const verdict = await this.sync.bring(row);
    await this.store(row, verdict);
    const { status, result } = verdict;
    this.telemetry.logger.info('local-list.looked-at', { stationId: row.station_id, status, result });
  }

  private async store(row: ListRow, { status, result, againInMs }: Verdict): Promise<void> {
    const now = this.clock.now();
    const again = againInMs === undefined ? null : new Date(now.getTime() + againInMs);
    await this.database.query(DONE, [row.station_id, row.claimed_until, status, result, again, now]);
  }
}
