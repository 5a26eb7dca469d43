import { randomBytes } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { ReceivedResponse } from '@ampline/protocol-ocpp';
import type { AnsweredCommand, Effects } from '../commands/command-effects.js';
import { isPasswordChange } from '../commands/command-rules.js';
import type { Commands } from '../commands/commands.js';
import type { DueWork } from '../due-loop.js';
import type { AfterBoot, BootedStation } from '../intake/after-boot.js';
import { stationPasswordHash } from '../stations/station-password.js';

export interface OwnPasswordsParts {
  database: Database;
  commands: Commands;
  clock: Clock;
  telemetry: Telemetry;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

interface Due {
  station_id: string;
  tenant_id: string;
}

/** 1.6 security whitepaper: AuthorizationKey is 16 to 40 characters; hexadecimal digits, since some stations take nothing else. */
const KEY_BYTES = 20;

/** Whoever updates the row asks; `asked` at an earlier boot means that the answer was lost, so it is asked anew. */
const CLAIM = `
  UPDATE onboarded_station SET own_password = 'asked'
   WHERE station_id = ANY($1) AND own_password IN ('due', 'asked') RETURNING station_id, tenant_id`;

const SET = `UPDATE onboarded_station SET own_password = 'set' WHERE station_id = $1 AND own_password IS NOT NULL`;
const REFUSED = `
  WITH refused AS (
    UPDATE onboarded_station SET own_password = 'refused' WHERE station_id = $1 AND own_password = 'asked' RETURNING station_id)
  UPDATE charging_station s SET next_password_hash = NULL FROM refused WHERE s.station_id = refused.station_id`;

/**
 * Gives stations that came with a registration token, which others know too, a password of their own at their first accepted boot.
 * Until the station has come with the new one it may come with either.
 */
export class OwnPasswords implements AfterBoot, DueWork<Due> {
  readonly name = 'station-password';
  private readonly booted = new Set<string>();

  constructor(private readonly parts: OwnPasswordsParts) {}

  stationBooted({ stationId }: BootedStation): void {
    this.booted.add(stationId);
  }

  /** What a station answers to any change of its password. */
  readonly effects: Effects = {
    ChangeConfiguration: (tx, answered) => this.answered(tx, answered),
  };

  private async answered(tx: Tx, { command, response, stationId }: AnsweredCommand): Promise<void> {
    if (!isPasswordChange(command)) return;
    const { status } = response as ReceivedResponse<'ChangeConfiguration'>;
    if (status === 'Accepted' || status === 'RebootRequired') await tx.query(SET, [stationId]);
    else await tx.query(REFUSED, [stationId]);
  }

  async claim(limit: number): Promise<Due[]> {
    const stations = [...this.booted].slice(0, limit);
    if (stations.length === 0) return [];
    const due = await this.parts.database.query<Due>(CLAIM, [stations]);
    for (const stationId of stations) this.booted.delete(stationId);
    return due;
  }

  about({ station_id: stationId }: Due): object {
    return { stationId };
  }

  async carryOut({ station_id: stationId, tenant_id: tenantId }: Due): Promise<void> {
    const { database, commands, telemetry, timeoutMs } = this.parts;
    const password = randomBytes(KEY_BYTES).toString('hex');
    await database.query('UPDATE charging_station SET next_password_hash = $2 WHERE station_id = $1', [
      stationId,
      stationPasswordHash(password),
    ]);
    const row = await commands.execute({
      tenantId,
      stationId,
      command: { action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value: password } },
      requestedBy: telemetry.service,
      timeoutMs,
      idempotencyKey: '',
    });
    if (row.outcome === 'refused-by-station') await database.query(REFUSED, [stationId]);
    telemetry.logger.info('onboarding.password-asked', { stationId, outcome: row.outcome });
  }
}
