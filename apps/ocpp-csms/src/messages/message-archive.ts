import { isJsonObject, parseFrame, readErrorCode } from '@ampline/protocol-ocpp';
import { binaryArray, type Tx } from '@ampline/platform-postgres';
import { resultOf, type Answer } from '../intake/answer.js';
import type { StationCall } from '../intake/station-call.js';
import type { ArchivedMessage, WatchedStations } from './watched-stations.js';

/** A message of a station with what it was answered. */
export interface ArchivedCall {
  call: Pick<
    StationCall,
    'callId' | 'receivedAt' | 'tenantId' | 'tenant' | 'stationId' | 'station' | 'epoch' | 'action' | 'messageId' | 'frame'
  >;
  /** The frame that was sent, if any. */
  responseFrame: string | null;
  /** `ok`, an OCPP error code, or `malformed`. */
  result: string;
  /** `<kind> <JSON pointer>` each. */
  deviations: readonly string[];
  answeredAt: Date;
}

const FIND = `SELECT response_frame FROM ocpp_message WHERE received_at = $1 AND message_uuid = $2`;

/** Rows are ordered by their key, so that two replicas that got the same calls wait for each other and do not deadlock. */
const INSERT = `
  INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame,
                            response_frame, result, deviations, answered_at)
  SELECT received_at, message_uuid, tenant_id, station_id, epoch, 'from-station', action, message_id, request_frame, response_frame,
         result, string_to_array(deviations, E'\\n'), answered_at
    FROM unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::text[], $11::text[], $12::timestamptz[])
      AS m (received_at, message_uuid, tenant_id, station_id, epoch, action, message_id, request_frame, response_frame, result,
            deviations, answered_at)
   ORDER BY received_at, message_uuid
  ON CONFLICT DO NOTHING`;

/** The raw messages of stations. A retry has the id and time of the first try, and finds the answer that was given. */
export class MessageArchive {
  constructor(private readonly watched: WatchedStations) {}

  /** The answer that this call was given already. */
  async answerOf(tx: Tx, call: StationCall): Promise<Answer | undefined> {
    const [row] = await tx.prepared<{ response_frame: string | null }>(FIND, [call.receivedAt, call.callId]);
    return row?.response_frame == null ? undefined : readAnswer(row.response_frame);
  }

  /** Whoever watches one of the stations is told after the commit. */
  async write(tx: Tx, messages: readonly ArchivedCall[]): Promise<void> {
    const column = <T>(value: (m: ArchivedCall) => T): T[] => messages.map(value);
    await tx.prepared(INSERT, [
      binaryArray.timestamptz(column((m) => m.call.receivedAt)),
      binaryArray.uuid(column((m) => m.call.callId)),
      binaryArray.uuid(column((m) => m.call.tenantId)),
      binaryArray.uuid(column((m) => m.call.stationId)),
      binaryArray.int8(column((m) => m.call.epoch)),
      binaryArray.text(column((m) => m.call.action)),
      binaryArray.text(column((m) => storable(m.call.messageId))),
      binaryArray.text(column((m) => storable(m.call.frame))),
      binaryArray.text(column((m) => m.responseFrame)),
      binaryArray.text(column((m) => m.result)),
      binaryArray.text(column((m) => m.deviations.join('\n'))),
      binaryArray.timestamptz(column((m) => m.answeredAt)),
    ]);
    const watched = messages.filter(({ call }) => this.watched.isWatched(call.tenant, call.station));
    this.watched.tell(tx, watched.map(liveMessage));
  }
}

function liveMessage({ call, responseFrame, result, deviations }: ArchivedCall): ArchivedMessage {
  const { callId, stationId, receivedAt, action, messageId, frame, tenant, station } = call;
  return {
    tenant,
    station,
    telemetry: {
      messageUuid: callId,
      stationId,
      receivedAt: receivedAt.toISOString(),
      direction: 'from-station',
      action,
      messageId,
      requestFrame: storable(frame),
      responseFrame: responseFrame ?? '',
      result,
      deviations: [...deviations],
    },
  };
}

/** What goes into the archive for a call that was answered. */
export function archived(
  call: StationCall,
  answer: Answer,
  responseFrame: string,
  deviations: readonly string[],
  answeredAt: Date,
): ArchivedCall {
  return { call, responseFrame, result: resultOf(answer), deviations, answeredAt };
}

function readAnswer(frame: string): Answer | undefined {
  const parsed = parseFrame(frame);
  if (parsed.kind === 'result') return { kind: 'result', payload: JSON.stringify(parsed.payload) };
  if (parsed.kind !== 'error') return undefined;
  const details = isJsonObject(parsed.details) ? parsed.details : {};
  return { kind: 'error', code: readErrorCode(parsed.code) ?? 'GenericError', description: parsed.description, details };
}

/** PostgreSQL stores any text but NUL. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
