import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

const AT_ONCE = 2_000;

/** From where the last batch ended, so that a night reads the archive once. */
const PRUNE = `
  WITH old AS MATERIALIZED (
    SELECT m.received_at, m.message_uuid FROM ocpp_message m JOIN message_retention r USING (tenant_id)
     WHERE m.received_at >= $1::timestamptz AND m.received_at < (SELECT now() - min(retain_days) * interval '1 day' FROM message_retention)
       AND m.received_at < now() - r.retain_days * interval '1 day'
     ORDER BY m.received_at, m.message_uuid LIMIT ${AT_ONCE})
  DELETE FROM ocpp_message m USING old WHERE m.received_at = old.received_at AND m.message_uuid = old.message_uuid
  RETURNING m.received_at::text AS received_at`;

/**
 * Deletes raw messages of tenants that keep them for less long than the installation, which drops whole days. In small transactions, at
 * night.
 */
export class MessagePruning {
  constructor(
    private readonly database: Database,
    private readonly telemetry: Telemetry,
  ) {}

  /** Until nothing is left to delete, or `signal` is aborted; then it throws, and goes on where it was when it is run again. */
  async run(signal: AbortSignal): Promise<number> {
    let deleted = 0;
    for (let from = '-infinity', more = true; more;) {
      signal.throwIfAborted();
      const rows = await this.database.query<{ received_at: string }>(PRUNE, [from]);
      deleted += rows.length;
      more = rows.length === AT_ONCE;
      from = rows.reduce((latest, row) => (row.received_at > latest ? row.received_at : latest), rows[0]?.received_at ?? from);
    }
    if (deleted > 0) this.telemetry.logger.info('messages.pruned', { deleted });
    return deleted;
  }
}
