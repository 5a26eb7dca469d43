import { createHash } from 'node:crypto';
import { MeterKeySchema, type MeterKey } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import { sqlState, type Database, type Tx } from '@ampline/platform-postgres';
import type { MeterPublicKey } from '@ampline/protocol-ocmf';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { csmsErrors } from '../errors.js';
import { meteringErrors } from './errors.js';

/** Who asks, and for which tenant. */
interface Asking {
  tenantId: string;
  caller: Caller;
}

/** A key that somebody registers, checked. */
export interface NewMeterKey {
  stationId: string;
  /** 0: every EVSE. */
  evseNumber: number;
  meterSerial: string;
  key: MeterPublicKey;
  /** Undefined: since ever. */
  validFrom?: Date;
  note: string;
}

interface KeyRow {
  meter_key_id: string;
  station_id: string;
  evse_number: number | null;
  meter_serial: string | null;
  algorithm: string;
  spki: Buffer;
  valid_from: Date;
  note: string;
  registered_at: Date;
  registered_by: string;
  revoked_at: Date | null;
}

const COLUMNS =
  'meter_key_id, station_id, evse_number, meter_serial, algorithm, spki, valid_from, note, registered_at, registered_by, revoked_at';
/** Sessions that the key may judge otherwise: at a new key those that lacked one, at a revoked one those it has judged. */
const DUE_WITHOUT_KEY = `UPDATE ocpp_transaction SET signed_due_at = $2 WHERE station_id = $1 AND signed_reason = 'key-unknown'`;
const DUE_BY_KEY = `UPDATE ocpp_transaction SET signed_due_at = $2 WHERE station_id = $1 AND meter_key_id = $3`;
const UNIQUE_VIOLATION = '23505';
/** Before any session. */
const EVER = new Date(0);

/** The register of meter keys. */
export class MeterKeyStore {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.station-unknown`, `csms.metering.key-registered`. */
  async register(asking: Asking, wanted: NewMeterKey): Promise<MeterKey> {
    try {
      return await this.database.asTenant(asking.tenantId, (tx) => this.insert(tx, asking, wanted));
    } catch (error) {
      throw sqlState(error) === UNIQUE_VIOLATION ? meteringErrors.keyRegistered() : error;
    }
  }

  /** Sessions that it has judged are judged again. Throws `csms.metering.key-unknown`, `csms.metering.key-revoked`. */
  revoke(asking: Asking, meterKeyId: string): Promise<MeterKey> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const now = this.clock.now();
      const row = await tx.one<KeyRow>(
        `UPDATE meter_key SET revoked_at = $2, revoked_by = $3 WHERE meter_key_id = $1 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
        [meterKeyId, now, asking.caller.subject],
      );
      if (!row) {
        const known = await tx.one('SELECT 1 FROM meter_key WHERE meter_key_id = $1', [meterKeyId]);
        throw known ? meteringErrors.keyRevoked() : meteringErrors.keyUnknown();
      }
      await tx.query(DUE_BY_KEY, [row.station_id, now, meterKeyId]);
      await this.record(tx, asking, row, 'revoked');
      return messageOf(row);
    });
  }

  /** Throws `csms.station-unknown`. */
  list(tenantId: string, stationId: string): Promise<MeterKey[]> {
    return this.database.asTenant(tenantId, async (tx) => {
      if (!(await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]))) throw csmsErrors.stationUnknown();
      const rows = await tx.query<KeyRow>(
        `SELECT ${COLUMNS} FROM meter_key WHERE station_id = $1 ORDER BY revoked_at IS NOT NULL, evse_number NULLS FIRST, valid_from DESC`,
        [stationId],
      );
      return rows.map(messageOf);
    });
  }

  private async insert(
    tx: Tx,
    asking: Asking,
    { stationId, evseNumber, meterSerial, key, validFrom, note }: NewMeterKey,
  ): Promise<MeterKey> {
    if (!(await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]))) throw csmsErrors.stationUnknown();
    const now = this.clock.now();
    const row = (await tx.one<KeyRow>(
      `INSERT INTO meter_key (meter_key_id, tenant_id, station_id, evse_number, meter_serial, algorithm, spki, valid_from, note, registered_at, registered_by)
       VALUES ($1, $2, $3, nullif($4, 0), nullif($5, ''), $6, $7, $8, $9, $10, $11) RETURNING ${COLUMNS}`,
      [
        ...[uuidv7(), asking.tenantId, stationId, evseNumber, meterSerial, key.algorithm, key.spki],
        ...[validFrom ?? EVER, note, now, asking.caller.subject],
      ],
    )) as KeyRow;
    await tx.query(DUE_WITHOUT_KEY, [stationId, now]);
    await this.record(tx, asking, row, 'registered');
    return messageOf(row);
  }

  private async record(tx: Tx, { caller, tenantId }: Asking, row: KeyRow, done: 'registered' | 'revoked'): Promise<void> {
    const station = await tx.one<{ identity: string; slug: string }>(
      'SELECT s.identity, t.slug FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1',
      [row.station_id],
    );
    const entity = { type: 'charging-station', id: row.station_id, name: station?.identity ?? '' };
    const detail = { fingerprint: fingerprintOf(row.spki), evseNumber: row.evse_number, meterSerial: row.meter_serial };
    await this.audit.record(tx, { caller, tenantId, tenant: station?.slug ?? '', action: `meter-key.${done}`, entity, detail });
  }
}

function fingerprintOf(spki: Buffer): string {
  return createHash('sha256').update(spki).digest('hex');
}

function messageOf(row: KeyRow): MeterKey {
  return create(MeterKeySchema, {
    meterKeyId: row.meter_key_id,
    stationId: row.station_id,
    evseNumber: row.evse_number ?? 0,
    meterSerial: row.meter_serial ?? '',
    algorithm: row.algorithm,
    publicKey: row.spki.toString('base64'),
    fingerprint: fingerprintOf(row.spki),
    validFrom: timestampFromDate(row.valid_from),
    note: row.note,
    registeredAt: timestampFromDate(row.registered_at),
    registeredBy: row.registered_by,
    ...(row.revoked_at && { revokedAt: timestampFromDate(row.revoked_at) }),
  });
}
