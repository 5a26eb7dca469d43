import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { connectorAsMeant, type ReceivedRequest } from '@ampline/protocol-ocpp';
import { writeSignedValues } from '../signed-values/adapters/pg-signed-values.js';
import { integerColumn } from '../intake/call-work.js';
import type { StationCall } from '../intake/station-call.js';
import type { StationManners } from '../intake/station-manners.js';
import { PgWorkList } from '../issues/pg-work-list.js';
import type { ArchivedCall, MessageArchive } from '../messages/message-archive.js';
import type { LiveFigures, LiveSessions } from './live-sessions.js';
import { meterValueRows, writeNewMeterValues, type MeterValueRow } from './meter-value-rows.js';
import type { MeterTelemetryPublisher } from './meter-telemetry.js';
import { TransactionResolver, type Resolved } from './transaction-resolver.js';

/** A message of meter values with what a station repeats when it sends it again. */
export interface MeterMessage {
  call: StationCall;
  request: ReceivedRequest<'MeterValues'>;
  fingerprint: Buffer;
}

/** What shares a commit: any message has its archive row, meter values have more. */
export interface BatchItem {
  archived: ArchivedCall;
  meter?: MeterMessage;
}

interface Placed {
  message: MeterMessage;
  resolved: Resolved;
  rows: MeterValueRow[];
}

export interface MeterBatchParts {
  db: Database;
  archive: MessageArchive;
  manners: StationManners;
  sessions: LiveSessions;
  telemetry: MeterTelemetryPublisher;
  outbox: Outbox;
  clock: Clock;
}

/** Writes messages of many stations in one database transaction. */
export class MeterBatch {
  private readonly resolver = new TransactionResolver();

  constructor(private readonly parts: MeterBatchParts) {}

  /** All or none. */
  write(items: readonly BatchItem[]): Promise<void> {
    return this.parts.db.asWorker(async (tx) => {
      await this.parts.archive.write(
        tx,
        items.map(({ archived }) => archived),
      );
      const messages = items.flatMap(({ meter }) => (meter === undefined ? [] : [meter]));
      if (messages.length > 0) await this.writeMeterValues(tx, messages);
    });
  }

  private async writeMeterValues(tx: Tx, messages: readonly MeterMessage[]): Promise<void> {
    const now = this.parts.clock.now();
    const placed = await this.place(tx, messages);
    const rows = placed.flatMap((message) => message.rows);
    await writeNewMeterValues(tx, messages, rows);
    await writeSignedValues(tx, rows);
    for (const { message, resolved } of placed) {
      if (resolved.kind === 'unknown' || resolved.kind === 'foreign') await this.raise(tx, message, resolved.kind, now);
    }
    await this.parts.sessions.update(tx, placed.flatMap(figuresOf), now);
    await this.parts.telemetry.publish(tx, placed.flatMap(linesOf));
  }

  private async place(tx: Tx, messages: readonly MeterMessage[]): Promise<Placed[]> {
    const claims = messages.map(({ call, request }) => {
      const manners = this.parts.manners.of(call.stationId);
      return {
        manners,
        stationId: call.stationId,
        connectorNumber: integerColumn(connectorAsMeant(request.connectorId, manners.quirks)),
        ocppId: request.transactionId,
        idIsChance: manners.quirks.has('stop_with_random_transaction_id'),
      };
    });
    const resolved = await this.resolver.resolve(tx, claims);
    return messages.map((message, i) => {
      const { manners, connectorNumber } = claims[i] as (typeof claims)[number];
      const where = resolved[i] ?? { kind: 'none' };
      const session = where.kind === 'transaction' ? where : null;
      const { call, request } = message;
      return { message, resolved: where, rows: meterValueRows({ call, connectorNumber, session, readings: request.meterValue, manners }) };
    });
  }

  /** Once per station and transaction id: further messages find the issue there. */
  private async raise(tx: Tx, { call, request }: MeterMessage, kind: 'unknown' | 'foreign', now: Date): Promise<void> {
    const detail = { ocppTransactionId: request.transactionId, connectorNumber: request.connectorId };
    const reason = `meter-values-${kind}-transaction` as const;
    await new PgWorkList(tx, call, this.parts.outbox, now).raise({ reason, findingKey: String(request.transactionId), detail });
  }
}

function figuresOf({ message, rows }: Placed): LiveFigures[] {
  return rows.flatMap(({ transactionId, takenAt, call, registerWh, powerW, socPercent }) =>
    transactionId === null
      ? []
      : [{ transactionId, tenant: message.call.tenant, at: takenAt ?? call.receivedAt, registerWh, powerW, socPercent }],
  );
}

function linesOf({ message, rows }: Placed) {
  return rows.map(({ call, connectorNumber, transactionId, takenAt, registerWh, powerW, socPercent }) => ({
    tenant: message.call.tenant,
    line: {
      stationId: call.stationId,
      connectorNumber,
      sessionId: transactionId,
      at: (takenAt ?? call.receivedAt).toISOString(),
      registerWh: registerWh?.toString() ?? null,
      powerW,
      socPercent,
    },
  }));
}
