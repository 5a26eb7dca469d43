import { StationPathSubject, type OrderReply } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Bus, Incoming, Outgoing, Served } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Commands } from '../commands/commands.js';
import { checkCommand } from '../commands/command-rules.js';
import { routingErrors } from './errors.js';
import { commandOrder, read } from './schemas.js';

const AT_ONCE = 200;
const STATION = `
  SELECT s.station_id, s.tenant_id FROM charging_station s JOIN tenant t USING (tenant_id) JOIN station_routing r USING (station_id)
    JOIN back_end b USING (back_end_id)
   WHERE t.slug = $1 AND s.identity_key = lower($2) AND b.name = $3 AND b.kind = 'nats'`;

/** Commands of foreign back ends to their stations: stored, sent, archived and told like every other. */
export class Orders {
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly commands: Commands,
    private readonly clock: Clock,
    /** How long a station may take when the order does not say. */
    private readonly timeoutMs: number,
  ) {}

  start(): void {
    const options = { queue: 'csms', concurrency: AT_ONCE, spanName: 'ocpp.order' };
    this.served ??= this.bus.serve(StationPathSubject.allOrders, options, (message) => this.take(message));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async take(message: Incoming): Promise<Outgoing> {
    const [, , backEnd = '', tenant = '', identity = ''] = message.subject.split('.').map(fromSubjectToken);
    const { action, payload, timeoutMs = this.timeoutMs, idempotencyKey = '' } = read(commandOrder, message.body, routingErrors.badMessage);
    const [station] = await this.db.query<{ station_id: string; tenant_id: string }>(STATION, [tenant, identity, backEnd]);
    if (!station) throw routingErrors.notRoutedHere({ backEnd, station: identity });
    const row = await this.commands.execute({
      tenantId: station.tenant_id,
      stationId: station.station_id,
      command: checkCommand(action, JSON.stringify(payload), this.clock.now()),
      requestedBy: `back-end ${backEnd}`,
      timeoutMs,
      // One back end's key is none of another's.
      idempotencyKey: idempotencyKey === '' ? '' : `${backEnd}:${idempotencyKey}`,
    });
    const reply: OrderReply = {
      commandId: row.command_id,
      outcome: row.outcome,
      ...(row.response !== null && { response: row.response }),
      ...(row.error_code !== null && { errorCode: row.error_code }),
      ...(row.error_description !== null && { errorDescription: row.error_description }),
    };
    return { body: JSON.stringify(reply) };
  }
}
