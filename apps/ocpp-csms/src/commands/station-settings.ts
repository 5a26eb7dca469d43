import type { Clock, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { BackgroundLoop } from '../background-loop.js';
import type { CsmsConfig } from '../config.js';
import type { DesiredSettings } from '../configuration/desired-settings.js';
import type { AfterBoot, BootedStation } from '../intake/after-boot.js';
import type { CommandRow } from './command-row.js';
import type { Commands } from './commands.js';

/** Which settings stations are brought to, and how. */
export interface SettingsPlan {
  settings: readonly { key: string; value: string }[];
  /** A station that has just booted is left alone for so long. */
  delayMs: number;
  /** Stations that one replica speaks with at once. */
  inFlight: number;
  /** Stations that one replica begins to speak with in a second. */
  perSecond: number;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

export function settingsPlan(config: CsmsConfig): SettingsPlan {
  const settings = {
    TransactionMessageAttempts: config.transactionMessageAttempts,
    TransactionMessageRetryInterval: config.transactionMessageRetryIntervalS,
    MeterValueSampleInterval: config.meterValueSampleIntervalS,
    WebSocketPingInterval: config.webSocketPingIntervalS,
  };
  return {
    settings: Object.entries(settings).map(([key, value]) => ({ key, value: String(value) })),
    delayMs: config.settingsDelayMs,
    inFlight: config.settingsInFlight,
    perSecond: config.settingsPerSecond,
    timeoutMs: config.commandTimeoutMs,
  };
}

/** What became of a setting at a station. `ineffective`: accepted, and the station reports another value all the same. */
export type SettingStatus = 'accepted' | 'rejected' | 'reboot-required' | 'not-supported' | 'unanswered' | 'ineffective';
type Status = Exclude<SettingStatus, 'ineffective'>;

interface DueSetting {
  station_id: string;
  tenant_id: string;
  key: string;
  desired: string;
}

const LOOK_EVERY_MS = 1_000;
/** Booted stations whose settings are written in one transaction. */
const STATIONS_AT_ONCE = 500;
/** A replica that died with settings in its hands: another takes them up after this. */
const CLAIM_MS = 600_000;
/** A station that is connected and did not answer is asked again after this. */
const AGAIN_MS = 600_000;

/** By station: whoever locks its row takes all that is due there, and nobody waits for anybody. */
const CLAIM = `
  WITH claimed AS (
    SELECT s.station_id FROM charging_station s
    WHERE s.station_id IN (SELECT station_id FROM station_setting WHERE due_at <= $1)
    LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE station_setting t SET due_at = $3 FROM claimed
  WHERE t.station_id = claimed.station_id AND t.due_at <= $1
  RETURNING t.station_id, t.tenant_id, t.key, t.desired`;

/**
 * Brings stations to the settings that are desired of them ({@link DesiredSettings}), above all to keep trying with transaction messages: with the factory's three
 * attempts a station drops a session that we failed to take (OCPP 1.6 §3.7.1). Sent after an accepted boot, and not again once the
 * station has answered; what is due is in the database, so that any replica goes on with it.
 */
export class StationSettings implements AfterBoot {
  private readonly loop: BackgroundLoop;
  /** By station, those that have booted since the last look: a storm of boots is one statement. */
  private readonly booted = new Map<string, { at: Date }>();
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly desired: DesiredSettings,
    private readonly plan: SettingsPlan,
    private readonly clock: Clock,
    timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.loop = new BackgroundLoop({ name: 'settings', everyMs: LOOK_EVERY_MS, timers, telemetry, round: () => this.round() });
  }

  /** What a station that has booted and was accepted lacks is sent to it soon. The boot waits for nothing. */
  stationBooted({ stationId }: Pick<BootedStation, 'tenantId' | 'stationId'>): void {
    this.booted.set(stationId, { at: this.clock.now() });
  }

  start(): void {
    this.loop.start();
  }

  /** Resolves when the stations that are being spoken with are through. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await Promise.all(this.working);
  }

  private async round(): Promise<void> {
    await this.want();
    for (const settings of (await this.claim()).values()) this.take(settings);
  }

  private async want(): Promise<void> {
    if (this.booted.size === 0) return;
    const stations = [...this.booted].map(([stationId, { at }]) => ({ stationId, bootedAt: at }));
    for (let from = 0; from < stations.length; from += STATIONS_AT_ONCE) {
      const some = stations.slice(from, from + STATIONS_AT_ONCE);
      await this.desired.write(some, this.plan.delayMs);
      for (const { stationId } of some) this.booted.delete(stationId);
    }
  }

  private async claim(): Promise<Map<string, DueSetting[]>> {
    const free = Math.min(this.plan.inFlight - this.working.size, (this.plan.perSecond * LOOK_EVERY_MS) / 1_000);
    if (free <= 0) return new Map();
    const now = this.clock.now();
    const claimedUntil = new Date(now.getTime() + CLAIM_MS);
    return byStation(await this.database.asWorker((tx) => tx.query<DueSetting>(CLAIM, [now, free, claimedUntil])));
  }

  private take(settings: DueSetting[]): void {
    const work = this.bring(settings)
      .catch((error: unknown) => this.telemetry.logger.warn('settings.postponed', { stationId: settings[0]?.station_id }, error))
      .finally(() => this.working.delete(work));
    this.working.add(work);
  }

  /** One after the other, in the order of the plan; a station that has gone is asked again when it boots. */
  private async bring(settings: DueSetting[]): Promise<void> {
    const last = this.plan.settings.length;
    const rank = new Map(this.plan.settings.map(({ key }, i) => [key, i]));
    const ordered = settings.toSorted((a, b) => (rank.get(a.key) ?? last) - (rank.get(b.key) ?? last) || (a.key < b.key ? -1 : 1));
    for (const setting of ordered) {
      if (this.loop.stopping) return;
      const row = await this.send(setting);
      const status = statusOf(row);
      await this.record(setting, status, row.outcome === 'timeout');
      this.telemetry.logger.info('settings.answered', { stationId: setting.station_id, key: setting.key, status });
    }
  }

  private send({ tenant_id: tenantId, station_id: stationId, key, desired }: DueSetting): Promise<CommandRow> {
    return this.commands.execute({
      tenantId,
      stationId,
      command: { action: 'ChangeConfiguration', payload: { key, value: desired } },
      requestedBy: this.telemetry.service,
      timeoutMs: this.plan.timeoutMs,
      idempotencyKey: '',
    });
  }

  private async record({ station_id: stationId, key, desired }: DueSetting, status: Status, again: boolean): Promise<void> {
    const now = this.clock.now();
    await this.database.query(
      'UPDATE station_setting SET status = $4, checked_at = $5, due_at = $6 WHERE station_id = $1 AND key = $2 AND desired = $3',
      [stationId, key, desired, status, now, again ? new Date(now.getTime() + AGAIN_MS) : null],
    );
  }
}

function byStation(rows: readonly DueSetting[]): Map<string, DueSetting[]> {
  const stations = new Map<string, DueSetting[]>();
  for (const row of rows) stations.set(row.station_id, [...(stations.get(row.station_id) ?? []), row]);
  return stations;
}

const STATUS: Record<string, Status> = {
  Accepted: 'accepted',
  Rejected: 'rejected',
  RebootRequired: 'reboot-required',
  NotSupported: 'not-supported',
};

function statusOf({ outcome, response }: CommandRow): Status {
  if (outcome !== 'answered') return 'unanswered';
  return STATUS[String((response as { status?: unknown } | null)?.status)] ?? 'unanswered';
}
