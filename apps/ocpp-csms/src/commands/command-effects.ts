import { StationPathSubject, type Revocation } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import type { Ocpp16Action, ReceivedResponse, RequestOf } from '@ampline/protocol-ocpp';
import { matchesStationPassword, stationPasswordHash } from '../stations/station-password.js';
import { lockStations, tellStations } from '../stations/station-state.js';
import { isPasswordChange, type CheckedCommand } from './command-rules.js';

/** A command that a station has answered. */
export interface AnsweredCommand {
  command: CheckedCommand;
  response: unknown;
  tenantId: string;
  stationId: string;
  answeredAt: Date;
}

/** Runs in the transaction that stores the answer. */
export type Effect = (tx: Tx, answered: AnsweredCommand) => Promise<void>;

/** What answers change, by the action of the command. */
export type Effects = Partial<Record<Ocpp16Action, Effect>>;

/**
 * What a station's answer changes in what we know of it. Most commands change nothing by themselves: what they bring about (a
 * transaction, a boot, a status) the station tells in messages of its own.
 */
export class CommandEffects {
  private readonly effects: Effects[] = [
    {
      ChangeAvailability: (tx, answered) => this.availability(tx, answered),
      ChangeConfiguration: (tx, answered) => this.configuration(tx, answered),
    },
  ];

  constructor(
    private readonly outbox: Outbox,
    private readonly bus: Bus,
  ) {}

  /** Of a feature; before the first command. */
  add(effects: Effects): void {
    this.effects.push(effects);
  }

  async apply(tx: Tx, answered: AnsweredCommand): Promise<void> {
    for (const effects of this.effects) await effects[answered.command.action]?.(tx, answered);
  }

  /** OCPP 1.6 §5.2: connector 0 is the whole station; Scheduled comes true when the transaction has ended. */
  private async availability(tx: Tx, { command, response, stationId, answeredAt }: AnsweredCommand): Promise<void> {
    const { status } = response as ReceivedResponse<'ChangeAvailability'>;
    if (status === 'Rejected') return;
    const { connectorId, type } = command.payload as unknown as RequestOf<'ChangeAvailability'>;
    await lockStations(tx, [stationId]);
    await tx.query(
      `UPDATE connector c SET operative = CASE WHEN $4 THEN c.operative ELSE $3 END, operative_scheduled = CASE WHEN $4 THEN $3 END
       FROM evse e WHERE e.evse_id = c.evse_id AND c.station_id = $1 AND ($2 = 0 OR e.number = $2)`,
      [stationId, connectorId, type === 'Operative', status === 'Scheduled'],
    );
    await tellStations(tx, this.outbox, [stationId], answeredAt);
  }

  /**
   * 1.6 security whitepaper, "AuthorizationKey": from its next connection on the station uses the password it was given. One that a
   * security change gave it takes effect by being used.
   */
  private async configuration(tx: Tx, { command, response, stationId }: AnsweredCommand): Promise<void> {
    const { status } = response as ReceivedResponse<'ChangeConfiguration'>;
    if (!isPasswordChange(command) || (status !== 'Accepted' && status !== 'RebootRequired')) return;
    const password = String(command.payload['value']);
    const before = await tx.one<{ next: string | null }>(
      'SELECT next_password_hash AS next FROM charging_station WHERE station_id = $1 FOR NO KEY UPDATE',
      [stationId],
    );
    if (before?.next && matchesStationPassword(before.next, password)) return;
    const station = await tx.one<{ slug: string; identity: string }>(
      `UPDATE charging_station s SET password_hash = $2, next_password_hash = NULL FROM tenant t
       WHERE t.tenant_id = s.tenant_id AND s.station_id = $1 RETURNING t.slug, s.identity`,
      [stationId, stationPasswordHash(password)],
    );
    if (!station) return;
    const body: Revocation = { disconnect: false };
    tx.onCommit(() => this.bus.publish(StationPathSubject.revoke(station.slug, station.identity), JSON.stringify(body)));
  }
}
