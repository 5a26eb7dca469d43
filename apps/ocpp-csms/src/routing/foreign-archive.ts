import { StationPathSubject, type ForeignMessage } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Bus, Incoming, Served } from '@ampline/platform-nats';
import type { Database, Tx } from '@ampline/platform-postgres';
import { frameWithoutSecrets } from '../commands/secrets.js';
import { storable } from '../messages/message-archive.js';
import type { WatchedStations } from '../messages/watched-stations.js';
import { routingErrors } from './errors.js';
import { foreignMessage, read } from './schemas.js';

const AT_ONCE = 16;
const INSERT = `
  INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame,
                            response_frame, result, deviations, answered_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`;
const SEEN = `
  INSERT INTO station_seen (station_id, tenant_id, last_seen_at) VALUES ($1, $2, $3)
  ON CONFLICT (station_id) DO UPDATE SET last_seen_at = greatest(station_seen.last_seen_at, excluded.last_seen_at)`;

/** Archives what went between a station and a foreign back end or a second CSMS: the archive is whole, whoever answers. */
export class ForeignArchive {
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly watched: WatchedStations,
  ) {}

  start(): void {
    const options = { queue: 'csms', concurrency: AT_ONCE, spanName: 'ocpp.answered' };
    this.served ??= this.bus.serve(StationPathSubject.allForeignMessages, options, (message) => this.take(message));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async take(message: Incoming): Promise<void> {
    const told = read(foreignMessage, message.body, routingErrors.badMessage);
    const [, , tenant = '', station = ''] = message.subject.split('.').map(fromSubjectToken);
    await this.db.asWorker((tx) => this.write(tx, tenant, station, told));
  }

  private async write(tx: Tx, tenant: string, station: string, told: ForeignMessage): Promise<void> {
    const { messageUuid, stationId, direction, action, receivedAt, result } = told;
    const messageId = storable(told.messageId);
    const requestFrame = storable(frameWithoutSecrets(told.requestFrame));
    const responseFrame = storable(frameWithoutSecrets(told.responseFrame));
    const deviations = [`answered-by ${told.by}`];
    const { tenantId, epoch, answeredAt } = told;
    await tx.query(INSERT, [
      ...[receivedAt, messageUuid, tenantId, stationId, epoch, direction, action, messageId],
      ...[requestFrame, responseFrame, result, deviations, answeredAt],
    ]);
    if (direction === 'from-station') await tx.query(SEEN, [stationId, tenantId, receivedAt]);
    if (!this.watched.isWatched(tenant, station)) return;
    const telemetry = { messageUuid, stationId, receivedAt, direction, action, messageId, requestFrame, responseFrame, result, deviations };
    this.watched.tell(tx, [{ tenant, station, telemetry }]);
  }
}
