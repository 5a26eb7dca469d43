import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { CommandRow } from '../commands/command-row.js';
import type { CheckedCommand } from '../commands/command-rules.js';
import type { Commands } from '../commands/commands.js';
import { csmsErrors } from '../errors.js';
import type { Asking } from '../stations/stations.store.js';
import type { Transfer } from './endpoints.js';
import { isFileName } from './file-name.js';
import type { Links } from './links.js';
import { FILE_COLUMNS, type FileKind, type FileRow } from './station-file-row.js';

/** A file as somebody asks a station for it. */
export interface FileWanted {
  stationId: string;
  kind: FileKind;
  transfer: Transfer | null;
  from: Date | undefined;
  until: Date | undefined;
}

export interface FileRequestLimits {
  maxBytes: number;
  linkValidMs: number;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

/** Asks stations for diagnostics and logs (OCPP 1.6 §5.8 GetDiagnostics; security extension, GetLog). */
export class FileRequests {
  constructor(
    private readonly database: Database,
    private readonly links: Links,
    private readonly commands: Commands,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly limits: FileRequestLimits,
  ) {}

  /** Answers when the station has answered. Throws `csms.station-unknown`, `csms.station-rejected`, `csms.station-files.transfer-off`. */
  async request(asking: Asking, wanted: FileWanted): Promise<FileRow> {
    const { tenantId, caller } = asking;
    const { fileId, command } = await this.database.asTenant(tenantId, (tx) => this.begin(tx, asking, wanted));
    const sent = await this.commands.execute({
      tenantId,
      stationId: wanted.stationId,
      command,
      requestedBy: caller.subject,
      timeoutMs: this.limits.timeoutMs,
      idempotencyKey: `station-file:${fileId}`,
    });
    return this.answered(tenantId, fileId, sent);
  }

  private async begin(tx: Tx, { tenantId, caller }: Asking, wanted: FileWanted): Promise<{ fileId: string; command: CheckedCommand }> {
    const { stationId, kind, transfer } = wanted;
    const station = await tx.one<{ slug: string; identity: string }>(
      'SELECT t.slug, s.identity FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1',
      [stationId],
    );
    if (!station) throw csmsErrors.stationUnknown();
    const fileId = uuidv7();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.limits.linkValidMs);
    const row = await tx.one<{ request_number: number | null }>(
      `INSERT INTO station_file (file_id, tenant_id, station_id, kind, request_number, state, requested_by, requested_at, expires_at)
       VALUES ($1, $2, $3, $4, CASE WHEN $4 <> 'diagnostics' THEN nextval('ocpp_request_number') END, 'requested', $5, $6, $7)
       RETURNING request_number`,
      [fileId, tenantId, stationId, kind, caller.subject, now, expiresAt],
    );
    const url = await this.links.make(tx, { tenantId, stationId, target: { fileId }, transfer, maxBytes: this.limits.maxBytes, expiresAt });
    const entity = { type: 'charging-station', id: stationId, name: station.identity };
    await this.audit.record(tx, {
      caller,
      tenantId,
      tenant: station.slug,
      action: 'station-file.requested',
      entity,
      detail: { fileId, kind },
    });
    return { fileId, command: commandOf(wanted, url, row?.request_number ?? 0) };
  }

  /** What the station told meanwhile goes before its answer. */
  private async answered(tenantId: string, fileId: string, sent: CommandRow): Promise<FileRow> {
    const { reason, fileName, failed } = outcomeOf(sent);
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<FileRow>(
        `UPDATE station_file SET file_name = coalesce(file_name, $2),
           reason = CASE WHEN state = 'requested' THEN $3 ELSE reason END,
           state = CASE WHEN state = 'requested' AND $4 THEN 'failed' ELSE state END
         WHERE file_id = $1 RETURNING ${FILE_COLUMNS}`,
        [fileId, fileName, reason, failed],
      ),
    );
    return row as FileRow;
  }
}

function commandOf({ kind, from, until }: FileWanted, url: string, requestId: number): CheckedCommand {
  if (kind === 'diagnostics') {
    const span = { ...(from && { startTime: from.toISOString() }), ...(until && { stopTime: until.toISOString() }) };
    return { action: 'GetDiagnostics', payload: { location: url, ...span } };
  }
  const span = { ...(from && { oldestTimestamp: from.toISOString() }), ...(until && { latestTimestamp: until.toISOString() }) };
  const logType = kind === 'security-log' ? 'SecurityLog' : 'DiagnosticsLog';
  return { action: 'GetLog', payload: { logType, requestId, log: { remoteLocation: url, ...span } } };
}

/**
 * A station that names no file in its answer to GetDiagnostics has none (§5.8); some send one all the same, so it is waited for.
 * After a time-out the station may still have got the command.
 */
function outcomeOf({ outcome, response }: CommandRow): { failed: boolean; reason: string | null; fileName: string | null } {
  if (outcome === 'station-offline' || outcome === 'not-sent') return { failed: true, reason: 'station-offline', fileName: null };
  if (outcome === 'refused-by-station') return { failed: true, reason: 'command-refused', fileName: null };
  if (outcome !== 'answered') return { failed: false, reason: 'not-answered', fileName: null };
  const answer = (response ?? {}) as { status?: unknown; fileName?: unknown; filename?: unknown };
  if (answer.status === 'Rejected') return { failed: true, reason: 'command-refused', fileName: null };
  const told = answer.fileName ?? answer.filename;
  const fileName = typeof told === 'string' && isFileName(told) ? told : null;
  return { failed: false, reason: fileName === null ? 'no-file' : null, fileName };
}
