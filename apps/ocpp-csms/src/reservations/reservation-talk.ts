import type { Database } from '@ampline/platform-postgres';
import type { RequestOf } from '@ampline/protocol-ocpp';
import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { CheckedCommand } from '../commands/command-rules.js';
import type { CommandRow } from '../commands/command-row.js';
import type { Commands } from '../commands/commands.js';
import { isOpen } from './domain/consumption.js';
import { RESERVATION_COLUMNS, tellReservations, type ReservationRow } from './reservation-row.js';

/** A station that did not answer is spoken with again after this; so is one whose replica died with the matter in its hands. */
export const AGAIN_MS = 60_000;

const SPEAK = 'UPDATE reservation SET due_at = $2 WHERE reservation_id = $1';
const REFUSE = `
  UPDATE reservation SET status = 'refused', reason = $2, ended_at = $3, due_at = NULL, version = version + 1
   WHERE reservation_id = $1 AND status = 'requested' RETURNING ${RESERVATION_COLUMNS}`;

/** Speaks with stations about reservations. What an answer changes, {@link ReservationEffects} stores; here is what silence means. */
export class ReservationTalk {
  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** ReserveNow with the row's terms, or others under the same id. */
  reserve(row: ReservationRow, requestedBy: string, expiresAt = row.expires_at): Promise<CommandRow> {
    const payload: RequestOf<'ReserveNow'> = {
      connectorId: row.evse_number,
      expiryDate: expiresAt.toISOString(),
      idTag: row.id_token,
      ...(row.group_token !== null && { parentIdTag: row.group_token }),
      reservationId: row.ocpp_id,
    };
    return this.send(row, { action: 'ReserveNow', payload: { ...payload } }, requestedBy);
  }

  cancel(row: ReservationRow, requestedBy: string): Promise<CommandRow> {
    return this.send(row, { action: 'CancelReservation', payload: { reservationId: row.ocpp_id } }, requestedBy);
  }

  /** True where the station can reserve whichever of its EVSEs is free; undefined when it does not say. */
  async supportsZero(tenantId: string, stationId: string, requestedBy: string): Promise<boolean | undefined> {
    const key = 'ReserveConnectorZeroSupported';
    const command: CheckedCommand = { action: 'GetConfiguration', payload: { key: [key] } };
    const { timeoutMs } = this;
    const { outcome, response } = await this.commands.execute({ tenantId, stationId, command, requestedBy, timeoutMs, idempotencyKey: '' });
    if (outcome !== 'answered') return undefined;
    const { configurationKey = [] } = response as { configurationKey?: { key: string; value?: string }[] };
    return configurationKey.some((one) => one.key.toLowerCase() === key.toLowerCase() && one.value?.toLowerCase() === 'true');
  }

  /** Of a command that was not answered with a CALLRESULT. */
  async unanswered(row: ReservationRow, command: CommandRow, first: boolean): Promise<void> {
    const { outcome } = command;
    if (outcome === 'answered') return;
    // It may have been carried out, or will be when the station is back.
    const again = outcome === 'timeout' || outcome === 'pending' || !first;
    if (outcome === 'refused-by-station') return this.refused(row, command.error_code ?? 'CALLERROR');
    if (isOpen(row.status) && !again) return this.refused(row, outcome === 'station-offline' ? 'station-offline' : 'not-sent');
    await this.database.query(SPEAK, [row.reservation_id, new Date(this.clock.now().getTime() + (outcome === 'timeout' ? AGAIN_MS : 0))]);
  }

  /** A station that does not know what a reservation is will not come to know it. */
  private async refused(row: ReservationRow, reason: string): Promise<void> {
    const now = this.clock.now();
    await this.database.asWorker(async (tx) => {
      await tx.query(SPEAK, [row.reservation_id, null]);
      await tellReservations(tx, this.outbox, await tx.query<ReservationRow>(REFUSE, [row.reservation_id, reason, now]), now);
    });
  }

  private send(row: ReservationRow, command: CheckedCommand, requestedBy: string): Promise<CommandRow> {
    const { tenant_id: tenantId, station_id: stationId } = row;
    return this.commands.execute({ tenantId, stationId, command, requestedBy, timeoutMs: this.timeoutMs, idempotencyKey: '' });
  }
}
