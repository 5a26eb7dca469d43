import { uuidv7 } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import type { ReceivedResponse } from '@ampline/protocol-ocpp';
import type { AnsweredCommand, Effects } from '../commands/command-effects.js';
import { HIDDEN } from '../commands/secrets.js';
import { isSecretKey } from './domain/template.js';

interface Told {
  key: string;
  value: string | null;
  readonly: boolean;
}

interface Change {
  key: string;
  kind: 'added' | 'changed' | 'removed';
  value_before: string | null;
  value: string | null;
}

const LONGEST_KEY = 200;
const LONGEST_VALUE = 4_000;
/** Keys that one answer may tell, and changes that are kept per station. */
const MOST_KEYS = 1_000;
const MOST_CHANGES = 500;
/** Changes that follow one another are read back together. */
const READ_BACK_MS = 2_000;

/** Tells how each key has changed, and stores it. $4: the answer tells all settings. */
const STORE = `
  WITH told AS (SELECT key, lower(key) AS key_ci, value, readonly FROM unnest($5::text[], $6::text[], $7::boolean[]) AS t (key, value, readonly)),
  before AS (SELECT * FROM reported_setting WHERE station_id = $1),
  gone AS (DELETE FROM reported_setting r WHERE $4::boolean AND r.station_id = $1 AND r.key_ci NOT IN (SELECT key_ci FROM told)
    RETURNING r.key, r.value),
  stored AS (
    INSERT INTO reported_setting (station_id, tenant_id, key, value, readonly, read_at) SELECT $1, $2, key, value, readonly, $3 FROM told
    ON CONFLICT (station_id, key_ci) DO UPDATE SET key = excluded.key, value = excluded.value, readonly = excluded.readonly,
      read_at = excluded.read_at)
  SELECT t.key, CASE WHEN b.key IS NULL THEN 'added' ELSE 'changed' END AS kind, b.value AS value_before, t.value
    FROM told t LEFT JOIN before b USING (key_ci) WHERE b.key IS NULL OR b.value IS DISTINCT FROM t.value
  UNION ALL SELECT key, 'removed', value, NULL FROM gone`;

const KNOWN_BEFORE = 'SELECT EXISTS (SELECT FROM reported_setting WHERE station_id = $1) AS known';
const NOTE_CHANGES = `
  INSERT INTO reported_setting_change (change_id, tenant_id, station_id, key, kind, value_before, value, at)
  SELECT id, $2, $1, key, kind, value_before, value, $3
    FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[]) AS c (id, key, kind, value_before, value)`;
const PRUNE_CHANGES = `
  DELETE FROM reported_setting_change WHERE station_id = $1 AND change_id IN (
    SELECT change_id FROM reported_setting_change WHERE station_id = $1 ORDER BY change_id DESC OFFSET ${MOST_CHANGES})`;
const NOTE_READ = `
  INSERT INTO configuration_read (station_id, tenant_id, read_at, firmware_version)
  SELECT station_id, tenant_id, $2, firmware_version FROM charging_station WHERE station_id = $1
  ON CONFLICT (station_id) DO UPDATE SET read_at = excluded.read_at, firmware_version = excluded.firmware_version`;
/** Of a station whose settings nobody has read yet nothing is known that could be stale. */
const READ_BACK = `
  UPDATE configuration_read SET
    due_keys = CASE WHEN due_at IS NULL THEN ARRAY[$2::text] WHEN due_keys IS NOT NULL THEN array_append(array_remove(due_keys, $2), $2) END,
    due_at = $3
   WHERE station_id = $1 AND read_at IS NOT NULL`;

/** What stations tell of their settings, from whatever GetConfiguration it was that asked them. */
export const reportedSettings: Effects = { GetConfiguration: store, ChangeConfiguration: readBack };

async function store(tx: Tx, { command, response, tenantId, stationId, answeredAt }: AnsweredCommand): Promise<void> {
  const told = toldBy(response as ReceivedResponse<'GetConfiguration'>);
  const { key: asked } = command.payload as { key?: readonly string[] };
  const isAll = asked === undefined || asked.length === 0;
  if (told.length === 0) return;
  await tx.query('SELECT 1 FROM charging_station WHERE station_id = $1 FOR NO KEY UPDATE', [stationId]);
  const first = !(await tx.one<{ known: boolean }>(KNOWN_BEFORE, [stationId]))?.known;
  const complete = isAll && !isCut(told);
  const changes = await tx.query<Change>(STORE, [
    stationId,
    tenantId,
    answeredAt,
    complete,
    told.map(({ key }) => key),
    told.map(({ value }) => value),
    told.map(({ readonly }) => readonly),
  ]);
  // The first answer is where the history begins, not a change.
  if (!first && changes.length > 0) await noteChanges(tx, { tenantId, stationId, at: answeredAt }, changes);
  if (isAll) await tx.query(NOTE_READ, [stationId, answeredAt]);
}

async function noteChanges(tx: Tx, o: { tenantId: string; stationId: string; at: Date }, changes: readonly Change[]): Promise<void> {
  await tx.query(NOTE_CHANGES, [
    o.stationId,
    o.tenantId,
    o.at,
    changes.map(() => uuidv7()),
    changes.map(({ key }) => key),
    changes.map(({ kind }) => kind),
    changes.map((change) => change.value_before),
    changes.map(({ value }) => value),
  ]);
  await tx.query(PRUNE_CHANGES, [o.stationId]);
}

/** A value that was taken is read back: a station may accept one and keep another. */
async function readBack(tx: Tx, { command, response, stationId, answeredAt }: AnsweredCommand): Promise<void> {
  const { status } = response as ReceivedResponse<'ChangeConfiguration'>;
  const key = String(command.payload['key']);
  if (status !== 'Accepted' || isSecretKey(key)) return;
  await tx.query(READ_BACK, [stationId, key, new Date(answeredAt.getTime() + READ_BACK_MS)]);
}

/** Each key once, secrets masked. */
function toldBy({ configurationKey = [] }: ReceivedResponse<'GetConfiguration'>): Told[] {
  const told = new Map<string, Told>();
  for (const { key, value, readonly } of configurationKey.slice(0, MOST_KEYS)) {
    const name = storable(key, LONGEST_KEY);
    const shown = value === undefined ? null : isSecretKey(key) ? HIDDEN : storable(value, LONGEST_VALUE);
    told.set(name.toLowerCase(), { key: name, value: shown, readonly });
  }
  return [...told.values()];
}

/** Some stations cut the answer at GetConfigurationMaxKeys although all were asked for: what is missing then says nothing. */
function isCut(told: readonly Told[]): boolean {
  const most = told.find(({ key }) => key.toLowerCase() === 'getconfigurationmaxkeys')?.value;
  return Number(most) === told.length;
}

function storable(text: string, most: number): string {
  return text.slice(0, most).replaceAll('\0', '\uFFFD');
}
