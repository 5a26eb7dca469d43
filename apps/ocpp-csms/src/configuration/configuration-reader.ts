import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { ReceivedResponse } from '@ampline/protocol-ocpp';
import type { CommandRow } from '../commands/command-row.js';
import type { Commands } from '../commands/commands.js';
import type { DueWork } from '../due-loop.js';
import type { AfterBoot, BootedStation } from '../intake/after-boot.js';
import { IS_DRIFTED, isReported, REPORTED_JOIN } from './drift.js';
import { STANDARD_KEYS } from './standard-keys.js';

export interface ReaderOptions {
  /** A station that has just booted is left alone for so long. */
  delayMs: number;
  /** How often a connected station is read. */
  everyMs: number;
  /** Stations that one replica speaks with at once. */
  inFlight: number;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

export interface ReaderParts {
  database: Database;
  commands: Commands;
  clock: Clock;
  telemetry: Telemetry;
}

interface DueRead {
  station_id: string;
  tenant_id: string;
  due_at: Date;
  due_keys: string[] | null;
}

const LOOK_FOR_OLD_EVERY_MS = 60_000;
/** A replica that died with a reading in its hands: another takes it up after this. Also when a silent station is asked again. */
const CLAIM_MS = 600_000;
/** A station that boots again and again is not read each time. */
const FRESH_MS = 3_600_000;
/** What is asked for at once of a station that does not say how much it takes. */
const FEW_KEYS = 10;

const WANT = `
  INSERT INTO configuration_read AS r (station_id, tenant_id, due_at)
  SELECT station_id, tenant_id, $2::timestamptz FROM charging_station WHERE station_id = ANY($1) ORDER BY station_id
  ON CONFLICT (station_id) DO UPDATE SET due_at = excluded.due_at, due_keys = NULL
   WHERE r.read_at IS NULL OR r.read_at < $3
      OR r.firmware_version IS DISTINCT FROM (SELECT firmware_version FROM charging_station s WHERE s.station_id = r.station_id)
      OR EXISTS (SELECT FROM station_setting t JOIN ${REPORTED_JOIN} WHERE t.station_id = r.station_id AND ${IS_DRIFTED})`;
const WANT_OLD = `
  UPDATE configuration_read SET due_at = $1, due_keys = NULL WHERE station_id IN (
    SELECT r.station_id FROM configuration_read r JOIN charging_station s USING (station_id)
     WHERE r.due_at IS NULL AND r.read_at < $2 AND s.online AND s.registration = 'accepted' LIMIT $3 FOR UPDATE OF r SKIP LOCKED)`;
const CLAIM = `
  WITH claimed AS (SELECT station_id FROM configuration_read WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE configuration_read r SET due_at = $3 FROM claimed WHERE r.station_id = claimed.station_id
  RETURNING r.station_id, r.tenant_id, r.due_at, r.due_keys`;
const DONE = 'UPDATE configuration_read SET due_at = NULL, due_keys = NULL WHERE station_id = $1 AND due_at = $2';
const MISSING = `
  SELECT t.key FROM station_setting t WHERE t.station_id = $1
     AND NOT EXISTS (SELECT FROM reported_setting r WHERE r.station_id = t.station_id AND r.key_ci = t.key_ci AND r.read_at >= $2)`;
/** After a reading of all: what has drifted since it was accepted is sent again. */
const MEND = `
  UPDATE station_setting t SET status = 'unanswered', checked_at = $2, due_at = $2 FROM reported_setting r
   WHERE t.station_id = $1 AND r.station_id = t.station_id AND r.key_ci = t.key_ci AND t.mode = 'enforce' AND t.status = 'accepted'
     AND t.due_at IS NULL AND NOT r.readonly AND ${IS_DRIFTED}`;
/** The station has what is desired, whoever brought it there. */
const SETTLE = `
  UPDATE station_setting t SET status = 'accepted' FROM reported_setting r
   WHERE t.station_id = $1 AND r.station_id = t.station_id AND r.key_ci = t.key_ci AND t.due_at IS NULL
     AND t.status IN ('unanswered', 'rejected', 'not-supported', 'ineffective') AND ${isReported('t.desired')}`;
/** After reading back what was just accepted: the station keeps its own value, and is not asked again and again. */
const INEFFECTIVE = `
  UPDATE station_setting t SET status = 'ineffective' FROM reported_setting r
   WHERE t.station_id = $1 AND r.station_id = t.station_id AND r.key_ci = t.key_ci AND t.status = 'accepted' AND t.due_at IS NULL
     AND t.key_ci = ANY($2) AND ${IS_DRIFTED}`;

/**
 * Reads the settings of stations: after a boot, from time to time, when somebody asks, and what was changed. What they answer is
 * stored by {@link reportedSettings}; drift from what is desired is sent again.
 */
export class ConfigurationReader implements AfterBoot, DueWork<DueRead> {
  readonly name = 'configuration';
  private readonly booted = new Set<string>();
  private lookedForOldMs = -Infinity;

