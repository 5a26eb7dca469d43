import type { Tx } from '@ampline/platform-postgres';
import type { InboundResult } from '@ampline/protocol-ocpp';
import type { WatchedStations } from '../messages/watched-stations.js';
import type { Ending } from './command-courier.js';
import type { CommandRow } from './command-row.js';
import type { CheckedCommand } from './command-rules.js';
import { frameWithoutSecrets } from './secrets.js';

/** A command that has been on the wire, or may have been. */
export interface CommandOnTheWire {
  row: CommandRow;
  command: CheckedCommand;
  /** When it was given to the bus: a queued command may have been asked for days before. */
  sentAt: Date;
  /** Of the socket. */
  epoch: bigint;
  ending: Ending;
  /** What the answer's schema says of it; undefined when there is none to judge. */
  judged: InboundResult<unknown> | undefined;
}

/** Writes both frames into the message archive, as they were on the wire but for secrets. Nothing was sent: nothing is written. */
export async function archiveCommand(tx: Tx, watched: WatchedStations, onTheWire: CommandOnTheWire): Promise<void> {
  const { row, command, sentAt, epoch, ending, judged } = onTheWire;
  if (!('requestFrame' in ending) || ending.requestFrame === undefined) return;
  const messageId = ending.messageId ?? '';
  const answer = ending.outcome === 'timeout' ? undefined : ending;
  const requestFrame = storableText(frameWithoutSecrets(ending.requestFrame));
  const responseFrame = answer ? storableText(frameWithoutSecrets(answer.responseFrame)) : null;
  const result = resultOf(ending, judged);
  const deviations = (judged?.deviations ?? []).map(({ kind, path }) => `${kind} ${path}`);
  await tx.query(
    `INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id,
       request_frame, response_frame, result, deviations, answered_at)
     VALUES ($1, $2, $3, $4, $5, 'to-station', $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
    [
      sentAt,
      row.command_id,
      row.tenant_id,
      row.station_id,
      epoch,
      command.action,
      messageId,
      requestFrame,
      responseFrame,
      result,
      deviations,
      answer?.answeredAt ?? null,
    ],
  );
  const { command_id: messageUuid, station_id: stationId, tenant, identity: station } = row;
  if (!watched.isWatched(tenant, station)) return;
  const receivedAt = sentAt.toISOString();
  const message = { messageUuid, stationId, receivedAt, action: command.action, messageId, result, deviations };
  const telemetry = { ...message, direction: 'to-station', requestFrame, responseFrame: responseFrame ?? '' } as const;
  watched.tell(tx, [{ tenant, station, telemetry }]);
}

function resultOf(ending: Ending, judged: InboundResult<unknown> | undefined): string {
  if (judged) return judged.ok ? 'ok' : judged.code;
  return ending.outcome === 'call-error' ? ending.code : 'timeout';
}

/** JSON text for a jsonb column, which takes any text but NUL; null for undefined. */
export function storableJson(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? storableText(item) : item));
}

function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
