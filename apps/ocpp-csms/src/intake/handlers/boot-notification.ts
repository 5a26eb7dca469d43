import { quirksOf, type ReceivedRequest, type ResponseOf } from '@ampline/protocol-ocpp';
import { quirksInForce } from '../../quirks/quirks-in-force.js';
import type { Registration } from '../../stations/station-state.js';
import type { AfterBoot } from '../after-boot.js';
import type { CallWork, Handler } from '../call-work.js';

const STATUS: Record<Registration, ResponseOf<'BootNotification'>['status']> = {
  accepted: 'Accepted',
  pending: 'Pending',
  rejected: 'Rejected',
};

const UPDATE = `
  UPDATE charging_station SET vendor = $2, model = $3, serial_number = $4, firmware_version = $5, iccid = $6, imsi = $7, meter_type = $8,
         meter_serial_number = $9, last_boot_at = $10, quirks = ${quirksInForce('$11')}
   WHERE station_id = $1`;

/** Between heartbeats, and between boots of a station that is not accepted. */
export interface BootInterval {
  heartbeatIntervalS: number;
  /** By how much a station's own may be longer or shorter, percent. */
  heartbeatJitterPercent: number;
}

/** OCPP 1.6 §4.2. The interval is never 0: for a station that is not accepted that would mean "ask again at once". */
export function bootNotification(interval: BootInterval, afterBoot: AfterBoot): Handler<'BootNotification'> {
  return async (work, request) => {
    await store(work, request);
    const { tx, station, call } = work;
    const { tenantId, tenant, stationId, identity, registration } = station;
    if (registration === 'accepted') {
      tx.onCommit(() => afterBoot.stationBooted({ tenantId, tenant, stationId, station: identity, epoch: call.epoch }));
    }
    return { status: STATUS[registration], currentTime: work.now.toISOString(), interval: intervalOf(stationId, interval) };
  };
}

/**
 * Stations that booted together after an outage would send their heartbeats together for ever. Each has its own interval, the same at
 * every boot: the last digits of its id are chance.
 */
export function intervalOf(stationId: string, { heartbeatIntervalS, heartbeatJitterPercent }: BootInterval): number {
  const chance = parseInt(stationId.slice(-LAST_DIGITS), 16) / 16 ** LAST_DIGITS;
  const factor = 1 + ((2 * chance - 1) * heartbeatJitterPercent) / 100;
  return Math.max(1, Math.round(heartbeatIntervalS * factor));
}

const LAST_DIGITS = 6;

async function store(work: CallWork, request: ReceivedRequest<'BootNotification'>): Promise<void> {
  await work.tx.query(UPDATE, [
    work.station.stationId,
    request.chargePointVendor,
    request.chargePointModel,
    request.chargePointSerialNumber ?? request.chargeBoxSerialNumber ?? null,
    request.firmwareVersion ?? null,
    request.iccid ?? null,
    request.imsi ?? null,
    request.meterType ?? null,
    request.meterSerialNumber ?? null,
    work.now,
    quirksOf({ vendor: request.chargePointVendor, model: request.chargePointModel, firmware: request.firmwareVersion ?? '' }),
  ]);
  work.stationChanged = true;
}