  constructor(
    private readonly parts: ReaderParts,
    private readonly options: ReaderOptions,
  ) {}

  stationBooted({ stationId }: Pick<BootedStation, 'stationId'>): void {
    this.booted.add(stationId);
  }

  async prepare(): Promise<void> {
    await this.want();
    await this.wantOld();
  }

  private async want(): Promise<void> {
    const stations = [...this.booted];
    if (stations.length === 0) return;
    const now = this.parts.clock.now().getTime();
    await this.parts.database.query(WANT, [stations, new Date(now + this.options.delayMs), new Date(now - FRESH_MS)]);
    for (const stationId of stations) this.booted.delete(stationId);
  }

  private async wantOld(): Promise<void> {
    const { clock, database } = this.parts;
    if (clock.monotonicMs() - this.lookedForOldMs < LOOK_FOR_OLD_EVERY_MS) return;
    this.lookedForOldMs = clock.monotonicMs();
    const now = clock.now();
    await database.query(WANT_OLD, [now, new Date(now.getTime() - this.options.everyMs), this.options.inFlight * 10]);
  }

  claim(limit: number): Promise<DueRead[]> {
    const now = this.parts.clock.now();
    return this.parts.database.asWorker((tx) => tx.query<DueRead>(CLAIM, [now, limit, new Date(now.getTime() + CLAIM_MS)]));
  }

  about({ station_id: stationId }: DueRead): object {
    return { stationId };
  }

  /** A station that is silent is asked again when the claim is over; one that is offline when it boots. */
  async carryOut(due: DueRead): Promise<void> {
    const outcome = due.due_keys === null ? await this.readAll(due) : await this.readKeys(due, due.due_keys);
    const { database, clock, telemetry } = this.parts;
    if (outcome === 'answered') {
      const now = clock.now();
      await database.query(SETTLE, [due.station_id]);
      if (due.due_keys === null) await database.query(MEND, [due.station_id, now]);
      else await database.query(INEFFECTIVE, [due.station_id, due.due_keys.map((key) => key.toLowerCase())]);
    }
    telemetry.logger.info('configuration.read', { stationId: due.station_id, keys: due.due_keys?.length ?? 'all', outcome });
    if (outcome !== 'timeout') await database.query(DONE, [due.station_id, due.due_at]);
  }

  /** All at once, then what is desired and was not told; a station that does not answer to "all" is asked for the standard's keys. */
  private async readAll(due: DueRead): Promise<CommandRow['outcome']> {
    const begunAt = this.parts.clock.now();
    const all = await this.ask(due, []);
    if (all.outcome !== 'answered' && all.outcome !== 'refused-by-station') return all.outcome;
    const told = toldBy(all);
    const missing = await this.parts.database.query<{ key: string }>(MISSING, [due.station_id, begunAt]);
    const keys = missing.map(({ key }) => key);
    const most = mostKeys(told);
    const all16 = told.length === 0 || told.length === most ? STANDARD_KEYS.filter((key) => !told.some((one) => one.key === key)) : [];
    return this.readKeys(due, [...new Set([...all16, ...keys])], most);
  }

  /** As many keys at once as the station takes (OCPP 1.6 §9.1.9 GetConfigurationMaxKeys). */
  private async readKeys(due: DueRead, keys: readonly string[], most?: number): Promise<CommandRow['outcome']> {
    const atOnce = most ?? (await this.storedMost(due.station_id));
    for (let from = 0; from < keys.length; from += atOnce) {
      const { outcome } = await this.ask(due, keys.slice(from, from + atOnce));
      if (outcome !== 'answered' && outcome !== 'refused-by-station') return outcome;
    }
    return 'answered';
  }

  private async storedMost(stationId: string): Promise<number> {
    const rows = await this.parts.database.query<{ key: string; value: string | null }>(
      `SELECT key, value FROM reported_setting WHERE station_id = $1 AND key_ci = 'getconfigurationmaxkeys'`,
      [stationId],
    );
    return mostKeys(rows);
  }

  private ask({ tenant_id: tenantId, station_id: stationId }: DueRead, keys: readonly string[]): Promise<CommandRow> {
    return this.parts.commands.execute({
      tenantId,
      stationId,
      command: { action: 'GetConfiguration', payload: keys.length === 0 ? {} : { key: keys } },
      requestedBy: this.parts.telemetry.service,
      timeoutMs: this.options.timeoutMs,
      idempotencyKey: '',
    });
  }
}

type Told = { key: string; value?: string | null };

function toldBy({ response }: CommandRow): Told[] {
  const { configurationKey } = (response ?? {}) as Partial<ReceivedResponse<'GetConfiguration'>>;
  return Array.isArray(configurationKey) ? configurationKey : [];
}

function mostKeys(told: readonly Told[]): number {
  const most = Number(told.find(({ key }) => key.toLowerCase() === 'getconfigurationmaxkeys')?.value);
  return Number.isSafeInteger(most) && most > 0 ? most : FEW_KEYS;
}
