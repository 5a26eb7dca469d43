import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { MessageDirection, MeterValueSchema, OcppMessageSchema, type MeterValue, type OcppMessage } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import { ownRowsOf } from '@ampline/platform-grpc';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { STAFF } from '../access.js';
import { csmsErrors } from '../errors.js';
import type { Asking } from './stations.store.js';

/** A row with its place in the list. */
export interface Placed<T> {
  key: KeysetValue[];
  item: T;
  /** False for what comes after as many bytes as a page may have; its content was not read. */
  fits?: boolean;
}

/** Which messages of a station; what is undefined does not limit. */
export interface MessageFilter {
  action: string | undefined;
  direction: 'from-station' | 'to-station' | undefined;
  /** `not-ok`: whatever is not `ok`. */
  result: string | undefined;
  /** Part of either frame, in any case. */
  text: string | undefined;
  receivedFrom: Date | undefined;
  /** Exclusive. */
  receivedBefore: Date | undefined;
}

/** How far back frames are searched for a text. */
const SEARCHED_MS = 7 * 86_400_000;
/** What a page of messages holds at most, but never less than one message; a gRPC answer has 16 MiB. */
const MOST_FRAME_BYTES = 4 * 1_048_576;

const DIRECTION: Record<MessageRow['direction'], MessageDirection> = {
  'from-station': MessageDirection.FROM_STATION,
  'to-station': MessageDirection.TO_STATION,
};

const RESULT = `CASE WHEN $6 = 'not-ok' THEN result <> 'ok' ELSE result = $6 END`;

const NEWEST_MESSAGE_FIRST: KeysetOrder = {
  columns: [
    { name: 'received_at', type: 'timestamptz' },
    { name: 'message_uuid', type: 'uuid' },
  ],
  direction: 'desc',
};
const OLDEST_VALUE_FIRST: KeysetOrder = {
  columns: [
    { name: 'received_at', type: 'timestamptz' },
    { name: 'message_uuid', type: 'uuid' },
    { name: 'ordinal', type: 'bigint' },
  ],
  direction: 'asc',
};
/** Clocks of two gateways may differ: a value can seem to have come a little before its start. */
const CLOCK_SLACK = `interval '1 hour'`;

/** A message as the archive has it. */
export interface MessageRow {
  message_uuid: string;
  received_at: Date;
  received_text: string;
  direction: 'from-station' | 'to-station';
  action: string;
  message_id: string;
  request_frame: string;
  response_frame: string | null;
  result: string;
  deviations: string[];
  epoch: bigint;
  fits: boolean;
}

interface MeterValueRow {
  taken_at: Date | null;
  received_at: Date;
  received_text: string;
  message_uuid: string;
  ordinal: number;
  register_wh: bigint | null;
  power_w: bigint | null;
  soc_percent: number | null;
  samples: unknown;
}

/** Looks into the message archive and the meter values of one tenant. */
export class ReadingsStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Raw messages of a station, newest first. Their frames are 4 MiB together at most, or one message's: those behind come as not
   * fitting, with empty frames.
   *
   * A filter reads on through the index of the one station, within the given time, until the page is full: partitions of other days are
   * not opened. A text has to be looked for in the frames themselves, so that with one no more than the seven days before
   * `receivedBefore`, or before now, are searched. Throws `csms.station-unknown`.
   */
  async messages(tenantId: string, stationId: string, filter: MessageFilter, page: Page): Promise<Placed<OcppMessage>[]> {
    const at = keyset(NEWEST_MESSAGE_FIRST, page.cursor, 10);
    const { action, direction, result, text, receivedBefore } = filter;
    const receivedFrom = text === undefined ? filter.receivedFrom : this.searchedFrom(filter);
    const rows = await this.database.asTenant(tenantId, async (tx) => {
      if (!(await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]))) throw csmsErrors.stationUnknown();
      return tx.query<MessageRow>(
        `SELECT message_uuid, received_at, received_at::text AS received_text, direction, action, message_id, fits,
                CASE WHEN fits THEN request_frame ELSE '' END AS request_frame, CASE WHEN fits THEN response_frame END AS response_frame,
                result, deviations, epoch
         FROM (SELECT *, bytes_so_far <= ${MOST_FRAME_BYTES} OR row_number() OVER place = 1 AS fits
               FROM (SELECT *, sum(octet_length(request_frame) + coalesce(octet_length(response_frame), 0)) OVER place AS bytes_so_far
                     FROM (SELECT * FROM ocpp_message
                           WHERE tenant_id = $1 AND station_id = $2 AND ($3::text IS NULL OR action = $3)
                             AND ($5::text IS NULL OR direction = $5) AND ($6::text IS NULL OR ${RESULT})
                             AND ($7::text IS NULL OR position(lower($7) IN lower(request_frame)) > 0
                                  OR position(lower($7) IN lower(response_frame)) > 0)
                             AND ($8::timestamptz IS NULL OR received_at >= $8) AND ($9::timestamptz IS NULL OR received_at < $9)
                             AND ${at.where}
                           ORDER BY ${at.orderBy} LIMIT $4) AS found
                     WINDOW place AS (ORDER BY ${at.orderBy})) AS summed
               WINDOW place AS (ORDER BY ${at.orderBy})) AS judged
         ORDER BY ${at.orderBy}`,
        [
          tenantId,
          stationId,
          action ?? null,
          page.limit + 1,
          direction ?? null,
          result ?? null,
          text ?? null,
          receivedFrom ?? null,
          receivedBefore ?? null,
          ...at.params,
        ],
      );
    });
    return rows.map((row) => ({
      key: [row.received_text, row.message_uuid],
      item: create(OcppMessageSchema, messageOf(row)),
      fits: row.fits,
    }));
  }

  /**
   * Meter values of a session in the order they came. A session that is not the caller's own is answered like one that does not exist.
   * Throws `csms.session-unknown`.
   */
  async meterValues({ tenantId, caller }: Asking, sessionId: string, page: Page): Promise<Placed<MeterValue>[]> {
    const own = ownRowsOf(caller, STAFF);
    const at = keyset(OLDEST_VALUE_FIRST, page.cursor, 5);
    const rows = await this.database.asTenant(tenantId, async (tx) => {
      const session = await tx.one<{ started_received_at: Date }>(
        `SELECT started_received_at FROM ocpp_transaction
         WHERE transaction_id = $1 AND ($2 OR driver_id::text = $3 OR organisation_id::text = $4 OR 'session:' || transaction_id = $5)`,
        [sessionId, own === undefined, own?.driverId, own?.organisationId, own?.resource],
      );
      if (!session) throw csmsErrors.sessionUnknown();
      return tx.query<MeterValueRow>(
        `SELECT taken_at, received_at, received_at::text AS received_text, message_uuid, ordinal, register_wh, power_w, soc_percent, samples
         FROM meter_value
         WHERE tenant_id = $1 AND transaction_id = $2 AND received_at >= $3::timestamptz - ${CLOCK_SLACK} AND ${at.where}
         ORDER BY ${at.orderBy} LIMIT $4`,
        [tenantId, sessionId, session.started_received_at, page.limit + 1, ...at.params],
      );
    });
    return rows.map((row) => ({
      key: [row.received_text, row.message_uuid, row.ordinal],
      item: create(MeterValueSchema, meterValueOf(row)),
    }));
  }

  private searchedFrom({ receivedFrom, receivedBefore }: MessageFilter): Date {
    const earliest = new Date((receivedBefore ?? this.clock.now()).getTime() - SEARCHED_MS);
    return receivedFrom !== undefined && receivedFrom > earliest ? receivedFrom : earliest;
  }
}

/** A message as the API tells it. */
export function messageOf(row: MessageRow): MessageInitShape<typeof OcppMessageSchema> {
  return {
    messageUuid: row.message_uuid,
    receivedAt: timestampFromDate(row.received_at),
    direction: DIRECTION[row.direction],
    action: row.action,
    messageId: row.message_id,
    requestFrame: row.request_frame,
    responseFrame: row.response_frame ?? '',
    result: row.result,
    deviations: row.deviations,
    connectionEpoch: row.epoch,
  };
}

function meterValueOf(row: MeterValueRow): MessageInitShape<typeof MeterValueSchema> {
  return {
    ...(row.taken_at && { takenAt: timestampFromDate(row.taken_at) }),
    receivedAt: timestampFromDate(row.received_at),
    ...(row.register_wh !== null && { registerWh: row.register_wh }),
    ...(row.power_w !== null && { powerW: row.power_w }),
    ...(row.soc_percent !== null && { socPercent: row.soc_percent }),
    samplesJson: JSON.stringify(row.samples),
  };
}
